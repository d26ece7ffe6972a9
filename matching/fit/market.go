package fit

import (
	"cmp"
	"slices"
	"sync"
)

// Market is posts compiled under a rule. It is immutable but for a table of how
// near programmes are, and safe for concurrent use.
type Market struct {
	Rule  Rule
	links Links
	posts []Post

	works   []work  // blocks of posts of one kind and occupation
	runs    []run   // of the works, in their order: posts of one city
	list    []post  // in the order of runs
	where   []int32 // of the posts as they were given: their places in list
	needs   []need  // of the posts, in their order
	regions []region
	cities  int            // numbers of cities are below it
	region  map[string]int // its number by code
	city    map[string]int // its number by the first four digits
	skill   map[string]int
	skills  []string
	akin    [][]uint16 // by skill: those to which it is near
	gives   [][]gives  // by skill: the most that it earns in each work that asks for it

	mu   sync.RWMutex
	near map[string][]uint8 // by programme, then by work, in per cent
}

// work is a block of posts of one kind and occupation: programme, certificate and
// kind earn the same at each of them.
type work struct {
	kind, occupation string
	first, end       int32 // runs
	base             int32 // most that a post gives for skills to whoever has none
}

// run is posts of a work in one city, or abroad.
type run struct {
	first, end int32 // posts
	city       int32
	overseas   bool
}

type region struct {
	code string
	city int32
}

// The numbers of places that are in no city.
const (
	anywhere = 0 // posts that tell no place, or are abroad
	nowhere  = 1 // codes that are none
)

// post is a post as it is scored.
type post struct {
	seq             int32 // number as it was given
	work            int32
	first, end      uint32 // needs
	whole           int64  // weights of its needs
	payLow, payHigh int64
	region          int32
	schooling       int32
	shift, overseas bool
}

// need is what each level of a skill, or of one near to it, earns.
type need struct {
	skill     uint16
	own, akin [MaxLevel + 1]int64
}

// gives is the most points that each level of a skill earns at any post of a work.
type gives struct {
	work      int32
	own, akin [MaxLevel + 1]int32
}

// NewMarket compiles posts, which are known by their numbers from 0.
func NewMarket(r Rule, links Links, posts []Post) *Market {
	m := &Market{Rule: r, links: links, posts: posts, where: make([]int32, len(posts)), region: map[string]int{}, city: map[string]int{}, skill: map[string]int{},
		near: map[string][]uint8{}, cities: 2}
	order := make([]int32, len(posts))
	at := make([][2]int32, len(posts)) // region and city
	for i := range posts {
		order[i] = int32(i)
		reg := m.regionOf(posts[i].Region)
		at[i] = [2]int32{int32(reg), m.regions[reg].city}
	}
	slices.SortFunc(order, func(a, b int32) int {
		p, q := &posts[a], &posts[b]
		return cmp.Or(cmp.Compare(p.Kind, q.Kind), cmp.Compare(p.Occupation, q.Occupation), cmp.Compare(at[a][1], at[b][1]),
			bools(p.Overseas, q.Overseas), cmp.Compare(a, b))
	})
	for _, i := range order {
		m.enter(i, &posts[i], at[i][0])
	}
	m.join()
	m.bounds()
	return m
}

