package talent

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// Skill is a skill that a candidate has.
type Skill struct {
	Code   string `json:"code"`
	Level  int    `json:"level"`            // 1 to 5
	Source string `json:"source,omitempty"` // of Sources: the weightiest that vouches for it; empty where not told
}

// Sources are where a skill can come from.
var Sources = []string{"certificate", "contest", "course", "logbook", "internship", "project", "self"}

// Need is a skill that a position asks for.
type Need struct {
	Code   string `json:"code"`
	Level  int    `json:"level"`  // 1 to 5
	Weight int    `json:"weight"` // its share beside the others; about 100 in all
	Must   bool   `json:"must"`   // required rather than preferred
}

// Skills are a candidate's, in the order of their codes. They are kept in one
// column, packed as SAF04:1:course;COA02:2: a city's 700,000 skills are then read and
// written with their candidates.
type Skills []Skill

// ParseSkills reads the packed form. What it cannot read it leaves out: only
// what Pack wrote stands in the database.
func ParseSkills(packed string) Skills {
	if packed == "" {
		return nil
	}
	list := make(Skills, 0, strings.Count(packed, ";")+1)
	for part := range strings.SplitSeq(packed, ";") {
		code, rest, _ := strings.Cut(part, ":")
		level, source, _ := strings.Cut(rest, ":")
		if n, err := strconv.Atoi(level); err == nil {
			list = append(list, Skill{code, n, source})
		}
	}
	return list
}

// Pack gives the form in which skills are kept.
func (s Skills) Pack() string {
	slices.SortFunc(s, func(a, b Skill) int { return cmp.Compare(a.Code, b.Code) })
	var b strings.Builder
	for i, skill := range s {
		if i > 0 {
			b.WriteByte(';')
		}
		b.WriteString(skill.Code + ":" + strconv.Itoa(skill.Level))
		if skill.Source != "" {
			b.WriteString(":" + skill.Source)
		}
	}
	return b.String()
}

// Level gives how well a skill is had; 0 is not at all.
func (s Skills) Level(code string) int {
	for _, skill := range s {
		if skill.Code == code {
			return skill.Level
		}
	}
	return 0
}

// With gives the skills with one of them put in or replaced.
func (s Skills) With(skill Skill) Skills {
	with := make(Skills, 0, len(s)+1)
	for _, had := range s {
		if had.Code != skill.Code {
			with = append(with, had)
		}
	}
	return append(with, skill)
}

// Needs are what a position asks for, heaviest first.
type Needs []Need

// ParseNeeds reads the packed form, as ParseSkills does.
func ParseNeeds(packed string) Needs {
	if packed == "" {
		return nil
	}
	list := make(Needs, 0, strings.Count(packed, ";")+1)
	for part := range strings.SplitSeq(packed, ";") {
		f := strings.Split(part, ":")
		if len(f) < 3 {
			continue
		}
		level, err1 := strconv.Atoi(f[1])
		weight, err2 := strconv.Atoi(f[2])
		if err1 == nil && err2 == nil {
			list = append(list, Need{f[0], level, weight, len(f) > 3 && f[3] == "m"})
		}
	}
	return list
}

// Pack gives the form in which needs are kept: code:level:weight, and :m where
// the skill is required.
func (n Needs) Pack() string {
	slices.SortFunc(n, func(a, b Need) int {
		return cmp.Or(cmp.Compare(b.Weight, a.Weight), cmp.Compare(a.Code, b.Code))
	})
	var b strings.Builder
	for i, need := range n {
		if i > 0 {
			b.WriteByte(';')
		}
		b.WriteString(need.Code + ":" + strconv.Itoa(need.Level) + ":" + strconv.Itoa(need.Weight))
		if need.Must {
			b.WriteString(":m")
		}
	}
	return b.String()
}

// With gives the needs with one of them put in or replaced.
func (n Needs) With(need Need) Needs {
	with := make(Needs, 0, len(n)+1)
	for _, had := range n {
		if had.Code != need.Code {
			with = append(with, had)
		}
	}
	return append(with, need)
}

// Find gives the need for a skill, and whether there is one.
func (n Needs) Find(code string) (Need, bool) {
	for _, need := range n {
		if need.Code == code {
			return need, true
		}
	}
	return Need{}, false
}

// parseList reads a list of codes with semicolons between them.
func parseList(packed string) []string {
	if packed == "" {
		return nil
	}
	return strings.Split(packed, ";")
}

func packList(list []string) string { return strings.Join(list, ";") }
