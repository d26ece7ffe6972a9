package talent_test

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
	"guildhall/internal/journal"
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
	must[int](t)(w.Consent(w.staff("S1"), talent.ConsentForm{}))
	must[int](t)(w.Consent(w.staff("S2"), talent.ConsentForm{Guardian: true}))
	return w
}

func units() []*directory.Unit {
	list := make([]*directory.Unit, len(someUnits))
	for i, u := range someUnits {
		list[i] = new(*u)
	}
	return list
}

var finalYear = talent.RoundForm{Name: "第一轮", Statuses: []string{talent.FinalYear}}

// The round from draft to publication, as each kind of reader sees it.
func TestRound(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		w := small(t, address)
		r := must[*talent.Round](t)(w.RunRound(w.office, finalYear, "seed"))
		if r.State != talent.Published || r.Candidates != 5 || r.Positions != 2 || r.Places != 3 {
			t.Fatalf("got %+v", r)
		}
		// C4 (90) takes no shifts, and C5 (95) is best: J1 pays more and goes to C5; J2 to C3 and C2.
		got := map[string]string{}
		for _, p := range must[*talent.Results](t)(w.Results(w.office, r.ID, talent.ResultSearch{})).List {
			got[p.Candidate] = p.Title
		}
		for ref, want := range map[string]string{"C1": "", "C2": "夜班冲压工", "C3": "夜班冲压工", "C4": "", "C5": "冲压工"} {
			id := auth.From(w.student(ref)).About
			if got[id] != want {
				t.Errorf("%s got %q, want %q", ref, got[id], want)
			}
		}
		mine := must[*talent.Mine](t)(w.Mine(w.student("C1")))
		if mine.Got != nil || len(mine.Choices) != 2 {
			t.Fatalf("C1: %+v", mine.Choices)
		}
		if c := mine.Choices[0]; c.Code != "full" || c.Places != 1 || c.Place != 5 || c.Shown {
			t.Errorf("C1's first choice: %+v, want full, number 5 of 1, and no merit of the one who got it", c)
		}
		if c := mine.Choices[1]; c.Code != "full" || c.Place != 3 {
			t.Errorf("C1's second choice: %+v, want number 3 of 2", c)
		}
		best := must[*talent.Mine](t)(w.Mine(w.student("C5")))
		if best.Got == nil || best.Got.Number != 1 || best.Choices[1].Code != "" {
			t.Errorf("C5: %+v", best.Choices)
		}
		blocked := must[*talent.Mine](t)(w.Mine(w.student("C4")))
		if len(blocked.Changes) == 0 || blocked.Changes[0].Accept != "shift" || blocked.Changes[0].Opens != 1 {
			t.Errorf("C4 would be placed if they took shifts: %+v", blocked.Changes)
		}
	})
}

