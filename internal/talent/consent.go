package talent

import (
	"context"
	"slices"
	"strings"
	"time"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/journal"
	"guildhall/internal/rule"
)

// Who can give a consent, and how.
const (
	Self     = "self"
	Guardian = "guardian"
	online   = "online" // by the person, signed in
	paper    = "paper"  // signed, and noted by the unit that keeps the form
)

// Consents are purposes to which somebody consents now, as they stand in a column:
// ;enterprise;round;
type Consents string

// Has tells whether a purpose is among them.
func (c Consents) Has(purpose string) bool { return strings.Contains(string(c), ";"+purpose+";") }

// Allows tells whether a candidate may be used for a purpose at a time: they
// consent, and so does a guardian where they are, or may be, under age.
func (c *Candidate) Allows(purpose string, now time.Time) bool {
	return c.Consents.Has(purpose) && (!c.Minor(now) || c.GuardianConsents.Has(purpose))
}

// Granted is a consent that was given.
type Granted struct {
	Purpose     string     `json:"purpose"`
	Giver       string     `json:"giver"` // self or guardian
	GivenOn     string     `json:"given_on"`
	Channel     string     `json:"channel"` // online or paper
	NotedAt     time.Time  `json:"noted_at"`
	NotedBy     string     `json:"noted_by"`
	Version     string     `json:"version"` // of the wording
	WithdrawnAt *time.Time `json:"withdrawn_at,omitempty"`
	WithdrawnBy string     `json:"withdrawn_by,omitempty"`
}

// ConsentForm says for whom consent is noted, and for what.
type ConsentForm struct {
	Purposes  []string `json:"purposes"`
	Candidate string   `json:"-"`         // id; empty: the actor, or all of the actor's unit
	Programme string   `json:"programme"` // id; empty: all of the unit
	Giver     string   `json:"giver"`     // of one candidate: self or guardian
	Guardian  bool     `json:"guardian"`  // the guardians of those under age have signed too
	On        string   `json:"on"`        // day of the signature; empty: today
}

// check tells what is wrong with a form under the wording in force.
func (f *ConsentForm) check(r ConsentRule, today string) error {
	var wrong fault.List
	f.Purposes = slices.DeleteFunc(slices.Clone(f.Purposes), func(p string) bool { return p == "" })
	if len(f.Purposes) == 0 {
		wrong.Add("purposes", "talent.consent.no_purpose")
	}
	for _, p := range f.Purposes {
		if _, ok := r.purpose(p); !ok {
			wrong.Add("purposes", "talent.consent.unknown", p)
		}
	}
	if f.On == "" {
		f.On = today
	}
	if _, err := time.Parse(time.DateOnly, f.On); err != nil {
		wrong.Add("on", "fault.date", f.On)
	} else if f.On > today {
		wrong.Add("on", "talent.consent.future", f.On)
	}
	if f.Giver != "" && f.Giver != Self && f.Giver != Guardian {
		wrong.Add("giver", "talent.consent.giver", f.Giver)
	}
	return wrong.Err()
}

// Consent notes consents: the actor's own, or, where the actor works for the unit
// that keeps the signed forms, those of one candidate or of all in a programme. It
// tells for how many people it noted one.
func (t *Talent) Consent(ctx context.Context, f ConsentForm) (int, error) {
	return db.Update(ctx, t.DB, func(tx *db.Tx) (int, error) {
		a := auth.From(ctx)
		on, own, err := consenting(tx, &f)
		if err != nil {
			return 0, err
		}
		if err := policy.Allow(ctx, "talent.candidate.consent", on); err != nil {
			return 0, err
		}
		held, err := rule.Today[ConsentRule](tx, consentKind)
		if err != nil {
			return 0, err
		}
		if err := f.check(held.Rule, day(tx.Now)); err != nil {
			return 0, err
		}
		if held, err = rule.At[ConsentRule](tx, consentKind, f.On); err != nil {
			return 0, err
		}
		g := Granted{GivenOn: f.On, Channel: paper, NotedBy: a.ID, Version: held.ID}
		if own {
			g.Channel, f.Giver, f.Guardian = online, Self, false // a guardian's word is not the pupil's to give
		}
		whom := func(w *db.Where) {
			if f.Candidate != "" {
				w.And("c.id = ?", f.Candidate)
				return
			}
			w.And("c.school = ?", a.Unit)
			if f.Programme != "" {
				w.And("c.programme = ?", f.Programme)
			}
		}
		n, err := grant(tx, f, g, whom)
		if err != nil {
			return 0, err
		}
		return n, journal.Record(tx, "talent.candidate.consent", either(f.Candidate, a.Unit),
			map[string]any{"candidates": n, "purposes": f.Purposes, "giver": f.Giver, "guardian": f.Guardian, "on": f.On, "version": held.ID})
	})
}