func bools(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// Post gives a post by its number.
func (m *Market) Post(seq int) *Post { return &m.posts[seq] }

// Len tells how many posts there are.
func (m *Market) Len() int { return len(m.posts) }

func (m *Market) regionOf(code string) int {
	if at, ok := m.region[code]; ok {
		return at
	}
	city := nowhere
	switch {
	case code == "":
		city = anywhere
	case len(code) >= 4:
		var ok bool
		if city, ok = m.city[code[:4]]; !ok {
			city = m.cities
			m.city[code[:4]] = city
			m.cities++
		}
	}
	m.regions = append(m.regions, region{code, int32(city)})
	m.region[code] = len(m.regions) - 1
	return len(m.regions) - 1
}

// enter adds the next post in order.
func (m *Market) enter(seq int32, p *Post, reg int32) {
	at, city := int32(len(m.list)), m.regions[reg].city
	if n := len(m.works); n == 0 || m.works[n-1].kind != p.Kind || m.works[n-1].occupation != p.Occupation {
		m.works = append(m.works, work{kind: p.Kind, occupation: p.Occupation, first: int32(len(m.runs)), end: int32(len(m.runs))})
	}
	w := &m.works[len(m.works)-1]
	if n := len(m.runs); w.end == w.first || m.runs[n-1].city != city || m.runs[n-1].overseas != p.Overseas {
		m.runs = append(m.runs, run{first: at, city: city, overseas: p.Overseas})
		w.end++
	}
	m.runs[len(m.runs)-1].end = at + 1
	x := post{seq: seq, work: int32(len(m.works) - 1), first: uint32(len(m.needs)), payLow: p.PayLow, payHigh: max(p.PayLow, p.PayHigh), region: reg,
		schooling: int32(p.Schooling), shift: p.Shift, overseas: p.Overseas}
	for _, n := range p.Needs {
		x.whole += m.Rule.weight(n)
		m.needs = append(m.needs, m.compile(n))
	}
	x.end = uint32(len(m.needs))
	m.where[seq] = int32(len(m.list))
	m.list = append(m.list, x)
}

func (m *Market) compile(n Need) need {
	c := need{skill: uint16(m.skillOf(n.Code))}
	for l := range c.own {
		c.own[l], c.akin[l] = m.Rule.own(n, l), m.Rule.akin(n, l)
	}
	return c
}

func (m *Market) skillOf(code string) int {
	at, ok := m.skill[code]
	if !ok {
		at = len(m.skills)
		m.skill[code] = at
		m.skills = append(m.skills, code)
	}
	return at
}

// join finds the skills that are near to each other. A skill that no post asks for
// counts where it is near to one that is.
func (m *Market) join() {
	asked := len(m.skills)
	m.akin = make([][]uint16, asked)
	if m.Rule.Near == 0 || m.links.Akin == nil {
		return
	}
	for s := range asked {
		for _, other := range m.links.Akin(m.skills[s]) {
			o := m.skillOf(other)
			for len(m.akin) <= o {
				m.akin = append(m.akin, nil)
			}
			m.akin[o] = append(m.akin[o], uint16(s))
		}
	}
}

// bounds finds the most that each level of a skill earns at any post of a work.
func (m *Market) bounds() {
	m.gives = make([][]gives, len(m.skills))
	for i := range m.list {
		p := &m.list[i]
		w := &m.works[p.work]
		if p.whole == 0 {
			w.base = max(w.base, int32(m.Rule.Skills))
			continue
		}
		base := int32(0)
		for k := p.first; k < p.end; k++ {
			n := &m.needs[k]
			list := m.gives[n.skill]
			if len(list) == 0 || list[len(list)-1].work != p.work {
				list = append(list, gives{work: p.work})
				m.gives[n.skill] = list
			}
			g := &list[len(list)-1]
			for l := range n.own {
				g.own[l] = max(g.own[l], m.most(n.own[l], p.whole))
				g.akin[l] = max(g.akin[l], m.most(n.akin[l], p.whole))
			}
			base += m.most(n.own[0], p.whole)
		}
		w.base = max(w.base, base)
	}
}

// most is what of a post's points for skills one of its needs can be, rounded up.
func (m *Market) most(earned, whole int64) int32 {
	return int32((int64(m.Rule.Skills)*earned + whole*6000 - 1) / (whole * 6000))
}

// nearness gives how near a programme is to each work.
func (m *Market) nearness(programme string) []uint8 {
	m.mu.RLock()
	near, ok := m.near[programme]
	m.mu.RUnlock()
	if ok {
		return near
	}
	near = make([]uint8, len(m.works))
	if programme != "" {
		for i := range m.works {
			near[i] = uint8(m.links.Near(m.works[i].kind, m.works[i].occupation, programme))
		}
	}
	m.mu.Lock()
	m.near[programme] = near
	m.mu.Unlock()
	return near
}
