package round_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/directory"
	"guildhall/internal/fault"
	"guildhall/internal/intake"
	"guildhall/internal/round"
	"guildhall/internal/talent"
	"guildhall/matching/exchange"
)

var someUnits = []*directory.Unit{
	{Ref: "S1", Name: "第一职业学校", Class: "secondary"},
	{Ref: "S2", Name: "第二职业学校", Class: "secondary"},
	{Ref: "E1", Name: "甲汽车", Class: "enterprise", Staff: 10},
	{Ref: "E2", Name: "乙零部件", Class: "enterprise", Staff: 400},
}

const programmeSheet = `
programme_id,school_id,level,code,name,years,plan_per_year
P1,S1,secondary,660102,机械加工技术,3,100
P2,S2,secondary,660701,汽车制造与检测,3,50`

// The students differ in marks alone, the later the better; the last is seventeen.
const studentSheet = `
student_id,student_no,name,gender,id_no,birth,phone,school_id,programme_id,class,entry_date,graduate_year,status,home_region,score,want_positions,want_regions,want_pay,accept_shift,accept_overseas
C1,101,甲一,M,,2007-01-02,14100000001,S1,P1,1班,2023-09-01,2026,final_year,450105,60.0,P001,450203,4000,yes,no
C2,102,甲二,F,,2007-02-02,14100000002,S1,P1,1班,2023-09-01,2026,final_year,450105,70.0,P001,450203,4000,yes,no
C3,103,甲三,M,,2007-03-02,14100000003,S1,P1,1班,2023-09-01,2026,final_year,450105,80.0,P001,450203,4000,yes,no
C4,101,乙四,F,,2007-04-02,14100000004,S2,P2,2班,2023-09-01,2026,final_year,450105,90.0,P001,450203,4000,no,no
C5,102,乙五,M,,2008-12-02,14100000005,S2,P2,2班,2023-09-01,2026,final_year,450105,95.0,P001,450203,4000,yes,no`

const positionSheet = `
position_id,enterprise_id,position_code,title,occupation_code,segment_code,region_code,headcount,education,pay_low,pay_high,shift,overseas,posted_on,closes_on,status
J1,E1,P001,冲压工,6-18-01-12,M07,450203,1,中职,5000,6000,day,no,2026-01-01,2026-06-30,open
J2,E2,P001,夜班冲压工,6-18-01-12,M07,450203,2,中职,4500,5000,two_shift,no,2026-01-01,2026-06-30,open
J3,E2,P001,已招满,6-18-01-12,M07,450203,2,中职,9000,9000,day,no,2026-01-01,2026-06-30,filled`

const skillSheet = `
student_id,skill_code,level,source
C1,PRO01,3,course
C2,PRO01,3,course
C3,PRO01,3,course
C4,PRO01,3,course
C5,PRO01,3,course`

const needSheet = `
position_id,skill_code,level,weight,must
J1,PRO01,3,100,yes
J2,PRO01,3,60,yes
J2,PRO03,3,40,no`

// small is a world of two schools, five students, two enterprises and three
// positions, all of whose consents are noted.
func small(t *testing.T, address string) *world {
	t.Helper()
	w := newWorld(t, address, units())
	for _, s := range []struct{ kind, text string }{{"programmes", programmeSheet}, {"students", studentSheet}, {"student_skills", skillSheet},
		{"positions", positionSheet}, {"position_skills", needSheet}} {
		rows := sheet(s.kind, s.text)
		if counts := w.take(w.office, s.kind, rows); counts[intake.New] != len(rows) {
			t.Fatalf("%s: %v of %d rows", s.kind, counts, len(rows))
		}
	}
	must[int](t)(w.Consent(w.staff("S1"), talent.ConsentForm{Purposes: talent.Purposes}))
	must[int](t)(w.Consent(w.staff("S2"), talent.ConsentForm{Purposes: talent.Purposes, Guardian: true}))
	return w
}

func units() []*directory.Unit {
	list := make([]*directory.Unit, len(someUnits))
	for i, u := range someUnits {
		list[i] = new(*u)
	}
	return list
}

var finalYear = round.Form{Name: "第一轮", Statuses: []string{talent.FinalYear}}

