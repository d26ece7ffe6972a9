// Package member is the roll of members (成员名册): which units belong to a body
// from when to when, by which resolution, and what ranks they hold in it.
//
// Everything bears the days from which and until which it holds, and the past
// never changes; so what the roll was on a day, such as that of a meeting, can
// always be told. The units themselves stand in the directory.
package member

import (
	"context"
	"embed"
	"slices"
	"time"

	"guildhall/internal/db"
	"guildhall/internal/directory"
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

// Room is the tables of the roll.
var Room = db.Room{Name: "member", Schema: schema}

// Tied tells what hangs on a unit in one room, as far as the actor of tx may see.
type Tied func(tx *db.Tx, unit string) ([]directory.Tie, error)

// Roll keeps who belongs.
type Roll struct {
	DB        *db.DB
	Directory *directory.Directory
	Keys      *seal.Keys
	Tied      []Tied // asked of the other rooms; app joins them
	// Resolutions gives the council's resolutions by which units can be taken in;
	// nil where no room tells.
	Resolutions func(tx *db.Tx) ([]Resolution, error)
}

// Membership is what Join needs to know.
type Membership struct {
	Unit       string   `json:"unit"`
	Since      string   `json:"since"`      // its first day, 2026-10-31
	Ranks      []string `json:"ranks"`      // codes; none means an ordinary member
	Part       string   `json:"part"`       // what it is beside its rank
	Resolution string   `json:"resolution"` // by which it was taken in
}

// Join takes a unit of the directory into the body.
func (r *Roll) Join(ctx context.Context, m Membership) (*Standing, error) {
	return db.Update(ctx, r.DB, func(tx *db.Tx) (*Standing, error) { return joinUnit(tx, m) })
}

func joinUnit(tx *db.Tx, m Membership) (*Standing, error) {
	s, err := take(tx, "member.unit.join", m.Unit)
	if err != nil {
		return nil, err
	}
	var wrong fault.List
	m.Since = checkDay(&wrong, "since", m.Since, today(tx))
	m.Resolution = checkResolution(&wrong, m.Resolution)
	ranks, err := ranksOf(tx)
	if err != nil {
		return nil, err
	}
	var held []Rank
	for _, code := range m.Ranks {
		if rank, ok := ranks.Find(code); ok {
			held = append(held, rank)
		} else if code != "" {
			wrong.Add("ranks", "member.rank.unknown", code)
		}
	}
	if err := wrong.Err(); err != nil {
		return nil, err
	}
	if err := s.join(m.Since, ranks, held, m.Part, m.Resolution); err != nil {
		return nil, err
	}
	for _, rank := range held {
		if err := seated(tx, rank, m.Since); err != nil {
			return nil, err
		}
	}
	return s, keep(tx, s)
}

// Leave ends a unit's membership on a day, and every rank with it. ending tells
// whether it left or was removed.
func (r *Roll) Leave(ctx context.Context, unit, day, ending, resolution string) (*Standing, error) {
	return db.Update(ctx, r.DB, func(tx *db.Tx) (*Standing, error) {
		s, err := take(tx, "member.unit.leave", unit)
		if err != nil {
			return nil, err
		}
		var wrong fault.List
		day := checkDay(&wrong, "day", day, today(tx))
		resolution := checkResolution(&wrong, resolution)
		if ending != "left" && ending != "removed" {
			wrong.Add("ending", "member.unit.ending")
		}
		if err := wrong.Err(); err != nil {
			return nil, err
		}
		if err := s.leave(day, ending, resolution); err != nil {
			return nil, err
		}
		return s, keep(tx, s)
	})
}

// Appoint gives a member a rank from a day on.
func (r *Roll) Appoint(ctx context.Context, unit, rank, day, resolution string) (*Standing, error) {
	return db.Update(ctx, r.DB, func(tx *db.Tx) (*Standing, error) {
		s, err := take(tx, "member.rank.appoint", unit)
		if err != nil {
			return nil, err
		}
		ranks, err := ranksOf(tx)
		if err != nil {
			return nil, err
		}
		var wrong fault.List
		day := checkDay(&wrong, "day", day, today(tx))
		resolution := checkResolution(&wrong, resolution)
		to, ok := ranks.Find(rank)
		if !ok {
			wrong.Add("rank", "member.rank.unknown", rank)
		}
		if err := wrong.Err(); err != nil {
			return nil, err
		}
		if err := s.appoint(to, ranks, day, resolution); err != nil {
			return nil, err
		}
		if err := seated(tx, to, day); err != nil {
			return nil, err
		}
		return s, keep(tx, s)
	})
}

// Relieve ends a member's rank on a day.
func (r *Roll) Relieve(ctx context.Context, unit, rank, day, resolution string) (*Standing, error) {
	return db.Update(ctx, r.DB, func(tx *db.Tx) (*Standing, error) {
		s, err := take(tx, "member.rank.relieve", unit)
		if err != nil {
			return nil, err
		}
		ranks, err := ranksOf(tx)
		if err != nil {
			return nil, err
		}
		var wrong fault.List
		day := checkDay(&wrong, "day", day, today(tx))
		resolution := checkResolution(&wrong, resolution)
		if err := wrong.Err(); err != nil {
			return nil, err
		}
		if err := s.relieve(rank, ranks, day, resolution); err != nil {
			return nil, err
		}
		return s, keep(tx, s)
	})
}

// Define adds a rank to the body's list, or changes the one of that code.
func (r *Roll) Define(ctx context.Context, rank Rank) (Ranks, error) {
	return db.Update(ctx, r.DB, func(tx *db.Tx) (Ranks, error) {
		if err := policy.Allow(ctx, "member.rank.define", nil); err != nil {
			return nil, err
		}
		had, err := ranksOf(tx)
		if err != nil {
			return nil, err
		}
		ranks, err := had.define(rank)
		if err != nil {
			return nil, err
		}
		if err := saveRanks(tx, ranks); err != nil {
			return nil, err
		}
		return ranks, journal.Record(tx, "member.rank.define", rank.Code, rank)
	})
}

// Ranks gives the body's ranks, the highest first.
func (r *Roll) Ranks(ctx context.Context) (Ranks, error) { return db.View(ctx, r.DB, ranksOf) }

// Belongs tells whether a unit belongs to the body on a day. Other rooms ask it
// by way of app, as they do Units.
func Belongs(tx *db.Tx, unit, day string) (bool, error) {
	s, err := find(tx, unit)
	if err != nil {
		return false, err
	}
	_, ok := s.On(day)
	return ok, nil
}

// Units gives the units that belong to the body on a day, by id.
func Units(tx *db.Tx, day string) ([]string, error) {
	all, err := on(tx, day)
	if err != nil {
		return nil, err
	}
	var units []string
	for unit, s := range all {
		if len(s.Terms) > 0 {
			units = append(units, unit)
		}
	}
	slices.Sort(units)
	return units, nil
}

// seated refuses a rank that has no seat left from a day on. It is asked before
// the standing that takes the seat is kept.
func seated(tx *db.Tx, rank Rank, day string) error {
	if rank.Seats == 0 {
		return nil
	}
	holders, err := holders(tx, rank.Code, day)
	if err != nil {
		return err
	}
	if len(holders) < rank.Seats {
		return nil
	}
	u, err := directory.FindUnit(tx, holders[0])
	if err != nil {
		return err
	}
	return fault.Conflict.New("member.rank.full", rank.In(tx.Context()), u.Short())
}

// take gets a unit's standing for an action. It is the one way to a standing
// that can be changed, and the rule book stands on it. A unit that never
// belonged has an empty standing.
func take(tx *db.Tx, action, unit string) (*Standing, error) {
	if _, err := directory.FindUnit(tx, unit); err != nil {
		return nil, err
	}
	s, err := find(tx, unit)
	if err != nil {
		return nil, err
	}
	s.action = action
	return s, policy.Allow(tx.Context(), action, s)
}

// keep saves what was done with a standing and lets the journal tell of it. It
// is the one way by which a standing is saved. What may be counted of it is noted
// as acts.
func keep(tx *db.Tx, s *Standing) error {
	if s.action == "" || s.did.Unit == "" {
		panic("member: a standing is kept that was taken for no action")
	}
	if err := save(tx, s); err != nil {
		return err
	}
	if err := journal.Record(tx, s.action, s.Unit, s.did); err != nil {
		return err
	}
	return noteActs(tx, s)
}

// today gives the day on which tx stands, in the body's zone.
func today(tx *db.Tx) time.Time {
	return tx.Now.In(i18n.Zone(tx.Context()))
}

func todayText(tx *db.Tx) string { return today(tx).Format(time.DateOnly) }

// phone tells whether the actor may see how to reach the units.
func phone(ctx context.Context) bool { return policy.Can(ctx, "member.phone.read", nil) }
