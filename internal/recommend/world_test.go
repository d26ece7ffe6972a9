package recommend_test

import (
	"context"
	"testing"

	"guildhall/internal/app"
	"guildhall/internal/auth"
	"guildhall/internal/codes"
	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/demand"
	"guildhall/internal/directory"
	"guildhall/internal/journal"
	"guildhall/internal/recommend"
	"guildhall/internal/rule"
	"guildhall/internal/seal"
	"guildhall/internal/talent"
)

// world is a body with two schools, two enterprises, their people and posts.
type world struct {
	*recommend.Office
	t      testing.TB
	talent *talent.Talent
	keys   *seal.Keys
	body   string
	units  map[string]string // id by ref
	office context.Context   // the secretariat's
	people map[string]*talent.Candidate
	posts  map[string]*talent.Position
}

func newWorld(t testing.TB, address string) *world {
	t.Helper()
	d := dbtest.Open(t, address, journal.Room, directory.Room, rule.Room, demand.Room, talent.Room, recommend.Room)
	keys, err := seal.New(make([]byte, 32))
	if err != nil {
		t.Fatal(err)
	}
	dir := directory.New(d, keys)
	root := auth.With(t.Context(), auth.Actor{ID: "root", Roles: []string{auth.Admin}})
	body, err := dir.Found(root, &directory.Body{Name: "龙壶", Kind: "city"})
	if err != nil {
		t.Fatal(err)
	}
	units := []*directory.Unit{
		{Ref: "S1", Name: "龙壶职业学校", Class: "secondary"}, {Ref: "S2", Name: "壶江技工学校", Class: "secondary"},
		{Ref: "F1", Name: "龙壶汽车", Class: "enterprise"}, {Ref: "F2", Name: "壶城电池", Class: "enterprise"},
	}
	if err := dir.EnrolUnits(root, units); err != nil {
		t.Fatal(err)
	}
	people := talent.New(d, keys, codes.Shipped())
	w := &world{Office: app.Recommends(d, keys, people), t: t, talent: people, keys: keys, body: body.ID, units: map[string]string{},
		people: map[string]*talent.Candidate{}, posts: map[string]*talent.Position{}}
	for _, u := range units {
		w.units[u.Ref] = u.ID
	}
	w.office = w.as(auth.Actor{ID: "office", Roles: []string{auth.Secretariat}})
	w.fill()
	return w
}

// fill brings in the posts and the people: Han has nearly all that battery testing
// asks for, Wei has it, Lu has consented to nothing, Mo is a minor without a
// guardian's consent.
func (w *world) fill() {
	post := func(ref, firm, title, kind, education string, low int64, needs ...talent.Need) *talent.Position {
		return &talent.Position{Ref: ref, Enterprise: w.units[firm], Title: title, Kind: kind, Occupation: "6-25-04-07", Region: "450203", Headcount: 5,
			Education: education, PayLow: low * 100, PayHigh: low*100 + 150000, Shift: "day", Status: talent.Open, Needs: needs}
	}
	w.post(
		post("J1", "F1", "电池检测员", "P019", "中职", 5000, talent.Need{Code: "BAT06", Level: 3, Weight: 60, Must: true}, talent.Need{Code: "SAF01", Level: 3, Weight: 40}),
		post("J2", "F1", "高压装配工", "P020", "中职", 4800, talent.Need{Code: "SAF01", Level: 3, Weight: 100, Must: true}),
		post("J3", "F2", "电池装配工", "P021", "中职", 4600, talent.Need{Code: "SAF01", Level: 2, Weight: 70, Must: true}, talent.Need{Code: "GEN01", Level: 2, Weight: 30}),
		post("J4", "F2", "测试工程师", "P022", "本科", 8000, talent.Need{Code: "BAT06", Level: 4, Weight: 100, Must: true}),
		post("J5", "F2", "夜班巡检", "P023", "中职", 5200, talent.Need{Code: "BAT06", Level: 2, Weight: 100}),
	)
	w.posts["J5"].Shift = "three_shift"
	w.post(w.posts["J5"])
	person := func(ref, school, name string, skills ...talent.Skill) *talent.Candidate {
		marks := 600
		return &talent.Candidate{Ref: ref, School: w.units[school], Name: name, ProgrammeCode: "660702", Level: codes.Secondary, Status: talent.FinalYear,
			Region: "450221", Score: &marks, WantPay: 480000, Skills: skills}
	}
	w.person(talent.Private{Birth: "2007-03-01", Gender: "M"},
		person("C1", "S1", "韩小明", talent.Skill{Code: "BAT06", Level: 3}),
		person("C2", "S1", "韦大为", talent.Skill{Code: "BAT06", Level: 4}, talent.Skill{Code: "SAF01", Level: 4}, talent.Skill{Code: "GEN01", Level: 3}),
		person("C4", "S2", "陆无言", talent.Skill{Code: "BAT06", Level: 5}, talent.Skill{Code: "SAF01", Level: 5}))
	w.person(talent.Private{Birth: "2009-09-01", Gender: "F"}, person("C5", "S1", "莫年少", talent.Skill{Code: "BAT06", Level: 5}))
	w.consent("S1")
}

func (w *world) as(a auth.Actor) context.Context {
	a.Body = w.body
	return dbtest.As(w.t, a)
}

func (w *world) staff(ref string) context.Context {
	return w.as(auth.Actor{ID: "staff of " + ref, Unit: w.units[ref], Roles: []string{auth.Staff}})
}

func (w *world) student(ref string) context.Context {
	c := w.people[ref]
	return w.as(auth.Actor{ID: "student " + ref, Unit: c.School, About: c.ID, Roles: []string{auth.Student}})
}

// post keeps positions as an import does.
func (w *world) post(list ...*talent.Position) {
	w.t.Helper()
	w.do(w.office, func(tx *db.Tx) error {
		if err := w.talent.SavePositions(tx, list); err != nil {
			return err
		}
		return journal.Record(tx, "talent.position.import", "", nil)
	})
	for _, p := range list {
		w.posts[p.Ref] = p
	}
}

// person keeps candidates as an import does.
func (w *world) person(private talent.Private, list ...*talent.Candidate) {
	w.t.Helper()
	secrets := make([]talent.Private, len(list))
	for i := range secrets {
		secrets[i] = private
	}
	w.do(w.office, func(tx *db.Tx) error {
		if err := w.talent.SaveCandidates(tx, list, secrets); err != nil {
			return err
		}
		return journal.Record(tx, "talent.candidate.import", "", nil)
	})
	for _, c := range list {
		w.people[c.Ref] = c
	}
}

// consent notes consent of a school's candidates, and no guardian's.
func (w *world) consent(ref string) {
	w.t.Helper()
	if _, err := w.talent.Consent(w.staff(ref), talent.ConsentForm{Purposes: talent.Purposes}); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) do(ctx context.Context, f func(tx *db.Tx) error) {
	w.t.Helper()
	if err := db.Do(ctx, w.DB, f); err != nil {
		w.t.Fatal(err)
	}
}

// course offers one as a school does.
func (w *world) course(ref, name string, hours int, learned string) *recommend.Course {
	w.t.Helper()
	return must[*recommend.Course](w.t)(w.Offer(w.staff(ref), recommend.CourseForm{Name: name, Hours: hours, Learned: learned}))
}

func must[T any](t testing.TB) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}
