// Package directory (名录) knows the bodies, the units, the persons with their
// accounts and posts, and who does what for whom. What belongs to no single
// consortium stands here, under the pen of the house.
package directory

import (
	"context"
	"embed"
	"strings"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/i18n"
	"guildhall/internal/journal"
	"guildhall/internal/seal"
)

//go:embed schema/*.sql
var schema embed.FS

//go:embed text/*.json
var text embed.FS

var _ = i18n.Add(text)

// Room is the directory's tables.
var Room = db.Room{Name: "directory", Schema: schema}

// Directory lets people in and keeps the roll of units, persons and posts.
type Directory struct {
	DB   *db.DB
	Keys *seal.Keys
	Mail Mailer // nil where no mail can be sent: links are then shown to the administrator
	URL  string // under which readers reach us, for links in mails
	// Waiting asks the other rooms what waits on a person; app joins them.
	Waiting []Waiting

	hashing chan struct{} // bounds how many passwords are judged at a time
}

// Mailer tells whether mail can be sent; what is to be sent waits in the
// directory's own table until then.
type Mailer interface {
	Send(ctx context.Context, to, subject, words string) error
}

// New gives a directory over d.
func New(d *db.DB, keys *seal.Keys) *Directory {
	return &Directory{DB: d, Keys: keys, hashing: make(chan struct{}, 2)}
}

// house gives the context in which the directory's own changes are made.
func house(ctx context.Context) context.Context { return db.In(ctx, db.House) }

// Found makes a body. Only an administrator of the platform founds one.
func (d *Directory) Found(ctx context.Context, b *Body) (*Body, error) {
	return db.Update(house(ctx), d.DB, func(tx *db.Tx) (*Body, error) {
		if err := policy.Allow(tx.Context(), "directory.body.found", Subject{}); err != nil {
			return nil, err
		}
		if b.Zone == "" {
			b.Zone = "Asia/Shanghai"
		}
		if err := b.check(); err != nil {
			return nil, err
		}
		b.ID, b.MadeAt = db.NewID(), tx.Now
		if err := saveBody(tx, b); err != nil {
			return nil, err
		}
		return b, journal.Record(tx, "directory.body.found", b.ID, b)
	})
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

// FoundWithOffice founds a body and notes the unit that runs it, so that its
// secretariat can be invited.
func (d *Directory) FoundWithOffice(ctx context.Context, in Founding) (*Body, error) {
	office := &Unit{Name: strings.TrimSpace(in.Office), Class: "other"}
	if office.Name == "" {
		var wrong fault.List
		wrong.Add("office", "directory.body.no_office")
		return nil, wrong.Err()
	}
	b, err := d.Found(ctx, &Body{Name: in.Name, NameEN: in.NameEN, Kind: in.Kind, Industry: in.Industry, Region: in.Region, Zone: in.Zone})
	if err != nil {
		return nil, err
	}
	if _, err := db.View(house(ctx), d.DB, func(tx *db.Tx) (*Unit, error) { return Resolve(tx, office.Name) }); err == nil {
		return b, nil
	}
	return b, d.EnrolUnits(ctx, []*Unit{office})
}

// EnrolUnits notes units in the directory for whoever runs a body, as an import
// of members does before it writes the body's own rows.
func (d *Directory) EnrolUnits(ctx context.Context, units []*Unit) error {
	return db.Do(house(ctx), d.DB, func(tx *db.Tx) error {
		if err := policy.Allow(tx.Context(), "directory.unit.enrol", Subject{}); err != nil {
			return err
		}
		if err := Enrol(tx, units); err != nil {
			return err
		}
		ids := make([]string, len(units))
		for i, u := range units {
			ids[i] = u.ID
		}
		return journal.Record(tx, "directory.unit.enrol", "", map[string]any{"units": ids})
	})
}

// As gives the context of an actor in their body.
func As(ctx context.Context, a auth.Actor) context.Context {
	return db.In(auth.With(ctx, a), a.Body)
}
