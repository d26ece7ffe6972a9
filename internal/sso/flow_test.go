package sso_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/sso"
)

// Each attack, and each way in which a sign-in goes wrong, is told by its own words and
// begins no session.
func TestAttacks(t *testing.T) {
	type scene struct {
		*world
		b    *browser
		back *url.URL
	}
	set := func(name, value string) func(*scene) {
		return func(s *scene) {
			q := s.back.Query()
			if q.Set(name, value); value == "" {
				q.Del(name)
			}
			s.back.RawQuery = q.Encode()
		}
	}
	claim := func(name string, value any) func(*scene) {
		return func(s *scene) { s.idp.claims = map[string]any{name: value} }
	}
	sign := func(how func([]byte) string) func(*scene) { return func(s *scene) { s.idp.sign = how } }
	attacks := []struct {
		name, want string
		do         func(s *scene)
	}{
		{"none", "", func(*scene) {}},
		{"another state", "state", set("state", "AAAAAAAAAAAAAAAAAAAAAAAAAA")},
		{"no state", "state", set("state", "")},
		{"another nonce", "token", claim("nonce", "x")},
		{"no nonce", "token", claim("nonce", nil)},
		{"another audience", "token", claim("aud", "someone")},
		{"several audiences and no azp", "token", claim("aud", []string{clientID, "someone"})},
		{"another azp", "token", claim("azp", "someone")},
		{"an azp that is no text", "token", claim("azp", []string{clientID})},
		{"another issuer", "token", claim("iss", "https://evil.example")},
		{"no subject", "token", claim("sub", nil)},
		{"expired", "expired", claim("exp", 1000)},
		{"from the future", "token", claim("iat", 4000000000)},
		{"not signed", "token", sign(unsigned)},
		{"signed with the public key as a secret", "token", sign(publicSecret)},
		{"signed with the client's secret", "token", sign(signed(jose.HS256, []byte(strings.Repeat(secret, 5)), "r"))},
		{"signed with another key", "token", sign(signed(jose.RS256, otherKey, "r"))},
		{"signed with another key of another name", "token", sign(signed(jose.RS256, otherKey, "z"))},
		{"no token", "token", sign(func([]byte) string { return "" })},
		{"garbage", "token", sign(func([]byte) string { return "a.b.c" })},
		{"another code", "exchange", set("code", "guessed")},
		{"no code", "refused", set("code", "")},
		{"a code of another sign-in", "exchange", func(s *scene) { set("code", s.browser().start().Query().Get("code"))(s) }},
		{"cancelled", "cancelled", set("error", "access_denied")},
		{"refused", "refused", set("error", "<script>")},
		{"the answer of another provider", "mixed", set("iss", "https://evil.example")},
		{"the answer of this provider", "", func(s *scene) { set("iss", s.idp.URL)(s) }},
		{"another browser", "browser", func(s *scene) { s.b = s.browser() }},
		{"begun at another provider", "mixed", func(s *scene) {
			p, err := s.Register(s.root, sso.Draft{Name: "另一个", Issuer: s.idp.URL, Client: clientID})
			must(s.t, err)
			must(s.t, s.Switch(s.root, p.ID, true))
			s.back.Path = strings.Replace(s.back.Path, s.on.ID, p.ID, 1)
		}},
		{"a provider that is not there", "mixed", func(s *scene) { s.back.Path = strings.Replace(s.back.Path, s.on.ID, "none", 1) }},
		{"come too late", "late", func(s *scene) { s.now = s.now.Add(11 * time.Minute) }},
		{"switched off meanwhile", "off", func(s *scene) { must(s.t, s.Switch(s.root, s.on.ID, false)) }},
		{"locked", "locked", func(s *scene) { must(s.t, s.d.Lock(s.root, s.ana, true)) }},
		{"somebody else", "unlinked", claim("sub", "1002")},
		{"a name in another case", "unlinked", claim("sub", "1001 ")},
	}
	each(t, func(t *testing.T, w *world) {
		var log bytes.Buffer
		usual := slog.Default()
		slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
		defer slog.SetDefault(usual)
		w.linkAna()
		for _, a := range attacks {
			w.now = w.now.Add(time.Minute)
			w.idp.claims, w.idp.sign = nil, nil
			must(t, w.Switch(w.root, w.on.ID, true))
			must(t, w.d.Lock(w.root, w.ana, false))
			s := &scene{world: w, b: w.browser()}
			s.back = s.b.start()
			code := s.back.Query().Get("code")
			a.do(s)
			got := strings.TrimPrefix(s.b.back(s.back), "sso.fault.")
			if got != a.want {
				t.Errorf("%s: told %q, want %q", a.name, got, a.want)
			}
			if who := s.b.session(); (who == w.ana) != (a.want == "") {
				t.Errorf("%s: the browser is %q's", a.name, who)
			}
			if strings.Contains(log.String(), code) || strings.Contains(log.String(), "eyJ") || strings.Contains(log.String(), "secret-token") {
				t.Fatalf("%s: the log tells what it must not: %s", a.name, log.String())
			}
		}
	})
}

