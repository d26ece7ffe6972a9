package member

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"guildhall/internal/db"
	"guildhall/internal/fault"
)

// Days are civil days in the body's zone, written 2026-10-31: they compare as
// they follow each other.

// Term is a time in which a unit belongs to the body (成员期).
type Term struct {
	ID            string `json:"id"`
	Since         string `json:"since"`           // its first day
	Until         string `json:"until,omitempty"` // the first day on which it no longer belongs; empty while it does
	Part          string `json:"part,omitempty"`  // what it is beside its rank, such as founder; several with semicolons between
	Resolution    string `json:"resolution,omitempty"`
	Ending        string `json:"ending,omitempty"` // left or removed
	EndResolution string `json:"end_resolution,omitempty"`
}

// Tenure is a time in which a unit holds a rank (任职期).
type Tenure struct {
	ID            string `json:"id"`
	Rank          string `json:"rank"`
	Since         string `json:"since"`
	Until         string `json:"until,omitempty"`
	Resolution    string `json:"resolution,omitempty"`
	EndResolution string `json:"end_resolution,omitempty"`
}

func holds(since, until, day string) bool { return since <= day && (until == "" || day < until) }

// Standing is all that a unit has been in the body (成员身份), the oldest first.
// Its methods are the rules: on each day on which a unit belongs, it holds one
// base rank, or one or more others; on all other days it holds none.
type Standing struct {
	Unit  string   `json:"unit"`
	Terms []Term   `json:"terms"`
	Ranks []Tenure `json:"ranks"`

	action string // for which it was taken; keep tells the journal
	did    Act
}

// Act is what was done with a unit's standing, as the journal tells it.
type Act struct {
	Unit       string `json:"unit"`
	Day        string `json:"day"`
	Rank       string `json:"rank,omitempty"`
	Part       string `json:"part,omitempty"`
	Ending     string `json:"ending,omitempty"`
	Resolution string `json:"resolution,omitempty"`
}

// On gives the term that holds on a day.
func (s *Standing) On(day string) (Term, bool) {
	for _, t := range s.Terms {
		if holds(t.Since, t.Until, day) {
			return t, true
		}
	}
	return Term{}, false
}

// RanksOn gives the ranks that the unit holds on a day, the highest first.
func (s *Standing) RanksOn(day string, ranks Ranks) (held []Tenure) {
	for _, t := range s.Ranks {
		if holds(t.Since, t.Until, day) {
			held = append(held, t)
		}
	}
	slices.SortStableFunc(held, func(a, b Tenure) int { return cmp.Compare(ranks.place(a.Rank), ranks.place(b.Rank)) })
	return held
}

// last gives the day of the latest change. Nothing is dated before it: the past
// of a standing never changes.
func (s *Standing) last() (day string) {
	for _, t := range s.Terms {
		day = max(day, t.Since, t.Until)
	}
	for _, t := range s.Ranks {
		day = max(day, t.Since, t.Until)
	}
	return day
}

// open gives the term that has no end yet.
func (s *Standing) open() *Term {
	if n := len(s.Terms); n > 0 && s.Terms[n-1].Until == "" {
		return &s.Terms[n-1]
	}
	return nil
}

// join lets the unit belong from a day on, in these ranks; without any it is an
// ordinary member.
func (s *Standing) join(day string, ranks Ranks, held []Rank, part, resolution string) error {
	if t := s.open(); t != nil {
		return fault.Conflict.New("member.unit.belongs", t.Since)
	}
	if day < s.last() {
		return fault.Conflict.New("member.unit.before", s.last())
	}
	if err := together(held); err != nil {
		return err
	}
	if len(held) == 0 {
		ordinary, _ := ranks.Find(Ordinary)
		held = []Rank{ordinary}
	}
	s.Terms = append(s.Terms, Term{ID: db.NewID(), Since: day, Part: part, Resolution: resolution})
	codes := make([]string, len(held))
	for i, r := range held {
		s.Ranks = append(s.Ranks, Tenure{ID: db.NewID(), Rank: r.Code, Since: day, Resolution: resolution})
		codes[i] = r.Code
	}
	s.did = Act{Unit: s.Unit, Day: day, Rank: strings.Join(codes, ";"), Part: part, Resolution: resolution}
	return nil
}

