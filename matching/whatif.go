package matching

import (
	"context"
	"math"
	"slices"
)

// Wish is one entry of a changed list.
type Wish struct {
	Position PositionID
	Key      int64 // the position's key for the candidate
	Tied     bool  // with the entry before
}

// Change is a question: what if positions had more or fewer places, or candidates
// other lists? A skill, a course or a pay step changes keys, orders and who is on
// whose list; the lists of the candidates concerned say so, whole.
type Change struct {
	Places map[PositionID]int // more, or with a minus fewer
	Lists  map[CandidateID][]Wish
}

// Move is a candidate whom a change places elsewhere.
type Move struct {
	Candidate CandidateID
	From, To  PositionID // NoPosition: none
}

// Effect is what a change brings about.
type Effect struct {
	Market  *Market  // with the change; choices have other numbers than before
	Outcome *Outcome // of that market
	Moves   []Move   // by candidate
	Rerun   bool     // the round had to be run again
}

// WhatIf answers a question about a decided round, exactly as a new run would. It
// runs the round again unless theory says that nothing changes: what stands on a
// list behind the match does not matter, nor do more places where places were
// left, if no closing and no cap above interferes.
func WhatIf(ctx context.Context, m *Market, r Rule, o *Outcome, ch Change) (*Effect, error) {
	n, err := m.with(ch)
	if err != nil {
		return nil, err
	}
	x := &Effect{Market: n}
	if m.unmoved(r.Complete(), o, ch) {
		x.Outcome = o.over(n)
		return x, nil
	}
	x.Rerun = true
	if x.Outcome, err = Solve(ctx, n, r); err != nil {
		return nil, err
	}
	for c := range m.Candidates() {
		id := CandidateID(c)
		if from, to := o.Position(id), x.Outcome.Position(id); from != to {
			x.Moves = append(x.Moves, Move{id, from, to})
		}
	}
	return x, nil
}

// over gives the same places as choices of another market.
func (o *Outcome) over(n *Market) *Outcome {
	of := make([]EdgeID, len(o.Of))
	for c := range of {
		of[c] = NoEdge
		if p := o.Position(CandidateID(c)); p != NoPosition {
			of[c] = n.Edge(CandidateID(c), p)
		}
	}
	return &Outcome{Rule: o.Rule, Of: of, Closed: o.Closed, Stats: o.Stats, m: n}
}

// unmoved tells whether a change surely leaves everybody where they are.
func (m *Market) unmoved(r Rule, o *Outcome, ch Change) bool {
	lottery := r.Ties == Lottery || r.Ties == LotteryPerPosition
	if r.Method != Stable || !lottery || m.closable() > 0 || len(m.reserves) > 0 || r.Regions == Flexible {
		return false
	}
	if len(ch.Places) > 0 {
		if len(newProblem(m, r, nil).cap) > 0 {
			return false
		}
		cuts := o.CutOffs()
		for p, more := range ch.Places {
			if more < 0 && more+m.Capacity(p) <= cuts[p].Placed || more > 0 && cuts[p].Full {
				return false
			}
		}
		for _, k := range m.nodeCap { // more places can make a cap bind
			if k >= 0 {
				return false
			}
		}
	}
	for c, list := range ch.Lists {
		if o.Of[c] == NoEdge {
			return false
		}
		for i, e := 0, EdgeID(m.off[c]); e <= o.Of[c]; i, e = i+1, e+1 {
			if i >= len(list) || list[i].Position != m.PositionOf(e) || list[i].Key != m.Key(e) || list[i].Tied != m.TiedWithPrevious(e) {
				return false
			}
		}
	}
	return true
}

// with gives the market with a change, or every fault of the change.
func (m *Market) with(ch Change) (*Market, error) {
	f := faultList{limit: 100}
	n := *m
	n.capacity = slices.Clone(m.capacity)
	for p, more := range ch.Places {
		if p < 0 || int(p) >= m.Positions() {
			f.add(FaultUnknown, nil, "the change names position %d, which does not exist", p)
			continue
		}
		c := int64(m.capacity[p]) + int64(more)
		if c < int64(m.Minimum(p)) || c > math.MaxInt32 {
			f.add(FaultCapacity, []string{m.PositionName(p)}, "position %q would have %d places, with a minimum of %d", m.PositionName(p), c, m.Minimum(p))
			continue
		}
		n.capacity[p] = int32(c)
	}
	for c, list := range ch.Lists {
		m.checkWishes(&f, c, list)
	}
	if err := f.err(); err != nil {
		return nil, err
	}
	if len(ch.Lists) > 0 {
		n.relist(m, ch.Lists)
	}
	return &n, nil
}

