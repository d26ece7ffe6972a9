package round

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/fault"
	"guildhall/internal/i18n"
	"guildhall/matching"
)

// Mine is a candidate's own page: how the last published round came out for
// them, why, and what would change it.
type Mine struct {
	Candidate *Candidate `json:"candidate"`
	Round     *Round     `json:"round,omitempty"` // the last published one in which they took part
	Code      string     `json:"code,omitempty"`  // that stands for them in its certificate
	Choices   []Why      `json:"choices"`
	Got       *Why       `json:"got,omitempty"`
	Changes   []Step     `json:"changes"`
	Parts     []Part     `json:"parts"`          // of the merit at the first choice
	Open      *Round     `json:"open,omitempty"` // a round that collects wishes
	Wishes    []string   `json:"wishes"`         // given for it: ids of positions
	Best      []Offer    `json:"best"`           // positions to wish for
	Out       string     `json:"out,omitempty"`  // why the open round cannot take them in, as LeftConsent
	Answer    *Answer    `json:"answer,omitempty"`
	CanAnswer bool       `json:"can_answer"`

	units map[string]*directory.Unit
}

// Step is one change of the candidate's own with what it opens, all others' being
// what they are.
type Step struct {
	Skill    string `json:"skill,omitempty"` // to be had at Level
	Level    int    `json:"level,omitempty"`
	Accept   string `json:"accept,omitempty"` // shift or overseas
	Opens    int    `json:"opens"`            // positions with a place within reach then, and not now
	Better   int    `json:"better"`           // of these, choices preferred to what was got
	Position int    `json:"position"`         // number of one of them, the most wanted
	Title    string `json:"title"`
}

// Mine gives the actor's own page.
func (o *Office) Mine(ctx context.Context) (*Mine, error) {
	return db.View(ctx, o.DB, func(tx *db.Tx) (*Mine, error) {
		if err := policy.Allow(ctx, "round.result.mine", Subject{}); err != nil {
			return nil, err
		}
		c, err := o.Talent.Candidate(tx, auth.From(ctx).About)
		if err != nil {
			return nil, err
		}
		all, err := directory.Units(tx)
		if err != nil {
			return nil, err
		}
		c.SchoolName = nameOf(all, c.School)
		m := &Mine{Candidate: c}
		if err := o.outcome(tx, m, all); err != nil {
			return nil, err
		}
		return m, o.wishing(tx, m, all)
	})
}

// outcome tells of the last published round in which the candidate took part.
func (o *Office) outcome(tx *db.Tx, m *Mine, all map[string]*directory.Unit) error {
	r, err := db.One(tx, scanRound, `SELECT `+roundColumns+` FROM round_round r JOIN round_candidate c ON c.round_id = r.id
		WHERE c.candidate_id = $1 AND r.body = $2 AND `+public+` ORDER BY r.number DESC LIMIT 1`, m.Candidate.ID, tx.Body)
	if errors.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	res, err := findResult(tx, r, m.Candidate.ID)
	if err != nil {
		return err
	}
	x, err := o.reasons(tx, r, all)
	if err != nil {
		return err
	}
	tb, cuts := x.table, x.cuts
	me, err := entrantOf(tx, r, m.Candidate.ID)
	if err != nil {
		return err
	}
	m.Round, m.units = r, all
	if m.Answer, err = answerOf(tx, r, m.Candidate.ID); err != nil {
		return err
	}
	m.CanAnswer = r.answerable(tx.Now.In(i18n.China).Format(time.DateOnly)) == nil && res.seq > 0
	tb.entrants = []entrant{me}
	code, err := o.codes(tb)
	if err != nil {
		return err
	}
	m.Code = code[0]
	for i, told := range parseChoices(res.choices) {
		w := x.why(told)
		w.Number = i + 1
		if m.Choices = append(m.Choices, w); told.Code == string(matching.Placed) {
			m.Got = &w
		}
	}
	if err := o.needs(tx, r, m.Candidate.ID, m.Choices); err != nil {
		return err
	}
	panel, err := o.panel(tb)
	if err != nil {
		return err
	}
	judge := panel.Judge()
	if len(m.Choices) > 0 {
		m.Parts = judge.Parts(0, m.Choices[0].Seq-1)
	}
	m.Changes = steps(judge, tb, cuts, m.Choices)
	return nil
}

