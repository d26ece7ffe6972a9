package matching

import (
	"cmp"
	"slices"
)

// lineUp puts the choices in the order of the candidates' lists and the keys on
// the inner scale.
func (b *Builder) lineUp() {
	m, n := &b.m, b.candidates()
	m.off = make([]uint32, n+1)
	for _, c := range b.cand {
		m.off[c+1]++
	}
	for c := range n {
		m.off[c+1] += m.off[c]
	}
	b.scaleKeys()
	perm := b.scatter()
	m.edge = make([]uint64, len(perm))
	if b.weight != nil {
		m.weight = make([]int64, len(perm))
	}
	seen := make([]uint32, len(m.capacity)) // candidate+1 who last named the position
	for c := range n {
		b.list(c, perm[m.off[c]:m.off[c+1]], seen)
	}
	b.cand, b.pos, b.rank, b.key, b.weight = nil, nil, nil, nil, nil
}

// scatter sorts the choices by candidate, keeping the order of insertion.
func (b *Builder) scatter() []uint32 {
	at := slices.Clone(b.m.off)
	perm := make([]uint32, len(b.cand))
	for i, c := range b.cand {
		perm[at[c]] = uint32(i)
		at[c]++
	}
	return perm
}

// list sorts one candidate's choices and writes them down.
func (b *Builder) list(c int, own []uint32, seen []uint32) {
	m := &b.m
	before := func(i, j uint32) int {
		if d := cmp.Compare(b.rank[i], b.rank[j]); d != 0 {
			return d
		}
		return cmp.Compare(m.posRank[b.pos[i]], m.posRank[b.pos[j]])
	}
	if !slices.IsSortedFunc(own, before) {
		slices.SortFunc(own, before)
	}
	for k, i := range own {
		e, p := int(m.off[c])+k, b.pos[i]
		if seen[p] == uint32(c)+1 {
			cn, pn := m.CandidateName(CandidateID(c)), b.positionName(int(p))
			b.faults.add(FaultDuplicate, []string{cn, pn}, "candidate %q lists position %q twice", cn, pn)
		}
		seen[p] = uint32(c) + 1
		m.edge[e] = uint64(p)<<32 | uint64(b.inner(b.key[i]))
		if b.weight != nil {
			m.weight[e] = b.weight[i]
		}
		if k > 0 && b.rank[i] == b.rank[own[k-1]] {
			if m.tied == nil {
				m.tied = make([]uint64, (len(b.cand)+63)/64)
			}
			m.tied[e>>6] |= 1 << (e & 63)
		}
	}
}

// scaleKeys decides how keys are kept within 31 bits: shifted if their range
// allows, else by their place among all values that occur. Both keep order and ties.
func (b *Builder) scaleKeys() {
	if len(b.key) == 0 {
		return
	}
	low, high := slices.Min(b.key), slices.Max(b.key)
	b.m.keyBase = low - 1
	if high-low < maxKey {
		return
	}
	b.m.keyValues = slices.Clone(b.key)
	slices.Sort(b.m.keyValues)
	b.m.keyValues = slices.Compact(b.m.keyValues)
	if len(b.m.keyValues) > maxKey {
		b.faults.add(FaultSize, nil, "more than %d different keys", maxKey)
	}
}

func (b *Builder) inner(key int64) uint32 {
	if b.m.keyValues == nil {
		return uint32(key - b.m.keyBase)
	}
	i, _ := slices.BinarySearch(b.m.keyValues, key)
	return uint32(i + 1)
}
