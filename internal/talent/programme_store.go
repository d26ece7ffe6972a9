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
	return keptProgrammes.Get(tx, func() ([]*Programme, error) {
		return db.All(tx, scanProgramme, `SELECT `+programmeColumns+` FROM talent_programme p WHERE p.body = $1 ORDER BY p.school, p.code`, tx.Body)
	})
}

var keptProgrammes = db.NewKept[[]*Programme]("talent.programme", "talent_programme")

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

// tally counts the candidates of a school that are alike.
type tally struct {
	Cohort
	school string
}

var keptTallies = db.NewKept[[]tally]("talent.cohort", "talent_candidate: school, programme, level, graduates, status")

// tallies counts all candidates of the body, once for all who ask until one comes,
// goes or passes on.
func tallies(tx *db.Tx) ([]tally, error) {
	return keptTallies.Get(tx, func() ([]tally, error) {
		return db.All(tx, func(row db.Row) (c tally, err error) {
			return c, row.Scan(&c.school, &c.Programme, &c.Level, &c.Graduates, &c.Status, &c.Count)
		}, `SELECT c.school, c.programme, c.level, c.graduates, c.status, count(*) FROM talent_candidate c WHERE c.body = $1
			GROUP BY c.school, c.programme, c.level, c.graduates, c.status ORDER BY c.programme, c.graduates, c.status, c.level, c.school`, tx.Body)
	})
}

// cohorts counts candidates by programme, level, year and status; of one
// programme where it is named.
func cohorts(tx *db.Tx, programme string) ([]Cohort, error) {
	all, err := tallies(tx)
	list := []Cohort{}
	for _, t := range all {
		if programme != "" && t.Programme != programme {
			continue
		}
		if n := len(list) - 1; n >= 0 && list[n].like(t.Cohort) {
			list[n].Count += t.Count
		} else {
			list = append(list, t.Cohort)
		}
	}
	return list, err
}

// like tells whether two are the same cohort.
func (c Cohort) like(d Cohort) bool {
	c.Count, d.Count = 0, 0
	return c == d
}

// inTraining counts the candidates of programmes who have not left yet.
func inTraining(tx *db.Tx, programmes []string) (map[string]int, error) {
	counts := map[string]int{}
	all, err := tallies(tx)
	for _, t := range all {
		if slices.Contains(inSchool, t.Status) && slices.Contains(programmes, t.Programme) {
			counts[t.Programme] += t.Count
		}
	}
	return counts, err
}

var inSchool = []string{"studying", "final_year", "internship"}

// seekers counts those who look for a place, of one school or of all.
func seekers(tx *db.Tx, school string) (n int, err error) {
	all, err := tallies(tx)
	for _, t := range all {
		if (school == "" || t.school == school) && slices.Contains(Seeking, t.Status) {
			n += t.Count
		}
	}
	return n, err
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
