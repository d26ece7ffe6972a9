package matching

import (
	"context"
	"math/bits"
)

// engine is candidate-proposing deferred acceptance over a tree of caps. What a
// tree of caps holds is the greedy choice in a laminar matroid; it is
// substitutable and size-monotone, so the outcome does not depend on the order of
// proposals. That order is chosen for memory's sake: in blocks, with loads early.
type engine struct {
	*problem
	lots *lots
	ties TieRule

	list  []cursor    // of a candidate
	thr   []uint32    // of a part: keys above it are refused for good
	part  []partState // count, room, where its holders lie
	top   []uint64    // worst holder of a part, 0: nobody; nil where no cap is above
	hold  []uint64    // holders of all parts: key<<32 | candidate, a max-heap each
	node  []nodeState
	kids  []int32   // children of all nodes: a part p, or ^n for a node n
	place []int32   // which child of its node a part is
	trees [][]int32 // winner trees, by node; nil: it is searched

	shrunk  []int32 // parts that gave up a holder for another part, if shrinks is set
	shrinks bool

	waiting []uint64 // a bit for each who was turned away, to propose again
	spare   []uint64 // those of the round under way; empty between rounds
	waits   int
	tie     *tieState
	stats   Stats
	sink    uint64 // keeps the early loads from being left out
}

// cursor is where a candidate's list stands: its current or next edge, and the end.
type cursor struct{ at, end uint32 }

type partState struct {
	count, room int32
	base        uint32
	up          int32
}

type nodeState struct {
	count, cap int32
	up         int32
	cut        uint32 // keys above it are refused for good
	kid, kids  int32  // its children, in engine.kids
	first      int32  // of children that are neighbouring parts; -1: they are not
	self       int32  // which child of its parent it is
	watched    bool   // it or a node above keeps a winner tree
	flex       bool
	refused    bool // it has turned somebody away
}

const blockSize = 64

func newEngine(pr *problem, l *lots, ties TieRule) *engine {
	n := len(pr.off) - 1
	e := &engine{problem: pr, lots: l, ties: ties}
	e.list = make([]cursor, n)
	e.waiting, e.spare = make([]uint64, (n+63)/64), make([]uint64, (n+63)/64)
	for c := range e.list {
		e.list[c] = cursor{pr.off[c], pr.off[c+1]}
	}
	e.thr = make([]uint32, len(pr.room))
	e.part = make([]partState, len(pr.room))
	var base uint32
	for p, seats := range pr.seats() {
		e.part[p] = partState{room: seats, base: base, up: pr.up[p]}
		base += uint32(seats)
		if pr.room[p] > 0 {
			e.thr[p] = maxThreshold
		}
	}
	e.hold = make([]uint64, base)
	if len(pr.cap) > 0 || ties == RejectTie || ties == AdmitTie {
		e.top = make([]uint64, len(pr.room))
	}
	e.plant()
	if ties == RejectTie || ties == AdmitTie {
		e.tie = newTieState(len(pr.room), len(pr.cap))
	}
	return e
}

const maxThreshold = 1<<32 - 1

// run lets every candidate propose until nobody has anything to propose any more.
// A queue are those whom only their present choice has turned away; nil is
// everybody, from where their lists stand.
//
// Those who wait are bits, and taken in the order of their numbers, so that
// lists are read forward and nothing is written to remember them.
func (e *engine) run(ctx context.Context, queue []uint32) error {
	if queue == nil {
		fill(e.spare, len(e.list))
		if err := e.round(ctx, e.spare, 0); err != nil {
			return err
		}
	}
	for _, c := range queue {
		e.wait(c)
	}
	step := uint32(1)
	if e.tie != nil {
		step = 0 // refuse has moved the list already
	}
	for e.waits > 0 {
		e.waiting, e.spare, e.waits = e.spare, e.waiting, 0
		if err := e.round(ctx, e.spare, step); err != nil {
			return err
		}
	}
	return nil
}

// fill puts the first n into a set.
func fill(set []uint64, n int) {
	for i := range set {
		set[i] = ^uint64(0)
	}
	if n%64 != 0 {
		set[len(set)-1] = 1<<(n%64) - 1
	}
}

// wait puts a candidate in line for the next round. Nobody is put there twice:
// who waits holds nothing.
func (e *engine) wait(c uint32) {
	e.waiting[c/64] |= 1 << (c % 64)
	e.waits++
}

