package app_test

import (
	"encoding/json"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"guildhall/internal/app"
	"guildhall/internal/auth"
	"guildhall/internal/directory"
	"guildhall/internal/factor"
	"guildhall/internal/rule"
)

// found makes a house with one body, and with a secretary who signs in as
// "secretariat" with the demo's password, in a folder.
func found(t testing.TB, dir string) {
	t.Helper()
	h, err := app.Open(t.Context(), app.Config{Data: dir, Addr: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	foundIn(t, h)
}

func foundIn(t testing.TB, h *app.House) *directory.Body {
	t.Helper()
	actor := auth.Actor{ID: "root", Roles: []string{auth.Admin}}
	ctx := directory.As(t.Context(), actor)
	body, err := h.Directory.Found(ctx, &directory.Body{Name: "示例市产教联合体", Kind: "city"})
	if err != nil {
		t.Fatal(err)
	}
	actor.Body = body.ID
	ctx = directory.As(ctx, actor)
	office := &directory.Unit{Name: "示例市产教联合体秘书处", Class: "other", Fictional: true}
	if err := h.Directory.EnrolUnits(ctx, []*directory.Unit{office}); err != nil {
		t.Fatal(err)
	}
	_, link, err := h.Directory.Invite(ctx, directory.Invitation{Name: "秘书", Login: "secretariat", Unit: office.ID, Role: auth.Secretariat})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.Directory.Choose(ctx, strings.TrimPrefix(link.Path, "/links/"), app.DemoPassword, "test"); err != nil {
		t.Fatal(err)
	}
	none, _ := json.Marshal(factor.Required{}) // tests of other things sign in with a password alone
	if _, err := h.Rules.Set(ctx, factor.RequiredKind, rule.Change{Since: "2020-01-01", Article: "test", Data: none}); err != nil {
		t.Fatal(err)
	}
	return body
}

// enter signs in over HTTP and gives the session's cookie.
func enter(t testing.TB, base, login string) string {
	t.Helper()
	jar, _ := cookiejar.New(nil)
	client := http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	w, err := client.PostForm(base+"/sign-in", url.Values{"login": {login}, "password": {app.DemoPassword}})
	if err != nil {
		t.Fatal(err)
	}
	w.Body.Close()
	at, _ := url.Parse(base)
	for _, c := range jar.Cookies(at) {
		if strings.HasSuffix(c.Name, "session") {
			return c.Name + "=" + c.Value
		}
	}
	t.Fatalf("%s cannot sign in: %s", login, w.Status)
	return ""
}
