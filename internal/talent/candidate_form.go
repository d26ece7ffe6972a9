package talent

import (
	"context"
	"slices"
	"strings"
	"time"

	"guildhall/internal/codes"
	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/fault"
	"guildhall/internal/journal"
	"guildhall/internal/rule"
)

// CandidateForm is a candidate as their unit fills them in.
type CandidateForm struct {
	Kind        string `json:"kind"`
	Number      string `json:"number" personal:"true"`
	Name        string `json:"name" personal:"true"`
	Identity    string `json:"id_no" personal:"true"`
	Phone       string `json:"phone" personal:"true"`
	Birth       string `json:"birth" personal:"true"`
	Programme   string `json:"programme"` // id of one of the unit's, for students
	Level       string `json:"level"`
	Class       string `json:"class"`
	Status      string `json:"status"`
	Certificate string `json:"certificate"`
	WishForm
}

// WishForm is what a candidate wants, as they or their unit fill it in.
type WishForm struct {
	WantKinds      []string `json:"want_kinds"`
	WantRegions    []string `json:"want_regions"`
	WantPay        int64    `json:"want_pay"` // yuan a month
	AcceptShift    bool     `json:"accept_shift"`
	AcceptOverseas bool     `json:"accept_overseas"`
}

// formOfCandidate gives a candidate as their form shows them. Numbers that stand
// sealed are not shown again: left empty they stay.
func formOfCandidate(c *Candidate) CandidateForm {
	return CandidateForm{Kind: c.Kind, Number: c.Number, Name: c.Name, Programme: c.Programme, Level: c.Level, Class: c.Class, Status: c.Status,
		Certificate: c.Certificate, WishForm: wishesOf(c)}
}

func wishesOf(c *Candidate) WishForm {
	return WishForm{c.WantKinds, c.WantRegions, c.WantPay / 100, c.AcceptShift, c.AcceptOverseas}
}

// EnterCandidate enters somebody whom the actor's unit brings.
func (t *Talent) EnterCandidate(ctx context.Context, in CandidateForm) (*Candidate, error) {
	return db.Update(ctx, t.DB, func(tx *db.Tx) (*Candidate, error) {
		c := &Candidate{School: actor(tx).Unit}
		if err := policy.Allow(ctx, "talent.candidate.enter", c.subject()); err != nil {
			return nil, err
		}
		return c, t.fillCandidate(tx, c, Private{}, in, "talent.candidate.enter")
	})
}

// ChangeCandidate puts right what the unit knows of somebody.
func (t *Talent) ChangeCandidate(ctx context.Context, id string, in CandidateForm) (*Candidate, error) {
	return db.Update(ctx, t.DB, func(tx *db.Tx) (*Candidate, error) {
		c, err := takeCandidate(tx, "talent.candidate.enter", id)
		if err != nil {
			return nil, err
		}
		p, err := t.open(c)
		if err != nil {
			return nil, err
		}
		in.Kind = c.Kind
		return c, t.fillCandidate(tx, c, p, in, "talent.candidate.enter")
	})
}

// takeCandidate gets a candidate for an action.
func takeCandidate(tx *db.Tx, action, id string) (*Candidate, error) {
	c, err := seeCandidate(tx, id)
	if err != nil {
		return nil, err
	}
	return c, policy.Allow(tx.Context(), action, c.subject())
}

