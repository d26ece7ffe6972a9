package recommend

import (
	"slices"
	"strings"

	"guildhall/internal/db"
	"guildhall/internal/journal"
	"guildhall/matching/fit"
)

// market is a body's open posts as of an entry of the journal, with the steps that
// candidates could take. It never changes once it is made.
type market struct {
	stamp   int64  // how many entries the journal had that was looked at
	day     string // rules begin with a day
	rule    Rule
	posts   []*Post
	at      map[string]int // posts by id
	courses []*Course
	asked   []fit.Skill // skills at the levels at which posts ask for them
	kinds   []step      // what each step is
	fit     *fit.Market
	steps   *fit.Steps
	scorer  fit.Scorer
}

// step says what a step of the engine is: one course, one skill or one certificate.
type step struct {
	course      *Course
	skill       fit.Skill
	certificate fit.Certificate
}

// touches tells whether an action can change posts, people, courses or the rule.
// Looks and exports change nothing; of posts, what happens to candidates does not.
func touches(action string, people bool) bool {
	if strings.HasSuffix(action, ".look") || strings.HasSuffix(action, ".export") || strings.HasSuffix(action, ".read") {
		return false
	}
	if !people && strings.HasPrefix(action, "talent.candidate.") {
		return false
	}
	for _, room := range []string{"talent.", "intake.", "rule.", "demand.", "chain.", "recommend.course."} {
		if strings.HasPrefix(action, room) {
			return true
		}
	}
	return false
}

// still tells whether what was made at a stamp still holds, and the stamp up to
// which that has been found out.
func still(tx *db.Tx, stamp int64, people bool) (now int64, holds bool, err error) {
	now, err = journal.Stand(tx)
	if err != nil || now == stamp {
		return now, err == nil, err
	}
	actions, err := journal.Since(tx, stamp)
	return now, !slices.ContainsFunc(actions, func(a string) bool { return touches(a, people) }), err
}

// market gives the market of the body of tx.
func (o *Office) market(tx *db.Tx) (*market, error) {
	if had, ok := o.markets.Load(tx.Body); ok {
		m := had.(*market)
		now, holds, err := still(tx, m.stamp, false)
		if err != nil {
			return nil, err
		}
		if holds && m.day == day(tx) {
			if now != m.stamp {
				moved := *m
				moved.stamp = now
				o.markets.Store(tx.Body, &moved)
			}
			return m, nil
		}
	}
	m, err := o.build(tx)
	if err == nil {
		o.markets.Store(tx.Body, m)
	}
	return m, err
}

func (o *Office) build(tx *db.Tx) (*market, error) {
	m := &market{day: day(tx), at: map[string]int{}}
	var err error
	if m.stamp, err = journal.Stand(tx); err != nil {
		return nil, err
	}
	if m.rule, err = o.From.Rule(tx); err != nil {
		return nil, err
	}
	if m.posts, err = o.From.Posts(tx); err != nil {
		return nil, err
	}
	if m.courses, err = o.courses(tx); err != nil {
		return nil, err
	}
	posts := make([]fit.Post, len(m.posts))
	for i, p := range m.posts {
		posts[i], m.at[p.ID] = p.Fit, i
	}
	m.scorer = fit.Scorer{Rule: m.rule.Rule, Links: o.From.Links()}
	m.fit = fit.NewMarket(m.rule.Rule, m.scorer.Links, posts)
	m.stepsOf(posts)
	return m, nil
}

// courses gives what is offered, and the chain's courses that nobody offers.
func (o *Office) courses(tx *db.Tx) ([]*Course, error) {
	list, err := offered(tx)
	if err != nil || o.Taught == nil {
		return list, err
	}
	taught, err := o.Taught(tx)
	for i := range taught {
		c := &taught[i]
		if len(c.Skills) > 0 && !slices.ContainsFunc(list, func(had *Course) bool { return had.Name == c.Name }) {
			list = append(list, c)
		}
	}
	return list, err
}

// stepsOf compiles everything that candidates could do: each course, each skill at
// each level that is asked for, a certificate of each occupation at grades 4 and 3.
func (m *market) stepsOf(posts []fit.Post) {
	var steps []fit.Step
	add := func(s fit.Step, what step) { steps, m.kinds = append(steps, s), append(m.kinds, what) }
	for _, c := range m.courses {
		add(c.step(), step{course: c})
	}
	m.asked, _ = m.fit.Asked()
	for _, s := range m.asked {
		add(fit.Step{Skills: []fit.Skill{s}}, step{skill: s})
	}
	if m.rule.Certificate > 0 {
		var trades []string
		for i := range posts {
			trades = append(trades, posts[i].Occupation)
		}
		slices.Sort(trades)
		for _, trade := range slices.Compact(trades) {
			for _, grade := range []string{"L4", "L3"} {
				if c := (fit.Certificate{Occupation: trade, Grade: grade}); trade != "" {
					add(fit.Step{Certificates: []fit.Certificate{c}}, step{certificate: c})
				}
			}
		}
	}
	m.steps = m.fit.Steps(steps)
}