func (m *Market) checkWishes(f *faultList, c CandidateID, list []Wish) {
	if c < 0 || int(c) >= m.Candidates() {
		f.add(FaultUnknown, nil, "the change names candidate %d, who does not exist", c)
		return
	}
	seen := map[PositionID]bool{}
	for _, w := range list {
		switch {
		case w.Position < 0 || int(w.Position) >= m.Positions():
			f.add(FaultUnknown, nil, "the new list of %q names position %d, which does not exist", m.CandidateName(c), w.Position)
		case seen[w.Position]:
			f.add(FaultDuplicate, []string{m.CandidateName(c)}, "the new list of %q names position %d twice", m.CandidateName(c), w.Position)
		case w.Key < math.MinInt64/2 || w.Key > math.MaxInt64/2:
			f.add(FaultKey, nil, "the new list of %q has a key of more than 62 bits", m.CandidateName(c))
		}
		seen[w.Position] = true
	}
}

// relist writes the lists of market m with some replaced.
func (n *Market) relist(m *Market, lists map[CandidateID][]Wish) {
	n.rescale(m, lists)
	inner := func(key int64) uint32 {
		return (&Builder{m: Market{keyBase: n.keyBase, keyValues: n.keyValues}}).inner(key)
	}
	n.off = make([]uint32, len(m.off))
	n.edge, n.tied, n.weight = make([]uint64, 0, len(m.edge)), nil, nil
	tie := func() {
		k := len(n.edge)
		for len(n.tied) <= k>>6 {
			n.tied = append(n.tied, 0)
		}
		n.tied[k>>6] |= 1 << (k & 63)
	}
	same := n.keyBase == m.keyBase && len(n.keyValues) == len(m.keyValues)
	for c := range m.Candidates() {
		list, changed := lists[CandidateID(c)]
		list = m.inOrder(list)
		for i, w := range list {
			if w.Tied && i > 0 {
				tie()
			}
			n.edge = append(n.edge, uint64(w.Position)<<32|uint64(inner(w.Key)))
		}
		for e := m.off[c]; e < m.off[c+1] && !changed; e++ {
			if m.TiedWithPrevious(EdgeID(e)) {
				tie()
			}
			x := m.edge[e]
			if !same {
				x = x&^(1<<32-1) | uint64(inner(m.Key(EdgeID(e))))
			}
			n.edge = append(n.edge, x)
		}
		n.off[c+1] = uint32(len(n.edge))
	}
	for n.tied != nil && len(n.tied) < (len(n.edge)+63)/64 {
		n.tied = append(n.tied, 0)
	}
}

// inOrder sorts tied entries by the positions' names, as lists always stand.
func (m *Market) inOrder(list []Wish) []Wish {
	list = slices.Clone(list)
	for from := 0; from < len(list); {
		to := from + 1
		for to < len(list) && list[to].Tied {
			to++
		}
		slices.SortFunc(list[from:to], func(a, b Wish) int { return int(m.posRank[a.Position]) - int(m.posRank[b.Position]) })
		for i := from; i < to; i++ {
			list[i].Tied = i > from
		}
		from = to
	}
	return list
}

// rescale makes room on the inner scale for keys that it has not.
func (n *Market) rescale(m *Market, lists map[CandidateID][]Wish) {
	var news []int64
	for _, list := range lists {
		for _, w := range list {
			_, has := slices.BinarySearch(m.keyValues, w.Key)
			if m.keyValues == nil {
				has = w.Key > m.keyBase && w.Key-m.keyBase <= maxKey
			}
			if !has {
				news = append(news, w.Key)
			}
		}
	}
	if news == nil {
		return
	}
	all := slices.Concat(m.keyValues, news)
	if m.keyValues == nil {
		for e := range m.edge {
			all = append(all, m.Key(EdgeID(e)))
		}
		for _, list := range lists {
			for _, w := range list {
				all = append(all, w.Key)
			}
		}
	}
	slices.Sort(all)
	n.keyValues = slices.Compact(all)
}
