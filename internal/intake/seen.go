package intake

import (
	"hash/maphash"
	"strconv"
)

// seen remembers the rows of a sheet by their keys, as hashes: a row that comes
// twice is known again, and so is what differs between the two.
type seen struct {
	hash    maphash.Hash
	keys    [][]int // columns of each key that the sheet has
	soft    []bool  // by column: may differ between lines that mean the same
	compare []bool  // by column: counts when two lines are compared
	byKey   map[uint64]int
	numbers []int    // record of each remembered line
	cells   []uint32 // hashes of its cells, as many as there are columns
	columns []column
	fields  []Field
}

func newSeen(h *head) *seen {
	s := &seen{byKey: map[uint64]int{}, columns: h.columns, fields: h.kind.Fields,
		soft: make([]bool, len(h.columns)), compare: make([]bool, len(h.columns))}
	at := map[string]int{}
	for i, c := range h.columns {
		if c.field == extra {
			continue
		}
		s.compare[i] = true
		if c.quarter == "" {
			at[h.kind.Fields[c.field].Key] = i
			s.soft[i] = h.kind.Fields[c.field].Soft
		}
	}
	for _, key := range h.kind.Keys {
		var columns []int
		for _, field := range key {
			if i, ok := at[field]; ok {
				columns = append(columns, i)
			}
		}
		if len(columns) == len(key) {
			s.keys = append(s.keys, columns)
		}
	}
	return s
}

// look remembers a line and gives the number of an earlier one that means the
// same row, 0 where there is none, with the heads of the columns in which the
// two differ.
func (s *seen) look(number int, cells []cell) (twin int, differs []string) {
	found := -1
	fresh := make([]uint64, 0, 4)
	for n, key := range s.keys {
		sum, ok := s.keyHash(n, key, cells)
		if !ok {
			continue
		}
		if at, have := s.byKey[sum]; have && found < 0 {
			found = at
		}
		fresh = append(fresh, sum)
	}
	if len(s.keys) == 0 || len(fresh) == 0 || len(s.fields) > 0 && s.unkeyed() {
		sum := s.wholeHash(cells)
		if at, have := s.byKey[sum]; have && found < 0 {
			found = at
		}
		fresh = append(fresh, sum)
	}
	if found >= 0 {
		return s.numbers[found], s.differing(found, cells)
	}
	at := len(s.numbers)
	s.numbers = append(s.numbers, number)
	for i := range cells {
		s.cells = append(s.cells, s.cellHash(&cells[i]))
	}
	for _, sum := range fresh {
		s.byKey[sum] = at
	}
	return 0, nil
}

// unkeyed tells whether the sheet has none of its kind's keys.
func (s *seen) unkeyed() bool { return len(s.keys) == 0 }

func (s *seen) keyHash(n int, key []int, cells []cell) (uint64, bool) {
	s.hash.Reset()
	s.hash.WriteString(strconv.Itoa(n))
	for _, i := range key {
		text := cells[i].value.Text
		if text == "" {
			return 0, false
		}
		s.hash.WriteString("\x00")
		s.hash.WriteString(text)
	}
	return s.hash.Sum64(), true
}

// wholeHash is the key of a line that has none: all that it says but for the
// soft columns.
func (s *seen) wholeHash(cells []cell) uint64 {
	s.hash.Reset()
	s.hash.WriteString("whole")
	for i := range cells {
		if s.compare[i] && !s.soft[i] {
			s.hash.WriteString("\x00")
			s.hash.WriteString(cells[i].raw.Text)
		}
	}
	return s.hash.Sum64()
}

func (s *seen) cellHash(c *cell) uint32 {
	s.hash.Reset()
	if c.value.Text != "" {
		s.hash.WriteString(c.value.Text)
	} else {
		s.hash.WriteString(c.raw.Text)
	}
	return uint32(s.hash.Sum64())
}

func (s *seen) differing(at int, cells []cell) (heads []string) {
	for i := range cells {
		if s.compare[i] && s.cells[at*len(s.columns)+i] != s.cellHash(&cells[i]) {
			heads = append(heads, s.columns[i].header)
		}
	}
	return heads
}
