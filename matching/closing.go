package matching

import (
	"maps"
	"math/bits"
	"slices"
)

// MaxExactClosings is up to how many positions with a minimum the closing rule
// Exact tries every set.
const MaxExactClosings = 20

// closable counts the positions that may be closed.
func (m *Market) closable() int {
	n := 0
	for p := range m.minimum {
		if m.minimum[p] > 0 && !m.FixedOpen(PositionID(p)) {
			n++
		}
	}
	return n
}

// smallRound is up to how many choices a round is run again from scratch for
// every single closing, where it cannot be resumed.
const smallRound = 50_000

// close runs the round and closes positions below their minimum by the rule,
// until there is none. It returns which are closed.
func (s *solver) close() ([]bool, error) {
	switch {
	case s.m.closable() == 0:
		return nil, s.run(nil)
	case s.rule.Closing == Exact:
		return s.closeExact()
	case s.rule.Closing == WorstFirst && s.resumable():
		return s.closeResumed()
	}
	closed := make([]bool, s.m.Positions())
	for {
		if err := s.run(closed); err != nil {
			return nil, err
		}
		short := s.short(closed)
		if len(short) == 0 {
			return closed, nil
		}
		if s.rule.Closing == WorstFirst {
			short = s.worst(short)
		}
		for _, p := range short {
			closed[p] = true
		}
	}
}

// placed counts the holders of each position.
func (s *solver) placed() []int32 {
	count := make([]int32, s.m.Positions())
	for _, e := range s.of {
		if e != NoEdge {
			count[s.m.PositionOf(e)]++
		}
	}
	return count
}

// short lists the open positions below their minimum.
func (s *solver) short(closed []bool) []int32 {
	var list []int32
	count := s.placed()
	for p, low := range s.m.minimum {
		if count[p] < low && !closed[p] && !s.m.FixedOpen(PositionID(p)) {
			list = append(list, int32(p))
		}
	}
	return list
}

// worst is the position furthest below its minimum, by share; then by number
// missing, then by name. In a large round it is the worst of each highest node.
func (s *solver) worst(short []int32) []int32 {
	held := s.placed()
	first := map[int32]int32{} // by highest node
	for _, p := range short {
		top := int32(-1)
		for k := s.m.under[p]; k >= 0 && s.m.Edges() > smallRound; k = s.m.nodeParent[k] {
			top = k
		}
		if q, ok := first[top]; !ok || s.m.closesBefore(p, held[p], q, held[q]) {
			first[top] = p
		}
	}
	return slices.Collect(maps.Values(first))
}

// closesBefore orders short positions p and q, which hold so many, for closing.
func (m *Market) closesBefore(p, held, q, other int32) bool {
	a, b := int64(held)*int64(m.minimum[q]), int64(other)*int64(m.minimum[p])
	if a != b {
		return a < b
	}
	x, y := m.minimum[p]-held, m.minimum[q]-other
	if x != y {
		return x > y
	}
	return m.posRank[p] < m.posRank[q]
}

// closeExact tries every set of closings, the small ones first, and keeps the
// one that places most; where several do, the first, which closes fewest.
func (s *solver) closeExact() ([]bool, error) {
	var ids []int32 // in the order of names, so that ties do not hang on numbers
	at := make([]int32, s.m.Positions())
	for p, place := range s.m.posRank {
		at[place] = int32(p)
	}
	for _, p := range at {
		if s.m.minimum[p] > 0 && !s.m.FixedOpen(PositionID(p)) {
			ids = append(ids, p)
		}
	}
	most, best := -1, []bool(nil)
	for size := 0; size <= len(ids); size++ {
		for set := uint32(0); set < 1<<len(ids); set++ {
			if bits.OnesCount32(set) != size {
				continue
			}
			closed := make([]bool, s.m.Positions())
			for i, p := range ids {
				closed[p] = set>>i&1 == 1
			}
			if err := s.run(closed); err != nil {
				return nil, err
			}
			if len(s.short(closed)) > 0 {
				continue
			}
			if n := count(s.of); n > most {
				most, best = n, closed
			}
		}
	}
	return best, s.run(best)
}

func count(of []EdgeID) int {
	n := 0
	for _, e := range of {
		if e != NoEdge {
			n++
		}
	}
	return n
}
