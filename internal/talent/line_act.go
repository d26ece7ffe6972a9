package talent

import (
	"time"

	"guildhall/internal/act"
	"guildhall/internal/db"
	"guildhall/internal/demand"
	"guildhall/internal/journal"
	"guildhall/internal/rule"
)

const (
	actAnswered = "talent.demand.answered"
	actHired    = "talent.demand.hired"
	actEnded    = "talent.demand.ended"
)

var persons = act.Amount{Name: "persons", Unit: act.Person, ZH: "人数", EN: "persons"}

var _ = act.Declare(
	act.Kind{Name: actAnswered, ZH: "人才需求首次响应", EN: "Demand first answered", Path: "/demands/{subject}",
		MeansZH: "另一家单位第一次答复一条需求，或第一次为它办了事。", MeansEN: "Another unit has for the first time answered a demand, or begun something for it.",
		Amounts: []act.Amount{{Name: "hours", Unit: act.Hour, ZH: "等待小时数", EN: "hours waited"}}},
	act.Kind{Name: actHired, ZH: "人才需求落实用工", EN: "Hired for a demand", Path: "/demands/{subject}", Marks: []string{"by"},
		MeansZH: "为一条需求录用了人：签约上岗、对接录取后本人接受，或企业自行登记。",
		MeansEN: "People were hired for a demand: employed, admitted by a round and willing, or as the enterprise has told.", Amounts: []act.Amount{persons}},
)

// Hear notes what became of a demand line for people: the first answer, hires, the
// end. The journal is told, so that the acts lead to it. Lines of other kinds are
// other rooms'.
func (t *Talent) Hear(tx *db.Tx, id string, more int, link demand.Link) error {
	l, err := demand.Find(tx, id)
	if isMissing(err) || err == nil && l.Kind != LineKind {
		return nil
	}
	if err != nil {
		return err
	}
	acts, err := heard(tx, l, more, link)
	if err != nil {
		return err
	}
	if l.State == demand.Filled {
		if _, err := tx.Exec(`UPDATE talent_position SET status = 'filled', changed_at = $1 WHERE body = $2 AND line_id = $3 AND line_id <> '' AND status = 'open'`, tx.Now, tx.Body, id); err != nil {
			return err
		}
	}
	if len(acts) == 0 {
		return nil
	}
	if err := journal.Record(tx, "talent.demand.follow", id, map[string]any{"state": l.State, "filled": l.Filled, "of": l.Quantity}); err != nil {
		return err
	}
	return act.Note(tx, acts...)
}

func heard(tx *db.Tx, l *demand.Line, more int, link demand.Link) (acts []act.Act, err error) {
	about := func(kind string) act.Act {
		return act.Act{Kind: kind, Unit: l.Unit, Subject: l.ID, Title: l.Title, Amounts: map[string]int64{}, Marks: map[string]string{}}
	}
	fresh := func(kind string) (bool, error) {
		had, err := act.List(tx, act.Filter{Kind: kind, Subject: l.ID}, "", 1)
		return len(had) == 0, err
	}
	if l.AnsweredAt != nil {
		is, err := fresh(actAnswered)
		if err != nil {
			return nil, err
		}
		if is {
			a := about(actAnswered)
			a.Units, a.At = []string{l.AnsweredBy}, *l.AnsweredAt
			if l.AnsweredBy == "" {
				a.Units = nil
			}
			a.Amounts["hours"] = int64(l.Waited(tx.Now) / time.Hour)
			acts = append(acts, a)
		}
	}
	if link.Fills && more > 0 {
		a := about(actHired)
		a.Amounts["persons"], a.Marks["by"] = int64(more), link.Kind
		if link.Unit != "" {
			a.Units = []string{link.Unit}
		}
		if link.Kind == "hire" && link.Path != "" {
			a.Persons = []string{link.Subject}
		}
		acts = append(acts, a)
	}
	if l.State == demand.Filled || l.State == demand.Closed {
		is, err := fresh(actEnded)
		if err != nil {
			return nil, err
		}
		if is {
			a := about(actEnded)
			a.Marks["state"] = string(l.State)
			a.Amounts = map[string]int64{"wanted": int64(l.Quantity), "filled": int64(l.Filled), "waited": int64(l.Waited(tx.Now) / (24 * time.Hour))}
			acts = append(acts, a)
		}
	}
	return acts, nil
}

// LinesOf gives the demand lines for which positions were opened, by position.
func (t *Talent) LinesOf(tx *db.Tx, positions []string) (map[string]string, error) {
	lines := make(map[string]string, len(positions))
	if len(positions) == 0 {
		return lines, nil
	}
	var w db.Where
	w.And("p.body = ? AND p.line_id <> ''", tx.Body)
	w.In("p.id", positions)
	pairs, err := db.All(tx, db.Pair[string, string], `SELECT p.id, p.line_id FROM talent_position p`+w.String(), w.Args...)
	for _, p := range pairs {
		lines[p.A] = p.B
	}
	return lines, err
}

// Learned keeps, for those who finished a class for a position, that a course
// vouches for what the position asks for.
func (t *Talent) Learned(tx *db.Tx, candidates []string, position, on string) error {
	posts, err := t.Posted(tx, []string{position})
	if err != nil || len(posts) == 0 || len(posts[0].Needs) == 0 {
		return err
	}
	held, err := rule.Today[SkillRule](tx, skillKind)
	if err != nil {
		return err
	}
	list, _, err := t.People(tx, candidates)
	if err != nil {
		return err
	}
	for _, c := range list {
		for _, n := range posts[0].Needs {
			if had := c.has(n.Code, "course"); had < n.Level {
				c.vouch(Evidence{Code: n.Code, Level: n.Level, Source: "course", On: on})
			}
		}
		c.count(held, tx.Now)
	}
	return saveSkills(tx, list)
}

// has gives the level for which one source vouches.
func (c *Candidate) has(code, source string) int {
	for _, e := range c.evidenceOf() {
		if e.Code == code && e.Source == source {
			return e.Level
		}
	}
	return 0
}

// Numbers gives the numbers of sheets by id.
func (t *Talent) Numbers(tx *db.Tx, ids []string) (map[string]string, error) {
	numbers := make(map[string]string, len(ids))
	if len(ids) == 0 {
		return numbers, nil
	}
	var w db.Where
	w.And("c.body = ?", tx.Body)
	w.In("c.id", ids)
	pairs, err := db.All(tx, db.Pair[string, string], `SELECT c.id, c.ref FROM talent_candidate c`+w.String(), w.Args...)
	for _, p := range pairs {
		numbers[p.A] = p.B
	}
	return numbers, err
}
