// Package score tells how well people and positions fit (人岗匹配度), in whole
// points that add up, and finds for everybody the best of all: exactly, with every
// part of every score explained.
//
// Points are whole numbers because equal people must stay equal; a tie goes to
// the lower id. Hard requirements (schooling, accepted districts, skills that are
// a must) are kept apart from points: who fails one gets none.
//
// [TopK] finds the best positions of each candidate and [TopCandidates] the best
// candidates of each position. Both look at blocks of similar ones, in the order
// of the most that a block could hold, and stop when no block can hold better
// (block-max pruning; Mallia, Suel and Tonellotto 2024), so the result is that of
// comparing everybody with everything.
package score

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// MaxLevel is the highest level of a skill; levels begin with 1.
const MaxLevel = 5

// Points says how much each part of a score is worth at most.
type Points struct {
	Skills    int // held at the level asked, in proportion to the needs' weights
	Region    int // in the home district; two thirds in the same city, a third elsewhere
	Programme int // of the same programme; half of the same group
	Wage      int // asked for no more than offered; nothing at twice as much
}

// DefaultPoints add up to 10,000.
var DefaultPoints = Points{Skills: 6000, Region: 1500, Programme: 1500, Wage: 1000}

// Config of a model. The zero value has the default points, no cities and no
// groups.
type Config struct {
	Points Points
	City   []int // by district; districts beyond are cities of their own
	Group  []int // by programme; programmes beyond are groups of their own
}

// Need is a skill that a position asks for.
type Need struct {
	Skill  int
	Level  int // 1 to MaxLevel
	Weight int // 1 or more: its share of the points for skills
	Must   bool
}

// Position is what is offered.
type Position struct {
	ID        string // stable outside name; breaks ties
	Needs     []Need
	Programme int
	District  int
	Schooling int // least schooling: a number that grows with it
	Wage      int // offered; 0: not told, which fits everybody
}

// Held is a skill that a candidate has.
type Held struct {
	Skill int
	Level int // 1 to MaxLevel
}

// Candidate is who looks for a position.
type Candidate struct {
	ID        string
	Skills    []Held
	Programme int
	District  int   // home
	Accepts   []int // districts; empty: any
	Schooling int
	Wage      int // asked for; 0: any
}

// Model is a set of positions ready to be searched. It is immutable and safe for
// concurrent use.
type Model struct {
	cfg    Config
	pos    []Position
	points [][]int32 // by position and need; they add up to Points.Skills
	rank   []int32   // place of a position among all, by id
	skills int       // skills are below this
	index  index
}

const (
	maxNumber = 1 << 20 // skills, programmes, districts are below it
	maxWage   = 1 << 40
)

// NewModel checks the positions, tells every fault it finds and makes them ready.
func NewModel(cfg Config, positions []Position) (*Model, error) {
	if cfg.Points == (Points{}) {
		cfg.Points = DefaultPoints
	}
	var faults []error
	p := cfg.Points
	for _, v := range []int{p.Skills, p.Region, p.Programme, p.Wage} {
		if v < 0 || v > math.MaxUint16/4 {
			faults = append(faults, fmt.Errorf("a part of a score is worth %d points; it must be 0 to %d", v, math.MaxUint16/4))
		}
	}
	m := &Model{cfg: cfg, pos: positions, points: make([][]int32, len(positions)), rank: make([]int32, len(positions))}
	seen := make(map[string]bool, len(positions))
	for i := range positions {
		faults = append(faults, m.checkPosition(&positions[i], seen)...)
	}
	if len(faults) > 0 {
		return nil, errors.Join(faults...)
	}
	order := make([]int32, len(positions))
	for i := range order {
		order[i] = int32(i)
		m.points[i] = shares(p.Skills, positions[i].Needs)
	}
	slices.SortFunc(order, func(a, b int32) int {
		if positions[a].ID < positions[b].ID {
			return -1
		}
		return 1
	})
	for place, i := range order {
		m.rank[i] = int32(place)
	}
	if m.build(); len(m.index.blocks) > maxBlocks {
		return nil, fmt.Errorf("%d positions in %d programmes are too many for one model", len(positions), len(m.index.blocks))
	}
	return m, nil
}

func (m *Model) checkPosition(p *Position, seen map[string]bool) []error {
	var faults []error
	if seen[p.ID] {
		faults = append(faults, fmt.Errorf("position %q is there twice", p.ID))
	}
	seen[p.ID] = true
	if p.Programme < 0 || p.Programme >= maxNumber || p.District < 0 || p.District >= maxNumber || p.Wage < 0 || p.Wage > maxWage {
		faults = append(faults, fmt.Errorf("position %q: programme %d, district %d or wage %d is out of range", p.ID, p.Programme, p.District, p.Wage))
	}
	asked := map[int]bool{}
	for _, n := range p.Needs {
		if n.Skill < 0 || n.Skill >= maxNumber || n.Level < 1 || n.Level > MaxLevel || n.Weight < 1 || n.Weight > 1<<20 {
			faults = append(faults, fmt.Errorf("position %q: skill %d at level %d with weight %d is out of range", p.ID, n.Skill, n.Level, n.Weight))
		}
		if asked[n.Skill] {
			faults = append(faults, fmt.Errorf("position %q asks for skill %d twice", p.ID, n.Skill))
		}
		asked[n.Skill] = true
		m.skills = max(m.skills, n.Skill+1)
	}
	return faults
}

// shares splits the points for skills over the needs by weight; what rounding
// leaves goes to the largest remainders, the first of equal ones.
func shares(points int, needs []Need) []int32 {
	if len(needs) == 0 {
		return nil
	}
	sum := 0
	for _, n := range needs {
		sum += n.Weight
	}
	list, rest := make([]int32, len(needs)), points
	order := make([]int, len(needs))
	for i, n := range needs {
		list[i] = int32(points * n.Weight / sum)
		rest -= int(list[i])
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return points*needs[b].Weight%sum - points*needs[a].Weight%sum })
	for _, i := range order[:rest] {
		list[i]++
	}
	return list
}

// CheckCandidates tells every fault of candidates.
func CheckCandidates(cands []Candidate) error {
	var faults []error
	for i := range cands {
		c := &cands[i]
		if c.Programme < 0 || c.Programme >= maxNumber || c.District < 0 || c.District >= maxNumber || c.Wage < 0 || c.Wage > maxWage {
			faults = append(faults, fmt.Errorf("candidate %q: programme %d, district %d or wage %d is out of range", c.ID, c.Programme, c.District, c.Wage))
		}
		for k, h := range c.Skills {
			if h.Skill < 0 || h.Skill >= maxNumber || h.Level < 1 || h.Level > MaxLevel {
				faults = append(faults, fmt.Errorf("candidate %q: skill %d at level %d is out of range", c.ID, h.Skill, h.Level))
			}
			for _, other := range c.Skills[:k] {
				if other.Skill == h.Skill {
					faults = append(faults, fmt.Errorf("candidate %q has skill %d twice", c.ID, h.Skill))
				}
			}
		}
		if len(faults) > 100 {
			return errors.Join(append(faults[:100], errors.New("and more"))...)
		}
	}
	return errors.Join(faults...)
}
