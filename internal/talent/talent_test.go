package talent_test

import (
	"context"
	"strings"
	"testing"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/directory"
	"guildhall/internal/intake"
	"guildhall/internal/journal"
	"guildhall/internal/talent"
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

// Lists show exactly what opens one by one.
func TestListsAgreeWithRules(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		w := small(t, address)
		var positions, candidates []string
		for _, p := range must[*talent.Positions](t)(w.Positions(w.office, talent.PositionSearch{})).List {
			positions = append(positions, p.ID)
		}
		for _, c := range must[*talent.Candidates](t)(w.Candidates(w.office, talent.CandidateSearch{})).List {
			candidates = append(candidates, c.ID)
		}
		if len(positions) != 3 || len(candidates) != 5 {
			t.Fatalf("the secretariat lists %d, %d", len(positions), len(candidates))
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
		}
	})
}

// Who sees whose name, and that looking at it is noted.
func TestNames(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		w := small(t, address)
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
		all, _, err := w.Export(w.office, talent.CandidateSearch{})
		if err != nil || len(all) != 5 || strings.Contains(all[0].Name, "一") {
			t.Errorf("the secretariat exports %v, %v", all, err)
		}
	})
}
