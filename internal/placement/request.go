package placement

import (
	"context"
	"slices"
	"strings"
	"time"

	"guildhall/internal/agreement"
	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/rule"
)

// Request is what one side asks of the other while a placement runs.
type Request struct {
	ID         string     `json:"id"`
	Placement  string     `json:"placement"`
	Kind       string     `json:"kind"` // change or end
	Side       string     `json:"side"` // that asks: school, enterprise, student
	Why        string     `json:"why"`
	Day        string     `json:"day"`             // from which it is to hold
	Terms      *Terms     `json:"terms,omitempty"` // of a change: what is to be agreed on
	Due        string     `json:"due"`             // the last day to answer
	State      string     `json:"state"`           // open, agreed, refused, lapsed, done
	Answer     string     `json:"answer,omitempty"`
	AskedAt    time.Time  `json:"asked_at"`
	AnsweredAt *time.Time `json:"answered_at,omitempty"`
}

// Asking is what a form about a running placement sends.
type Asking struct {
	Kind  string `json:"kind"`
	Day   string `json:"day"`
	Until string `json:"until"` // of a change; empty: as it was
	Pay   string `json:"pay"`   // yuan a month; empty: as it was
	Hours int    `json:"hours"` // a day; 0: as it was
	Work  string `json:"work"`  // empty: as it was
	Why   string `json:"why"`
}

// Ask asks the other side for a change or an end. Until they answer, or until the
// day by which they must, all stays as it was.
func (o *Office) Ask(ctx context.Context, id string, in Asking) (*Request, error) {
	return db.Update(ctx, o.DB, func(tx *db.Tx) (*Request, error) {
		p, err := o.take(tx, "placement.placement.ask", id)
		if err != nil {
			return nil, err
		}
		if !p.State.Runs() {
			return nil, fault.Conflict.New("placement.not_running")
		}
		process, err := rule.Today[Process](tx, "placement.process")
		if err != nil {
			return nil, err
		}
		asked, err := requestsOf(tx, p.ID)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(asked, func(r *Request) bool { return r.State == "open" }) {
			return nil, fault.Conflict.New("placement.asked")
		}
		r, err := p.ask(in, day(tx), process.Rule)
		if err != nil {
			return nil, err
		}
		r.ID, r.Placement, r.AskedAt, r.Side = db.NewID(), p.ID, tx.Now, p.side(auth.From(ctx))
		if err := saveRequest(tx, r); err != nil {
			return nil, err
		}
		return r, o.keep(tx, p)
	})
}

// side tells for which side somebody asks or answers.
func (p *Placement) side(a auth.Actor) string {
	switch {
	case a.For(p.School):
		return roleSchool
	case a.For(p.Enterprise):
		return roleEnterprise
	}
	return roleStudent
}

func (p *Placement) ask(in Asking, today string, process Process) (*Request, error) {
	var wrong fault.List
	r := &Request{Kind: in.Kind, Why: strings.TrimSpace(in.Why), Day: in.Day, State: "open", Due: later(today, 0, process.Days)}
	if r.Kind != "change" && r.Kind != "end" {
		wrong.Add("kind", "placement.request.kind", r.Kind)
	}
	if r.Why == "" {
		wrong.Add("why", "placement.why")
	}
	if _, err := time.Parse(time.DateOnly, r.Day); err != nil {
		wrong.Add("day", "fault.date", r.Day)
	} else if r.Day < today {
		wrong.Add("day", "placement.request.past", today)
	} else if r.Day >= p.Until {
		wrong.Add("day", "placement.request.after", p.Until)
	}
	if r.Kind == "change" {
		r.Terms = p.asked(in, &wrong)
	}
	return r, wrong.Err()
}

// asked gives the terms with what is to change.
func (p *Placement) asked(in Asking, wrong *fault.List) *Terms {
	t := p.Terms
	if in.Until != "" {
		t.Until = in.Until
	}
	if in.Pay != "" {
		t.Pay = fen(in.Pay, "pay", wrong)
	}
	if in.Hours != 0 {
		t.HoursDay = in.Hours
	}
	if in.Work != "" {
		t.Work = in.Work
	}
	changed := *p
	changed.Terms = t
	changed.check(wrong)
	if same(t, p.Terms) {
		wrong.Add("until", "placement.request.nothing")
	}
	return &t
}

