package score

import (
	"cmp"
	"slices"
)

// blockSize is how many positions a block holds: measured better than 8, 16, 64.
const blockSize = 32

// maxBlocks is how many blocks an entry can tell apart.
const maxBlocks = 1 << 16

// index lays positions out in blocks of like ones: of one programme, ordered by
// district, schooling and wage.
type index struct {
	order  []int32 // positions in the order of blocks
	blocks []block
	docs   []doc
	needs  []packedNeed // of all positions, in their order
	off    []uint32     // by skill*MaxLevel+level-1: where its entries begin
	entry  []uint32     // block<<16 | most points that the skill at the level earns there
}

type block struct {
	first, end int32
	programme  int32
	schooling  int32  // least that any position asks
	districts  uint64 // bit d%64 for each district
	cities     uint64 // bit for each city, by its hash
	wage       int    // highest offered; 0 if any tells none
}

// doc is a position as it is scored.
type doc struct {
	first, end uint32 // needs
	district   int32
	schooling  int32
	wage       int
}

type packedNeed struct {
	skill  uint32
	points uint16
	level  uint8
	must   bool
}

// bit is a set of one number: exact for numbers below 64, never too small above.
func bit(i int) uint64 { return 1 << (uint(i) % 64) }

// build fills the index.
func (m *Model) build() {
	x := &m.index
	x.order = make([]int32, len(m.pos))
	for i := range x.order {
		x.order[i] = int32(i)
	}
	slices.SortFunc(x.order, func(a, b int32) int {
		p, q := &m.pos[a], &m.pos[b]
		return cmp.Or(cmp.Compare(p.Programme, q.Programme), cmp.Compare(p.District, q.District),
			cmp.Compare(p.Schooling, q.Schooling), cmp.Compare(p.Wage, q.Wage), cmp.Compare(m.rank[a], m.rank[b]))
	})
	for i, o := range x.order {
		p := &m.pos[o]
		d := doc{first: uint32(len(x.needs)), district: int32(p.District), schooling: int32(p.Schooling), wage: p.Wage}
		for k, n := range p.Needs {
			x.needs = append(x.needs, packedNeed{uint32(n.Skill), uint16(m.points[o][k]), uint8(n.Level), n.Must})
		}
		d.end = uint32(len(x.needs))
		x.docs = append(x.docs, d)
		m.enter(i, p)
	}
	if len(x.blocks) <= maxBlocks {
		m.bounds()
	}
}

// enter adds the i-th position in order to the last block, or begins one.
func (m *Model) enter(i int, p *Position) {
	x := &m.index
	n := len(x.blocks)
	if n == 0 || x.blocks[n-1].programme != int32(p.Programme) || x.blocks[n-1].end-x.blocks[n-1].first == blockSize {
		x.blocks = append(x.blocks, block{first: int32(i), programme: int32(p.Programme), schooling: int32(p.Schooling), wage: p.Wage})
		n++
	}
	b := &x.blocks[n-1]
	b.end = int32(i) + 1
	b.schooling = min(b.schooling, int32(p.Schooling))
	b.districts |= bit(p.District)
	b.cities |= bit(group(m.cfg.City, p.District))
	if p.Wage == 0 || b.wage == 0 {
		b.wage = 0
	} else {
		b.wage = max(b.wage, p.Wage)
	}
}

// bounds computes for every skill and level the most that it earns in each block.
func (m *Model) bounds() {
	x := &m.index
	best := make([][MaxLevel]uint16, m.skills)
	var lists = make([][]uint32, m.skills*MaxLevel)
	for i := range x.blocks {
		b := &x.blocks[i]
		needs := x.needs[x.docs[b.first].first:x.docs[b.end-1].end]
		for _, n := range needs {
			for l := 1; l <= MaxLevel; l++ {
				best[n.skill][l-1] = max(best[n.skill][l-1], uint16(earned(int(n.points), l, int(n.level))))
			}
		}
		for _, n := range needs {
			for l := range MaxLevel {
				if v := best[n.skill][l]; v > 0 {
					k := int(n.skill)*MaxLevel + l
					lists[k] = append(lists[k], uint32(i)<<16|uint32(v))
					best[n.skill][l] = 0
				}
			}
		}
	}
	x.off = make([]uint32, len(lists)+1)
	for k, list := range lists {
		x.entry = append(x.entry, list...)
		x.off[k+1] = uint32(len(x.entry))
		lists[k] = nil
	}
}