// round lets a set of candidates propose once each and empties it. Each begins
// so many choices after the one where the list stands.
func (e *engine) round(ctx context.Context, set []uint64, step uint32) error {
	var block [blockSize]uint32
	k := 0
	for w, word := range set {
		if w&(1<<9-1) == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if word == 0 {
			continue
		}
		set[w] = 0
		for ; word != 0; word &= word - 1 {
			block[k] = uint32(w*64 + bits.TrailingZeros64(word))
			if k++; k == blockSize {
				e.block(block[:], step)
				k = 0
			}
		}
	}
	if k > 0 {
		e.block(block[:k], step)
	}
	e.stats.Rounds++
	return nil
}

func (e *engine) block(b []uint32, step uint32) {
	if e.node == nil && e.tie == nil {
		e.flatBlock(b, step)
	} else {
		e.treeBlock(b, step)
	}
}

// flatBlock lets a block of candidates propose where no cap stands above a part.
// It goes over the block in steps, so that many loads are under way at once.
func (e *engine) flatBlock(b []uint32, step uint32) {
	var at [blockSize]uint64
	list, edge, thr, part, hold := e.list, e.edge, e.thr, e.part, e.hold
	var sink uint64
	live := 0
	for _, c := range b { // the next choice
		if j := list[c].at + step; j < list[c].end {
			at[live], b[live] = edge[j], c
			live++
		} else {
			list[c].at = list[c].end
		}
	}
	for _, x := range at[:live] { // its threshold
		sink += uint64(thr[x>>32])
	}
	n := live
	live = 0
	for i, c := range b[:n] { // skip what is refused for good
		j, end, x := list[c].at+step, list[c].end, at[i]
		for uint32(x) > thr[x>>32] {
			if j++; j == end {
				break
			}
			x = edge[j]
		}
		list[c].at = j
		if j < end {
			at[live], b[live] = x, c
			live++
		}
	}
	for _, x := range at[:live] { // touch the part
		sink += uint64(part[x>>32].count)
	}
	for _, x := range at[:live] { // touch the holders
		if s := &part[x>>32]; s.count == s.room {
			sink += hold[s.base] + hold[s.base+uint32(max(s.count, 1))-1]
		}
	}
	e.sink += sink
	for i := range live {
		e.proposeFlat(b[i], at[i])
	}
}

// proposeFlat is one candidate's proposal along one edge; if it is refused the
// candidate waits for the next round.
func (e *engine) proposeFlat(c uint32, x uint64) {
	p := uint32(x >> 32)
	s := &e.part[p]
	entry := x<<32 | uint64(c)
	e.stats.Proposals++
	if s.count < s.room {
		e.hold[s.base+uint32(s.count)] = entry
		s.count++
		if s.count == s.room {
			e.heapify(int32(p))
			e.thr[p] = uint32(e.hold[s.base] >> 32)
		}
		return
	}
	if s.room == 0 || !e.worse(e.hold[s.base], int32(p), entry, int32(p)) {
		e.wait(c)
		return
	}
	loser := uint32(e.hold[s.base])
	e.replaceTop(int32(p), entry)
	e.thr[p] = uint32(e.hold[s.base] >> 32)
	e.wait(loser)
	e.stats.Displacements++
}

// treeBlock is flatBlock where caps stand above the parts.
func (e *engine) treeBlock(b []uint32, step uint32) {
	var at [blockSize]uint64
	list, edge, thr, part, hold, top := e.list, e.edge, e.thr, e.part, e.hold, e.top
	live := 0
	var sink uint64
	for _, c := range b {
		if j := list[c].at + step; j < list[c].end {
			at[live], b[live] = edge[j], c
			live++
		} else {
			list[c].at = list[c].end
		}
	}
	for _, x := range at[:live] {
		sink += uint64(thr[x>>32])
	}
	n := live
	live = 0
	for i, c := range b[:n] {
		j, end, x := list[c].at+step, list[c].end, at[i]
		for uint32(x) > thr[x>>32] {
			if j++; j == end {
				break
			}
			x = edge[j]
		}
		list[c].at = j
		if j < end {
			at[live], b[live] = x, c
			live++
		}
	}
	for _, x := range at[:live] {
		sink += top[x>>32] + uint64(part[x>>32].count)
	}
	var rival [blockSize]int32 // parts whose holders the block will need next
	for i, x := range at[:live] {
		p := int32(x >> 32)
		rival[i] = p
		s := &part[p]
		if s.up >= 0 && s.count < s.room {
			if n := &e.node[s.up]; n.count == n.cap && n.first >= 0 {
				if q := e.worstOf(n.first, n.kids); q >= 0 {
					rival[i] = q
				}
			}
		}
		sink += uint64(part[rival[i]].count)
	}
	for _, q := range rival[:live] {
		if s := &part[q]; s.count > 0 {
			sink += hold[s.base] + hold[s.base+uint32(s.count)-1]
		}
	}
	e.sink += sink
	for i := range live {
		e.propose(b[i], at[i])
	}
}

