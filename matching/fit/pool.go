package fit

import (
	"cmp"
	"fmt"
	"slices"
)

// Pool is candidates compiled under a rule, for posts to look among. It is
// immutable and safe for concurrent use.
type Pool struct {
	Rule   Rule
	links  Links
	people []Profile

	list    []person
	skills  []stepSkill // of the people, in their order
	cities  []int32     // of the people, in their order
	skill   map[string]int
	city    map[string]int
	courses []string // programmes
	certs   [][]Certificate
}

// person is a candidate as a post looks at them.
type person struct {
	first, end         uint32 // skills
	cityFirst, cityEnd uint32
	schooling          int32
	programme, certs   int32
	study              int32
	places             bool // named any
	shift, overseas    bool
}

// NewPool compiles candidates, who are known by their numbers from 0.
func NewPool(r Rule, links Links, people []Profile) *Pool {
	p := &Pool{Rule: r, links: links, people: people, skill: map[string]int{}, city: map[string]int{}, list: make([]person, len(people))}
	programmes, certs := map[string]int{}, map[string]int{}
	for i := range people {
		c := &people[i]
		x := person{first: uint32(len(p.skills)), cityFirst: uint32(len(p.cities)), schooling: int32(c.Schooling), study: int32(r.study(c.Score)),
			places: len(c.WantRegions) > 0, shift: c.Shift, overseas: c.Overseas}
		for k, s := range c.Skills {
			if slices.ContainsFunc(c.Skills[:k], func(had Skill) bool { return had.Code == s.Code }) {
				continue // of one told twice the first counts
			}
			p.skills = append(p.skills, stepSkill{uint16(number(p.skill, s.Code)), uint8(min(max(s.Level, 0), MaxLevel))})
		}
		x.end = uint32(len(p.skills))
		for _, w := range c.WantRegions {
			if len(w) >= 4 {
				p.cities = append(p.cities, int32(number(p.city, w[:4])))
			}
		}
		x.cityEnd = uint32(len(p.cities))
		n := len(programmes)
		if x.programme = int32(number(programmes, c.Programme)); len(programmes) > n {
			p.courses = append(p.courses, c.Programme)
		}
		n = len(certs)
		if x.certs = int32(number(certs, fmt.Sprint(c.Certificates))); len(certs) > n {
			p.certs = append(p.certs, c.Certificates)
		}
		p.list[i] = x
	}
	return p
}

func number(of map[string]int, key string) int {
	n, ok := of[key]
	if !ok {
		n = len(of)
		of[key] = n
	}
	return n
}

// Len tells how many candidates there are.
func (p *Pool) Len() int { return len(p.people) }

// Profile gives a candidate by number.
func (p *Pool) Profile(i int) *Profile { return &p.people[i] }

// Hit is a candidate, by number, and what the two are to each other.
type Hit struct{ Person, Merit, Wish int }

func (a Hit) compare(b Hit) int {
	return cmp.Or(cmp.Compare(b.Merit, a.Merit), cmp.Compare(b.Wish, a.Wish), cmp.Compare(a.Person, b.Person))
}

// Pull is what a post finds among the candidates.
type Pull struct {
	Able   int            // nothing bars them and their merit reaches the floor
	Strong int            // of these, whose merit reaches what was asked for
	Wanted int            // of these, who named the kind among their wishes
	Paid   int            // of these, whose hope for pay the lowest pay meets
	Barred map[string]int // by what bars them first
	Lacks  []int          // by need: of those whom nothing else bars, who lack it at its level
	Best   []Hit          // the best, by merit, then by wish, then by number
	With   []More         // by variant
}

// More is what a variant of a post finds beyond the post as it is.
type More struct {
	Able int // candidates for whom it opens
	Paid int // able ones whose hope for pay it meets and the post does not
}

// Pull looks at every candidate on behalf of a post, and of variants that ask for
// the same skills in the same order, at the same or lower levels. It gives the k
// best.
func (p *Pool) Pull(post *Post, k, strong int, variants []Post) Pull {
	q := p.look(post)
	found := Pull{Barred: map[string]int{}, Lacks: make([]int, len(post.Needs)), With: make([]More, len(variants))}
	others := make([]*look, len(variants))
	for i := range variants {
		others[i] = p.look(&variants[i])
	}
	for i := range p.list {
		c := &p.list[i]
		q.measure(c)
		merit, bar := q.bar(c)
		content := paid(p.people[i].WantPay, post.PayLow, post.PayHigh) == 100
		if bar == "" {
			found.Able++
			if merit >= strong {
				found.Strong++
			}
			if slices.Contains(p.people[i].WantKinds, post.Kind) {
				found.Wanted++
			}
			if content {
				found.Paid++
			}
			found.offer(Hit{i, merit, q.wish(i)}, k)
		} else {
			found.Barred[bar]++
		}
		if bar == "" || bar == BarFloor {
			for n := range q.level {
				if int(q.level[n]) < post.Needs[n].Level {
					found.Lacks[n]++
				}
			}
		}
		for v, o := range others {
			o.level, o.akin = q.level, q.akin
			if bar != "" {
				if _, still := o.bar(c); still != "" {
					continue
				}
				found.With[v].Able++
			}
			if !(bar == "" && content) && paid(p.people[i].WantPay, variants[v].PayLow, variants[v].PayHigh) == 100 {
				found.With[v].Paid++
			}
		}
	}
	return found
}

