package survey

import (
	"slices"
	"strings"
	"time"

	"guildhall/internal/codes"
	"guildhall/internal/fault"
)

// FormState is how far an enterprise's form has come.
type FormState string

const (
	Asked    FormState = "asked"
	Answered FormState = "answered"
	Returned FormState = "returned" // given back with a reason, to be answered anew
	Accepted FormState = "accepted" // its doubts were looked into
	Taken    FormState = "taken"    // its plans are with the forecast
)

// FormStates lists them.
var FormStates = []FormState{Asked, Answered, Returned, Accepted, Taken}

// Form (调查表) is what one enterprise is asked in a round, and what it answered.
type Form struct {
	Round      string     `json:"round"`
	Unit       string     `json:"unit"`
	State      FormState  `json:"state"`
	Lines      []Line     `json:"lines"`
	Nothing    bool       `json:"nothing"` // it hires nobody in these quarters
	Remark     string     `json:"remark"`
	Doubts     []Doubt    `json:"doubts"`
	Why        string     `json:"why,omitempty"` // it was given back
	Weight     int64      `json:"weight"`        // hired in the four quarters before the round opened
	Reminded   int        `json:"reminded"`
	RemindedAt *time.Time `json:"reminded_at,omitzero"`
	AnsweredBy string     `json:"-"` // a person: the journal tells who, to those who may know
	AnsweredAt *time.Time `json:"answered_at,omitzero"`
}

// Line is one kind of work in an answer.
type Line struct {
	Position   string  `json:"position"`   // code of the kind of work
	Planned    []int64 `json:"planned"`    // for each of the quarters
	Three      *int64  `json:"three"`      // within three years, if told
	Reason     string  `json:"reason"`     // expand, replace, new or nothing
	Confidence string  `json:"confidence"` // high, middle, low, or not told
}

// Sum is what a line plans for the year.
func (l Line) Sum() (sum int64) {
	for _, n := range l.Planned {
		sum += n
	}
	return sum
}

// Answer is what an enterprise sends.
type Answer struct {
	Lines   []Line `json:"lines"`
	Nothing bool   `json:"nothing"`
	Remark  string `json:"remark"`
}

// Reasons and Confidences list the words of a line.
var (
	Reasons     = []string{"expand", "replace", "new"}
	Confidences = []string{"high", "middle", "low"}
)

const (
	mostPlanned = 1_000_000
	mostLines   = 200
)

// settle puts an answer into its one form and tells all that is wrong with it, each
// fault with its line, counted from 1, and field.
func (a *Answer) settle() error {
	var wrong fault.List
	a.Remark = strings.TrimSpace(a.Remark)
	if n := len([]rune(a.Remark)); n > longestText {
		wrong.Add("remark", "survey.long", n, longestText)
	}
	switch {
	case len(a.Lines) == 0 && !a.Nothing:
		wrong.Add("lines", "survey.form.empty")
	case len(a.Lines) > 0 && a.Nothing && slices.ContainsFunc(a.Lines, func(l Line) bool { return l.Sum() > 0 }):
		wrong.Add("nothing", "survey.form.both")
	case len(a.Lines) > mostLines:
		wrong.Add("lines", "survey.form.many", len(a.Lines), mostLines)
	}
	seen := map[string]int{}
	for i := range a.Lines {
		l := &a.Lines[i]
		l.settle(i+1, &wrong)
		if at := seen[l.Position]; at > 0 {
			wrong.Add(place(i+1, "position"), "survey.line.twice", at)
		}
		seen[l.Position] = i + 1
	}
	return wrong.Err()
}

func (l *Line) settle(n int, wrong *fault.List) {
	l.Position = strings.ToUpper(strings.TrimSpace(l.Position))
	if _, ok := codes.Shipped().Get("position", l.Position); !ok {
		wrong.Add(place(n, "position"), "survey.line.position", l.Position)
	}
	if len(l.Planned) != Quarters {
		wrong.Add(place(n, "planned"), "survey.line.quarters", Quarters, len(l.Planned))
	}
	for i, v := range l.Planned {
		if v < 0 || v > mostPlanned {
			wrong.Add(place(n, "q"+string(rune('1'+i))), "survey.line.range", v, mostPlanned)
		}
	}
	if l.Three != nil && (*l.Three < l.Sum() || *l.Three > 10*mostPlanned) {
		wrong.Add(place(n, "three"), "survey.line.three", *l.Three, l.Sum())
	}
	if l.Reason != "" && !slices.Contains(Reasons, l.Reason) {
		wrong.Add(place(n, "reason"), "survey.line.reason", l.Reason)
	}
	if l.Confidence != "" && !slices.Contains(Confidences, l.Confidence) {
		wrong.Add(place(n, "confidence"), "survey.line.confidence", l.Confidence)
	}
}

// answered tells whether the enterprise has said what it had to say.
func (f *Form) answered() bool {
	return f.State == Answered || f.State == Accepted || f.State == Taken
}

// answer notes an answer, or tells why none is taken.
func (f *Form) answer(r *Round, a Answer, by, today string, now time.Time) error {
	switch {
	case r.State == Drafted:
		return fault.Conflict.New("survey.round.not_open", r.Number)
	case r.State != Opened:
		return fault.Conflict.New("survey.round.over", r.Number)
	case today > r.Closes:
		return fault.Conflict.New("survey.round.late", r.Closes)
	case f.answered():
		return fault.Conflict.New("survey.form.twice", f.AnsweredAt.Format(time.DateOnly))
	}
	f.State, f.Lines, f.Nothing, f.Remark, f.Why = Answered, a.Lines, a.Nothing, a.Remark, ""
	f.AnsweredBy, f.AnsweredAt = by, &now
	return nil
}

// giveBack asks the enterprise to answer anew.
func (f *Form) giveBack(r *Round, why string) error {
	why = strings.TrimSpace(why)
	var wrong fault.List
	if why == "" {
		wrong.Add("why", "survey.form.no_why")
	} else if n := len([]rune(why)); n > longestText {
		wrong.Add("why", "survey.long", n, longestText)
	}
	switch {
	case wrong != nil:
		return wrong.Err()
	case r.State != Opened && r.State != Closed:
		return fault.Conflict.New("survey.round.over", r.Number)
	case f.State != Answered && f.State != Accepted:
		return fault.Conflict.New("survey.form.unanswered")
	}
	f.State, f.Why = Returned, why
	return nil
}

// accept says that what looked like a slip is none.
func (f *Form) accept(r *Round) error {
	switch {
	case r.State != Opened && r.State != Closed:
		return fault.Conflict.New("survey.round.over", r.Number)
	case f.State != Answered:
		return fault.Conflict.New("survey.form.unanswered")
	}
	f.State = Accepted
	return nil
}
