package talent

import (
	"guildhall/internal/db"
	"guildhall/internal/intake"
)

type programmeTaker struct{ *Talent }

func (programmeTaker) Kind() string { return "programmes" }

// programmeIndex finds programmes by the number of sheets, by school and code, and
// by school and name.
type programmeIndex struct {
	byRef, byCode, byName map[string]*Programme
}

func indexProgrammes(tx *db.Tx) (*programmeIndex, error) {
	all, err := allProgrammes(tx)
	x := &programmeIndex{map[string]*Programme{}, map[string]*Programme{}, map[string]*Programme{}}
	for _, p := range all {
		if p.Ref != "" {
			x.byRef[p.Ref] = p
		}
		x.byCode[p.School+" "+p.Code] = p
		x.byName[p.School+" "+p.Name] = p
	}
	return x, err
}

func (t programmeTaker) Weigh(tx *db.Tx, b *intake.Batch, rows []*intake.Row) error {
	_, err := t.each(tx, b, rows)
	return err
}

func (t programmeTaker) Take(tx *db.Tx, b *intake.Batch, rows []*intake.Row) error {
	list, err := t.each(tx, b, rows)
	if err != nil {
		return err
	}
	had := map[string]bool{}
	for _, p := range list {
		had[p.ID] = p.ID != ""
	}
	if err := t.SaveProgrammes(tx, list); err != nil {
		return err
	}
	if err := told(tx, "talent.programme.import", b, len(list)); err != nil {
		return err
	}
	return noteProgrammes(tx, list, had)
}

// each gives the programmes that rows mean, as they would be kept.
func (t programmeTaker) each(tx *db.Tx, b *intake.Batch, rows []*intake.Row) (list []*Programme, err error) {
	f, err := newFinder(tx, b)
	if err != nil {
		return nil, err
	}
	known, err := indexProgrammes(tx)
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		quietlyIf(row, func() {
			p, had := t.read(tx, f, known, row)
			if p != nil {
				list = append(list, p)
			}
			row.Weighed(had)
		})
	}
	return list, nil
}

func (t programmeTaker) read(tx *db.Tx, f *finder, known *programmeIndex, row *intake.Row) (p *Programme, had bool) {
	school, coming := f.unit(row, "school_id", "school")
	p = known.byRef[row.Text("programme_id")]
	if p == nil && school != "" {
		p = known.byCode[school+" "+row.Text("code")]
	}
	if p != nil {
		p, had = new(*p), true
	} else {
		p = &Programme{School: school}
	}
	if school == "" && !had && !coming && row.Verdict != intake.Refused {
		row.Refuse("school", "talent.programme.no_school")
	}
	if p.School != "" && !mine(tx, row, "school", "talent.programme.import", p.subject()) {
		return nil, had
	}
	if code := row.Text("code"); code != "" {
		if other := known.byCode[p.School+" "+code]; other != nil && other.ID != p.ID || had && p.Ref != "" && row.Has("programme_id") && p.Ref != row.Text("programme_id") {
			row.Ask("code", "talent.import.code_of_other", code)
		}
	}
	put(row, "programme_id", &p.Ref, row.Text("programme_id"))
	put(row, "code", &p.Code, row.Text("code"))
	put(row, "name", &p.Name, row.Text("name"))
	put(row, "level", &p.Level, row.Text("level"))
	put(row, "years", &p.Years, row.Int("years"))
	put(row, "plan_per_year", &p.Plan, row.Int("plan_per_year"))
	put(row, "founded", &p.Founded, row.Int("founded"))
	put(row, "students_in_set", &p.Enrolled, row.Int("students_in_set"))
	if c, ok := t.Codes.Get("programme", p.Code); ok && p.Level == "" {
		p.Level = c.Kind
	}
	if p.Code == "" && row.Verdict != intake.Refused {
		row.Ask("code", "talent.programme.no_code")
	}
	return p, had
}

// quietlyIf runs fn on a row; where the row was weighed before, its changes are
// not noted again.
func quietlyIf(row *intake.Row, fn func()) {
	if row.Verdict == intake.New || row.Verdict == intake.Changed {
		quietly(row, fn)
		return
	}
	fn()
}
