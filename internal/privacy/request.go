package privacy

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/journal"
)

// Kinds of requests, and their states.
const (
	Correct = "correct"
	Erase   = "erase"
	Review  = "review"

	Open      = "open"
	Accepted  = "accepted"
	Refused   = "refused"
	Withdrawn = "withdrawn"
	Carrying  = "carrying" // an erasure that has begun
	InPart    = "part"     // what had to stay goes when it may
	Done      = "done"
)

// Requests lists the kinds, and States the states.
var (
	Requests = []string{Correct, Erase, Review}
	States   = []string{Open, Accepted, Refused, Withdrawn, Carrying, InPart, Done}
)

// Request is what a person asked for.
type Request struct {
	ID         string     `json:"id"`
	Number     int        `json:"number"`
	Kind       string     `json:"kind"`
	State      string     `json:"state"`
	Account    string     `json:"account,omitempty"`
	Candidate  string     `json:"candidate,omitempty"`
	Unit       string     `json:"unit"` // that answers; empty: the secretariat
	Subject    string     `json:"subject,omitempty"`
	Words      string     `json:"words" personal:"true"`
	Letter     string     `json:"letter,omitempty" personal:"true"`
	Answer     string     `json:"answer" personal:"true"`
	Due        string     `json:"due"`
	Rule       string     `json:"rule"`
	Outcome    []Outcome  `json:"outcome,omitempty"`
	MadeAt     time.Time  `json:"made_at"`
	AnsweredAt *time.Time `json:"answered_at,omitempty"`

	By         string `json:"-"`
	AnsweredBy string `json:"-"`
	school     string
	action     string
}

// Whose makes the journal seal what they wrote under their own key.
func (q *Request) Whose() string {
	if q.Candidate != "" {
		return q.Candidate
	}
	return q.Account
}

func (q *Request) subject() Subject {
	return Subject{Account: q.Account, Candidate: q.Candidate, School: q.school, Request: true, Unit: q.Unit, By: q.By}
}

// Outcome is what an erasure did with one kind of data.
type Outcome struct {
	Kind   string `json:"kind"`
	Count  int    `json:"count"`
	Fate   string `json:"fate"`
	Until  string `json:"until,omitempty"`
	Reason string `json:"reason,omitempty"`
}

// Asked is what a request is filled in with.
type Asked struct {
	Words    string `json:"words"`
	Round    string `json:"round"`    // of a review
	Letter   string `json:"letter"`   // by whoever asks for another: the written request's day and number
	Password string `json:"password"` // of whoever asks for an erasure or an export
}

const (
	mostWords  = 2000
	mostLetter = 200
)

func (in *Asked) check(p *Person, kind string) error {
	var wrong fault.List
	in.Words, in.Letter = strings.TrimSpace(in.Words), strings.TrimSpace(in.Letter)
	if n := utf8.RuneCountInString(in.Words); n > mostWords {
		wrong.Add("words", "privacy.words.long", mostWords)
	} else if n == 0 && kind != Erase {
		wrong.Add("words", "privacy.words.none")
	}
	if n := utf8.RuneCountInString(in.Letter); n > mostLetter {
		wrong.Add("letter", "privacy.words.long", mostLetter)
	} else if n == 0 && !p.Self {
		wrong.Add("letter", "privacy.letter.none")
	}
	if kind == Review && in.Round == "" {
		wrong.Add("round", "privacy.round.none")
	}
	return wrong.Err()
}

// AskCorrection asks whoever keeps a person's record to correct it.
func (o *Office) AskCorrection(ctx context.Context, id string, in Asked) (*Request, error) {
	return o.file(ctx, id, Correct, in)
}

// AskReview asks that a person look over how somebody came out of a round.
func (o *Office) AskReview(ctx context.Context, id string, in Asked) (*Request, error) {
	return o.file(ctx, id, Review, in)
}

