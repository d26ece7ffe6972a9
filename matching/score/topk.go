package score

import (
	"cmp"
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
)

// Hit is a position, by its number in the model, and its score.
type Hit struct {
	Position int32
	Score    int32
}

// TopK finds the k best positions of each candidate among those that it is
// eligible for: the highest scores first, equal scores by the position's id. The
// result is that of scoring every pair, on any number of processors.
func TopK(ctx context.Context, m *Model, cands []Candidate, k int) ([][]Hit, error) {
	if k < 0 {
		return nil, fmt.Errorf("the best %d are asked for", k)
	}
	if err := CheckCandidates(cands); err != nil {
		return nil, err
	}
	top := make([][]Hit, len(cands))
	order := alike(cands)
	err := share(ctx, len(cands), func() func(i int) {
		s := newSearcher(m, k)
		last := -1
		return func(i int) {
			c := order[i]
			if last >= 0 && compare(&cands[last], &cands[c]) == 0 {
				top[c] = top[last] // the same profile; results are not changed by anybody
			} else {
				top[c] = s.search(&cands[c])
			}
			last = int(c)
		}
	})
	if err != nil {
		return nil, err
	}
	return top, nil
}

// alike orders candidates so that like ones follow each other: what they look at
// is then still at hand, and equal profiles share a result.
func alike(cands []Candidate) []int32 {
	order := make([]int32, len(cands))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(a, b int32) int {
		return cmp.Or(compare(&cands[a], &cands[b]), cmp.Compare(a, b))
	})
	return order
}