// wishing tells of the round that collects wishes now, if there is one.
func (o *Office) wishing(tx *db.Tx, m *Mine, all map[string]*directory.Unit) error {
	r, err := db.One(tx, scanRound, `SELECT `+roundColumns+` FROM round_round r
		WHERE r.body = $1 AND r.state = 'open' ORDER BY r.number DESC LIMIT 1`, tx.Body)
	if err != nil && !errors.Is(err, fault.NotFound) {
		return err
	}
	if err == nil && r.joins(m.Candidate.Status) {
		m.Open, m.Out = r, m.Candidate.hinders(false, tx.Now)
		list, err := db.One(tx, db.Value[string], `SELECT w.list FROM round_wish w WHERE w.round_id = $1 AND w.candidate_id = $2`, r.ID, m.Candidate.ID)
		if err != nil && !errors.Is(err, fault.NotFound) {
			return err
		}
		m.Wishes = parseList(list)
	}
	if m.Round == nil || m.Open != nil {
		if m.Best, err = o.Talent.Best(tx, m.Candidate, 20); err != nil {
			return err
		}
		if err = o.addWishes(tx, m); err != nil {
			return err
		}
		for i := range m.Best {
			m.Best[i].EnterpriseName = nameOf(all, m.Best[i].Enterprise)
		}
		return err
	}
	return nil
}

// addWishes puts the positions that were wished for beside the best ones, so
// that the form shows them all.
func (o *Office) addWishes(tx *db.Tx, m *Mine) error {
	rule, err := o.Talent.Scoring(tx)
	if err != nil {
		return err
	}
	for _, id := range m.Wishes {
		if slices.ContainsFunc(m.Best, func(b Offer) bool { return b.ID == id }) {
			continue
		}
		p, err := o.Talent.Post(tx, id)
		if errors.Is(err, fault.NotFound) {
			continue // it was closed meanwhile
		}
		if err != nil {
			return err
		}
		panel, err := o.Talent.Panel(rule, []string{m.Candidate.Profile}, []string{p.Profile})
		if err != nil {
			return err
		}
		merit, _ := panel.Judge().Merit(0, 0)
		m.Best = append(m.Best, Offer{Post: p, Merit: merit})
	}
	return nil
}

// steps finds the changes that would open the most posts, all others' being what
// they are. A post is open to somebody whose merit there beats the lowest admitted
// one, or where a place is left.
func steps(j Judge, tb *table, cuts []Cut, choices []Why) []Step {
	rank := map[int]int{} // of choices preferred to what was got
	for i, c := range choices {
		if c.Code == "" || c.Code == string(matching.Placed) {
			break
		}
		rank[c.Seq] = i + 1
	}
	within := func(post, merit int) bool {
		cut := cuts[post]
		return !cut.Capped && (cut.Placed < tb.places[post].places || merit > cut.Last)
	}
	list := []Step{}
	for _, c := range j.Changes(0, within) {
		s := Step{Skill: c.Skill, Level: c.Level, Accept: c.Accept, Opens: len(c.Opens)}
		for _, post := range c.Opens {
			seq := post + 1
			if rank[seq] > 0 {
				s.Better++
			}
			if s.Position == 0 || rank[seq] > 0 && (rank[s.Position] == 0 || rank[seq] < rank[s.Position]) {
				s.Position, s.Title = seq, tb.places[post].title
			}
		}
		list = append(list, s)
	}
	slices.SortFunc(list, func(a, b Step) int {
		return cmp.Or(cmp.Compare(b.Better, a.Better), cmp.Compare(b.Opens, a.Opens), cmp.Compare(a.Skill+a.Accept, b.Skill+b.Accept), cmp.Compare(a.Level, b.Level))
	})
	return list[:min(len(list), 5)]
}
