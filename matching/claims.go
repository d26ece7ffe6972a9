package matching

import "slices"

// Claim is a closed position that as many candidates as its minimum would rather
// have had than what they got. The rules of closing cannot always avoid that, so
// it is told.
type Claim struct {
	Position PositionID `json:"position"`
	Minimum  int        `json:"minimum"`
	Willing  int        `json:"willing"`
}

// Claims lists the closed positions with enough willing candidates, in the order
// of their names.
func (o *Outcome) Claims() []Claim {
	o.once.claims.Do(func() {
		if len(o.Closed) == 0 {
			return
		}
		willing := make([]int32, o.m.Positions())
		for c := range o.Of {
			o.m.above(CandidateID(c), o.Of[c], func(e EdgeID) { willing[o.m.PositionOf(e)]++ })
		}
		for _, p := range o.Closed {
			if n := int(willing[p]); n >= o.m.Minimum(p) && n > 0 {
				o.clms = append(o.clms, Claim{p, o.m.Minimum(p), n})
			}
		}
		slices.SortFunc(o.clms, func(a, b Claim) int { return int(o.m.posRank[a.Position]) - int(o.m.posRank[b.Position]) })
	})
	return o.clms
}

// above calls f for the choices that the candidate strictly prefers to choice
// own (NoEdge: to nothing).
func (m *Market) above(c CandidateID, own EdgeID, f func(EdgeID)) {
	end := EdgeID(m.off[c+1])
	if own != NoEdge {
		for end = own; m.TiedWithPrevious(end); end-- {
		}
	}
	for e := EdgeID(m.off[c]); e < end; e++ {
		f(e)
	}
}