func (t *Talent) fillCandidate(tx *db.Tx, c *Candidate, p Private, in CandidateForm, action string) error {
	var wrong fault.List
	c.Kind, c.Number, c.Name, c.Class = in.Kind, strings.TrimSpace(in.Number), strings.TrimSpace(in.Name), strings.TrimSpace(in.Class)
	c.Level, c.Status, c.Certificate = in.Level, in.Status, strings.TrimSpace(in.Certificate)
	if c.Kind == "" {
		c.Kind = Student
	}
	if c.Status == "" {
		c.Status = StatusesOf(c.Kind)[0]
	}
	if err := t.fillProgramme(tx, c, in, &wrong); err != nil {
		return err
	}
	p = in.private(p, &wrong)
	c.wish(in.WishForm)
	if err := c.check(); err != nil {
		wrong = append(wrong, err.(fault.List)...)
	}
	unit, err := directory.FindUnit(tx, c.School)
	if err != nil {
		return err
	}
	c.unitFits(unit, &wrong)
	if err := t.distinct(tx, c, &wrong); err != nil {
		return err
	}
	if err := wrong.Err(); err != nil {
		return err
	}
	if c.ID == "" {
		c.ID = db.NewID()
	}
	t.shut(c, p)
	c.ChangedAt = tx.Now
	if err := saveCandidates(tx, []*Candidate{c}); err != nil {
		return err
	}
	return journal.Record(tx, action, c.ID, map[string]any{"unit": c.School, "kind": c.Kind, "status": c.Status})
}

func (t *Talent) fillProgramme(tx *db.Tx, c *Candidate, in CandidateForm, wrong *fault.List) error {
	if in.Programme == "" {
		if c.Kind == Student {
			wrong.Add("programme", "talent.candidate.no_programme")
		}
		return nil
	}
	p, err := findProgramme(tx, in.Programme)
	if isMissing(err) || err == nil && p.School != c.School {
		wrong.Add("programme", "talent.candidate.no_programme")
		return nil
	}
	if err == nil {
		c.Programme, c.ProgrammeCode, c.Level = p.ID, p.Code, p.Level
	}
	return err
}

// unitFits tells where a kind of candidates cannot be of a class of units.
func (c *Candidate) unitFits(u *directory.Unit, wrong *fault.List) {
	switch {
	case c.Kind == Student && !u.School():
		wrong.Add("kind", "talent.candidate.not_school", u.Short())
	case c.Kind == Worker && u.Class != "enterprise":
		wrong.Add("kind", "talent.candidate.not_enterprise", u.Short())
	}
}

// private gives what stands sealed, with what the form tells of it.
func (in CandidateForm) private(p Private, wrong *fault.List) Private {
	if id := strings.ToUpper(strings.TrimSpace(in.Identity)); id != "" {
		read, err := codes.CheckResidentID(id)
		if err != nil {
			wrong.Add("id_no", "talent.candidate.identity")
		} else {
			p.Identity, p.Birth = id, read.Birth.Format(time.DateOnly)
		}
	}
	if phone := strings.TrimSpace(in.Phone); phone != "" {
		if !phoneNumber.MatchString(phone) {
			wrong.Add("phone", "talent.demand.phone")
		}
		p.Phone = phone
	}
	if in.Birth != "" {
		if _, err := time.Parse(time.DateOnly, in.Birth); err != nil {
			wrong.Add("birth", "fault.date", in.Birth)
		} else if p.Identity != "" && in.Identity != "" && p.Birth != in.Birth {
			wrong.Add("birth", "talent.candidate.birth")
		}
		p.Birth = in.Birth
	}
	return p
}

// distinct refuses a number that another candidate of the unit bears.
func (t *Talent) distinct(tx *db.Tx, c *Candidate, wrong *fault.List) error {
	if c.Number == "" {
		return nil
	}
	other, err := db.All(tx, db.Value[string], `SELECT c.id FROM talent_candidate c WHERE c.body = $1 AND c.school = $2 AND c.number = $3 AND c.number <> '' AND c.id <> $4`,
		tx.Body, c.School, c.Number, c.ID)
	if len(other) > 0 {
		wrong.Add("number", "talent.import.number_of_other", c.Number)
	}
	return err
}

func (c *Candidate) wish(in WishForm) {
	kept := func(list []string) []string {
		return slices.DeleteFunc(slices.Clone(list), func(v string) bool { return v == "" })
	}
	c.WantKinds, c.WantRegions, c.WantPay = kept(in.WantKinds), kept(in.WantRegions), in.WantPay*100
	c.AcceptShift, c.AcceptOverseas = in.AcceptShift, in.AcceptOverseas
}

