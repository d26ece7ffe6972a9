package fit

import (
	"cmp"
	"context"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
)

// Choice is one entry of a candidate's list: a post's number, and what the two are
// to each other.
type Choice struct {
	Post, Merit, Wish int
	Tier              int // place of the kind among those that were wanted, the others last
}

// compare orders choices, the better first.
func (a Choice) compare(b Choice) int {
	return cmp.Or(cmp.Compare(a.Tier, b.Tier), cmp.Compare(b.Merit+b.Wish, a.Merit+a.Wish), cmp.Compare(a.Post, b.Post))
}

// List gives a candidate's k best posts of all, best first: the kinds that were
// wanted in their order, then the rest, each by merit and wish together, ties by
// the post's number. What is barred, what does not reach the rule's floor and what
// skip tells of is left out. The list is the space's, until the next one.
func (s *Seeker) List(c *Profile, k int, skip func(post int) bool) []Choice {
	s.For(c)
	s.best = s.best[:0]
	if k <= 0 {
		return s.best
	}
	last := int32(len(c.WantKinds))
	for t := range last {
		for w := range s.m.works {
			if s.tier[w] == t {
				s.look(int32(w), k, skip)
			}
		}
		if len(s.best) == k {
			return s.best
		}
	}
	s.lineUp(last)
	for _, w := range s.order {
		if n := len(s.best); n == k {
			worst := &s.best[n-1]
			if worst.Tier == int(last) && int(s.bound[w]) < worst.Merit+worst.Wish {
				break
			}
		}
		s.look(w, k, skip)
	}
	return s.best
}

// lineUp puts the works of the last tier in the order of the most that any of their
// posts can be worth, and leaves out those that cannot reach the floor.
func (s *Seeker) lineUp(last int32) {
	m := s.m
	for w := range m.works {
		s.bound[w] = m.works[w].base
	}
	for _, k := range s.held {
		for i := range m.gives[k] {
			s.bound[m.gives[k][i].work] += m.gives[k][i].own[s.level[k]]
		}
	}
	for _, k := range s.nearby {
		for i := range m.gives[k] {
			s.bound[m.gives[k][i].work] += m.gives[k][i].akin[s.akin[k]]
		}
	}
	r := &m.Rule
	s.order = s.order[:0]
	for w := range m.works {
		if s.tier[w] != last {
			continue
		}
		merit := s.merit[w] + min(s.bound[w], int32(r.Skills))
		if int(merit) < r.Floor {
			continue
		}
		s.bound[w] = merit + s.wish[w] + int32(r.Region+r.Pay+r.Shift)
		s.order = append(s.order, int32(w))
	}
	slices.SortFunc(s.order, func(a, b int32) int { return cmp.Or(cmp.Compare(s.bound[b], s.bound[a]), cmp.Compare(a, b)) })
}

// look takes what is better than the worst of the best out of a work.
func (s *Seeker) look(w int32, k int, skip func(post int) bool) {
	m := s.m
	for ri := m.works[w].first; ri < m.works[w].end; ri++ {
		r := &m.runs[ri]
		if s.shut(r) {
			continue
		}
		for i := r.first; i < r.end; i++ {
			p := &m.list[i]
			if s.barred(p) {
				continue
			}
			merit := s.meritAt(p)
			if merit < m.Rule.Floor || skip != nil && skip(int(p.seq)) {
				continue
			}
			s.offer(Choice{int(p.seq), merit, s.wishAt(p), int(s.tier[w])}, k)
		}
	}
}

// offer keeps the k best of what comes by, in order.
func (s *Seeker) offer(one Choice, k int) {
	n := len(s.best)
	if n == k {
		if one.compare(s.best[n-1]) >= 0 {
			return
		}
		n--
	} else {
		s.best = append(s.best, one)
	}
	for ; n > 0 && one.compare(s.best[n-1]) < 0; n-- {
		s.best[n] = s.best[n-1]
	}
	s.best[n] = one
}

// Lists gives the k best posts of each candidate, on as many processors as there
// are; their number moves no result.
func (m *Market) Lists(ctx context.Context, people []Profile, k int) ([][]Choice, error) {
	lists := make([][]Choice, len(people))
	err := m.Each(ctx, len(people), func(s *Seeker, i int) { lists[i] = slices.Clone(s.List(&people[i], k, nil)) })
	return lists, err
}

// Each lets all processors take n pieces of work, each processor with a working
// space of its own.
func (m *Market) Each(ctx context.Context, n int, do func(s *Seeker, i int)) error {
	return share(ctx, n, func() func(int) {
		s := m.Seeker()
		return func(i int) { do(s, i) }
	})
}

// share lets all processors take chunks of n pieces of work.
func share(ctx context.Context, n int, worker func() func(i int)) error {
	const chunk = 64
	var at atomic.Int64
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), (n+chunk-1)/chunk) {
		wg.Go(func() {
			do := worker()
			for ctx.Err() == nil {
				from := int(at.Add(chunk)) - chunk
				if from >= n {
					return
				}
				for i := from; i < min(from+chunk, n); i++ {
					do(i)
				}
			}
		})
	}
	wg.Wait()
	return ctx.Err()
}
