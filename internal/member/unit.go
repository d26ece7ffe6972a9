package member

import (
	"context"
	"slices"

	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/fault"
)

// Whole is one unit's page: what it is today, all that it has been in the body,
// and what hangs on it in other rooms.
type Whole struct {
	Entry
	Terms   []Term                `json:"terms"`   // the latest first
	Tenures []Tenure              `json:"tenures"` // the latest first; those that held for no day are left out
	Ties    []directory.Tie       `json:"ties"`    // what hangs on it in the other rooms
	Today   string                `json:"today"`
	Duties  []directory.DutyEntry `json:"duties,omitempty"` // who does what for it; only for those who may know
	Given   *Result               `json:"given,omitempty"`  // what it has given this year; only for those who work with the roll

	standing *Standing
	ranks    Ranks
	rule     AssessmentRule
	period   Period
}

// Unit gives all about a unit that belongs or has belonged to the body.
func (r *Roll) Unit(ctx context.Context, id string) (*Whole, error) {
	return db.View(ctx, r.DB, func(tx *db.Tx) (*Whole, error) { return r.whole(tx, id) })
}

func (r *Roll) whole(tx *db.Tx, id string) (*Whole, error) {
	s, err := see(tx, id)
	if err != nil {
		return nil, err
	}
	u, err := directory.FindUnit(tx, id)
	if err != nil {
		return nil, err
	}
	ranks, err := ranksOf(tx)
	if err != nil {
		return nil, err
	}
	day := todayText(tx)
	w := &Whole{Entry: entry(tx.Context(), u, s, day, ranks), Terms: slices.Clone(s.Terms), Tenures: []Tenure{}, Ties: []directory.Tie{}, Today: day, standing: s, ranks: ranks}
	slices.Reverse(w.Terms)
	for i := len(s.Ranks) - 1; i >= 0; i-- {
		if t := s.Ranks[i]; t.Until != t.Since {
			w.Tenures = append(w.Tenures, t)
		}
	}
	if w.Duties, err = directory.DutiesOf(tx, id); err != nil {
		return nil, err
	}
	if policy.Can(tx.Context(), "member.contribution.read", s) {
		if w.Given, w.rule, w.period, err = contributionOf(tx, id); err != nil {
			return nil, err
		}
	}
	for _, tied := range r.Tied {
		ties, err := tied(tx, id)
		if err != nil {
			return nil, err
		}
		for _, t := range ties {
			if t.Count > 0 {
				w.Ties = append(w.Ties, t)
			}
		}
	}
	return w, nil
}

// see gets the standing of a unit that has ever belonged to the body, if the
// actor may so much as know of it.
func see(tx *db.Tx, unit string) (*Standing, error) {
	s, err := find(tx, unit)
	if err == nil && (len(s.Terms) == 0 || !policy.Can(tx.Context(), "member.roll.read", s)) {
		return nil, fault.NotFound.New("fault.not_found")
	}
	return s, err
}

// belongs tells whether the unit has a term without an end.
func (w *Whole) belongs() bool { return w.standing.open() != nil }

// now gives the ranks without an end, the highest first: those that can be ended.
func (w *Whole) now() (held []Tenure) {
	for _, t := range w.standing.Ranks {
		if t.Until == "" {
			held = append(held, t)
		}
	}
	slices.SortStableFunc(held, func(a, b Tenure) int { return w.ranks.place(a.Rank) - w.ranks.place(b.Rank) })
	return held
}