// Whoever holds the certificate can check it without us, and learns no name.
func TestCertificate(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		w := small(t, address)
		r := must[*talent.Round](t)(w.RunRound(w.office, finalYear, "seed"))
		_, write, err := w.Certificate(w.as(auth.Actor{}), r.ID)
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
		code := must[*talent.Mine](t)(w.Mine(w.student("C5"))).Code
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
func TestTamperedResultIsNotPublished(t *testing.T) {
	for name, change := range map[string]string{
		"a place taken away":  `UPDATE talent_result SET seq = 0, choice = 0 WHERE seq = 1`,
		"a score written up":  `UPDATE talent_result SET choices = '1:9999' WHERE seq = 1`,
		"a place given twice": `UPDATE talent_result SET seq = 1 WHERE seq = 2`,
	} {
		t.Run(name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, address string) {
				w := small(t, address)
				r := must[*talent.Round](t)(w.Draft(w.office, finalYear))
				must[*talent.Round](t)(w.Open(w.office, r.ID))
				must[*talent.Round](t)(w.Freeze(w.office, r.ID, ""))
				must[*talent.Round](t)(w.Compute(w.office, r.ID))
				exec(t, w, change)
				if r, err := w.Verify(w.office, r.ID); err == nil && (r.Verified || r.State != talent.Computed) {
					t.Errorf("the check passed: %+v", r.Report)
				}
				if _, err := w.Publish(w.office, r.ID); !errors.Is(err, fault.Conflict) {
					t.Errorf("publishing: %v, want a conflict", err)
				}
				if err := db.Do(w.office, w.DB, func(tx *db.Tx) error {
					_, err := tx.Exec(`UPDATE talent_round SET state = 'published'`)
					return err
				}); err == nil {
					t.Error("the table lets an unverified round be published")
				}
				// Computed anew, it is right again.
				must[*talent.Round](t)(w.Compute(w.office, r.ID))
				if r := must[*talent.Round](t)(w.Verify(w.office, r.ID)); !r.Verified {
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
		r := must[*talent.Round](t)(w.Draft(w.office, finalYear))
		must[*talent.Round](t)(w.Open(w.office, r.ID))
		must[*talent.Round](t)(w.Freeze(w.office, r.ID, ""))
		exec(t, w, `INSERT INTO talent_result (round_id, run, candidate_id, body, school, choices)
			SELECT round_id, 'dead', candidate_id, body, school, '1:1' FROM talent_round_candidate`)
		r = must[*talent.Round](t)(w.Compute(w.office, r.ID))
		left := must[int](t)(db.View(w.office, w.DB, func(tx *db.Tx) (int, error) {
			return db.One(tx, db.Value[int], `SELECT count(*) FROM talent_result WHERE run = 'dead'`)
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
			r := must[*talent.Round](t)(w.Draft(w.office, talent.RoundForm{Name: name, Statuses: []string{talent.FinalYear}}))
			must[*talent.Round](t)(w.Open(w.office, r.ID))
			must[*talent.Round](t)(w.Freeze(w.office, r.ID, "seed"))
			must[*talent.Round](t)(w.Compute(w.office, r.ID))
			lists := must[[]string](t)(db.View(w.office, w.DB, func(tx *db.Tx) ([]string, error) {
				return db.All(tx, db.Value[string], `SELECT x.choices FROM talent_result x WHERE x.round_id = $1 ORDER BY x.candidate_id`, r.ID)
			}))
			for i, list := range lists { // what would have been enough depends on the lot, which falls anew in each round
				lists[i] = regexp.MustCompile(`:\d+(;|$)`).ReplaceAllString(list, "$1")
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
		if err := w.Withdraw(w.student("C1")); err != nil {
			t.Fatal(err)
		}
		exec(t, w, `UPDATE talent_candidate SET guardian_at = NULL`)
		exec(t, w, `UPDATE talent_candidate SET adult_from = '' WHERE ref = 'C3'`)
		exec(t, w, `UPDATE talent_candidate SET adult_from = '2028-04' WHERE ref = 'C4'`) // fifteen at the time of tests
		r := must[*talent.Round](t)(w.Draft(w.office, finalYear))
		must[*talent.Round](t)(w.Open(w.office, r.ID))
		r = must[*talent.Round](t)(w.Freeze(w.office, r.ID, ""))
		want := map[string]int{talent.LeftConsent: 1, talent.LeftGuardian: 1, talent.LeftAge: 1, talent.LeftYoung: 1}
		if r.Candidates != 1 || fmt.Sprint(r.LeftOut) != fmt.Sprint(want) {
			t.Errorf("%d take part, left out %v, want 1 and %v", r.Candidates, r.LeftOut, want)
		}
	})
}

// A second round is of those whom the first left, and of the places it left.
func TestSecondRound(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		w := small(t, address)
		must[*talent.Round](t)(w.RunRound(w.office, finalYear, "seed"))
		w.take(w.office, "positions", sheet("positions", "position_id,headcount\nJ2,3"))
		r := must[*talent.Round](t)(w.RunRound(w.office, finalYear, "seed"))
		if r.Candidates != 2 || r.Places != 1 || r.LeftOut[talent.LeftPlaced] != 3 || r.Figures.Matched != 1 {
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
		f.CapPercent = 10 // of ten
		r := must[*talent.Round](t)(w.RunRound(w.office, f, "seed"))
		v := must[*talent.RoundView](t)(w.Round(w.office, r.ID, talent.RoundSearch{}))
		if v.Cuts[0].Placed != 1 || !v.Cuts[0].Capped {
			t.Errorf("the capped enterprise: %+v", v.Cuts[0])
		}
		mine := must[*talent.Mine](t)(w.Mine(w.student("C4")))
		if len(mine.Choices) == 0 || mine.Choices[0].Code != "cap_full" || mine.Choices[0].Cap != 1 {
			t.Errorf("whom it turned away: %+v", mine.Choices)
		}
	})
}

func TestWishes(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		w := small(t, address)
		r := must[*talent.Round](t)(w.Draft(w.office, finalYear))
		ids := map[string]string{}
		for _, p := range must[*talent.Positions](t)(w.Positions(w.office, talent.PositionSearch{})).List {
			ids[p.Ref] = p.ID
		}
		c5 := w.student("C5")
		if err := w.Wish(c5, r.ID, []string{ids["J2"]}); !errors.Is(err, fault.NotFound) {
			t.Errorf("a wish for a draft: %v, want not found", err)
		}
		must[*talent.Round](t)(w.Open(w.office, r.ID))
		var list fault.List
		if err := w.Wish(w.student("C4"), r.ID, []string{ids["J2"], ids["J3"], ids["J2"]}); !errors.As(err, &list) || len(list) != 3 {
			t.Errorf("a list with shifts, a filled position and a double: %v, want three faults", err)
		}
		if err := w.Wish(c5, r.ID, []string{ids["J2"], ids["J1"]}); err != nil {
			t.Fatal(err)
		}
		must[*talent.Round](t)(w.Freeze(w.office, r.ID, ""))
		if err := w.Wish(c5, r.ID, nil); !errors.Is(err, fault.Conflict) {
			t.Errorf("a wish after the freeze: %v, want a conflict", err)
		}
		must[*talent.Round](t)(w.Compute(w.office, r.ID))
		must[*talent.Round](t)(w.Verify(w.office, r.ID))
		must[*talent.Round](t)(w.Publish(w.office, r.ID))
		if m := must[*talent.Mine](t)(w.Mine(c5)); m.Got == nil || m.Got.Title != "夜班冲压工" || m.Got.Number != 1 {
			t.Errorf("C5 wanted J2 most and got %+v", m.Got)
		}
	})
}

// Lists show exactly what opens one by one.
func TestListsAgreeWithRules(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		w := small(t, address)
		must[*talent.Round](t)(w.RunRound(w.office, finalYear, "seed"))
		must[*talent.Round](t)(w.Draft(w.office, talent.RoundForm{Name: "草稿", Statuses: talent.Seeking}))
		var positions, candidates, rounds []string
		for _, p := range must[*talent.Positions](t)(w.Positions(w.office, talent.PositionSearch{})).List {
			positions = append(positions, p.ID)
		}
		for _, c := range must[*talent.Candidates](t)(w.Candidates(w.office, talent.CandidateSearch{})).List {
			candidates = append(candidates, c.ID)
		}
		for _, r := range must[[]*talent.Round](t)(w.Rounds(w.office)) {
			rounds = append(rounds, r.ID)
		}
		if len(positions) != 3 || len(candidates) != 5 || len(rounds) != 2 {
			t.Fatalf("the secretariat lists %d, %d, %d", len(positions), len(candidates), len(rounds))
		}
		for _, ctx := range []context.Context{w.as(auth.Actor{}), w.staff("S1"), w.staff("E1"), w.staff("E2"), w.student("C1"), w.office} {
			who := auth.From(ctx).ID
			listed := map[string]bool{}
			for _, p := range must[*talent.Positions](t)(w.Positions(ctx, talent.PositionSearch{})).List {
				listed[p.ID] = true
			}
			if found, err := w.Candidates(ctx, talent.CandidateSearch{}); err == nil {
				for _, c := range found.List {
					listed[c.ID] = true
				}
			} else {
				listed[auth.From(ctx).About] = true // students open their own, and list nobody
			}
			for _, r := range must[[]*talent.Round](t)(w.Rounds(ctx)) {
				listed[r.ID] = true
			}
			for _, id := range positions {
				if _, err := w.Position(ctx, id); (err == nil) != listed[id] {
					t.Errorf("%q and position %s: listed %v, opened %v", who, id, listed[id], err)
				}
			}
			for _, id := range candidates {
				if _, err := w.Candidate(ctx, id); (err == nil) != listed[id] {
					t.Errorf("%q and candidate %s: listed %v, opened %v", who, id, listed[id], err)
				}
			}
			for _, id := range rounds {
				if _, err := w.Round(ctx, id, talent.RoundSearch{}); (err == nil) != listed[id] {
					t.Errorf("%q and round %s: listed %v, opened %v", who, id, listed[id], err)
				}
			}
		}
	})
}

// Who sees whose name, and that looking at it is noted.
func TestNames(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		w := small(t, address)
		r := must[*talent.Round](t)(w.RunRound(w.office, finalYear, "seed"))
		c1 := auth.From(w.student("C1")).About
		for _, c := range []struct {
			ctx  context.Context
			want string
		}{{w.staff("S1"), "甲一"}, {w.office, "甲*"}, {w.student("C1"), "甲一"}} {
			if got := must[*talent.CandidateView](t)(w.Candidate(c.ctx, c1)); got.Name != c.want || (got.Private == nil) != (c.want == "甲*") {
				t.Errorf("%s sees %s, want %s; private: %v", auth.From(c.ctx).ID, got.Name, c.want, got.Private)
			}
		}
		looks := must[[]journal.Entry](t)(db.View(w.office, w.DB, func(tx *db.Tx) ([]journal.Entry, error) {
			return journal.List(tx, journal.Search{Action: "talent.candidate.look", Limit: 10})
		}))
		if len(looks) != 2 {
			t.Errorf("the journal tells of %d looks, want those of the school and of the secretariat", len(looks))
		}
		seen := must[*talent.Results](t)(w.Results(w.staff("E1"), r.ID, talent.ResultSearch{})).List
		if len(seen) != 1 || seen[0].Name != "乙五" {
			t.Errorf("E1 sees %+v, want the one placed with it, by name", seen)
		}
		if _, err := w.Results(w.staff("E1"), r.ID, talent.ResultSearch{Unit: w.units["E2"]}); !errors.Is(err, fault.Denied) {
			t.Errorf("E1 asks for E2's results: %v, want denied", err)
		}
		own := must[*talent.Results](t)(w.Results(w.staff("S1"), r.ID, talent.ResultSearch{})).List
		if len(own) != 3 || own[0].Name != "甲一" {
			t.Errorf("S1 sees %+v, want its three by name", own)
		}
		all, _, err := w.Export(w.office, talent.CandidateSearch{})
		if err != nil || len(all) != 5 || strings.Contains(all[0].Name, "一") {
			t.Errorf("the secretariat exports %v, %v", all, err)
		}
	})
}

