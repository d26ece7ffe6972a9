package matching

import (
	"encoding/json"
	"fmt"
	"io"
)

// The words of a rule. Each has a default, named first; the empty word is the
// default.
type (
	Method      string
	TieRule     string
	RegionRule  string
	ClosingRule string
	ReserveRule string
)

const (
	// Stable is candidate-proposing deferred acceptance.
	Stable Method = "stable"
	// Heaviest is the assignment of the largest total weight. It is neither stable
	// nor safe against untrue lists.
	Heaviest Method = "max_weight"
)

const (
	// Lottery breaks ties of keys by one draw for all positions: a hash of the
	// published seed and the candidate's id.
	Lottery TieRule = "lottery"
	// LotteryPerPosition draws anew for each position.
	LotteryPerPosition TieRule = "lottery_per_position"
	// RejectTie refuses a group of equal keys that does not fit wholly.
	RejectTie TieRule = "reject"
	// AdmitTie admits such a group wholly; caps are exceeded and the overrun is told.
	AdmitTie TieRule = "admit"
	// MaxSize breaks ties of both sides so that many are placed: at least 2/3 of
	// the most that any stable round could place.
	MaxSize TieRule = "max_size"
)

const (
	// Nested compares the keys of all positions under a cap.
	Nested RegionRule = "nested"
	// Flexible lets the positions of a region take turns (Kamada and Kojima); their
	// keys are never compared.
	Flexible RegionRule = "flexible"
)

const (
	// WorstFirst closes the position that is furthest below its minimum, runs
	// again, and so on.
	WorstFirst ClosingRule = "worst_first"
	// AllShort closes every position below its minimum at once and repeats.
	AllShort ClosingRule = "all_short"
	// Exact tries every set of closings and keeps the one that places most. For
	// up to [MaxExactClosings] positions with a minimum.
	Exact ClosingRule = "exact"
)

const (
	// MinimumSeats fills reserved seats first, then all compete for the rest.
	MinimumSeats ReserveRule = "minimum_seats"
	// OpenFirst fills the open seats first; reserved ones are over and above.
	OpenFirst ReserveRule = "open_first"
	// CallOrder keeps the reserved share on every prefix of a position's list.
	CallOrder ReserveRule = "call_order"
)

// Rule says by which rule a round is decided. The zero value is the documented
// default: stable, one lottery with the empty seed, nested caps, worst first,
// minimum seats.
type Rule struct {
	Method   Method      `json:"method"`
	Ties     TieRule     `json:"ties"`
	Seed     string      `json:"seed"` // published before the round, drawn where nobody can choose it
	Regions  RegionRule  `json:"regions"`
	Closing  ClosingRule `json:"closing"`
	Reserves ReserveRule `json:"reserves"`
}

// Complete gives the rule with every word written out.
func (r Rule) Complete() Rule {
	if r.Method == "" {
		r.Method = Stable
	}
	if r.Ties == "" {
		r.Ties = Lottery
	}
	if r.Regions == "" {
		r.Regions = Nested
	}
	if r.Closing == "" {
		r.Closing = WorstFirst
	}
	if r.Reserves == "" {
		r.Reserves = MinimumSeats
	}
	return r
}

// Check tells every word of the rule that is none.
func (r Rule) Check() error {
	r = r.Complete()
	l := faultList{limit: 10}
	word := func(key, got string, known ...string) {
		for _, k := range known {
			if got == k {
				return
			}
		}
		l.add(FaultRule, []string{key, got}, "rule: %q is no word for %q; known are %q", got, key, known)
	}
	word("method", string(r.Method), string(Stable), string(Heaviest))
	word("ties", string(r.Ties), string(Lottery), string(LotteryPerPosition), string(RejectTie), string(AdmitTie), string(MaxSize))
	word("regions", string(r.Regions), string(Nested), string(Flexible))
	word("closing", string(r.Closing), string(WorstFirst), string(AllShort), string(Exact))
	word("reserves", string(r.Reserves), string(MinimumSeats), string(OpenFirst), string(CallOrder))
	return l.err()
}

// ReadRule reads a rule.json. Absent keys get their defaults; unknown keys and
// words are refused.
func ReadRule(from io.Reader) (Rule, error) {
	var r Rule
	d := json.NewDecoder(from)
	d.DisallowUnknownFields()
	if err := d.Decode(&r); err != nil {
		return Rule{}, fmt.Errorf("rule: %w", err)
	}
	if d.More() {
		return Rule{}, fmt.Errorf("rule: more than one JSON value")
	}
	return r.Complete(), r.Check()
}
