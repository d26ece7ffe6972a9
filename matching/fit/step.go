package fit

// Step is something that a candidate could do: have skills at levels, get
// certificates. A course is one.
type Step struct {
	Skills       []Skill
	Certificates []Certificate
}

// Steps are compiled for a market.
type Steps struct {
	m    *Market
	list []step
}

type step struct {
	skills []stepSkill
	certs  []stepCert
}

// stepCert is a work at which a step's certificates are worth something, in per cent.
type stepCert struct {
	work  int32
	worth uint8
}

type stepSkill struct {
	skill uint16
	level uint8
}

// Steps compiles steps, which are known by their numbers from 0.
func (m *Market) Steps(list []Step) *Steps {
	x := &Steps{m: m, list: make([]step, len(list))}
	for i, one := range list {
		for _, k := range one.Skills {
			if at, ok := m.skill[k.Code]; ok {
				x.list[i].skills = append(x.list[i].skills, stepSkill{uint16(at), uint8(min(max(k.Level, 0), MaxLevel))})
			}
		}
		for w := range m.works {
			if worth := certified(one.Certificates, m.works[w].occupation); worth > 0 {
				x.list[i].certs = append(x.list[i].certs, stepCert{int32(w), uint8(worth)})
			}
		}
	}
	return x
}

// Asked gives every skill that posts ask for at each of the levels at which they
// do, and how many posts that are.
func (m *Market) Asked() (skills []Skill, posts []int) {
	counts := make([][MaxLevel + 1]int, len(m.skills))
	for i := range m.posts {
		for _, n := range m.posts[i].Needs {
			counts[m.skill[n.Code]][min(max(n.Level, 0), MaxLevel)]++
		}
	}
	for s, levels := range counts {
		for l := 1; l <= MaxLevel; l++ {
			if levels[l] > 0 {
				skills, posts = append(skills, Skill{m.skills[s], l}), append(posts, levels[l])
			}
		}
	}
	return skills, posts
}

// Reach is what is open to a candidate, and what would open more. Posts stand by
// their numbers.
type Reach struct {
	Open     []int            // nothing bars, and the merit is enough
	Short    int              // posts that nothing bars and where the merit is not enough
	Steps    [][]int          // by step: posts that it would open
	Shift    []int            // posts that accepting shifts would open
	Overseas []int            // posts that accepting work abroad would open
	Cities   map[string][]int // posts that going to a city would open, by the first four digits of its code
}

// Reach looks at every post on behalf of a candidate. A post is open where nothing
// bars, the merit reaches the rule's floor, and within says yes; nil says yes
// always. Each change is looked at alone.
func (s *Seeker) Reach(c *Profile, steps *Steps, within func(post, merit int) bool) *Reach {
	r := &Reach{Steps: make([][]int, len(steps.list)), Cities: map[string][]int{}}
	s.reached(c, within, r)
	for i := range steps.list {
		s.take(&steps.list[i], within, func(post int) { r.Steps[i] = append(r.Steps[i], post) })
	}
	return r
}

// Gains counts the posts that are open to a candidate, and tells moved of each step
// that would open any, with how many.
func (s *Seeker) Gains(c *Profile, steps *Steps, moved func(step, posts int)) (open int) {
	s.counting = true
	s.reached(c, nil, new(Reach))
	s.counting = false
	for i := range steps.list {
		n := 0
		s.take(&steps.list[i], nil, func(int) { n++ })
		if n > 0 {
			moved(i, n)
		}
	}
	return s.opens
}

// shortPost is a post that merit alone keeps from being open.
type shortPost struct {
	at        int32 // in the market's list
	sum, gain int64 // what skills earn, and what a step adds
	more      int32 // what its certificates add, in points
	touched   bool
}

// asks is one need of a short post, in a list of those that ask for the skill.
type asks struct {
	short, next int32
	need        uint32
}

// reached sorts the posts into those open, those short, and those that one wish
// bars.
func (s *Seeker) reached(c *Profile, within func(post, merit int) bool, r *Reach) {
	s.For(c)
	m := s.m
	if s.heads == nil {
		s.heads = make([]int32, len(m.skills))
	}
	for i := range s.heads {
		s.heads[i] = -1
	}
	s.short, s.asks, s.opens = s.short[:0], s.asks[:0], 0
	for i := range m.runs {
		run := &m.runs[i]
		if s.counting && s.shut(run) {
			continue
		}
		for at := run.first; at < run.end; at++ {
			s.sort(at, within, r)
		}
	}
	s.byWork()
}

// byWork puts down where the short posts of each work begin.
func (s *Seeker) byWork() {
	s.from = s.from[:0]
	i := int32(0)
	for w := range int32(len(s.m.works)) {
		s.from = append(s.from, i)
		for int(i) < len(s.short) && s.m.list[s.short[i].at].work == w {
			i++
		}
	}
	s.from = append(s.from, i)
}

