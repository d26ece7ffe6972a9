package round

import (
	"context"
	"crypto/rand"
	"encoding/hex"

	"guildhall/internal/db"
	"guildhall/internal/demand"
	"guildhall/internal/fault"
	"guildhall/internal/journal"
)

// List gives the rounds that the actor may see, newest first.
func (o *Office) List(ctx context.Context) ([]*Round, error) {
	return db.View(ctx, o.DB, listRounds)
}

// Draft makes a new round under the rule in force.
func (o *Office) Draft(ctx context.Context, f Form) (*Round, error) {
	return db.Update(ctx, o.DB, func(tx *db.Tx) (*Round, error) {
		r := &Round{ID: db.NewID(), State: Draft, MadeAt: tx.Now, action: "round.round.draft", LeftOut: map[string]int{}, After: f.After, Line: f.Line}
		if err := policy.Allow(ctx, r.action, r.subject()); err != nil {
			return nil, err
		}
		if f.Kind == "" {
			f.Kind = Graduate
		}
		all, _ := o.Talent.Statuses()
		terms, rule, err := usual(tx, f.Kind)
		if err != nil {
			return nil, err
		}
		if r.RuleID = rule; f.Ties == "" { // nothing was said of the terms
			terms.CapPercent = max(terms.CapPercent, f.CapPercent)
			f.Terms = terms
		}
		if err := r.settle(f, all); err != nil {
			return nil, err
		}
		if err := r.wantedBy(tx); err != nil {
			return nil, err
		}
		if r.Scoring, err = o.Talent.Scoring(tx); err != nil {
			return nil, err
		}
		if r.Number, err = nextRound(tx); err != nil {
			return nil, err
		}
		secret := make([]byte, 32)
		rand.Read(secret)
		r.secret = o.Keys.Seal(hex.EncodeToString(secret))
		return r, keepRound(tx, r)
	})
}

// wantedBy tells what is wrong with the line for which the round is to be held.
func (r *Round) wantedBy(tx *db.Tx) error {
	if r.Line == "" {
		return nil
	}
	line, err := demand.Find(tx, r.Line)
	if err != nil {
		return err
	}
	if !line.State.Runs() {
		return fault.Conflict.New("demand.over")
	}
	return nil
}

// Open lets candidates give their wishes.
func (o *Office) Open(ctx context.Context, id string) (*Round, error) {
	return db.Update(ctx, o.DB, func(tx *db.Tx) (*Round, error) {
		r, err := takeRound(tx, "round.round.open", id)
		if err != nil {
			return nil, err
		}
		if err := r.open(tx.Now); err != nil {
			return nil, err
		}
		return r, keepRound(tx, r)
	})
}

// Freeze fixes candidates, wishes and positions as they stand, and the seed of
// the lottery: the one given, such as a number drawn in public, or a random one.
func (o *Office) Freeze(ctx context.Context, id, seed string) (*Round, error) {
	if seed == "" {
		draw := make([]byte, 16)
		rand.Read(draw)
		seed = hex.EncodeToString(draw)
	}
	return db.Update(ctx, o.DB, func(tx *db.Tx) (*Round, error) {
		r, err := takeRound(tx, "round.round.freeze", id)
		if err != nil {
			return nil, err
		}
		if err := r.freeze(seed, tx.Now); err != nil {
			return nil, err
		}
		t, err := o.live(tx, r)
		if err != nil {
			return nil, err
		}
		if err := t.contradictions(); err != nil {
			return nil, err
		}
		if err := freezeRows(tx, t); err != nil {
			return nil, err
		}
		return r, keepRound(tx, r)
	})
}

// Publish lets everybody see what concerns them. Only a verified result can be
// published, which the schema holds too; the kept rows are checked once more, lest
// they were changed since, and so is whether anybody has gone.
func (o *Office) Publish(ctx context.Context, id string) (*Round, error) {
	type checked struct {
		Finding
		run string
	}
	found, err := db.View(ctx, o.DB, func(tx *db.Tx) (c checked, err error) {
		r, err := takeRound(tx, "round.round.publish", id)
		if err != nil {
			return c, err
		}
		if err := r.step(Verified, Verified); err != nil {
			return c, err
		}
		t, err := frozen(tx, r)
		if err != nil {
			return c, err
		}
		if err := o.stale(tx, t); err != nil {
			return c, err
		}
		c.run = r.run
		c.Finding, err = o.verify(tx, t)
		return c, err
	})
	if err != nil {
		return nil, err
	}
	return db.Update(ctx, o.DB, func(tx *db.Tx) (*Round, error) {
		r, err := takeRound(tx, "round.round.publish", id)
		if err != nil {
			return nil, err
		}
		if r.run != found.run {
			return nil, fault.Conflict.New("round.round.moved")
		}
		if err := r.publish(found.Finding, tx.Now); err != nil {
			return nil, err
		}
		if err := keepRound(tx, r); err != nil {
			return nil, err
		}
		return r, r.notePublished(tx)
	})
}

// RunRound takes a round from its draft to its publication in one go: what a
// demonstration needs. A round between people takes its time at each step.
func (o *Office) RunRound(ctx context.Context, f Form, seed string) (*Round, error) {
	r, err := o.Draft(ctx, f)
	if err != nil {
		return nil, err
	}
	for _, step := range []func() (*Round, error){
		func() (*Round, error) { return o.Open(ctx, r.ID) },
		func() (*Round, error) { return o.Freeze(ctx, r.ID, seed) },
		func() (*Round, error) { return o.Compute(ctx, r.ID) },
		func() (*Round, error) { return o.Verify(ctx, r.ID) },
		func() (*Round, error) { return o.Publish(ctx, r.ID) },
	} {
		if r, err = step(); err != nil {
			return r, err
		}
	}
	return r, nil
}

// seeRound gets a round, if the actor may so much as know of it.
func seeRound(tx *db.Tx, id string) (*Round, error) {
	r, err := findRound(tx, id)
	if err == nil && !may(tx.Context(), "round.round.read", r.subject()) {
		return nil, notFound()
	}
	return r, err
}

// takeRound gets a round for an action. It is the one way to a round that can be
// changed.
func takeRound(tx *db.Tx, action, id string) (*Round, error) {
	r, err := seeRound(tx, id)
	if err != nil {
		return nil, err
	}
	r.action = action
	return r, policy.Allow(tx.Context(), action, r.subject())
}

// keepRound saves what was done with a round and lets the journal tell of it. It
// is the one way by which a round is saved.
func keepRound(tx *db.Tx, r *Round) error {
	if r.action == "" {
		panic("round: one is kept that was taken for no action")
	}
	if err := saveRound(tx, r); err != nil {
		return err
	}
	return journal.Record(tx, r.action, r.ID, r)
}
