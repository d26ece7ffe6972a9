package recommend_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"guildhall/internal/app"
	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/fault"
	"guildhall/internal/journal"
	"guildhall/internal/recommend"
	"guildhall/internal/talent"
)

func each(t *testing.T, test func(t *testing.T, w *world)) {
	dbtest.Each(t, func(t *testing.T, address string) { test(t, newWorld(t, address)) })
}

func text(t testing.TB, v any) string {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// A course tells exactly the posts that it opens, and what stands beside it.
func TestACourseTellsWhatItOpens(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.course("S1", "高压安全操作", 40, "SAF01:3")
		w.course("S2", "英语", 20, "GEN02:2")
		a := must[*recommend.Advice](t)(w.Mine(w.student("C1")))
		if len(a.Best) == 0 || a.Best[0].Title != "电池检测员" {
			t.Fatalf("the best post is %+v", a.Best)
		}
		var titles []string
		for _, m := range a.Best {
			titles = append(titles, m.Title)
		}
		if slices.Contains(titles, "高压装配工") || slices.Contains(titles, "测试工程师") || slices.Contains(titles, "夜班巡检") {
			t.Errorf("recommended are %v: one asks for a skill that lacks, one for more schooling, one for shifts", titles)
		}
		needs := a.Best[0].Needs
		if len(needs) != 2 || !needs[0].Met() || needs[1].Met() || a.Best[0].Next == nil || a.Best[0].Next.Course == nil || a.Best[0].Next.Course.Name != "高压安全操作" {
			t.Errorf("of the best post is missing %+v, worth the most is %+v", needs, a.Best[0].Next)
		}
		if len(a.Courses) != 1 || a.Courses[0].Course.Name != "高压安全操作" || a.Courses[0].Opens != 2 {
			t.Errorf("courses open %s, want two posts by the one on safety", text(t, a.Courses))
		}
		if len(a.Wishes) != 1 || a.Wishes[0].Accept != "shift" || a.Wishes[0].Opens != 1 {
			t.Errorf("wider wishes open %s, want one post by shifts", text(t, a.Wishes))
		}
		if i := slices.IndexFunc(a.Skills, func(g recommend.Gain) bool { return g.Skill.Code == "SAF01" }); i < 0 || a.Skills[i].Opens != 2 {
			t.Errorf("skills open %s, want two posts by SAF01", text(t, a.Skills))
		}
	})
}

// Who looks at whose recommendations is noted; others do not so much as know of them.
func TestLooksAtACandidate(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.people["C1"].ID
		a := must[*recommend.Advice](t)(w.Advice(w.staff("S1"), id))
		if !a.Person.Named || a.Person.Name != "韩小明" {
			t.Errorf("their own school sees %+v", a.Person)
		}
		if a = must[*recommend.Advice](t)(w.Advice(w.office, id)); a.Person.Named || strings.Contains(text(t, a), "小明") {
			t.Errorf("the secretariat sees %s", text(t, a.Person))
		}
		must[*recommend.Advice](t)(w.Advice(w.student("C1"), id))
		for _, who := range []string{"S2", "F1"} {
			if _, err := w.Advice(w.staff(who), id); !errors.Is(err, fault.NotFound) {
				t.Errorf("%s looks: %v", who, err)
			}
		}
		if _, err := w.Advice(w.student("C2"), id); !errors.Is(err, fault.NotFound) {
			t.Errorf("another student looks: %v", err)
		}
		looks := must[[]journal.Entry](t)(db.View(w.office, w.DB, func(tx *db.Tx) ([]journal.Entry, error) {
			return journal.List(tx, journal.Search{Action: "recommend.candidate.look", Limit: 10})
		}))
		if len(looks) != 2 || looks[0].Subject != id || string(looks[0].Data) != `{"named":false}` || looks[1].Actor != "staff of S1" {
			t.Errorf("noted are %+v, want a look by the school and one by the secretariat", looks)
		}
	})
}

