package app_test

import (
	"context"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"guildhall/internal/app"
	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/member"
)

// elsewhere are the pages that TestEveryPage does not come to, and why.
var elsewhere = map[string]string{
	"/signing/{body}/{key}": "a guardian's page, which aMinorIsPlaced makes and looks at in the same way",
	"/papers/{id}":          "a file of the council's, of which the demo has none",
}

// TestEveryPage looks at each page in a browser, light and dark, in both languages, at a
// desk's width and a phone's, for what would keep somebody out (WCAG 2.2 AA) or does not
// fit. First come those that are worth a look in some state, or as whoever signs in sees
// them; then every other route that gives a page, as the first who is let in.
func TestEveryPage(t *testing.T) {
	h, ctx := demo(t)
	signedIn := h.Who
	var actors sync.Map // name in a cookie: auth.Actor
	h.Who = func(w http.ResponseWriter, r *http.Request) (auth.Actor, error) {
		if c, err := r.Cookie(asCookie); err == nil {
			if a, ok := actors.Load(c.Value); ok {
				return a.(auth.Actor), nil
			}
		}
		return signedIn(w, r)
	}
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	url := s.URL
	known := http.NewServeMux()
	for _, r := range h.List {
		if r.Method == http.MethodGet {
			known.Handle("GET "+r.Path, http.NotFoundHandler())
		}
	}
	var seen sync.Map // pattern of a route
	round := strings.TrimPrefix(first(t, url, "/rounds", `"id":"`), "/rounds/")
	issue := first(t, url, "/bulletins", `"number":"`)
	pages := map[string][]string{
		"":            {"/rounds/" + round, "/bulletins/" + issue, "/gaps?by=programme", "/sign-in/sso/none", nowhere},
		"secretariat": {"/dashboard", "/dashboard?view=decide", "/courses", "/forecasts/total", "/rounds/" + round + "/results", "/reports > /comparison", "/reports > /rows/WRK-B12", "/standards > ", "/assessments > ", "/sso > ", "/me", "/me/sso", "/me/factors", "/rights > "},
		"enterprise":  {"/dashboard", "/demands", "/demands/new", "/policies", "/positions", "/forecasts", "/bookings/queue", "/ledger", "/rounds/" + round + "/results"},
		"school":      {"/dashboard", "/demands", "/candidates", "/candidates/new", "/programmes", "/placements", "/placements/check", "/placements/new", "/placements/staff", "/rights", "/bookings"},
		"student1":    {"/dashboard", "/my", "/my/recommendations", "/my/wishes", "/my/consents", "/me/data", "/me/data/erasure"},
	}
	looks := []look{{"desk light zh", "zh-CN", "light", 1440}, {"phone dark en", "en", "dark", 390}}
	t.Run("worth a look", func(t *testing.T) {
		for _, c := range looks {
			t.Run(c.name, func(t *testing.T) {
				t.Parallel() // they only look
				under := func(login string, paths func(*visitor) []string) func(*testing.T) {
					return func(t *testing.T) {
						v := c.visit(t, url)
						if login != "" {
							v.signIn(login, app.DemoPassword)
						}
						for _, path := range paths(v) {
							list, more, under := strings.Cut(path, " > ")
							if v.goTo(list); under { // what stands first in a list, or under that
								list = ask[string](v, `document.querySelector("main .items a").getAttribute("href")`) + more
								v.goTo(list)
							}
							path, _, _ := strings.Cut(list, "?")
							_, pattern := known.Handler(httptest.NewRequest(http.MethodGet, path, nil))
							if code := ask[int](v, `performance.getEntriesByType("navigation")[0].responseStatus`); code == http.StatusOK || path == nowhere && code == http.StatusNotFound {
								seen.Store(pattern, true) // a refusal is a page too, and not the one of the route
							}
							c.look(v, list)
						}
					}
				}
				for _, login := range slices.Sorted(maps.Keys(pages)) {
					t.Run(login, under(login, func(*visitor) []string { return pages[login] }))
				}
				t.Run("council", under("secretariat", councilPages))
			})
		}
	})
	type page struct{ as, path string }
	var rest []page
	for _, r := range h.List {
		if _, ok := seen.Load("GET " + r.Path); ok || r.Method != http.MethodGet || elsewhere[r.Path] != "" {
			continue
		}
		s := specimenOf(t, h.DB, ctx, r.Path)
		path := s.path(r.Path)
		switch r.Path { // held by nobody but those who were given them
		case "/links/{key}":
			path = invited(t, ctx, h)
		case "/joining/{key}":
			path = applied(t, ctx, h)
		case "/releases/{id}/verification":
			path = specimenOf(t, h.DB, ctx, "/releases/{id}").path(r.Path)
		}
		told := "nobody is let in"
		for _, role := range slices.Concat([]string{"stranger", "secretariat"}, roles) {
			who, err := db.View(ctx, h.DB, func(tx *db.Tx) (auth.Actor, error) { return cast(tx, db.Body(ctx), role, s) })
			must(t, err)
			actors.Store(role, who)
			req := httptest.NewRequest(http.MethodGet, path, nil)
			req.Header.Set("Accept", "text/html")
			req.AddCookie(&http.Cookie{Name: asCookie, Value: role})
			w := httptest.NewRecorder()
			h.ServeHTTP(w, req)
			if kind := w.Header().Get("Content-Type"); letter(w.Code) != "+" {
				continue
			} else if w.Code != http.StatusOK || !strings.HasPrefix(kind, "text/html") {
				told = "" // a file, or the way to another page
				continue
			}
			name := strconv.Itoa(len(rest))
			actors.Store(name, who)
			rest, told = append(rest, page{name, path}), ""
			break
		}
		if told != "" {
			t.Errorf("GET %s, in the demo %s: %s, so nobody has looked at it", r.Path, path, told)
		}
	}
	t.Logf("%d more pages", len(rest))
	t.Run("the rest", func(t *testing.T) {
		for _, c := range looks {
			t.Run(c.name, func(t *testing.T) {
				t.Parallel()
				v := c.visit(t, url)
				for _, p := range rest {
					v.set(asCookie, p.as)
					v.goTo(p.path)
					c.look(v, p.path)
				}
			})
		}
	})
}

