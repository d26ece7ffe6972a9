package matching

import (
	"context"
	"slices"
)

// auction finds the heaviest assignment where only capacities bind. Candidates
// without a place bid for the position that leaves them most, up to what the
// second best would leave, plus ε; a full position sends its lowest bidder away.
// The rounds begin with a coarse ε and go on with finer ones from the prices
// found so far. Weights are scaled by candidates+1, so that ε = 1 is finer than
// one unit of weight even for all together.
type auction struct {
	ctx   context.Context
	m     *Market
	scale int64
	last  int64 // the ε to end with

	start []int64 // price at which a position began this phase
	price []int64
	count []int32
	base  []uint32
	bids  []bid // a min-heap per position

	of   []EdgeID // by candidate
	sink uint64   // keeps the early loads from being left out
}

// By how much ε becomes finer from phase to phase, and how many ε are taken off
// the prices between two: measured best of 4 to 16 and of 4 to 256.
const (
	finer  = 6
	rebate = 64
)

// bid is a place held, and what its holder would pay for it.
type bid struct {
	pays int64
	cand uint32
}

func newAuction(ctx context.Context, m *Market, opt WeightOptions) *auction {
	a := &auction{ctx: ctx, m: m, scale: int64(m.Candidates()) + 1, last: 1}
	if opt.Gap > 0 {
		a.last = max(1, int64(opt.Gap*float64(a.scale)*float64(a.guess())/float64(m.Candidates()+1)))
	}
	seats := (&problem{off: m.off, edge: m.edge, room: m.capacity}).seats()
	a.base = make([]uint32, len(seats)+1)
	for p, s := range seats {
		a.base[p+1] = a.base[p] + uint32(s)
	}
	a.bids = make([]bid, a.base[len(seats)])
	a.start, a.price = make([]int64, len(seats)), make([]int64, len(seats))
	a.count = make([]int32, len(seats))
	a.of = make([]EdgeID, m.Candidates())
	for c := range a.of {
		a.of[c] = NoEdge
	}
	return a
}

// guess is a total weight that is surely reached: best choices taken greedily.
func (a *auction) guess() int64 {
	m := a.m
	left := slices.Clone(m.capacity)
	var total int64
	for c := range m.Candidates() {
		best := NoEdge
		for e := m.off[c]; e < m.off[c+1]; e++ {
			if left[m.edge[e]>>32] > 0 && (best == NoEdge || m.Weight(EdgeID(e)) > m.Weight(best)) {
				best = EdgeID(e)
			}
		}
		if best != NoEdge {
			left[m.PositionOf(best)]--
			total += m.Weight(best)
		}
	}
	return total
}

// run goes through the phases.
func (a *auction) run() error {
	if a.m.weight == nil {
		return nil // nothing is worth anything
	}
	top := int64(0)
	for _, w := range a.m.weight {
		top = max(top, w)
	}
	a.shut(top * a.scale)
	eps := a.last // the steps end with it exactly
	for eps < top*a.scale/16 {
		eps *= finer
	}
	for {
		if err := a.phase(eps); err != nil {
			return err
		}
		if eps == a.last {
			break
		}
		eps /= finer
		a.reopen(eps)
	}
	return a.reverse()
}

// shut makes positions without places too dear for everybody.
func (a *auction) shut(price int64) {
	for p, places := range a.m.capacity {
		if places == 0 {
			a.start[p], a.price[p] = price, price
		}
	}
}

// reopen frees all places for the next phase and takes a little off the prices,
// so that few positions begin it priced too high to be filled.
func (a *auction) reopen(eps int64) {
	for p := range a.price {
		if a.m.capacity[p] == 0 {
			continue
		}
		a.start[p] = max(0, a.price[p]-rebate*eps)
		a.price[p] = a.start[p]
		a.count[p] = 0
	}
	for c := range a.of {
		a.of[c] = NoEdge
	}
}

// phase lets all bid until everybody has a place or nothing left to want.
func (a *auction) phase(eps int64) error {
	queue := make([]uint32, a.m.Candidates())
	for i := range queue {
		queue[i] = uint32(i)
	}
	var next []uint32
	for len(queue) > 0 {
		for i, c := range queue {
			if i&4095 == 0 && a.ctx.Err() != nil {
				return a.ctx.Err()
			}
			if i+ahead < len(queue) { // have the lists of those who are next under way
				a.early(queue[i+ahead])
			}
			if loser := a.bid(c, eps); loser != nobody {
				next = append(next, loser)
			}
		}
		queue, next = next, queue[:0]
	}
	return nil
}

const (
	nobody = 1<<32 - 1
	ahead  = 6
)

// early reads where a candidate's list begins, so that it is there when needed.
func (a *auction) early(c uint32) {
	if e := a.m.off[c]; e < a.m.off[c+1] {
		a.sink += a.m.edge[e] + uint64(a.m.weight[e])
	}
}

// bid lets one candidate bid; it returns who is without a place now.
func (a *auction) bid(c uint32, eps int64) (loser uint32) {
	from, to := a.m.off[c], a.m.off[c+1]
	edges, weights := a.m.edge[from:to], a.m.weight[from:to]
	price, scale := a.price, a.scale
	first, second := int64(-1), int64(0)
	best := 0
	for i, x := range edges {
		v := weights[i]*scale - price[x>>32]
		if v > first {
			second, first, best = max(first, 0), v, i
		} else if v > second {
			second = v
		}
	}
	if first <= 0 {
		return nobody // nothing is worth its price any more
	}
	p := edges[best] >> 32
	return a.place(uint32(p), bid{price[p] + first - second + eps, c}, EdgeID(from)+EdgeID(best))
}

// place enters a bid at a position; the lowest bidder leaves if it was full.
func (a *auction) place(p uint32, b bid, e EdgeID) uint32 {
	h := a.bids[a.base[p]:a.base[p+1]]
	a.of[b.cand] = e
	n := int(a.count[p])
	if n < len(h) {
		h[n] = b
		up(h[:n+1], n)
		a.count[p]++
		if n+1 == int(a.m.capacity[p]) {
			a.price[p] = max(a.start[p], h[0].pays)
		}
		return nobody
	}
	loser := h[0]
	h[0] = b
	down(h)
	a.price[p] = max(a.start[p], h[0].pays)
	a.of[loser.cand] = NoEdge
	return loser.cand
}

func lower(a, b bid) bool { return a.pays < b.pays || a.pays == b.pays && a.cand > b.cand }

func up(h []bid, i int) {
	for i > 0 {
		k := (i - 1) / 2
		if !lower(h[i], h[k]) {
			return
		}
		h[i], h[k] = h[k], h[i]
		i = k
	}
}

func down(h []bid) {
	i := 0
	for {
		k := 2*i + 1
		if k >= len(h) {
			return
		}
		if k+1 < len(h) && lower(h[k+1], h[k]) {
			k++
		}
		if !lower(h[k], h[i]) {
			return
		}
		h[i], h[k] = h[k], h[i]
		i = k
	}
}