// together tells whether a unit may hold these ranks at the same time.
func together(held []Rank) error {
	if len(held) > 1 && slices.ContainsFunc(held, func(r Rank) bool { return r.Base }) {
		return fault.Invalid.New("member.rank.beside")
	}
	return nil
}

// leave ends the unit's belonging, and every rank with it.
func (s *Standing) leave(day, ending, resolution string) error {
	t := s.open()
	if t == nil {
		return fault.Conflict.New("member.unit.gone")
	}
	if day < s.last() {
		return fault.Conflict.New("member.unit.before", s.last())
	}
	t.Until, t.Ending, t.EndResolution = day, ending, resolution
	for i := range s.Ranks {
		if s.Ranks[i].Until == "" {
			s.Ranks[i].Until, s.Ranks[i].EndResolution = day, resolution
		}
	}
	s.did = Act{Unit: s.Unit, Day: day, Ending: ending, Resolution: resolution}
	return nil
}

// appoint gives the unit a rank from a day on. A base rank takes the place of
// all others, and any other takes the place of a base rank.
func (s *Standing) appoint(rank Rank, ranks Ranks, day, resolution string) error {
	if s.open() == nil {
		return fault.Conflict.New("member.unit.gone")
	}
	if day < s.last() {
		return fault.Conflict.New("member.unit.before", s.last())
	}
	for i := range s.Ranks {
		t := &s.Ranks[i]
		if t.Until != "" {
			continue
		}
		if t.Rank == rank.Code {
			return fault.Conflict.New("member.rank.held", t.Since)
		}
		if rank.Base || ranks.base(t.Rank) {
			t.Until, t.EndResolution = day, resolution
		}
	}
	s.Ranks = append(s.Ranks, Tenure{ID: db.NewID(), Rank: rank.Code, Since: day, Resolution: resolution})
	s.did = Act{Unit: s.Unit, Day: day, Rank: rank.Code, Resolution: resolution}
	return nil
}

// relieve ends a rank. A unit that then holds none is an ordinary member.
func (s *Standing) relieve(code string, ranks Ranks, day, resolution string) error {
	if s.open() == nil {
		return fault.Conflict.New("member.unit.gone")
	}
	if day < s.last() {
		return fault.Conflict.New("member.unit.before", s.last())
	}
	if ranks.base(code) {
		return fault.Conflict.New("member.rank.base")
	}
	ended, others := false, false
	for i := range s.Ranks {
		t := &s.Ranks[i]
		switch {
		case t.Until != "":
		case t.Rank == code:
			t.Until, t.EndResolution, ended = day, resolution, true
		default:
			others = true
		}
	}
	if !ended {
		return fault.Conflict.New("member.rank.not_held")
	}
	if !others {
		s.Ranks = append(s.Ranks, Tenure{ID: db.NewID(), Rank: Ordinary, Since: day, Resolution: resolution})
	}
	s.did = Act{Unit: s.Unit, Day: day, Rank: code, Resolution: resolution}
	return nil
}

// checkDay reads a day that is to be written into the roll: a day of the People's
// Republic's time, at most a year ahead, so that a slip such as 2062 is seen.
func checkDay(wrong *fault.List, place, day string, today time.Time) string {
	day = strings.TrimSpace(day)
	if day == "" {
		wrong.Add(place, "member.day.none")
		return ""
	}
	at, err := time.Parse(time.DateOnly, day)
	switch {
	case err != nil:
		wrong.Add(place, "fault.date", day)
	case at.Year() < 1949 || at.After(today.AddDate(1, 0, 0)):
		wrong.Add(place, "member.day.far", day)
	}
	return day
}

func checkResolution(wrong *fault.List, text string) string {
	text = strings.TrimSpace(text)
	if n := len([]rune(text)); n > 500 {
		wrong.Add("resolution", "member.resolution.long", n)
	}
	return text
}
