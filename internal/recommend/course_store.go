package recommend

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/fault"
	"guildhall/matching/fit"
)

const courseColumns = `c.id, c.owner_id, c.name, c.name_en, c.hours, c.fee_fen, c.form, c.skills, c.certificate, c.starts, c.ended, c.changed_at`

func scanCourse(row db.Row) (*Course, error) {
	c := new(Course)
	var skills, certificate string
	err := row.Scan(&c.ID, &c.Owner, &c.Name, &c.NameEN, &c.Hours, &c.Fee, &c.Form, &skills, &certificate, &c.Starts, &c.Ended, &c.ChangedAt)
	c.Skills = parseSkills(skills)
	c.Certificate.Occupation, c.Certificate.Grade, _ = strings.Cut(certificate, ":")
	return c, err
}

func findCourse(tx *db.Tx, id string) (*Course, error) {
	if id == "" {
		return nil, fault.NotFound.New("fault.not_found")
	}
	return db.One(tx, scanCourse, `SELECT `+courseColumns+` FROM recommend_course c WHERE c.id = $1 AND c.body = $2`, id, tx.Body)
}

// offered gives the courses that are offered, by name. A body has hundreds at most.
func offered(tx *db.Tx) ([]*Course, error) {
	return db.All(tx, scanCourse, `SELECT `+courseColumns+` FROM recommend_course c
		WHERE c.body = $1 AND c.ended = '' ORDER BY c.name, c.id`, tx.Body)
}

func saveCourse(tx *db.Tx, c *Course) error {
	c.ChangedAt = tx.Now
	certificate := ""
	if c.Certificate.Occupation != "" {
		certificate = c.Certificate.Occupation + ":" + c.Certificate.Grade
	}
	_, err := tx.Exec(`INSERT INTO recommend_course (id, body, owner_id, name, name_en, hours, fee_fen, form, skills, certificate, starts, ended, made_at, changed_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13)
		ON CONFLICT (id) DO UPDATE SET name = excluded.name, name_en = excluded.name_en, hours = excluded.hours, fee_fen = excluded.fee_fen,
			form = excluded.form, skills = excluded.skills, certificate = excluded.certificate, starts = excluded.starts, ended = excluded.ended,
			changed_at = excluded.changed_at`,
		c.ID, tx.Body, c.Owner, c.Name, c.NameEN, c.Hours, c.Fee, c.Form, packSkills(c.Skills), certificate, c.Starts, c.Ended, tx.Now)
	return err
}

func packSkills(list []fit.Skill) string {
	parts := make([]string, len(list))
	for i, s := range list {
		parts[i] = s.Code + ":" + strconv.Itoa(s.Level)
	}
	return strings.Join(parts, ";")
}

// parseSkills reads what packSkills wrote.
func parseSkills(packed string) (list []fit.Skill) {
	if packed == "" {
		return nil
	}
	for part := range strings.SplitSeq(packed, ";") {
		code, level, _ := strings.Cut(part, ":")
		if n, err := strconv.Atoi(level); err == nil {
			list = append(list, fit.Skill{Code: code, Level: n})
		}
	}
	return list
}

// order sorts courses as was asked for.
func (s CourseSearch) order(list []*Course) {
	slices.SortStableFunc(list, func(a, b *Course) int {
		switch s.Sort {
		case "hours":
			return cmp.Compare(a.Hours, b.Hours)
		case "-hours":
			return cmp.Compare(b.Hours, a.Hours)
		case "starts":
			return cmp.Or(cmp.Compare(orLate(a.Starts), orLate(b.Starts)))
		}
		return 0
	})
}

func orLate(day string) string {
	if day == "" {
		return "9999"
	}
	return day
}

// nameOf gives a unit's name for lists, or its id where the directory lost it.
func nameOf(all map[string]*directory.Unit, id string) string {
	if u := all[id]; u != nil {
		return u.Short()
	}
	return id
}
