package app_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"

	"guildhall/internal/app"
	"guildhall/internal/auth"
	"guildhall/internal/directory"
	"guildhall/internal/factor"
	"guildhall/internal/rule"
)

// served serves a house under a name, as passkeys need one.
func served(t *testing.T, h *app.House) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return strings.Replace(s.URL, "127.0.0.1", "localhost", 1)
}

// A person adds a passkey on their page and signs in with it alone, in a browser with
// a device that knows their finger; once it is taken away it opens nothing.
func TestPasskeyInABrowser(t *testing.T) {
	chromium(t)
	h := opened(t)
	foundIn(t, h)
	v := visit(t, served(t, h), 1280, true)
	v.signIn("secretariat", app.DemoPassword)
	v.do(chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		if _, err := cdp.Call(ctx, target, webauthn.Enable, webauthn.EnableParams{}); err != nil {
			return err
		}
		_, err := cdp.Call(ctx, target, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{
			Options: &webauthn.VirtualAuthenticatorOptions{Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal,
				HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true}})
		return err
	}))
	v.goTo("/me/factors")
	v.do(chromedp.SetValue(chromedp.CSS("#present-passkey"), "wrong"), chromedp.Click(chromedp.CSS("form[data-passkey=add] button")),
		chromedp.WaitVisible(chromedp.CSS("[data-wrong]:not(:empty)")))
	v.do(chromedp.SetValue(chromedp.CSS("#present-passkey"), app.DemoPassword), chromedp.SetValue(chromedp.CSS("#name"), "我的手机"))
	v.click("form[data-passkey=add] button")
	v.sees("我的手机", "添加于")
	v.click("form[action='/sign-out'] button")
	v.goTo("/sign-in")
	v.click("a[href^='/sign-in/passkey']")
	v.click("form[data-passkey=enter] button")
	if v.path() != "/dashboard" {
		t.Fatalf("signed in, the browser is at %s: %s", v.path(), v.text())
	}
	v.goTo("/me/factors")
	v.sees("我的手机", "上次使用")
	v.click("form[action$='/ending'][action*='/passkeys/'] button")
	v.sees("还没有通行密钥")
	v.click("form[action='/sign-out'] button")
	v.goTo("/sign-in/passkey")
	v.do(chromedp.Click(chromedp.CSS("form[data-passkey=enter] button")), chromedp.WaitVisible(chromedp.CSS("[data-wrong]:not(:empty)")))
	v.sees("通行密钥验证未通过")
}

// Where the rule asks for codes, an administrator without them reaches the page on
// which they are set up and no other, on pages, as a program, and by a token; a
// stranger and everybody else goes on.
func TestAnAdministratorWithoutCodesReachesOnePage(t *testing.T) {
	h := opened(t)
	body := foundIn(t, h)
	ctx := directory.As(t.Context(), auth.Actor{ID: "root", Roles: []string{auth.Admin}, Body: body.ID})
	asked, _ := json.Marshal(factor.Required{Administrator: true, Secretariat: true})
	base := served(t, h)
	jar, _ := cookiejar.New(nil)
	client := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	get := func(path, accept string) (int, string) {
		t.Helper()
		r, _ := http.NewRequest("GET", base+path, nil)
		r.Header.Set("Accept", accept)
		w, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		w.Body.Close()
		return w.StatusCode, w.Header.Get("Location")
	}
	w, err := client.PostForm(base+"/sign-in", url.Values{"login": {"secretariat"}, "password": {app.DemoPassword}})
	if err != nil || w.Header.Get("Location") != "/dashboard" {
		t.Fatalf("%v, %v", w, err)
	}
	if code, _ := get("/accounts", "text/html"); code != http.StatusOK {
		t.Errorf("before the rule asks: %d", code)
	}
	today := time.Now().In(time.FixedZone("", 8*3600)).Format(time.DateOnly)
	if _, err := h.Rules.Set(ctx, factor.RequiredKind, rule.Change{Since: today, Article: "等保三级", Data: asked}); err != nil {
		t.Fatal(err)
	}
	h.DB.Now = func() time.Time { return time.Now().Add(time.Minute) } // past the seconds for which it is remembered
	for _, c := range []struct {
		path, accept string
		code         int
		to           string
	}{
		{"/accounts", "text/html", http.StatusSeeOther, factor.Page},
		{"/accounts", "application/json", http.StatusForbidden, ""},
		{"/", "text/html", http.StatusSeeOther, factor.Page},
		{factor.Page, "text/html", http.StatusOK, ""},
		{"/static/style.css", "text/html", http.StatusOK, ""},
	} {
		if code, to := get(c.path, c.accept); code != c.code || to != c.to {
			t.Errorf("%s as %s: %d to %q, want %d to %q", c.path, c.accept, code, to, c.code, c.to)
		}
	}
}
