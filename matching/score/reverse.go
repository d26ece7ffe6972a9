package score

import (
	"cmp"
	"context"
	"fmt"
	"slices"
)

// Pool is a set of candidates ready to be searched by positions of a model. It is
// immutable and safe for concurrent use.
type Pool struct {
	m      *Model
	cands  []Candidate
	rank   []int32 // place of a candidate among all, by id
	order  []int32
	blocks []poolBlock
	off    []uint32 // by skill: where its entries begin
	entry  []uint64 // block<<8 | highest level held there
}

type poolBlock struct {
	first, end int32
	programme  int32
	schooling  int32 // most that any candidate has
	homes      uint64
	cities     uint64
	accepts    uint64
	wage       int // least asked
}

// CandidateHit is a candidate, by its number in the pool, and its score.
type CandidateHit struct {
	Candidate int32
	Score     int32
}

// NewPool checks the candidates, whose ids must differ, and makes them ready.
func NewPool(m *Model, cands []Candidate) (*Pool, error) {
	if err := CheckCandidates(cands); err != nil {
		return nil, err
	}
	p := &Pool{m: m, cands: cands, rank: make([]int32, len(cands)), order: make([]int32, len(cands))}
	for i := range p.order {
		p.order[i] = int32(i)
	}
	slices.SortFunc(p.order, func(a, b int32) int { return cmp.Compare(cands[a].ID, cands[b].ID) })
	for place, i := range p.order {
		if place > 0 && cands[p.order[place-1]].ID == cands[i].ID {
			return nil, fmt.Errorf("candidate %q is there twice", cands[i].ID)
		}
		p.rank[i] = int32(place)
	}
	slices.SortFunc(p.order, func(a, b int32) int {
		return cmp.Or(compare(&cands[a], &cands[b]), cmp.Compare(p.rank[a], p.rank[b]))
	})
	p.build()
	return p, nil
}

func (p *Pool) build() {
	best := make([]uint8, p.m.skills)
	lists := make([][]uint64, p.m.skills)
	flush := func() {
		n := len(p.blocks) - 1
		if n < 0 {
			return
		}
		for i := p.blocks[n].first; i < p.blocks[n].end; i++ {
			for _, h := range p.cands[p.order[i]].Skills {
				if h.Skill < len(best) && best[h.Skill] > 0 {
					lists[h.Skill] = append(lists[h.Skill], uint64(n)<<8|uint64(best[h.Skill]))
					best[h.Skill] = 0
				}
			}
		}
	}
	for i, o := range p.order {
		c := &p.cands[o]
		n := len(p.blocks)
		if n == 0 || p.blocks[n-1].programme != int32(c.Programme) || p.blocks[n-1].end-p.blocks[n-1].first == blockSize {
			flush()
			p.blocks = append(p.blocks, poolBlock{first: int32(i), programme: int32(c.Programme), wage: c.Wage})
			n++
		}
		b := &p.blocks[n-1]
		b.end = int32(i) + 1
		b.schooling = max(b.schooling, int32(c.Schooling))
		b.homes |= bit(c.District)
		b.cities |= bit(group(p.m.cfg.City, c.District))
		b.wage = min(b.wage, c.Wage)
		if len(c.Accepts) == 0 {
			b.accepts = ^uint64(0)
		}
		for _, d := range c.Accepts {
			b.accepts |= bit(d)
		}
		for _, h := range c.Skills {
			if h.Skill < len(best) {
				best[h.Skill] = max(best[h.Skill], uint8(h.Level))
			}
		}
	}
	flush()
	p.off = make([]uint32, len(lists)+1)
	for s, list := range lists {
		p.entry = append(p.entry, list...)
		p.off[s+1] = uint32(len(p.entry))
	}
}

// TopCandidates finds the k best candidates of each position of the model that is
// named, among those who are eligible: the highest scores first, equal scores by
// the candidate's id.
func TopCandidates(ctx context.Context, p *Pool, positions []int, k int) ([][]CandidateHit, error) {
	if k < 0 {
		return nil, fmt.Errorf("the best %d are asked for", k)
	}
	for _, i := range positions {
		if i < 0 || i >= len(p.m.pos) {
			return nil, fmt.Errorf("position %d is not in the model", i)
		}
	}
	top := make([][]CandidateHit, len(positions))
	err := share(ctx, len(positions), func() func(i int) {
		s := newPoolSearcher(p, k)
		return func(i int) { top[i] = s.search(positions[i]) }
	})
	if err != nil {
		return nil, err
	}
	return top, nil
}

