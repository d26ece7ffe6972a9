package measure

import (
	"math/big"
	"slices"
	"strings"
)

// Figure is one value of a row.
type Figure struct {
	Label string   `json:"label,omitempty"`
	Value *big.Rat `json:"-"`
	Text  string   `json:"value"` // as a fraction; empty: it has none
}

// Line is a row of a report with its values.
type Line struct {
	*Row
	Figures []Figure `json:"figures,omitempty"`
	ByHand  bool     `json:"by_hand,omitempty"`
	Entry   *Entry   `json:"entry,omitempty"`
	Verdict string   `json:"verdict"`           // met, not_met, partly, hit, clear or open (nothing is known)
	Broken  bool     `json:"broken,omitempty"`  // counts a kind of act that is declared no longer
	Warning *Warning `json:"warning,omitempty"` // the first of the days of the report

	Before []Figure `json:"before,omitempty"` // of the report that it is compared with
}

// Value is the row's first figure, or nil.
func (l *Line) Value() *big.Rat {
	if len(l.Figures) == 0 {
		return nil
	}
	return l.Figures[0].Value
}

// has tells whether the row has a value that nobody stated by hand.
func (l *Line) has() bool { return !l.ByHand && l.Value() != nil }

// Registered tells whether the row's value rests on facts that were registered by
// hand, with where they are written.
func (l *Line) Registered() bool {
	return l.has() && slices.ContainsFunc(l.calls(), func(c *call) bool {
		return slices.ContainsFunc(c.filter.Kinds, func(k string) bool { return strings.HasPrefix(k, "measure.fact.") })
	})
}

// Counted tells whether the row has a value that was counted from acts as the rooms
// note them.
func (l *Line) Counted() bool { return l.has() && !l.Registered() }

// Report is a period with its lines.
type Report struct {
	*Period
	Standard *Standard `json:"standard"`
	Lines    []*Line   `json:"lines"`
	With     *Period   `json:"with,omitempty"` // what it is compared with

	names []*Period // that it can be compared with
}

// Tally counts the lines by how they came about and how they stand.
type Tally struct{ Rows, Counted, Registered, ByHand, Open, Met, NotMet, Hit int }

// Tally counts the lines that are no groups.
func (r *Report) Tally() (t Tally) {
	for _, l := range r.Lines {
		if l.Kind == Group {
			continue
		}
		t.Rows++
		switch {
		case l.Registered():
			t.Registered++
		case l.has():
			t.Counted++
		case l.ByHand || l.Entry != nil:
			t.ByHand++
		default:
			t.Open++
		}
		switch l.Verdict {
		case "met", "clear":
			t.Met++
		case "not_met", "partly":
			t.NotMet++
		case "hit":
			t.Hit++
		}
	}
	return t
}
