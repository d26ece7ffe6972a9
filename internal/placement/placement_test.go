package placement

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"guildhall/internal/act"
	"guildhall/internal/agreement"
	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/directory"
	"guildhall/internal/fault"
	"guildhall/internal/journal"
	"guildhall/internal/rule"
	"guildhall/internal/seal"
)

// world is a town of two schools and two firms, with people and posts.
type world struct {
	*Office
	t                   *testing.T
	s1, s2, firm, other string
	talent              *town
}

type town struct {
	students map[string]*Student
	posts    map[string]*Post
}

func (w *town) Students(_ *db.Tx, ids []string) (map[string]*Student, error) {
	found := map[string]*Student{}
	for _, id := range ids {
		if s := w.students[id]; s != nil {
			found[id] = s
		}
	}
	return found, nil
}

func (w *town) StudentByRef(_ *db.Tx, ref string) (*Student, error) {
	if s := w.students[ref]; s != nil {
		return s, nil
	}
	return nil, fault.NotFound.New("fault.not_found")
}

func (w *town) Posts(_ *db.Tx, ids []string) (map[string]*Post, error) { return w.posts, nil }

func (w *town) PostByRef(_ *db.Tx, ref string) (*Post, error) {
	if p := w.posts[ref]; p != nil {
		return p, nil
	}
	return nil, fault.NotFound.New("fault.not_found")
}

func (w *town) Near(*Post, string) int { return 100 }

func (w *town) Admissions(context.Context, string, string) (string, []Admission, error) {
	return "第一轮", []Admission{{"adult", "post"}, {"shy", "post"}, {"other", "post"}}, nil
}

var rooms = []db.Room{journal.Room, directory.Room, act.Room, rule.Room, agreement.Room, Room}

func each(t *testing.T, test func(t *testing.T, w *world)) {
	dbtest.Each(t, func(t *testing.T, address string) { test(t, build(t, address)) })
}

func build(t *testing.T, address string) *world {
	keys, err := seal.New(bytes.Repeat([]byte{3}, 32))
	if err != nil {
		t.Fatal(err)
	}
	d := dbtest.Open(t, address, rooms...)
	units := []*directory.Unit{{Name: "示例职校", Class: "secondary"}, {Name: "示例学院", Class: "higher_vocational"}, {Name: "示例企业", Class: "enterprise", Staff: 20}, {Name: "另一企业", Class: "enterprise", Staff: 200}}
	root := auth.Actor{ID: "root", Body: "b", Roles: []string{auth.Admin}}
	if err := directory.New(d, keys).EnrolUnits(db.In(auth.With(t.Context(), root), db.House), units); err != nil {
		t.Fatal(err)
	}
	talent := &town{students: map[string]*Student{}, posts: map[string]*Post{}}
	w := &world{Office: &Office{DB: d, Keys: keys, Talent: talent, URL: "http://house"}, t: t, talent: talent, s1: units[0].ID, s2: units[1].ID, firm: units[2].ID, other: units[3].ID}
	for _, s := range []*Student{{ID: "minor", Name: "张小某", School: w.s1, AdultFrom: "2027-01"}, {ID: "adult", Name: "李某某", School: w.s1, AdultFrom: "2024-01"},
		{ID: "shy", Name: "王某", School: w.s1, AdultFrom: "2024-01"}, {ID: "other", Name: "赵某", School: w.s2, AdultFrom: "2024-01"}} {
		s.Ref, s.Entered, s.Programme, s.Consents = s.ID, "2024-09-01", "660701", s.ID != "shy"
		talent.students[s.ID] = s
	}
	talent.posts["post"] = &Post{ID: "post", Ref: "post", Enterprise: w.firm, Title: "装配工", Kind: "P01", PayLow: 500_000}
	talent.posts["else"] = &Post{ID: "else", Ref: "else", Enterprise: w.other, Title: "检验员", Kind: "P02", PayLow: 500_000}
	w.staffed(w.firm, "P01", 10)
	w.staffed(w.other, "P02", 100)
	return w
}