// The round from draft to publication, as each kind of reader sees it.
func TestRound(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		w := small(t, address)
		r := must[*round.Round](t)(w.Office.RunRound(w.office, finalYear, "seed"))
		if r.State != round.Published || r.Candidates != 5 || r.Positions != 2 || r.Places != 3 {
			t.Fatalf("got %+v", r)
		}
		// C4 (90) takes no shifts, and C5 (95) is best: J1 pays more and goes to C5; J2 to C3 and C2.
		got := map[string]string{}
		for _, p := range must[*round.Results](t)(w.Office.Results(w.office, r.ID, round.ResultSearch{})).List {
			got[p.Candidate] = p.Title
		}
		for ref, want := range map[string]string{"C1": "", "C2": "夜班冲压工", "C3": "夜班冲压工", "C4": "", "C5": "冲压工"} {
			id := auth.From(w.student(ref)).About
			if got[id] != want {
				t.Errorf("%s got %q, want %q", ref, got[id], want)
			}
		}
		mine := must[*round.Mine](t)(w.Office.Mine(w.student("C1")))
		if mine.Got != nil || len(mine.Choices) != 2 {
			t.Fatalf("C1: %+v", mine.Choices)
		}
		if c := mine.Choices[0]; c.Code != "full" || c.Places != 1 || c.Place != 5 || c.Shown {
			t.Errorf("C1's first choice: %+v, want full, number 5 of 1, and no merit of the one who got it", c)
		}
		if c := mine.Choices[1]; c.Code != "full" || c.Place != 3 {
			t.Errorf("C1's second choice: %+v, want number 3 of 2", c)
		}
		best := must[*round.Mine](t)(w.Office.Mine(w.student("C5")))
		if best.Got == nil || best.Got.Number != 1 || best.Choices[1].Code != "" {
			t.Errorf("C5: %+v", best.Choices)
		}
		blocked := must[*round.Mine](t)(w.Office.Mine(w.student("C4")))
		if len(blocked.Changes) == 0 || blocked.Changes[0].Accept != "shift" || blocked.Changes[0].Opens != 1 {
			t.Errorf("C4 would be placed if they took shifts: %+v", blocked.Changes)
		}
	})
}

// Whoever holds the certificate can check it without us, and learns no name.
func TestCertificate(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		w := small(t, address)
		r := must[*round.Round](t)(w.Office.RunRound(w.office, finalYear, "seed"))
		_, write, err := w.Office.Certificate(w.as(auth.Actor{}), r.ID)
		if err != nil {
			t.Fatal(err)
		}
		var file bytes.Buffer
		if err := write(&file); err != nil {
			t.Fatal(err)
		}
		z := must[*zip.Reader](t)(zip.NewReader(bytes.NewReader(file.Bytes()), int64(file.Len())))
		report, err := exchange.Verify(t.Context(), z, exchange.Options{})
		if err != nil || !report.OK || report.Matched != 3 || report.Print != r.Print {
			t.Errorf("the certificate: %+v, %v", report, err)
		}
		code := must[*round.Mine](t)(w.Office.Mine(w.student("C5"))).Code
		for _, f := range z.File {
			text := read(t, f)
			if f.Name == exchange.Candidates && !strings.Contains(text, code) {
				t.Errorf("%s does not hold C5's code %s", f.Name, code)
			}
			for _, personal := range []string{"甲一", "乙五", auth.From(w.student("C5")).About, "C5,", "14100000005"} {
				if strings.Contains(text, personal) {
					t.Errorf("%s tells %s", f.Name, personal)
				}
			}
		}
	})
}

func read(t *testing.T, f *zip.File) string {
	t.Helper()
	r, err := f.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var b bytes.Buffer
	if _, err := b.ReadFrom(r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// A result that somebody changed behind our back fails the check, and cannot be
// published, neither by us nor in the table.
func TestP7TamperedResultIsNotPublished(t *testing.T) {
	for name, change := range map[string]string{
		"a place taken away":  `UPDATE round_result SET seq = 0, choice = 0 WHERE seq = 1`,
		"a score written up":  `UPDATE round_result SET choices = '1:9999' WHERE seq = 1`,
		"a place given twice": `UPDATE round_result SET seq = 1 WHERE seq = 2`,
	} {
		t.Run(name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, address string) {
				w := small(t, address)
				r := must[*round.Round](t)(w.Office.Draft(w.office, finalYear))
				must[*round.Round](t)(w.Office.Open(w.office, r.ID))
				must[*round.Round](t)(w.Office.Freeze(w.office, r.ID, ""))
				must[*round.Round](t)(w.Office.Compute(w.office, r.ID))
				exec(t, w, change)
				if r, err := w.Office.Verify(w.office, r.ID); err == nil && (r.Verified || r.State != round.Computed) {
					t.Errorf("the check passed: %+v", r.Report)
				}
				if _, err := w.Office.Publish(w.office, r.ID); !errors.Is(err, fault.Conflict) {
					t.Errorf("publishing: %v, want a conflict", err)
				}
				if err := db.Do(w.office, w.DB, func(tx *db.Tx) error {
					_, err := tx.Exec(`UPDATE round_round SET state = 'published'`)
					return err
				}); err == nil {
					t.Error("the table lets an unverified round be published")
				}
				// Computed anew, it is right again.
				must[*round.Round](t)(w.Office.Compute(w.office, r.ID))
				if r := must[*round.Round](t)(w.Office.Verify(w.office, r.ID)); !r.Verified {
					t.Errorf("after a new computation: %+v", r.Report)
				}
			})
		})
	}
}