func same(a, b Terms) bool {
	return a.Until == b.Until && a.Pay == b.Pay && a.HoursDay == b.HoursDay && a.Work == b.Work
}

// Answer agrees to what the other side asks, or refuses it.
func (o *Office) Answer(ctx context.Context, id, request string, agrees bool, words string) (*Placement, error) {
	return db.Update(ctx, o.DB, func(tx *db.Tx) (*Placement, error) {
		p, err := o.take(tx, "placement.placement.answer", id)
		if err != nil {
			return nil, err
		}
		r, err := findRequest(tx, id, request)
		if err != nil {
			return nil, err
		}
		switch {
		case r.State != "open":
			return nil, fault.Conflict.New("placement.request.over")
		case r.Side == p.side(auth.From(ctx)):
			return nil, fault.Conflict.New("placement.request.own")
		case !agrees && strings.TrimSpace(words) == "":
			var wrong fault.List
			wrong.Add("words", "placement.why")
			return nil, wrong.Err()
		}
		now := tx.Now
		r.Answer, r.AnsweredAt, r.State = strings.TrimSpace(words), &now, "refused"
		if agrees {
			r.State = "agreed"
		}
		return p, o.effect(tx, p, r)
	})
}

// effect does what a request that is settled asks for, and keeps both.
func (o *Office) effect(tx *db.Tx, p *Placement, r *Request) error {
	if r.State == "agreed" {
		switch {
		case r.Kind == "change":
			p.Terms, p.State, r.State = *r.Terms, Changed, "done"
			if err := claim(tx, p); err != nil {
				return err
			}
			if err := saveRequest(tx, r); err != nil {
				return err
			}
			return o.renew(tx, p)
		case r.Day <= day(tx):
			r.State = "done"
			if err := saveRequest(tx, r); err != nil {
				return err
			}
			return o.finish(tx, p, max(r.Day, day(tx)), r.Side, r.Why)
		}
	}
	if err := saveRequest(tx, r); err != nil {
		return err
	}
	return o.keep(tx, p)
}

// finish ends a placement with its agreement, and notes it.
func (o *Office) finish(tx *db.Tx, p *Placement, on, side, why string) error {
	if err := p.end(on, why); err != nil {
		return err
	}
	if p.agreed != nil && !p.agreed.State.Over() {
		if _, ok := p.agreed.Party(side); !ok {
			side = ""
		}
		if err := agreement.End(tx, o.Keys, p.agreed, on, side, why); err != nil {
			return err
		}
	}
	if err := o.keep(tx, p); err != nil {
		return err
	}
	return noteEnded(tx, p, side)
}

// Pass does what the passing of time asks for: it lets silence have its effect,
// brings agreed ends about, and ends what has reached its last day. The house runs
// it every hour; it gives how many placements it moved.
func (o *Office) Pass(tx *db.Tx) (moved int, err error) {
	process, err := rule.Today[Process](tx, "placement.process")
	if err != nil {
		return 0, err
	}
	due, err := silent(tx, day(tx))
	if err != nil {
		return 0, err
	}
	for _, r := range due {
		p, err := o.find(tx, r.Placement)
		if err != nil {
			return moved, err
		}
		p.action = "placement.placement.pass"
		switch {
		case !p.State.Runs():
			r.State = "lapsed"
		case r.State == "open" && r.Kind == "end" && process.Rule.Silence == "agrees":
			r.State = "agreed"
		case r.State == "open":
			r.State = "lapsed"
		}
		if err := o.effect(tx, p, r); err != nil {
			return moved, err
		}
		moved++
	}
	var w db.Where
	w.And("p.state IN ('started', 'changed') AND p.until <= ?", day(tx))
	over, err := o.list(tx, w, "p.number", most)
	if err != nil {
		return moved, err
	}
	if err := o.know(tx, over); err != nil {
		return moved, err
	}
	for _, p := range over {
		p.action = "placement.placement.pass"
		if err := o.finish(tx, p, p.Until, "", ""); err != nil {
			return moved, err
		}
		moved++
	}
	return moved, nil
}
