package talent

import (
	"guildhall/internal/codes"
	"guildhall/internal/db"
	"guildhall/internal/intake"
	"guildhall/internal/rule"
)

// workerTaker takes sheets of workers and trainees.
type workerTaker struct{ *Talent }

func (workerTaker) Kind() string { return "workers" }

func (t workerTaker) Weigh(tx *db.Tx, b *intake.Batch, rows []*intake.Row) error {
	_, _, err := t.each(tx, b, rows)
	return err
}

func (t workerTaker) Take(tx *db.Tx, b *intake.Batch, rows []*intake.Row) error {
	list, secrets, err := t.each(tx, b, rows)
	if err != nil {
		return err
	}
	if err := t.SaveCandidates(tx, list, secrets); err != nil {
		return err
	}
	return told(tx, "talent.candidate.import", b, len(list))
}

func (t workerTaker) each(tx *db.Tx, b *intake.Batch, rows []*intake.Row) (list []*Candidate, secrets []Private, err error) {
	f, err := newFinder(tx, b)
	if err != nil {
		return nil, nil, err
	}
	known, err := t.indexCandidates(tx, rows, "person_id", "person_no")
	if err != nil {
		return nil, nil, err
	}
	held, err := rule.Today[SkillRule](tx, skillKind)
	if err != nil {
		return nil, nil, err
	}
	for _, row := range rows {
		quietlyIf(row, func() {
			var c *Candidate
			var p Private
			var had bool
			if c, p, had, err = t.read(tx, f, known, row); c != nil && err == nil {
				c.count(held, tx.Now)
				list, secrets = append(list, c), append(secrets, p)
			}
			row.Weighed(had)
		})
		if err != nil {
			return nil, nil, err
		}
	}
	return list, secrets, nil
}

func (t workerTaker) read(tx *db.Tx, f *finder, known *candidateIndex, row *intake.Row) (c *Candidate, p Private, had bool, err error) {
	unit, coming := f.unit(row, "unit_id", "unit")
	if c, err = known.find(t.Talent, unit, row); err != nil {
		return nil, p, false, err
	}
	if had = c != nil; had {
		c = new(*c)
		if p, err = t.open(c); err != nil {
			return nil, p, had, err
		}
	} else {
		c = &Candidate{School: unit, Kind: Worker}
	}
	switch {
	case c.School == "" && !coming && row.Verdict != intake.Refused:
		row.Refuse("unit", "talent.candidate.no_unit")
	case had && unit != "" && unit != c.School:
		row.Ask("unit", "talent.import.other_unit")
	case c.Kind == Student:
		row.Refuse("kind", "talent.import.is_student")
	}
	if c.School != "" && !mine(tx, row, "unit", "talent.candidate.import", c.subject()) {
		return nil, p, had, nil
	}
	t.work(f, c, row)
	students := studentTaker(t)
	students.wishes(c, row)
	students.private(&p, row)
	return c, p, had, nil
}

func (t workerTaker) work(f *finder, c *Candidate, row *intake.Row) {
	kind := c.Kind
	put(row, "person_id", &c.Ref, row.Text("person_id"))
	put(row, "person_no", &c.Number, row.Text("person_no"))
	putHidden(row, "name", &c.Name, row.Text("name"), codes.MaskName)
	put(row, "kind", &c.Kind, row.Text("kind"))
	put(row, "level", &c.Level, row.Text("level"))
	put(row, "certificate", &c.Certificate, row.Text("certificate"))
	if c.Status == "" || c.Kind != kind {
		c.Status = StatusesOf(c.Kind)[0]
	}
	put(row, "status", &c.Status, row.Text("status"))
	if u := f.units[c.School]; u != nil && c.Kind == Worker && u.Class != "enterprise" {
		row.Refuse("unit", "talent.candidate.not_enterprise", u.Short())
	}
	if err := c.checkStatus(); err != "" {
		row.Refuse("status", err, c.Status)
	}
}
