// Package council is where the members decide (理事会): meetings are called,
// units check in, motions are voted on by the rules of the body, and what is
// carried becomes a numbered resolution.
//
// A vote is opened by the rule that holds on that day; the rule and the roll are
// frozen with it. It is open, secret towards members, or secret towards
// administrators; how a secret one is kept stands in vote.go, and how anybody
// counts it again in the public package ballot.
package council

import (
	"context"
	"embed"
	"sync/atomic"
	"time"

	"guildhall/internal/db"
	"guildhall/internal/files"
	"guildhall/internal/i18n"
	"guildhall/internal/rule"
	"guildhall/internal/seal"
)

//go:embed schema/*.sql
var schema embed.FS

//go:embed text/*.json
var text embed.FS

var _ = i18n.Add(text)

// Room is the tables of the council.
var Room = db.Room{Name: "council", Schema: schema}

// Member is a unit on the roll of a day, as the roll tells it.
type Member struct {
	Unit   string   `json:"unit"`
	Name   string   `json:"name"`
	NameEN string   `json:"name_en,omitempty"`
	Class  string   `json:"class"`
	Ranks  []string `json:"ranks"` // codes, the highest first
	Votes  bool     `json:"votes"`
}

// In gives the unit's name in the reader's language.
func (m *Member) In(ctx context.Context) string { return i18n.Pick(ctx, m.Name, m.NameEN) }

// Person speaks for a unit, or is written to for it.
type Person struct{ ID, Name, Email string }

// Roll tells who belongs and who speaks for them.
type Roll interface {
	// Members gives the units that belong to the body on a day, 2026-10-31.
	Members(tx *db.Tx, day string) ([]Member, error)
	// Delegates gives those who speak for a unit: its delegate, then the
	// substitutes. None means that whoever works for it speaks for it.
	Delegates(tx *db.Tx, unit string) ([]Person, error)
	// Reached gives those who are written to for a unit.
	Reached(tx *db.Tx, unit string) ([]Person, error)
}

// Task is work that an earlier resolution opened and that is not done.
type Task struct {
	Title, Owner, Due, Resolution string
	Late                          bool
}

// Mailer sends a mail with a calendar file beside it.
type Mailer interface {
	SendWith(ctx context.Context, to, subject, words, name, kind string, content []byte) error
}

// Council keeps meetings, votes and resolutions.
type Council struct {
	DB    *db.DB
	Keys  *seal.Keys
	Files *files.Store
	Roll  Roll
	Tasks func(tx *db.Tx) ([]Task, error) // open work of earlier resolutions; nil where no room tells
	Mail  Mailer                          // nil where no mail can be sent
	URL   string                          // under which readers reach us
	Fonts string                          // of PDF files, as paper.Find takes them

	wall      wall
	unwritten atomic.Bool // places of removed sealed votes are still to be written over
}

// rules gives the rules that hold on the day of tx.
func rules(tx *db.Tx) (rule.Held[Rules], error) { return rule.Today[Rules](tx, KindName) }

// seats gives who sits in an organ on a day, in the order of the roll.
func (c *Council) seats(tx *db.Tx, r *Rules, organ, day string) ([]Member, error) {
	all, err := c.Roll.Members(tx, day)
	if err != nil {
		return nil, err
	}
	ranks := r.ranks(organ)
	var list []Member
	for _, m := range all {
		if m.Votes && (len(ranks) == 0 || overlap(m.Ranks, ranks)) {
			list = append(list, m)
		}
	}
	return list, nil
}

func overlap(a, b []string) bool {
	for _, x := range a {
		for _, y := range b {
			if x == y {
				return true
			}
		}
	}
	return false
}

// today gives the civil day of tx in the body's zone.
func today(tx *db.Tx) string { return dayOf(tx.Context(), tx.Now) }

func dayOf(ctx context.Context, at time.Time) string {
	return at.In(i18n.Zone(ctx)).Format(time.DateOnly)
}

func say(ctx context.Context, word string, args ...any) string {
	return i18n.T(ctx, "council."+word, args...)
}
