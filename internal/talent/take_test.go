package talent_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/intake"
	"guildhall/internal/talent"
)

// Sending a sheet twice doubles nothing, and what a sheet does not tell changes
// nothing.
func TestImportTwice(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		w := small(t, address)
		for _, s := range []struct{ kind, text string }{{"programmes", programmeSheet}, {"students", studentSheet}, {"student_skills", skillSheet},
			{"positions", positionSheet}, {"position_skills", needSheet}} {
			rows := sheet(s.kind, s.text)
			if counts := w.take(w.office, s.kind, rows); counts[intake.Same] != len(rows) {
				t.Errorf("%s sent again: %v, want %d the same", s.kind, counts, len(rows))
			}
		}
		if counts := w.take(w.office, "students", sheet("students", "student_id,score\nC1,61.0")); counts[intake.Changed] != 1 {
			t.Errorf("a new mark: %v", counts)
		}
		got := must[*talent.CandidateView](t)(w.Candidate(w.student("C1"), auth.From(w.student("C1")).About))
		if *got.Score != 610 || got.Name != "甲一" || got.Class != "1班" || len(got.Skills) != 1 || got.ConsentAt == nil {
			t.Errorf("after a sheet of marks alone: %+v", got.Candidate)
		}
	})
}

// How rows are known, and what becomes of those that cannot be taken.
func TestVerdicts(t *testing.T) {
	for _, c := range []struct {
		name, kind, text string
		who              func(*world) context.Context
		want             intake.Verdict
		field            string // that is changed, or the reason is about
	}{
		{"a student by the school's own number", "students", "student_no,school_id,name,phone\n102,S1,甲二,14100000009", office, intake.Changed, "phone"},
		{"the same number at another school is another student", "students", "student_no,school_id,name\n103,S2,丙六", office, intake.New, ""},
		{"a student by name and birth", "students", "name,birth,school_id,score\n甲二,2007-02-02,S1,71.0", office, intake.Changed, "score"},
		{"a namesake born on another day", "students", "name,birth,school_id\n甲二,2008-02-02,S1", office, intake.New, ""},
		{"a school that is not there", "students", "student_no,school,name\n1,某校,丙六", office, intake.Refused, "school"},
		{"another student's number", "students", "student_id,school_id,student_no\nC1,S1,103", office, intake.Decision, "student_no"},
		{"a known number under another sheet number", "students", "student_id,school_id,student_no,name\nC9,S1,103,甲三", office, intake.Decision, "student_no"},
		{"a known programme under another number", "programmes", "programme_id,school_id,code,name\nP9,S1,660102,机械加工技术", office, intake.Decision, "code"},
		{"no school at all", "students", "student_no,name\n1,丙六", office, intake.Refused, "school"},
		{"a school by its name", "students", "student_no,school,name\n9,第二职业学校,丙六", office, intake.New, ""},
		{"marks above all", "students", "student_id,score\nC1,120.0", office, intake.Decision, "score"},
		{"another school's student", "students", "student_id,school_id,score\nC1,S1,61.0", staffOf("S2"), intake.Refused, "school"},
		{"own student", "students", "student_id,school_id,score\nC4,S2,61.0", staffOf("S2"), intake.Changed, "score"},
		{"an enterprise brings students", "students", "student_no,school_id,name\n9,S1,丙六", staffOf("E1"), intake.Refused, "school"},
		{"a skill of nobody", "student_skills", "student_id,skill_code,level\nC9,PRO01,3", office, intake.Refused, "student_id"},
		{"a skill beyond the levels", "student_skills", "student_id,skill_code,level\nC1,PRO01,9", office, intake.Decision, "level"},
		{"a skill got better", "student_skills", "student_id,skill_code,level\nC1,PRO01,4", office, intake.Changed, "level"},
		{"a skill by the number of one's own school", "student_skills", "student_no,skill_code,level\n101,PRO03,4", staffOf("S2"), intake.New, ""},
		{"a position of a rival", "positions", "position_id,enterprise_id,title\nJ1,E1,冲压", staffOf("E2"), intake.Refused, "enterprise"},
		{"a position without number is known by title and place", "positions", "enterprise,title,headcount\n甲汽车,焊工,2", office, intake.New, ""},
		{"pay upside down", "positions", "position_id,pay_low,pay_high\nJ1,7000,6000", office, intake.Decision, "pay_high"},
		{"an enterprise by its credit code that nobody has", "positions", "uscc,title\n91450200MA5K8W1234,焊工", office, intake.Refused, "uscc"},
		{"a need of no position", "position_skills", "position_id,skill_code,level\nJ9,PRO01,3", office, intake.Refused, "position_id"},
		{"a need that weighs more", "position_skills", "position_id,skill_code,weight\nJ1,PRO01,90", staffOf("E1"), intake.Changed, "weight"},
		{"a programme of one's own", "programmes", "school_id,code,name\nS1,660103,数控技术应用", staffOf("S1"), intake.New, ""},
		{"a programme of another", "programmes", "school_id,code,name\nS2,660103,数控技术应用", staffOf("S1"), intake.Refused, "school"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := small(t, t.TempDir()+"/test.db")
			rows := sheet(c.kind, c.text)
			w.take(c.who(w), c.kind, rows)
			row := rows[0]
			if row.Verdict != c.want {
				t.Errorf("%v %v, want %v", row.Verdict, row.Reasons, c.want)
			}
			about := ""
			if len(row.Reasons) > 0 {
				about = row.Reasons[0].Field
			} else if c.want == intake.Changed && len(row.Changes) > 0 {
				about = row.Changes[0].Field
			}
			if about != c.field {
				t.Errorf("it is about %q, want %q: %v %v", about, c.field, row.Reasons, row.Changes)
			}
			again := sheet(c.kind, c.text)
			if counts := w.take(c.who(w), c.kind, again); c.want == intake.New || c.want == intake.Changed {
				if counts[intake.Same] != 1 {
					t.Errorf("sent again: %v", counts)
				}
			}
		})
	}
}

