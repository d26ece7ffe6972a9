package matching

// Staffing tells an enterprise about one of its positions: counts, no names.
type Staffing struct {
	Position  PositionID `json:"position"`
	Capacity  int        `json:"capacity"`
	Filled    int        `json:"filled"`
	Empty     int        `json:"empty"`
	Closed    bool       `json:"closed"`
	Listed    int        `json:"listed"`    // candidates on both lists
	Elsewhere int        `json:"elsewhere"` // of them, placed where they would rather be
	Refused   int        `json:"refused"`   // of them, wished to come and were turned away
	First     int        `json:"first"`     // of them, had it as first choice
	Limit     NodeID     `json:"limit"`     // the set above that is full while places are empty, NoNode if none
}

// Staff explains every position to its enterprise, by position.
func (x *Explainer) Staff() []Staffing {
	m := x.m
	list := make([]Staffing, m.Positions())
	for p, cut := range x.out.CutOffs() {
		s := &list[p]
		*s = Staffing{Position: PositionID(p), Capacity: cut.Capacity, Filled: cut.Placed,
			Empty: max(cut.Capacity-cut.Placed, 0), Closed: cut.Closed, Limit: NoNode}
		if b := x.bars[p]; s.Empty > 0 && b.set >= 0 {
			s.Limit = NodeID(b.set)
		}
	}
	for c, own := range x.out.Of {
		for e := EdgeID(m.off[c]); e < EdgeID(m.off[c+1]); e++ {
			s := &list[m.PositionOf(e)]
			s.Listed++
			if e == EdgeID(m.off[c]) {
				s.First++
			}
			switch {
			case e == own:
			case own != NoEdge && !x.v.prefers(e, own):
				s.Elsewhere++
			default:
				s.Refused++
			}
		}
	}
	return list
}

// CapUse tells how a node's cap was used.
type CapUse struct {
	Node       NodeID `json:"node"`
	Cap        int    `json:"cap"`
	Placed     int    `json:"placed"`
	TurnedAway int    `json:"turned_away"` // candidates who would have had a place but for this cap
}

// Summary is what the council sees of a round.
type Summary struct {
	Candidates  int      `json:"candidates"`
	Positions   int      `json:"positions"`
	Choices     int      `json:"choices"`
	Places      int64    `json:"places"`
	Matched     int      `json:"matched"`
	Unlisted    int      `json:"without_choices"` // candidates with an empty list
	ByChoice    []int    `json:"by_choice"`       // [k]: placed at their choice number k+1
	Caps        []CapUse `json:"caps,omitempty"`
	Closed      int      `json:"closed"`
	Claims      []Claim  `json:"claims,omitempty"`
	Overrun     int      `json:"overrun,omitempty"`
	Stats       Stats    `json:"stats"`
	Fingerprint string   `json:"fingerprint"`
}

// Summary counts the outcome for the council.
func (x *Explainer) Summary() Summary {
	m, o := x.m, x.out
	s := Summary{Candidates: m.Candidates(), Positions: m.Positions(), Choices: m.Edges(), Matched: o.Matched(),
		Closed: len(o.Closed), Claims: o.Claims(), Stats: o.Stats, Fingerprint: o.Fingerprint()}
	for p, cut := range o.CutOffs() {
		s.Places += int64(m.Capacity(PositionID(p)))
		s.Overrun += cut.Overrun
	}
	away := make([]int, m.Nodes())
	seen := make([]int32, m.Nodes())
	for c, own := range o.Of {
		if m.off[c] == m.off[c+1] {
			s.Unlisted++
		}
		if own != NoEdge {
			k := m.ChoiceNumber(CandidateID(c), own)
			for len(s.ByChoice) < k {
				s.ByChoice = append(s.ByChoice, 0)
			}
			s.ByChoice[k-1]++
		}
		m.above(CandidateID(c), own, func(e EdgeID) {
			p := m.PositionOf(e)
			if x.v.closed[p] {
				return
			}
			k := x.bars[p].set
			if k == -2 && x.turn != nil {
				k = x.v.regionOf(x.turn.regions, int32(p))
			}
			if k >= 0 && seen[k] != int32(c)+1 {
				seen[k] = int32(c) + 1
				away[k]++
			}
		})
	}
	for k := range away {
		if m.nodeCap[k] >= 0 {
			s.Caps = append(s.Caps, CapUse{NodeID(k), int(m.nodeCap[k]), int(x.v.under[k]), away[k]})
		}
	}
	return s
}

// Summarize is [Explainer.Summary] for one question.
func Summarize(m *Market, r Rule, o *Outcome) Summary { return NewExplainer(m, r, o).Summary() }
