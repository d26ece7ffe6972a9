package act

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/fault"
	"guildhall/internal/i18n"
	"guildhall/internal/journal"
	"guildhall/internal/web"
)

var _ = Declare(
	Kind{Name: "test.class.finished", ZH: "结业", EN: "Class finished", MeansZH: "一个班结业。", MeansEN: "A class ended.",
		Path: "/classes/{subject}", Amounts: []Amount{{"hours", Hour, "学时", "hours"}, {"paid", Fen, "金额", "paid"}}, Marks: []string{"base"}},
	Kind{Name: "test.member.joined", ZH: "入会", EN: "Joined", MeansZH: "一家单位加入。", MeansEN: "A unit joined."},
)

func secretary(t *testing.T, body string) context.Context {
	return dbtest.As(t, auth.Actor{ID: "li", Body: body, Roles: []string{auth.Secretariat}})
}

func note(ctx context.Context, d *db.DB, acts ...Act) error {
	return db.Do(ctx, d, func(tx *db.Tx) error {
		if err := journal.Record(tx, "test.class.finish", "c", nil); err != nil {
			return err
		}
		return Note(tx, acts...)
	})
}

func ask[T any](t *testing.T, ctx context.Context, d *db.DB, fn func(tx *db.Tx) (T, error)) T {
	t.Helper()
	v, err := db.View(ctx, d, fn)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func day(n int) time.Time { return dbtest.Noon.AddDate(0, 0, -n) }

func TestCounting(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		d := dbtest.Open(t, address, journal.Room, Room)
		ctx := secretary(t, "b")
		if err := note(ctx, d,
			Act{Kind: "test.class.finished", At: day(40), Unit: "u1", Units: []string{"u2", "u2"}, Persons: []string{"p1", "p2", "p1"},
				Amounts: map[string]int64{"hours": 40, "paid": 500}, Marks: map[string]string{"base": "shared"}, Subject: "c1", Title: "一班"},
			Act{Kind: "test.class.finished", At: day(10), Unit: "u1", Persons: []string{"p2", "p3"},
				Amounts: map[string]int64{"hours": 16}, Marks: map[string]string{"base": "own"}, Subject: "c2", Title: "二班"},
			Act{Kind: "test.class.finished", Unit: "u3", Subject: "c3", Title: "三班"},
			Act{Kind: "test.member.joined", Unit: "u3", Subject: "u3", Title: "三厂"}); err != nil {
			t.Fatal(err)
		}
		if err := note(secretary(t, "other"), d, Act{Kind: "test.class.finished", Unit: "u9", Subject: "c9", Title: "别家"}); err != nil {
			t.Fatal(err)
		}
		for name, c := range map[string]struct {
			f                      Filter
			count, persons, hours  int64
			units, owners, subject int64
		}{
			"all of a kind":      {Filter{Kind: "test.class.finished"}, 3, 3, 56, 3, 2, 3},
			"everything":         {Filter{}, 4, 3, 56, 3, 2, 4},
			"within a period":    {Filter{Kind: "test.class.finished", From: day(10), Until: day(0)}, 1, 2, 16, 1, 1, 1},
			"a unit's own":       {Filter{Kind: "test.class.finished", Unit: "u1"}, 2, 3, 56, 2, 1, 2},
			"a unit took part":   {Filter{Units: []string{"u2", "u7"}}, 1, 2, 40, 2, 1, 1},
			"no unit can":        {Filter{Units: []string{}}, 0, 0, 0, 0, 0, 0},
			"by a mark":          {Filter{Is: map[string][]string{"base": {"own", "none"}}}, 1, 2, 16, 1, 1, 1},
			"by no mark":         {Filter{Kind: "test.class.finished", Not: map[string][]string{"base": {"own"}}}, 2, 2, 40, 3, 2, 2},
			"by an amount":       {Filter{Least: map[string]int64{"hours": 17}}, 1, 2, 40, 2, 1, 1},
			"by an upper amount": {Filter{Most: map[string]int64{"hours": 16}}, 1, 2, 16, 1, 1, 1},
			"about a subject":    {Filter{Subject: "c2"}, 1, 2, 16, 1, 1, 1},
			"of two kinds":       {Filter{Kinds: []string{"test.class.finished", "test.member.joined"}}, 4, 3, 56, 3, 2, 4},
			"before it was told": {Filter{AsOf: day(1)}, 0, 0, 0, 0, 0, 0},
		} {
			got := ask(t, ctx, d, func(tx *db.Tx) (out [6]int64, err error) {
				var errs [6]error
				out[0], errs[0] = Count(tx, c.f)
				out[1], errs[1] = Persons(tx, c.f)
				out[2], errs[2] = Sum(tx, c.f, "hours")
				units, err1 := Units(tx, c.f)
				owners, err2 := Owners(tx, c.f)
				out[3], out[4], errs[3], errs[4] = int64(len(units)), int64(len(owners)), err1, err2
				out[5], errs[5] = Subjects(tx, c.f)
				return out, errors.Join(errs[:]...)
			})
			if want := [6]int64{c.count, c.persons, c.hours, c.units, c.owners, c.subject}; got != want {
				t.Errorf("%s: acts, persons, hours, units, owners, subjects are %v, want %v", name, got, want)
			}
		}
		tallies := ask(t, ctx, d, func(tx *db.Tx) ([]Tally, error) { return SumByUnit(tx, Filter{}, "hours") })
		if !slices.Equal(tallies, []Tally{{"u1", 56}}) {
			t.Errorf("hours by unit: %v", tallies)
		}
		tallies = ask(t, ctx, d, func(tx *db.Tx) ([]Tally, error) { return ByKind(tx, Filter{}) })
		if !slices.Equal(tallies, []Tally{{"test.class.finished", 3}, {"test.member.joined", 1}}) {
			t.Errorf("by kind: %v", tallies)
		}
	})
}

