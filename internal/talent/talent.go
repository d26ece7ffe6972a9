// Package talent holds supply and demand (人才供需): the schools' programmes and
// candidates with their skills and wishes, the enterprises' open positions with
// the skills they ask for, and how well the two fit. The rounds that bring both
// together stand in package round.
package talent

import (
	"embed"

	"guildhall/internal/codes"
	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/i18n"
	"guildhall/internal/seal"
	"guildhall/matching/fit"
)

//go:embed schema/*.sql
var schema embed.FS

//go:embed text/*.json
var text embed.FS

var _ = i18n.Add(text)

// Room is the tables of talent.
var Room = db.Room{Name: "talent", Schema: schema}

// Talent keeps programmes, candidates and positions.
type Talent struct {
	DB    *db.DB
	Keys  *seal.Keys
	Codes *codes.Catalogue

	Rounds Rounds // nil: there are none

	// Resolved gives the council's resolution of a number, such as 2026-3; nil: there
	// is no council.
	Resolved func(tx *db.Tx, mark string) (id, title string, err error)

	links fit.Links
	fits  fits
}

// New gives a room over d.
func New(d *db.DB, keys *seal.Keys, catalogue *codes.Catalogue) *Talent {
	return &Talent{DB: d, Keys: keys, Codes: catalogue, links: Links(catalogue)}
}

// units gives all units by id, to name them on pages and in programs' data.
func units(tx *db.Tx) (map[string]*directory.Unit, error) { return directory.Units(tx) }

// nameOf gives a unit's name for lists, or its id where the directory lost it.
func nameOf(all map[string]*directory.Unit, id string) string {
	if u := all[id]; u != nil {
		return u.Short()
	}
	return id
}

// Links gives what is near to what on the chain, as scores take it.
func (t *Talent) Links() fit.Links { return t.links }
