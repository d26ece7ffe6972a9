package matching

import (
	"bytes"
	"math"
	"sync"
)

// Dense numbers, given out by the builder in the order of insertion. They name a
// thing within one market only; outside it has its stable name.
type (
	CandidateID int32
	PositionID  int32
	NodeID      int32  // an enterprise, a region, a city: whatever may have a cap
	EdgeID      uint32 // one choice of one candidate, in the order of the candidate's list
	Type        uint16 // a kind of candidate for which seats can be reserved; 0 is none
)

// The "nothing" of each kind of number.
const (
	NoCandidate CandidateID = -1
	NoPosition  PositionID  = -1
	NoNode      NodeID      = -1
	NoEdge      EdgeID      = math.MaxUint32
	NoType      Type        = 0
)

// Unlimited is the cap of a node that has none.
const Unlimited = -1

// Reserve sets seats of a position aside for candidates of one type.
type Reserve struct {
	Type  Type
	Seats int
}

// Market is one round's input: who wants what in which order, whom each position
// takes in which order, and how many may be taken where. It is immutable and
// safe for concurrent use.
type Market struct {
	off    []uint32 // candidate c's choices are off[c] ≤ e < off[c+1], best first
	edge   []uint64 // position<<32 | inner key; inner keys are 1..maxKey, lower is better
	tied   []uint64 // bit e: choice e has the same rank as choice e-1 of that candidate; nil: none
	weight []int64  // nil: every weight is 0

	keyBase   int64   // key = inner + keyBase, unless
	keyValues []int64 // this is set: key = keyValues[inner-1]

	capacity []int32
	minimum  []int32 // nil: no minimum anywhere
	pinned   []bool  // nil: none
	under    []int32 // node of a position, -1: none
	reserves map[PositionID][]Reserve

	nodeCap    []int32 // -1: unlimited
	nodeParent []int32
	nodeScale  []int32 // index into scales, -1: not told
	targets    map[PositionID]int
	scales     []string

	candNames names
	posNames  names
	nodeNames names
	typeNames []string
	types     []Type           // nil: no candidate has one
	moreTypes map[int32][]Type // further types of a candidate

	order   *nameOrder
	posRank []uint32 // place of a position among all, by name
}

// nameOrder lists the candidates by name, once somebody asks.
type nameOrder struct {
	once sync.Once
	list []uint32 // nil: they are in that order already
}

// maxKey is the highest inner key: 31 bits, so that one more can stand above it.
const maxKey = 1<<31 - 1

// names keeps many short strings in one array.
type names struct {
	data []byte
	off  []uint32 // nil: names are the decimal numbers
}

func (n *names) add(s []byte) {
	if n.off == nil {
		n.off = []uint32{0}
	}
	n.data = append(n.data, s...)
	n.off = append(n.off, uint32(len(n.data)))
}

func (n *names) at(i int) []byte {
	if n.off == nil {
		return appendDecimal(nil, i)
	}
	return n.data[n.off[i]:n.off[i+1]]
}

// appendDecimal writes i with ten digits, so that the names of unnamed things
// sort as their numbers do.
func appendDecimal(b []byte, i int) []byte {
	var d [10]byte
	for k := len(d) - 1; k >= 0; k-- {
		d[k] = byte('0' + i%10)
		i /= 10
	}
	return append(b, d[:]...)
}

func (n *names) less(i, j int) bool { return bytes.Compare(n.at(i), n.at(j)) < 0 }

// Candidates, Positions, Nodes and Edges count what the market holds.
func (m *Market) Candidates() int { return len(m.off) - 1 }
func (m *Market) Positions() int  { return len(m.capacity) }
func (m *Market) Nodes() int      { return len(m.nodeCap) }
func (m *Market) Edges() int      { return len(m.edge) }

// Choices gives the candidate's list as the half-open range of its choices, best
// first; choices of equal rank stand in the order of the positions' names.
func (m *Market) Choices(c CandidateID) (first, end EdgeID) {
	return EdgeID(m.off[c]), EdgeID(m.off[c+1])
}

// PositionOf is the position that a choice names.
func (m *Market) PositionOf(e EdgeID) PositionID { return PositionID(m.edge[e] >> 32) }

// CandidateOf is the candidate whose choice it is; it searches, in log time.
func (m *Market) CandidateOf(e EdgeID) CandidateID {
	lo, hi := 0, len(m.off)-1
	for hi-lo > 1 {
		if mid := (lo + hi) / 2; m.off[mid] <= uint32(e) {
			lo = mid
		} else {
			hi = mid
		}
	}
	return CandidateID(lo)
}

