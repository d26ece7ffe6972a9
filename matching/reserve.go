package matching

import (
	"slices"
)

// ownSeat marks the keys that do not compete for a seat reserved for their own
// type; on the common scale they come after those that do.
const openKey = 1 << 31

// split makes a part per reserved type of a position beside its open part, and
// lists for every candidate the parts in the order that the rule says. In a
// reserved part its own type comes before the rest. This gives exactly the
// reserve choice. It returns the market node above each part.
func (pr *problem) split(r Rule, closed []bool) []int32 {
	m := pr.m
	below := slices.Clone(m.under)
	pr.partOf = make([]int32, len(pr.room))
	for p := range pr.partOf {
		pr.partOf[p] = int32(p)
	}
	first := map[PositionID]int32{} // of a position's reserved parts
	ids := make([]PositionID, 0, len(m.reserves))
	for p := range m.reserves {
		ids = append(ids, p)
	}
	slices.Sort(ids)
	for _, p := range ids {
		first[p] = int32(len(pr.room))
		for _, res := range m.reserves[p] {
			seats := int32(res.Seats)
			if closed != nil && closed[p] {
				seats = 0
			} else {
				pr.room[p] -= seats
			}
			pr.room = append(pr.room, seats)
			pr.partOf = append(pr.partOf, int32(p))
			below = append(below, m.under[p])
		}
	}
	pr.relist(r, first)
	return below
}

// relist writes the lists over parts.
func (pr *problem) relist(r Rule, first map[PositionID]int32) {
	m := pr.m
	pr.off = make([]uint32, len(m.off))
	pr.edge = make([]uint64, 0, len(m.edge)+len(m.edge)/4)
	for c := range m.Candidates() {
		for e := m.off[c]; e < m.off[c+1]; e++ {
			p, key := m.edge[e]>>32, m.edge[e]&(1<<32-1)
			add := func(part uint64, key uint64) {
				pr.edge = append(pr.edge, part<<32|key)
				pr.origin = append(pr.origin, e)
			}
			base, reserved := first[PositionID(p)]
			if !reserved {
				add(p, key|openKey)
				continue
			}
			if r.Reserves == OpenFirst {
				add(p, key|openKey)
			}
			for i, res := range m.reserves[PositionID(p)] {
				if res.Type == m.TypeOf(CandidateID(c)) {
					add(uint64(base)+uint64(i), key)
				}
			}
			if r.Reserves != OpenFirst {
				add(p, key|openKey)
			}
			for i, res := range m.reserves[PositionID(p)] {
				if res.Type != m.TypeOf(CandidateID(c)) {
					add(uint64(base)+uint64(i), key|openKey)
				}
			}
		}
		pr.off[c+1] = uint32(len(pr.edge))
	}
}

// callOrder rewrites the keys of positions with reserved shares: the key becomes
// the place in a list on which every prefix keeps the shares, as far as there
// are candidates. The first type of the position wins where two conflict.
func (pr *problem) callOrder(r Rule) {
	m, draw := pr.m, newLots(pr.m, r)
	at := map[int32][]uint64{} // edge<<32 | candidate, by position
	for c := range m.Candidates() {
		for e := m.off[c]; e < m.off[c+1]; e++ {
			if p := PositionID(m.edge[e] >> 32); len(m.reserves[p]) > 0 {
				at[int32(p)] = append(at[int32(p)], uint64(e)<<32|uint64(c))
			}
		}
	}
	pr.edge = slices.Clone(m.edge)
	for p, list := range at {
		slices.SortFunc(list, func(a, b uint64) int {
			x, y := uint32(m.edge[a>>32]), uint32(m.edge[b>>32])
			switch {
			case x < y || x == y && draw.loses(uint32(b), p, uint32(a), p):
				return -1
			case a == b:
				return 0
			}
			return 1
		})
		for place, x := range pr.call(PositionID(p), list) {
			pr.edge[x>>32] = uint64(p)<<32 | uint64(place+1)
		}
	}
}

// call orders one position's candidates, who come best first.
func (pr *problem) call(p PositionID, list []uint64) []uint64 {
	m, shares := pr.m, pr.m.reserves[p]
	places := m.Capacity(p)
	var queues [4][]uint64 // by the types that somebody has: bit i is share i
	for _, x := range list {
		set := 0
		for i, s := range shares {
			if m.HasType(CandidateID(uint32(x)), s.Type) {
				set |= 1 << i
			}
		}
		queues[set] = append(queues[set], x)
	}
	rank := make(map[uint64]int, len(list))
	for i, x := range list {
		rank[x] = i
	}
	called := make([]uint64, 0, len(list))
	var have [2]int
	for len(called) < len(list) {
		need := 0
		for i, s := range shares {
			if have[i]*places < s.Seats*(len(called)+1) {
				need |= 1 << i
			}
		}
		best := -1
		for _, want := range []int{need, need & 1, need & 2, 0} { // all that is needed, the first type, the second, anybody
			for set, q := range queues {
				if set&want == want && len(q) > 0 && (best < 0 || rank[q[0]] < rank[queues[best][0]]) {
					best = set
				}
			}
			if best >= 0 {
				break
			}
		}
		called = append(called, queues[best][0])
		queues[best] = queues[best][1:]
		for i := range shares {
			have[i] += best >> i & 1
		}
	}
	return called
}
