package matching

import "container/heap"

// resumable tells whether a run can go on after a closing from the state it is
// in. It can while no cap above the closed position has turned anybody away: the
// others have only to expect more competition. Turn-taking regions and groups of
// equal keys are run again instead.
func (s *solver) resumable() bool {
	strict := s.rule.Ties == Lottery || s.rule.Ties == LotteryPerPosition
	return strict && s.rule.Regions == Nested
}

// closer closes positions one at a time.
type closer struct {
	*solver
	e      *engine
	closed []bool
	parts  [][]int32 // of positions with reserved seats
	line   shortHeap // may be out of date; who lost holders is in it once more
	stale  []bool    // by highest node: a closing under it needs a run from scratch
	redo   bool
}

// shortOf is a position with the number of holders it had when it was looked at.
type shortOf struct{ pos, held int32 }

type shortHeap struct {
	m    *Market
	list []shortOf
}

func (h *shortHeap) Len() int { return len(h.list) }
func (h *shortHeap) Less(i, j int) bool {
	return h.m.closesBefore(h.list[i].pos, h.list[i].held, h.list[j].pos, h.list[j].held)
}
func (h *shortHeap) Swap(i, j int) { h.list[i], h.list[j] = h.list[j], h.list[i] }
func (h *shortHeap) Push(x any)    { h.list = append(h.list, x.(shortOf)) }
func (h *shortHeap) Pop() any {
	last := h.list[len(h.list)-1]
	h.list = h.list[:len(h.list)-1]
	return last
}

// closeResumed closes the worst position and lets its holders go on, again and
// again. Where a cap above it has turned people away, who might come back now,
// only a run from scratch tells what follows: a small round is run at once, a
// large one after the worst of each such node has been closed.
func (s *solver) closeResumed() ([]bool, error) {
	x := &closer{solver: s, closed: make([]bool, s.m.Positions())}
	for {
		if err := x.begin(); err != nil {
			return nil, err
		}
		if len(x.line.list) == 0 {
			break
		}
		if err := x.closeSome(); err != nil {
			return nil, err
		}
		if !x.redo {
			break
		}
	}
	s.take(x.e)
	return x.closed, nil
}

// begin runs the round from scratch and lines up who is short.
func (x *closer) begin() error {
	x.stats.Runs++
	if x.e != nil {
		x.addStats()
	}
	x.e = newEngine(newProblem(x.m, x.rule, x.closed), newLots(x.m, x.rule), x.rule.Ties)
	if err := x.e.run(x.ctx, nil); err != nil {
		return err
	}
	x.e.shrinks = true
	x.findParts()
	x.line = shortHeap{m: x.m, list: x.line.list[:0]}
	x.stale, x.redo = make([]bool, x.m.Nodes()), false
	for p, low := range x.m.minimum {
		if held := x.held(int32(p)); held < low && !x.closed[p] && !x.m.FixedOpen(PositionID(p)) {
			x.line.list = append(x.line.list, shortOf{int32(p), held})
		}
	}
	heap.Init(&x.line)
	return nil
}

func (x *closer) addStats() {
	x.stats.Proposals += x.e.stats.Proposals
	x.stats.Displacements += x.e.stats.Displacements
	x.stats.Rounds += x.e.stats.Rounds
}

func (x *closer) findParts() {
	if x.e.partOf == nil || x.parts != nil {
		return
	}
	x.parts = make([][]int32, x.m.Positions())
	for part, p := range x.e.partOf {
		x.parts[p] = append(x.parts[p], int32(part))
	}
}

func (x *closer) partsOf(p int32) []int32 {
	if x.parts == nil {
		return []int32{p}
	}
	return x.parts[p]
}

func (x *closer) held(p int32) int32 {
	if x.parts == nil {
		return x.e.part[p].count
	}
	var n int32
	for _, part := range x.parts[p] {
		n += x.e.part[part].count
	}
	return n
}

// closeSome closes positions until none is short, or what follows needs a run
// from scratch.
func (x *closer) closeSome() error {
	for len(x.line.list) > 0 {
		first := x.line.list[0]
		held := x.held(first.pos)
		switch {
		case held >= x.m.minimum[first.pos] || held < first.held || x.closed[first.pos]:
			heap.Pop(&x.line)
			continue
		case held > first.held:
			x.line.list[0].held = held
			heap.Fix(&x.line, 0)
			continue
		}
		heap.Pop(&x.line)
		top, refused := x.above(first.pos)
		if top >= 0 && x.stale[top] {
			continue // decided after the next run from scratch
		}
		x.closed[first.pos] = true
		if refused {
			x.redo, x.stale[top] = true, true
			if x.m.Edges() <= smallRound {
				return nil
			}
		}
		if err := x.e.run(x.ctx, x.empty(first.pos)); err != nil {
			return err
		}
		x.lookAgain()
	}
	return nil
}

// lookAgain lines up positions that lost holders for the sake of a cap above.
func (x *closer) lookAgain() {
	for _, part := range x.e.shrunk {
		p := x.e.position(part)
		if held := x.held(p); held < x.m.minimum[p] && !x.closed[p] && !x.m.FixedOpen(PositionID(p)) {
			heap.Push(&x.line, shortOf{p, held})
		}
	}
	x.e.shrunk = x.e.shrunk[:0]
}

// above tells the highest node above a position, and whether any node above it
// has turned somebody away.
func (x *closer) above(p int32) (top int32, refused bool) {
	top = -1
	for k := x.m.under[p]; k >= 0; k = x.m.nodeParent[k] {
		top = k
	}
	for n := x.e.part[p].up; n >= 0; n = x.e.node[n].up {
		refused = refused || x.e.node[n].refused
	}
	return top, refused
}

// empty sends the holders of a position on and shuts it.
func (x *closer) empty(p int32) []uint32 {
	queue := []uint32{}
	for _, part := range x.partsOf(p) {
		s := &x.e.part[part]
		for _, h := range x.e.hold[s.base : s.base+uint32(s.count)] {
			queue = append(queue, uint32(h))
		}
		x.e.countUp(part, nothingFull, -s.count)
		s.count, s.room = 0, 0
		if x.e.top != nil {
			x.e.top[part] = 0
		}
		x.e.thr[part] = 0
		x.e.settle(part)
	}
	return queue
}