func exec(t *testing.T, w *world, query string, args ...any) {
	t.Helper()
	if err := db.Do(w.office, w.DB, func(tx *db.Tx) error {
		_, err := tx.Exec(query, args...)
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

// A process that dies while it writes a result leaves rows that nobody sees, and
// a frozen round that is computed anew.
func TestBrokenOffComputation(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		w := small(t, address)
		r := must[*round.Round](t)(w.Office.Draft(w.office, finalYear))
		must[*round.Round](t)(w.Office.Open(w.office, r.ID))
		must[*round.Round](t)(w.Office.Freeze(w.office, r.ID, ""))
		exec(t, w, `INSERT INTO round_result (round_id, run, candidate_id, body, school, choices)
			SELECT round_id, 'dead', candidate_id, body, school, '1:1' FROM round_candidate`)
		r = must[*round.Round](t)(w.Office.Compute(w.office, r.ID))
		left := must[int](t)(db.View(w.office, w.DB, func(tx *db.Tx) (int, error) {
			return db.One(tx, db.Value[int], `SELECT count(*) FROM round_result WHERE run = 'dead'`)
		}))
		if left != 0 || r.Figures.Matched != 3 {
			t.Errorf("%d rows of the dead run are left, %d matched", left, r.Figures.Matched)
		}
	})
}

// Protected attributes move nothing: with other names, genders, births and
// origins the same lists give the same result.
func TestProtectedAttributesDoNotMoveResults(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		w := small(t, address)
		lists := func(name string) []string {
			r := must[*round.Round](t)(w.Office.Draft(w.office, round.Form{Name: name, Statuses: []string{talent.FinalYear}}))
			must[*round.Round](t)(w.Office.Open(w.office, r.ID))
			must[*round.Round](t)(w.Office.Freeze(w.office, r.ID, "seed"))
			must[*round.Round](t)(w.Office.Compute(w.office, r.ID))
			lists := must[[]string](t)(db.View(w.office, w.DB, func(tx *db.Tx) ([]string, error) {
				return db.All(tx, db.Value[string], `SELECT x.choices FROM round_result x WHERE x.round_id = $1 ORDER BY x.candidate_id`, r.ID)
			}))
			for i, list := range lists { // what would have been enough depends on the lot, which falls anew in each round
				lists[i] = regexp.MustCompile(`:\d+:\d+(;|$)`).ReplaceAllString(list, "$1")
			}
			return lists
		}
		before := lists("先")
		w.take(w.office, "students", sheet("students", `
student_id,name,gender,birth,home_region
C1,王芳,F,2005-05-05,110101
C2,李强,M,2004-04-04,110101
C3,赵敏,F,2006-06-06,650101
C4,孙刚,M,2003-03-03,540102
C5,周洁,F,2001-01-01,450105`))
		if after := lists("后"); !slices.Equal(before, after) {
			t.Errorf("lists were %v, are %v", before, after)
		}
	})
}