// Before publication nobody but the secretariat learns what a round came to.
func TestResultsWaitForPublication(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		w := small(t, address)
		r := must[*talent.Round](t)(w.Draft(w.office, finalYear))
		must[*talent.Round](t)(w.Open(w.office, r.ID))
		must[*talent.Round](t)(w.Freeze(w.office, r.ID, ""))
		must[*talent.Round](t)(w.Compute(w.office, r.ID))
		must[*talent.Round](t)(w.Verify(w.office, r.ID))
		for _, ctx := range []context.Context{w.staff("E1"), w.staff("S1"), w.student("C5")} {
			who := auth.From(ctx).ID
			if _, err := w.Results(ctx, r.ID, talent.ResultSearch{}); err == nil {
				t.Errorf("%s reads results that are not published", who)
			}
			if _, _, err := w.Certificate(ctx, r.ID); err == nil {
				t.Errorf("%s gets the certificate", who)
			}
			v := must[*talent.RoundView](t)(w.Round(ctx, r.ID, talent.RoundSearch{}))
			if v.Figures.Matched != 0 || v.Print != "" || len(v.Cuts) != 0 || v.State != talent.Frozen {
				t.Errorf("%s sees %+v", who, v)
			}
		}
		if m := must[*talent.Mine](t)(w.Mine(w.student("C5"))); m.Round != nil {
			t.Errorf("C5 sees %+v", m.Round)
		}
	})
}
