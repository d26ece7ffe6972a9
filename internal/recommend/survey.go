package recommend

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/matching/fit"
)

// Survey is what is open to all who look for a place together, and which steps
// would open the most: aggregates that tell of nobody.
type Survey struct {
	At      time.Time `json:"at"`
	Rule    Rule      `json:"rule"`
	Seekers int       `json:"seekers"`
	Posts   int       `json:"posts"`
	Places  int       `json:"places"`
	Open    int       `json:"open"`   // pairs of a candidate and a post that is open to them
	Median  int       `json:"median"` // posts open to the candidate in the middle
	None    int       `json:"none"`   // candidates to whom no post is open

	Courses      []Effect `json:"courses"`
	Skills       []Effect `json:"skills"` // that no course leads to at the level
	Certificates []Effect `json:"certificates"`

	units map[string]*directory.Unit
}

// Effect is what one step would open over the whole body.
type Effect struct {
	Course      *Course         `json:"course,omitempty"`
	Skill       fit.Skill       `json:"skill,omitzero"`
	Certificate fit.Certificate `json:"certificate,omitzero"`
	People      int             `json:"people"` // to whom it opens any
	Opens       int             `json:"opens"`  // pairs of a candidate and a post
}

// Each gives how many posts it opens to each of those to whom it opens any.
func (e Effect) Each() float64 {
	if e.People == 0 {
		return 0
	}
	return float64(e.Opens) / float64(e.People)
}

// hidden is the least number of people of whom an effect is told: fewer could be
// guessed.
const hidden = 3

// survey is the newest survey of a body with what it was made from.
type survey struct {
	*Survey
	market *fit.Market
	pool   *fit.Pool
}

// Survey gives what is open to everybody. It is counted when somebody asks and
// something has changed; for a city that takes seconds, so one asks at a time, and
// the others wait for the same count.
func (o *Office) Survey(ctx context.Context) (*Survey, error) {
	if err := policy.Allow(ctx, "recommend.survey.read", Subject{}); err != nil {
		return nil, err
	}
	type seen struct {
		m     *market
		p     *pool
		units map[string]*directory.Unit
		at    time.Time
		body  string
	}
	s, err := db.View(ctx, o.DB, func(tx *db.Tx) (s seen, err error) {
		if s.m, err = o.market(tx); err != nil {
			return s, err
		}
		if s.p, err = o.pool(tx); err != nil {
			return s, err
		}
		s.units, err = directory.Units(tx)
		s.at, s.body = tx.Now, tx.Body
		return s, err
	})
	if err != nil {
		return nil, err
	}
	o.work.Lock()
	defer o.work.Unlock()
	if had, ok := o.surveys.Load(s.body); ok {
		if had := had.(*survey); had.market == s.m.fit && had.pool == s.p.fit {
			return named(had.Survey, s.units), nil
		}
	}
	made, err := s.m.survey(ctx, s.p)
	if err != nil {
		return nil, err
	}
	made.At = s.at
	o.surveys.Store(s.body, &survey{made, s.m.fit, s.p.fit})
	return named(made, s.units), nil
}

func named(s *Survey, units map[string]*directory.Unit) *Survey {
	with := *s
	with.units = units
	return &with
}

// survey counts over everybody, on as many processors as there are.
func (m *market) survey(ctx context.Context, p *pool) (*Survey, error) {
	s := &Survey{Rule: m.rule, Seekers: len(p.counted), Posts: len(m.posts)}
	for _, post := range m.posts {
		s.Places += post.Places
	}
	open := make([]int, len(p.counted))
	people, opens := make([]int, len(m.kinds)), make([]int, len(m.kinds))
	var mu sync.Mutex
	err := m.fit.Each(ctx, len(p.counted), func(seeker *fit.Seeker, i int) {
		type step struct{ at, opens int }
		var moved []step
		open[i] = seeker.Gains(&p.counted[i], m.steps, func(at, n int) { moved = append(moved, step{at, n}) })
		mu.Lock()
		for _, x := range moved {
			people[x.at]++
			opens[x.at] += x.opens
		}
		mu.Unlock()
	})
	if err != nil {
		return nil, err
	}
	slices.Sort(open)
	for _, n := range open {
		if s.Open += n; n == 0 {
			s.None++
		}
	}
	if len(open) > 0 {
		s.Median = open[len(open)/2]
	}
	m.effects(s, people, opens)
	return s, nil
}

// effects sorts what each step opens into its list, the most first.
func (m *market) effects(s *Survey, people, opens []int) {
	for i, what := range m.kinds {
		e := Effect{Course: what.course, Skill: what.skill, Certificate: what.certificate, People: people[i], Opens: opens[i]}
		switch {
		case e.People < hidden:
		case e.Course != nil:
			s.Courses = append(s.Courses, e)
		case e.Skill.Code != "":
			if m.leadsTo(e.Skill) == nil {
				s.Skills = append(s.Skills, e)
			}
		default:
			s.Certificates = append(s.Certificates, e)
		}
	}
	for _, list := range []*[]Effect{&s.Courses, &s.Skills, &s.Certificates} {
		slices.SortStableFunc(*list, func(a, b Effect) int { return cmp.Or(cmp.Compare(b.Opens, a.Opens), cmp.Compare(b.People, a.People)) })
	}
	s.Skills = dearest(s.Skills)
}

// dearest keeps of each skill the level that opens the most for the least.
func dearest(list []Effect) (kept []Effect) {
	for _, e := range list {
		if !slices.ContainsFunc(list, func(x Effect) bool {
			return x.Skill.Code == e.Skill.Code && x.Skill.Level < e.Skill.Level && x.Opens*10 >= e.Opens*9
		}) &&
			!slices.ContainsFunc(kept, func(x Effect) bool { return x.Skill.Code == e.Skill.Code }) {
			kept = append(kept, e)
		}
	}
	return kept
}