// sort puts one post where it belongs.
func (s *Seeker) sort(at int32, within func(post, merit int) bool, r *Reach) {
	m := s.m
	p := &m.list[at]
	bar, bars := s.bars(p)
	if bars > 1 || bars == 1 && (bar == BarEducation || s.counting) {
		return
	}
	sum := s.sum(p)
	good := s.good(p, int(s.merit[p.work])+m.Rule.share(sum, p.whole), within)
	switch {
	case bars == 0 && good:
		if s.opens++; !s.counting {
			r.Open = append(r.Open, int(p.seq))
		}
	case bars == 0:
		r.Short++
		s.note(at, sum)
	case !good:
	case bar == BarShift:
		r.Shift = append(r.Shift, int(p.seq))
	case bar == BarOverseas:
		r.Overseas = append(r.Overseas, int(p.seq))
	case len(m.regions[p.region].code) >= 4:
		city := m.regions[p.region].code[:4]
		r.Cities[city] = append(r.Cities[city], int(p.seq))
	}
}

// bars tells what bars the candidate from a post, one thing and how many there are.
func (s *Seeker) bars(p *post) (bar string, n int) {
	if int(p.schooling) > s.c.Schooling {
		bar, n = BarEducation, n+1
	}
	if p.overseas && !s.c.Overseas {
		bar, n = BarOverseas, n+1
	}
	if !p.overseas && !s.open[s.m.regions[p.region].city] {
		bar, n = BarRegion, n+1
	}
	if p.shift && !s.c.Shift {
		bar, n = BarShift, n+1
	}
	return bar, n
}

func (s *Seeker) good(p *post, merit int, within func(post, merit int) bool) bool {
	return merit >= s.m.Rule.Floor && (within == nil || within(int(p.seq), merit))
}

// note keeps a short post with its needs.
func (s *Seeker) note(at int32, sum int64) {
	p := &s.m.list[at]
	for i := p.first; i < p.end; i++ {
		skill := s.m.needs[i].skill
		s.asks = append(s.asks, asks{int32(len(s.short)), s.heads[skill], i})
		s.heads[skill] = int32(len(s.asks) - 1)
	}
	s.short = append(s.short, shortPost{at: at, sum: sum})
}

// take tells which short posts a step would open. It raises the skills, adds up
// what that earns at the posts that ask for them or for ones near to them, and
// puts everything back.
func (s *Seeker) take(t *step, within func(post, merit int) bool, opened func(post int)) {
	s.raised, s.gained = s.raised[:0], s.gained[:0]
	for _, k := range t.skills {
		if s.level[k.skill] < k.level {
			s.raise(k)
		}
	}
	r := &s.m.Rule
	for _, c := range t.certs {
		more := int32(r.Certificate*int(c.worth)/100 - r.Certificate*int(s.cert[c.work])/100)
		for i := s.from[c.work]; more > 0 && i < s.from[c.work+1]; i++ {
			x := &s.short[i]
			if x.more = more; !x.touched {
				x.touched = true
				s.gained = append(s.gained, i)
			}
		}
	}
	for _, i := range s.gained {
		x := &s.short[i]
		p := &s.m.list[x.at]
		if merit := int(s.merit[p.work]+x.more) + r.share(x.sum+x.gain, p.whole); s.good(p, merit, within) {
			opened(int(p.seq))
		}
	}
	for _, i := range s.gained {
		s.short[i].gain, s.short[i].more, s.short[i].touched = 0, 0, false
	}
	for i := len(s.raised) - 1; i >= 0; i-- {
		if k := s.raised[i]; k.akin {
			s.akin[k.skill] = k.level
		} else {
			s.level[k.skill] = k.level
		}
	}
}

// raised is a level as it was before a step.
type raised struct {
	skill uint16
	level uint8
	akin  bool
}

func (s *Seeker) raise(k stepSkill) {
	s.raised = append(s.raised, raised{k.skill, s.level[k.skill], false})
	s.gain(k.skill, max(k.level, s.level[k.skill]), s.akin[k.skill])
	s.level[k.skill] = k.level
	for _, o := range s.m.akin[k.skill] {
		if s.akin[o] < k.level {
			s.raised = append(s.raised, raised{o, s.akin[o], true})
			s.gain(o, s.level[o], k.level)
			s.akin[o] = k.level
		}
	}
}

// gain adds, at each short post that asks for a skill, what other levels of it and
// of those near to it earn more.
func (s *Seeker) gain(skill uint16, level, akin uint8) {
	for at := s.heads[skill]; at >= 0; at = s.asks[at].next {
		a := &s.asks[at]
		n := &s.m.needs[a.need]
		more := max(n.own[level], n.akin[akin]) - max(n.own[s.level[skill]], n.akin[s.akin[skill]])
		if more == 0 {
			continue
		}
		x := &s.short[a.short]
		x.gain += more
		if !x.touched {
			x.touched = true
			s.gained = append(s.gained, a.short)
		}
	}
}
