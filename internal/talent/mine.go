package talent

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/fault"
	"guildhall/matching"
)

// Mine is a candidate's own page: how the last published round came out for
// them, why, and what would change it.
type Mine struct {
	Candidate *Candidate       `json:"candidate"`
	Round     *Round           `json:"round,omitempty"` // the last published one in which they took part
	Code      string           `json:"code,omitempty"`  // that stands for them in its certificate
	Choices   []Why            `json:"choices"`
	Got       *Why             `json:"got,omitempty"`
	Changes   []Step           `json:"changes"`
	Parts     []PartView       `json:"parts"`          // of the score at the first choice
	Open      *Round           `json:"open,omitempty"` // a round that collects wishes
	Wishes    []string         `json:"wishes"`         // given for it: ids of positions
	Best      []Recommendation `json:"best"`           // positions to wish for
}

// Why is one choice with its reason, in figures.
type Why struct {
	Told
	Number         int    `json:"number"`   // on the list, from 1
	Position       string `json:"position"` // id
	Title          string `json:"title"`
	Enterprise     string `json:"enterprise"`
	EnterpriseName string `json:"enterprise_name"`
	Region         string `json:"region"`
	Shift          string `json:"shift"`
	PayLow         int64  `json:"pay_low"`
	PayHigh        int64  `json:"pay_high"`
	Places         int    `json:"places"`
	Placed         int    `json:"placed"`
	Cap            int    `json:"cap,omitempty"` // of the enterprise, where that is what counted
	Shown          bool   `json:"shown"`         // whether Last may be told
}