// AskErasure asks that a person be erased, after some days in which it can be taken
// back. Whoever asks proves that they are who they say.
func (o *Office) AskErasure(ctx context.Context, id string, in Asked) (*Request, error) {
	if err := o.Prove(ctx, in.Password); err != nil {
		return nil, err
	}
	return o.file(ctx, id, Erase, in)
}

func (o *Office) file(ctx context.Context, id, kind string, in Asked) (*Request, error) {
	return db.Update(ctx, o.DB, func(tx *db.Tx) (*Request, error) {
		p, err := o.meant(tx, "privacy.request."+kind, id)
		if err != nil {
			return nil, err
		}
		if err := in.check(p, kind); err != nil {
			return nil, err
		}
		had, err := o.requestsOf(tx, p)
		if err != nil {
			return nil, err
		}
		for _, q := range had {
			if q.Kind == kind && q.waits() && (kind != Review || q.Subject == in.Round) {
				return nil, fault.Conflict.New("privacy.request.waits", q.Number)
			}
		}
		if kind == Review {
			if _, _, err := o.Explain(tx, in.Round, p.Candidate); err != nil {
				return nil, err
			}
		}
		held, err := process(tx)
		if err != nil {
			return nil, err
		}
		last, err := lastNumber(tx)
		if err != nil {
			return nil, err
		}
		q := &Request{ID: db.NewID(), Number: last + 1, Kind: kind, State: Open, Account: p.Account, Candidate: p.Candidate, Unit: p.Unit, Words: in.Words, Letter: in.Letter,
			Due: held.Rule.Due(today(tx)), Rule: held.ID, MadeAt: tx.Now, By: auth.From(ctx).ID, action: "privacy.request." + kind}
		switch kind {
		case Review:
			q.Subject, q.Unit = in.Round, ""
		case Erase:
			q.Due = held.Rule.Cools(today(tx))
		}
		return q, o.keep(tx, q)
	})
}

// waits tells whether something is still to be done about a request.
func (q *Request) waits() bool { return q.State == Open || q.State == Carrying || q.State == InPart }

// take gets a request for an action.
func (o *Office) take(tx *db.Tx, action, id string) (*Request, error) {
	q, err := o.find(tx, id)
	if err != nil {
		return nil, err
	}
	if !policy.Can(tx.Context(), "privacy.request.read", q.subject()) {
		if auth.From(tx.Context()).ID == "" {
			return nil, fault.Unknown.New("fault.unknown")
		}
		return nil, fault.NotFound.New("fault.not_found")
	}
	q.action = action
	return q, policy.Allow(tx.Context(), action, q.subject())
}

func (o *Office) keep(tx *db.Tx, q *Request) error {
	if err := o.save(tx, q); err != nil {
		return err
	}
	return journal.Record(tx, q.action, q.ID, q)
}

// TakeBack takes a request back that nobody has answered, or an erasure that has not
// begun.
func (o *Office) TakeBack(ctx context.Context, id string) (*Request, error) {
	return db.Update(ctx, o.DB, func(tx *db.Tx) (*Request, error) {
		q, err := o.take(tx, "privacy.request.take", id)
		if err != nil {
			return nil, err
		}
		if q.State != Open {
			return nil, fault.Conflict.New("privacy.request.over")
		}
		q.State = Withdrawn
		return q, o.keep(tx, q)
	})
}

// Answered is what a request is answered with.
type Answered struct {
	Accept bool   `json:"accept"`
	Words  string `json:"words"` // the reason
}

