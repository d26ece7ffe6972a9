package web_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/fault"
	"guildhall/internal/web"
)

type form struct {
	Name  string    `json:"name"`
	Seats int       `json:"seats"`
	Day   time.Time `json:"day"`
	Tags  []string  `json:"tags"`
}

// house gives routes over d on which everybody is "ana".
func house(d *db.DB) *web.Routes {
	rs := &web.Routes{DB: d, Who: func(http.ResponseWriter, *http.Request) (auth.Actor, error) {
		return auth.Actor{ID: "ana", Name: "Ana"}, nil
	}}
	rs.Door(func(context.Context) error { return nil })
	return rs
}

func send(h http.Handler, method, path, body string, head ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	for i := 0; i+1 < len(head); i += 2 {
		r.Header.Set(head[i], head[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestReadTellsEveryFieldThatCannotBeRead(t *testing.T) {
	rs := house(nil)
	rs.Add("POST /forms", "web.form.make", func(r *http.Request) (web.Reply, error) {
		in, err := web.Read[form](r)
		return web.Reply{Data: in}, err
	})
	const asForm = "application/x-www-form-urlencoded"
	w := send(rs, "POST", "/forms", "name=a&seats=3&day=2026-10-31&tags=x&tags=y", "Content-Type", asForm, "Accept", "application/json")
	var got form
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || got.Seats != 3 || got.Day.Format(time.DateOnly) != "2026-10-31" || len(got.Tags) != 2 {
		t.Errorf("read as %+v, %v", got, err)
	}
	w = send(rs, "POST", "/forms", "seats=many&day=31.10.", "Content-Type", asForm, "Accept", "application/json", "Accept-Language", "en")
	var p web.Problem
	if json.Unmarshal(w.Body.Bytes(), &p); w.Code != 422 || len(p.Faults) != 2 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	w = send(rs, "POST", "/forms", `{"seats":"many"}`, "Content-Type", "application/json", "Accept", "application/json")
	if json.Unmarshal(w.Body.Bytes(), &p); w.Code != 422 || p.Faults[0].Place != "seats" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	w = send(rs, "POST", "/forms", strings.Repeat("name=x&", 200_000), "Content-Type", asForm)
	if w.Code != 422 {
		t.Errorf("more than a mebibyte: %d", w.Code)
	}
}

func TestFaultsHaveTheirStatus(t *testing.T) {
	rs := house(nil)
	for kind, want := range map[fault.Kind]int{fault.Invalid: 422, fault.Unknown: 401, fault.Denied: 403, fault.NotFound: 404,
		fault.Conflict: 409, fault.Busy: 429, fault.Away: 503, fault.Internal: 500} {
		path := "/" + string(kind)
		rs.Add("GET "+path, "web.page.read", func(*http.Request) (web.Reply, error) { return web.Reply{}, kind.New("fault.denied") })
		w := send(rs, "GET", path, "", "Accept", "application/json")
		if w.Code != want || (want == 503) != (w.Header().Get("Retry-After") != "" && want == 503) {
			t.Errorf("%s: %d, want %d", kind, w.Code, want)
		}
	}
	if w := send(rs, "GET", "/unknown", ""); w.Code != 303 || w.Header().Get("Location") != "/sign-in?next=%2Funknown" {
		t.Errorf("a stranger on a page: %d to %s", w.Code, w.Header().Get("Location"))
	}
	if w := send(rs, "GET", "/nowhere", "", "Accept-Language", "en-GB,en;q=0.9"); w.Code != 404 || !strings.Contains(w.Body.String(), "no such address") {
		t.Errorf("nowhere: %d\n%s", w.Code, w.Body)
	}
}

// A page that is not for its reader, or that could not be read, does not come beside the
// fault, whatever its handler gives; a page whose question wants mending does.
func TestAPageIsNotShownBesideItsRefusal(t *testing.T) {
	for kind, shown := range map[fault.Kind]bool{fault.Denied: false, fault.NotFound: false, fault.Away: false, fault.Internal: false,
		fault.Invalid: true, fault.Conflict: true, fault.Busy: true} {
		rs := house(nil)
		rs.Add("GET /page", "web.page.read", func(*http.Request) (web.Reply, error) {
			return web.Reply{Page: templ.Raw("<p>an empty list</p>")}, kind.New("fault.not_found")
		})
		w := send(rs, "GET", "/page", "", "Accept", "text/html")
		if got := strings.Contains(w.Body.String(), "an empty list"); got != shown || w.Code < 400 {
			t.Errorf("%s: status %d, the page is shown: %v", kind, w.Code, got)
		}
	}
}

func TestEveryAnswerIsFenced(t *testing.T) {
	rs := house(nil)
	w := send(rs, "GET", "/api", "")
	for name, want := range map[string]string{"Content-Security-Policy": "script-src 'self'", "X-Content-Type-Options": "nosniff",
		"Referrer-Policy": "same-origin", "Cache-Control": "no-store"} {
		if !strings.Contains(w.Header().Get(name), want) {
			t.Errorf("%s is %q", name, w.Header().Get(name))
		}
	}
	for _, bad := range []string{"unsafe-inline", "unsafe-eval"} {
		if strings.Contains(w.Header().Get("Content-Security-Policy"), bad) {
			t.Errorf("the policy allows %s", bad)
		}
	}
	if body := w.Body.String(); strings.Contains(body, " style=") || strings.Contains(body, "<script>") {
		t.Error("a page has inline style or script")
	}
	if w := send(rs, "POST", "/language", "language=en", "Origin", "https://elsewhere.example", "Sec-Fetch-Site", "cross-site",
		"Content-Type", "application/x-www-form-urlencoded"); w.Code != http.StatusForbidden {
		t.Errorf("another site posts: %d", w.Code)
	}
}

func TestLanguageLeadsBackToOurPagesOnly(t *testing.T) {
	rs := house(nil)
	for back, want := range map[string]string{"/codes?q=1": "/codes?q=1", "https://evil.example/": "/", "//evil.example": "/", `/\evil.example`: "/", "": "/"} {
		r := httptest.NewRequest("POST", "/language", strings.NewReader("language=en&back="+back))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w := httptest.NewRecorder()
		rs.ServeHTTP(w, r)
		if got := w.Header().Get("Location"); got != want {
			t.Errorf("back to %q leads to %q, want %q", back, got, want)
		}
	}
}

var counter = db.Room{Name: "counter", Schema: dbtest.Schema1(`CREATE TABLE counter (n BIGINT NOT NULL);`)}

// A request that is sent again under its key acts once, whatever happens, and is
// answered alike.
func TestP3RepeatedRequestActsOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		d := dbtest.Open(t, address, web.Room, counter)
		rs := house(d)
		fail := false
		rs.Add("POST /counts", "web.count.make", func(r *http.Request) (web.Reply, error) {
			n, err := db.Update(r.Context(), d, func(tx *db.Tx) (int, error) {
				if _, err := tx.Exec(`INSERT INTO counter (n) VALUES (1)`); err != nil {
					return 0, err
				}
				if fail {
					return 0, fault.Conflict.New("fault.duplicate")
				}
				return db.One(tx, db.Value[int], `SELECT count(*) FROM counter`)
			})
			return web.Reply{Data: n}, err
		})
		post := func(key, body string) (int, string) {
			w := send(rs, "POST", "/counts", body, "Accept", "application/json", "Idempotency-Key", key)
			text, _ := io.ReadAll(w.Body)
			return w.Code, strings.TrimSpace(string(text))
		}
		fail = true
		if code, _ := post("a", ""); code != 409 {
			t.Fatalf("a failing request: %d", code)
		}
		fail = false // what failed has not acted, and may be sent again under its key
		for range 3 {
			if code, body := post("a", ""); code != 200 || body != "1" {
				t.Fatalf("%d %s", code, body)
			}
		}
		if code, body := post("b", ""); code != 200 || body != "2" {
			t.Errorf("another key: %d %s", code, body)
		}
		if code, _ := post("a", "otherwise"); code != 422 {
			t.Errorf("the key of another request: %d", code)
		}
		d.Now = func() time.Time { return dbtest.Noon.Add(25 * time.Hour) }
		if code, body := post("a", ""); code != 200 || body != "3" {
			t.Errorf("a day later: %d %s", code, body)
		}
		if code, body := post("a", ""); code != 200 || body != "3" {
			t.Errorf("a day later, repeated: %d %s", code, body)
		}
		if err := web.Sweep(t.Context(), d); err != nil {
			t.Fatal(err)
		}
		left, err := db.View(t.Context(), d, func(tx *db.Tx) (int, error) {
			return db.One(tx, db.Value[int], `SELECT count(*) FROM web_request`)
		})
		if err != nil || left != 1 { // "b" is forgotten; "a" was taken anew
			t.Errorf("after the sweep %d keys are left, %v", left, err)
		}
	})
}

func TestTokensStayWithinScopes(t *testing.T) {
	rs := house(nil)
	scopes := []string{"talent:read"}
	rs.Who = func(http.ResponseWriter, *http.Request) (auth.Actor, error) {
		return auth.Actor{ID: "ana", Token: true, Scopes: scopes}, nil
	}
	ok := func(*http.Request) (web.Reply, error) { return web.Reply{Data: "ok"}, nil }
	rs.Add("GET /rounds", "talent.round.read", ok)
	rs.Add("POST /rounds", "talent.round.draft", ok)
	rs.Add("GET /members", "member.unit.read", ok)
	for path, want := range map[string]int{"GET /rounds": 200, "POST /rounds": 403, "GET /members": 403} {
		method, path, _ := strings.Cut(path, " ")
		if w := send(rs, method, path, "", "Accept", "application/json"); w.Code != want {
			t.Errorf("%s %s: %d, want %d", method, path, w.Code, want)
		}
	}
}

func TestOpenAPIIsMadeOfTheRoutes(t *testing.T) {
	rs := house(nil)
	rs.Add("POST /forms/{id}/opening", "web.page.read", func(*http.Request) (web.Reply, error) { return web.Reply{}, nil }, web.In[form](), web.Out[form]())
	var api struct {
		OpenAPI string
		Paths   map[string]map[string]struct {
			Parameters []struct{ Name, In string }
		}
		Components struct{ Schemas map[string]any }
	}
	if err := json.Unmarshal(send(rs, "GET", "/openapi.json", "").Body.Bytes(), &api); err != nil {
		t.Fatal(err)
	}
	op := api.Paths["/forms/{id}/opening"]["post"]
	if api.OpenAPI != "3.1.0" || len(op.Parameters) != 2 || op.Parameters[0].Name != "id" || len(api.Components.Schemas) < 2 {
		t.Errorf("%+v", api)
	}
}