// PartView is one part of a score.
type PartView struct {
	Name   string `json:"name"`
	Points int    `json:"points"`
	Of     int    `json:"of"`
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
func (t *Talent) Mine(ctx context.Context) (*Mine, error) {
	return db.View(ctx, t.DB, func(tx *db.Tx) (*Mine, error) {
		if err := policy.Allow(ctx, "talent.result.mine", Subject{}); err != nil {
			return nil, err
		}
		c, err := seeCandidate(tx, auth.From(ctx).About)
		if err != nil {
			return nil, err
		}
		all, err := units(tx)
		if err != nil {
			return nil, err
		}
		c.SchoolName = nameOf(all, c.School)
		m := &Mine{Candidate: c}
		if err := t.outcome(tx, m, all); err != nil {
			return nil, err
		}
		return m, t.wishing(tx, m, all)
	})
}

// outcome tells of the last published round in which the candidate took part.
func (t *Talent) outcome(tx *db.Tx, m *Mine, all map[string]*directory.Unit) error {
	r, err := db.One(tx, scanRound, `SELECT `+roundColumns+` FROM talent_round r JOIN talent_round_candidate c ON c.round_id = r.id
		WHERE c.candidate_id = $1 AND r.body = $2 AND r.state = 'published' ORDER BY r.number DESC LIMIT 1`, m.Candidate.ID, tx.Body)
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
	tb := &table{round: r}
	if tb.places, err = placesOf(tx, r); err != nil {
		return err
	}
	cuts, err := cutsOf(tx, r)
	if err != nil {
		return err
	}
	me, err := entrantOf(tx, r, m.Candidate.ID)
	if err != nil {
		return err
	}
	m.Round = r
	tb.entrants = []entrant{me}
	code, err := t.codes(tb)
	if err != nil {
		return err
	}
	m.Code = code[0]
	for i, told := range parseChoices(res.choices) {
		w := explain(told, &tb.places[told.Seq-1], cuts[told.Seq-1], all)
		w.Number = i + 1
		if m.Choices = append(m.Choices, w); told.Code == string(matching.Placed) {
			m.Got = &w
		}
	}
	judge := NewJudge(r.Rule, t.Codes)
	if len(m.Choices) > 0 {
		s := judge.Score(&me.profile, &tb.places[m.Choices[0].Seq-1].post)
		for i, name := range Parts[:partKind] {
			m.Parts = append(m.Parts, PartView{name, s[i], r.Rule.Of(i)})
		}
	}
	m.Changes = judge.steps(&me.profile, tb, cuts, m.Choices)
	return nil
}

func explain(told Told, p *place, cut Cut, all map[string]*directory.Unit) Why {
	w := Why{Told: told, Position: p.id, Title: p.title, Enterprise: p.enterprise, EnterpriseName: nameOf(all, p.enterprise),
		Region: p.post.Region, Shift: p.post.Shift, PayLow: p.post.PayLow, PayHigh: p.post.PayHigh, Places: p.places, Placed: cut.Placed,
		Shown: cut.Placed >= Least && cut.Last > 0}
	switch matching.ReasonCode(told.Code) {
	case matching.CapFull:
		w.Cap = p.cap
		w.Shown = p.cap >= Least
	case matching.Placed:
		w.Last = cut.Last
	}
	if !w.Shown {
		w.Last, w.Need = 0, 0
	}
	return w
}

// wishing tells of the round that collects wishes now, if there is one.
func (t *Talent) wishing(tx *db.Tx, m *Mine, all map[string]*directory.Unit) error {
	r, err := db.One(tx, scanRound, `SELECT `+roundColumns+` FROM talent_round r
		WHERE r.body = $1 AND r.state = 'open' ORDER BY r.number DESC LIMIT 1`, tx.Body)
	if err != nil && !errors.Is(err, fault.NotFound) {
		return err
	}
	if err == nil && slices.Contains(r.Statuses, m.Candidate.Status) {
		m.Open = r
		list, err := db.One(tx, db.Value[string], `SELECT w.list FROM talent_wish w WHERE w.round_id = $1 AND w.candidate_id = $2`, r.ID, m.Candidate.ID)
		if err != nil && !errors.Is(err, fault.NotFound) {
			return err
		}
		m.Wishes = parseList(list)
	}
	if m.Round == nil || m.Open != nil {
		if m.Best, err = t.best(tx, m.Candidate, 20); err != nil {
			return err
		}
		if err = t.addWishes(tx, m); err != nil {
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
func (t *Talent) addWishes(tx *db.Tx, m *Mine) error {
	rule, err := inForce(tx)
	if err != nil {
		return err
	}
	judge, profile := NewJudge(rule, t.Codes), m.Candidate.Profile()
	for _, id := range m.Wishes {
		if slices.ContainsFunc(m.Best, func(b Recommendation) bool { return b.ID == id }) {
			continue
		}
		p, err := seePosition(tx, id)
		if errors.Is(err, fault.NotFound) {
			continue // it was closed meanwhile
		}
		if err != nil {
			return err
		}
		post := p.Post()
		s := judge.Score(&profile, &post)
		m.Best = append(m.Best, Recommendation{p, s, s.Merit(), s.Wish()})
	}
	return nil
}

// steps finds the changes that would open the most positions: one skill at one
// level, or shifts or work abroad accepted. A position is open to somebody whose
// merit there beats the lowest admitted one, or where a place is left.
func (j *Judge) steps(me *Profile, tb *table, cuts []Cut, choices []Why) []Step {
	rank := map[int]int{} // of choices preferred to what was got
	for i, c := range choices {
		if c.Code == "" || c.Code == string(matching.Placed) {
			break
		}
		rank[c.Seq] = i + 1
	}
	type key struct {
		skill, accept string
		level         int
	}
	found := map[key]*Step{}
	note := func(k key, seq int) {
		s := found[k]
		if s == nil {
			s = &Step{Skill: k.skill, Level: k.level, Accept: k.accept}
			found[k] = s
		}
		s.Opens++
		if rank[seq] > 0 {
			s.Better++
		}
		if s.Position == 0 || rank[seq] > 0 && (rank[s.Position] == 0 || rank[seq] < rank[s.Position]) {
			s.Position, s.Title = seq, tb.places[seq-1].title
		}
	}
	for i := range tb.places {
		p, cut := &tb.places[i], cuts[i]
		within := func(c *Profile) bool {
			if Bar(c, &p.post) != "" {
				return false
			}
			merit := j.Score(c, &p.post).Merit()
			return merit >= j.Rule.Floor && !cut.Capped && (cut.Placed < p.places || merit > cut.Last)
		}
		if within(me) {
			continue
		}
		switch Bar(me, &p.post) {
		case "":
			for _, n := range p.post.Needs {
				if me.Skills.Level(n.Code) >= n.Level {
					continue
				}
				more := *me
				more.Skills = me.Skills.With(Skill{Code: n.Code, Level: n.Level})
				if within(&more) {
					note(key{skill: n.Code, level: n.Level}, i+1)
				}
			}
		case BarShift, BarOverseas:
			more := *me
			more.Shift, more.Overseas = true, me.Overseas || Bar(me, &p.post) == BarOverseas
			if within(&more) {
				note(key{accept: Bar(me, &p.post)}, i+1)
			}
		}
	}
	list := []Step{}
	for _, s := range found {
		list = append(list, *s)
	}
	slices.SortFunc(list, func(a, b Step) int {
		return cmp.Or(cmp.Compare(b.Better, a.Better), cmp.Compare(b.Opens, a.Opens), cmp.Compare(a.Skill+a.Accept, b.Skill+b.Accept), cmp.Compare(a.Level, b.Level))
	})
	return list[:min(len(list), 5)]
}