// Answer answers a request for a correction or a review, with a reason.
func (o *Office) Answer(ctx context.Context, id string, in Answered) (*Request, error) {
	return db.Update(ctx, o.DB, func(tx *db.Tx) (*Request, error) {
		q, err := o.take(tx, "privacy.request.answer", id)
		if err != nil {
			return nil, err
		}
		if q.State != Open || q.Kind == Erase {
			return nil, fault.Conflict.New("privacy.request.over")
		}
		var wrong fault.List
		in.Words = strings.TrimSpace(in.Words)
		if n := utf8.RuneCountInString(in.Words); n == 0 {
			wrong.Add("words", "privacy.answer.none")
		} else if n > mostWords {
			wrong.Add("words", "privacy.words.long", mostWords)
		}
		if err := wrong.Err(); err != nil {
			return nil, err
		}
		now := tx.Now
		q.State, q.Answer, q.AnsweredBy, q.AnsweredAt = Refused, in.Words, auth.From(ctx).ID, &now
		if in.Accept {
			q.State = Accepted
		}
		return q, o.keep(tx, q)
	})
}

// Asking is one request as whoever reads it sees it.
type Asking struct {
	*Request
	Person  string   `json:"person"` // masked for the secretariat
	Ref     string   `json:"ref"`
	Round   string   `json:"round,omitempty"`
	Reasons []Reason `json:"reasons,omitempty"`
	Answers bool     `json:"answers"` // the reader may answer it
}

// Request gives one request that the actor may read.
func (o *Office) Request(ctx context.Context, id string) (*Asking, error) {
	v, err := db.View(ctx, o.DB, func(tx *db.Tx) (*Asking, error) {
		q, err := o.take(tx, "privacy.request.read", id)
		if err != nil {
			return nil, err
		}
		v := &Asking{Request: q, Answers: q.State == Open && q.Kind != Erase && policy.Can(ctx, "privacy.request.answer", q.subject())}
		if err := o.name(tx, v); err != nil {
			return nil, err
		}
		if q.Kind == Review && q.Candidate != "" {
			v.Round, v.Reasons, err = o.Explain(tx, q.Subject, q.Candidate)
		}
		return v, err
	})
	if err != nil || self(auth.From(ctx), v.subject()) {
		return v, err
	}
	return v, journal.Note(ctx, o.DB, "privacy.request.read", v.Whose(), map[string]any{"request": v.ID})
}

// List gives the requests that the actor's unit answers, those that are due first.
func (o *Office) List(ctx context.Context, s Search) (*Page, error) {
	return db.View(ctx, o.DB, func(tx *db.Tx) (*Page, error) {
		if err := policy.Allow(ctx, "privacy.request.list", Subject{}); err != nil {
			return nil, err
		}
		list, next, err := o.list(tx, s)
		if err != nil {
			return nil, err
		}
		p := &Page{Next: next}
		for _, q := range list {
			a := &Asking{Request: q}
			if err := o.name(tx, a); err != nil {
				return nil, err
			}
			a.Words, a.Letter, a.Answer = "", "", ""
			p.List = append(p.List, a)
		}
		return p, nil
	})
}

// Search narrows List.
type Search struct {
	Kind  string `json:"kind"`
	State string `json:"state"`
	After int    `json:"after"` // number of the last one of the page before
}

// Page is a part of the list.
type Page struct {
	List []*Asking `json:"list"`
	Next int       `json:"next,omitempty"`
}

// Task is something that waits for the actor.
type Task struct {
	Word string
	Args []any
	Due  string
	Link string
}

// Waiting tells which requests wait for the actor to answer.
func (o *Office) Waiting(tx *db.Tx) (list []Task, err error) {
	a := auth.From(tx.Context())
	if !policy.Can(tx.Context(), "privacy.request.list", Subject{}) {
		return nil, nil
	}
	var w db.Where
	w.And("q.body = ? AND q.state = 'open' AND q.kind <> 'erase'", tx.Body)
	visible(a, &w)
	open, err := o.some(tx, w, "q.due, q.number", 50)
	for _, q := range open {
		list = append(list, Task{Word: "privacy.waiting." + q.Kind, Args: []any{q.Number}, Due: q.Due, Link: "/rights/" + q.ID})
	}
	return list, err
}
