package talent

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/rule"
)

// Evidence is what vouches for a skill: that somebody has it at a level, by a
// source, since a day.
type Evidence struct {
	Code   string `json:"code"`
	Level  int    `json:"level"`
	Source string `json:"source,omitempty"`
	On     string `json:"on,omitempty"` // day; empty where not told
}

// ParseEvidence reads the packed form, SAF04:1:course:2026-03-01;…
func ParseEvidence(packed string) (list []Evidence) {
	if packed == "" {
		return nil
	}
	for part := range strings.SplitSeq(packed, ";") {
		f := append(strings.Split(part, ":"), "", "")
		if n, err := strconv.Atoi(f[1]); err == nil {
			list = append(list, Evidence{f[0], n, f[2], f[3]})
		}
	}
	return list
}

// PackEvidence gives the form in which evidence is kept.
func PackEvidence(list []Evidence) string {
	slices.SortFunc(list, func(a, b Evidence) int { return cmp.Or(cmp.Compare(a.Code, b.Code), cmp.Compare(a.Source, b.Source)) })
	parts := make([]string, len(list))
	for i, e := range list {
		parts[i] = strings.TrimRight(e.Code+":"+strconv.Itoa(e.Level)+":"+e.Source+":"+e.On, ":")
	}
	return strings.Join(parts, ";")
}

// SourceWeight is how much one kind of evidence weighs, and for how long.
type SourceWeight struct {
	Source string `json:"source" choices:"certificate,contest,course,logbook,internship,project,self"`
	Weight int    `json:"weight"` // of 100
	Months int    `json:"months"` // after which it weighs half; 0: never
}

// SkillRule is a body's dated rule of how evidence makes a level: a level counts as
// had where what vouches for it, or for a higher one, weighs enough together. Where
// nothing weighs enough, the highest level that is claimed counts one step lower.
type SkillRule struct {
	Sources  []SourceWeight `json:"sources"`
	Unstated int            `json:"unstated"` // of evidence without a source
	Enough   int            `json:"enough"`
}

const skillKind = "talent.evidence"

var _ = rule.Declare(skillKind, usualRule[SkillRule]("skill"))

// Check tells everything in the rule that cannot be.
func (r SkillRule) Check() error {
	var wrong fault.List
	seen := map[string]bool{}
	for i, s := range r.Sources {
		at := func(field string) string { return fmt.Sprintf("sources.%d.%s", i, field) }
		if seen[s.Source] {
			wrong.Add(at("source"), "talent.evidence.twice", s.Source)
		}
		seen[s.Source] = true
		if s.Weight < 0 || s.Weight > 100 {
			wrong.Add(at("weight"), "talent.evidence.bad_weight")
		}
		if s.Months < 0 || s.Months > 600 {
			wrong.Add(at("months"), "talent.evidence.bad_months")
		}
	}
	if r.Unstated < 0 || r.Unstated > 100 {
		wrong.Add("unstated", "talent.evidence.bad_weight")
	}
	if r.Enough < 1 || r.Enough > 100 {
		wrong.Add("enough", "talent.evidence.bad_enough")
	}
	return wrong.Err()
}

// Vouched is one piece of evidence as it was weighed.
type Vouched struct {
	Evidence
	Weight int  `json:"weight"`
	Old    bool `json:"old,omitempty"`    // so that it weighs half
	Counts bool `json:"counts,omitempty"` // for the level that was found
}

// Weighed is the level of a skill that counts, with what made it so.
type Weighed struct {
	Skill
	By    []Vouched `json:"by"`
	Short bool      `json:"short,omitempty"` // nothing weighs enough: one step lower
}

// weigh gives the level of each skill on a day, in the order of their codes.
func (r SkillRule) weigh(list []Evidence, today string) (all []Weighed) {
	list = slices.Clone(list)
	slices.SortFunc(list, func(a, b Evidence) int {
		return cmp.Or(cmp.Compare(a.Code, b.Code), cmp.Compare(r.weight(b, today).Weight, r.weight(a, today).Weight), cmp.Compare(b.Level, a.Level), cmp.Compare(a.Source, b.Source))
	})
	for len(list) > 0 {
		n := 1
		for n < len(list) && list[n].Code == list[0].Code {
			n++
		}
		all = append(all, r.level(list[:n], today))
		list = list[n:]
	}
	return all
}

