package survey

import (
	"context"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/fault"
	"guildhall/internal/journal"
)

// Sheet is one enterprise's form with all that its page shows.
type Sheet struct {
	Round  *Round  `json:"round"`
	Form   *Form   `json:"form"`
	Name   string  `json:"name"`
	NameEN string  `json:"name_en"`
	Offers []Offer `json:"offers"`
}

// Sheet gives an enterprise's form, filled in.
func (s *Survey) Sheet(ctx context.Context, id, unit string) (*Sheet, error) {
	return db.View(ctx, s.DB, func(tx *db.Tx) (*Sheet, error) {
		r, f, err := takeForm(tx, "survey.form.read", id, unit)
		if err != nil {
			return nil, err
		}
		return s.sheet(tx, r, f)
	})
}

func (s *Survey) sheet(tx *db.Tx, r *Round, f *Form) (*Sheet, error) {
	offers, err := s.offers(tx, r, f.Unit)
	if err != nil {
		return nil, err
	}
	if f.answered() || f.State == Returned {
		offers = overlay(offers, f.Lines)
	}
	u, err := directory.FindUnit(tx, f.Unit)
	if err != nil {
		return nil, err
	}
	return &Sheet{Round: r, Form: f, Offers: offers, Name: u.Name, NameEN: u.NameEN}, nil
}

func (s *Survey) offers(tx *db.Tx, r *Round, unit string) ([]Offer, error) {
	known, err := s.Records.Known(tx, unit)
	if err != nil {
		return nil, err
	}
	wanted, err := s.Records.Wanted(tx, unit)
	if err != nil {
		return nil, err
	}
	return offer(r.quarters(), known, wanted), nil
}

// Answer takes what an enterprise says, once. Whoever has made a slip asks the
// secretariat to give the form back.
func (s *Survey) Answer(ctx context.Context, id, unit string, a Answer) (*Form, error) {
	return db.Update(ctx, s.DB, func(tx *db.Tx) (*Form, error) {
		r, f, err := takeForm(tx, "survey.form.answer", id, unit)
		if err != nil {
			return nil, err
		}
		if err := f.answer(r, a, auth.From(ctx).ID, today(tx), tx.Now); err != nil {
			return nil, err
		}
		if err := a.settle(); err != nil {
			return nil, err
		}
		offers, err := s.offers(tx, r, unit)
		if err != nil {
			return nil, err
		}
		if a.Nothing && len(a.Lines) == 0 { // zeros for all that it was asked about
			for _, o := range offers {
				f.Lines = append(f.Lines, Line{Position: o.Position, Planned: make([]int64, Quarters)})
			}
		}
		f.Doubts = doubts(f.Lines, offers)
		return f, keepForm(tx, "survey.form.answer", r, f)
	})
}

// GiveBack asks an enterprise to answer anew, and tells it why.
func (s *Survey) GiveBack(ctx context.Context, id, unit, why string) (*Form, error) {
	return s.judge(ctx, "survey.form.return", id, unit, func(r *Round, f *Form) error { return f.giveBack(r, why) })
}

// Accept says that the doubts about a form were looked into.
func (s *Survey) Accept(ctx context.Context, id, unit string) (*Form, error) {
	return s.judge(ctx, "survey.form.accept", id, unit, func(r *Round, f *Form) error { return f.accept(r) })
}

func (s *Survey) judge(ctx context.Context, action, id, unit string, do func(*Round, *Form) error) (*Form, error) {
	return db.Update(ctx, s.DB, func(tx *db.Tx) (*Form, error) {
		r, f, err := takeForm(tx, action, id, unit)
		if err != nil {
			return nil, err
		}
		if err := do(r, f); err != nil {
			return nil, err
		}
		return f, keepForm(tx, action, r, f)
	})
}

// atOnce is how many forms are taken while nobody else writes.
const atOnce = 40

// Check takes the plans of every form of a closed round: those without doubts, and
// those whose doubts were accepted. It is refused while doubts are open.
func (s *Survey) Check(ctx context.Context, id string) (*Round, error) {
	for {
		left, err := db.Update(ctx, s.DB, func(tx *db.Tx) (int, error) { return s.takeSome(tx, id) })
		if err != nil {
			return nil, err
		}
		if left == 0 {
			break
		}
	}
	return s.move(ctx, "survey.round.check", id, func(tx *db.Tx, r *Round) error {
		forms, err := formsOf(tx, r.ID)
		if err != nil {
			return err
		}
		if err := r.checkable(forms); err != nil {
			return err
		}
		r.State, r.CheckedAt, r.Counted = Checked, &tx.Now, count(forms)
		return nil
	})
}

// checkable tells why a round cannot be checked.
func (r *Round) checkable(forms []*Form) error {
	doubtful := 0
	for _, f := range forms {
		if f.State == Answered && len(f.Doubts) > 0 {
			doubtful++
		}
	}
	switch {
	case r.State != Closed:
		return fault.Conflict.New("survey.round.not_closed", r.Number)
	case doubtful > 0:
		return fault.Conflict.New("survey.round.doubts", doubtful)
	case count(forms).Answered == 0:
		return fault.Conflict.New("survey.round.nobody", r.Number)
	}
	return nil
}

// takeSome takes the plans of some forms and tells how many wait still.
func (s *Survey) takeSome(tx *db.Tx, id string) (left int, err error) {
	r, err := take(tx, "survey.round.check", id)
	if err != nil {
		return 0, err
	}
	forms, err := formsOf(tx, r.ID)
	if err != nil {
		return 0, err
	}
	if err := r.checkable(forms); err != nil {
		return 0, err
	}
	var all []Planned
	taken := 0
	for _, f := range forms {
		if f.State != Answered && f.State != Accepted {
			continue
		}
		if taken == atOnce {
			left++
			continue
		}
		taken++
		all = append(all, plans(r, f)...)
		f.State = Taken
		if err := saveForm(tx, f); err != nil {
			return 0, err
		}
	}
	if len(all) == 0 {
		return left, nil
	}
	return left, s.Records.Take(tx, all)
}

// takeForm gets a form for an action, if the actor may so much as know of it.
func takeForm(tx *db.Tx, action, id, unit string) (*Round, *Form, error) {
	r, err := see(tx, id)
	if err != nil {
		return nil, nil, err
	}
	f, err := findForm(tx, id, unit)
	if err != nil {
		return nil, nil, err
	}
	on := about{state: r.State, unit: unit}
	if !policy.Can(tx.Context(), "survey.form.read", on) {
		return nil, nil, fault.NotFound.New("fault.not_found")
	}
	return r, f, policy.Allow(tx.Context(), action, on)
}

func keepForm(tx *db.Tx, action string, r *Round, f *Form) error {
	if err := saveForm(tx, f); err != nil {
		return err
	}
	return journal.Record(tx, action, r.ID, f)
}