// Key is the key that the position gave the candidate: lower is better, equal is
// a tie.
func (m *Market) Key(e EdgeID) int64 { return m.keyValue(uint32(m.edge[e])) }

func (m *Market) keyValue(inner uint32) int64 {
	if m.keyValues != nil {
		return m.keyValues[inner-1]
	}
	return int64(inner) + m.keyBase
}

// Weight is the weight of a choice; only [MaxWeight] reads it.
func (m *Market) Weight(e EdgeID) int64 {
	if m.weight == nil {
		return 0
	}
	return m.weight[e]
}

// TiedWithPrevious tells whether the candidate ranks the choice equal to the one
// before it.
func (m *Market) TiedWithPrevious(e EdgeID) bool {
	return m.tied != nil && m.tied[e>>6]>>(e&63)&1 == 1
}

// ChoiceNumber is the place of a choice on its candidate's list, from 1; tied
// choices share a number.
func (m *Market) ChoiceNumber(c CandidateID, e EdgeID) int {
	n := 1
	for i := EdgeID(m.off[c]) + 1; i <= e; i++ {
		if !m.TiedWithPrevious(i) {
			n++
		}
	}
	return n
}

// Edge finds the candidate's choice of a position, NoEdge if there is none.
func (m *Market) Edge(c CandidateID, p PositionID) EdgeID {
	for e := m.off[c]; e < m.off[c+1]; e++ {
		if PositionID(m.edge[e]>>32) == p {
			return EdgeID(e)
		}
	}
	return NoEdge
}

// Capacity and Minimum are a position's places and how many must be filled for
// it to open at all.
func (m *Market) Capacity(p PositionID) int { return int(m.capacity[p]) }
func (m *Market) Minimum(p PositionID) int {
	if m.minimum == nil {
		return 0
	}
	return int(m.minimum[p])
}

// FixedOpen tells whether the position opens whatever its minimum says.
func (m *Market) FixedOpen(p PositionID) bool { return m.pinned != nil && m.pinned[p] }

// Reserves lists the seats that the position sets aside.
func (m *Market) Reserves(p PositionID) []Reserve { return m.reserves[p] }

// NodeOf is the node that a position stands under, NoNode if none.
func (m *Market) NodeOf(p PositionID) NodeID { return NodeID(m.under[p]) }

// Parent is the node above a node, NoNode if none.
func (m *Market) Parent(n NodeID) NodeID { return NodeID(m.nodeParent[n]) }

// Cap is how many may be placed under a node, Unlimited if it has no cap.
func (m *Market) Cap(n NodeID) int { return int(m.nodeCap[n]) }

// TypeOf is the candidate's first type.
func (m *Market) TypeOf(c CandidateID) Type {
	if m.types == nil {
		return NoType
	}
	return m.types[c]
}

// HasType tells whether the candidate is of the type.
func (m *Market) HasType(c CandidateID, t Type) bool {
	if m.types == nil || t == NoType {
		return false
	}
	if m.types[c] == t {
		return true
	}
	for _, u := range m.moreTypes[int32(c)] {
		if u == t {
			return true
		}
	}
	return false
}

// The stable outside names.
func (m *Market) CandidateName(c CandidateID) string { return string(m.candNames.at(int(c))) }
func (m *Market) PositionName(p PositionID) string   { return string(m.posNames.at(int(p))) }
func (m *Market) NodeName(n NodeID) string           { return string(m.nodeNames.at(int(n))) }
func (m *Market) TypeName(t Type) string {
	if t == NoType || int(t) > len(m.typeNames) {
		return ""
	}
	return m.typeNames[t-1]
}

// AppendCandidateName is CandidateName without a string of its own.
func (m *Market) AppendCandidateName(b []byte, c CandidateID) []byte {
	return append(b, m.candNames.at(int(c))...)
}

// PositionRank is the position's place among all when sorted by name.
func (m *Market) PositionRank(p PositionID) int { return int(m.posRank[p]) }

// Types counts the types of candidate, and TypesOf lists a candidate's.
func (m *Market) Types() int { return len(m.typeNames) }
func (m *Market) TypesOf(c CandidateID) []Type {
	if t := m.TypeOf(c); t != NoType {
		return append([]Type{t}, m.moreTypes[int32(c)]...)
	}
	return nil
}

// Target is the position's target within a flexible region, if it was given one.
func (m *Market) Target(p PositionID) (seats int, set bool) {
	seats, set = m.targets[p]
	return
}

// Weighted tells whether any choice has a weight.
func (m *Market) Weighted() bool { return m.weight != nil }