func (r SkillRule) weight(e Evidence, today string) Vouched {
	v := Vouched{Evidence: e, Weight: r.Unstated}
	for _, s := range r.Sources {
		if s.Source == e.Source {
			v.Weight = s.Weight
			if at, err := time.Parse(time.DateOnly, e.On); err == nil && s.Months > 0 && at.AddDate(0, s.Months, 0).Format(time.DateOnly) <= today {
				v.Weight, v.Old = s.Weight/2, true
			}
		}
	}
	return v
}

// level weighs the evidence of one skill, the weightiest first.
func (r SkillRule) level(list []Evidence, today string) Weighed {
	w := Weighed{Skill: Skill{Code: list[0].Code}}
	highest := 0
	for _, e := range list {
		w.By = append(w.By, r.weight(e, today))
		highest = max(highest, e.Level)
	}
	for level := highest; level >= 1; level-- {
		sum := 0
		for _, v := range w.By {
			if v.Level >= level {
				sum += v.Weight
			}
		}
		if sum >= r.Enough {
			w.Skill.Level = level
			break
		}
	}
	if w.Short = w.Skill.Level == 0; w.Short {
		w.Skill.Level = max(1, highest-1)
	}
	for i, v := range w.By {
		if v.Level >= w.Skill.Level && v.Weight > 0 {
			w.By[i].Counts = true
			if w.Skill.Source == "" {
				w.Skill.Source = v.Source
			}
		}
	}
	return w
}

// evidenceOf gives what vouches for the candidate's skills. Of those that were kept
// before evidence was, each vouches for itself.
func (c *Candidate) evidenceOf() []Evidence {
	if len(c.Evidence) > 0 {
		return c.Evidence
	}
	list := make([]Evidence, len(c.Skills))
	for i, s := range c.Skills {
		list[i] = Evidence{Code: s.Code, Level: s.Level, Source: s.Source}
	}
	return list
}

// sourceOf gives the source of what vouches for a skill already, where there is
// some, so that a sheet without sources puts it right rather than adding to it.
func (c *Candidate) sourceOf(code string) string {
	for _, s := range c.Skills {
		if s.Code == code {
			return s.Source
		}
	}
	return ""
}

// vouch puts a piece of evidence in the place of the one of the same source; one
// with level 0 takes it out. It tells what was there.
func (c *Candidate) vouch(e Evidence) (had Evidence, found bool) {
	list := slices.Clone(c.evidenceOf())
	i := slices.IndexFunc(list, func(x Evidence) bool { return x.Code == e.Code && x.Source == e.Source })
	if i >= 0 {
		had, found = list[i], true
		list = slices.Delete(list, i, i+1)
	}
	if e.Level > 0 {
		if e.On == "" && had.Level == e.Level {
			e.On = had.On
		}
		list = append(list, e)
	}
	c.Evidence = list
	return had, found
}

// count makes the candidate's skills what follows from the evidence by a rule.
func (c *Candidate) count(held rule.Held[SkillRule], now time.Time) {
	all := held.Rule.weigh(c.evidenceOf(), day(now))
	c.Skills = make(Skills, len(all))
	for i, w := range all {
		c.Skills[i] = w.Skill
	}
	c.weighed = stamp(held, now)
}

// stamp names the rule and the month by which skills were weighed: evidence ages
// by months.
func stamp(held rule.Held[SkillRule], now time.Time) string { return held.ID + " " + month(now) }

// Reweigh weighs the skills of some hundred candidates anew that were weighed by
// another rule or in another month, and tells how many there were.
func (t *Talent) Reweigh(tx *db.Tx) (int, error) {
	held, err := rule.Today[SkillRule](tx, skillKind)
	if err != nil {
		return 0, err
	}
	var old []*Candidate
	for _, side := range []string{"<", ">"} { // "<>" would walk through everybody
		some, err := db.All(tx, scanCandidate, `SELECT `+candidateColumns+` FROM talent_candidate c
			WHERE c.body = $1 AND c.evidence <> '' AND c.weighed `+side+` $2 LIMIT 500`, tx.Body, stamp(held, tx.Now))
		if err != nil {
			return 0, err
		}
		old = append(old, some...)
	}
	for _, c := range old {
		c.count(held, tx.Now)
	}
	return len(old), saveSkills(tx, old)
}
