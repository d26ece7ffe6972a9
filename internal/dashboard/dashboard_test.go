package dashboard

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/fault"
	"guildhall/internal/i18n"
	"guildhall/internal/web"
)

func figuresOf(list ...Figure) func(*db.Tx) ([]Figure, error) {
	return func(*db.Tx) ([]Figure, error) { return list, nil }
}

func tasksOf(list ...Task) func(*db.Tx) ([]Task, error) {
	return func(*db.Tx) ([]Task, error) { return list, nil }
}

func get(t *testing.T, d *Dashboard, ctx context.Context, bodyName, path string, head ...string) *httptest.ResponseRecorder {
	t.Helper()
	rs := &web.Routes{
		Who:  func(http.ResponseWriter, *http.Request) (auth.Actor, error) { return auth.From(ctx), nil },
		Body: func(context.Context, auth.Actor) (web.Body, error) { return web.Body{ID: "b", Name: bodyName}, nil },
	}
	d.Routes(rs)
	r := httptest.NewRequest("GET", path, nil)
	for i := 0; i+1 < len(head); i += 2 {
		r.Header.Set(head[i], head[i+1])
	}
	w := httptest.NewRecorder()
	rs.ServeHTTP(w, r)
	return w
}

func holds(t *testing.T, about string, w *httptest.ResponseRecorder, code int, words ...string) {
	t.Helper()
	text := w.Body.String()
	if w.Code != code {
		t.Errorf("%s: %d, want %d\n%.300s", about, w.Code, code, text)
	}
	for _, word := range words {
		not, word := strings.HasPrefix(word, "!"), strings.TrimPrefix(word, "!")
		if strings.Contains(text, word) == not {
			t.Errorf("%s: does it say %q? %v", about, word, !not)
		}
	}
	if strings.Contains(text, "dashboard.") && strings.Contains(w.Header().Get("Content-Type"), "html") || strings.Contains(text, "%!") || strings.Contains(text, " style=") {
		t.Errorf("%s: a word is missing or filled wrongly, or a style stands inline", about)
	}
}

// Rooms are asked in their order; one that refuses this reader is passed over, and
// one that is out of order is not.
func TestGathering(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		d := &Dashboard{DB: dbtest.Open(t, address)}
		li := dbtest.As(t, auth.Actor{ID: "li", Name: "李", Body: "b", Roles: []string{auth.Secretariat}})
		if h, err := d.Home(t.Context()); err != nil || len(h.Figures) != 0 || h.News != nil {
			t.Errorf("an empty house: %+v, %v", h, err)
		}
		refusing := func(*db.Tx) ([]Figure, error) { return nil, fault.Denied.New("fault.denied") }
		d.Figures = []func(*db.Tx) ([]Figure, error){figuresOf(Figure{Word: "a", Value: 1}), refusing, figuresOf(Figure{Word: "b", Value: 2})}
		d.Waiting = []func(*db.Tx) ([]Task, error){tasksOf(Task{Word: "later", Due: "2026-05-01"}, Task{Word: "some day"}), tasksOf(Task{Word: "first", Due: "2026-04-01"})}
		k, err := d.Desk(li, false)
		if err != nil || len(k.Figures) != 2 || k.Figures[1].Word != "b" {
			t.Fatalf("%+v, %v", k, err)
		}
		if k.Waiting[0].Word != "first" || k.Waiting[2].Word != "some day" {
			t.Errorf("waiting %+v", k.Waiting)
		}
		d.Waiting = append(d.Waiting, tasksOf(Task{Word: "sign", Due: "2026-03-02", Decide: true}, Task{Word: "soon", Due: "2026-03-08"}))
		parts := func(decide bool) (said []string) {
			k, err := d.Desk(li, decide)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range k.Parts() {
				said = append(said, fmt.Sprint(p.Word, p.First, len(p.Tasks)))
			}
			return append(said, fmt.Sprint("others", k.Others))
		}
		if got := parts(false); !slices.Equal(got, []string{"today1 1", "week2 1", "later3 2", "some_day5 1", "others0"}) {
			t.Errorf("parts %q", got)
		}
		if got := parts(true); !slices.Equal(got, []string{"today1 1", "others4"}) {
			t.Errorf("what needs a decision: %q", got)
		}
		if _, err := d.Desk(t.Context(), false); !errors.Is(err, fault.Unknown) {
			t.Errorf("a stranger's dashboard: %v", err)
		}
		broken := errors.New("the database is away")
		d.Figures = append(d.Figures, func(*db.Tx) ([]Figure, error) { return nil, broken })
		if _, err := d.Home(t.Context()); !errors.Is(err, broken) {
			t.Errorf("an outage was passed over: %v", err)
		}
	})
}