// Wish keeps what a candidate wants: as they say themselves, or as their unit was told.
func (t *Talent) Wish(ctx context.Context, id string, in WishForm) (*Candidate, error) {
	return db.Update(ctx, t.DB, func(tx *db.Tx) (*Candidate, error) {
		c, err := takeCandidate(tx, "talent.candidate.wish", id)
		if err != nil {
			return nil, err
		}
		var wrong fault.List
		for place, list := range map[string][]string{"want_kinds": in.WantKinds, "want_regions": in.WantRegions} {
			name := map[string]string{"want_kinds": "position", "want_regions": "region"}[place]
			for _, code := range list {
				if _, ok := t.Codes.Get(name, code); code != "" && !ok {
					wrong.Add(place, "talent.demand.choice", code)
				}
			}
		}
		if in.WantPay < 0 || in.WantPay > 1_000_000 {
			wrong.Add("want_pay", "talent.negative", in.WantPay)
		}
		if err := wrong.Err(); err != nil {
			return nil, err
		}
		c.wish(in)
		c.ChangedAt = tx.Now
		if err := saveWishes(tx, c); err != nil {
			return nil, err
		}
		return c, journal.Record(tx, "talent.candidate.wish", c.ID, &saidOf{c.ID, in})
	})
}

// VouchForm is a piece of evidence for a skill; level 0 takes it back.
type VouchForm struct {
	Skill  string `json:"skill"` // code or name
	Level  int    `json:"level"`
	Source string `json:"source"`
	On     string `json:"on"`
}

// Vouch keeps what vouches for a skill: a candidate's own statement, or what their
// unit knows.
func (t *Talent) Vouch(ctx context.Context, id string, in VouchForm) (*Candidate, error) {
	return db.Update(ctx, t.DB, func(tx *db.Tx) (*Candidate, error) {
		c, err := takeCandidate(tx, "talent.candidate.vouch", id)
		if err != nil {
			return nil, err
		}
		if self(actor(tx), c.subject()) {
			in.Source = Self
		}
		e, err := t.evidence(in, day(tx.Now))
		if err != nil {
			return nil, err
		}
		if _, found := c.vouch(e); e.Level == 0 && !found {
			return nil, fault.NotFound.New("fault.not_found")
		}
		held, err := rule.Today[SkillRule](tx, skillKind)
		if err != nil {
			return nil, err
		}
		c.count(held, tx.Now)
		if err := saveSkills(tx, []*Candidate{c}); err != nil {
			return nil, err
		}
		return c, journal.Record(tx, "talent.candidate.vouch", c.ID, &saidOf{c.ID, e})
	})
}

// evidence reads a form.
func (t *Talent) evidence(in VouchForm, today string) (e Evidence, err error) {
	var wrong fault.List
	name := strings.TrimSpace(in.Skill)
	code, ok := t.Codes.Get("skill", strings.ToUpper(name))
	if found := t.Codes.MatchSkill(name); !ok && name != "" && len(found) > 0 && found[0].Confidence >= codes.Sure {
		code, ok = found[0].Code, true
	} else if !ok && len(found) > 0 {
		wrong.Add("skill", "talent.demand.which_skill", name, choicesOf(found))
	}
	if !ok && len(wrong) == 0 {
		wrong.Add("skill", "talent.demand.no_skill", name)
	}
	if in.Level < 0 || in.Level > 5 {
		wrong.Add("level", "talent.skill.level", name, in.Level)
	}
	if !slices.Contains(Sources, in.Source) {
		wrong.Add("source", "talent.demand.choice", in.Source)
	}
	if _, err := time.Parse(time.DateOnly, in.On); in.On != "" && err != nil {
		wrong.Add("on", "fault.date", in.On)
	} else if in.On > today {
		wrong.Add("on", "talent.consent.future", in.On)
	}
	return Evidence{code.Code, in.Level, in.Source, in.On}, wrong.Err()
}