func office(w *world) context.Context { return w.office }

func staffOf(ref string) func(*world) context.Context {
	return func(w *world) context.Context { return w.staff(ref) }
}

// What is personal stands nowhere in clear but the name and the school's number.
func TestPersonalFieldsAreSealed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		w := small(t, address)
		w.take(w.office, "students", sheet("students", "student_id,id_no\nC1,458000200701020016"))
		for _, table := range []string{"talent_candidate", "talent_position", "journal_entry"} {
			rows := must[[]string](t)(db.View(w.office, w.DB, func(tx *db.Tx) ([]string, error) { return everything(tx, table) }))
			for _, row := range rows {
				for _, personal := range []string{"458000200701020016", "14100000001", "2007-01-02"} {
					if strings.Contains(row, personal) {
						t.Errorf("%s holds %s in clear", table, personal)
					}
				}
				if table != "talent_candidate" && strings.Contains(row, "甲一") {
					t.Errorf("%s holds a name", table)
				}
			}
		}
		seen := must[*talent.CandidateView](t)(w.Candidate(w.staff("S1"), auth.From(w.student("C1")).About))
		if p := *seen.Private; p.Identity != "458***********0016" || p.Phone != "141****0001" || p.Birth != "2007-01-02" {
			t.Errorf("the school sees %+v", p)
		}
	})
}

// everything gives the text of every row of a table that has these columns.
func everything(tx *db.Tx, table string) ([]string, error) {
	columns := map[string]string{
		"talent_candidate": "id || ref || number || name || class || sealed || identity || adult_from",
		"talent_position":  "id || ref || title || phone || skills",
		"journal_entry":    "data",
	}[table]
	return db.All(tx, func(row db.Row) (string, error) {
		var v any
		err := row.Scan(&v)
		if b, ok := v.([]byte); ok {
			return string(b), err
		}
		return fmt.Sprint(v), err
	}, `SELECT `+columns+` FROM `+table)
}
