package matching

import (
	"fmt"
	"math"
)

// Options of a builder. The zero value is good.
type Options struct {
	// MaxFaults is how many faults Build lists before it only counts; 0 is 100.
	MaxFaults int
	// Flexible allows caps above keys of different scales; such a round needs the
	// rule Regions: Flexible.
	Flexible bool
}

// Builder puts a market together. Its methods never fail: what is wrong is told
// by Build, all of it at once. A builder is for one goroutine.
type Builder struct {
	opt    Options
	faults faultList
	m      Market

	cand, pos []uint32
	rank      []int32
	key       []int64
	weight    []int64 // nil until the first weight that is not 0

	posLabel []string
	nodeName []string
	second   [][2]NodeID // further parents that nodes were given
	typeOf   map[string]Type
}

// NewBuilder begins a market.
func NewBuilder(opt Options) *Builder {
	if opt.MaxFaults <= 0 {
		opt.MaxFaults = 100
	}
	return &Builder{opt: opt, faults: faultList{limit: opt.MaxFaults}, typeOf: map[string]Type{}, m: Market{order: &nameOrder{}}}
}

// Node adds a node of the tree of caps: an enterprise, a district, a city. At
// most cap candidates are placed under it; below 0 it has no cap.
func (b *Builder) Node(name string, cap int, parent NodeID) NodeID {
	if cap > math.MaxInt32 {
		cap = Unlimited
	}
	if cap < 0 {
		cap = Unlimited
	}
	if parent != NoNode && (parent < 0 || int(parent) >= len(b.m.nodeCap)) {
		b.faults.add(FaultUnknown, []string{name}, "node %q stands under a node that does not exist", name)
		parent = NoNode
	}
	b.m.nodeCap = append(b.m.nodeCap, int32(cap))
	b.m.nodeParent = append(b.m.nodeParent, int32(parent))
	b.m.nodeScale = append(b.m.nodeScale, -1)
	b.nodeName = append(b.nodeName, name)
	return NodeID(len(b.m.nodeCap) - 1)
}

// Under tells that a node stands under one more parent. Sets must nest, so Build
// refuses it, with both names, unless one parent stands under the other.
func (b *Builder) Under(n, parent NodeID) {
	if !b.hasNode(n) || !b.hasNode(parent) {
		b.faults.add(FaultUnknown, nil, "a node that does not exist is put under another")
		return
	}
	b.second = append(b.second, [2]NodeID{n, parent})
}

// Scale tells on which scale the keys under a node are: exam points, say. Keys of
// different scales must not be compared, so Build refuses a cap above two of
// them unless Options.Flexible is set. Nodes that are told nothing share the
// scale of their parent, and in the end one common scale.
func (b *Builder) Scale(n NodeID, scale string) {
	if !b.hasNode(n) {
		b.faults.add(FaultUnknown, nil, "the scale %q is given to a node that does not exist", scale)
		return
	}
	for i, s := range b.m.scales {
		if s == scale {
			b.m.nodeScale[n] = int32(i)
			return
		}
	}
	b.m.scales = append(b.m.scales, scale)
	b.m.nodeScale[n] = int32(len(b.m.scales) - 1)
}

func (b *Builder) hasNode(n NodeID) bool { return n >= 0 && int(n) < len(b.m.nodeCap) }

// Type gives the number of a type of candidate by its name; "" is NoType.
func (b *Builder) Type(name string) Type {
	if name == "" {
		return NoType
	}
	t, ok := b.typeOf[name]
	if !ok {
		b.m.typeNames = append(b.m.typeNames, name)
		t = Type(len(b.m.typeNames))
		b.typeOf[name] = t
		if len(b.m.typeNames) > math.MaxUint16 {
			b.faults.add(FaultSize, []string{name}, "more than %d types of candidate", math.MaxUint16)
		}
	}
	return t
}

// Position adds a position with so many places. With min above 0 it opens only
// if at least min are placed in it, and is closed otherwise. Reserves set seats
// aside for types.
func (b *Builder) Position(node NodeID, cap, min int, reserves ...Reserve) PositionID {
	p := PositionID(len(b.m.capacity))
	if node != NoNode && !b.hasNode(node) {
		b.faults.add(FaultUnknown, nil, "position %d stands under a node that does not exist", p)
		node = NoNode
	}
	if cap > math.MaxInt32 || cap < 0 || min > math.MaxInt32 || min < 0 {
		b.faults.add(FaultCapacity, nil, "position %d has the capacity %d and the minimum %d; both must be 0 to %d",
			p, cap, min, math.MaxInt32)
		cap, min = 0, 0
	}
	b.m.capacity = append(b.m.capacity, int32(cap))
	b.m.under = append(b.m.under, int32(node))
	if min > 0 {
		if b.m.minimum == nil {
			b.m.minimum = make([]int32, int(p), max(int(p)+1, 64))
		}
	}
	if b.m.minimum != nil {
		b.m.minimum = append(b.m.minimum, int32(min))
	}
	if len(reserves) > 0 {
		if b.m.reserves == nil {
			b.m.reserves = map[PositionID][]Reserve{}
		}
		b.m.reserves[p] = append([]Reserve(nil), reserves...)
	}
	return p
}

