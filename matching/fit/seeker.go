package fit

import "slices"

// Seeker looks for posts of a market on behalf of one candidate after the other.
// It is one goroutine's working space.
type Seeker struct {
	m *Market
	c *Profile

	level  []uint8 // by skill: held
	akin   []uint8 // by skill: the highest level held of one near to it
	held   []uint16
	nearby []uint16 // skills near to those held
	merit  []int32  // by work: of programme, certificate and marks
	wish   []int32  // by work: of kind
	tier   []int32  // by work
	reach  []int32  // by region: points
	open   []bool   // by city
	bound  []int32  // by work: the most that a post of it can be worth
	order  []int32  // works still to be looked at, the best bound first
	certs  map[Certificate][]uint8
	noCert []uint8
	cert   []uint8 // by work: what the certificates are worth, in per cent
	best   []Choice

	heads    []int32 // by skill: the last of the short posts' needs for it, -1: none
	asks     []asks
	short    []shortPost
	from     []int32 // by work: where its short posts begin
	gained   []int32 // short posts that a step touches
	raised   []raised
	opens    int
	counting bool
}

// Seeker gives a working space.
func (m *Market) Seeker() *Seeker {
	n := len(m.works)
	return &Seeker{m: m, level: make([]uint8, len(m.skills)), akin: make([]uint8, len(m.skills)), merit: make([]int32, n), wish: make([]int32, n),
		tier: make([]int32, n), reach: make([]int32, len(m.regions)), open: make([]bool, m.cities), bound: make([]int32, n),
		order: make([]int32, 0, n), certs: map[Certificate][]uint8{}, noCert: make([]uint8, n)}
}

// For turns to a candidate.
func (s *Seeker) For(c *Profile) {
	s.c = c
	s.learn()
	s.travel()
	near := s.m.nearness(c.Programme)
	s.cert = s.certified()
	r := &s.m.Rule
	study := r.study(c.Score)
	for i := range s.m.works {
		s.merit[i] = int32(r.Programme*int(near[i])/100 + r.Certificate*int(s.cert[i])/100 + study)
		s.tier[i] = int32(tier(c.WantKinds, s.m.works[i].kind))
		switch {
		case len(c.WantKinds) == 0:
			s.wish[i] = int32(r.Kind * int(near[i]) / 100)
		case int(s.tier[i]) == len(c.WantKinds):
			s.wish[i] = 0
		default:
			s.wish[i] = int32(r.Kind * max(100-10*int(s.tier[i]), 50) / 100)
		}
	}
}

// learn puts down the candidate's skills.
func (s *Seeker) learn() {
	for _, k := range s.held {
		s.level[k] = 0
	}
	for _, k := range s.nearby {
		s.akin[k] = 0
	}
	s.held, s.nearby = s.held[:0], s.nearby[:0]
	for i := len(s.c.Skills) - 1; i >= 0; i-- { // of one told twice the first counts
		k, ok := s.m.skill[s.c.Skills[i].Code]
		if ok {
			s.held = append(s.held, uint16(k))
			s.level[k] = uint8(min(max(s.c.Skills[i].Level, 0), MaxLevel))
		}
	}
	for _, k := range s.held {
		for _, o := range s.m.akin[k] {
			if s.akin[o] == 0 {
				s.nearby = append(s.nearby, o)
			}
			s.akin[o] = max(s.akin[o], s.level[k])
		}
	}
}

// travel puts down where the candidate would go.
func (s *Seeker) travel() {
	m, want := s.m, s.c.WantRegions
	if len(want) == 0 {
		for i := range s.reach {
			s.reach[i] = int32(m.Rule.Region)
		}
		for i := range s.open {
			s.open[i] = true
		}
		return
	}
	clear(s.reach)
	clear(s.open)
	s.open[anywhere] = true
	for _, w := range want {
		if len(w) >= 4 {
			if city, ok := m.city[w[:4]]; ok {
				s.open[city] = true
			}
		}
	}
	for i, r := range m.regions {
		if r.city > nowhere && s.open[r.city] {
			s.reach[i] = int32(m.Rule.Region * 30 / 100)
		}
	}
	for i := len(want) - 1; i >= 0; i-- {
		if at, ok := m.region[want[i]]; ok {
			s.reach[at] = int32(m.Rule.Region * max(100-15*i, 40) / 100)
		}
	}
}

// certified gives by work what the candidate's certificates are worth.
func (s *Seeker) certified() []uint8 {
	var best []uint8
	for i, c := range s.c.Certificates {
		worth := s.worth(c)
		switch {
		case i == 0:
			best = worth
			continue
		case i == 1:
			best = slices.Clone(best)
		}
		for w := range best {
			best[w] = max(best[w], worth[w])
		}
	}
	if best == nil {
		return s.noCert
	}
	return best
}

func (s *Seeker) worth(c Certificate) []uint8 {
	worth, ok := s.certs[c]
	if !ok {
		worth = make([]uint8, len(s.m.works))
		for i := range s.m.works {
			worth[i] = uint8(certified([]Certificate{c}, s.m.works[i].occupation))
		}
		s.certs[c] = worth
	}
	return worth
}

// barred tells whether anything bars the candidate from a post of an open city.
func (s *Seeker) barred(p *post) bool {
	return int(p.schooling) > s.c.Schooling || p.shift && !s.c.Shift
}

// shut tells whether a whole run is out of reach.
func (s *Seeker) shut(r *run) bool {
	if r.overseas {
		return !s.c.Overseas
	}
	return !s.open[r.city]
}

// sum is what the candidate's skills earn at a post, in shares times 6,000.
func (s *Seeker) sum(p *post) int64 {
	sum := int64(0)
	for i := p.first; i < p.end; i++ {
		n := &s.m.needs[i]
		sum += max(n.own[s.level[n.skill]], n.akin[s.akin[n.skill]])
	}
	return sum
}

// meritAt gives the candidate's merit at a post.
func (s *Seeker) meritAt(p *post) int {
	return int(s.merit[p.work]) + s.m.Rule.share(s.sum(p), p.whole)
}

// wishAt gives the candidate's wish for a post.
func (s *Seeker) wishAt(p *post) int {
	r := &s.m.Rule
	return int(s.wish[p.work]) + int(s.reach[p.region]) + r.Pay*paid(s.c.WantPay, p.payLow, p.payHigh)/100 + r.shift(s.c.Shift, p.shift)
}

// Merit gives the merit of the candidate to whom the space has turned at a post, by
// its number.
func (s *Seeker) Merit(seq int) int { return s.meritAt(&s.m.list[s.m.where[seq]]) }
