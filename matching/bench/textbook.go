package main

import "slices"

// The textbook program: objects, maps and lists, as one would write it down from
// the description of the algorithm. It is a peer to measure against.

type student struct {
	name    int
	wishes  []*workplace
	matched *workplace
}

type workplace struct {
	name     int
	capacity int
	ranking  map[*student]int
	matched  []*student
}

type textbook struct {
	students   []*student
	workplaces map[int]*workplace
}

// newTextbook builds objects from lists with keys: rankings are made by sorting
// who lists a workplace.
func newTextbook(off []uint32, edge []uint64, capacity []int32) *textbook {
	t := &textbook{workplaces: map[int]*workplace{}}
	type applicant struct {
		s   *student
		key uint32
	}
	applicants := map[*workplace][]applicant{}
	for p, c := range capacity {
		t.workplaces[p] = &workplace{name: p, capacity: int(c), ranking: map[*student]int{}}
	}
	for c := range len(off) - 1 {
		s := &student{name: c}
		for _, e := range edge[off[c]:off[c+1]] {
			w := t.workplaces[int(e>>32)]
			s.wishes = append(s.wishes, w)
			applicants[w] = append(applicants[w], applicant{s, uint32(e)})
		}
		t.students = append(t.students, s)
	}
	for w, list := range applicants {
		slices.SortFunc(list, func(a, b applicant) int { return int(a.key) - int(b.key) })
		for i, a := range list {
			w.ranking[a.s] = i
		}
	}
	return t
}

// solve is deferred acceptance, one student after another.
func (t *textbook) solve() {
	free := slices.Clone(t.students)
	for len(free) > 0 {
		s := free[len(free)-1]
		if len(s.wishes) == 0 {
			free = free[:len(free)-1]
			continue
		}
		w := s.wishes[0]
		w.matched = append(w.matched, s)
		s.matched = w
		free = free[:len(free)-1]
		if len(w.matched) > w.capacity {
			worst := slices.MaxFunc(w.matched, func(a, b *student) int { return w.ranking[a] - w.ranking[b] })
			i := slices.Index(w.matched, worst)
			w.matched = append(w.matched[:i], w.matched[i+1:]...)
			worst.matched = nil
			worst.wishes = slices.DeleteFunc(worst.wishes, func(x *workplace) bool { return x == w })
			free = append(free, worst)
		}
		if len(w.matched) == w.capacity { // whoever comes after the worst holder is struck off
			worst := slices.MaxFunc(w.matched, func(a, b *student) int { return w.ranking[a] - w.ranking[b] })
			for s, r := range w.ranking {
				if r > w.ranking[worst] {
					s.wishes = slices.DeleteFunc(s.wishes, func(x *workplace) bool { return x == w })
					delete(w.ranking, s)
				}
			}
		}
	}
}
