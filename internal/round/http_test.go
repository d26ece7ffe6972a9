package round_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"guildhall/internal/auth"
	"guildhall/internal/round"
	"guildhall/internal/talent"
	"guildhall/internal/web"
)

// door serves the world's routes to whoever the header As names.
func door(w *world) http.Handler {
	who := map[string]auth.Actor{
		"office": auth.From(w.office), "S1": auth.From(w.staff("S1")), "E1": auth.From(w.staff("E1")), "E2": auth.From(w.staff("E2")),
		"C1": auth.From(w.student("C1")), "C2": auth.From(w.student("C2")), "C4": auth.From(w.student("C4")),
	}
	rs := &web.Routes{Rail: []web.Place{{Group: "round.rounds", Word: "round.rounds", Path: "/rounds"}}}
	rs.Who = func(_ http.ResponseWriter, r *http.Request) (auth.Actor, error) { return who[r.Header.Get("As")], nil }
	rs.Body = func(context.Context, auth.Actor) (web.Body, error) { return web.Body{ID: w.body, Name: "龙壶"}, nil }
	rs.Door(w.DB.Ping)
	w.Office.Routes(rs)
	w.Talent.Routes(rs)
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

var unsaid = regexp.MustCompile(`(round|talent|codes|web)\.[a-z_]+[a-z_.]*[^a-z_./"-]|%!|<nil>`)

// Every page says everything in both languages, and every address answers
// programs too.
func TestPages(t *testing.T) {
	w := small(t, t.TempDir()+"/test.db")
	r := must[*round.Round](t)(w.Office.RunRound(w.office, finalYear, "seed"))
	open := must[*round.Round](t)(w.Office.Draft(w.office, round.Form{Name: "第二轮", Statuses: talent.Seeking, Terms: round.Terms{CapPercent: 10}}))
	must[*round.Round](t)(w.Office.Open(w.office, open.ID))
	draft := must[*round.Round](t)(w.Office.Draft(w.office, round.Form{Name: "第三轮", Statuses: talent.Seeking}))
	frozen := must[*round.Round](t)(w.Office.Draft(w.office, round.Form{Name: "第四轮", Statuses: []string{talent.FinalYear}}))
	must[*round.Round](t)(w.Office.Open(w.office, frozen.ID))
	must[*round.Round](t)(w.Office.Freeze(w.office, frozen.ID, ""))
	h := door(w)
	for _, c := range []struct {
		as, path string
		want     int
	}{
		{"", "/rounds", 200}, {"office", "/rounds", 200}, {"office", "/rounds/new", 200}, {"S1", "/rounds/new", 403},
		{"", "/rounds/" + r.ID, 200}, {"office", "/rounds/" + r.ID + "?sort=-listed", 200}, {"office", "/rounds/" + open.ID, 200},
		{"office", "/rounds/" + draft.ID, 200}, {"S1", "/rounds/" + draft.ID, 404}, {"C1", "/rounds/" + open.ID, 200}, {"office", "/rounds/" + frozen.ID, 200},
		{"E1", "/rounds/" + r.ID + "/results", 200}, {"office", "/rounds/" + r.ID + "/results?placed=no", 200}, {"", "/rounds/" + r.ID + "/results", 303},
		{"C1", "/my", 200}, {"C2", "/my", 200}, {"C4", "/my", 200}, {"C1", "/my/wishes", 200}, {"S1", "/my", 403},
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
		if c.want == 200 && c.path != "/rounds/new" && (rec.Code != 200 || !json.Valid(rec.Body.Bytes())) {
			t.Errorf("%q asks for %s as a program: %d %.80s", c.as, c.path, rec.Code, rec.Body)
		}
	}
}

// The whole round by forms, as the secretariat and a student go through it.
func TestRoundByForms(t *testing.T) {
	w := small(t, t.TempDir()+"/test.db")
	h := door(w)
	post := func(as, path string, form url.Values, want int) string {
		t.Helper()
		rec := ask(t, h, as, "zh-CN", "POST", path, form, "text/html")
		if rec.Code != want {
			t.Fatalf("%s sends %s: %d, want %d: %.300s", as, path, rec.Code, want, rec.Body)
		}
		return rec.Header().Get("Location")
	}
	bad := ask(t, h, "office", "zh-CN", "POST", "/rounds", url.Values{"name": {""}, "cap_percent": {"300"}}, "text/html")
	if bad.Code != 422 || !strings.Contains(bad.Body.String(), `value="300"`) {
		t.Errorf("a form with faults: %d, and what was filled in is gone", bad.Code)
	}
	at := post("office", "/rounds", url.Values{"name": {"春季"}, "statuses": {talent.FinalYear}}, 303)
	post("office", at+"/opening", nil, 303)
	position := must[*talent.Positions](t)(w.Positions(w.office, talent.PositionSearch{Text: "夜班"})).List[0].ID
	post("C1", "/my/wishes", url.Values{"round": {strings.TrimPrefix(at, "/rounds/")}, "position": {position}, "rank": {"x"}}, 422)
	post("C1", "/my/wishes", url.Values{"round": {strings.TrimPrefix(at, "/rounds/")}, "position": {position}, "rank": {"1"}}, 303)
	post("C1", "/my/consents/withdrawal", url.Values{"purposes": {"round"}}, 303)
	post("C1", "/my/consents", url.Values{"purposes": {"round"}}, 303)
	post("S1", at+"/freeze", nil, 403)
	post("office", at+"/freeze", url.Values{"seed": {"公证处 2026"}}, 303)
	post("office", at+"/publication", nil, 409)
	post("office", at+"/computation", nil, 303)
	w.Office.Wait()
	post("office", at+"/verification", nil, 303)
	post("office", at+"/publication", nil, 303)
	rec := ask(t, h, "", "zh-CN", "GET", at+"/certificate", nil, "text/html")
	if _, err := zip.NewReader(bytes.NewReader(rec.Body.Bytes()), int64(rec.Body.Len())); rec.Code != 200 || err != nil {
		t.Errorf("the certificate: %d, %v", rec.Code, err)
	}
	for _, path := range []string{at + "/results?format=xlsx"} {
		if rec := ask(t, h, "office", "zh-CN", "GET", path, nil, "text/html"); rec.Code != 200 || rec.Body.Len() < 100 {
			t.Errorf("%s: %d with %d bytes", path, rec.Code, rec.Body.Len())
		}
	}
}
