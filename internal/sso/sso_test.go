package sso_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/directory"
	"guildhall/internal/journal"
	"guildhall/internal/seal"
	"guildhall/internal/sso"
	"guildhall/internal/web"
)

const password = "correct horse battery"

// world is a house with a body, two units, and a provider of the first of them.
type world struct {
	*sso.Office
	t      *testing.T
	d      *directory.Directory
	idp    *idp
	url    string
	now    time.Time
	body   *directory.Body
	school *directory.Unit
	other  *directory.Unit
	root   context.Context // the platform's administrator
	ana    string          // who is linked to nobody yet
	second bool            // codes are asked of everybody
	on     *sso.Provider
}

// Ask, Bound and Has make a world know second factors.
func (w *world) Ask(*db.Tx, string) (string, error) {
	return map[bool]string{true: "waits"}[w.second], nil
}
func (w *world) Bound(*db.Tx, auth.Actor) (string, error) { return "", nil }
func (w *world) Has(*db.Tx, string) (bool, error)         { return false, nil }

func each(t *testing.T, test func(t *testing.T, w *world)) {
	dbtest.Each(t, func(t *testing.T, address string) {
		keys, err := seal.New([]byte(strings.Repeat("k", 32)))
		must(t, err)
		w := &world{t: t, now: dbtest.Noon}
		w.d = directory.New(dbtest.Open(t, address, journal.Room, directory.Room, sso.Room), keys)
		w.d.DB.Now = func() time.Time { return w.now }
		w.d.Second = w
		w.Office = &sso.Office{DB: w.d.DB, Keys: keys, Directory: w.d, Private: true}
		w.d.Doors, w.d.Left = w.Ways, w.Left
		w.found()
		rs := &web.Routes{Who: w.d.Who}
		w.d.Routes(rs)
		w.Routes(rs)
		s := httptest.NewServer(rs)
		t.Cleanup(s.Close)
		w.url, w.Office.URL, w.d.URL = s.URL, s.URL, s.URL
		w.idp = newIDP(t, func() time.Time { return w.now })
		w.on, err = w.Register(w.as("", auth.Secretariat, w.school), sso.Draft{Name: "示例学院统一认证", Unit: w.school.Name, Issuer: w.idp.URL, Client: clientID, Secret: secret})
		must(t, err)
		must(t, w.Switch(w.root, w.on.ID, true))
		test(t, w)
	})
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (w *world) found() {
	ctx := dbtest.As(w.t, auth.Actor{ID: "root", Roles: []string{auth.Admin}})
	var err error
	w.body, err = w.d.Found(ctx, &directory.Body{Name: "示例市产教联合体", Kind: "city"})
	must(w.t, err)
	w.school = &directory.Unit{Ref: "M1", Name: "示例职业技术学院", Class: "higher_vocational"}
	w.other = &directory.Unit{Ref: "M2", Name: "示例机械有限公司", Class: "enterprise"}
	must(w.t, w.d.EnrolUnits(ctx, []*directory.Unit{w.school, w.other}))
	w.root = dbtest.As(w.t, auth.Actor{ID: "root", Roles: []string{auth.Admin}, Body: w.body.ID})
	w.ana = w.enter("ana", auth.Staff, w.school)
}

func (w *world) as(person, role string, u *directory.Unit) context.Context {
	return dbtest.As(w.t, auth.Actor{ID: person + "x", Roles: []string{role}, Body: w.body.ID, Unit: u.ID})
}

// enter makes an account and gives its person.
func (w *world) enter(login, role string, u *directory.Unit) string {
	w.t.Helper()
	p, link, err := w.d.Invite(w.root, directory.Invitation{Name: "某" + login, Login: login, Email: login + "@school.example", Unit: u.ID, Role: role})
	must(w.t, err)
	if link.Path != "" {
		_, err = w.d.Choose(w.t.Context(), strings.TrimPrefix(link.Path, "/links/"), password, "")
		must(w.t, err)
	}
	return p.ID
}

// browser is somebody's, with their cookies.
type browser struct {
	w *world
	http.Client
}

func (w *world) browser() *browser {
	jar, _ := cookiejar.New(nil)
	return &browser{w, http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// get asks for a page, or as a program.
func (b *browser) get(at, accept string) (code int, to, body string) {
	b.w.t.Helper()
	if strings.HasPrefix(at, "/") {
		at = b.w.url + at
	}
	r, err := http.NewRequest(http.MethodGet, at, nil)
	must(b.w.t, err)
	r.Header.Set("Accept", accept)
	return b.send(r)
}

func (b *browser) post(at string, form url.Values) (code int, to, body string) {
	b.w.t.Helper()
	r, err := http.NewRequest(http.MethodPost, b.w.url+at, strings.NewReader(form.Encode()))
	must(b.w.t, err)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return b.send(r)
}

func (b *browser) send(r *http.Request) (int, string, string) {
	b.w.t.Helper()
	res, err := b.Do(r)
	must(b.w.t, err)
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	must(b.w.t, err)
	return res.StatusCode, res.Header.Get("Location"), string(text)
}

// start goes to a provider and gives the way back that it answers with.
func (b *browser) start() *url.URL {
	b.w.t.Helper()
	code, to, body := b.get("/sign-in/sso/"+b.w.on.ID+"?next=/accounts", "text/html")
	if code != http.StatusSeeOther || !strings.HasPrefix(to, b.w.idp.URL+"/auth?") {
		b.w.t.Fatalf("the way to the provider: %d %s %s", code, to, body)
	}
	return b.w.idp.answer(to)
}

// back comes back from a provider, and gives the key of what went wrong, or "".
func (b *browser) back(at *url.URL) string {
	b.w.t.Helper()
	code, _, body := b.get(at.String(), "application/json")
	if code == http.StatusOK {
		return ""
	}
	var p struct{ Key string }
	must(b.w.t, json.Unmarshal([]byte(body), &p))
	return p.Key
}

// session tells whether the browser is somebody's session, and whose.
func (b *browser) session() string {
	b.w.t.Helper()
	code, _, body := b.get("/me", "application/json")
	if code != http.StatusOK {
		return ""
	}
	var me struct{ Person struct{ ID string } }
	must(b.w.t, json.Unmarshal([]byte(body), &me))
	return me.Person.ID
}

// linkAna links ana's account to subject 1001, as she does it: by password, then there.
func (w *world) linkAna() *browser {
	w.t.Helper()
	b := w.browser()
	b.post("/sign-in", url.Values{"login": {"ana"}, "password": {password}})
	code, _, body := b.post("/me/sso/"+w.on.ID+"/linking", url.Values{"present": {password}})
	_, after, ok := strings.Cut(body, `href="`+w.idp.URL+"/auth?")
	query, _, _ := strings.Cut(after, `"`)
	if code != http.StatusOK || !ok {
		w.t.Fatalf("the way to link: %d %s", code, body)
	}
	if key := b.back(w.idp.answer(w.idp.URL + "/auth?" + strings.ReplaceAll(query, "&amp;", "&"))); key != "" {
		w.t.Fatalf("linking: %s", key)
	}
	return b
}
