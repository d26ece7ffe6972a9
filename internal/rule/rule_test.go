package rule_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/fault"
	"guildhall/internal/i18n"
	"guildhall/internal/journal"
	"guildhall/internal/rule"
	"guildhall/internal/web"
)

// quorum is a rule as a room might have it.
type quorum struct {
	Notice  int           `json:"notice"`
	Present rule.Fraction `json:"present"`
	Proxies bool          `json:"proxies"`
	Remarks []string      `json:"remarks"`
	Classes []class       `json:"classes"`
}

type class struct {
	Name     string        `json:"name"`
	Base     string        `json:"base" choices:"present,all"`
	Fraction rule.Fraction `json:"fraction"`
}

func (q quorum) Check() error {
	var wrong fault.List
	if q.Notice < 0 {
		wrong.Add("notice", "fault.number")
	}
	for i, c := range q.Classes {
		if c.Fraction != (rule.Fraction{}) && !c.Fraction.Proper() {
			wrong.Add("classes."+string(rune('0'+i))+".fraction", "fault.number")
		}
	}
	return wrong.Err()
}

const kind = "rule_test.quorum"

var usual = quorum{Notice: 3, Present: rule.Fraction{Num: 2, Den: 3}, Remarks: []string{}, Classes: []class{{"ordinary", "present", rule.Fraction{Num: 1, Den: 2}}}}

var _ = rule.Declare(kind, usual, fstest.MapFS{
	"data/private.json": {Data: []byte(`{"code":"private","name":"民办非企业单位","name_en":"Private non-enterprise","article":"示范文本第二十条","data":{"notice":10,"present":"1/2"}}`)},
})

var _ = i18n.Add(fstest.MapFS{"text/zh-CN.json": {Data: []byte(`{"rule_test.quorum.notice":"提前通知天数"}`)}})

func each(t *testing.T, test func(t *testing.T, r *rule.Rules)) {
	dbtest.Each(t, func(t *testing.T, address string) {
		test(t, &rule.Rules{DB: dbtest.Open(t, address, journal.Room, rule.Room)})
	})
}

func as(t *testing.T, role, body string) context.Context {
	return dbtest.As(t, auth.Actor{ID: "li", Body: body, Roles: []string{role}})
}