// Nobody takes part without consent; nobody under age without a guardian's.
func TestWhoTakesPart(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		w := small(t, address)
		if _, err := w.WithdrawConsent(w.student("C1"), talent.ConsentForm{Purposes: []string{talent.ForRound}}); err != nil {
			t.Fatal(err)
		}
		exec(t, w, `UPDATE talent_candidate SET guardian_at = NULL`)
		exec(t, w, `UPDATE talent_candidate SET adult_from = '' WHERE ref = 'C3'`)
		exec(t, w, `UPDATE talent_candidate SET adult_from = '2028-04' WHERE ref = 'C4'`) // fifteen at the time of tests
		r := must[*round.Round](t)(w.Office.Draft(w.office, finalYear))
		must[*round.Round](t)(w.Office.Open(w.office, r.ID))
		r = must[*round.Round](t)(w.Office.Freeze(w.office, r.ID, ""))
		want := map[string]int{round.LeftConsent: 1, round.LeftGuardian: 1, round.LeftAge: 1, round.LeftYoung: 1}
		if r.Candidates != 1 || fmt.Sprint(r.LeftOut) != fmt.Sprint(want) {
			t.Errorf("%d take part, left out %v, want 1 and %v", r.Candidates, r.LeftOut, want)
		}
	})
}

// A second round is of those whom the first left, and of the places it left.
func TestSecondRound(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		w := small(t, address)
		must[*round.Round](t)(w.Office.RunRound(w.office, finalYear, "seed"))
		w.take(w.office, "positions", sheet("positions", "position_id,headcount\nJ2,3"))
		r := must[*round.Round](t)(w.Office.RunRound(w.office, finalYear, "seed"))
		if r.Candidates != 2 || r.Places != 1 || r.LeftOut[round.LeftPlaced] != 3 || r.Figures.Matched != 1 {
			t.Errorf("second round: %d candidates for %d places, %v, %d matched", r.Candidates, r.Places, r.LeftOut, r.Figures.Matched)
		}
	})
}

// An enterprise takes no more than the cap on its staff, and whom it turns away
// is told so.
func TestCapOnStaff(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		w := small(t, address)
		w.take(w.office, "positions", sheet("positions", "position_id,headcount\nJ1,4"))
		f := finalYear
		f.Terms.CapPercent = 10 // of ten
		r := must[*round.Round](t)(w.Office.RunRound(w.office, f, "seed"))
		v := must[*round.RoundView](t)(w.Office.Round(w.office, r.ID, round.Search{}))
		if v.Cuts[0].Placed != 1 || !v.Cuts[0].Capped {
			t.Errorf("the capped enterprise: %+v", v.Cuts[0])
		}
		mine := must[*round.Mine](t)(w.Office.Mine(w.student("C4")))
		if len(mine.Choices) == 0 || mine.Choices[0].Code != "cap_full" || mine.Choices[0].Cap != 1 {
			t.Errorf("whom it turned away: %+v", mine.Choices)
		}
	})
}

func TestWishes(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		w := small(t, address)
		r := must[*round.Round](t)(w.Office.Draft(w.office, finalYear))
		ids := map[string]string{}
		for _, p := range must[*talent.Positions](t)(w.Positions(w.office, talent.PositionSearch{})).List {
			ids[p.Ref] = p.ID
		}
		c5 := w.student("C5")
		if err := w.Office.Wish(c5, r.ID, []string{ids["J2"]}); !errors.Is(err, fault.NotFound) {
			t.Errorf("a wish for a draft: %v, want not found", err)
		}
		must[*round.Round](t)(w.Office.Open(w.office, r.ID))
		var list fault.List
		if err := w.Office.Wish(w.student("C4"), r.ID, []string{ids["J2"], ids["J3"], ids["J2"]}); !errors.As(err, &list) || len(list) != 3 {
			t.Errorf("a list with shifts, a filled position and a double: %v, want three faults", err)
		}
		if err := w.Office.Wish(c5, r.ID, []string{ids["J2"], ids["J1"]}); err != nil {
			t.Fatal(err)
		}
		must[*round.Round](t)(w.Office.Freeze(w.office, r.ID, ""))
		if err := w.Office.Wish(c5, r.ID, nil); !errors.Is(err, fault.Conflict) {
			t.Errorf("a wish after the freeze: %v, want a conflict", err)
		}
		must[*round.Round](t)(w.Office.Compute(w.office, r.ID))
		must[*round.Round](t)(w.Office.Verify(w.office, r.ID))
		must[*round.Round](t)(w.Office.Publish(w.office, r.ID))
		if m := must[*round.Mine](t)(w.Office.Mine(c5)); m.Got == nil || m.Got.Title != "夜班冲压工" || m.Got.Number != 1 {
			t.Errorf("C5 wanted J2 most and got %+v", m.Got)
		}
	})
}

