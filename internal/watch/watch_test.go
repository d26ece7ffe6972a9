package watch_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/fault"
	"guildhall/internal/watch"
	"guildhall/internal/web"
)

// watched is a door with a route under watch, and whoever asks.
func watched(t *testing.T, who *auth.Actor) (*watch.Watch, *web.Routes) {
	t.Helper()
	d := dbtest.Open(t, t.TempDir()+"/a.db", web.Room)
	w := watch.New(d, "test")
	rs := &web.Routes{DB: d, Watch: w.Request, Who: func(http.ResponseWriter, *http.Request) (auth.Actor, error) { return *who, nil }}
	d.Watch = w.Trip
	w.Routes(rs)
	rs.Add("GET /people/{id}", "test.person.read", func(r *http.Request) (web.Reply, error) {
		if r.PathValue("id") == "none" {
			return web.Reply{}, fault.NotFound.New("fault.not_found")
		}
		return web.Reply{Data: "here"}, nil
	})
	return w, rs
}

func ask(rs *web.Routes, path, from string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("GET", path, nil)
	r.RemoteAddr = from
	r.Header.Set("Accept", "application/json")
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	rs.ServeHTTP(w, r)
	return w
}

// The figures are for the administrator and for machines that were named, which must ask
// themselves; nobody else, never by default.
func TestWhoReadsTheFigures(t *testing.T) {
	var who auth.Actor
	w, rs := watched(t, &who)
	for _, c := range []struct {
		name, role, from, forwarded, networks string
		code                                  int
	}{
		{"stranger", "", "127.0.0.1:1", "", "", 401},
		{"student", auth.Student, "127.0.0.1:1", "", "", 403},
		{"secretariat", auth.Secretariat, "127.0.0.1:1", "", "", 403},
		{"administrator", auth.Admin, "127.0.0.1:1", "", "", 200},
		{"a machine that was named", "", "10.1.2.3:1", "", "10.1.0.0/16", 200},
		{"the same over IPv6", "", "[::ffff:10.1.2.3]:1", "", "10.1.0.0/16", 200},
		{"one that was not", "", "10.2.2.3:1", "", "10.1.0.0/16, 10.3.0.1", 401},
		{"one address", "", "10.3.0.1:1", "", "10.1.0.0/16, 10.3.0.1", 200},
		{"anybody behind a proxy that was named", "", "127.0.0.1:1", "1.2.3.4", "127.0.0.1", 401},
	} {
		who = auth.Actor{}
		if c.role != "" {
			who = auth.Actor{ID: "p", Roles: []string{c.role}}
		}
		var err error
		if w.From, err = watch.Networks(c.networks); err != nil {
			t.Fatal(err)
		}
		var header []string
		if c.forwarded != "" {
			header = []string{"X-Forwarded-For", c.forwarded}
		}
		if got := ask(rs, "/metrics", c.from, header...); got.Code != c.code {
			t.Errorf("%s: %d, want %d", c.name, got.Code, c.code)
		}
	}
	if _, err := watch.Networks("somewhere"); err == nil {
		t.Error("a network that is none is taken")
	}
}

// Figures tell of routes by their pattern, whatever is asked for: no name, no id, and never
// more of them than the program has routes.
func TestFiguresNameNobody(t *testing.T) {
	admin := auth.Actor{ID: "person-secret", Name: "secret-name", Unit: "unit-secret", Roles: []string{auth.Admin}}
	w, rs := watched(t, &admin)
	for _, path := range []string{"/people/secret-1", "/people/secret-2?q=secret-3", "/people/none", "/secret-4/secret-5"} {
		ask(rs, path, "10.0.0.1:1")
	}
	err := db.Do(t.Context(), w.DB, func(tx *db.Tx) error { return fault.Invalid.New("fault.not_found") })
	if err == nil {
		t.Fatal("it was kept")
	}
	text := ask(rs, "/metrics", "10.0.0.1:1").Body.String()
	for _, want := range []string{
		`guildhall_http_requests_total{method="GET",route="/people/{id}",class="2xx"} 2`,
		`guildhall_http_requests_total{method="GET",route="/people/{id}",class="4xx"} 1`,
		`guildhall_http_requests_total{method="GET",route="none",class="4xx"} 1`,
		`guildhall_http_request_seconds_count{method="GET",route="/people/{id}"} 3`,
		`guildhall_http_request_seconds_bucket{method="GET",route="/people/{id}",le="+Inf"} 3`,
		`guildhall_db_transactions_total{kind="update",outcome="undone"} 1`,
		`guildhall_http_in_flight 1`,
		`guildhall_db_connections_most{pool="write"} 1`,
		`guildhall_build_info{version="test",`,
		"# TYPE guildhall_http_request_seconds histogram",
		"go_goroutines ",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("it does not tell %s:\n%s", want, text)
		}
	}
	if strings.Contains(text, "secret") {
		t.Errorf("it tells too much:\n%s", text)
	}
	if n := strings.Count(text, "# TYPE guildhall_http_request_seconds "); n != 1 {
		t.Errorf("a family is told %d times", n)
	}
}

// What took long is remembered by its route, each body's apart.
func TestSlowUpdates(t *testing.T) {
	admin := auth.Actor{}
	w, _ := watched(t, &admin)
	for i := range 300 {
		w.Trip(db.In(t.Context(), []string{"a", "b"}[i%2]), db.Trip{Kind: "update", Took: time.Duration(i) * 100 * time.Millisecond})
	}
	all, a := w.Slow(""), w.Slow("a")
	if len(all) != 200 || len(a) != 100 || all[0].Took != 299*100*time.Millisecond {
		t.Errorf("%d, %d, the newest %v", len(all), len(a), all[0].Took)
	}
}

// Operators and secretariats see the page, others do not; and it shows the worst first.
func TestOperationsPage(t *testing.T) {
	var who auth.Actor
	w, rs := watched(t, &who)
	w.Parts = append(w.Parts, func(ctx context.Context) ([]watch.Part, error) {
		return []watch.Part{{Key: "sure", Lines: []watch.Line{watch.Say(ctx, "drill", watch.Warn, "never"), watch.Say(ctx, "backup", watch.Fail, "none"), watch.Say(ctx, "database", watch.OK, "size", "1")}}}, nil
	})
	tried := ""
	w.Retry["entry"] = func(_ context.Context, id string) error { tried = id; return nil }
	for role, code := range map[string]int{"": 401, auth.Student: 403, auth.Staff: 403, auth.UnitAdmin: 403, auth.Secretariat: 200, auth.Admin: 200} {
		who = auth.Actor{}
		if role != "" {
			who = auth.Actor{ID: "p", Roles: []string{role}}
		}
		got := ask(rs, "/operations", "10.0.0.1:1", "Accept", "text/html", "Accept-Language", "en")
		if code == 401 && got.Code == http.StatusSeeOther {
			continue // a person is led to the sign-in
		}
		if got.Code != code {
			t.Errorf("%q: %d", role, got.Code)
		}
		if page := got.Body.String(); code == 200 && (!strings.Contains(page, "Failing") || !strings.Contains(page, "Start with --backups")) {
			t.Errorf("%q sees\n%s", role, page)
		}
		r := httptest.NewRequest("POST", "/operations/entry/7/retrying", nil)
		r.Header.Set("Accept", "application/json")
		answer := httptest.NewRecorder()
		tried = ""
		rs.ServeHTTP(answer, r)
		if (tried == "7") != (code == 200) {
			t.Errorf("%q tries again: %d, %q", role, answer.Code, tried)
		}
	}
}
