package recommend

import (
	"cmp"
	"context"
	"slices"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/fault"
	"guildhall/internal/journal"
	"guildhall/matching/fit"
)

// Advice is what is recommended to a candidate, and what would open more.
type Advice struct {
	Person *Person `json:"person"`
	Rule   Rule    `json:"rule"`
	Posts  int     `json:"posts"`  // that take people
	Open   int     `json:"open"`   // of these, where nothing bars and the merit is enough
	Strong int     `json:"strong"` // of these, where the merit is 80 or more
	Short  int     `json:"short"`  // where nothing bars and the merit is not enough
	Best   []Match `json:"best"`   // the best posts, best first

	Courses      []Gain `json:"courses"`
	Skills       []Gain `json:"skills"`
	Certificates []Gain `json:"certificates"`
	Wishes       []Gain `json:"wishes"`

	units map[string]*directory.Unit
	mine  bool
}

// Match is a post with all that speaks for it and all that is missing.
type Match struct {
	*Post
	Score fit.Score `json:"score"`
	Merit int       `json:"merit"`
	Wish  int       `json:"wish"`
	Needs []Needed  `json:"needs"`
	Next  *Raise    `json:"next,omitempty"` // the one skill that would bring the most
}

// Needed is a skill that a post asks for, beside what the candidate has of it.
type Needed struct {
	fit.Need
	Has  int    `json:"has"`            // level; 0: not at all
	Near string `json:"near,omitempty"` // a near skill that counts in its place
}

// Met tells whether the candidate has the skill as it is asked for.
func (n Needed) Met() bool { return n.Has >= n.Level }

// Raise is a skill to be had as a post asks for it, and the points it would bring.
type Raise struct {
	fit.Skill
	Points int     `json:"points"`
	Course *Course `json:"course,omitempty"` // that leads to it
}

// Gain is one thing that a candidate could do, and how many more posts it opens.
type Gain struct {
	Course      *Course         `json:"course,omitempty"`
	Skill       fit.Skill       `json:"skill,omitzero"`
	Certificate fit.Certificate `json:"certificate,omitzero"`
	Accept      string          `json:"accept,omitempty"` // shift or overseas
	City        string          `json:"city,omitempty"`   // to be accepted too
	Opens       int             `json:"opens"`
	Such        []*Post         `json:"such"` // some of the posts that it opens
}

// mostShown is how many gains of a kind a page shows.
const mostShown = 8

// Mine gives the actor's own advice.
func (o *Office) Mine(ctx context.Context) (*Advice, error) {
	if err := policy.Allow(ctx, "recommend.candidate.mine", Subject{}); err != nil {
		return nil, err
	}
	return db.View(ctx, o.DB, func(tx *db.Tx) (*Advice, error) {
		a, err := o.advise(tx, auth.From(ctx).About)
		if err == nil {
			a.mine = true
		}
		return a, err
	})
}

// Advice gives the advice for a candidate whom the actor may see. The journal notes
// who looked at whose.
func (o *Office) Advice(ctx context.Context, id string) (*Advice, error) {
	a, err := db.View(ctx, o.DB, func(tx *db.Tx) (*Advice, error) { return o.advise(tx, id) })
	if err != nil {
		return nil, err
	}
	if auth.From(ctx).About != id {
		err = journal.Look(ctx, o.DB, "recommend.candidate.look", id, map[string]bool{"named": a.Person.Named})
	}
	return a, err
}

func (o *Office) advise(tx *db.Tx, id string) (*Advice, error) {
	p, err := o.person(tx, id)
	if err != nil {
		return nil, err
	}
	m, err := o.market(tx)
	if err != nil {
		return nil, err
	}
	a := &Advice{Person: p, Rule: m.rule, Posts: len(m.posts)}
	if a.units, err = directory.Units(tx); err != nil {
		return nil, err
	}
	p.SchoolName = nameOf(a.units, p.School)
	m.advise(a)
	return a, nil
}

// person gets a candidate for a look.
func (o *Office) person(tx *db.Tx, id string) (*Person, error) {
	if id == "" {
		return nil, notFound()
	}
	p, err := o.From.Person(tx, id)
	if err != nil {
		return nil, err
	}
	if !may(tx.Context(), "recommend.candidate.look", Subject{School: p.School, Candidate: p.ID}) {
		return nil, notFound()
	}
	return p, nil
}

// Best gives the posts that are best for a candidate whom the actor may see.
func (o *Office) Best(tx *db.Tx, id string, most int) ([]Match, error) {
	p, err := o.person(tx, id)
	if err != nil {
		return nil, err
	}
	m, err := o.market(tx)
	if err != nil {
		return nil, err
	}
	return m.best(p, most), nil
}