// An enterprise sees those who consent, by codes, and what would bring it more.
func TestAnEnterpriseSeesCodes(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := must[*recommend.Prospect](t)(w.Prospect(w.staff("F1"), w.posts["J1"].ID))
		if p.Seekers != 2 || p.Able != 2 || len(p.Best) != 2 {
			t.Fatalf("%d seek, %d are able, %d shown; want 2 of each: one has not consented, one has no guardian's consent", p.Seekers, p.Able, len(p.Best))
		}
		all := text(t, p)
		for _, c := range w.people {
			if strings.Contains(all, c.ID) || strings.Contains(all, c.Name) || strings.Contains(all, w.units["S1"]) {
				t.Errorf("an enterprise is told who %s is: %s", c.Name, all)
			}
		}
		if p.Best[0].Merit <= p.Best[1].Merit || len(p.Best[0].Code) != 9 || p.Best[0].Code == p.Best[1].Code {
			t.Errorf("the best are %+v", p.Best)
		}
		if i := slices.IndexFunc(p.Lacks, func(l recommend.Lack) bool { return l.Code == "SAF01" }); i < 0 || p.Lacks[i].Count != 1 {
			t.Errorf("lacking is %+v, want one who lacks SAF01", p.Lacks)
		}
		other := must[*recommend.Prospect](t)(w.Prospect(w.staff("F1"), w.posts["J2"].ID))
		for _, c := range other.Best {
			if slices.ContainsFunc(p.Best, func(x recommend.Candidate) bool { return x.Code == c.Code }) {
				t.Errorf("%s stands at two posts", c.Code)
			}
		}
		night := must[*recommend.Prospect](t)(w.Prospect(w.staff("F2"), w.posts["J5"].ID))
		if night.Able != 0 || len(night.Easier) == 0 || !night.Easier[0].Day || night.Easier[0].More != 2 || night.Barred["shift"] != 2 {
			t.Errorf("the night post finds %d, %+v, barred %v; want nobody, and two by day work", night.Able, night.Easier, night.Barred)
		}
		if len(p.Richer) == 0 || p.Richer[0].Pay != 530000 || p.Richer[0].More != 0 {
			t.Errorf("steps of pay are %+v; all hopes are met at 5,000 already", p.Richer)
		}
		for _, who := range []string{"F2", "S1"} {
			if _, err := w.Prospect(w.staff(who), w.posts["J1"].ID); !errors.Is(err, fault.NotFound) {
				t.Errorf("%s looks into another's post: %v", who, err)
			}
		}
		looks := must[[]journal.Entry](t)(db.View(w.office, w.DB, func(tx *db.Tx) ([]journal.Entry, error) {
			return journal.List(tx, journal.Search{Action: "recommend.position.look", Limit: 10})
		}))
		if len(looks) != 3 || string(looks[2].Data) != `{"of":2,"shown":2}` {
			t.Errorf("noted are %+v", looks)
		}
	})
}

// Nothing moves when what must not count is changed in the stored candidate:
// gender, day of birth, identity number, where they come from, their name. Of
// ethnicity and disability nothing is kept at all.
func TestProtectedAttributesMoveNothing(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.course("S1", "高压安全操作", 40, "SAF01:3")
		shown := func() string {
			a := must[*recommend.Advice](t)(w.Mine(w.student("C1")))
			a.Person.Name = ""
			p := must[*recommend.Prospect](t)(w.Prospect(w.staff("F1"), w.posts["J1"].ID))
			s := *must[*recommend.Survey](t)(w.Survey(w.office))
			return text(t, a) + text(t, p) + text(t, s)
		}
		before := shown()
		for _, private := range []talent.Private{
			{Birth: "1979-12-31", Gender: "F", Identity: "450221197912310027"},
			{Birth: "2006-01-15", Gender: "M", Identity: "540102200601150012"},
			{Birth: "2007-03-01", Gender: ""},
		} {
			c := w.people["C1"]
			c.Name, c.Region, c.Number = "扎西卓玛", "540102", "X-"+private.Birth
			w.person(private, c)
			if after := shown(); after != before {
				t.Errorf("with %+v and from %s other results are shown:\n%s\nwant\n%s", private, c.Region, after, before)
			}
		}
		c := w.people["C1"]
		c.Skills = c.Skills.With(talent.Skill{Code: "SAF01", Level: 3})
		w.person(talent.Private{Birth: "2007-03-01"}, c)
		if shown() == before {
			t.Error("a skill more moves nothing either: the test sees nothing")
		}
	})
}

// What changes shows at once, in every process over the database.
func TestChangesShowInEveryProcess(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		other := app.Recommends(w.DB, w.keys, talent.New(w.DB, w.keys, w.Codes))
		open := func() [2]int {
			return [2]int{must[*recommend.Advice](t)(w.Mine(w.student("C2"))).Open, must[*recommend.Advice](t)(other.Mine(w.student("C2"))).Open}
		}
		if got := open(); got != [2]int{3, 3} {
			t.Fatalf("open are %v posts, want 3 in both processes", got)
		}
		closed := *w.posts["J2"]
		closed.Status = talent.Closed
		w.post(&closed)
		if got := open(); got != [2]int{2, 2} {
			t.Errorf("open are %v posts after one was closed, want 2 in both processes", got)
		}
		if _, err := other.Prospect(w.staff("F1"), closed.ID); !errors.Is(err, fault.Conflict) {
			t.Errorf("a closed post recommends: %v", err)
		}
		if p := must[*recommend.Prospect](t)(other.Prospect(w.staff("F1"), w.posts["J1"].ID)); p.Seekers != 2 {
			t.Fatalf("%d seek", p.Seekers)
		}
		must[int](t)(w.talent.WithdrawConsent(w.student("C1"), talent.ConsentForm{Purposes: []string{talent.ForEnterprise}}))
		if p := must[*recommend.Prospect](t)(other.Prospect(w.staff("F1"), w.posts["J1"].ID)); p.Seekers != 1 {
			t.Errorf("%d seek after one took their consent back, want 1", p.Seekers)
		}
	})
}