func (w *world) as(a auth.Actor) context.Context { a.Body = "b"; return dbtest.As(w.t, a) }

func (w *world) unit(id string) context.Context {
	return w.as(auth.Actor{ID: "of " + id, Name: "经办人", Unit: id, Roles: []string{auth.Staff}})
}

func (w *world) staffed(enterprise, kind string, n int) {
	w.t.Helper()
	if _, err := w.TellStaff(w.unit(enterprise), Staff{enterprise, kind, n}); err != nil {
		w.t.Fatal(err)
	}
}

// form is one that keeps all rules, for a period of three months from the test's day.
func form(student, post string) Form {
	return Form{Kind: Internship, Student: student, Post: post, Since: "2026-03-02", Until: "2026-06-02", Place: "总装一车间", Work: "总装线装配", Pay: "4,200", Base: "5000", PayWay: PayDirect,
		PayDays: 30, HoursDay: 8, HoursWeek: 40, Venue: "workshop", Intensity: 2, Insurance: "保单 1", SchoolMentor: "陈老师", FirmMentor: "周师傅"}
}

func (w *world) draft(f Form) *Placement {
	w.t.Helper()
	p, err := w.Draft(w.unit(w.talent.students[f.Student].School), f)
	if err != nil {
		w.t.Fatal(err)
	}
	return p
}

func (w *world) sign(p *Placement, ctx context.Context, role string) *Placement {
	w.t.Helper()
	p, err := w.Sign(ctx, p.ID, Signing{Role: role, Version: p.agreed.Version, Agree: true})
	if err != nil {
		w.t.Fatalf("%s: %v", role, err)
	}
	return p
}

func (w *world) self(id string) context.Context {
	return w.as(auth.Actor{ID: "account of " + id, Unit: w.s1, About: id, Roles: []string{auth.Student}})
}

