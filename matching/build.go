package matching

import (
	"bytes"
	"math"
	"slices"
	"sort"
)

// Build checks everything, tells every fault it finds as a [*Faults] and
// otherwise gives the market. The builder is used up.
func (b *Builder) Build() (*Market, error) {
	m := &b.m
	if m.candNames.off == nil {
		m.candNames.off = []uint32{0}
	}
	if uint64(len(b.cand)) >= uint64(NoEdge) || len(m.candNames.data) > math.MaxUint32 {
		b.faults.add(FaultSize, nil, "more than %d choices, or names of more than 4 GB", uint32(NoEdge)-1)
		return nil, b.faults.err()
	}
	b.fill()
	b.checkNames()
	b.joinParents()
	b.checkTree()
	b.checkPositions()
	b.checkReserves()
	b.lineUp()
	b.checkWeights()
	if err := b.faults.err(); err != nil {
		return nil, err
	}
	return m, nil
}

// fill brings the optional columns to full length.
func (b *Builder) fill() {
	m := &b.m
	if m.pinned != nil {
		m.pinned = append(m.pinned, make([]bool, len(m.capacity)-len(m.pinned))...)
	}
	if m.types != nil {
		m.types = append(m.types, make([]Type, b.candidates()-len(m.types))...)
	}
	for p := range m.capacity {
		m.posNames.add([]byte(b.positionName(p)))
	}
	for _, n := range b.nodeName {
		m.nodeNames.add([]byte(n))
	}
	m.posRank = rankNames(&m.posNames, len(m.capacity))
}

// rankNames gives each its place among all when sorted by name.
func rankNames(n *names, count int) []uint32 {
	rank := make([]uint32, count)
	for place, i := range sortNames(n, count) {
		rank[i] = uint32(place)
	}
	return rank
}

func sortNames(n *names, count int) []uint32 {
	perm := make([]uint32, count)
	sorted := true
	for i := range perm {
		perm[i] = uint32(i)
		sorted = sorted && (i == 0 || n.less(i-1, i))
	}
	if !sorted {
		slices.SortFunc(perm, func(i, j uint32) int { return bytes.Compare(n.at(int(i)), n.at(int(j))) })
	}
	return perm
}

func (b *Builder) checkNames() {
	for _, kind := range []struct {
		what  string
		names *names
		count int
	}{
		{"candidate", &b.m.candNames, b.candidates()},
		{"position", &b.m.posNames, len(b.m.capacity)},
		{"node", &b.m.nodeNames, len(b.m.nodeCap)},
	} {
		duplicates(kind.names, kind.count, func(name string) {
			b.faults.add(FaultDuplicate, []string{name}, "%s %q is there twice", kind.what, name)
		})
	}
}

// duplicates tells each name that is there more than once. Names that come
// sorted cost one pass.
func duplicates(n *names, count int, tell func(string)) {
	perm := sortNames(n, count)
	for i := 1; i < count; i++ {
		if bytes.Equal(n.at(int(perm[i-1])), n.at(int(perm[i]))) {
			tell(string(n.at(int(perm[i]))))
		}
	}
}

// joinParents settles nodes that were put under several parents: the lowest one
// holds if the others stand above it; otherwise the sets cross.
func (b *Builder) joinParents() {
	for _, s := range b.second {
		n, q := s[0], s[1]
		p := NodeID(b.m.nodeParent[n])
		switch {
		case n == q:
			b.faults.add(FaultCycle, []string{b.nodeName[n]}, "node %q stands under itself", b.nodeName[n])
		case p == NoNode || b.above(q, p):
			b.m.nodeParent[n] = int32(q)
		case !b.above(p, q):
			b.faults.add(FaultCrossing, []string{b.nodeName[p], b.nodeName[q]},
				"the sets %q and %q cross: %q is in both and neither is within the other", b.nodeName[p], b.nodeName[q], b.nodeName[n])
		}
	}
}

// above tells whether node p is q or stands above it; a cycle ends the search.
func (b *Builder) above(q, p NodeID) bool {
	for steps := 0; q != NoNode && steps <= len(b.m.nodeCap); steps++ {
		if q == p {
			return true
		}
		q = NodeID(b.m.nodeParent[q])
	}
	return false
}

func (b *Builder) checkTree() {
	m := &b.m
	state := make([]int8, len(m.nodeCap)) // 1 on the way, 2 done
	for n := range m.nodeCap {
		var way []int
		for k := n; k >= 0 && state[k] != 2; k = int(m.nodeParent[k]) {
			if state[k] == 1 {
				b.faults.add(FaultCycle, []string{b.nodeName[k]}, "node %q stands under itself", b.nodeName[k])
				m.nodeParent[k] = -1
				break
			}
			state[k] = 1
			way = append(way, k)
		}
		for _, k := range way {
			state[k] = 2
		}
	}
	b.checkScales()
}

