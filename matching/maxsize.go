package matching

import (
	"bytes"
	"cmp"
	"container/heap"
	"slices"
)

// largest decides a round under MaxSize: the rule of promotion after Király and
// after Cooper and Manlove. A candidate whose list runs out is promoted once and
// begins again; where keys are equal the promoted win. A holder who could as well
// have another place, tied on the list and free, yields to a newcomer.
//
// With enterprises a place can come free again that somebody placed in the same
// enterprise would rather have; such moves are made at the end. Should a pair
// still block, which the proofs exclude for positions and enterprises, the round
// is decided by lottery instead.
func (s *solver) largest(closed []bool) error {
	n := renumber(s.m)
	shut := closed
	if n.pos != nil && closed != nil {
		shut = make([]bool, len(closed))
		for i, p := range n.pos {
			shut[i] = closed[p]
		}
	}
	g := newPromoter(n.m, s.rule, shut)
	for steps := 0; len(g.free) > 0; steps++ {
		if steps&4095 == 0 && s.ctx.Err() != nil {
			return s.ctx.Err()
		}
		g.step()
	}
	s.stats.Proposals += g.proposals
	s.stats.Promoted = g.promoted
	if g.satisfy() {
		s.of = n.back(g.of)
		return nil
	}
	r := s.rule
	r.Ties = Lottery
	e := newEngine(newProblem(s.m, r, closed), newLots(s.m, r), Lottery)
	if err := e.run(s.ctx, nil); err != nil {
		return err
	}
	s.take(e)
	return nil
}

// promoter is the state of one such round. Sets are positions, then nodes.
type promoter struct {
	m     *Market
	draw  *lots
	of    []EdgeID
	phase []uint8 // 1, promoted 2, given up 3
	gone  []uint64
	from  []uint32 // first choice of the list that is not gone
	free  []uint32 // to propose, last first
	room  []int32  // by set
	held  []int32
	worst []seatHeap
	yield [][]seat // holders with tied choices, by set

	proposals int64
	promoted  int
}

// seat is a candidate on a choice; out of date if either moved on.
type seat struct {
	edge EdgeID
	cand uint32
	soft uint8 // 0 if promoted: these leave last among equal keys
}

type seatHeap struct {
	g    *promoter
	list []seat
}

func (h *seatHeap) Len() int           { return len(h.list) }
func (h *seatHeap) Less(i, j int) bool { return h.g.leavesBefore(h.list[i], h.list[j]) }
func (h *seatHeap) Swap(i, j int)      { h.list[i], h.list[j] = h.list[j], h.list[i] }
func (h *seatHeap) Push(x any)         { h.list = append(h.list, x.(seat)) }
func (h *seatHeap) Pop() any {
	last := h.list[len(h.list)-1]
	h.list = h.list[:len(h.list)-1]
	return last
}

func newPromoter(m *Market, r Rule, closed []bool) *promoter {
	n, sets := m.Candidates(), m.Positions()+m.Nodes()
	g := &promoter{m: m, draw: newLots(m, Rule{Seed: r.Seed}), of: make([]EdgeID, n), phase: make([]uint8, n),
		gone: make([]uint64, (m.Edges()+63)/64), from: slices.Clone(m.off), room: make([]int32, sets), held: make([]int32, sets),
		worst: make([]seatHeap, sets), yield: make([][]seat, sets)}
	for p := range m.Positions() {
		g.room[p] = m.capacity[p]
		if closed != nil && closed[p] {
			g.room[p] = 0
		}
	}
	for k, c := range m.nodeCap {
		g.room[m.Positions()+k] = c
	}
	for i := range g.worst {
		g.worst[i].g = g
	}
	for c := range n {
		g.of[c], g.phase[c] = NoEdge, 1
		g.free = append(g.free, uint32(c))
	}
	slices.SortFunc(g.free, func(a, b uint32) int { // the lottery decides who proposes first
		return cmp.Or(cmp.Compare(g.draw.number(b, 0), g.draw.number(a, 0)), bytes.Compare(m.candNames.at(int(b)), m.candNames.at(int(a))))
	})
	return g
}

// leavesBefore orders holders: the worst key first, then those not promoted, then
// by the lottery.
func (g *promoter) leavesBefore(a, b seat) bool {
	if x, y := g.key(a.edge), g.key(b.edge); x != y {
		return x > y
	}
	if a.soft != b.soft {
		return a.soft > b.soft
	}
	return a.cand != b.cand && g.draw.loses(a.cand, 0, b.cand, 0)
}

func (g *promoter) key(e EdgeID) uint32 { return uint32(g.m.edge[e]) }

func (g *promoter) isGone(e uint32) bool { return g.gone[e>>6]>>(e&63)&1 == 1 }
func (g *promoter) drop(e EdgeID)        { g.gone[e>>6] |= 1 << (e & 63) }

// above is the next set that holds a set, -1 at the top.
func (g *promoter) above(set int32) int32 {
	up := int32(-1)
	if p := int(set); p < g.m.Positions() {
		up = g.m.under[p]
	} else {
		up = g.m.nodeParent[p-g.m.Positions()]
	}
	if up < 0 {
		return -1
	}
	return int32(g.m.Positions()) + up
}

// fullSet is the smallest full set around a position, -1 if none.
func (g *promoter) fullSet(p PositionID) int32 {
	for set := int32(p); set >= 0; set = g.above(set) {
		if g.room[set] >= 0 && g.held[set] >= g.room[set] {
			return set
		}
	}
	return -1
}

