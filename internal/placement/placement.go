// Package placement keeps placements (安置): one person, one post, one period. A
// student's internship or a graduate's employment is one. Before it starts, every
// rule of the regulation is checked over all schools and enterprises at once, and
// all that is against it is told with its article and the way to mend it.
//
// A person is in one place at a time: periods are half-open, and two of one person
// that overlap cannot be kept. The rules are dated data (package rule); each verdict
// bears the rule that it was given under.
package placement

import (
	"context"
	"embed"

	"guildhall/internal/agreement"
	"guildhall/internal/auth"
	"guildhall/internal/db"
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

// Room is the tables of placements.
var Room = db.Room{Name: "placement", Schema: schema}

// Student is what a check knows of a person. Their birth is not among it: the month
// of full age says enough.
type Student struct {
	ID        string
	Ref       string // the number by which sheets name them
	School    string
	Name      string
	Programme string // code
	Level     string
	Entered   string // day; empty where not known
	AdultFrom string // first whole month of full age, 2029-06; empty where birth is not known
	Female    bool
	Worker    bool // no student: a worker or a trainee, who can be employed but is no intern
	Consents  bool // to being shown to enterprises
}

// Post is what a check knows of a position.
type Post struct {
	ID         string
	Ref        string
	Enterprise string
	Title      string
	Kind       string // of position: staff of the same kind is counted
	Occupation string
	Shift      string
	PayLow     int64 // fen a month
}

// Admission is a place that a published round gave.
type Admission struct {
	Candidate string
	Post      string
}

// Talent answers this room's questions about people and posts; app decides how.
type Talent interface {
	// Students gives people by id, whoever asks: this room's own book says who sees them.
	Students(tx *db.Tx, ids []string) (map[string]*Student, error)
	// StudentByRef gives the one of a number: of sheets, or of their school.
	StudentByRef(tx *db.Tx, ref string) (*Student, error)
	Posts(tx *db.Tx, ids []string) (map[string]*Post, error)
	PostByRef(tx *db.Tx, ref string) (*Post, error)
	// Near tells in per cent how near a programme is to a post: 100 leads to it, 30
	// is of the same broad field, 0 is of another.
	Near(p *Post, programme string) int
	// Admissions gives whom a published round placed, of one school or of all, as
	// far as the actor may see, with the round's name.
	Admissions(ctx context.Context, round, school string) (string, []Admission, error)
}

// Office keeps the placements.
type Office struct {
	DB     *db.DB
	Keys   *seal.Keys
	Talent Talent
	URL    string // of the house, for links that are sent
}

// Draft plans a placement of one person at one post.
func (o *Office) Draft(ctx context.Context, f Form) (*Placement, error) {
	return db.Update(ctx, o.DB, func(tx *db.Tx) (*Placement, error) {
		var wrong fault.List
		s, p, err := o.meant(tx, f, &wrong)
		if err != nil {
			return nil, err
		}
		if s == nil || p == nil {
			if err := policy.Allow(tx.Context(), "placement.placement.list", nil); err != nil {
				return nil, err
			}
			return nil, wrong.Err()
		}
		d, err := o.plan(tx, f, s, p, &wrong)
		if err != nil {
			return nil, err
		}
		if err := policy.Allow(tx.Context(), d.action, d); err != nil {
			return nil, err
		}
		if err := wrong.Err(); err != nil {
			return nil, err
		}
		return d, o.begin(tx, d)
	})
}

// meant finds whom and which post a form means.
func (o *Office) meant(tx *db.Tx, f Form, wrong *fault.List) (*Student, *Post, error) {
	s, err := o.Talent.StudentByRef(tx, f.Student)
	if missing(err) {
		wrong.Add("student", "placement.no_student", f.Student)
	} else if err != nil {
		return nil, nil, err
	}
	p, err := o.Talent.PostByRef(tx, f.Post)
	if missing(err) {
		wrong.Add("post", "placement.no_post", f.Post)
	} else if err != nil {
		return nil, nil, err
	}
	return s, p, nil
}

// plan makes a draft of what a form tells, and adds what is wrong with it.
func (o *Office) plan(tx *db.Tx, f Form, s *Student, p *Post, wrong *fault.List) (*Placement, error) {
	d := &Placement{ID: db.NewID(), Kind: f.Kind, State: Draft, Candidate: s.ID, School: s.School, Enterprise: p.Enterprise, Post: p.ID, PostKind: p.Kind,
		Title: p.Title, Programme: s.Programme, Origin: f.Origin, action: "placement.placement.draft", student: s, post: p}
	if d.Kind == "" {
		d.Kind = Internship
	}
	d.Terms, d.Private = f.terms(wrong)
	d.check(wrong)
	if s.Worker && d.Kind == Internship {
		wrong.Add("student", "placement.only_students")
	}
	if !s.Consents {
		wrong.Add("student", "placement.no_consent")
	}
	return d, nil
}

// begin keeps a new placement: it claims its period, drafts its agreement, and is
// checked at once.
func (o *Office) begin(tx *db.Tx, p *Placement) error {
	last, err := lastNumber(tx)
	if err != nil {
		return err
	}
	p.Number, p.MadeAt, p.ChangedAt = last+1, tx.Now, tx.Now
	if err := claim(tx, p); err != nil {
		return err
	}
	a, err := o.paper(tx, p, nil)
	if err != nil {
		return err
	}
	if err := agreement.Draft(tx, o.Keys, a); err != nil {
		return err
	}
	p.Agreement, p.agreed = a.ID, a
	if err := o.judge(tx, []*Placement{p}); err != nil {
		return err
	}
	return o.keep(tx, p)
}

// Describe changes the terms of a placement that has not started. Where what is
// agreed on changes, everybody signs anew.
func (o *Office) Describe(ctx context.Context, id string, f Form) (*Placement, error) {
	return db.Update(ctx, o.DB, func(tx *db.Tx) (*Placement, error) {
		p, err := o.take(tx, "placement.placement.describe", id)
		if err != nil {
			return nil, err
		}
		if !p.State.Before() {
			return nil, fault.Conflict.New("placement.begun")
		}
		var wrong fault.List
		p.Terms, p.Private = f.terms(&wrong)
		p.check(&wrong)
		if err := wrong.Err(); err != nil {
			return nil, err
		}
		if err := claim(tx, p); err != nil {
			return nil, err
		}
		return p, o.renew(tx, p)
	})
}

// renew brings the agreement to the terms, judges anew, and keeps.
func (o *Office) renew(tx *db.Tx, p *Placement) error {
	a, err := o.paper(tx, p, p.agreed)
	if err != nil {
		return err
	}
	if err := agreement.Change(tx, o.Keys, a); err != nil {
		return err
	}
	if err := o.judge(tx, []*Placement{p}); err != nil {
		return err
	}
	return o.keep(tx, p)
}

// Withdraw gives up a placement that has not started.
func (o *Office) Withdraw(ctx context.Context, id, why string) (*Placement, error) {
	return db.Update(ctx, o.DB, func(tx *db.Tx) (*Placement, error) {
		p, err := o.take(tx, "placement.placement.withdraw", id)
		if err != nil {
			return nil, err
		}
		if err := p.withdraw(why); err != nil {
			return nil, err
		}
		if err := unclaim(tx, p.ID); err != nil {
			return nil, err
		}
		if err := agreement.End(tx, o.Keys, p.agreed, day(tx), "", ""); err != nil {
			return nil, err
		}
		return p, o.keep(tx, p)
	})
}

// Start begins a placement whose check found nothing against it.
func (o *Office) Start(ctx context.Context, id string) (*Placement, error) {
	return db.Update(ctx, o.DB, func(tx *db.Tx) (*Placement, error) {
		p, err := o.take(tx, "placement.placement.start", id)
		if err != nil {
			return nil, err
		}
		if err := o.judge(tx, []*Placement{p}); err != nil { // staff, rules and others may have changed since
			return nil, err
		}
		if err := p.start(day(tx), tx.Now); err != nil {
			return nil, err
		}
		if err := o.keep(tx, p); err != nil {
			return nil, err
		}
		return p, noteStarted(tx, p)
	})
}

// Placement gives one that the actor may see, with all that belongs to it.
func (o *Office) Placement(ctx context.Context, id string) (*View, error) {
	v, err := db.View(ctx, o.DB, func(tx *db.Tx) (*View, error) { return o.view(tx, id) })
	if err != nil || auth.From(ctx).About == v.Candidate {
		return v, err
	}
	return v, journal.Look(ctx, o.DB, "placement.placement.look", id, map[string]bool{"named": v.Named})
}

// see gets a placement, if the actor may so much as know of it.
func (o *Office) see(tx *db.Tx, id string) (*Placement, error) {
	p, err := o.find(tx, id)
	if err == nil && !policy.Can(tx.Context(), "placement.placement.read", p) {
		return nil, fault.NotFound.New("fault.not_found")
	}
	return p, err
}

// take gets a placement for an action. It is the one way to one that can be
// changed, and the rule book stands on it.
func (o *Office) take(tx *db.Tx, action, id string) (*Placement, error) {
	p, err := o.see(tx, id)
	if err != nil {
		return nil, err
	}
	p.action = action
	return p, policy.Allow(tx.Context(), action, p)
}

// keep saves what was done with a placement and lets the journal tell of it.
func (o *Office) keep(tx *db.Tx, p *Placement) error {
	if p.action == "" {
		panic("placement: one is kept that was taken for no action")
	}
	p.ChangedAt = tx.Now
	if err := o.save(tx, p); err != nil {
		return err
	}
	return journal.Record(tx, p.action, p.ID, p.told())
}
