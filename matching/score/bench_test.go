package score

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
)

// forward scores all positions over forward lists: the plain method, with the
// same packed data.
func (s *searcher) forward(c *Candidate) []Hit {
	s.hits = hits{rank: s.m.rank, k: s.k, list: s.hits.list[:0]}
	for _, h := range c.Skills {
		if h.Skill < len(s.level) {
			s.level[h.Skill] = uint8(h.Level)
		}
	}
	for i := range s.m.index.blocks {
		s.scoreBlock(c, &s.m.index.blocks[i])
	}
	for _, h := range c.Skills {
		if h.Skill < len(s.level) {
			s.level[h.Skill] = 0
		}
	}
	return s.hits.sorted()
}

// accumulators is the other plain method: inverted lists of positions by skill,
// added up position by position, then one pass over all.
type accumulators struct {
	s    *searcher
	off  []uint32
	list []posting
	sum  []int32
	met  []uint8
	must []uint8
}

type posting struct {
	doc    uint32
	points uint16
	level  uint8
	must   bool
}

func newAccumulators(m *Model, k int) *accumulators {
	a := &accumulators{s: newSearcher(m, k), off: make([]uint32, m.skills+1), sum: make([]int32, len(m.pos)), met: make([]uint8, len(m.pos)), must: make([]uint8, len(m.pos))}
	lists := make([][]posting, m.skills)
	for i, d := range m.index.docs {
		for _, n := range m.index.needs[d.first:d.end] {
			lists[n.skill] = append(lists[n.skill], posting{uint32(i), n.points, n.level, n.must})
			if n.must {
				a.must[i]++
			}
		}
	}
	for s, l := range lists {
		a.list = append(a.list, l...)
		a.off[s+1] = uint32(len(a.list))
	}
	return a
}

func (a *accumulators) search(c *Candidate) []Hit {
	m := a.s.m
	a.s.hits = hits{rank: m.rank, k: a.s.k, list: a.s.hits.list[:0]}
	clear(a.sum)
	clear(a.met)
	for _, h := range c.Skills {
		if h.Skill >= m.skills {
			continue
		}
		for _, p := range a.list[a.off[h.Skill]:a.off[h.Skill+1]] {
			a.sum[p.doc] += int32(earned(int(p.points), h.Level, int(p.level)))
			if p.must && h.Level >= int(p.level) {
				a.met[p.doc]++
			}
		}
	}
	for bi := range m.index.blocks {
		b := &m.index.blocks[bi]
		base := m.programme(c.Programme, int(b.programme))
		for i := b.first; i < b.end; i++ {
			d := &m.index.docs[i]
			if int(d.schooling) > c.Schooling || a.met[i] < a.must[i] || !c.accepts(int(d.district)) {
				continue
			}
			total := int(a.sum[i]) + base + m.region(c.District, int(d.district)) + m.wage(c.Wage, d.wage)
			a.s.hits.offer(Hit{m.index.order[i], int32(total)})
		}
	}
	return a.s.hits.sorted()
}

func benchWorld(positions int) (*Model, []Candidate) {
	w := draw(rand.New(rand.NewPCG(9, 9)), positions, 400, 13_896, 400, 12)
	for i := range w.pos { // a third of the positions have no must
		if i%3 > 0 {
			for k := range w.pos[i].Needs {
				w.pos[i].Needs[k].Must = false
			}
		}
	}
	m, err := NewModel(w.cfg, w.pos)
	if err != nil {
		panic(err)
	}
	return m, w.cands
}

func benchSizes() []int {
	if os.Getenv("GUILDHALL_BENCH_BIG") != "" {
		return []int{10_000, 100_000}
	}
	return []int{10_000}
}

func BenchmarkTopK(b *testing.B) {
	for _, n := range benchSizes() {
		m, cands := benchWorld(n)
		s, a := newSearcher(m, 20), newAccumulators(m, 20)
		for _, way := range []struct {
			name   string
			search func(c *Candidate) []Hit
		}{{"forward", s.forward}, {"accumulators", a.search}, {"pruned", s.search}} {
			b.Run(fmt.Sprintf("%s/%d", way.name, n), func(b *testing.B) {
				i := 0
				for b.Loop() {
					way.search(&cands[i%len(cands)])
					i++
				}
			})
		}
	}
}

// The peers of the benchmark find the same.
func TestPeersAgree(t *testing.T) {
	m, cands := benchWorld(2000)
	s, a := newSearcher(m, 20), newAccumulators(m, 20)
	top, err := TopK(context.Background(), m, cands, 20)
	if err != nil {
		t.Fatal(err)
	}
	for i := range cands {
		if f, acc := s.forward(&cands[i]), a.search(&cands[i]); !slices.Equal(f, top[i]) || !slices.Equal(acc, top[i]) {
			t.Fatalf("candidate %d: forward %v, accumulators %v, pruned %v", i, f, acc, top[i])
		}
	}
}
