package matching

// Lists is a market as two explicit sets of lists, as schools often have it: whom
// each candidate wants and whom each position takes, both best first, without
// ties. Everything is called by its number.
type Lists struct {
	CandidateOff []uint32 // candidate c wants Wish[CandidateOff[c]:CandidateOff[c+1]]
	Wish         []uint32 // positions
	PositionOff  []uint32 // position p takes Order[PositionOff[p]:PositionOff[p+1]]
	Order        []uint32 // candidates
	Capacity     []int32
	Minimum      []int32 // may be nil
	Under        []int32 // may be nil
	NodeCap      []int32
	NodeParent   []int32
}

// OneSided counts pairs that only one side lists. They do not count.
type OneSided struct {
	OnlyCandidate int
	OnlyPosition  int
}

// FromLists makes a market of two sets of lists. A pair counts only if both sides
// list each other; its key is the candidate's place on the position's list.
func FromLists(l Lists) (*Market, OneSided, error) {
	f := faultList{limit: 100}
	checkLists(&f, "candidates", l.CandidateOff, l.Wish, len(l.PositionOff)-1)
	checkLists(&f, "positions", l.PositionOff, l.Order, len(l.CandidateOff)-1)
	if err := f.err(); err != nil {
		return nil, OneSided{}, err
	}
	n := len(l.CandidateOff) - 1
	at, by := turnRound(l)
	var one OneSided
	off := make([]uint32, n+1)
	edge := make([]uint64, 0, len(l.Wish))
	place := make([]uint32, len(l.Capacity)) // of this candidate on a position's list
	for c := range n {
		for _, x := range by[at[c]:at[c+1]] {
			p, r := x>>32, uint32(x)
			if place[p] != 0 {
				f.add(FaultDuplicate, nil, "position %d lists candidate %d twice", p, c)
			}
			place[p] = r
		}
		for _, p := range l.Wish[l.CandidateOff[c]:l.CandidateOff[c+1]] {
			switch r := place[p]; r {
			case 0:
				one.OnlyCandidate++
			case counted:
				f.add(FaultDuplicate, nil, "candidate %d lists position %d twice", c, p)
			default:
				edge = append(edge, uint64(p)<<32|uint64(r))
				place[p] = counted
			}
		}
		for _, x := range by[at[c]:at[c+1]] {
			if place[x>>32] != counted {
				one.OnlyPosition++
			}
			place[x>>32] = 0
		}
		off[c+1] = uint32(len(edge))
	}
	if err := f.err(); err != nil {
		return nil, one, err
	}
	m, err := FromCSR(CSR{Off: off, Edge: edge, Capacity: l.Capacity, Minimum: l.Minimum, Under: l.Under,
		NodeCap: l.NodeCap, NodeParent: l.NodeParent})
	return m, one, err
}

// counted marks a place that a wish has met.
const counted = 1<<32 - 1

// turnRound sorts the positions' lists by candidate: position<<32 | place, from 1.
func turnRound(l Lists) (off []uint32, by []uint64) {
	off = make([]uint32, len(l.CandidateOff))
	for _, c := range l.Order {
		off[c+1]++
	}
	for c := 1; c < len(off); c++ {
		off[c] += off[c-1]
	}
	by = make([]uint64, len(l.Order))
	next := append([]uint32(nil), off...)
	for p := range len(l.PositionOff) - 1 {
		for i := l.PositionOff[p]; i < l.PositionOff[p+1]; i++ {
			c := l.Order[i]
			by[next[c]] = uint64(p)<<32 | uint64(i-l.PositionOff[p]+1)
			next[c]++
		}
	}
	return off, by
}

func checkLists(f *faultList, what string, off, list []uint32, others int) {
	if len(off) == 0 || off[0] != 0 || int(off[len(off)-1]) != len(list) {
		f.add(FaultSize, nil, "the lists of the %s do not cover their entries", what)
		return
	}
	for i := 1; i < len(off); i++ {
		if off[i] < off[i-1] {
			f.add(FaultSize, nil, "a list of the %s ends before it begins", what)
			return
		}
	}
	for _, x := range list {
		if int64(x) >= int64(others) {
			f.add(FaultUnknown, nil, "the lists of the %s name %d, which does not exist", what, x)
		}
	}
}