// poolSearcher is one processor's working space.
type poolSearcher struct {
	p      *Pool
	k      int
	bound  []int32
	bucket []int32
	chain  []int32
	need   []packedNeed // by skill; no points and no must: not asked
	hits   hits
}

func newPoolSearcher(p *Pool, k int) *poolSearcher {
	pts := p.m.cfg.Points
	most := pts.Skills + pts.Region + pts.Programme + pts.Wage
	s := &poolSearcher{p: p, k: k, bound: make([]int32, len(p.blocks)), chain: make([]int32, len(p.blocks)),
		bucket: make([]int32, most/bucketWidth+2), need: make([]packedNeed, p.m.skills)}
	for i := range s.bucket {
		s.bucket[i] = -1
	}
	return s
}

func (s *poolSearcher) search(position int) []CandidateHit {
	p, pos := s.p, &s.p.m.pos[position]
	s.hits = hits{rank: p.rank, k: s.k, list: s.hits.list[:0]}
	if s.k == 0 {
		return nil
	}
	clear(s.bound)
	musts := 0
	for i, n := range pos.Needs {
		of := int(p.m.points[position][i])
		s.need[n.Skill] = packedNeed{points: uint16(of), level: uint8(n.Level), must: n.Must}
		if n.Must {
			musts++
		}
		for _, e := range p.entry[p.off[n.Skill]:p.off[n.Skill+1]] {
			s.bound[e>>8] += int32(earned(of, int(e&0xff), n.Level))
		}
	}
	for b := s.lineUp(pos); b >= 0; b-- {
		i := s.bucket[b]
		s.bucket[b] = -1
		if len(s.hits.list) == s.k && int(s.hits.list[0].Score) >= (b+1)*bucketWidth {
			continue
		}
		for ; i >= 0; i = s.chain[i] {
			s.scoreBlock(pos, &p.blocks[i], musts)
		}
	}
	for _, n := range pos.Needs {
		s.need[n.Skill] = packedNeed{}
	}
	list := make([]CandidateHit, 0, len(s.hits.list))
	for _, h := range s.hits.sorted() {
		list = append(list, CandidateHit{h.Position, h.Score})
	}
	return list
}

// lineUp sorts the blocks that can hold anybody for the position by their bound.
func (s *poolSearcher) lineUp(pos *Position) int {
	m := s.p.m
	home, city := bit(pos.District), bit(group(m.cfg.City, pos.District))
	top := -1
	for i := range s.p.blocks {
		b := &s.p.blocks[i]
		if b.accepts&home == 0 || int(b.schooling) < pos.Schooling {
			continue
		}
		bound := int(s.bound[i]) + m.programme(int(b.programme), pos.Programme) + m.wage(b.wage, pos.Wage)
		switch {
		case b.homes&home != 0:
			bound += m.cfg.Points.Region
		case b.cities&city != 0:
			bound += m.cfg.Points.Region * 2 / 3
		default:
			bound += m.cfg.Points.Region / 3
		}
		k := bound / bucketWidth
		s.chain[i] = s.bucket[k]
		s.bucket[k] = int32(i)
		top = max(top, k)
	}
	return top
}

func (s *poolSearcher) scoreBlock(pos *Position, b *poolBlock, musts int) {
	m := s.p.m
	base := m.programme(int(b.programme), pos.Programme)
	for i := b.first; i < b.end; i++ {
		o := s.p.order[i]
		c := &s.p.cands[o]
		if c.Schooling < pos.Schooling || !c.accepts(pos.District) {
			continue
		}
		total, met := base, 0
		for _, h := range c.Skills {
			if h.Skill >= len(s.need) || s.need[h.Skill].level == 0 {
				continue
			}
			n := s.need[h.Skill]
			total += earned(int(n.points), h.Level, int(n.level))
			if n.must && h.Level >= int(n.level) {
				met++
			}
		}
		if met < musts {
			continue
		}
		total += m.region(c.District, pos.District) + m.wage(c.Wage, pos.Wage)
		s.hits.offer(Hit{o, int32(total)})
	}
}