// advise fills in what the market has for a candidate.
func (m *market) advise(a *Advice) {
	c := &a.Person.Fit
	a.Best = m.best(a.Person, m.rule.Choices)
	seeker := m.fit.Seeker()
	reach := seeker.Reach(c, m.steps, nil)
	a.Open, a.Short = len(reach.Open), reach.Short
	for _, seq := range reach.Open {
		if seeker.Merit(seq) >= Strong {
			a.Strong++
		}
	}
	for i, opens := range reach.Steps {
		if len(opens) == 0 {
			continue
		}
		g := Gain{Opens: len(opens), Such: m.such(opens)}
		switch what := m.kinds[i]; {
		case what.course != nil:
			g.Course = what.course
			a.Courses = append(a.Courses, g)
		case what.skill.Code != "":
			g.Skill = what.skill
			a.Skills = append(a.Skills, g)
		default:
			g.Certificate = what.certificate
			a.Certificates = append(a.Certificates, g)
		}
	}
	a.Wishes = m.wishes(reach)
	a.Skills, a.Certificates = worthTheLevel(a.Skills), worthTheGrade(a.Certificates)
	for _, list := range []*[]Gain{&a.Courses, &a.Skills, &a.Certificates, &a.Wishes} {
		slices.SortStableFunc(*list, func(x, y Gain) int { return cmp.Or(cmp.Compare(y.Opens, x.Opens), cmp.Compare(x.hours(), y.hours())) })
		*list = (*list)[:min(len(*list), mostShown)]
	}
}

func (g Gain) hours() int {
	if g.Course == nil {
		return 0
	}
	return g.Course.Hours
}

// worthTheLevel leaves out a skill at a level where a lower one opens as many.
func worthTheLevel(list []Gain) (kept []Gain) {
	for _, g := range list {
		if !slices.ContainsFunc(list, func(x Gain) bool {
			return x.Skill.Code == g.Skill.Code && x.Skill.Level < g.Skill.Level && x.Opens >= g.Opens
		}) {
			kept = append(kept, g)
		}
	}
	return kept
}

// worthTheGrade leaves out a certificate of which a lower grade opens as many.
func worthTheGrade(list []Gain) (kept []Gain) {
	for _, g := range list {
		if !slices.ContainsFunc(list, func(x Gain) bool {
			return x.Certificate.Occupation == g.Certificate.Occupation && x.Certificate.Grade > g.Certificate.Grade && x.Opens >= g.Opens
		}) {
			kept = append(kept, g)
		}
	}
	return kept
}

// wishes gives what the candidate would have to accept.
func (m *market) wishes(r *fit.Reach) (list []Gain) {
	for _, w := range []struct {
		accept string
		opens  []int
	}{{fit.BarShift, r.Shift}, {fit.BarOverseas, r.Overseas}} {
		if len(w.opens) > 0 {
			list = append(list, Gain{Accept: w.accept, Opens: len(w.opens), Such: m.such(w.opens)})
		}
	}
	for city, opens := range r.Cities {
		list = append(list, Gain{City: city + "00", Opens: len(opens), Such: m.such(opens)})
	}
	slices.SortFunc(list, func(a, b Gain) int { return cmp.Compare(a.City, b.City) })
	return list
}

// such gives the first few posts of those with these numbers.
func (m *market) such(seqs []int) []*Post {
	first := make([]int, 0, 4)
	for _, seq := range seqs {
		if len(first) == 3 && seq > first[2] {
			continue
		}
		at, _ := slices.BinarySearch(first, seq)
		first = slices.Insert(first, at, seq)
		first = first[:min(len(first), 3)]
	}
	list := make([]*Post, len(first))
	for i, seq := range first {
		list[i] = m.posts[seq]
	}
	return list
}

// best gives the k best posts with all that explains them.
func (m *market) best(p *Person, k int) []Match {
	choices := m.fit.Seeker().List(&p.Fit, k, nil)
	list := make([]Match, len(choices))
	for i, c := range choices {
		post := m.posts[c.Post]
		list[i] = Match{Post: post, Score: m.scorer.Score(&p.Fit, &post.Fit), Merit: c.Merit, Wish: c.Wish, Needs: m.needs(&p.Fit, &post.Fit)}
		list[i].Next = m.next(&p.Fit, &post.Fit, list[i].Merit)
	}
	return list
}

// needs sets what a post asks for beside what a candidate has.
func (m *market) needs(c *fit.Profile, p *fit.Post) []Needed {
	list := make([]Needed, len(p.Needs))
	for i, n := range p.Needs {
		list[i] = Needed{Need: n, Has: c.Level(n.Code)}
		if m.rule.Near > 0 && list[i].Has == 0 && m.scorer.Links.Akin != nil {
			best := 0
			for _, other := range m.scorer.Links.Akin(n.Code) {
				if l := c.Level(other); l > best {
					best, list[i].Near = l, other
				}
			}
		}
	}
	return list
}

// next gives the one skill that would bring a candidate the most at a post.
func (m *market) next(c *fit.Profile, p *fit.Post, merit int) (best *Raise) {
	for _, n := range p.Needs {
		if c.Level(n.Code) >= n.Level {
			continue
		}
		with := c.With(fit.Skill{Code: n.Code, Level: n.Level})
		if points := m.scorer.Score(&with, p).Merit() - merit; points > 0 && (best == nil || points > best.Points) {
			best = &Raise{Skill: fit.Skill{Code: n.Code, Level: n.Level}, Points: points}
		}
	}
	if best != nil {
		best.Course = m.leadsTo(best.Skill)
	}
	return best
}

// leadsTo gives the shortest course that leads to a skill at a level; nil: none.
func (m *market) leadsTo(s fit.Skill) (best *Course) {
	for _, c := range m.courses {
		if slices.ContainsFunc(c.Skills, func(k fit.Skill) bool { return k.Code == s.Code && k.Level >= s.Level }) &&
			(best == nil || c.Hours > 0 && (best.Hours == 0 || c.Hours < best.Hours)) {
			best = c
		}
	}
	return best
}

var errNotOpen = fault.Conflict.New("recommend.position.closed")
