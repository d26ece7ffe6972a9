package exchange

import (
	"bytes"
	"slices"
	"strings"

	"guildhall/matching"
)

func (r *Round) writeCandidates(w *lineWriter) {
	m := r.Market
	typed := m.Types() > 0
	if typed {
		w.line("candidate_id", "type")
	} else {
		w.line("candidate_id")
	}
	for _, c := range m.ByName() {
		if !typed {
			w.line(m.CandidateName(c))
			continue
		}
		var words []string
		for _, t := range m.TypesOf(c) {
			words = append(words, m.TypeName(t))
		}
		w.line(m.CandidateName(c), strings.Join(words, "|"))
	}
}

// positionsByName lists a market's positions in the order of their names.
func positionsByName(m *matching.Market) []matching.PositionID {
	list := make([]matching.PositionID, m.Positions())
	for p := range list {
		list[m.PositionRank(matching.PositionID(p))] = matching.PositionID(p)
	}
	return list
}

func (r *Round) writePositions(w *lineWriter) {
	m := r.Market
	fixed, targets := false, false
	for p := range m.Positions() {
		_, has := m.Target(matching.PositionID(p))
		fixed, targets = fixed || m.FixedOpen(matching.PositionID(p)), targets || has
	}
	head := []any{"position_id", "enterprise_id", "capacity", "minimum"}
	if fixed {
		head = append(head, "fixed_open")
	}
	if targets {
		head = append(head, "target")
	}
	w.line(head...)
	for _, p := range positionsByName(m) {
		firm := ""
		if n := m.NodeOf(p); n != matching.NoNode {
			firm = m.NodeName(n)
		}
		line := []any{m.PositionName(p), firm, m.Capacity(p), m.Minimum(p)}
		if fixed {
			word := ""
			if m.FixedOpen(p) {
				word = "1"
			}
			line = append(line, word)
		}
		if t, ok := m.Target(p); targets && ok {
			line = append(line, t)
		} else if targets {
			line = append(line, "")
		}
		w.line(line...)
	}
}

func (r *Round) hasReserves() bool {
	for p := range r.Market.Positions() {
		if len(r.Market.Reserves(matching.PositionID(p))) > 0 {
			return true
		}
	}
	return false
}

// writeReserves keeps the order of a position's reserves: the first type wins
// where a call order cannot serve both.
func (r *Round) writeReserves(w *lineWriter) {
	m := r.Market
	w.line("position_id", "type", "seats")
	for _, p := range positionsByName(m) {
		for _, s := range m.Reserves(p) {
			w.line(m.PositionName(p), m.TypeName(s.Type), s.Seats)
		}
	}
}

func (r *Round) writeNodes(w *lineWriter) {
	m := r.Market
	w.line("node_id", "parent_id", "cap")
	for _, n := range nodesByName(m) {
		parent, cap := "", any("")
		if up := m.Parent(n); up != matching.NoNode {
			parent = m.NodeName(up)
		}
		if m.Cap(n) >= 0 {
			cap = m.Cap(n)
		}
		w.line(m.NodeName(n), parent, cap)
	}
}

func nodesByName(m *matching.Market) []matching.NodeID {
	list := make([]matching.NodeID, m.Nodes())
	for n := range list {
		list[n] = matching.NodeID(n)
	}
	slices.SortFunc(list, func(a, b matching.NodeID) int { return strings.Compare(m.NodeName(a), m.NodeName(b)) })
	return list
}

// rank is a choice's rank as the files had it, else its number on the list.
func (r *Round) rank(number int, e matching.EdgeID) int64 {
	if r.ranks != nil {
		return int64(r.ranks[e])
	}
	return int64(number)
}

func (r *Round) writeChoices(w *lineWriter) {
	m := r.Market
	weighted := r.weighted || m.Weighted()
	head := "candidate_id,position_id,rank"
	if weighted {
		head += ",weight"
	}
	w.raw([]byte(head + "\n"))
	var line, id, name []byte
	names := positionNames(m)
	for _, c := range m.ByName() {
		name = m.AppendCandidateName(name[:0], c)
		id = appendField(id[:0], name)
		number := 0
		first, end := m.Choices(c)
		for e := first; e < end; e++ {
			if !m.TiedWithPrevious(e) {
				number++
			}
			line = append(append(line[:0], id...), ',')
			line = append(append(line, names[m.PositionOf(e)]...), ',')
			line = appendInt(line, r.rank(number, e))
			if weighted {
				line = appendInt(append(line, ','), m.Weight(e))
			}
			w.raw(append(line, '\n'))
		}
	}
	slices.SortFunc(r.oneSidedChoices, bytes.Compare)
	for _, line := range r.oneSidedChoices {
		w.raw(line)
	}
}

// positionNames are the names as they stand in a line.
func positionNames(m *matching.Market) [][]byte {
	names := make([][]byte, m.Positions())
	for p := range names {
		names[p] = appendField(nil, []byte(m.PositionName(matching.PositionID(p))))
	}
	return names
}

// writePriorities writes by position, then candidate.
func (r *Round) writePriorities(w *lineWriter) {
	m := r.Market
	w.line("position_id", "candidate_id", "key")
	off, cands, keys := byPosition(m)
	var line, name []byte
	for i, p := range positionsByName(m) {
		head := append(appendField(nil, []byte(m.PositionName(p))), ',')
		for k := off[i]; k < off[i+1]; k++ {
			name = m.AppendCandidateName(name[:0], cands[k])
			line = append(appendField(append(line[:0], head...), name), ',')
			w.raw(append(appendInt(line, keys[k]), '\n'))
		}
	}
	slices.SortFunc(r.oneSidedPriorities, bytes.Compare)
	for _, line := range r.oneSidedPriorities {
		w.raw(line)
	}
}

// byPosition lists candidates and keys by position, both in the order of names.
func byPosition(m *matching.Market) (off []uint32, cands []matching.CandidateID, keys []int64) {
	rank := make([]uint32, m.Positions())
	for p := range rank {
		rank[p] = uint32(m.PositionRank(matching.PositionID(p)))
	}
	off = make([]uint32, m.Positions()+1)
	for e := range m.Edges() {
		off[rank[m.PositionOf(matching.EdgeID(e))]+1]++
	}
	for i := range m.Positions() {
		off[i+1] += off[i]
	}
	cands, keys = make([]matching.CandidateID, m.Edges()), make([]int64, m.Edges())
	at := slices.Clone(off)
	for _, c := range m.ByName() {
		first, end := m.Choices(c)
		for e := first; e < end; e++ {
			i := rank[m.PositionOf(e)]
			cands[at[i]], keys[at[i]] = c, m.Key(e)
			at[i]++
		}
	}
	return off, cands, keys
}

func (r *Round) writeRule(w *lineWriter) { w.json(r.Rule.Complete()) }
