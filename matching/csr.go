package matching

import "math"

// CSR is a market as arrays, for those who have it so: [FromCSR] takes the big
// ones over without copying. Everything is called by its number.
type CSR struct {
	Off      []uint32 // candidate c's choices are Off[c] ≤ e < Off[c+1]
	Edge     []uint64 // position<<32 | key, best choice first; keys are 1 to 2³¹-1, lower is better
	Tied     []uint64 // bit e: choice e has the rank of choice e-1; may be nil
	Weight   []int64  // may be nil
	Capacity []int32
	Minimum  []int32 // may be nil
	Under    []int32 // node of each position, -1 for none; may be nil

	NodeCap    []int32 // -1: unlimited
	NodeParent []int32
}

// FromCSR makes a market of arrays, which must not change any more. Faults are
// told as by [Builder.Build].
func FromCSR(a CSR) (*Market, error) {
	b := &Builder{opt: Options{MaxFaults: 100}, faults: faultList{limit: 100}}
	m := &b.m
	*m = Market{order: &nameOrder{}, off: a.Off, edge: a.Edge, tied: a.Tied, weight: a.Weight, capacity: a.Capacity, minimum: a.Minimum,
		under: a.Under, nodeCap: a.NodeCap, nodeParent: a.NodeParent}
	if len(a.Off) == 0 {
		m.off = []uint32{0}
	}
	if m.under == nil {
		m.under = make([]int32, len(a.Capacity))
		for p := range m.under {
			m.under[p] = -1
		}
	}
	m.nodeScale = make([]int32, len(m.nodeCap))
	for n := range m.nodeScale {
		m.nodeScale[n] = -1
		b.nodeName = append(b.nodeName, string(appendDecimal(nil, n)))
	}
	if !b.checkArrays(a) {
		return nil, b.faults.err()
	}
	m.posRank = make([]uint32, len(m.capacity))
	for p := range m.posRank {
		m.posRank[p] = uint32(p)
	}
	b.checkTree()
	b.checkPositions()
	b.checkWeights()
	if err := b.faults.err(); err != nil {
		return nil, err
	}
	return m, nil
}

// checkArrays looks that the arrays fit together, so that nothing can be read
// beyond their ends.
func (b *Builder) checkArrays(a CSR) bool {
	m := &b.m
	n := len(m.capacity)
	length := func(name string, got, want int, optional bool) {
		if got != want && !(optional && got == 0) {
			b.faults.add(FaultSize, nil, "%s has %d entries, not %d", name, got, want)
		}
	}
	length("Minimum", len(a.Minimum), n, true)
	length("Under", len(m.under), n, false)
	length("NodeParent", len(m.nodeParent), len(m.nodeCap), false)
	length("Weight", len(a.Weight), len(a.Edge), true)
	length("Tied", len(a.Tied), (len(a.Edge)+63)/64, true)
	if uint64(len(a.Edge)) >= uint64(NoEdge) || n > math.MaxInt32 || len(m.off) > math.MaxInt32 {
		b.faults.add(FaultSize, nil, "the arrays are larger than the numbers can tell")
	}
	for c := range len(m.off) - 1 {
		if m.off[c] > m.off[c+1] {
			b.faults.add(FaultSize, nil, "the list of candidate %d ends before it begins", c)
		}
	}
	if int(m.off[len(m.off)-1]) != len(a.Edge) || m.off[0] != 0 {
		b.faults.add(FaultSize, nil, "the lists do not cover the choices")
	}
	for p := range n {
		if a.Capacity[p] < 0 || len(a.Minimum) == n && a.Minimum[p] < 0 {
			b.faults.add(FaultCapacity, nil, "position %d has a negative capacity or minimum", p)
		}
		if u := m.under; len(u) == n && (u[p] < -1 || int(u[p]) >= len(m.nodeCap)) {
			b.faults.add(FaultUnknown, nil, "position %d stands under a node that does not exist", p)
		}
	}
	for k, up := range m.nodeParent {
		if up < -1 || int(up) >= len(m.nodeCap) {
			b.faults.add(FaultUnknown, nil, "node %d stands under a node that does not exist", k)
		}
	}
	if b.faults.err() != nil {
		return false
	}
	b.checkEdges()
	return b.faults.err() == nil
}

func (b *Builder) checkEdges() {
	m := &b.m
	seen := make([]uint32, len(m.capacity))
	for c := range len(m.off) - 1 {
		for e := m.off[c]; e < m.off[c+1]; e++ {
			p, key := m.edge[e]>>32, uint32(m.edge[e])
			switch {
			case p >= uint64(len(m.capacity)):
				b.faults.add(FaultUnknown, nil, "choice %d names a position that does not exist", e)
			case key == 0 || key > maxKey:
				b.faults.add(FaultKey, nil, "choice %d has the key %d; keys are 1 to %d", e, key, maxKey)
			case seen[p] == uint32(c)+1:
				b.faults.add(FaultDuplicate, nil, "candidate %d lists position %d twice", c, p)
			default:
				seen[p] = uint32(c) + 1
			}
		}
	}
}