func told(t *testing.T, q quorum) json.RawMessage {
	text, err := json.Marshal(q)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func at(t *testing.T, r *rule.Rules, ctx context.Context, day string) rule.Held[quorum] {
	t.Helper()
	h, err := db.View(ctx, r.DB, func(tx *db.Tx) (rule.Held[quorum], error) { return rule.At[quorum](tx, kind, day) })
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// Of every day it can be told which version held, also after newer ones came;
// one body's rules are not another's.
func TestVersionsByDate(t *testing.T) {
	each(t, func(t *testing.T, r *rule.Rules) {
		ctx := as(t, auth.Secretariat, "b")
		var ids []string
		for _, c := range []struct {
			since  string
			notice int
		}{{"2025-01-01", 5}, {"2026-01-01", 7}, {"2026-01-01", 8}, {"2026-06-01", 9}} {
			q := usual
			q.Notice = c.notice
			v, err := r.Set(ctx, kind, rule.Change{Since: c.since, Article: "章程第二十一条", Data: told(t, q)})
			if err != nil {
				t.Fatal(err)
			}
			ids = append(ids, v.ID)
		}
		for day, notice := range map[string]int{"2024-12-31": 3, "2025-01-01": 5, "2025-12-31": 5, "2026-01-01": 8, "2026-05-31": 8, "2026-06-01": 9} {
			if h := at(t, r, ctx, day); h.Rule.Notice != notice {
				t.Errorf("on %s notice is %d, want %d", day, h.Rule.Notice, notice)
			}
		}
		if h := at(t, r, as(t, auth.Secretariat, "other"), "2026-03-01"); h.Rule.Notice != 3 || !strings.HasPrefix(h.ID, "usual-") {
			t.Errorf("another body's rule is %+v", h)
		}
		under := func(id string) (rule.Held[quorum], error) {
			return db.View(ctx, r.DB, func(tx *db.Tx) (rule.Held[quorum], error) { return rule.Under[quorum](tx, kind, id) })
		}
		for id, notice := range map[string]int{ids[1]: 7, at(t, r, ctx, "2020-01-01").ID: 3} {
			if h, err := under(id); err != nil || h.Rule.Notice != notice {
				t.Errorf("under %s notice is %d, want %d: %v", id, h.Rule.Notice, notice, err)
			}
		}
		if _, err := r.Withdraw(ctx, kind, ids[2]); !errors.Is(err, fault.Conflict) {
			t.Errorf("a version that holds is withdrawn: %v", err)
		}
		if _, err := r.Withdraw(ctx, kind, ids[3]); err != nil {
			t.Fatal(err)
		}
		if h := at(t, r, ctx, "2026-06-01"); h.ID != ids[2] {
			t.Errorf("after the withdrawal there holds %+v", h)
		}
	})
}

// A field that the program learnt later has the usual value in older versions.
func TestOlderVersionsAreWhole(t *testing.T) {
	each(t, func(t *testing.T, r *rule.Rules) {
		ctx := as(t, auth.Secretariat, "b")
		if _, err := r.Set(ctx, kind, rule.Change{Since: "2026-01-01", Article: "x", Data: told(t, quorum{Notice: 4, Present: rule.Fraction{Num: 1, Den: 2}})}); err != nil {
			t.Fatal(err)
		}
		err := db.Do(ctx, r.DB, func(tx *db.Tx) error {
			_, err := tx.Exec(`UPDATE rule_version SET data = '{"notice":4}'`)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if h := at(t, r, ctx, "2026-02-01"); h.Rule.Notice != 4 || h.Rule.Present != usual.Present || len(h.Rule.Classes) != 1 {
			t.Errorf("%+v", h.Rule)
		}
	})
}

func TestAllFaultsAtOnce(t *testing.T) {
	each(t, func(t *testing.T, r *rule.Rules) {
		ctx := as(t, auth.Secretariat, "b")
		if _, err := r.Set(ctx, kind, rule.Change{Since: "2026-02-01", Article: "x", Data: told(t, usual)}); err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			about  string
			change rule.Change
			places []string
		}{
			{"nothing", rule.Change{Data: json.RawMessage(`{}`)}, []string{"since", "article"}},
			{"before the last", rule.Change{Since: "2026-01-31", Article: "x", Data: json.RawMessage(`{"notice":-1,"classes":[{"fraction":"1/2"},{"fraction":"3/2"}]}`)},
				[]string{"since", "notice", "classes.1.fraction"}},
			{"far ahead", rule.Change{Since: "2062-01-01", Article: strings.Repeat("长", 301), Setup: "none", Data: json.RawMessage(`{"notce":1}`)},
				[]string{"since", "article", "setup", "data"}},
			{"a word for a number", rule.Change{Since: "2026-3-1", Article: "x", Data: json.RawMessage(`{"notice":"three"}`)}, []string{"since", "notice"}},
		} {
			_, err := r.Set(ctx, kind, c.change)
			list, _ := errors.AsType[fault.List](err)
			var places []string
			for _, item := range list {
				places = append(places, item.Place)
			}
			if !slices.Equal(places, c.places) {
				t.Errorf("%s: faults at %q, want %q: %v", c.about, places, c.places, err)
			}
		}
	})
}

func TestOnlyWhoRunsTheBodySetsRules(t *testing.T) {
	each(t, func(t *testing.T, r *rule.Rules) {
		for _, c := range []struct {
			role      string
			set, read error
		}{{"", fault.Unknown, fault.Unknown}, {auth.Student, fault.Denied, nil}, {auth.Staff, fault.Denied, nil}, {auth.UnitAdmin, fault.Denied, nil}, {auth.Secretariat, nil, nil}, {auth.Admin, nil, nil}} {
			ctx := as(t, c.role, "b")
			if c.role == "" {
				ctx = db.In(t.Context(), "b")
			}
			if _, err := r.Set(ctx, kind, rule.Change{Since: "2026-02-01", Article: "x", Data: told(t, usual)}); !errors.Is(err, c.set) {
				t.Errorf("%s sets: %v, want %v", c.role, err, c.set)
			}
			if _, err := r.Whole(ctx, kind); !errors.Is(err, c.read) {
				t.Errorf("%s reads: %v, want %v", c.role, err, c.read)
			}
		}
		for action := range map[string]bool{"rule.version.read": true, "rule.version.set": true, "rule.version.withdraw": true} {
			if !i18n.Has(action) {
				t.Errorf("no word for %s", action)
			}
		}
	})
}

func send(t *testing.T, r *rule.Rules, ctx context.Context, method, path string, form url.Values) *httptest.ResponseRecorder {
	t.Helper()
	rs := &web.Routes{
		Who: func(http.ResponseWriter, *http.Request) (auth.Actor, error) { return auth.From(ctx), nil },
		Body: func(context.Context, auth.Actor) (web.Body, error) {
			return web.Body{ID: db.Body(ctx), Name: "壶城"}, nil
		},
	}
	r.Routes(rs)
	req := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	w := httptest.NewRecorder()
	rs.ServeHTTP(w, req)
	return w
}

// The form of a type reads what it shows, closes up rows that are taken out, and
// comes back with everything that was filled in when something is wrong.
func TestForm(t *testing.T) {
	each(t, func(t *testing.T, r *rule.Rules) {
		ctx := as(t, auth.Secretariat, "b")
		w := send(t, r, ctx, "GET", "/rules/"+kind+"?setup=private", nil)
		for _, word := range []string{`name="notice" value="10"`, `value="1/2"`, `value="示范文本第二十条"`, "提前通知天数", `name="classes.rows" value="2"`} {
			if !strings.Contains(w.Body.String(), word) {
				t.Errorf("the form filled with a set-up does not say %s", word)
			}
		}
		form := url.Values{"since": {"2026-05-01"}, "article": {"决议 3"}, "setup": {"private"}, "notice": {"ten"}, "present": {"a third"}, "proxies": {"1"},
			"remarks": {"一\r\n\r\n二"}, "classes.rows": {"4"},
			"classes.0.name": {"ordinary"}, "classes.0.base": {"present"}, "classes.0.fraction": {"1/2"}, "classes.0.out": {"1"},
			"classes.2.name": {"charter"}, "classes.2.base": {"nobody"}, "classes.2.fraction": {"3 ／ 2"}}
		w = send(t, r, ctx, "POST", "/rules/"+kind, form)
		for _, word := range []string{`href="#notice"`, `href="#present"`, `href="#classes.0.base"`, `href="#classes.0.fraction"`, `value="ten"`, `value="a third"`, `value="charter"`,
			`name="classes.rows" value="3"`} {
			if w.Code != 422 || !strings.Contains(w.Body.String(), word) {
				t.Errorf("%d, the form to mend does not say %s", w.Code, word)
			}
		}
		form.Set("notice", "10")
		form.Set("present", "1/3")
		form.Set("classes.2.base", "all")
		form.Set("classes.2.fraction", "2/3")
		if w = send(t, r, ctx, "POST", "/rules/"+kind, form); w.Code != 303 {
			t.Fatalf("%d: %s", w.Code, w.Body)
		}
		h := at(t, r, ctx, "2026-05-01")
		want := quorum{10, rule.Fraction{Num: 1, Den: 3}, true, []string{"一", "二"}, []class{{"charter", "all", rule.Fraction{Num: 2, Den: 3}}}}
		if string(told(t, h.Rule)) != string(told(t, want)) || h.Article != "决议 3" {
			t.Errorf("kept %s, want %s", told(t, h.Rule), told(t, want))
		}
		if w = send(t, r, ctx, "GET", "/rules", nil); w.Code != 200 || !strings.Contains(w.Body.String(), "2026-05-01") {
			t.Errorf("the list: %d", w.Code)
		}
		if w = send(t, r, ctx, "GET", "/rules/"+kind+"?version="+h.ID, nil); w.Code != 200 || !strings.Contains(w.Body.String(), "撤回") {
			t.Errorf("a coming version: %d", w.Code)
		}
	})
}

func TestFractions(t *testing.T) {
	two := rule.Fraction{Num: 2, Den: 3}
	for _, c := range []struct {
		n, all          int
		reached, passed bool
	}{{55, 84, false, false}, {56, 84, true, false}, {57, 84, true, true}, {0, 0, true, false}, {1, 1, true, true}} {
		if two.Reached(c.n, c.all) != c.reached || two.Passed(c.n, c.all) != c.passed {
			t.Errorf("%d of %d: reached %v, passed %v", c.n, c.all, two.Reached(c.n, c.all), two.Passed(c.n, c.all))
		}
	}
	if two.Least(84) != 56 || two.Least(85) != 57 {
		t.Errorf("two thirds of 84 and 85 are %d and %d", two.Least(84), two.Least(85))
	}
	for _, text := range []string{"2", "2/0", "-1/2", "2/3/4", "1/1001", "x/y"} {
		var f rule.Fraction
		if f.UnmarshalText([]byte(text)) == nil {
			t.Errorf("%q is read as %v", text, f)
		}
	}
}