// Label gives a position its stable outside name. It breaks ties between a
// candidate's equal choices and enters the lottery per position, so name them
// all or none; a position without a name is called by its number.
func (b *Builder) Label(p PositionID, name string) {
	if !b.hasPosition(p) {
		b.faults.add(FaultUnknown, []string{name}, "a position that does not exist is named %q", name)
		return
	}
	for len(b.posLabel) <= int(p) {
		b.posLabel = append(b.posLabel, "")
	}
	b.posLabel[p] = name
}

// FixedOpen pins a position open: it is not closed, however few are placed in it.
func (b *Builder) FixedOpen(p PositionID) {
	if !b.hasPosition(p) {
		b.faults.add(FaultUnknown, nil, "a position that does not exist is fixed open")
		return
	}
	for len(b.m.pinned) <= int(p) {
		b.m.pinned = append(b.m.pinned, false)
	}
	b.m.pinned[p] = true
}

// Target is how many places of a flexible region a position may fill before the
// others have had theirs. Without targets the cap is shared by capacity.
func (b *Builder) Target(p PositionID, seats int) {
	if !b.hasPosition(p) || seats < 0 {
		b.faults.add(FaultTarget, nil, "target %d for position %d", seats, p)
		return
	}
	if b.m.targets == nil {
		b.m.targets = map[PositionID]int{}
	}
	b.m.targets[p] = seats
}

func (b *Builder) hasPosition(p PositionID) bool { return p >= 0 && int(p) < len(b.m.capacity) }

// Candidate adds a candidate. Its id is the stable outside name, which nothing
// but the lottery, the order of output and reports use. More than one type is
// allowed for the reserve rule CallOrder only.
func (b *Builder) Candidate(id []byte, types ...Type) CandidateID {
	c := CandidateID(b.candidates())
	b.m.candNames.add(id)
	for i, t := range types {
		if t == NoType {
			continue
		}
		if int(t) > len(b.m.typeNames) {
			b.faults.add(FaultUnknown, []string{string(id)}, "candidate %q has a type that does not exist", id)
			continue
		}
		for len(b.m.types) <= int(c) {
			b.m.types = append(b.m.types, NoType)
		}
		if i == 0 || b.m.types[c] == NoType {
			b.m.types[c] = t
			continue
		}
		if b.m.moreTypes == nil {
			b.m.moreTypes = map[int32][]Type{}
		}
		b.m.moreTypes[int32(c)] = append(b.m.moreTypes[int32(c)], t)
	}
	return c
}

func (b *Builder) candidates() int {
	if b.m.off != nil {
		return b.m.Candidates()
	}
	return max(len(b.m.candNames.off)-1, 0)
}

// Choice puts position p on candidate c's list, and c on p's: rank is the
// candidate's (1 is best, equal is a tie), key is the position's (lower is
// better, equal is a tie), weight is what the pair is worth to [MaxWeight]
// (0 or more).
func (b *Builder) Choice(c CandidateID, p PositionID, rank int, key, weight int64) {
	if c < 0 || int(c) >= b.candidates() || !b.hasPosition(p) {
		b.faults.add(FaultUnknown, nil, "a choice joins candidate %d and position %d, which do not both exist", c, p)
		return
	}
	if rank < 1 || rank > math.MaxInt32 {
		name := string(b.m.candNames.at(int(c)))
		b.faults.add(FaultRank, []string{name}, "candidate %q gives the rank %d; ranks begin with 1", name, rank)
		return
	}
	if key < math.MinInt64/2 || key > math.MaxInt64/2 {
		b.faults.add(FaultKey, []string{b.positionName(int(p))}, "position %s gives a key of more than 62 bits", b.positionName(int(p)))
		return
	}
	b.cand = append(b.cand, uint32(c))
	b.pos = append(b.pos, uint32(p))
	b.rank = append(b.rank, int32(rank))
	b.key = append(b.key, key)
	if weight != 0 && b.weight == nil {
		b.weight = make([]int64, len(b.cand)-1, cap(b.cand))
	}
	if b.weight != nil {
		b.weight = append(b.weight, weight)
	}
}

func (b *Builder) positionName(p int) string {
	if p < len(b.posLabel) && b.posLabel[p] != "" {
		return b.posLabel[p]
	}
	return fmt.Sprintf("%010d", p)
}
