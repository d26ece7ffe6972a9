// Package facility keeps the equipment (设备) that the units of a body share:
// whose it is, what it teaches, what an hour of it costs, and whether it can be
// had; and its bookings (预约): who has it from when until when, and for how long it
// was used.
//
// A piece is never booked twice. Whoever takes time of it does so under the body's
// pen, with the diary of the piece locked; and beneath that each quarter of an hour
// is a row whose key is the piece and the time.
package facility

import (
	"context"
	"embed"
	"time"

	"guildhall/internal/act"
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

// Room is the tables of the equipment.
var Room = db.Room{Name: "facility", Schema: schema}

// Facility keeps the equipment.
type Facility struct {
	DB   *db.DB
	Keys *seal.Keys
	// Members gives the units that belong to the body on a day, 2026-10-31: only
	// theirs is taken from sheets. Who answers is settled where the house is put
	// together; nil takes that of any unit that the directory knows.
	Members func(tx *db.Tx, day string) ([]string, error)
	URL     string // of the house, for calendar files
}

// List gives a part of the equipment that the actor may see.
func (f *Facility) List(ctx context.Context, s Search) (*Page, error) {
	return db.View(ctx, f.DB, func(tx *db.Tx) (*Page, error) {
		if err := s.check(); err != nil {
			return nil, err
		}
		return f.page(tx, s)
	})
}

// Equipment gives one piece that the actor may see.
func (f *Facility) Equipment(ctx context.Context, id string) (*Equipment, error) {
	return db.View(ctx, f.DB, func(tx *db.Tx) (*Equipment, error) {
		e, err := see(tx, id)
		if err != nil {
			return nil, err
		}
		return e, f.name(tx, e)
	})
}

// Mark tells that a piece can be had, is being mended, or is out of use for good.
func (f *Facility) Mark(ctx context.Context, id string, status Status) (*Equipment, error) {
	return db.Update(ctx, f.DB, func(tx *db.Tx) (*Equipment, error) {
		e, err := take(tx, "facility.equipment.mark", id)
		if err != nil {
			return nil, err
		}
		had := e.Status
		if err := e.mark(status, tx.Now); err != nil {
			return nil, err
		}
		if err := unbooked(tx, e); err != nil {
			return nil, err
		}
		if err := keep(tx, e); err != nil {
			return nil, err
		}
		return e, act.Note(tx, acts(e, had)...)
	})
}

// unbooked refuses to take a piece out of use that is booked: whoever does so answers
// to those who count on it first.
func unbooked(tx *db.Tx, e *Equipment) error {
	if e.Status != Retired {
		return nil
	}
	n, err := booked(tx)
	if err == nil && n[e.ID] > 0 {
		err = fault.Conflict.New("facility.equipment.booked", n[e.ID])
	}
	return err
}

// Owned counts the pieces of a unit that the actor may see. Rooms that ask what
// hangs on a unit hear it by way of app.
func Owned(tx *db.Tx, unit string) (int, error) {
	w := visible(auth.From(tx.Context()))
	w.And("e.body = ? AND e.owner_id = ?", tx.Body, unit)
	return db.One(tx, db.Value[int], `SELECT count(*) FROM facility_equipment e`+w.String(), w.Args...)
}

// see gets a piece, if the actor may so much as know of it.
func see(tx *db.Tx, id string) (*Equipment, error) {
	e, err := find(tx, id)
	if err == nil && !policy.Can(tx.Context(), "facility.equipment.read", e) {
		return nil, fault.NotFound.New("fault.not_found")
	}
	return e, err
}

// take gets a piece for an action. It is the one way to a piece that can be
// changed, and the rule book stands on it.
func take(tx *db.Tx, action, id string) (*Equipment, error) {
	e, err := see(tx, id)
	if err != nil {
		return nil, err
	}
	e.action = action
	return e, policy.Allow(tx.Context(), action, e)
}

// keep saves what was done with a piece and lets the journal tell of it.
func keep(tx *db.Tx, e *Equipment) error {
	if e.action == "" {
		panic("facility: a piece is kept that was taken for no action")
	}
	if err := save(tx, []*Equipment{e}); err != nil {
		return err
	}
	return journal.Record(tx, e.action, e.ID, map[string]any{"owner": e.Owner, "name": e.Name, "status": e.Status})
}

func day(tx *db.Tx) string { return tx.Now.In(i18n.Zone(tx.Context())).Format(time.DateOnly) }
