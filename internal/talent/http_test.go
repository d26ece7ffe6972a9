package talent_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"guildhall/internal/auth"
	"guildhall/internal/talent"
	"guildhall/internal/web"
)

// door serves the world's routes to whoever the header As names.
func door(w *world) http.Handler {
	who := map[string]auth.Actor{
		"office": auth.From(w.office), "S1": auth.From(w.staff("S1")), "E1": auth.From(w.staff("E1")), "E2": auth.From(w.staff("E2")),
		"C1": auth.From(w.student("C1")), "C2": auth.From(w.student("C2")), "C4": auth.From(w.student("C4")),
	}
	rs := &web.Routes{Rail: []web.Place{{Group: "talent.positions", Word: "talent.positions", Path: "/positions"}}}
	rs.Who = func(_ http.ResponseWriter, r *http.Request) (auth.Actor, error) { return who[r.Header.Get("As")], nil }
	rs.Body = func(context.Context, auth.Actor) (web.Body, error) { return web.Body{ID: w.body, Name: "龙壶"}, nil }
	rs.Door(w.DB.Ping)
	w.Routes(rs)
	return rs
}

func ask(t *testing.T, h http.Handler, as, language, method, path string, form url.Values, accept string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(form.Encode()))
	r.Header.Set("As", as)
	r.Header.Set("Accept-Language", language)
	r.Header.Set("Accept", accept)
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, r)
	return rec
}

var unsaid = regexp.MustCompile(`(talent|codes|web)\.[a-z_]+[a-z_.]*[^a-z_./"-]|%!|<nil>`)

// Every page says everything in both languages, and every address answers
// programs too.
func TestPages(t *testing.T) {
	w := small(t, t.TempDir()+"/test.db")
	position := must[*talent.Positions](t)(w.Positions(w.office, talent.PositionSearch{Text: "夜班"})).List[0].ID
	programme := must[*talent.Programmes](t)(w.Programmes(w.office, talent.ProgrammeSearch{})).List[0].ID
	c1 := auth.From(w.student("C1")).About
	h := door(w)
	for _, c := range []struct {
		as, path string
		want     int
	}{
		{"", "/programmes", 200}, {"", "/programmes?q=zzz", 200}, {"", "/programmes/" + programme, 200},
		{"", "/positions", 200}, {"", "/positions?segment=M07&education=高职&pay=4000&region=450200&sort=-pay", 200}, {"", "/positions?q=zzz", 200},
		{"", "/positions/" + position, 200}, {"office", "/positions/" + position, 200}, {"E2", "/positions/" + position, 200}, {"", "/positions/none", 404},
		{"", "/candidates", 303}, {"C1", "/candidates", 403}, {"S1", "/candidates", 200}, {"office", "/candidates?status=final_year&consent=yes&year=2026", 200},
		{"E1", "/candidates", 200}, {"S1", "/candidates/" + c1, 200}, {"office", "/candidates/" + c1, 200}, {"C1", "/candidates/" + c1, 200},
		{"E1", "/candidates/" + c1, 404}, {"C2", "/candidates/" + c1, 404},
	} {
		for _, language := range []string{"zh-CN", "en"} {
			rec := ask(t, h, c.as, language, "GET", c.path, nil, "text/html")
			if rec.Code != c.want {
				t.Errorf("%q asks for %s: %d, want %d", c.as, c.path, rec.Code, c.want)
			}
			if found := unsaid.FindString(rec.Body.String()); found != "" && rec.Code == 200 {
				t.Errorf("%s in %s says %q", c.path, language, found)
			}
		}
		rec := ask(t, h, c.as, "en", "GET", c.path, nil, "application/json")
		if c.want == 200 && (rec.Code != 200 || !json.Valid(rec.Body.Bytes())) {
			t.Errorf("%q asks for %s as a program: %d %.80s", c.as, c.path, rec.Code, rec.Body)
		}
	}
}

// Consents by forms, as schools and students give them, and sheets of every list.
func TestForms(t *testing.T) {
	w := small(t, t.TempDir()+"/test.db")
	h := door(w)
	for _, f := range []struct {
		as, path string
		form     url.Values
	}{
		{"C1", "/my/consents/withdrawal", url.Values{"purposes": {"round"}}}, {"C1", "/my/consents", url.Values{"purposes": {"round"}}},
		{"S1", "/candidates/consents", url.Values{"purposes": {"round", "enterprise"}, "guardian": {"1"}}},
		{"E1", "/candidates/consents", url.Values{"purposes": {"round"}}}, // of nobody: it has no candidates
	} {
		if rec := ask(t, h, f.as, "zh-CN", "POST", f.path, f.form, "text/html"); rec.Code != 303 {
			t.Errorf("%s sends %s: %d: %.300s", f.as, f.path, rec.Code, rec.Body)
		}
	}
	for _, path := range []string{"/positions?format=csv", "/programmes?format=xlsx", "/candidates?format=csv"} {
		if rec := ask(t, h, "office", "zh-CN", "GET", path, nil, "text/html"); rec.Code != 200 || rec.Body.Len() < 100 {
			t.Errorf("%s: %d with %d bytes", path, rec.Code, rec.Body.Len())
		}
	}
}
