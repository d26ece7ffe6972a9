package privacy

import (
	"context"
	"slices"
	"time"

	"guildhall/internal/db"
	"guildhall/internal/holding"
	"guildhall/internal/journal"
)

// How things of a kind go when their time is over.
const (
	byAge   = "age"     // every night
	byRoom  = "room"    // the room that keeps them clears up itself
	byRight = "erasure" // with an erasure
	never   = "never"
)

// cleared are the kinds whose rooms clear up themselves, after the same time.
var cleared = []string{"web.request", "intake.rows"}

// Due is one kind with its term and what goes of it the next night.
type Due struct {
	Term
	Rule    string `json:"rule"`
	Way     string `json:"way"`
	House   bool   `json:"house"` // of the whole house, not of this consortium
	Before  string `json:"before,omitempty"`
	Next    int    `json:"next"`    // goes the next night
	Waiting int    `json:"waiting"` // past its term, and goes in the nights after
}

// Went is what went in a night.
type Went struct {
	At time.Time `json:"at"`
	Expired
}

// Kept is how long everything is kept, what went and goes, and what is on hold.
type Kept struct {
	Kinds []Due   `json:"kinds"`
	Went  []Went  `json:"went"`
	Holds []*Hold `json:"holds"`
}

// nights is how far back it is told what went.
const nights = 30

// Retention tells how long everything is kept, as if the night were now.
func (o *Office) Retention(ctx context.Context) (*Kept, error) {
	v, err := db.View(ctx, o.DB, func(tx *db.Tx) (*Kept, error) {
		if err := policy.Allow(ctx, "privacy.retention.read", Subject{}); err != nil {
			return nil, err
		}
		held, err := retention(tx)
		if err != nil {
			return nil, err
		}
		v := new(Kept)
		for _, t := range held.Rule.Terms {
			d, err := o.due(tx, t, held.ID)
			if err != nil {
				return nil, err
			}
			v.Kinds = append(v.Kinds, d)
		}
		if v.Went, err = went(tx); err != nil {
			return nil, err
		}
		v.Holds, err = o.holds(tx)
		return v, err
	})
	if err != nil {
		return nil, err
	}
	return db.View(db.In(ctx, db.House), o.DB, func(tx *db.Tx) (*Kept, error) { return v, o.addHouse(tx, v) })
}

// addHouse adds what the house itself keeps, by its own rule.
func (o *Office) addHouse(tx *db.Tx, v *Kept) error {
	held, err := retention(tx)
	if err != nil {
		return err
	}
	for i, d := range v.Kinds {
		if e, ok := o.expiry(d.Kind); ok && e.House {
			if t, ok := held.Rule.find(d.Kind); ok {
				if v.Kinds[i], err = o.due(tx, t, held.ID); err != nil {
					return err
				}
			}
		}
	}
	more, err := went(tx)
	v.Went = append(v.Went, more...)
	slices.SortStableFunc(v.Went, func(a, b Went) int { return b.At.Compare(a.At) })
	return err
}

func (o *Office) expiry(kind string) (holding.Expiry, bool) {
	i := slices.IndexFunc(o.Expiries, func(e holding.Expiry) bool { return e.Kind == kind })
	if i < 0 {
		return holding.Expiry{}, false
	}
	return o.Expiries[i], true
}

func (o *Office) due(tx *db.Tx, t Term, ruleID string) (Due, error) {
	d := Due{Term: t, Rule: ruleID, Way: byRight}
	e, aged := o.expiry(t.Kind)
	switch d.House = e.House; {
	case t.Ever:
		d.Way = never
	case slices.Contains(cleared, t.Kind):
		d.Way = byRoom
	case t.Kind == leaverKind:
		p, ids, err := o.leavers(tx)
		d.Way, d.Before, d.Next, d.Waiting = byAge, p.Before, len(ids), p.Count-len(ids)
		return d, err
	case aged:
		d.Way = byAge
		if e.House != (tx.Body == db.House) {
			return d, nil // counted under the other pen
		}
		p, err := pastOf(tx, t.Kind)
		if err != nil {
			return d, err
		}
		d.Before = p.Before
		d.Next, err = e.Due(tx, p.Before, p.hold)
		return d, err
	}
	return d, nil
}

func went(tx *db.Tx) (list []Went, err error) {
	entries, err := journal.List(tx, journal.Search{Action: expireAction, Limit: 200})
	for _, e := range entries {
		if e.At.Before(tx.Now.AddDate(0, 0, -nights)) {
			continue
		}
		x, err := journal.Data[Expired](e)
		if err != nil {
			return nil, err
		}
		list = append(list, Went{e.At, x})
	}
	return list, err
}
