package matching

import (
	"fmt"
	"strings"
)

// MaxWitnesses is how many violations of each kind a report spells out; the
// rest is counted.
const MaxWitnesses = 100

// Kinds of violation.
const (
	BadChoice  = "bad_choice"  // the place is not on the candidate's list
	OverCap    = "over_cap"    // more are placed under a position or node than its cap
	BelowMin   = "below_min"   // a position opened with fewer than its minimum
	Blocking   = "blocking"    // a candidate and a position that would both rather have each other
	OutOfTurn  = "out_of_turn" // somebody holds a place that the rule gives to others
	BadRule    = "bad_rule"    // the rule does not fit the market
	BadWeight  = "bad_weight"  // a certificate that does not prove what it says
	NotLongest = "bad_length"  // the assignment is not one entry for each candidate
)

// Violation is one thing that does not hold, with its witness by outside names.
type Violation struct {
	Kind      string `json:"kind"`
	Candidate string `json:"candidate,omitempty"`
	Position  string `json:"position,omitempty"`
	Instead   string `json:"instead,omitempty"` // where the candidate was placed
	Node      string `json:"node,omitempty"`    // the set whose cap is concerned
	Over      string `json:"over,omitempty"`    // who holds a place there with a worse claim
	Have      int64  `json:"have,omitempty"`
	Limit     int64  `json:"limit,omitempty"`
}

func (v Violation) String() string {
	var b strings.Builder
	b.WriteString(v.Kind)
	for _, f := range [][2]string{{"candidate", v.Candidate}, {"position", v.Position}, {"instead", v.Instead}, {"node", v.Node}, {"over", v.Over}} {
		if f[1] != "" {
			fmt.Fprintf(&b, " %s=%q", f[0], f[1])
		}
	}
	if v.Have != 0 || v.Limit != 0 {
		fmt.Fprintf(&b, " have=%d limit=%d", v.Have, v.Limit)
	}
	return b.String()
}

// Report is the verifier's finding.
type Report struct {
	OK         bool           `json:"ok"`     // nothing is violated
	Stable     bool           `json:"stable"` // no blocking pair; information for the method of the largest weight
	Matched    int            `json:"matched"`
	Blocking   int            `json:"blocking"` // blocking pairs in all
	ByNode     map[string]int `json:"blocking_by_node,omitempty"`
	Counts     map[string]int `json:"violations,omitempty"` // by kind
	Violations []Violation    `json:"witnesses,omitempty"`
	Closed     []string       `json:"closed,omitempty"`
	Claims     []NamedClaim   `json:"claims,omitempty"`
	Overrun    int            `json:"overrun,omitempty"` // placed above the caps, under AdmitTie
	Weight     *WeightReport  `json:"weight,omitempty"`
	Print      string         `json:"fingerprint"`
}

// NamedClaim is a [Claim] by outside names.
type NamedClaim struct {
	Position string `json:"position"`
	Minimum  int    `json:"minimum"`
	Willing  int    `json:"willing"`
}

// Verify checks an assignment (the choice met of each candidate, NoEdge for
// none) against market and rule. It shares no code with the engines: it knows
// what a stable round is, not how one is found. A market of the method of the
// largest weight is checked for caps only; [VerifyWeight] checks its optimality.
func Verify(m *Market, r Rule, of []EdgeID) *Report {
	v := verify(m, r, of)
	v.rep.Print = Fingerprint(m, of)
	return v.rep
}

// verify is Verify without the fingerprint.
func verify(m *Market, r Rule, of []EdgeID) *verifier {
	v := &verifier{m: m, rule: r.Complete(), of: of, rep: &Report{Counts: map[string]int{}}}
	v.rep.OK = true
	v.check()
	v.rep.Stable = v.rep.Blocking == 0 && v.rep.Counts[OutOfTurn] == 0
	return v
}

type verifier struct {
	m      *Market
	rule   Rule
	of     []EdgeID
	rep    *Report
	placed []int32 // by position
	under  []int64 // by node
	closed []bool
}

func (v *verifier) add(x Violation) { v.rep.Add(x) }

// block tells a blocking pair. For the method of the largest weight it is
// information only.
func (v *verifier) block(x Violation) {
	v.rep.Blocking++
	if x.Node != "" {
		if v.rep.ByNode == nil {
			v.rep.ByNode = map[string]int{}
		}
		v.rep.ByNode[x.Node]++
	}
	if v.rule.Method != Heaviest {
		v.add(x)
	}
}

