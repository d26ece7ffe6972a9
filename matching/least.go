package matching

import (
	"context"
	"slices"
)

// smallQuestion is up to how many choices a round is run again for the least
// change of every single answer.
const smallQuestion = 100_000

// LeastKey finds the worst key that would have been enough for candidate c at
// position p, all others' keys and lists and the closed positions being what they
// are. ok is false if no key would do, or if the rule has no such key: where
// groups of equal keys stand or fall, turns are taken, or lists are called in an
// order of their own.
//
// The cut-off is not that key: whoever comes in pushes somebody out, who pushes
// on, and the last of them may want the place back with a better key. So the
// round is run again with the candidate fixed at the position; the key has to
// beat everybody whom the position, or a full set around it, turned away then.
func LeastKey(ctx context.Context, m *Market, r Rule, o *Outcome, c CandidateID, p PositionID) (key int64, ok bool, err error) {
	r = r.Complete()
	e := m.Edge(c, p)
	lottery := r.Ties == Lottery || r.Ties == LotteryPerPosition
	if e == NoEdge || r.Method == Heaviest || !lottery || r.Regions == Flexible || len(m.reserves) > 0 ||
		m.Capacity(p) == 0 || o.IsClosed(p) {
		return 0, false, nil
	}
	for k := m.NodeOf(p); k != NoNode; k = m.Parent(k) {
		if m.Cap(k) == 0 {
			return 0, false, nil
		}
	}
	n := m.fixed(c, e)
	closed := make([]bool, m.Positions())
	for _, q := range o.Closed {
		closed[q] = true
	}
	run := newEngine(newProblem(n, r, closed), newLots(n, r), r.Ties)
	if err := run.run(ctx, nil); err != nil {
		return 0, false, err
	}
	s := &solver{m: n}
	s.take(run)
	if s.of[c] != e-EdgeID(m.off[c])+EdgeID(n.off[c]) {
		return 0, false, nil // something better than p; then p asks for no key
	}
	key, ok = m.beats(n, r, s.of, c, p, closed)
	return key, ok, nil
}

// fixed gives the market in which a candidate's list ends with choice e and that
// choice's key is better than all others.
func (m *Market) fixed(c CandidateID, e EdgeID) *Market {
	n := *m
	cut := m.off[c+1] - uint32(e) - 1
	n.off = slices.Clone(m.off)
	for d := int(c) + 1; d < len(n.off); d++ {
		n.off[d] -= cut
	}
	n.edge = make([]uint64, 0, len(m.edge))
	n.edge = append(append(n.edge, m.edge[:e+1]...), m.edge[m.off[c+1]:]...)
	for i := range n.edge {
		n.edge[i]++
	}
	n.edge[e] = n.edge[e]&^(1<<32-1) | 1
	n.tied, n.weight = nil, nil
	return &n
}

// beats finds the worst key with which candidate c comes before everybody who was
// turned away in market n by a set that p is in.
func (m *Market) beats(n *Market, r Rule, of []EdgeID, c CandidateID, p PositionID, closed []bool) (int64, bool) {
	v := &verifier{m: n, rule: r, of: of, rep: &Report{Counts: map[string]int{}}, closed: closed}
	v.checkChoices()
	f := newReferee(n, r)
	bars := v.bars(f)
	best := standing{cand: -1}
	for d, own := range of {
		if CandidateID(d) == c {
			continue
		}
		n.above(CandidateID(d), own, func(e EdgeID) {
			q := n.PositionOf(e)
			set := bars[q].set
			if closed[q] || set == -2 || set == -1 && q != p || set >= 0 && !v.within(int32(p), set) {
				return
			}
			if s := (standing{n.innerOf(e), int32(d), int32(q)}); best.cand < 0 || f.compare(s, best) < 0 {
				best = s
			}
		})
	}
	if best.cand < 0 {
		return 0, false
	}
	key := m.keyValue(best.key - 1)
	if f.compare(standing{best.key, int32(c), int32(p)}, best) < 0 {
		return key, true
	}
	return key - 1, true
}

func (m *Market) innerOf(e EdgeID) uint32 { return uint32(m.edge[e]) }