func (w *world) acts(kind string) int {
	w.t.Helper()
	n, err := db.View(w.unit(w.s1), w.DB, func(tx *db.Tx) (int, error) {
		list, err := act.List(tx, act.Filter{Kind: kind}, "", 0)
		return len(list), err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return n
}

// ready takes a placement of an adult to where it can start.
func (w *world) ready(f Form) *Placement {
	w.t.Helper()
	p := w.draft(f)
	p = w.sign(p, w.unit(p.School), roleSchool)
	p = w.sign(p, w.unit(p.Enterprise), roleEnterprise)
	return w.sign(p, w.self(p.Candidate), roleStudent)
}

func broken(p *Placement) (list []string) {
	for _, b := range p.Verdict.Breaches {
		list = append(list, b.Rule)
	}
	return list
}

// A minor's placement is refused with its reasons; what is mended goes, the guardian
// signs by a link, and it starts.
func TestAMinorsPlacement(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		f := form("minor", "post")
		f.Insurance, f.FirmMentor, f.Guardian, f.GuardianPhone = "", "", "张大某", "13800000000"
		p := w.draft(f)
		p = w.sign(p, w.unit(w.s1), roleSchool)
		p = w.sign(p, w.unit(w.firm), roleEnterprise)
		p = w.sign(p, w.self("minor"), roleStudent)
		if got := broken(p); p.State != Refused || !slices.Equal(got, []string{"guardian", "mentors", "insurance"}) {
			t.Fatalf("%s with %v", p.State, got)
		}
		if _, err := w.Start(w.unit(w.s1), p.ID); !errors.Is(err, fault.Conflict) {
			t.Errorf("it started: %v", err)
		}
		f.Insurance, f.FirmMentor = "保单 7", "周师傅"
		p, err := w.Describe(w.unit(w.s1), p.ID, f)
		if err != nil {
			t.Fatal(err)
		}
		if got := broken(p); p.State != Checked || !slices.Equal(got, []string{"guardian"}) {
			t.Fatalf("after two were mended: %s with %v", p.State, got)
		}
		url, err := w.Link(w.unit(w.s1), p.ID, roleGuardian)
		if err != nil {
			t.Fatal(err)
		}
		key := url[len("http://house/signing/b/"):]
		stranger := w.as(auth.Actor{})
		if _, err := w.SignByLink(stranger, key, Signing{Version: 1, Name: "李四", Agree: true}); fault.At(err, "name") == nil {
			t.Errorf("a stranger's name: %v", err)
		}
		if _, err := w.SignByLink(stranger, key, Signing{Version: 1, Name: "张大某"}); fault.At(err, "agree") == nil {
			t.Errorf("without a tick: %v", err)
		}
		if _, err := w.SignByLink(stranger, key, Signing{Version: 1, Name: "张大某", Agree: true}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.ByLink(stranger, key); !errors.Is(err, fault.NotFound) {
			t.Errorf("the link lives on: %v", err)
		}
		p, err = w.Start(w.unit(w.s1), p.ID)
		if err != nil || p.State != Started {
			t.Fatalf("%v: %v", p, err)
		}
		if w.acts(actStarted) != 1 || w.acts(actSigned) != 1 {
			t.Errorf("%d started and %d signed were noted", w.acts(actStarted), w.acts(actSigned))
		}
		text, err := w.Snapshot(w.unit(w.s1), p.ID)
		if err != nil || !bytes.Contains([]byte(text), []byte("第九条")) {
			t.Errorf("the rule is kept as %.80q (%v)", text, err)
		}
	})
}

// Claims of one person for overlapping periods come at once, through two houses on
// one database: one is kept.
func TestConcurrentClaims(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		w := build(t, address)
		second := *w.Office
		d, err := db.Open(t.Context(), address)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { d.Close() })
		d.Now = w.DB.Now
		second.DB = d
		var wait sync.WaitGroup
		errs := make([]error, 8)
		for i := range errs {
			f := form("adult", []string{"post", "else"}[i%2])
			f.Since = fmt.Sprintf("2026-03-%02d", 2+i)
			o := []*Office{w.Office, &second}[i/4]
			wait.Go(func() { _, errs[i] = o.Draft(w.unit(w.s1), f) })
		}
		wait.Wait()
		kept := 0
		for _, err := range errs {
			if err == nil {
				kept++
			} else if !errors.Is(err, fault.Conflict) {
				t.Errorf("refused with %v", err)
			}
		}
		if kept != 1 {
			t.Errorf("%d of 8 overlapping placements were kept", kept)
		}
		f := form("adult", "else")
		f.Since, f.Until = "2026-06-10", "2026-07-01"
		w.draft(f)
	})
}

// The claim holds by itself, with no other writer kept out by the pen.
func TestClaimIsKeptByTheDatabase(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := w.draft(form("adult", "post"))
		for _, c := range []struct {
			since, until string
			free         bool
		}{{"2026-06-02", "2026-07-01", true}, {"2026-01-01", "2026-03-02", true}, {"2026-06-01", "2026-07-01", false}, {"2026-01-01", "2026-03-03", false}, {"2026-04-01", "2026-04-02", false}} {
			err := db.Do(w.unit(w.s1), w.DB, func(tx *db.Tx) error {
				other := &Placement{ID: db.NewID(), Candidate: "adult", Terms: Terms{Since: c.since, Until: c.until}}
				if err := claim(tx, other); err != nil {
					return err
				}
				return errors.New("leave it")
			})
			if conflict := errors.Is(err, fault.Conflict); conflict == c.free {
				t.Errorf("%s to %s beside %s to %s: %v", c.since, c.until, p.Since, p.Until, err)
			}
		}
	})
}

