package placement

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"guildhall/internal/act"
	"guildhall/internal/agreement"
	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/fault"
	"guildhall/internal/i18n"
	"guildhall/internal/journal"
)

// The parts in an agreement on a placement.
const (
	roleSchool     = "school"
	roleEnterprise = "enterprise"
	roleStudent    = "student"
	roleGuardian   = "guardian"
)

// Roles lists them, in the order in which they stand on the paper.
var Roles = []string{roleSchool, roleEnterprise, roleStudent, roleGuardian}

// clauseKeys are the heads of the clauses, after the regulation's article on what
// an agreement must say.
var clauseKeys = []string{"post", "period", "work", "place", "hours", "pay", "board", "safety", "insurance", "appraisal", "breach"}

// paper brings an agreement to the placement's terms; nil makes a new one. The
// paper is in Chinese, the language in which it binds.
func (o *Office) paper(tx *db.Tx, p *Placement, a *agreement.Agreement) (*agreement.Agreement, error) {
	if a == nil {
		a = &agreement.Agreement{Kind: "placement." + p.Kind, Subject: p.ID}
	}
	units, err := directory.Units(tx)
	if err != nil {
		return nil, err
	}
	zh := i18n.With(tx.Context(), "zh-CN")
	a.Title = say(zh, "paper."+p.Kind, p.Title)
	a.Since, a.Until = p.Since, p.Until
	if p.Until == Forever {
		a.Until = ""
	}
	a.Parties = p.parties(units)
	a.Clauses = nil
	for _, key := range clauseKeys {
		if text := p.clause(zh, key); text != "" {
			a.Clauses = append(a.Clauses, agreement.Clause{Key: key, Text: text})
		}
	}
	return a, nil
}

func (p *Placement) parties(units map[string]*directory.Unit) (list []agreement.Party) {
	unit := func(role, id string) {
		name := id
		if u := units[id]; u != nil {
			name = u.Name
		}
		list = append(list, agreement.Party{Role: role, Unit: id, Name: name})
	}
	if p.Kind == Internship {
		unit(roleSchool, p.School)
	}
	unit(roleEnterprise, p.Enterprise)
	list = append(list, agreement.Party{Role: roleStudent, Person: p.Candidate, Name: cmp.Or(p.student.Name, "—")})
	if name := strings.TrimSpace(p.Private.Guardian); name != "" && p.Kind == Internship {
		list = append(list, agreement.Party{Role: roleGuardian, Person: p.Candidate + ".guardian", Name: name})
	}
	return list
}

// clause writes a clause in the language of ctx; "" leaves it out.
func (p *Placement) clause(ctx context.Context, key string) string {
	switch key {
	case "post":
		return p.Title
	case "period":
		if p.Until == Forever {
			return say(ctx, "paper.from", p.Since)
		}
		return say(ctx, "paper.period", p.Since, later(p.Until, 0, -1))
	case "work":
		return p.Work
	case "place":
		return p.Place
	case "hours":
		return say(ctx, "paper.hours", p.HoursDay, p.HoursWeek, yes(ctx, p.Night), yes(ctx, p.Overtime), yes(ctx, p.RestDays))
	case "pay":
		return say(ctx, "paper.pay", yuan(p.Pay), p.PayDay, say(ctx, "pay_way."+cmp.Or(p.PayWay, "none")))
	case "board":
		return p.Board
	case "safety":
		var works []string
		for _, w := range p.Works {
			works = append(works, say(ctx, "work."+w))
		}
		if len(works) == 0 {
			return say(ctx, "paper.safe")
		}
		return say(ctx, "paper.works", strings.Join(works, say(ctx, "and")))
	}
	if p.Kind == Internship {
		return say(ctx, "paper."+key)
	}
	return ""
}

// Signing is what a page for signing sends.
type Signing struct {
	Role    string `json:"role"`
	Version int    `json:"version"`
	Name    string `json:"name"`
	Agree   bool   `json:"agree"`
}