func (v *verifier) check() {
	if err := fit(v.m, v.rule); err != nil {
		v.add(Violation{Kind: BadRule, Candidate: err.Error()})
		return
	}
	if len(v.of) != v.m.Candidates() {
		v.add(Violation{Kind: NotLongest, Have: int64(len(v.of)), Limit: int64(v.m.Candidates())})
		return
	}
	if !v.checkChoices() {
		return
	}
	v.checkMinima()
	if v.rule.Ties != AdmitTie || v.rule.Method == Heaviest {
		v.checkCaps()
	} else {
		v.countOverrun()
	}
	switch {
	case v.rule.Regions == Flexible:
		v.checkTurns()
	case v.rule.Method != Heaviest && (v.rule.Ties == RejectTie || v.rule.Ties == AdmitTie),
		len(v.m.reserves) > 0 && v.rule.Reserves != CallOrder:
		v.checkChoiceRule()
	default:
		v.checkPairs()
	}
	v.checkClaims()
}

// checkChoices looks that everybody holds a choice of their own and counts.
func (v *verifier) checkChoices() bool {
	m := v.m
	v.placed = make([]int32, m.Positions())
	v.under = make([]int64, m.Nodes())
	bad := false
	for c, e := range v.of {
		if e == NoEdge {
			continue
		}
		if uint32(e) < m.off[c] || uint32(e) >= m.off[c+1] {
			v.add(Violation{Kind: BadChoice, Candidate: m.CandidateName(CandidateID(c))})
			bad = true
			continue
		}
		v.rep.Matched++
		v.placed[m.edge[e]>>32]++
	}
	for p, n := range v.placed {
		for k := m.under[p]; k >= 0 && n > 0; k = m.nodeParent[k] {
			v.under[k] += int64(n)
		}
	}
	return !bad
}

// checkMinima takes the positions with a minimum and nobody in them as closed.
func (v *verifier) checkMinima() {
	m := v.m
	v.closed = make([]bool, m.Positions())
	if v.rule.Method == Heaviest {
		return
	}
	for p, low := range m.minimum {
		id := PositionID(p)
		switch {
		case low == 0 || m.FixedOpen(id):
		case v.placed[p] == 0:
			v.closed[p] = true
			v.rep.Closed = append(v.rep.Closed, m.PositionName(id))
		case v.placed[p] < low:
			v.add(Violation{Kind: BelowMin, Position: m.PositionName(id), Have: int64(v.placed[p]), Limit: int64(low)})
		}
	}
}

func (v *verifier) checkCaps() {
	m := v.m
	for p, n := range v.placed {
		if n > m.capacity[p] {
			v.add(Violation{Kind: OverCap, Position: m.PositionName(PositionID(p)), Have: int64(n), Limit: int64(m.capacity[p])})
		}
	}
	for k, n := range v.under {
		if m.nodeCap[k] >= 0 && n > int64(m.nodeCap[k]) {
			v.add(Violation{Kind: OverCap, Node: m.NodeName(NodeID(k)), Have: n, Limit: int64(m.nodeCap[k])})
		}
	}
}

func (v *verifier) countOverrun() {
	for p, n := range v.placed {
		v.rep.Overrun += int(max(n-v.m.capacity[p], 0))
	}
}

func (v *verifier) checkClaims() {
	m := v.m
	if len(v.rep.Closed) == 0 {
		return
	}
	willing := make([]int, m.Positions())
	for c := range v.of {
		for e := m.off[c]; e < m.off[c+1]; e++ {
			if v.of[c] != NoEdge && !v.prefers(EdgeID(e), v.of[c]) {
				break
			}
			willing[m.edge[e]>>32]++
		}
	}
	for p, closed := range v.closed {
		if low := m.Minimum(PositionID(p)); closed && willing[p] >= low {
			v.rep.Claims = append(v.rep.Claims, NamedClaim{m.PositionName(PositionID(p)), low, willing[p]})
		}
	}
}

// prefers tells whether a candidate ranks its choice e strictly above its choice
// own.
func (v *verifier) prefers(e, own EdgeID) bool {
	if e >= own {
		return false
	}
	for i := e + 1; i <= own; i++ {
		if !v.m.TiedWithPrevious(i) {
			return true
		}
	}
	return false
}

// Add enters a violation that was found outside, so that the report no longer
// says that all is well.
func (r *Report) Add(x Violation) {
	if r.Counts == nil {
		r.Counts = map[string]int{}
	}
	r.Counts[x.Kind]++
	if r.Counts[x.Kind] <= MaxWitnesses {
		r.Violations = append(r.Violations, x)
	}
	r.OK = false
}

// Check is [Verify] without the fingerprint, which takes longer than all the rest
// in a round of millions.
func Check(m *Market, r Rule, of []EdgeID) *Report { return verify(m, r, of).rep }
