package exchange

import (
	"bytes"
	"hash/maphash"
	"slices"
)

// ids numbers names. Looking up is safe for concurrent use once all are added.
type ids struct {
	seed  maphash.Seed
	data  []byte
	off   []uint32
	slots []uint32 // number+1, 0 is empty; a power of two, at most half full
}

func newIDs() *ids {
	return &ids{seed: maphash.MakeSeed(), off: []uint32{0}, slots: make([]uint32, 1024)}
}

func (s *ids) len() int        { return len(s.off) - 1 }
func (s *ids) at(i int) []byte { return s.data[s.off[i]:s.off[i+1]] }

// find gives a name's number, or -1.
func (s *ids) find(name []byte) int {
	mask := uint64(len(s.slots) - 1)
	for h := maphash.Bytes(s.seed, name) & mask; ; h = (h + 1) & mask {
		n := s.slots[h]
		if n == 0 {
			return -1
		}
		if bytes.Equal(s.at(int(n-1)), name) {
			return int(n - 1)
		}
	}
}

// add gives a name the next number; false if it has one already.
func (s *ids) add(name []byte) bool {
	if s.find(name) >= 0 {
		return false
	}
	s.data = append(s.data, name...)
	s.off = append(s.off, uint32(len(s.data)))
	if 2*s.len() > len(s.slots) {
		s.slots = make([]uint32, 2*len(s.slots))
		for i := range s.len() {
			s.put(i)
		}
	} else {
		s.put(s.len() - 1)
	}
	return true
}

func (s *ids) put(i int) {
	mask := uint64(len(s.slots) - 1)
	h := maphash.Bytes(s.seed, s.at(i)) & mask
	for s.slots[h] != 0 {
		h = (h + 1) & mask
	}
	s.slots[h] = uint32(i + 1)
}

// sort numbers the names anew in their own order and tells which old number each
// new one had.
func (s *ids) sort() []uint32 {
	was := make([]uint32, s.len())
	sorted := true
	for i := range was {
		was[i] = uint32(i)
		sorted = sorted && (i == 0 || bytes.Compare(s.at(i-1), s.at(i)) < 0)
	}
	if sorted {
		return was
	}
	slices.SortFunc(was, func(i, j uint32) int { return bytes.Compare(s.at(int(i)), s.at(int(j))) })
	data, off := make([]byte, 0, len(s.data)), make([]uint32, 1, len(s.off))
	for _, i := range was {
		data = append(data, s.at(int(i))...)
		off = append(off, uint32(len(data)))
	}
	s.data, s.off = data, off
	clear(s.slots)
	for i := range s.len() {
		s.put(i)
	}
	return was
}
