package codes

import (
	"strings"
	"time"
	"unicode/utf8"

	"guildhall/internal/fault"
)

const (
	mostCodes  = 50_000 // of an edition that is added
	mostDepth  = 10
	mostFaults = 100 // told at once
)

// inForce tells whether the edition is the one to use on a day, so far as its
// own dates go.
func (e Edition) inForce(day time.Time) bool {
	d := day.Format(time.DateOnly)
	return e.ValidFrom <= d && (e.ValidTo == "" || d <= e.ValidTo)
}

// Mapping says that a code means what another one means: the same list's in a
// newer edition, whose place it took, or another list's.
type Mapping struct {
	FromList    string `json:"from_list"`
	FromEdition string `json:"from_edition"`
	FromCode    string `json:"from_code"`
	ToList      string `json:"to_list"`
	ToEdition   string `json:"to_edition"`
	ToCode      string `json:"to_code"`
	Grade       Grade  `json:"grade"`
	Source      string `json:"source"` // who says so
}

// Grade says how well the second code of a mapping fits the first.
type Grade string

const (
	Exact  Grade = "exact"  // they mean the same
	Broad  Grade = "broad"  // the second means more
	Narrow Grade = "narrow" // the second means less
	Close  Grade = "close"  // they mean nearly the same
)

func (m Mapping) check(wrong *fault.List) {
	switch m.Grade {
	case Exact, Broad, Narrow, Close:
	default:
		wrong.Add("grade", "codes.mapping.grade", m.Grade)
	}
	if strings.TrimSpace(m.Source) == "" {
		wrong.Add("source", "codes.missing")
	}
	if m.FromList == m.ToList && m.FromEdition == m.ToEdition && m.FromCode == m.ToCode {
		wrong.Add("to", "codes.mapping.itself")
	}
}

// drawUp brings a new edition into form and checks it: its levels follow from
// the parents, its codes get the list's name and edition.
func (c *Codes) drawUp(e Edition, given []Code) (Edition, []Code, error) {
	var wrong fault.List
	e.Shipped, e.Count = false, len(given)
	c.checkEdition(e, &wrong)
	codes := make([]Code, len(given))
	at := make(map[string]int, len(given))
	for i, code := range given {
		code.List, code.Edition = e.List, e.Edition
		code.Code, code.Name, code.Parent = strings.TrimSpace(code.Code), strings.TrimSpace(code.Name), strings.TrimSpace(code.Parent)
		codes[i] = code
		if _, twice := at[code.Code]; twice && len(wrong) < mostFaults {
			wrong.Add(code.Code, "codes.edition.twice", code.Code)
		}
		at[code.Code] = i
	}
	for i := range codes {
		if len(wrong) < mostFaults {
			checkCode(codes, at, i, &wrong)
		}
	}
	return e, codes, wrong.Err()
}

func (c *Codes) checkEdition(e Edition, wrong *fault.List) {
	if _, known := c.Catalogue.Edition(e.List); !known {
		wrong.Add("list", "codes.edition.list", e.List)
	}
	for _, field := range []struct{ place, value string }{
		{"edition", e.Edition}, {"title", e.Title}, {"licence", e.Licence}, {"source", e.Source}} {
		if strings.TrimSpace(field.value) == "" {
			wrong.Add(field.place, "codes.missing")
		}
	}
	if utf8.RuneCountInString(e.Edition) > 40 || strings.ContainsAny(e.Edition, "/?#: \t\n") {
		wrong.Add("edition", "codes.edition.name")
	}
	if !isDay(e.ValidFrom) {
		wrong.Add("valid_from", "fault.date", e.ValidFrom)
	}
	if e.ValidTo != "" && (!isDay(e.ValidTo) || e.ValidTo < e.ValidFrom) {
		wrong.Add("valid_to", "fault.date", e.ValidTo)
	}
	switch e.Standing {
	case Official, Near, Own:
	default:
		wrong.Add("standing", "codes.edition.standing", e.Standing)
	}
	if e.Count == 0 || e.Count > mostCodes {
		wrong.Add("codes", "codes.edition.size", e.Count, mostCodes)
	}
}

// checkCode checks the code at place i and sets its level.
func checkCode(codes []Code, at map[string]int, i int, wrong *fault.List) {
	code := &codes[i]
	if code.Code == "" || code.Name == "" || utf8.RuneCountInString(code.Code) > 40 || utf8.RuneCountInString(code.Name) > 200 {
		wrong.Add(code.Code, "codes.edition.entry", i+1)
		return
	}
	depth := 1
	for up := code.Parent; up != ""; depth++ {
		above, ok := at[up]
		if !ok {
			wrong.Add(code.Code, "codes.edition.parent", up)
			return
		}
		if depth > mostDepth {
			wrong.Add(code.Code, "codes.edition.circle", code.Code)
			return
		}
		up = codes[above].Parent
	}
	code.Level = depth
}

func isDay(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}
