package score

// SkillPart is one need of a position and what it earned.
type SkillPart struct {
	Skill  int `json:"skill"`
	Need   int `json:"need"` // level
	Have   int `json:"have"` // level, 0: not held
	Points int `json:"points"`
	Of     int `json:"of"`
}

// Filter names a hard requirement that is not met.
type Filter string

const (
	TooLittleSchooling Filter = "schooling"
	DistrictNotTaken   Filter = "district"
	SkillMissing       Filter = "skill"
)

// Barrier is a hard requirement that is not met, with what was asked and what
// was there.
type Barrier struct {
	Filter Filter `json:"filter"`
	Skill  int    `json:"skill,omitempty"`
	Need   int    `json:"need"`
	Have   int    `json:"have"`
}

// Parts is a score with all that it is made of. The points add up to Total.
type Parts struct {
	Eligible  bool        `json:"eligible"`
	Barriers  []Barrier   `json:"barriers,omitempty"` // all of them, if not eligible
	Skills    []SkillPart `json:"skills"`
	Region    int         `json:"region"`
	Programme int         `json:"programme"`
	Wage      int         `json:"wage"`
	Total     int         `json:"total"`
}

// Explain computes one score with its parts. Who is not eligible is told what the
// score would be.
func (m *Model) Explain(c *Candidate, position int) Parts {
	p := &m.pos[position]
	parts := Parts{Eligible: true}
	bar := func(b Barrier) {
		parts.Eligible = false
		parts.Barriers = append(parts.Barriers, b)
	}
	if c.Schooling < p.Schooling {
		bar(Barrier{Filter: TooLittleSchooling, Need: p.Schooling, Have: c.Schooling})
	}
	if !c.accepts(p.District) {
		bar(Barrier{Filter: DistrictNotTaken, Need: p.District})
	}
	for i, n := range p.Needs {
		have := c.level(n.Skill)
		if n.Must && have < n.Level {
			bar(Barrier{Filter: SkillMissing, Skill: n.Skill, Need: n.Level, Have: have})
		}
		of := int(m.points[position][i])
		s := SkillPart{Skill: n.Skill, Need: n.Level, Have: have, Points: earned(of, have, n.Level), Of: of}
		parts.Skills = append(parts.Skills, s)
		parts.Total += s.Points
	}
	parts.Region = m.region(c.District, p.District)
	parts.Programme = m.programme(c.Programme, p.Programme)
	parts.Wage = m.wage(c.Wage, p.Wage)
	parts.Total += parts.Region + parts.Programme + parts.Wage
	return parts
}

func (c *Candidate) accepts(district int) bool {
	if len(c.Accepts) == 0 {
		return true
	}
	for _, d := range c.Accepts {
		if d == district {
			return true
		}
	}
	return false
}

func (c *Candidate) level(skill int) int {
	for _, h := range c.Skills {
		if h.Skill == skill {
			return h.Level
		}
	}
	return 0
}

// earned is what a skill at one level earns where another is asked.
func earned(of, have, need int) int {
	if have >= need {
		return of
	}
	return of * have / need
}

func (m *Model) region(home, district int) int {
	switch full := m.cfg.Points.Region; {
	case home == district:
		return full
	case group(m.cfg.City, home) == group(m.cfg.City, district):
		return full * 2 / 3
	default:
		return full / 3
	}
}

func (m *Model) programme(learnt, asked int) int {
	switch full := m.cfg.Points.Programme; {
	case learnt == asked:
		return full
	case group(m.cfg.Group, learnt) == group(m.cfg.Group, asked):
		return full / 2
	default:
		return 0
	}
}

// group is which group a number is in; those without one are alone.
func group(of []int, i int) int {
	if i < len(of) {
		return of[i]
	}
	return -1 - i
}

// wage earns all where no more is asked than offered, and nothing from twice that
// on. It grows with what is offered.
func (m *Model) wage(asked, offered int) int {
	full := m.cfg.Points.Wage
	switch {
	case offered == 0 || asked <= offered:
		return full
	case asked >= 2*offered:
		return 0
	default:
		return full * (2*offered - asked) / offered
	}
}

// Change is something a candidate could do and what it would bring for one
// position.
type Change struct {
	Skill  int  `json:"skill"`
	Level  int  `json:"level"`
	Points int  `json:"points"` // more than now
	Opens  bool `json:"opens"`  // it was all that kept the candidate from being eligible
}

// Changes lists, for one position, each skill that the candidate lacks, raised
// to the level asked, and what that would bring; the most first.
func (m *Model) Changes(c *Candidate, position int) []Change {
	parts := m.Explain(c, position)
	var list []Change
	for i, s := range parts.Skills {
		if s.Have >= s.Need {
			continue
		}
		ch := Change{Skill: s.Skill, Level: s.Need, Points: s.Of - s.Points}
		ch.Opens = len(parts.Barriers) == 1 && m.pos[position].Needs[i].Must
		list = append(list, ch)
	}
	for i := 1; i < len(list); i++ { // few: by insertion, keeping the order of the needs
		for k := i; k > 0 && (list[k].Opens && !list[k-1].Opens || list[k].Opens == list[k-1].Opens && list[k].Points > list[k-1].Points); k-- {
			list[k], list[k-1] = list[k-1], list[k]
		}
	}
	return list
}