// A way back is taken once, whoever kept it; and its page says how to mend that.
func TestAWayBackIsTakenOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.linkAna()
		b := w.browser()
		at := b.start()
		home, _ := url.Parse(w.url)
		kept := b.Jar.Cookies(home)
		code, to, _ := b.get(at.String(), "text/html")
		if code != http.StatusSeeOther || to != "/accounts" || b.session() != w.ana {
			t.Fatalf("signed in: %d to %s as %s", code, to, b.session())
		}
		if key := b.back(at); key != "sso.fault.browser" {
			t.Errorf("again, without what the browser kept: %s", key)
		}
		thief := w.browser()
		thief.Jar.SetCookies(home, kept)
		code, _, body := thief.get(at.String(), "text/html")
		if code != http.StatusUnprocessableEntity || !strings.Contains(body, "不能重复使用") || !strings.Contains(body, "请从登录页重新开始") || thief.session() != "" {
			t.Errorf("again, with it: %d %s", code, body)
		}
		// Once more with a fresh code and the state of before.
		thief.Jar.SetCookies(home, kept)
		next := w.browser()
		fresh := next.start()
		q := fresh.Query()
		q.Set("state", at.Query().Get("state"))
		fresh.RawQuery = q.Encode()
		if key := thief.back(fresh); key != "sso.fault.replayed" {
			t.Errorf("the state again with another code: %s", key)
		}
	})
}

// A provider that names itself in its answers must always do so (RFC 9207); and one
// signs by elliptic curves.
func TestAProviderThatNamesItself(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.idp.tell = func(d map[string]any) { d["authorization_response_iss_parameter_supported"] = true }
		w.idp.sign = signed(jose.ES256, ecKey, "e")
		b := w.browser()
		if key := b.back(b.start()); key != "sso.fault.mixed" {
			t.Errorf("without its name: %s", key)
		}
		at := b.start()
		at.RawQuery += "&iss=" + url.QueryEscape(w.idp.URL)
		if key := b.back(at); key != "sso.fault.unlinked" {
			t.Errorf("with its name: %s", key)
		}
	})
}

// The page of signing in shows the providers that are on; signing out leads on to
// signing out there.
func TestSigningInAndOut(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.linkAna()
		b := w.browser()
		if _, _, body := b.get("/sign-in?next=/duties", "text/html"); !strings.Contains(body, "示例学院统一认证") || !strings.Contains(body, "/sign-in/sso/"+w.on.ID+"?next=%2Fduties") {
			t.Errorf("the page of signing in: %s", body)
		}
		w.second = true
		if code, to, _ := b.get(b.start().String(), "text/html"); code != http.StatusSeeOther || to != "/sign-in/code?next=%2Faccounts" || b.session() != "" {
			t.Errorf("with codes: %d to %s", code, to)
		}
		w.idp.claims = map[string]any{"amr": []string{"pwd", "mfa"}}
		if b.get(b.start().String(), "text/html"); b.session() != "" {
			t.Error("a provider that is not trusted spares the second step")
		}
		d := sso.Draft{Name: "示例学院统一认证", Issuer: w.idp.URL, Client: clientID, MFA: true}
		_, err := w.Change(w.as("", auth.UnitAdmin, w.school), w.on.ID, d)
		must(t, err)
		if b.get(b.start().String(), "text/html"); b.session() != "" {
			t.Error("a unit's administrator had its second factor trusted")
		}
		_, err = w.Change(w.root, w.on.ID, d)
		must(t, err)
		if b.get(b.start().String(), "text/html"); b.session() != w.ana {
			t.Error("a provider that is trusted does not spare the second step")
		}
		code, to, _ := b.post("/sign-out", nil)
		if code != http.StatusSeeOther || to != "/sign-in/sso/"+w.on.ID+"/left" || b.session() != "" {
			t.Fatalf("signed out: %d to %s", code, to)
		}
		if _, _, body := b.get(to, "text/html"); !strings.Contains(body, w.idp.URL+"/logout?client_id=guildhall&amp;post_logout_redirect_uri="+url.QueryEscape(w.url+"/")) {
			t.Errorf("the page of signing out there: %s", body)
		}
		must(t, w.Switch(w.root, w.on.ID, false))
		if _, _, body := b.get("/sign-in", "text/html"); strings.Contains(body, "示例学院统一认证") {
			t.Error("a provider that is off stands on the page of signing in")
		}
		if code, _, body := b.get("/sign-in/sso/"+w.on.ID, "text/html"); code != http.StatusUnprocessableEntity || !strings.Contains(body, "没有启用") {
			t.Errorf("the door of a provider that is off: %d %s", code, body)
		}
	})
}

// Nothing that is kept or told holds a subject, a secret, or anybody's name.
func TestNothingIsToldOfAnybody(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.idp.claims = map[string]any{"sub": "20261234567"}
		w.linkAna()
		b := w.browser()
		if key := b.back(b.start()); key != "" {
			t.Fatal(key)
		}
		all, err := db.View(db.In(t.Context(), db.House), w.DB, func(tx *db.Tx) ([]string, error) {
			return db.All(tx, db.Value[string], `SELECT action || ' ' || subject || ' ' || CAST(data AS TEXT) FROM journal_entry WHERE action LIKE 'sso.%'
				UNION ALL SELECT id || subject_hash FROM sso_link UNION ALL SELECT id || secret_sealed FROM sso_provider`)
		})
		must(t, err)
		text := strings.Join(all, "\n")
		for _, bad := range []string{"20261234567", secret, "某ana", "ana@"} {
			if strings.Contains(text, bad) {
				t.Errorf("%s stands in %s", bad, text)
			}
		}
		for _, want := range []string{"sso.provider.register", "sso.provider.switch", "sso.own.link", "sso.session.enter"} {
			if !strings.Contains(text, want) {
				t.Errorf("the journal tells nothing of %s: %s", want, text)
			}
		}
	})
}
