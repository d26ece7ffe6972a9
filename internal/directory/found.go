package directory

import (
	"context"
	"errors"
	"strings"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/journal"
)

// usualZone is the zone of a body that names none.
const usualZone = "Asia/Shanghai"

// Found makes a body. Only an administrator of the platform founds one.
func (d *Directory) Found(ctx context.Context, b *Body) (*Body, error) {
	return db.Update(house(ctx), d.DB, func(tx *db.Tx) (*Body, error) { return b, found(tx, b) })
}

func found(tx *db.Tx, b *Body) error {
	if err := policy.Allow(tx.Context(), "directory.body.found", Subject{}); err != nil {
		return err
	}
	if b.Zone == "" {
		b.Zone = usualZone
	}
	if err := b.check(); err != nil {
		return err
	}
	b.ID, b.MadeAt = db.NewID(), tx.Now
	if err := saveBody(tx, b); err != nil {
		return err
	}
	return journal.Record(tx, "directory.body.found", b.ID, b)
}

// Founding is what the form that founds a body is filled in with.
type Founding struct {
	Name     string `json:"name"`
	NameEN   string `json:"name_en"`
	Kind     string `json:"kind"`
	Industry string `json:"industry"`
	Region   string `json:"region"`
	Zone     string `json:"zone"`
	Office   string `json:"office"` // the unit that runs it; found by any of its names, or noted anew
}

func (in Founding) body() *Body {
	b := &Body{Name: in.Name, NameEN: in.NameEN, Kind: in.Kind, Industry: in.Industry, Region: in.Region, Zone: in.Zone}
	if b.Zone == "" {
		b.Zone = usualZone
	}
	return b
}

// FoundWithOffice founds a body and notes the unit that runs it, so that its
// secretariat can be invited.
func (d *Directory) FoundWithOffice(ctx context.Context, in Founding) (*Body, error) {
	return db.Update(house(ctx), d.DB, func(tx *db.Tx) (*Body, error) {
		b, office := in.body(), strings.TrimSpace(in.Office)
		if err := policy.Allow(tx.Context(), "directory.body.found", Subject{}); err != nil {
			return nil, err
		}
		_, unknown := Resolve(tx, office)
		if wrong := officeFaults(b.faults(), office, unknown); wrong != nil {
			return nil, wrong
		}
		if err := found(tx, b); err != nil {
			return nil, err
		}
		if errors.Is(unknown, fault.NotFound) {
			return b, enrol(tx, []*Unit{{Name: office, Class: "other"}})
		}
		return b, unknown
	})
}

// officeFaults tells what is wrong with the unit that is to run a body, beside
// what is wrong with the body itself.
func officeFaults(wrong fault.List, office string, unknown error) error {
	switch {
	case office == "":
		wrong.Add("office", "directory.body.no_office")
	case errors.Is(unknown, fault.Conflict):
		wrong.Add("office", "directory.unit.ambiguous", office)
	}
	return wrong.Err()
}

// Rename changes what a body is called and where it is; its kind stays.
func (d *Directory) Rename(ctx context.Context, id string, to Body) (*Body, error) {
	return db.Update(house(ctx), d.DB, func(tx *db.Tx) (*Body, error) {
		b, err := FindBody(tx, id)
		if err != nil {
			return nil, err
		}
		if !policy.Can(tx.Context(), "directory.body.rename", Subject{Body: id}) {
			return nil, fault.NotFound.New("fault.not_found")
		}
		b.Name, b.NameEN, b.Industry, b.Region, b.Zone = to.Name, to.NameEN, to.Industry, to.Region, to.Zone
		if err := b.check(); err != nil {
			return nil, err
		}
		if err := saveBody(tx, b); err != nil {
			return nil, err
		}
		return b, journal.Record(tx, "directory.body.rename", b.ID, b)
	})
}

// inBody stands before a body's id where a session is of an administrator who
// looks at a body in which they hold no post.
const inBody = "body:"

// within puts an administrator into a body, or else into the first.
func within(tx *db.Tx, a auth.Actor, body string) (auth.Actor, error) {
	bodies, err := Bodies(tx)
	if !a.Is(auth.Admin) || len(bodies) == 0 {
		return a, err
	}
	a.Body = bodies[0].ID
	for _, b := range bodies {
		if b.ID == body {
			a.Body = b.ID
		}
	}
	return a, err
}

// Enter makes an administrator look at a body from now on, in the session of
// this key.
func (d *Directory) Enter(ctx context.Context, key, body string) error {
	return db.Do(house(ctx), d.DB, func(tx *db.Tx) error {
		if err := policy.Allow(tx.Context(), "directory.body.enter", Subject{Body: body}); err != nil {
			return err
		}
		s, err := findSession(tx, key)
		if err != nil || s.Person != auth.From(tx.Context()).ID {
			return fault.Unknown.New("fault.unknown")
		}
		if _, err := FindBody(tx, body); err != nil {
			return err
		}
		if _, err := tx.Exec(`UPDATE directory_session SET post_id = $2 WHERE id = $1`, s.ID, inBody+body); err != nil {
			return err
		}
		return journal.Record(tx, "directory.body.enter", body, map[string]string{"session": s.ID})
	})
}
