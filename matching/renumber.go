package matching

import (
	"slices"
)

// renumbered is a market whose numbers are in the order of names, so that a
// method that goes by numbers gives the same result for any order of insertion.
type renumbered struct {
	m, was    *Market
	cand, pos []uint32 // old number of each new one; nil: all numbers stayed
	node      []uint32
}

// renumber gives the market in the order of names; the same one if it is so
// already.
func renumber(m *Market) *renumbered {
	cand := sortNames(&m.candNames, m.Candidates())
	pos := sortNames(&m.posNames, m.Positions())
	node := sortNames(&m.nodeNames, m.Nodes())
	if ascending(cand) && ascending(pos) && ascending(node) {
		return &renumbered{m: m, was: m}
	}
	n := &Market{order: &nameOrder{}, keyBase: m.keyBase, keyValues: m.keyValues, scales: m.scales, typeNames: m.typeNames}
	newPos, newNode := inverse(pos), inverse(node)
	n.off = make([]uint32, len(m.off))
	n.edge = make([]uint64, 0, len(m.edge))
	for i, c := range cand {
		n.candNames.add(m.candNames.at(int(c)))
		for e := m.off[c]; e < m.off[c+1]; e++ {
			if m.TiedWithPrevious(EdgeID(e)) {
				if n.tied == nil {
					n.tied = make([]uint64, len(m.tied))
				}
				k := len(n.edge)
				n.tied[k>>6] |= 1 << (k & 63)
			}
			n.edge = append(n.edge, uint64(newPos[m.edge[e]>>32])<<32|m.edge[e]&(1<<32-1))
			if m.weight != nil {
				n.weight = append(n.weight, m.weight[e])
			}
		}
		n.off[i+1] = uint32(len(n.edge))
	}
	for _, p := range pos {
		n.posNames.add(m.posNames.at(int(p)))
		n.capacity = append(n.capacity, m.capacity[p])
		under := int32(-1)
		if m.under[p] >= 0 {
			under = int32(newNode[m.under[p]])
		}
		n.under = append(n.under, under)
		if m.minimum != nil {
			n.minimum = append(n.minimum, m.minimum[p])
		}
		if m.pinned != nil {
			n.pinned = append(n.pinned, m.pinned[p])
		}
	}
	for _, k := range node {
		n.nodeNames.add(m.nodeNames.at(int(k)))
		n.nodeCap = append(n.nodeCap, m.nodeCap[k])
		n.nodeScale = append(n.nodeScale, m.nodeScale[k])
		up := int32(-1)
		if m.nodeParent[k] >= 0 {
			up = int32(newNode[m.nodeParent[k]])
		}
		n.nodeParent = append(n.nodeParent, up)
	}
	n.posRank = rankNames(&n.posNames, len(n.capacity))
	return &renumbered{m: n, was: m, cand: cand, pos: pos, node: node}
}

func ascending(perm []uint32) bool { return slices.IsSorted(perm) }

func inverse(perm []uint32) []uint32 {
	inv := make([]uint32, len(perm))
	for i, k := range perm {
		inv[k] = uint32(i)
	}
	return inv
}

// back gives an assignment in the old numbers. A candidate's list keeps its
// order, since ties stand in the order of names.
func (n *renumbered) back(of []EdgeID) []EdgeID {
	if n.cand == nil {
		return of
	}
	old := make([]EdgeID, len(of))
	for i, c := range n.cand {
		old[c] = NoEdge
		if of[i] != NoEdge {
			old[c] = EdgeID(n.was.off[c]) + of[i] - EdgeID(n.m.off[i])
		}
	}
	return old
}

func (n *renumbered) backPrices(c *WeightCertificate) *WeightCertificate {
	if n.cand == nil {
		return c
	}
	out := &WeightCertificate{Scale: c.Scale, Positions: make([]int64, len(c.Positions)), Nodes: make([]int64, len(c.Nodes))}
	for i, p := range n.pos {
		out.Positions[p] = c.Positions[i]
	}
	for i, k := range n.node {
		out.Nodes[k] = c.Nodes[i]
	}
	return out
}