func (x *Pull) offer(one Hit, k int) {
	n := len(x.Best)
	switch {
	case k <= 0 || n == k && one.compare(x.Best[n-1]) >= 0:
		return
	case n == k:
		n--
	default:
		x.Best = append(x.Best, one)
	}
	for ; n > 0 && one.compare(x.Best[n-1]) < 0; n-- {
		x.Best[n] = x.Best[n-1]
	}
	x.Best[n] = one
}

// look is a post made ready to look at the people of a pool.
type look struct {
	p     *Pool
	post  *Post
	needs []need
	whole int64
	near  []int32  // by programme: points
	cert  []int32  // by certificates: points
	place int32    // city; below 0: none of the people's
	akins [][]bool // by need and skill
	level []uint8  // by need: held by whom it is looking at
	akin  []uint8  // by need: held of one near to it
}

func (p *Pool) look(post *Post) *look {
	q := &look{p: p, post: post, near: make([]int32, len(p.courses)), cert: make([]int32, len(p.certs)), place: -1,
		level: make([]uint8, len(post.Needs)), akin: make([]uint8, len(post.Needs)), akins: make([][]bool, len(post.Needs))}
	for i, programme := range p.courses {
		if programme != "" {
			q.near[i] = int32(p.Rule.Programme * p.links.Near(post.Kind, post.Occupation, programme) / 100)
		}
	}
	for i, list := range p.certs {
		q.cert[i] = int32(p.Rule.Certificate * certified(list, post.Occupation) / 100)
	}
	for i, n := range post.Needs {
		q.whole += p.Rule.weight(n)
		c := need{skill: none}
		if at, ok := p.skill[n.Code]; ok {
			c.skill = uint16(at)
		}
		for l := range c.own {
			c.own[l], c.akin[l] = p.Rule.own(n, l), p.Rule.akin(n, l)
		}
		q.needs = append(q.needs, c)
		q.akins[i] = make([]bool, len(p.skill))
		if p.Rule.Near > 0 && p.links.Akin != nil {
			for _, other := range p.links.Akin(n.Code) {
				if at, ok := p.skill[other]; ok {
					q.akins[i][at] = true
				}
			}
		}
	}
	if len(post.Region) >= 4 {
		if at, ok := p.city[post.Region[:4]]; ok {
			q.place = int32(at)
		}
	}
	return q
}

// none is the number of a skill that nobody has.
const none = 1<<16 - 1

// measure puts down what a candidate has of what is asked for.
func (q *look) measure(c *person) {
	clear(q.level)
	clear(q.akin)
	for _, k := range q.p.skills[c.first:c.end] {
		for n := range q.needs {
			if q.needs[n].skill == k.skill {
				q.level[n] = k.level
			} else if q.akins[n][k.skill] {
				q.akin[n] = max(q.akin[n], k.level)
			}
		}
	}
}

// bar tells what bars the candidate who was measured, and their merit.
func (q *look) bar(c *person) (merit int, bar string) {
	switch {
	case int(c.schooling) < q.post.Schooling:
		return 0, BarEducation
	case q.post.Overseas && !c.overseas:
		return 0, BarOverseas
	case !q.post.Overseas && q.far(c):
		return 0, BarRegion
	case q.post.Shift && !c.shift:
		return 0, BarShift
	}
	sum := int64(0)
	for n := range q.needs {
		sum += max(q.needs[n].own[q.level[n]], q.needs[n].akin[q.akin[n]])
	}
	merit = int(q.near[c.programme]) + int(q.cert[c.certs]) + int(c.study) + q.p.Rule.share(sum, q.whole)
	if merit < q.p.Rule.Floor {
		return merit, BarFloor
	}
	return merit, ""
}

func (q *look) far(c *person) bool {
	if q.post.Region == "" || !c.places {
		return false
	}
	for _, city := range q.p.cities[c.cityFirst:c.cityEnd] {
		if city == q.place {
			return false
		}
	}
	return true
}

// wish gives what the post is to a candidate.
func (q *look) wish(i int) int {
	c, r := &q.p.people[i], &q.p.Rule
	near := 0
	if c.Programme != "" && len(c.WantKinds) == 0 {
		near = q.p.links.Near(q.post.Kind, q.post.Occupation, c.Programme)
	}
	return r.Kind*wanted(c.WantKinds, q.post.Kind, near)/100 + r.Region*reached(c.WantRegions, q.post.Region)/100 +
		r.Pay*paid(c.WantPay, q.post.PayLow, q.post.PayHigh)/100 + r.shift(c.Shift, q.post.Shift)
}
