package talent

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/fault"
	"guildhall/internal/i18n"
)

const programmeColumns = `p.id, p.ref, p.school, p.code, p.name, p.level, p.years, p.plan, p.founded, p.enrolled, p.changed_at`

func scanProgramme(row db.Row) (*Programme, error) {
	p := new(Programme)
	return p, row.Scan(&p.ID, &p.Ref, &p.School, &p.Code, &p.Name, &p.Level, &p.Years, &p.Plan, &p.Founded, &p.Enrolled, &p.ChangedAt)
}

func findProgramme(tx *db.Tx, id string) (*Programme, error) {
	return db.One(tx, scanProgramme, `SELECT `+programmeColumns+` FROM talent_programme p WHERE p.id = $1 AND p.body = $2`, id, tx.Body)
}

// allProgrammes gives the body's programmes: some hundreds to thousands.
func allProgrammes(tx *db.Tx) ([]*Programme, error) {
	return db.All(tx, scanProgramme, `SELECT `+programmeColumns+` FROM talent_programme p WHERE p.body = $1 ORDER BY p.school, p.code`, tx.Body)
}

func listProgrammes(tx *db.Tx, s ProgrammeSearch) (list []*Programme, next string, err error) {
	var w db.Where
	w.And("p.body = ?", tx.Body)
	w.Like(strings.TrimSpace(s.Text), "p.name", "p.code", "p.ref")
	if s.School != "" {
		w.And("p.school = ?", s.School)
	}
	if s.Level != "" {
		w.And("p.level = ?", s.Level)
	}
	if school, code, ok := strings.Cut(s.After, "~"); ok {
		w.And("p.school > ? OR p.school = ? AND p.code > ?", school, school, code)
	}
	limit := limitOf(s.Limit)
	where := w.String()
	list, err = db.All(tx, scanProgramme, `SELECT `+programmeColumns+` FROM talent_programme p`+where+
		` ORDER BY p.school, p.code LIMIT `+w.Next(limit+1), w.Args...)
	if err == nil && len(list) > limit {
		list = list[:limit]
		next = list[limit-1].School + "~" + list[limit-1].Code
	}
	return list, next, err
}

func saveProgrammes(tx *db.Tx, list []*Programme) error {
	rows := make([][]any, len(list))
	for i, p := range list {
		rows[i] = []any{p.ID, tx.Body, p.Ref, p.School, p.Code, p.Name, p.Level, p.Years, p.Plan, p.Founded, p.Enrolled, p.ChangedAt}
	}
	return db.Insert(tx, "talent_programme",
		[]string{"id", "body", "ref", "school", "code", "name", "level", "years", "plan", "founded", "enrolled", "changed_at"},
		`ON CONFLICT (id) DO UPDATE SET ref = excluded.ref, school = excluded.school, code = excluded.code, name = excluded.name,
			level = excluded.level, years = excluded.years, plan = excluded.plan, founded = excluded.founded,
			enrolled = excluded.enrolled, changed_at = excluded.changed_at`, rows)
}

// cohorts counts candidates by programme, level, year and status; of one
// programme where it is named.
func cohorts(tx *db.Tx, programme string) ([]Cohort, error) {
	var w db.Where
	w.And("c.body = ?", tx.Body)
	if programme != "" {
		w.And("c.programme = ?", programme)
	}
	return db.All(tx, func(row db.Row) (c Cohort, err error) {
		return c, row.Scan(&c.Programme, &c.Level, &c.Graduates, &c.Status, &c.Count)
	}, `SELECT c.programme, c.level, c.graduates, c.status, count(*) FROM talent_candidate c`+w.String()+
		` GROUP BY c.programme, c.level, c.graduates, c.status ORDER BY c.programme, c.graduates, c.status`, w.Args...)
}

// inTraining counts the candidates of programmes who have not left yet.
func inTraining(tx *db.Tx, programmes []string) (map[string]int, error) {
	counts := map[string]int{}
	if len(programmes) == 0 {
		return counts, nil
	}
	var w db.Where
	w.And("c.body = ?", tx.Body)
	w.In("c.programme", programmes)
	w.In("c.status", []string{"studying", "final_year", "internship"})
	pairs, err := db.All(tx, db.Pair[string, int], `SELECT c.programme, count(*) FROM talent_candidate c`+w.String()+` GROUP BY c.programme`, w.Args...)
	for _, p := range pairs {
		counts[p.A] = p.B
	}
	return counts, err
}

// openPlaces sums the places of open positions by kind.
func openPlaces(tx *db.Tx) (map[string]int, error) {
	pairs, err := db.All(tx, db.Pair[string, int], `SELECT p.kind, sum(p.headcount) FROM talent_position p
		WHERE p.body = $1 AND p.status = 'open' GROUP BY p.kind`, tx.Body)
	places := map[string]int{}
	for _, p := range pairs {
		places[p.A] = p.B
	}
	return places, err
}

// limitOf bounds how many rows a page has.
func limitOf(asked int) int {
	if asked <= 0 {
		return 50
	}
	return min(asked, 200)
}

func sortedUnits(list []*directory.Unit) []*directory.Unit {
	slices.SortFunc(list, func(a, b *directory.Unit) int { return cmp.Compare(a.Short(), b.Short()) })
	return list
}

// day gives the day of a moment in China, as days are kept: 2026-10-31.
func day(at time.Time) string { return at.In(i18n.China).Format(time.DateOnly) }

// notFound is the answer for what is not there, or not for the reader.
func notFound() error { return fault.NotFound.New("fault.not_found") }
