package matching

import (
	"math"
	"slices"
)

// problem is what the engine runs on: lists over parts. A part is a position, or
// one of the parts into which reserved seats split it. Only nodes whose cap can
// bind are left; they are numbered apart from the market's.
type problem struct {
	m    *Market
	off  []uint32
	edge []uint64 // part<<32 | inner key
	room []int32  // places of a part
	up   []int32  // lowest node above a part, -1: none

	cap    []int32 // of a node
	nup    []int32 // node above a node
	flex   []bool  // the node's children take turns; nil: none
	target []int32 // of a child under a flexible node: parts first, then nodes
	turn   []uint32

	nodeOf []int32  // the market's node, or -1-p for the seats of position p together
	partOf []int32  // the market's position of a part; nil: the same numbers
	origin []uint32 // the market's choice of an edge; nil: the same numbers
}

func (pr *problem) position(part int32) int32 {
	if pr.partOf == nil {
		return part
	}
	return pr.partOf[part]
}

func (pr *problem) source(e uint32) EdgeID {
	if pr.origin == nil {
		return EdgeID(e)
	}
	return EdgeID(pr.origin[e])
}

// newProblem lays a market out for the engine. Reserved seats split positions
// as the rule says; closed positions (nil: none) have no room.
func newProblem(m *Market, r Rule, closed []bool) *problem {
	pr := &problem{m: m, off: m.off, edge: m.edge, room: slices.Clone(m.capacity)}
	for p := range closed {
		if closed[p] {
			pr.room[p] = 0
		}
	}
	below := make([]int32, len(m.under)) // market node above a part
	copy(below, m.under)
	if len(m.reserves) > 0 {
		if r.Reserves == CallOrder {
			pr.callOrder(r)
		} else {
			below = pr.split(r, closed)
		}
	}
	pr.tree(r, below)
	return pr
}

// tree keeps the nodes that can bind: those with a cap below what their
// children hold. A flexible region keeps all its capped children, which take turns.
func (pr *problem) tree(r Rule, below []int32) {
	m := pr.m
	flexible := flexibleNodes(m, r)
	hold := make([]int64, len(m.nodeCap))
	for part, n := range below {
		for k := n; k >= 0; k = m.nodeParent[k] {
			hold[k] += int64(pr.room[part])
		}
	}
	number := make([]int32, len(m.nodeCap))
	for k := range m.nodeCap {
		number[k] = -1
		if m.nodeCap[k] >= 0 && (int64(m.nodeCap[k]) < hold[k] || flexible != nil) {
			number[k] = int32(len(pr.cap))
			pr.cap = append(pr.cap, m.nodeCap[k])
			pr.nodeOf = append(pr.nodeOf, int32(k))
		}
	}
	above := func(k int32) int32 {
		for ; k >= 0; k = m.nodeParent[k] {
			if number[k] >= 0 {
				return number[k]
			}
		}
		return -1
	}
	pr.nup = make([]int32, len(pr.cap))
	for i, k := range pr.nodeOf {
		pr.nup[i] = above(m.nodeParent[k])
	}
	pr.up = make([]int32, len(pr.room))
	for part := range pr.up {
		pr.up[part] = above(below[part])
	}
	if flexible != nil {
		pr.takeTurns(r, flexible, hold)
	}
}

// flexibleNodes are the capped nodes whose children take turns: those that stand
// above further nodes, or above several scales. nil under the rule Nested.
func flexibleNodes(m *Market, r Rule) []bool {
	if r.Regions != Flexible {
		return nil
	}
	is := make([]bool, len(m.nodeCap))
	for _, parent := range m.nodeParent {
		if parent >= 0 && m.nodeCap[parent] >= 0 {
			is[parent] = true
		}
	}
	for k := range m.nodeCap {
		if !is[k] {
			continue
		}
		for a := m.nodeParent[k]; a >= 0; a = m.nodeParent[a] {
			if m.nodeCap[a] >= 0 {
				is[a] = true
			}
		}
	}
	return is
}

// seats bounds how many holders each part can have, so that generous capacities
// do not cost memory.
func (pr *problem) seats() []int32 {
	var sum int64
	for _, r := range pr.room {
		sum += int64(r)
	}
	if sum <= 4*int64(len(pr.off))+int64(len(pr.room)) {
		return pr.room
	}
	asked := make([]int32, len(pr.room))
	for _, e := range pr.edge {
		if p := e >> 32; asked[p] < math.MaxInt32 {
			asked[p]++
		}
	}
	for p, r := range pr.room {
		asked[p] = min(asked[p], r)
	}
	return asked
}