// compare orders profiles; 0 means that they score alike everywhere.
func compare(a, b *Candidate) int {
	return cmp.Or(cmp.Compare(a.Programme, b.Programme), cmp.Compare(a.District, b.District),
		cmp.Compare(a.Schooling, b.Schooling), cmp.Compare(a.Wage, b.Wage), slices.Compare(a.Accepts, b.Accepts),
		slices.CompareFunc(a.Skills, b.Skills, func(x, y Held) int {
			return cmp.Or(cmp.Compare(x.Skill, y.Skill), cmp.Compare(x.Level, y.Level))
		}))
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

// searcher is one processor's working space.
type searcher struct {
	m      *Model
	k      int
	bound  []int32 // by block: most points for skills
	level  []uint8 // by skill: held
	bucket []int32 // by bound: first block in the chain
	chain  []int32
	hits   hits
}

// bucketWidth is how many points share a bucket when blocks are put in order.
const bucketWidth = 16

func newSearcher(m *Model, k int) *searcher {
	p := m.cfg.Points
	most := p.Skills + p.Region + p.Programme + p.Wage
	s := &searcher{m: m, k: k, bound: make([]int32, len(m.index.blocks)), level: make([]uint8, m.skills),
		bucket: make([]int32, most/bucketWidth+2), chain: make([]int32, len(m.index.blocks))}
	for i := range s.bucket {
		s.bucket[i] = -1
	}
	return s
}

// search finds one candidate's best.
func (s *searcher) search(c *Candidate) []Hit {
	s.hits = hits{rank: s.m.rank, k: s.k, list: s.hits.list[:0]}
	if s.k == 0 {
		return nil
	}
	s.addSkills(c)
	top := s.lineUp(c)
	for b := top; b >= 0; b-- {
		i := s.bucket[b]
		s.bucket[b] = -1
		if len(s.hits.list) == s.k && int(s.hits.list[0].Score) >= (b+1)*bucketWidth {
			continue // no block here can reach the worst of the best
		}
		for ; i >= 0; i = s.chain[i] {
			s.scoreBlock(c, &s.m.index.blocks[i])
		}
	}
	for _, h := range c.Skills {
		if h.Skill < len(s.level) {
			s.level[h.Skill] = 0
		}
	}
	return s.hits.sorted()
}

// addSkills adds up, for each block, the most that the candidate's skills earn.
func (s *searcher) addSkills(c *Candidate) {
	x := &s.m.index
	clear(s.bound)
	for _, h := range c.Skills {
		if h.Skill >= len(s.level) {
			continue
		}
		s.level[h.Skill] = uint8(h.Level)
		at := h.Skill*MaxLevel + h.Level - 1
		for _, e := range x.entry[x.off[at]:x.off[at+1]] {
			s.bound[e>>16] += int32(e & 0xffff)
		}
	}
}

// lineUp sorts the blocks that can hold anything for the candidate into buckets
// by their bound, and gives the highest bucket.
func (s *searcher) lineUp(c *Candidate) int {
	m := s.m
	home, city := bit(c.District), bit(group(m.cfg.City, c.District))
	accepts := ^uint64(0)
	if len(c.Accepts) > 0 {
		accepts = 0
		for _, d := range c.Accepts {
			accepts |= bit(d)
		}
	}
	pts := m.cfg.Points
	programme, fits := int32(-1), 0
	top := -1
	for i := range m.index.blocks {
		b := &m.index.blocks[i]
		if b.programme != programme {
			programme = b.programme
			fits = m.programme(c.Programme, int(programme))
		}
		if b.districts&accepts == 0 || int(b.schooling) > c.Schooling {
			continue
		}
		bound := min(int(s.bound[i]), pts.Skills) + fits + m.wage(c.Wage, b.wage)
		switch {
		case b.districts&home != 0:
			bound += pts.Region
		case b.cities&city != 0:
			bound += pts.Region * 2 / 3
		default:
			bound += pts.Region / 3
		}
		k := bound / bucketWidth
		s.chain[i] = s.bucket[k]
		s.bucket[k] = int32(i)
		top = max(top, k)
	}
	return top
}

// scoreBlock scores every position of a block.
func (s *searcher) scoreBlock(c *Candidate, b *block) {
	m := s.m
	base := m.programme(c.Programme, int(b.programme))
	for i := b.first; i < b.end; i++ {
		d := &m.index.docs[i]
		if int(d.schooling) > c.Schooling || !c.accepts(int(d.district)) {
			continue
		}
		total, ok := s.skills(d)
		if !ok {
			continue
		}
		total += base + m.region(c.District, int(d.district)) + m.wage(c.Wage, d.wage)
		s.hits.offer(Hit{m.index.order[i], int32(total)})
	}
}

// skills is what the candidate's skills earn; false if one that is a must is
// missing.
func (s *searcher) skills(d *doc) (int, bool) {
	total := 0
	for _, n := range s.m.index.needs[d.first:d.end] {
		have := s.level[n.skill]
		if have >= n.level {
			total += int(n.points)
			continue
		}
		if n.must {
			return 0, false
		}
		if have > 0 {
			total += int(n.points) * int(have) / int(n.level)
		}
	}
	return total, true
}

// hits keeps the k best in a heap with the worst on top.
type hits struct {
	rank []int32
	k    int
	list []Hit
}

// after tells whether a comes after b in the result.
func (h *hits) after(a, b Hit) bool {
	return a.Score < b.Score || a.Score == b.Score && h.rank[a.Position] > h.rank[b.Position]
}

func (h *hits) offer(x Hit) {
	if len(h.list) == h.k {
		if h.after(x, h.list[0]) {
			return
		}
		h.list[0] = x
		h.down(0, len(h.list))
		return
	}
	h.list = append(h.list, x)
	for i := len(h.list) - 1; i > 0 && h.after(h.list[i], h.list[(i-1)/2]); i = (i - 1) / 2 {
		h.list[i], h.list[(i-1)/2] = h.list[(i-1)/2], h.list[i]
	}
}

func (h *hits) down(i, n int) {
	for {
		k := 2*i + 1
		if k >= n {
			return
		}
		if k+1 < n && h.after(h.list[k+1], h.list[k]) {
			k++
		}
		if !h.after(h.list[k], h.list[i]) {
			return
		}
		h.list[i], h.list[k] = h.list[k], h.list[i]
		i = k
	}
}

// sorted gives the best first.
func (h *hits) sorted() []Hit {
	for n := len(h.list) - 1; n > 0; n-- {
		h.list[0], h.list[n] = h.list[n], h.list[0]
		h.down(0, n)
	}
	return append([]Hit(nil), h.list...)
}