// step lets the next candidate without a place propose.
func (g *promoter) step() {
	c := g.free[len(g.free)-1]
	e := g.favourite(c)
	if e == NoEdge {
		if g.phase[c]++; g.phase[c] == 2 {
			g.restart(c)
			return
		}
		g.free = g.free[:len(g.free)-1]
		return
	}
	g.proposals++
	me := seat{e, c, g.soft(c)}
	set := g.fullSet(g.m.PositionOf(e))
	if set < 0 {
		g.free = g.free[:len(g.free)-1]
		g.seat(me)
		return
	}
	if d, ok := g.yielding(set); ok {
		g.replace(d, me)
		return
	}
	if d, ok := g.last(set); ok && (g.key(e) < g.key(d.edge) || g.key(e) == g.key(d.edge) && me.soft < d.soft) {
		g.drop(d.edge)
		g.replace(d, me)
		return
	}
	g.drop(e)
}

func (g *promoter) soft(c uint32) uint8 {
	if g.phase[c] == 1 {
		return 1
	}
	return 0
}

// restart promotes a candidate: the whole list is open again.
func (g *promoter) restart(c uint32) {
	g.promoted++
	g.from[c] = g.m.off[c]
	for e := g.m.off[c]; e < g.m.off[c+1]; e++ {
		g.gone[e>>6] &^= 1 << (e & 63)
	}
}

// favourite is the candidate's best choice left; of tied ones the first that is
// free, else the first.
func (g *promoter) favourite(c uint32) EdgeID {
	end := g.m.off[c+1]
	for g.from[c] < end && g.isGone(g.from[c]) {
		g.from[c]++
	}
	first := g.from[c]
	if first == end {
		return NoEdge
	}
	for e := first; e < end && (e == first || g.m.TiedWithPrevious(EdgeID(e))); e++ {
		if !g.isGone(e) && g.fullSet(g.m.PositionOf(EdgeID(e))) < 0 {
			return EdgeID(e)
		}
	}
	return EdgeID(first)
}

// seat places a candidate.
func (g *promoter) seat(s seat) {
	g.of[s.cand] = s.edge
	tied := g.hasTies(s)
	for set := int32(g.m.PositionOf(s.edge)); set >= 0; set = g.above(set) {
		g.held[set]++
		if g.room[set] < 0 {
			continue
		}
		heap.Push(&g.worst[set], s)
		if tied {
			g.yield[set] = append(g.yield[set], s)
		}
	}
}

func (g *promoter) hasTies(s seat) bool {
	m := g.m
	return m.TiedWithPrevious(s.edge) || uint32(s.edge)+1 < m.off[s.cand+1] && m.TiedWithPrevious(s.edge+1)
}

func (g *promoter) unseat(s seat) {
	g.of[s.cand] = NoEdge
	for set := int32(g.m.PositionOf(s.edge)); set >= 0; set = g.above(set) {
		g.held[set]--
	}
}

// replace gives the place of one to the candidate whose turn it is.
func (g *promoter) replace(d, me seat) {
	g.unseat(d)
	g.free[len(g.free)-1] = d.cand
	g.seat(me)
}

func (g *promoter) current(s seat) bool { return g.of[s.cand] == s.edge && g.soft(s.cand) == s.soft }

// last is whom a full set gives up first.
func (g *promoter) last(set int32) (seat, bool) {
	h := &g.worst[set]
	for len(h.list) > 0 {
		if g.current(h.list[0]) {
			return h.list[0], true
		}
		heap.Pop(h)
	}
	return seat{}, false
}

// yielding finds a holder of the set with a tied choice that is free. Who has
// none now will hardly have one later, and is not looked at again.
func (g *promoter) yielding(set int32) (seat, bool) {
	list := g.yield[set]
	for len(list) > 0 {
		s := list[len(list)-1]
		list = list[:len(list)-1]
		if g.current(s) && g.tiedAndFree(s) {
			g.yield[set] = list
			return s, true
		}
	}
	g.yield[set] = nil
	return seat{}, false
}

func (g *promoter) tiedAndFree(s seat) bool {
	m := g.m
	first := uint32(s.edge)
	for m.TiedWithPrevious(EdgeID(first)) {
		first--
	}
	for e := first; e < m.off[s.cand+1] && (e == first || m.TiedWithPrevious(EdgeID(e))); e++ {
		if EdgeID(e) != s.edge && !g.isGone(e) && g.fullSet(m.PositionOf(EdgeID(e))) < 0 {
			return true
		}
	}
	return false
}

// satisfy makes the moves that are left: a candidate goes to a place it prefers
// if that is free, or within a full set in which it has a place already. It
// tells whether nothing blocks in the end.
func (g *promoter) satisfy() bool {
	for round := 0; round < 1000; round++ {
		moved := false
		for c := range g.of {
			again, ok := g.move(uint32(c))
			if !ok {
				return false
			}
			moved = moved || again
		}
		if !moved {
			return true
		}
	}
	return false
}

// move lets one candidate make its best move. It is not ok if the candidate would
// have to push somebody out.
func (g *promoter) move(c uint32) (moved, ok bool) {
	m, own := g.m, g.of[c]
	ok = true
	m.above(CandidateID(c), own, func(e EdgeID) {
		if moved || !ok {
			return
		}
		set := g.fullSet(m.PositionOf(e))
		switch {
		case set < 0:
			moved = true
		case g.room[set] == 0:
		case own != NoEdge && g.within(m.PositionOf(own), set) && g.key(own) >= g.key(e):
			moved = true
		default:
			if d, has := g.last(set); has && g.key(e) < g.key(d.edge) {
				ok = false
			}
		}
		if moved {
			if own != NoEdge {
				g.unseat(seat{own, c, 0})
			}
			g.seat(seat{e, c, g.soft(c)})
		}
	})
	return moved, ok
}

func (g *promoter) within(p PositionID, set int32) bool {
	for s := int32(p); s >= 0; s = g.above(s) {
		if s == set {
			return true
		}
	}
	return false
}
