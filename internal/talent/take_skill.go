package talent

import (
	"strconv"

	"guildhall/internal/db"
	"guildhall/internal/intake"
	"guildhall/internal/rule"
)

// skillTaker takes sheets of students' skills.
type skillTaker struct{ *Talent }

func (skillTaker) Kind() string { return "student_skills" }

func (t skillTaker) Weigh(tx *db.Tx, b *intake.Batch, rows []*intake.Row) error {
	_, err := t.each(tx, b, rows)
	return err
}

func (t skillTaker) Take(tx *db.Tx, b *intake.Batch, rows []*intake.Row) error {
	changed, err := t.each(tx, b, rows)
	if err != nil {
		return err
	}
	if err := saveSkills(tx, changed); err != nil {
		return err
	}
	return told(tx, "talent.candidate.import", b, len(rows))
}

// each puts what rows tell into their candidates, and gives those that changed.
func (t skillTaker) each(tx *db.Tx, b *intake.Batch, rows []*intake.Row) (changed []*Candidate, err error) {
	known, err := t.indexCandidates(tx, rows, "student_id", "student_no")
	if err != nil {
		return nil, err
	}
	held, err := rule.Today[SkillRule](tx, skillKind)
	if err != nil {
		return nil, err
	}
	byNumber := map[string][]*Candidate{}
	for _, c := range known.byNumber {
		byNumber[c.Number] = append(byNumber[c.Number], c)
	}
	noted := map[*Candidate]bool{}
	for _, row := range rows {
		quietlyIf(row, func() {
			c, had := t.read(tx, b, known, byNumber, row)
			if c != nil && len(row.Changes) > 0 && !noted[c] {
				noted[c] = true
				changed = append(changed, c)
			}
			row.Weighed(had)
		})
	}
	for _, c := range changed {
		c.count(held, tx.Now)
	}
	return changed, nil
}

func (t skillTaker) read(tx *db.Tx, b *intake.Batch, known *candidateIndex, byNumber map[string][]*Candidate, row *intake.Row) (c *Candidate, had bool) {
	key := row.Text("student_id")
	if key != "" {
		c = known.byRef[key]
	} else if key = row.Text("student_no"); key != "" {
		switch of := byNumber[key]; len(of) {
		case 0:
		case 1:
			c = of[0]
		default: // several schools use the number: it is one of the actor's own school, if any
			c = known.byNumber[actor(tx).Unit+" "+key]
		}
	}
	if c == nil {
		if key == "" || !b.Pending("students", key) {
			row.Refuse("student_id", "talent.import.no_candidate", key)
		}
		return nil, false
	}
	if !mine(tx, row, "student_id", "talent.candidate.import", c.subject()) {
		return nil, false
	}
	code, level, source := row.Text("skill_code"), row.Int("level"), row.Text("source")
	if level < 1 || level > 5 {
		row.Ask("level", "talent.skill.level", code, strconv.Itoa(level))
		return nil, false
	}
	if source == "" {
		source = c.sourceOf(code)
	}
	e := Evidence{code, level, source, row.Text("on")}
	was, had := c.vouch(e)
	if was.Level != level {
		row.Differs("level", strconv.Itoa(was.Level), strconv.Itoa(level))
	} else if e.On != "" && was.On != e.On {
		row.Differs("on", was.On, e.On)
	}
	return c, had
}

// needTaker takes sheets of what positions ask for.
type needTaker struct{ *Talent }

func (needTaker) Kind() string { return "position_skills" }

func (t needTaker) Weigh(tx *db.Tx, b *intake.Batch, rows []*intake.Row) error {
	_, err := t.each(tx, b, rows)
	return err
}

func (t needTaker) Take(tx *db.Tx, b *intake.Batch, rows []*intake.Row) error {
	changed, err := t.each(tx, b, rows)
	if err != nil {
		return err
	}
	save, err := tx.Prepare(`UPDATE talent_position SET skills = $1, changed_at = $2 WHERE id = $3`)
	if err != nil {
		return err
	}
	defer save.Close()
	for _, p := range changed {
		if _, err := save.Exec(p.Needs.Pack(), tx.Now, p.ID); err != nil {
			return err
		}
	}
	return told(tx, "talent.position.import", b, len(rows))
}

func (t needTaker) each(tx *db.Tx, b *intake.Batch, rows []*intake.Row) (changed []*Position, err error) {
	known, err := t.indexPositions(tx, rows)
	if err != nil {
		return nil, err
	}
	noted := map[*Position]bool{}
	for _, row := range rows {
		quietlyIf(row, func() {
			p, had := t.read(tx, b, known, row)
			if p != nil && len(row.Changes) > 0 && !noted[p] {
				noted[p] = true
				changed = append(changed, p)
			}
			row.Weighed(had)
		})
	}
	return changed, nil
}

func (t needTaker) read(tx *db.Tx, b *intake.Batch, known *positionIndex, row *intake.Row) (p *Position, had bool) {
	ref := row.Text("position_id")
	if p = known.byRef[ref]; p == nil {
		if !b.Pending("positions", ref) {
			row.Refuse("position_id", "talent.import.no_position", ref)
		}
		return nil, false
	}
	if !mine(tx, row, "position_id", "talent.position.import", Subject{Enterprise: p.Enterprise}) {
		return nil, false
	}
	need, had := p.Needs.Find(row.Text("skill_code"))
	if !had {
		need = Need{row.Text("skill_code"), unstated, unweighted, false}
		row.Differs("skill_code", "", need.Code)
	}
	put(row, "level", &need.Level, row.Int("level"))
	put(row, "weight", &need.Weight, row.Int("weight"))
	put(row, "must", &need.Must, row.Yes("must"))
	if need.Level < 1 || need.Level > 5 {
		row.Ask("level", "talent.skill.level", need.Code, strconv.Itoa(need.Level))
		return nil, had
	}
	p.Needs = p.Needs.With(need)
	return p, had
}