// Staff falls: those who wait lose their place by turn, who runs is marked; staff
// rises, and all is well again.
func TestRecheckWhenStaffChanges(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		first := w.ready(form("adult", "post"))
		if _, err := w.Start(w.unit(w.s1), first.ID); err != nil {
			t.Fatal(err)
		}
		w.talent.students["second"] = &Student{ID: "second", Ref: "second", Name: "孙某", School: w.s1, AdultFrom: "2024-01", Entered: "2024-09-01", Programme: "660701", Consents: true}
		second := w.ready(form("second", "post"))
		third := w.draft(form("other", "post"))
		if second.State != Ready || !slices.Equal(broken(third), []string{"staff", "post", "agreement"}) && !slices.Contains(broken(third), "staff") {
			t.Fatalf("of 20 staff two have a place: %s, then %v", second.State, broken(third))
		}
		w.staffed(w.firm, "P01", 5)
		state := func(id string) (State, []string) {
			v, err := w.Placement(w.as(auth.Actor{ID: "a", Roles: []string{auth.Secretariat}}), id)
			if err != nil {
				t.Fatal(err)
			}
			return v.State, broken(v.Placement)
		}
		if s, b := state(first.ID); s != Started || len(b) != 0 {
			t.Errorf("the first is %s with %v", s, b)
		}
		if s, b := state(second.ID); s != Refused || !slices.Equal(b, []string{"post"}) {
			t.Errorf("the second is %s with %v", s, b)
		}
		w.staffed(w.firm, "P01", 1)
		if s, b := state(first.ID); s != Started || !slices.Equal(b, []string{"post"}) {
			t.Errorf("the first is %s with %v: it goes on and is marked", s, b)
		}
		w.staffed(w.firm, "P01", 10)
		if s, _ := state(second.ID); s != Ready {
			t.Errorf("the second is %s", s)
		}
	})
}

// Either side asks, the other answers; silence ends at its day, or lets a change lapse.
func TestAskingAndSilence(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := w.ready(form("adult", "post"))
		if _, err := w.Start(w.unit(w.s1), p.ID); err != nil {
			t.Fatal(err)
		}
		r, err := w.Ask(w.unit(w.firm), p.ID, Asking{Kind: "change", Day: "2026-03-10", Pay: "4800", Why: "调岗加薪"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Answer(w.unit(w.firm), p.ID, r.ID, true, ""); !errors.Is(err, fault.Conflict) {
			t.Errorf("they answered themselves: %v", err)
		}
		p, err = w.Answer(w.unit(w.s1), p.ID, r.ID, true, "")
		if err != nil || p.State != Changed || p.Pay != 480_000 || p.agreed.Version != 2 {
			t.Fatalf("%+v: %v", p, err)
		}
		p = w.sign(p, w.unit(w.s1), roleSchool)
		p = w.sign(p, w.unit(w.firm), roleEnterprise)
		if p = w.sign(p, w.self("adult"), roleStudent); p.State != Started {
			t.Fatalf("signed anew it is %s with %v", p.State, broken(p))
		}
		if _, err := w.Ask(w.self("adult"), p.ID, Asking{Kind: "end", Day: "2026-03-20", Why: "返校备考"}); err != nil {
			t.Fatal(err)
		}
		pass := func(days int) State {
			w.DB.Now = func() time.Time { return dbtest.Noon.AddDate(0, 0, days) }
			if _, err := db.Update(w.as(auth.Actor{}), w.DB, w.Pass); err != nil {
				t.Fatal(err)
			}
			v, err := w.Placement(w.unit(w.s1), p.ID)
			if err != nil {
				t.Fatal(err)
			}
			return v.State
		}
		if s := pass(14); s != Started {
			t.Errorf("on the last day to answer it is %s", s)
		}
		if s := pass(18); s != Over {
			t.Errorf("after silence it is %s", s)
		}
		if w.acts(actEnded) != 1 {
			t.Errorf("%d ends were noted", w.acts(actEnded))
		}
		f := form("adult", "else")
		f.Since, f.Until = "2026-03-21", "2026-06-01"
		w.draft(f) // the rest of the period is free again
	})
}

// A placement ends by itself on its last day.
func TestItEndsByItself(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := w.ready(form("adult", "post"))
		if _, err := w.Start(w.unit(w.s1), p.ID); err != nil {
			t.Fatal(err)
		}
		for days, want := range map[int]int{91: 0, 92: 1} {
			w.DB.Now = func() time.Time { return dbtest.Noon.AddDate(0, 0, days) }
			n, err := db.Update(w.as(auth.Actor{}), w.DB, w.Pass)
			if days == 91 && n != 0 && err == nil {
				t.Errorf("after %d days %d ended, want %d", days, n, want)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if w.acts(actEnded) != 1 {
			t.Errorf("%d ends were noted", w.acts(actEnded))
		}
	})
}