// checkScales refuses a cap above keys of two scales.
func (b *Builder) checkScales() {
	m := &b.m
	if len(m.scales) == 0 || b.opt.Flexible {
		return
	}
	seen := make([]int32, len(m.nodeCap)) // 0 nothing, s+2 one scale (1: the common one)
	told := make([]bool, len(m.nodeCap))
	for p, n := range m.under {
		scale := int32(1)
		for k := n; k >= 0; k = m.nodeParent[k] {
			if m.nodeScale[k] >= 0 {
				scale = m.nodeScale[k] + 2
				break
			}
		}
		for k := n; k >= 0; k = m.nodeParent[k] {
			if seen[k] == 0 {
				seen[k] = scale
			}
			if seen[k] != scale && m.nodeCap[k] >= 0 && !told[k] {
				told[k] = true
				b.faults.add(FaultScale, []string{b.nodeName[k], b.positionName(p)},
					"the cap of %q stands above keys of different scales (position %q differs)", b.nodeName[k], b.positionName(p))
			}
		}
	}
}

func (b *Builder) checkPositions() {
	m := &b.m
	var pinned int64
	var pins []string
	under := make([]int64, len(m.nodeCap))
	for p, room := range m.capacity {
		name, low := b.positionName(p), int32(0)
		if m.minimum != nil {
			low = m.minimum[p]
		}
		if low > room {
			b.faults.add(FaultMinimum, []string{name}, "position %q opens with %d but has %d places", name, low, room)
		}
		fixed := m.pinned != nil && m.pinned[p]
		if fixed && low > 0 {
			pinned += int64(low)
			pins = append(pins, name)
		}
		for k := m.under[p]; k >= 0; k = m.nodeParent[k] {
			if fixed {
				under[k] += int64(low)
			}
			if m.nodeCap[k] >= 0 && low > m.nodeCap[k] && low <= room {
				b.faults.add(FaultClosedAbove, []string{name, b.nodeName[k]},
					"position %q opens with %d but %q above it takes %d at most", name, low, b.nodeName[k], m.nodeCap[k])
			}
		}
	}
	if pinned > int64(b.candidates()) {
		b.faults.add(FaultPinned, pins, "positions fixed open need %d candidates and there are %d", pinned, b.candidates())
	}
	for k, need := range under {
		if m.nodeCap[k] >= 0 && need > int64(m.nodeCap[k]) {
			b.faults.add(FaultPinned, []string{b.nodeName[k]},
				"positions fixed open under %q need %d places and its cap is %d", b.nodeName[k], need, m.nodeCap[k])
		}
	}
	if m.targets != nil {
		b.checkTargets()
	}
}

func (b *Builder) checkTargets() {
	m := &b.m
	sum := make([]int64, len(m.nodeCap))
	for p, t := range m.targets {
		if t > int(m.capacity[p]) {
			b.faults.add(FaultTarget, []string{b.positionName(int(p))}, "position %q has the target %d and %d places",
				b.positionName(int(p)), t, m.capacity[p])
		}
		for k := m.under[p]; k >= 0; k = m.nodeParent[k] {
			sum[k] += int64(t)
		}
	}
	for k, s := range sum {
		if m.nodeCap[k] >= 0 && s > int64(m.nodeCap[k]) {
			b.faults.add(FaultTarget, []string{b.nodeName[k]}, "the targets under %q add up to %d and its cap is %d",
				b.nodeName[k], s, m.nodeCap[k])
		}
	}
}

func (b *Builder) checkReserves() {
	ids := make([]int, 0, len(b.m.reserves))
	for p := range b.m.reserves {
		ids = append(ids, int(p))
	}
	sort.Ints(ids)
	for _, id := range ids {
		name, sum, seen := b.positionName(id), 0, map[Type]bool{}
		for _, r := range b.m.reserves[PositionID(id)] {
			switch {
			case r.Type == NoType || int(r.Type) > len(b.m.typeNames):
				b.faults.add(FaultReserve, []string{name}, "position %q reserves seats for a type that does not exist", name)
			case r.Seats < 0 || r.Seats > int(b.m.capacity[id]):
				b.faults.add(FaultReserve, []string{name}, "position %q reserves %d of its %d places for %q",
					name, r.Seats, b.m.capacity[id], b.m.typeNames[r.Type-1])
			case seen[r.Type]:
				b.faults.add(FaultReserve, []string{name}, "position %q reserves seats for %q twice", name, b.m.typeNames[r.Type-1])
			default:
				sum += r.Seats
			}
			seen[r.Type] = true
		}
		if sum > int(b.m.capacity[id]) {
			b.faults.add(FaultReserve, []string{name}, "position %q reserves %d seats and has %d places", name, sum, b.m.capacity[id])
		}
	}
}

func (b *Builder) checkWeights() {
	m := &b.m
	limit := WeightLimit(b.candidates())
	for e, w := range m.weight {
		if w < 0 || w > limit {
			c := m.CandidateOf(EdgeID(e))
			p := m.PositionOf(EdgeID(e))
			b.faults.add(FaultWeight, []string{m.CandidateName(c), m.PositionName(p)},
				"candidate %q and position %q have the weight %d; weights are 0 to %d here", m.CandidateName(c), m.PositionName(p), w, limit)
		}
	}
}

// WeightLimit is the largest weight that a market of so many candidates can
// hold: weights times candidates must stay exact in 63 bits, with room for sums.
func WeightLimit(candidates int) int64 { return math.MaxInt64 / 16 / int64(candidates+1) }