// consenting finds out about whom a form is, and whether that is the actor.
func consenting(tx *db.Tx, f *ConsentForm) (on Subject, own bool, err error) {
	a := actor(tx)
	if f.Candidate == "" && !a.For(a.Unit) {
		f.Candidate = a.About
	}
	if f.Candidate == "" {
		return Subject{School: a.Unit}, false, nil
	}
	c, err := seeCandidate(tx, f.Candidate)
	if err != nil {
		return on, false, err
	}
	return c.subject(), self(a, c.subject()), nil
}

// grant writes consents for those whom whom names, and tells how many people
// have one that they had not.
func grant(tx *db.Tx, f ConsentForm, g Granted, whom func(*db.Where)) (int, error) {
	most := int64(0)
	for _, purpose := range f.Purposes {
		for _, giver := range []string{Self, Guardian} {
			if f.Giver != "" && giver != f.Giver || f.Giver == "" && giver == Guardian && !f.Guardian {
				continue
			}
			g.Purpose, g.Giver = purpose, giver
			n, err := grantOne(tx, g, whom)
			if err != nil {
				return 0, err
			}
			most = max(most, n)
		}
	}
	return int(most), refreshConsents(tx, whom)
}

// WithdrawConsent takes a consent back, at once: from then on nothing is done on
// it. What was published before stays.
func (t *Talent) WithdrawConsent(ctx context.Context, f ConsentForm) (int, error) {
	return db.Update(ctx, t.DB, func(tx *db.Tx) (int, error) {
		on, own, err := consenting(tx, &f)
		if err != nil {
			return 0, err
		}
		if err := policy.Allow(ctx, "talent.candidate.consent", on); err != nil {
			return 0, err
		}
		if f.Candidate == "" {
			return 0, fault.Invalid.New("talent.consent.whose")
		}
		if own {
			f.Giver = Self
		}
		n, err := withdraw(tx, f.Candidate, f.Giver, f.Purposes)
		if err != nil {
			return 0, err
		}
		if err := refreshConsents(tx, func(w *db.Where) { w.And("c.id = ?", f.Candidate) }); err != nil {
			return 0, err
		}
		return n, journal.Record(tx, "talent.candidate.consent", f.Candidate, map[string]any{"withdrawn": n, "purposes": f.Purposes, "giver": f.Giver})
	})
}

func either(first, second string) string {
	if first != "" {
		return first
	}
	return second
}

// ConsentView is what a person consents to, purpose by purpose, with its history.
type ConsentView struct {
	*Candidate
	Own      bool                              `json:"own"`
	Needs    bool                              `json:"needs_guardian"`
	Held     rule.Held[ConsentRule]            `json:"wording"`
	Granted  []Granted                         `json:"granted"` // newest first
	wordings map[string]rule.Held[ConsentRule] // by version, as people saw them
}

// ConsentsOf gives the consents of a candidate whom the actor may see: of the
// actor where none is named.
func (t *Talent) ConsentsOf(ctx context.Context, id string) (*ConsentView, error) {
	return db.View(ctx, t.DB, func(tx *db.Tx) (*ConsentView, error) {
		if id == "" {
			id = actor(tx).About
		}
		c, err := seeCandidate(tx, id)
		if err != nil {
			return nil, err
		}
		v := &ConsentView{Candidate: c, Own: self(actor(tx), c.subject()), Needs: c.Minor(tx.Now), wordings: map[string]rule.Held[ConsentRule]{}}
		if v.Held, err = rule.Today[ConsentRule](tx, consentKind); err != nil {
			return nil, err
		}
		if v.Granted, err = grantedTo(tx, id); err != nil {
			return nil, err
		}
		for _, g := range v.Granted {
			if _, had := v.wordings[g.Version]; had || g.Version == before {
				continue
			}
			if v.wordings[g.Version], err = rule.Under[ConsentRule](tx, consentKind, g.Version); err != nil && !isMissing(err) {
				return nil, err
			}
		}
		mask(actor(tx), c)
		return v, nil
	})
}

// before is the version of what was consented to before wordings were kept.
const before = "before"

// open gives the consent of a giver that stands, nil where none does.
func (v *ConsentView) open(purpose, giver string) *Granted {
	for i, g := range v.Granted {
		if g.Purpose == purpose && g.Giver == giver && g.WithdrawnAt == nil {
			return &v.Granted[i]
		}
	}
	return nil
}
