// Package rule keeps the rules of a body as dated data (规则): how many make a
// quorum, what a match weighs, what an hour costs. Each kind of rule belongs to
// the room that uses it, which declares its Go type and checks it (Declare); here
// stand its versions, each with the day from which it holds and the article of
// the charter or resolution that it comes from.
//
// A version holds from its first day until the next one of its kind begins, and
// nothing is ever changed in one that has begun. Whatever a rule shaped keeps the
// id of the version beside it, so that the result can be told from the rule that
// held, not from the one that holds now.
package rule

import (
	"context"
	"embed"
	"encoding/json"
	"strings"
	"time"

	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/i18n"
	"guildhall/internal/journal"
)

//go:embed schema/*.sql
var schema embed.FS

//go:embed text/*.json
var text embed.FS

var _ = i18n.Add(text)

// Room is the tables of the rules.
var Room = db.Room{Name: "rule", Schema: schema}

// Rules keeps the versions of every body's rules.
type Rules struct{ DB *db.DB }

// Version is one kind of rule as it holds from a day on.
type Version struct {
	ID      string          `json:"id"`
	Kind    string          `json:"kind"`    // as declared: "council.meeting"
	Since   string          `json:"since"`   // its first day; empty for the rule that is shipped
	Article string          `json:"article"` // where it was decided
	Setup   string          `json:"setup"`   // the shipped set-up from which it was made, if one
	Data    json.RawMessage `json:"data"`    // of the kind's type
	MadeAt  time.Time       `json:"made_at,omitzero"`
}

// Held is a rule as it held on a day, in the type of its room.
type Held[T any] struct {
	ID      string `json:"id"` // of the version; results keep it
	Since   string `json:"since"`
	Article string `json:"article"`
	Rule    T      `json:"rule"`
}

// At gives the rule of a kind that holds on a day, 2026-10-31: the body's own, or
// the usual one where it has decided none by then.
func At[T Checked](tx *db.Tx, kind, day string) (h Held[T], err error) {
	v, err := inForce(tx, Find(kind), day)
	if err != nil {
		return h, err
	}
	h = Held[T]{ID: v.ID, Since: v.Since, Article: v.Article}
	return h, json.Unmarshal(v.Data, &h.Rule)
}

// Today gives the rule of a kind that holds on the day of tx, in the body's zone.
func Today[T Checked](tx *db.Tx, kind string) (Held[T], error) { return At[T](tx, kind, today(tx)) }

// Under gives the rule of a version by its id, as a result has kept it.
func Under[T Checked](tx *db.Tx, kind, id string) (h Held[T], err error) {
	k := Find(kind)
	v := k.usual()
	if id != v.ID {
		if v, err = find(tx, kind, id); err != nil {
			return h, err
		}
		if v.Data, err = k.whole(v.Data); err != nil {
			return h, err
		}
	}
	h = Held[T]{ID: v.ID, Since: v.Since, Article: v.Article}
	return h, json.Unmarshal(v.Data, &h.Rule)
}

// Change is a rule that is to hold from a day on.
type Change struct {
	Since   string          `json:"since"`
	Article string          `json:"article"`
	Setup   string          `json:"setup"`
	Data    json.RawMessage `json:"data"`
}

// Set lets a rule hold from a day on. All that is wrong with it is told at once.
func (r *Rules) Set(ctx context.Context, kind string, c Change) (*Version, error) {
	return db.Update(ctx, r.DB, func(tx *db.Tx) (*Version, error) { return Set(tx, kind, c) })
}

// Set is Rules.Set within a transaction, as a room's own command does it.
func Set(tx *db.Tx, kind string, c Change) (*Version, error) {
	if err := policy.Allow(tx.Context(), "rule.version.set", kind); err != nil {
		return nil, err
	}
	k, ok := Known(kind)
	if !ok {
		return nil, fault.NotFound.New("rule.kind.unknown", kind)
	}
	versions, err := versions(tx, kind)
	if err != nil {
		return nil, err
	}
	var wrong fault.List
	c.check(&wrong, k, versions, today(tx))
	data, err := k.read(c.Data)
	if wrong, err = gather(wrong, err); err != nil {
		return nil, err
	}
	if err := wrong.Err(); err != nil {
		return nil, err
	}
	v := &Version{ID: db.NewID(), Kind: kind, Since: c.Since, Article: c.Article, Setup: c.Setup, Data: data, MadeAt: tx.Now}
	if err := save(tx, v); err != nil {
		return nil, err
	}
	return v, journal.Record(tx, "rule.version.set", v.ID, v)
}

// check adds what is wrong with a change beside the rule itself.
func (c *Change) check(wrong *fault.List, k *Kind, had []*Version, today string) {
	c.Since, c.Article = strings.TrimSpace(c.Since), strings.TrimSpace(c.Article)
	at, err := time.Parse(time.DateOnly, c.Since)
	now, _ := time.Parse(time.DateOnly, today)
	switch {
	case c.Since == "":
		wrong.Add("since", "rule.since.none")
	case err != nil:
		wrong.Add("since", "fault.date", c.Since)
	case at.Year() < 1949 || at.After(now.AddDate(1, 0, 0)):
		wrong.Add("since", "rule.since.far", c.Since)
	case len(had) > 0 && c.Since < had[0].Since:
		wrong.Add("since", "rule.since.before", had[0].Since)
	}
	if c.Article == "" {
		wrong.Add("article", "rule.article.none")
	} else if n := len([]rune(c.Article)); n > 300 {
		wrong.Add("article", "rule.article.long", n)
	}
	if _, ok := k.Setup(c.Setup); c.Setup != "" && !ok {
		wrong.Add("setup", "rule.setup.unknown", c.Setup)
	}
}

// Withdraw takes back a version that has not begun yet.
func (r *Rules) Withdraw(ctx context.Context, kind, id string) (*Version, error) {
	return db.Update(ctx, r.DB, func(tx *db.Tx) (*Version, error) {
		v, err := find(tx, kind, id)
		if err != nil {
			return nil, err
		}
		if err := policy.Allow(ctx, "rule.version.withdraw", kind); err != nil {
			return nil, err
		}
		if v.Since <= today(tx) {
			return nil, fault.Conflict.New("rule.version.begun", v.Since)
		}
		if err := withdraw(tx, id); err != nil {
			return nil, err
		}
		return v, journal.Record(tx, "rule.version.withdraw", v.ID, map[string]string{"kind": kind, "since": v.Since})
	})
}

func today(tx *db.Tx) string { return tx.Now.In(i18n.Zone(tx.Context())).Format(time.DateOnly) }
