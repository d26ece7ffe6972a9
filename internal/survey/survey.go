// Package survey (供需调查) asks the enterprises of a consortium, round by round,
// what they will hire. Each gets a form that is filled in already from what is
// known of it: its hires a year ago, its running demand lines, its former plans.
// Answers are looked through before they become plans that a forecast reads, and
// each round tells how many answered and how much of the hiring they stand for.
package survey

import (
	"context"
	"embed"

	"guildhall/internal/auth"
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

// Room is the tables of the surveys.
var Room = db.Room{Name: "survey", Schema: schema}

// Records answers what is known of the enterprises, and takes what they plan. It
// is asked here and answered where the house is put together.
type Records interface {
	// Enterprises gives the enterprises that belong to the body today.
	Enterprises(tx *db.Tx) ([]Enterprise, error)
	// Known gives what an enterprise hired and planned, by kind of work and quarter.
	Known(tx *db.Tx, unit string) ([]Known, error)
	// Wanted gives an enterprise's running demand for people.
	Wanted(tx *db.Tx, unit string) ([]Wanted, error)
	// Take keeps plans that were looked through.
	Take(tx *db.Tx, plans []Planned) error
	// Begin begins a forecast and gives its id. Where it puts the one before right, why
	// says what was wrong.
	Begin(ctx context.Context, why string) (release string, err error)
}

// Survey keeps rounds and their forms.
type Survey struct {
	DB      *db.DB
	Records Records
}

// Draft begins a round that nobody is asked in yet.
func (s *Survey) Draft(ctx context.Context, d Draft) (*Round, error) {
	return db.Update(ctx, s.DB, func(tx *db.Tx) (*Round, error) {
		r := &Round{ID: db.NewID(), State: Drafted, Title: d.Title, First: d.First, Closes: d.Closes, Note: d.Note, ChangedAt: tx.Now}
		if err := allow(tx, "survey.round.draft", r); err != nil {
			return nil, err
		}
		if err := r.settle(today(tx)); err != nil {
			return nil, err
		}
		n, err := nextNumber(tx)
		if err != nil {
			return nil, err
		}
		r.Number = n
		return r, keep(tx, r)
	})
}

// Open asks every enterprise of the body. One round asks at a time.
func (s *Survey) Open(ctx context.Context, id string) (*Round, error) {
	return db.Update(ctx, s.DB, func(tx *db.Tx) (*Round, error) {
		r, err := take(tx, "survey.round.open", id)
		if err != nil {
			return nil, err
		}
		if other, err := inState(tx, Opened); err != nil || other != nil {
			return nil, orConflict(err, "survey.round.another", other)
		}
		if err := r.open(tx.Now, today(tx)); err != nil {
			return nil, err
		}
		if err := keep(tx, r); err != nil {
			return nil, err
		}
		_, err = s.ask(tx, r)
		return r, err
	})
}

// ask makes a form for each enterprise that has none, and tells how many.
func (s *Survey) ask(tx *db.Tx, r *Round) (int, error) {
	all, err := s.Records.Enterprises(tx)
	if err != nil {
		return 0, err
	}
	asked, err := formsOf(tx, r.ID)
	if err != nil {
		return 0, err
	}
	known := map[string]bool{}
	for _, f := range asked {
		known[f.Unit] = true
	}
	var fresh []*Form
	for _, e := range all {
		if !known[e.ID] {
			fresh = append(fresh, &Form{Round: r.ID, Unit: e.ID, State: Asked, Weight: e.Hired})
		}
	}
	return len(fresh), insertForms(tx, fresh)
}

// Remind tells those who have not answered again, and asks enterprises that have
// joined since the round opened. It gives how many.
func (s *Survey) Remind(ctx context.Context, id string) (n int, err error) {
	return db.Update(ctx, s.DB, func(tx *db.Tx) (int, error) {
		r, err := take(tx, "survey.round.remind", id)
		if err != nil {
			return 0, err
		}
		if r.State != Opened {
			return 0, fault.Conflict.New("survey.round.not_open", r.Number)
		}
		fresh, err := s.ask(tx, r)
		if err != nil {
			return 0, err
		}
		n, err := remind(tx, r.ID)
		if err != nil {
			return 0, err
		}
		return n, journal.Record(tx, "survey.round.remind", r.ID, map[string]int{"reminded": n, "asked": fresh})
	})
}

// Close takes no more answers.
func (s *Survey) Close(ctx context.Context, id string) (*Round, error) {
	return s.move(ctx, "survey.round.close", id, func(tx *db.Tx, r *Round) error { return r.close(tx.Now) })
}

// Revise takes a published round up again and says why; what was published stays.
func (s *Survey) Revise(ctx context.Context, id, why string) (*Round, error) {
	return s.move(ctx, "survey.round.revise", id, func(_ *db.Tx, r *Round) error { return r.revise(why) })
}

func (s *Survey) move(ctx context.Context, action, id string, step func(*db.Tx, *Round) error) (*Round, error) {
	return db.Update(ctx, s.DB, func(tx *db.Tx) (*Round, error) {
		r, err := take(tx, action, id)
		if err != nil {
			return nil, err
		}
		if err := step(tx, r); err != nil {
			return nil, err
		}
		return r, keep(tx, r)
	})
}

// Model begins the forecast of a round that was checked. The round is modelled
// when Hear is told that the forecast is computed.
func (s *Survey) Model(ctx context.Context, id string) (*Round, error) {
	r, err := db.View(ctx, s.DB, func(tx *db.Tx) (*Round, error) {
		r, err := take(tx, "survey.round.model", id)
		if err != nil {
			return nil, err
		}
		return r, r.ready()
	})
	if err != nil {
		return nil, err
	}
	release, err := s.Records.Begin(ctx, r.Why)
	if err != nil {
		return nil, err
	}
	return s.move(ctx, "survey.round.model", id, func(_ *db.Tx, r *Round) error {
		r.Release = release
		return r.ready()
	})
}

// Hear moves the round along whose forecast was computed, reviewed or published.
func (s *Survey) Hear(tx *db.Tx, release, state string) error {
	r, err := ofRelease(tx, release)
	if err != nil || r == nil || !r.follow(state) {
		return err
	}
	if err := saveRound(tx, r); err != nil {
		return err
	}
	return journal.Record(tx, "survey.round.follow", r.ID, r)
}

// orConflict is err, or a conflict with a round that stands in the way.
func orConflict(err error, key string, r *Round) error {
	if err != nil {
		return err
	}
	return fault.Conflict.New(key, r.Number)
}

// see gets a round, if the actor may so much as know of it.
func see(tx *db.Tx, id string) (*Round, error) {
	r, err := findRound(tx, id)
	if err == nil && !policy.Can(tx.Context(), "survey.round.read", about{state: r.State}) {
		return nil, fault.NotFound.New("fault.not_found")
	}
	return r, err
}

// take gets a round for an action. It is the one way to one that can be changed.
func take(tx *db.Tx, action, id string) (*Round, error) {
	r, err := see(tx, id)
	if err != nil {
		return nil, err
	}
	return r, allow(tx, action, r)
}

func allow(tx *db.Tx, action string, r *Round) error {
	r.action = action
	return policy.Allow(tx.Context(), action, about{state: r.State})
}

// keep saves a round and lets the journal tell of it.
func keep(tx *db.Tx, r *Round) error {
	if r.action == "" {
		panic("survey: a round is kept that was taken for no action")
	}
	r.ChangedAt = tx.Now
	if err := saveRound(tx, r); err != nil {
		return err
	}
	return journal.Record(tx, r.action, r.ID, r)
}

// works tells whether the actor answers for an enterprise.
func works(a auth.Actor) bool { return !a.Runs() && a.For(a.Unit) }