// An employment is asked after at six months and at twelve, once each.
func TestEmploymentIsFollowedUp(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		f := form("adult", "post")
		f.Kind, f.Until = Employment, ""
		p := w.draft(f)
		p = w.sign(p, w.unit(w.firm), roleEnterprise)
		if p = w.sign(p, w.self("adult"), roleStudent); p.State != Ready {
			t.Fatalf("%s with %v", p.State, broken(p))
		}
		if _, err := w.Start(w.unit(w.s1), p.ID); err != nil {
			t.Fatal(err)
		}
		told := Follow{Month: 6, There: true, PayBand: "to_6000", Fits: "same"}
		if _, err := w.Tell(w.unit(w.s1), p.ID, told); fault.At(err, "month") == nil {
			t.Errorf("told too early: %v", err)
		}
		w.DB.Now = func() time.Time { return dbtest.Noon.AddDate(0, 6, 1) }
		tasks, err := db.View(w.unit(w.s1), w.DB, w.Waiting)
		if err != nil || len(tasks) != 1 || tasks[0].Word != "placement.waiting.follow" {
			t.Errorf("waits: %+v (%v)", tasks, err)
		}
		if _, err := w.Tell(w.unit(w.s1), p.ID, told); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Tell(w.unit(w.s1), p.ID, told); !errors.Is(err, fault.Conflict) {
			t.Errorf("told twice: %v", err)
		}
		if w.acts(actEmployed) != 1 {
			t.Errorf("%d were noted", w.acts(actEmployed))
		}
	})
}

// A round's admissions become placements, of those who consent, once.
func TestAdmissions(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		in := Admitting{Round: "r", Kind: Internship, Since: "2026-03-02"}
		for i, want := range []Admitted{{Made: 2, Left: 1}, {Had: 2, Left: 1}} {
			got, err := w.Admit(w.as(auth.Actor{ID: "x", Unit: w.s1, Roles: []string{auth.Staff}}), in)
			if err != nil || *got != want {
				t.Errorf("time %d: %+v, want %+v (%v)", i+1, got, want, err)
			}
		}
	})
}

// A list shows exactly what opens one by one, names only to those who may know them.
func TestListsAgreeWithTheBook(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ids := []string{w.draft(form("adult", "post")).ID, w.draft(form("other", "else")).ID, w.ready(form("minor", "else")).ID}
		for what, ctx := range map[string]context.Context{"school": w.unit(w.s1), "other school": w.unit(w.s2), "firm": w.unit(w.firm), "other firm": w.unit(w.other),
			"secretariat": w.as(auth.Actor{ID: "a", Roles: []string{auth.Secretariat}}), "student": w.self("adult"), "minor": w.self("minor")} {
			l, err := w.List(ctx, Search{})
			if err != nil {
				t.Fatal(err)
			}
			listed := map[string]string{}
			for _, p := range l.List {
				listed[p.ID] = p.Name
			}
			for _, id := range ids {
				v, err := w.Placement(ctx, id)
				if name, ok := listed[id]; ok != (err == nil) || ok && name != v.Name {
					t.Errorf("%s: listed %v as %q, opened with %v", what, ok, name, err)
				}
				if what == "secretariat" && bytes.ContainsRune([]byte(v.Name[3:]), '某') {
					t.Errorf("the secretariat reads %s", v.Name)
				}
			}
		}
	})
}

// Names of mentors and guardians do not stand in clear on the disk.
func TestPersonalFieldsAreSealed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.db")
	w := build(t, path)
	f := form("minor", "post")
	f.Guardian, f.GuardianPhone = "张大某", "13812345678"
	w.draft(f)
	w.DB.Close()
	for _, file := range []string{path, path + "-wal"} {
		content, _ := os.ReadFile(file)
		for _, secret := range []string{"张大某", "13812345678", "周师傅", "张小某"} {
			if bytes.Contains(content, []byte(secret)) {
				t.Errorf("%s stands in clear", secret)
			}
		}
	}
}