// propose is one candidate's proposal where caps stand above the part: the
// smallest full set above it decides whom it turns away.
func (e *engine) propose(c uint32, x uint64) {
	p := int32(x >> 32)
	entry := x<<32 | uint64(c)
	e.stats.Proposals++
	if e.tie != nil && e.cutAway(p, uint32(x)) {
		e.refuse(c)
		return
	}
	if full := e.smallestFull(p); full == nothingFull {
		e.push(p, entry)
		e.countUp(p, nothingFull, 1)
		e.settle(p)
	} else {
		e.contend(p, full, entry)
	}
	if e.ties == AdmitTie {
		e.tighten(p)
	}
}

// In the place of a node: the part itself is full, or nothing is.
const (
	partFull    = -1
	nothingFull = -2
)

// smallestFull is the smallest full set that the part is in.
func (e *engine) smallestFull(p int32) int32 {
	s := &e.part[p]
	if s.count == s.room {
		return partFull
	}
	for n := s.up; n >= 0; n = e.node[n].up {
		if e.node[n].count == e.node[n].cap {
			return n
		}
	}
	return nothingFull
}

// contend decides between a newcomer and those held under the smallest full set:
// node full, or the part itself.
func (e *engine) contend(p, full int32, entry uint64) {
	s := &e.part[p]
	if full == partFull {
		if s.room == 0 || !e.worse(e.top[p], p, entry, p) {
			e.lose(p, partFull, entry)
			return
		}
		loser := e.top[p]
		e.replaceTop(p, entry)
		e.settle(p)
		e.lose(p, partFull, loser)
		return
	}
	q := int32(-1)
	if e.node[full].flex {
		e.push(p, entry)
		e.countUp(p, nothingFull, 1)
		e.settle(p)
		q = e.champion(full)
		loser := e.top[q]
		e.popTop(q)
		e.countUp(q, nothingFull, -1)
		e.settle(q)
		e.lose(q, full, loser)
		return
	}
	n := &e.node[full]
	if e.tie == nil && uint32(entry>>32) > n.cut {
		e.lose(p, full, entry)
		return
	}
	if n.cap > 0 {
		q = e.champion(full)
	}
	if q < 0 || !e.worse(e.top[q], q, entry, p) {
		e.lose(p, full, entry)
		return
	}
	loser := e.top[q]
	if q == p {
		e.replaceTop(p, entry)
		e.settle(p)
	} else {
		e.popTop(q)
		e.push(p, entry)
		e.countUp(q, full, -1)
		e.countUp(p, full, 1)
		if e.shrinks {
			e.shrunk = append(e.shrunk, q)
		}
		e.settle(q)
		e.settle(p)
	}
	e.lose(q, full, loser)
	if e.tie == nil {
		e.lower(full)
	}
}

// lower brings a full node's cut-off down to its worst holder, and with it the
// thresholds of the parts below, so that hopeless proposals end there.
func (e *engine) lower(full int32) {
	q := e.champion(full)
	if q < 0 {
		return
	}
	n := &e.node[full]
	n.cut = min(n.cut, uint32(e.top[q]>>32))
	if n.first >= 0 {
		thr := e.thr[n.first : n.first+n.kids]
		for i := range thr {
			thr[i] = min(thr[i], n.cut)
		}
	}
}

// lose turns an entry of part p away for the sake of a full node (-1: the part).
func (e *engine) lose(p, full int32, entry uint64) {
	if full >= 0 {
		e.node[full].refused = true
	}
	key, c := uint32(entry>>32), uint32(entry)
	if e.tie != nil {
		e.loseTied(p, full, key, c)
		return
	}
	e.thr[p] = min(e.thr[p], key)
	if full >= 0 && !e.node[full].flex {
		e.thr[p] = min(e.thr[p], e.node[full].cut)
	}
	e.refuse(c)
}

// refuse sends a candidate on to the next choice. Where groups stand and fall
// together the list is moved at once, since sits looks at it.
func (e *engine) refuse(c uint32) {
	if e.tie != nil {
		e.list[c].at++
	}
	e.wait(c)
	e.stats.Displacements++
}

// countUp adds to the counts of the nodes above part p, up to but without the
// node stop.
func (e *engine) countUp(p, stop, by int32) {
	for n := e.part[p].up; n >= 0 && n != stop; n = e.node[n].up {
		e.node[n].count += by
	}
}