// What is taken back is not counted from then on, but was until then; both acts
// stay to be read.
// Two servers write for one body, and the clock of one is ahead: an act bears the entry of
// its own transaction all the same.
func TestP5ActsOfServersWhoseClocksDiffer(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		d := dbtest.Open(t, address, journal.Room, Room)
		ctx := secretary(t, "b")
		d.Now = func() time.Time { return dbtest.Noon.Add(time.Hour) }
		if err := db.Do(ctx, d, func(tx *db.Tx) error {
			if err := journal.Record(tx, "test.class.finish", "before", nil); err != nil {
				return err
			}
			if _, err := tx.Exec(`DELETE FROM journal_outbox`); err != nil {
				return err
			}
			_, err := tx.Exec(`UPDATE journal_entry SET id = 'zz' || id`) // ids follow the clock of whoever gives them
			return err
		}); err != nil {
			t.Fatal(err)
		}
		d.Now = func() time.Time { return dbtest.Noon }
		if err := note(ctx, d, Act{Kind: "test.class.finished", Unit: "u1", Subject: "c1", Title: "一班"}); err != nil {
			t.Fatal(err)
		}
		if subject := ask(t, ctx, d, func(tx *db.Tx) (string, error) {
			return db.One(tx, db.Value[string], `SELECT e.subject FROM act_act a JOIN journal_entry e ON e.id = a.entry_id WHERE a.subject = 'c1'`)
		}); subject != "c" {
			t.Errorf("the act bears the entry about %q", subject)
		}
	})
}

func TestTakenBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		d := dbtest.Open(t, address, journal.Room, Room)
		ctx := secretary(t, "b")
		if err := note(ctx, d, Act{Kind: "test.member.joined", Unit: "u", Subject: "u", Title: "一厂"}); err != nil {
			t.Fatal(err)
		}
		before := d.Now()
		d.Now = func() time.Time { return before.Add(time.Hour) }
		for i, want := range []int{1, 0} { // the second time nothing stands any more
			got, err := db.Update(ctx, d, func(tx *db.Tx) (int, error) {
				if err := journal.Record(tx, "test.member.leave", "u", nil); err != nil {
					return 0, err
				}
				return TakeBack(tx, "test.member.joined", "u", "误录")
			})
			if err != nil || got != want {
				t.Errorf("taking back, time %d: %d, %v", i+1, got, err)
			}
		}
		now := ask(t, ctx, d, func(tx *db.Tx) (int64, error) { return Count(tx, Filter{}) })
		then := ask(t, ctx, d, func(tx *db.Tx) (int64, error) { return Count(tx, Filter{AsOf: before}) })
		all := ask(t, ctx, d, func(tx *db.Tx) ([]Act, error) { return List(tx, Filter{All: true}, "", 0) })
		if now != 0 || then != 1 || len(all) != 2 {
			t.Fatalf("counted now %d, as of before %d, kept %d", now, then, len(all))
		}
		if all[0].TakesBack != all[1].ID || all[1].TakenBack != all[0].ID || all[0].Reason != "误录" || all[0].Entry == all[1].Entry {
			t.Errorf("the two acts: %+v", all)
		}
	})
}