func TestSurveyTellsOfNobody(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.course("S1", "高压安全操作", 40, "SAF01:3")
		s := must[*recommend.Survey](t)(w.Survey(w.office))
		if s.Seekers != 2 || s.Posts != 5 || len(s.Courses) != 0 {
			t.Errorf("%d seek %d posts, courses %+v; one person's gain is not told", s.Seekers, s.Posts, s.Courses)
		}
		for _, ref := range []string{"C11", "C12", "C13"} {
			c := *w.people["C1"]
			c.ID, c.Ref, c.Name = "", ref, ref
			w.person(talent.Private{Birth: "2007-03-01"}, &c)
		}
		w.consent("S1")
		s = must[*recommend.Survey](t)(w.Survey(w.staff("F1")))
		if s.Seekers != 5 || len(s.Courses) != 1 || s.Courses[0].People != 4 || s.Courses[0].Opens != 8 {
			t.Errorf("%d seek, courses %s; want 5, and 8 pairs of 4 people by the course", s.Seekers, text(t, s.Courses))
		}
		if _, err := w.Survey(w.student("C1")); !errors.Is(err, fault.Denied) {
			t.Errorf("a student reads the survey: %v", err)
		}
	})
}

func TestCourses(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		var wrong fault.List
		_, err := w.Offer(w.staff("S1"), recommend.CourseForm{Hours: -1, Fee: -5, Form: "tv", Starts: "soon", Skills: []string{"XX99", "SAF01", "SAF01", "SAF02"},
			Levels: []string{"1", "2", "2", "9"}, Trade: "no", Grade: "L9"})
		if !errors.As(err, &wrong) || len(wrong) != 10 {
			t.Errorf("faults are %v, want ten", wrong)
		}
		if _, err := w.Offer(w.staff("S1"), recommend.CourseForm{Name: "空", Hours: 8}); !errors.Is(err, fault.Invalid) {
			t.Errorf("a course that teaches nothing: %v", err)
		}
		if _, err := w.Offer(w.staff("S1"), recommend.CourseForm{Owner: w.units["S2"], Name: "别家", Hours: 8, Learned: "SAF01:1"}); !errors.Is(err, fault.Denied) {
			t.Errorf("a course of another school: %v", err)
		}
		c := w.course("S1", "高压安全操作", 40, "SAF01:3")
		w.course("S2", "班组管理", 16, "PRO06:2")
		if _, err := w.Change(w.staff("S2"), c.ID, recommend.CourseForm{Name: "夺", Hours: 1, Learned: "SAF01:1"}); !errors.Is(err, fault.Denied) {
			t.Errorf("another school changes it: %v", err)
		}
		c = must[*recommend.Course](t)(w.Change(w.staff("S1"), c.ID, recommend.CourseForm{Name: "高压安全", Hours: 48, Learned: "SAF01:3;SAF03:2", Trade: "6-25-04-07", Grade: "L4"}))
		c = must[*recommend.Course](t)(w.Course(w.office, c.ID))
		if c.Name != "高压安全" || c.Hours != 48 || len(c.Skills) != 2 || c.Certificate.Grade != "L4" || c.OwnerName != "龙壶职业学校" {
			t.Errorf("kept is %+v", c)
		}
		list := must[*recommend.Courses](t)(w.Courses(w.office, recommend.CourseSearch{Sort: "-hours", Limit: 1}))
		if list.Count != 2 || list.List[0].ID != c.ID || list.Next == "" {
			t.Errorf("listed are %+v", list)
		}
		list = must[*recommend.Courses](t)(w.Courses(w.office, recommend.CourseSearch{Sort: "-hours", Limit: 1, After: list.Next}))
		if len(list.List) != 1 || list.List[0].Name != "班组管理" || list.Next != "" {
			t.Errorf("on the next page are %+v", list)
		}
		if list = must[*recommend.Courses](t)(w.Courses(w.office, recommend.CourseSearch{Skill: "SAF03"})); list.Count != 1 {
			t.Errorf("%d teach SAF03, want 1", list.Count)
		}
		if c = must[*recommend.Course](t)(w.End(w.staff("S1"), c.ID)); c.Ended != "2026-03-02" {
			t.Errorf("ended is %+v", c)
		}
		if _, err := w.Change(w.staff("S1"), c.ID, recommend.CourseForm{Name: "再", Hours: 1, Learned: "SAF01:1"}); !errors.Is(err, fault.Conflict) {
			t.Errorf("an ended course is changed: %v", err)
		}
		if list = must[*recommend.Courses](t)(w.Courses(w.office, recommend.CourseSearch{})); list.Count != 1 {
			t.Errorf("%d are on offer, want 1", list.Count)
		}
	})
}