// Lists show exactly what opens one by one.
func TestListsAgreeWithRules(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		w := small(t, address)
		must[*round.Round](t)(w.Office.RunRound(w.office, finalYear, "seed"))
		must[*round.Round](t)(w.Office.Draft(w.office, round.Form{Name: "草稿", Statuses: talent.Seeking}))
		var rounds []string
		for _, r := range must[[]*round.Round](t)(w.Office.List(w.office)) {
			rounds = append(rounds, r.ID)
		}
		if len(rounds) != 2 {
			t.Fatalf("the secretariat lists %d", len(rounds))
		}
		for _, ctx := range []context.Context{w.as(auth.Actor{}), w.staff("S1"), w.staff("E1"), w.student("C1"), w.office} {
			listed := map[string]bool{}
			for _, r := range must[[]*round.Round](t)(w.Office.List(ctx)) {
				listed[r.ID] = true
			}
			for _, id := range rounds {
				if _, err := w.Office.Round(ctx, id, round.Search{}); (err == nil) != listed[id] {
					t.Errorf("%q and round %s: listed %v, opened %v", auth.From(ctx).ID, id, listed[id], err)
				}
			}
		}
	})
}

// Who sees whose name.
func TestNames(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		w := small(t, address)
		r := must[*round.Round](t)(w.Office.RunRound(w.office, finalYear, "seed"))
		seen := must[*round.Results](t)(w.Office.Results(w.staff("E1"), r.ID, round.ResultSearch{})).List
		if len(seen) != 1 || seen[0].Name != "乙五" {
			t.Errorf("E1 sees %+v, want the one placed with it, by name", seen)
		}
		if _, err := w.Office.Results(w.staff("E1"), r.ID, round.ResultSearch{Unit: w.units["E2"]}); !errors.Is(err, fault.Denied) {
			t.Errorf("E1 asks for E2's results: %v, want denied", err)
		}
		own := must[*round.Results](t)(w.Office.Results(w.staff("S1"), r.ID, round.ResultSearch{})).List
		if len(own) != 3 || own[0].Name != "甲一" {
			t.Errorf("S1 sees %+v, want its three by name", own)
		}
	})
}

// Before publication nobody but the secretariat learns what a round came to.
func TestResultsWaitForPublication(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		w := small(t, address)
		r := must[*round.Round](t)(w.Office.Draft(w.office, finalYear))
		must[*round.Round](t)(w.Office.Open(w.office, r.ID))
		must[*round.Round](t)(w.Office.Freeze(w.office, r.ID, ""))
		must[*round.Round](t)(w.Office.Compute(w.office, r.ID))
		must[*round.Round](t)(w.Office.Verify(w.office, r.ID))
		for _, ctx := range []context.Context{w.staff("E1"), w.staff("S1"), w.student("C5")} {
			who := auth.From(ctx).ID
			if _, err := w.Office.Results(ctx, r.ID, round.ResultSearch{}); err == nil {
				t.Errorf("%s reads results that are not published", who)
			}
			if _, _, err := w.Office.Certificate(ctx, r.ID); err == nil {
				t.Errorf("%s gets the certificate", who)
			}
			v := must[*round.RoundView](t)(w.Office.Round(ctx, r.ID, round.Search{}))
			if v.Figures.Matched != 0 || v.Print != "" || len(v.Cuts) != 0 || v.State != round.Frozen {
				t.Errorf("%s sees %+v", who, v)
			}
		}
		if m := must[*round.Mine](t)(w.Office.Mine(w.student("C5"))); m.Round != nil {
			t.Errorf("C5 sees %+v", m.Round)
		}
	})
}

// A round's copies hold nobody's name, nor anything that is sealed.
func TestFrozenRowsHoldNoNames(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		w := small(t, address)
		must[*round.Round](t)(w.Office.RunRound(w.office, finalYear, "seed"))
		rows := must[[]string](t)(db.View(w.office, w.DB, func(tx *db.Tx) ([]string, error) {
			return db.All(tx, db.Value[string], `SELECT profile || wishes || school || programme FROM round_candidate`)
		}))
		for _, row := range rows {
			for _, personal := range []string{"甲", "乙", "14100000001", "2007-01"} {
				if strings.Contains(row, personal) {
					t.Errorf("%s holds %s", row, personal)
				}
			}
		}
		if len(rows) != 5 {
			t.Errorf("%d rows, want 5", len(rows))
		}
	})
}