// Sign signs the agreement as the actor's side.
func (o *Office) Sign(ctx context.Context, id string, s Signing) (*Placement, error) {
	return db.Update(ctx, o.DB, func(tx *db.Tx) (*Placement, error) {
		p, err := o.take(tx, "placement.placement.sign", id)
		if err != nil {
			return nil, err
		}
		a := auth.From(ctx)
		if !slices.Contains(p.sides(a), s.Role) {
			return nil, fault.Denied.New("fault.denied")
		}
		if s.Role == roleStudent {
			s.Name = p.student.Name
		}
		return p, o.sign(tx, p, s, agreement.Signature{Role: s.Role, Name: cmp.Or(s.Name, a.Name), Person: a.ID, By: agreement.ByAccount})
	})
}

// sides tells for which parties somebody acts.
func (p *Placement) sides(a auth.Actor) (roles []string) {
	if a.For(p.School) && p.Kind == Internship {
		roles = append(roles, roleSchool)
	}
	if a.For(p.Enterprise) {
		roles = append(roles, roleEnterprise)
	}
	if a.Is(auth.Student) && a.About != "" && a.About == p.Candidate {
		roles = append(roles, roleStudent)
	}
	return roles
}

func (o *Office) sign(tx *db.Tx, p *Placement, s Signing, as agreement.Signature) error {
	if !s.Agree {
		var wrong fault.List
		wrong.Add("agree", "placement.agree")
		return wrong.Err()
	}
	if !p.State.Before() && !p.State.Runs() {
		return fault.Conflict.New("agreement.over")
	}
	inForce, err := agreement.Sign(tx, o.Keys, p.agreed, s.Version, as)
	if err != nil {
		return err
	}
	if err := o.judge(tx, []*Placement{p}); err != nil {
		return err
	}
	if err := o.keep(tx, p); err != nil || !inForce {
		return err
	}
	return act.Note(tx, p.act(actSigned))
}

// Link makes a link by which the student or the guardian signs once, without an
// account. The school sends it to their phone.
func (o *Office) Link(ctx context.Context, id, role string) (url string, err error) {
	return db.Update(ctx, o.DB, func(tx *db.Tx) (string, error) {
		p, err := o.take(tx, "placement.placement.link", id)
		if err != nil {
			return "", err
		}
		if p.agreed == nil {
			return "", fault.Conflict.New("placement.breach.agreement_none")
		}
		key, err := agreement.Link(tx, p.agreed, role)
		if err != nil {
			return "", err
		}
		return fmt.Sprintf("%s/signing/%s/%s", o.URL, tx.Body, key), journal.Record(tx, p.action, p.ID, map[string]string{"role": role})
	})
}

// Offered is what the bearer of a link reads before signing.
type Offered struct {
	Placement *Placement           `json:"-"`
	Agreement *agreement.Agreement `json:"agreement"`
	Role      string               `json:"role"`
	Path      string               `json:"-"`
	Done      bool                 `json:"done"`
}

// ByLink gives what a link lets its bearer read and sign.
func (o *Office) ByLink(ctx context.Context, key string) (*Offered, error) {
	return db.View(ctx, o.DB, func(tx *db.Tx) (*Offered, error) {
		if err := policy.Allow(ctx, "placement.signing.read", nil); err != nil {
			return nil, err
		}
		return o.offered(tx, key)
	})
}

func (o *Office) offered(tx *db.Tx, key string) (*Offered, error) {
	a, role, err := agreement.ByKey(tx, o.Keys, key)
	if err != nil {
		return nil, err
	}
	p, err := o.find(tx, a.Subject)
	if err != nil {
		return nil, err
	}
	return &Offered{Placement: p, Agreement: a, Role: role}, nil
}

// SignByLink signs as the party to whom a link was sent. A name that is not theirs
// counts against the link.
func (o *Office) SignByLink(ctx context.Context, key string, s Signing) (*Offered, error) {
	f, err := db.Update(ctx, o.DB, func(tx *db.Tx) (*Offered, error) {
		if err := policy.Allow(ctx, "placement.signing.sign", nil); err != nil {
			return nil, err
		}
		f, err := o.offered(tx, key)
		if err != nil {
			return nil, err
		}
		f.Placement.action = "placement.signing.sign"
		f.Done = true
		return f, o.sign(tx, f.Placement, s, agreement.Signature{Role: f.Role, Name: s.Name, By: agreement.ByLink})
	})
	if fault.At(err, "name") != nil && fault.At(err, "name").Key == "agreement.other_name" {
		if also := db.Do(ctx, o.DB, func(tx *db.Tx) error { return agreement.Missed(tx, key) }); also != nil {
			return nil, also
		}
	}
	return f, err
}