const nowhere = "/nowhere" // where there is no page but the one that says so

const asCookie = "as" // the name of whoever is taken to have sent a request

// invited invites somebody and gives the page on which they choose a password.
func invited(t *testing.T, ctx context.Context, h *app.House) string {
	t.Helper()
	unit, err := db.View(ctx, h.DB, func(tx *db.Tx) (string, error) {
		return firstOf(tx, `SELECT unit_id FROM directory_post WHERE role = 'secretariat' LIMIT 1`), nil
	})
	must(t, err)
	root := directory.As(ctx, auth.Actor{ID: "root", Roles: []string{auth.Admin}, Body: db.Body(ctx)})
	_, link, err := h.Directory.Invite(root, directory.Invitation{Name: "示例人", Login: "invited", Unit: unit, Role: auth.Staff})
	must(t, err)
	return link.Path
}

// applied lets a unit apply and gives the page on which it looks after its application.
func applied(t *testing.T, ctx context.Context, h *app.House) string {
	t.Helper()
	_, key, err := h.Member.Send(auth.With(ctx, auth.Actor{}), member.FilingForm{
		Application: member.Application{Name: "示例装备有限公司", ShortName: "示例装备", Class: "enterprise", CreditCode: "91450200MAX0019T3J", Region: "450203", Industry: "3670", Staff: 20, Rank: "director"},
		Statement:   "本公司可提供两条装配线的实训工位，希望参加订单班和技术攻关。", Contact: "农示例", Mobile: "0772-3100001", Charter: true})
	must(t, err)
	return "/joining/" + key
}

// look is a way to look at a page.
type look struct {
	name, language, theme string
	width                 int
}

func (c look) visit(t *testing.T, url string) *visitor {
	v := visit(t, url, c.width, true)
	v.goTo("/sign-in")
	v.set("lang", c.language)
	v.set("theme", c.theme)
	return v
}

func (c look) look(v *visitor, path string) {
	v.t.Helper()
	v.shot(c.name + " " + path)
	v.fits()
	v.accessible()
}

// councilPages finds the pages of the council, the roll and the plan that bear an
// id: of the last meeting and the next, a motion, a ballot, a unit, a handover.
func councilPages(v *visitor) (paths []string) {
	one := func(page, selector string) string {
		v.goTo(page)
		return ask[string](v, "document.querySelector("+strconv.Quote(selector)+").getAttribute('href')")
	}
	next := one("/meetings?status=notified", "main tbody th a")
	last := one("/meetings?status=confirmed", "main tbody th a")
	motion := one(next, "main a[href^='/motions/']")
	decided := one(last, "main a[href^='/motions/']")
	unit := one("/members", "main tbody th a")
	return []string{next, next + "/hall", next + "/attendance", next + "/proxy", next + "/door", next + "/items/new?kind=election", motion, motion + "/change",
		last, last + "/minutes", decided, one(last, "main a[href$='/board']"), one("/resolutions", "main tbody th a"), "/trustees", "/rules/council.rules",
		unit, unit + "/leaving", "/duties", "/duties/new", one("/duties", "main a[href^='/handovers/']"), "/applications",
		one("/tasks", "main tbody th a"), "/tasks/new", one("/projects", "main tbody th a"), one("/policies", "main tbody th a")}
}
