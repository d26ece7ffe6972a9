package demand

import (
	"slices"
	"strconv"
	"time"

	"guildhall/internal/fault"
)

// State is how far a line has come, for its owner to see.
type State string

const (
	Open      State = "open"      // filed; nobody has answered yet
	Underway  State = "underway"  // somebody has answered, or something was begun for it
	Filled    State = "filled"    // all that was wanted is there
	Closed    State = "closed"    // ended by its owner, with what became of it
	Withdrawn State = "withdrawn" // no longer wanted
	Lapsed    State = "lapsed"    // its validity is over and nobody renewed it
)

// States lists them.
var States = []State{Open, Underway, Filled, Closed, Withdrawn, Lapsed}

// Runs tells whether something can still come of a line in this state.
func (s State) Runs() bool { return s == Open || s == Underway }

// Certainty tells how sure the owner is to want it.
type Certainty string

const (
	Firm     Certainty = "firm"     // decided
	Likely   Certainty = "likely"   // depends on little
	Possible Certainty = "possible" // depends on much
)

// Certainties lists them, the surest first.
var Certainties = []Certainty{Firm, Likely, Possible}

// Code is a code of a list by which a line can be found and counted. Its edition
// is kept, so that the line reads the same for ever.
type Code struct {
	List    string `json:"list"`
	Code    string `json:"code"`
	Edition string `json:"edition,omitempty"`
}

// Line is one thing that a unit wants, in one quantity.
type Line struct {
	ID         string    `json:"id"`
	Kind       string    `json:"kind"`   // the room's: talent, technology, training
	Number     int       `json:"number"` // within the kind and the body
	Unit       string    `json:"unit"`   // whose it is
	UnitName   string    `json:"unit_name,omitempty"`
	Title      string    `json:"title"`
	Quantity   int       `json:"quantity"`
	From       string    `json:"from,omitempty"` // day from which it is wanted; empty: at once
	By         string    `json:"by"`             // day by which
	Certainty  Certainty `json:"certainty"`
	ValidUntil string    `json:"valid_until"` // last day on which it counts without being renewed
	State      State     `json:"state"`
	Codes      []Code    `json:"codes"`
	Filled     int       `json:"filled"`            // of Quantity
	Outcome    string    `json:"outcome,omitempty"` // what became of the rest, in its owner's words
	Like       string    `json:"like,omitempty"`    // the line that it was copied from

	FiledAt    time.Time  `json:"filed_at"`
	FiledBy    string     `json:"filed_by"`              // a person's id
	AnsweredAt *time.Time `json:"answered_at,omitempty"` // by the first who was not its owner
	AnsweredBy string     `json:"answered_by,omitempty"` // their unit
	EndedAt    *time.Time `json:"ended_at,omitempty"`
	ChangedAt  time.Time  `json:"changed_at"`
}

const (
	usual    = 90  // days for which a line is valid where its owner says nothing
	longest  = 366 // days for which it can be valid at most
	farthest = 5   // years ahead that something can be wanted
	most     = 100000
)

// Check tells everything that is wrong with a line on a day.
func (l *Line) Check(today string) error {
	var wrong fault.List
	if l.Unit == "" {
		wrong.Add("unit", "demand.no_unit")
	}
	if l.Title == "" {
		wrong.Add("title", "demand.no_title")
	}
	if l.Quantity < 1 || l.Quantity > most {
		wrong.Add("quantity", "demand.quantity", most)
	}
	if l.From != "" && !isDay(l.From) {
		wrong.Add("from", "demand.day", l.From)
	}
	switch {
	case l.By == "":
		wrong.Add("by", "demand.no_by")
	case !isDay(l.By):
		wrong.Add("by", "demand.day", l.By)
	case l.From != "" && l.By < l.From:
		wrong.Add("by", "demand.order", l.By, l.From)
	case l.By > later(today, farthest*365+1):
		wrong.Add("by", "demand.far", l.By, farthest)
	case l.State == "" && l.By < today:
		wrong.Add("by", "demand.past", l.By)
	}
	if !slices.Contains(Certainties, l.Certainty) {
		wrong.Add("certainty", "demand.certainty", string(l.Certainty))
	}
	if fault := badValidity(today, l.ValidUntil, l.State == ""); fault != "" {
		wrong.Add("valid_until", fault, l.ValidUntil)
	}
	return wrong.Err()
}

// badValidity names what is wrong with the last day of a validity that begins
// today, or "".
func badValidity(today, until string, begins bool) string {
	switch {
	case !isDay(until):
		return "demand.day"
	case begins && until < today:
		return "demand.past"
	case until > later(today, longest):
		return "demand.valid_long"
	}
	return ""
}

func (l *Line) renew(today, until string) error {
	if !l.State.Runs() && l.State != Lapsed {
		return fault.Conflict.New("demand.over")
	}
	var wrong fault.List
	if bad := badValidity(today, until, true); bad != "" {
		wrong.Add("valid_until", bad, until)
		return wrong.Err()
	}
	l.ValidUntil = until
	if l.State == Lapsed {
		l.State, l.EndedAt = Open, nil
		if l.AnsweredAt != nil {
			l.State = Underway
		}
	}
	return nil
}

// answered notes who took the line up, and tells whether that changed it.
func (l *Line) answered(unit string, now time.Time) bool {
	if unit == l.Unit || !l.State.Runs() {
		return false
	}
	changed := l.State != Underway
	l.State = Underway
	if l.AnsweredAt == nil {
		l.AnsweredAt, l.AnsweredBy = &now, unit
	}
	return changed
}

func (l *Line) end(s State, now time.Time) { l.State, l.EndedAt = s, &now }

// Waited gives for how long the line's owner waited for the first answer, or
// waits until now.
func (l *Line) Waited(now time.Time) time.Duration {
	switch {
	case l.AnsweredAt != nil:
		return l.AnsweredAt.Sub(l.FiledAt)
	case l.EndedAt != nil:
		return l.EndedAt.Sub(l.FiledAt)
	}
	return now.Sub(l.FiledAt)
}

// Of gives the line's codes of one list.
func (l *Line) Of(list string) (codes []string) {
	for _, c := range l.Codes {
		if c.List == list {
			codes = append(codes, c.Code)
		}
	}
	return codes
}

// Name gives the line's number as people say it: 0012.
func (l *Line) Name() string {
	s := strconv.Itoa(l.Number)
	return "0000"[:max(0, 4-len(s))] + s
}

// validity gives the last day of a validity that nobody chose: three months, or
// less where it is wanted sooner.
func validity(today, by string) string {
	until := later(today, usual)
	if isDay(by) && by >= today {
		until = min(until, by)
	}
	return until
}

func isDay(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}

// later gives the day so many days after one.
func later(day string, days int) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return t.AddDate(0, 0, days).Format(time.DateOnly)
}
