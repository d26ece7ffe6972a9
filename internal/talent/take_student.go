package talent

import (
	"math"
	"slices"
	"strconv"
	"time"

	"guildhall/internal/codes"
	"guildhall/internal/db"
	"guildhall/internal/intake"
	"guildhall/internal/rule"
)

type studentTaker struct{ *Talent }

func (studentTaker) Kind() string { return "students" }

// unstated is the level of a skill that a sheet names without one.
const unstated = 2

func (t studentTaker) Weigh(tx *db.Tx, b *intake.Batch, rows []*intake.Row) error {
	_, _, err := t.each(tx, b, rows)
	return err
}

func (t studentTaker) Take(tx *db.Tx, b *intake.Batch, rows []*intake.Row) error {
	list, secrets, err := t.each(tx, b, rows)
	if err != nil {
		return err
	}
	if err := t.SaveCandidates(tx, list, secrets); err != nil {
		return err
	}
	return told(tx, "talent.candidate.import", b, len(list))
}

// studentRows is what is known before rows of students are read.
type studentRows struct {
	*finder
	programmes *programmeIndex
	candidates *candidateIndex
	skills     rule.Held[SkillRule]
}

func (t studentTaker) each(tx *db.Tx, b *intake.Batch, rows []*intake.Row) (list []*Candidate, secrets []Private, err error) {
	var known studentRows
	if known.finder, err = newFinder(tx, b); err != nil {
		return nil, nil, err
	}
	if known.programmes, err = indexProgrammes(tx); err != nil {
		return nil, nil, err
	}
	if known.candidates, err = t.indexCandidates(tx, rows, "student_id", "student_no"); err != nil {
		return nil, nil, err
	}
	if known.skills, err = rule.Today[SkillRule](tx, skillKind); err != nil {
		return nil, nil, err
	}
	for _, row := range rows {
		quietlyIf(row, func() {
			var c *Candidate
			var p Private
			var had bool
			if c, p, had, err = t.read(tx, &known, row); c != nil && err == nil {
				c.count(known.skills, tx.Now)
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

func (t studentTaker) read(tx *db.Tx, known *studentRows, row *intake.Row) (c *Candidate, p Private, had bool, err error) {
	programme := known.programmes.byRef[row.Text("programme_id")]
	school, coming := known.unit(row, "school_id", "school")
	if school == "" && programme != nil {
		school = programme.School
	}
	if ref := row.Text("programme_id"); ref != "" && programme == nil {
		if known.batch.Pending("programmes", ref) {
			coming = true
		} else {
			row.Refuse("programme_id", "talent.import.no_programme", ref)
		}
	}
	if programme == nil && row.Has("programme_code") {
		programme = known.programmes.byCode[school+" "+row.Text("programme_code")]
	}
	if programme == nil && row.Has("programme") {
		programme = known.programmes.byName[school+" "+row.Text("programme")]
	}
	if c, err = known.candidates.find(t.Talent, school, row); err != nil {
		return nil, p, false, err
	}
	if had = c != nil; had {
		c = new(*c)
		if p, err = t.open(c); err != nil {
			return nil, p, had, err
		}
	} else {
		c = &Candidate{School: school}
	}
	if c.School == "" && !coming && row.Verdict != intake.Refused {
		row.Refuse("school", "talent.candidate.no_school")
	}
	if c.School != "" && !mine(tx, row, "school", "talent.candidate.import", c.subject()) {
		return nil, p, had, nil
	}
	if had && school != "" && school != c.School {
		row.Ask("school", "talent.import.other_school")
	}
	if number := row.Text("student_no"); number != "" {
		if other := known.candidates.byNumber[c.School+" "+number]; other != nil && other.ID != c.ID || had && c.Ref != "" && row.Has("student_id") && c.Ref != row.Text("student_id") {
			row.Ask("student_no", "talent.import.number_of_other", number)
		}
	}
	t.schooling(c, row, programme)
	t.wishes(c, row)
	t.private(&p, row)
	return c, p, had, nil
}

func (t studentTaker) schooling(c *Candidate, row *intake.Row, programme *Programme) {
	put(row, "student_id", &c.Ref, row.Text("student_id"))
	put(row, "student_no", &c.Number, row.Text("student_no"))
	putHidden(row, "name", &c.Name, row.Text("name"), codes.MaskName)
	if programme != nil && c.Programme != programme.ID {
		if c.Programme != "" {
			row.Differs("programme", c.ProgrammeCode, programme.Code)
		}
		c.Programme, c.ProgrammeCode, c.Level = programme.ID, programme.Code, programme.Level
	}
	if programme == nil {
		put(row, "programme_code", &c.ProgrammeCode, row.Text("programme_code"))
	}
	put(row, "level", &c.Level, row.Text("level"))
	if code, ok := t.Codes.Get("programme", c.ProgrammeCode); ok && c.Level == "" {
		c.Level = code.Kind
	}
	put(row, "class", &c.Class, row.Text("class"))
	put(row, "entry_date", &c.Entered, row.Text("entry_date"))
	put(row, "graduate_year", &c.Graduates, row.Int("graduate_year"))
	if entered, err := time.Parse(time.DateOnly, c.Entered); err == nil && c.Graduates == 0 && programme != nil {
		c.Graduates = entered.Year() + programme.Years
	}
	put(row, "status", &c.Status, row.Text("status"))
	put(row, "home_region", &c.Region, row.Text("home_region"))
	put(row, "certificate", &c.Certificate, row.Text("certificate"))
	if row.Has("score") {
		marks := int(math.Round(row.Float("score") * 10))
		switch {
		case marks < 0 || marks > 1000:
			row.Ask("score", "talent.candidate.score")
		case c.Score == nil:
			row.Differs("score", "", strconv.Itoa(marks))
			c.Score = &marks
		case *c.Score != marks:
			row.Differs("score", strconv.Itoa(*c.Score), strconv.Itoa(marks))
			c.Score = &marks
		}
	}
}

func (t studentTaker) wishes(c *Candidate, row *intake.Row) {
	putList(row, "want_positions", &c.WantKinds)
	putList(row, "want_regions", &c.WantRegions)
	put(row, "want_pay", &c.WantPay, row.Fen("want_pay"))
	put(row, "accept_shift", &c.AcceptShift, row.Yes("accept_shift"))
	put(row, "accept_overseas", &c.AcceptOverseas, row.Yes("accept_overseas"))
	had := PackEvidence(slices.Clone(c.evidenceOf()))
	for _, item := range row.Items("skills") {
		level := item.Level
		if level == 0 {
			if c.Skills.Level(item.Code) > 0 {
				continue // a level is known, and none is told
			}
			level = unstated
		}
		c.vouch(Evidence{Code: item.Code, Level: level, Source: c.sourceOf(item.Code)})
	}
	if now := PackEvidence(slices.Clone(c.evidenceOf())); now != had {
		row.Differs("skills", had, now)
	}
}

func (t studentTaker) private(p *Private, row *intake.Row) {
	hidden := func(string) string { return "***" }
	putHidden(row, "id_no", &p.Identity, row.Text("id_no"), codes.MaskResidentID)
	putHidden(row, "phone", &p.Phone, row.Text("phone"), codes.MaskPhone)
	putHidden(row, "birth", &p.Birth, row.Text("birth"), hidden)
	putHidden(row, "gender", &p.Gender, row.Text("gender"), hidden)
	if id, err := codes.CheckResidentID(p.Identity); err == nil {
		if p.Birth == "" {
			p.Birth = id.Birth.Format(time.DateOnly)
		}
	}
}