func TestRefusals(t *testing.T) {
	d := dbtest.Open(t, t.TempDir()+"/test.db", journal.Room, Room)
	ctx := secretary(t, "b")
	good := Act{Kind: "test.class.finished", Subject: "c", Title: "一班"}
	for name, change := range map[string]func(*Act){
		"a kind that nobody declared":  func(a *Act) { a.Kind = "test.class.begun" },
		"an undeclared amount":         func(a *Act) { a.Amounts = map[string]int64{"days": 1} },
		"an undeclared mark":           func(a *Act) { a.Marks = map[string]string{"colour": "red"} },
		"an empty mark":                func(a *Act) { a.Marks = map[string]string{"base": ""} },
		"no subject":                   func(a *Act) { a.Subject = "" },
		"no title":                     func(a *Act) { a.Title = "" },
		"a day that has not come":      func(a *Act) { a.At = day(-1) },
		"a person's name":              func(a *Act) { a.Persons = []string{"张三"} },
		"a person's identity number":   func(a *Act) { a.Persons = []string{"11010519491231002X"} },
		"a person's telephone number":  func(a *Act) { a.Persons = []string{"13800138000"} },
		"a unit that has no id at all": func(a *Act) { a.Units = []string{""} },
	} {
		a := good
		change(&a)
		if err := note(ctx, d, a); err == nil {
			t.Errorf("%s was noted", name)
		}
	}
	if err := db.Do(ctx, d, func(tx *db.Tx) error { return Note(tx, good) }); err == nil || !strings.Contains(err.Error(), "journal") {
		t.Errorf("an act without an entry in the journal: %v", err)
	}
	if n := ask(t, ctx, d, func(tx *db.Tx) (int64, error) { return Count(tx, Filter{All: true}) }); n != 0 {
		t.Errorf("%d acts are kept", n)
	}
}

func TestDeclarations(t *testing.T) {
	good := Kind{Name: "test.thing.done", ZH: "做", EN: "Done", MeansZH: "做了。", MeansEN: "It was done."}
	for name, change := range map[string]func(*Kind){
		"a name of two words": func(k *Kind) { k.Name = "test.done" },
		"no English":          func(k *Kind) { k.MeansEN = " " },
		"no unit":             func(k *Kind) { k.Amounts = []Amount{{"n", "kilos", "数", "number"}} },
		"an amount unnamed":   func(k *Kind) { k.Amounts = []Amount{{"n", Fen, "", "number"}} },
		"a mark in Chinese":   func(k *Kind) { k.Marks = []string{"类别"} },
		"a path elsewhere":    func(k *Kind) { k.Path = "https://example.org" },
	} {
		k := good
		change(&k)
		if k.check() == nil {
			t.Errorf("%s was declared", name)
		}
	}
	if err := good.check(); err != nil {
		t.Error(err)
	}
	defer func() {
		if recover() == nil {
			t.Error("a kind was declared twice")
		}
	}()
	Declare(Kind{Name: "test.class.finished", ZH: "结业", EN: "x", MeansZH: "x", MeansEN: "x"})
}

const matrix = `
act.act.read         stranger -    staff -    secretariat yes
act.vocabulary.read  stranger yes  staff yes  secretariat yes
`