func TestPages(t *testing.T) {
	d := &Dashboard{DB: dbtest.Open(t, filepath.Join(t.TempDir(), "test.db")),
		Figures: []func(*db.Tx) ([]Figure, error){figuresOf(Figure{Word: "web.home", Value: 12345, Link: "/gaps"}, Figure{Word: "web.brand", Value: 7})},
		Waiting: []func(*db.Tx) ([]Task, error){tasksOf(Task{Word: "web.home", Due: "2026-04-01", Link: "/x", Why: "web.brand", Else: "web.sign_in", Decide: true})},
		Open: []func(*db.Tx) ([]Entry, error){func(*db.Tx) ([]Entry, error) {
			return []Entry{{Title: "春季对接", TitleEN: "Spring round", Link: "/rounds/1", Word: "web.home"}}, nil
		}},
		News: func(*db.Tx) (*News, error) { return &News{Number: "2026-1", Card: templ.Raw("<p>card</p>")}, nil },
	}
	holds(t, "the home", get(t, d, t.Context(), "壶城", "/"), 200, "壶城", "12,345", `href="/gaps"`, "春季对接", "<p>card</p>", "/sign-in", "!/dashboard")
	holds(t, "in English", get(t, d, t.Context(), "壶城", "/", "Accept-Language", "en"), 200, "Spring round", "Latest bulletin")
	holds(t, "before there is a consortium", get(t, d, t.Context(), "", "/"), 200, "还没有联合体")
	holds(t, "another address", get(t, d, t.Context(), "壶城", "/nothing"), 404)
	holds(t, "the dashboard for a stranger", get(t, d, t.Context(), "壶城", "/dashboard", "Accept", "application/json"), 401)
	for role, word := range map[string]string{auth.Admin: "/journal", auth.Secretariat: "/releases", auth.UnitAdmin: "/accounts", auth.Staff: "/candidates", auth.Student: "/my"} {
		who := dbtest.As(t, auth.Actor{ID: "x", Name: "张", Unit: "u", Body: "b", Roles: []string{role}})
		for _, language := range i18n.Languages {
			holds(t, "the dashboard of "+role+" in "+language, get(t, d, who, "壶城", "/dashboard", "Accept-Language", language), 200, `href="`+word+`"`, "2026-04-01", "张")
		}
	}
	who := dbtest.As(t, auth.Actor{ID: "x", Body: "b", Roles: []string{auth.Staff}})
	holds(t, "what needs a decision", get(t, d, who, "壶城", "/dashboard?view=decide"), 200, "以后", `class="why"`, `class="foot"`)
	var k Desk
	if err := json.Unmarshal(get(t, d, who, "壶城", "/dashboard", "Accept", "application/json").Body.Bytes(), &k); err != nil || len(k.Waiting) != 1 || k.News.Number != "2026-1" {
		t.Errorf("%+v, %v", k, err)
	}
	d.Waiting = nil
	holds(t, "with nothing to do", get(t, d, who, "壶城", "/dashboard"), 200, "现在没有等您处理的事")
}

const matrix = `
dashboard.desk.read  stranger -    signed in yes
dashboard.home.read  stranger yes  signed in yes
`

func TestPolicy(t *testing.T) {
	word := func(ok bool) string {
		if ok {
			return "yes"
		}
		return "-  "
	}
	got := "\n"
	for _, action := range []string{"dashboard.desk.read", "dashboard.home.read"} {
		got += action + "  stranger " + word(policy.Can(t.Context(), action, struct{}{})) + "  signed in " +
			word(policy.Can(auth.With(t.Context(), auth.Actor{ID: "x"}), action, struct{}{})) + "\n"
	}
	if len(policy) != 2 || got != matrix {
		t.Errorf("got:%s\nwant:%s", got, matrix)
	}
}

// Both languages say the same words, and every word that is said is there.
func TestWords(t *testing.T) {
	for _, language := range i18n.Languages {
		for key := range i18n.Words(language) {
			if strings.HasPrefix(key, "dashboard.") && !i18n.Has(key) {
				t.Errorf("%s is not said in every language", key)
			}
		}
	}
	for action := range policy {
		if !i18n.Has(action) {
			t.Errorf("%s has no words", action)
		}
	}
	text, err := os.ReadFile("page.templ")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`say\(ctx, "([a-z_]+)"`).FindAllStringSubmatch(string(text), -1) {
		if !i18n.Has("dashboard." + m[1]) {
			t.Errorf("dashboard.%s has no words", m[1])
		}
	}
}