func TestPolicy(t *testing.T) {
	got := "\n"
	for _, action := range []string{"act.act.read", "act.vocabulary.read"} {
		got += action + strings.Repeat(" ", 19-len(action))
		for _, who := range []struct{ name, role string }{{"stranger", ""}, {"staff", auth.Staff}, {"secretariat", auth.Secretariat}} {
			word := "-  "
			if policy.Can(auth.With(t.Context(), auth.Actor{ID: "x", Roles: []string{who.role}}), action, nil) {
				word = "yes"
			}
			got += "  " + who.name + " " + word
		}
		got = strings.TrimRight(got, " ") + "\n"
	}
	if got != matrix || len(policy) != 2 {
		t.Errorf("got:%s\nwant:%s", got, matrix)
	}
}

func TestPages(t *testing.T) {
	d := dbtest.Open(t, t.TempDir()+"/test.db", journal.Room, Room)
	ctx := secretary(t, "b")
	if err := note(ctx, d, Act{Kind: "test.class.finished", Unit: "u1", Units: []string{"u2"}, Persons: []string{"p1", "p2"},
		Amounts: map[string]int64{"hours": 1120, "paid": 123400}, Marks: map[string]string{"base": "shared"}, Subject: "c1", Title: "电池装配一班"}); err != nil {
		t.Fatal(err)
	}
	s := &Acts{DB: d, Names: func(*db.Tx) (map[string][2]string, error) {
		return map[string][2]string{"u1": {"培训中心", "Training Centre"}}, nil
	}}
	get := func(who context.Context, path, language string) *httptest.ResponseRecorder {
		rs := &web.Routes{
			Who:  func(http.ResponseWriter, *http.Request) (auth.Actor, error) { return auth.From(who), nil },
			Body: func(context.Context, auth.Actor) (web.Body, error) { return web.Body{ID: "b", Name: "壶城"}, nil },
		}
		s.Routes(rs)
		r := httptest.NewRequest("GET", path, nil)
		r.Header.Set("Accept-Language", language)
		w := httptest.NewRecorder()
		rs.ServeHTTP(w, r)
		return w
	}
	id := ask(t, ctx, d, func(tx *db.Tx) ([]Act, error) { return List(tx, Filter{}, "", 1) })[0].ID
	for _, c := range []struct {
		path, language string
		words          []string
	}{
		{"/acts/vocabulary", "zh-CN", []string{"一个班结业。", "test.class.finished", "学时", Edition}},
		{"/acts/vocabulary", "en", []string{"A class ended.", "hours"}},
		{"/acts", "zh-CN", []string{"电池装配一班", "培训中心", "学时 1,120 小时", "金额 1,234 元", "有效"}},
		{"/acts?unit=u2&from=2026-03-02&to=2026-03-02", "en", []string{"Training Centre", "1,120 hours"}},
		{"/acts?unit=u7", "en", []string{"No acts."}},
		{"/acts/" + id, "zh-CN", []string{"/classes/c1", "base=shared", "参与人数"}},
		{"/acts?format=csv", "zh-CN", []string{"电池装配一班", "培训中心"}},
	} {
		w := get(ctx, c.path, c.language)
		text := w.Body.String()
		for _, word := range c.words {
			if !strings.Contains(text, word) {
				t.Errorf("%s in %s does not say %q (%d)", c.path, c.language, word, w.Code)
			}
		}
		if strings.Contains(text, "act.column") || strings.Contains(text, "%!") || strings.Contains(text, ">p1<") {
			t.Errorf("%s in %s misses a word or tells a person's id", c.path, c.language)
		}
	}
	if w := get(t.Context(), "/acts/vocabulary", "en"); w.Code != 200 {
		t.Errorf("the vocabulary for a stranger: %d", w.Code)
	}
	staff := dbtest.As(t, auth.Actor{ID: "w", Body: "b", Roles: []string{auth.Staff}})
	if _, err := s.Act(staff, id); !errors.Is(err, fault.Denied) {
		t.Errorf("an act for staff: %v", err)
	}
}

func TestWords(t *testing.T) {
	for _, language := range i18n.Languages {
		for key := range i18n.Words(language) {
			if strings.HasPrefix(key, "act.") && !i18n.Has(key) {
				t.Errorf("%s is not said in every language", key)
			}
		}
	}
	for _, m := range measures {
		if !i18n.Has("act.unit." + m) {
			t.Errorf("no word for the unit %s", m)
		}
	}
}
