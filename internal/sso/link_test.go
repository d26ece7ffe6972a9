package sso_test

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"guildhall/internal/auth"
	"guildhall/internal/directory"
	"guildhall/internal/fault"
	"guildhall/internal/sso"
)

// A link is made by whoever knows the password, and ended so.
func TestLinkingAsksForThePassword(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		b := w.browser()
		b.post("/sign-in", url.Values{"login": {"ana"}, "password": {password}})
		if code, _, body := b.post("/me/sso/"+w.on.ID+"/linking", url.Values{"present": {"wrong"}}); code != http.StatusUnprocessableEntity || strings.Contains(body, w.idp.URL+"/auth") {
			t.Errorf("with a wrong password: %d", code)
		}
		ana := w.linkAna()
		in := w.browser()
		if key := in.back(in.start()); key != "" || in.session() != w.ana {
			t.Fatalf("linked: %s", key)
		}
		// Somebody else cannot have the same identity, nor take up ana's way.
		w.enter("bob", auth.Staff, w.school)
		bob := w.browser()
		bob.post("/sign-in", url.Values{"login": {"bob"}, "password": {password}})
		_, _, page := bob.post("/me/sso/"+w.on.ID+"/linking", url.Values{"present": {password}})
		_, after, _ := strings.Cut(page, `href="`+w.idp.URL+"/auth?")
		query, _, _ := strings.Cut(after, `"`)
		if key := bob.back(w.idp.answer(w.idp.URL + "/auth?" + strings.ReplaceAll(query, "&amp;", "&"))); key != "sso.fault.taken" {
			t.Errorf("an identity that is another's: %s", key)
		}
		_, _, page = ana.get("/me/sso", "text/html")
		_, after, _ = strings.Cut(page, `action="/me/sso/`)
		link, _, _ := strings.Cut(after, "/ending")
		if code, _, _ := bob.post("/me/sso/"+link+"/ending", url.Values{"present": {password}}); code != http.StatusNotFound {
			t.Errorf("somebody else's link is ended: %d", code)
		}
		if code, _, _ := ana.post("/me/sso/"+link+"/ending", url.Values{"present": {"wrong"}}); code != http.StatusUnprocessableEntity {
			t.Errorf("ended with a wrong password: %d", code)
		}
		if code, _, _ := ana.post("/me/sso/"+link+"/ending", url.Values{"present": {password}}); code != http.StatusSeeOther {
			t.Errorf("ended with the right one: %d", code)
		}
		if key := in.back(in.start()); key != "sso.fault.unlinked" {
			t.Errorf("after that: %s", key)
		}
	})
}

// A way to link that somebody began is not gone to the end by whoever signs in then.
func TestAWayToLinkIsItsOwners(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		b := w.browser()
		b.post("/sign-in", url.Values{"login": {"ana"}, "password": {password}})
		_, _, page := b.post("/me/sso/"+w.on.ID+"/linking", url.Values{"present": {password}})
		_, after, _ := strings.Cut(page, `href="`+w.idp.URL+"/auth?")
		query, _, _ := strings.Cut(after, `"`)
		b.post("/sign-out", nil)
		if key := b.back(w.idp.answer(w.idp.URL + "/auth?" + strings.ReplaceAll(query, "&amp;", "&"))); key != "sso.fault.other" {
			t.Errorf("got %s", key)
		}
	})
}

// A claim links an account where that is allowed, and only one over which whoever
// administers the provider has a say.
func TestMatching(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.enter("clerk", auth.Staff, w.other)
		w.enter("boss", auth.Secretariat, w.school)
		w.enter("both", auth.Staff, w.school)
		w.enter("both", auth.Staff, w.other)
		for _, login := range []string{"twin1", "twin2"} {
			_, _, err := w.d.Invite(w.root, directory.Invitation{Name: login, Login: login, Email: "twins@school.example", Unit: w.school.ID, Role: auth.Staff})
			must(t, err)
		}
		head := w.as("", auth.UnitAdmin, w.school)
		draft := func(claim, to string) {
			_, err := w.Change(head, w.on.ID, sso.Draft{Name: "示例学院统一认证", Issuer: w.idp.URL, Client: clientID, Match: claim, MatchTo: to})
			must(t, err)
		}
		for i, c := range []struct {
			claim, to string
			says      map[string]any
			want      string
		}{
			{"", "", map[string]any{"no": "ana"}, "unlinked"},
			{"no", "login", map[string]any{}, "unlinked"},
			{"no", "login", map[string]any{"no": "nobody"}, "unmatched"},
			{"no", "login", map[string]any{"no": "an%"}, "unmatched"},
			{"no", "login", map[string]any{"no": "clerk"}, "unmatched"},
			{"no", "login", map[string]any{"no": "boss"}, "wider"},
			{"no", "login", map[string]any{"no": "both"}, "wider"},
			{"email", "email", map[string]any{"email": "twins@school.example", "email_verified": true}, "unmatched"},
			{"email", "email", map[string]any{"email": "ana@school.example"}, "unlinked"},
			{"email", "email", map[string]any{"email": "ana@school.example", "email_verified": false}, "unlinked"},
			{"email", "email", map[string]any{"email": "ana@school.example", "email_verified": true}, ""},
		} {
			draft(c.claim, c.to)
			c.says["sub"] = "s" + string(rune('a'+i))
			w.idp.claims = c.says
			b := w.browser()
			if key := strings.TrimPrefix(b.back(b.start()), "sso.fault."); key != c.want || (b.session() == w.ana) != (c.want == "") {
				t.Errorf("%v by %s: told %q, want %q", c.says, c.claim, key, c.want)
			}
		}
		// Another subject does not take the account over; and its word alone does not do
		// any more once she is more than its administrator has a say over.
		w.idp.claims = map[string]any{"sub": "thief", "email": "ana@school.example", "email_verified": true}
		b := w.browser()
		if key := b.back(b.start()); key != "sso.fault.already" {
			t.Errorf("another subject: %s", key)
		}
		w.enter("ana", auth.Secretariat, w.other)
		w.idp.claims = map[string]any{"sub": "sk"}
		if key := b.back(b.start()); key != "sso.fault.wider" {
			t.Errorf("of more than the unit: %s", key)
		}
	})
}

// Whoever leaves the unit signs in by its provider no more, and the platform's
// administrator never does.
func TestWhomAProviderIsNotFor(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.linkAna()
		list, _, err := w.d.Accounts(w.root, directory.AccountSearch{Q: "ana"})
		must(t, err)
		_, err = w.d.EndPost(w.root, list[0].Post.ID)
		must(t, err)
		b := w.browser()
		if key := b.back(b.start()); key != "sso.fault.post" {
			t.Errorf("without a post: %s", key)
		}
	})
}

// Under another issuer nobody is who they were, and the secret goes to nobody else.
func TestAnotherIssuerKnowsNobody(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.linkAna()
		head := w.as("", auth.UnitAdmin, w.school)
		if l, err := w.One(head, w.on.ID); err != nil || l.Count != 1 || !l.Secret || l.Links[0].Name != "某ana" {
			t.Fatalf("before: %+v, %v", l, err)
		}
		_, err := w.Change(head, w.on.ID, sso.Draft{Name: "新", Issuer: "https://evil.example", Client: clientID})
		must(t, err)
		if l, err := w.One(head, w.on.ID); err != nil || l.Count != 0 || l.Secret {
			t.Errorf("after: %+v, %v", l, err)
		}
	})
}

// The list shows what opens one by one.
func TestWhoSeesWhichProviders(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		_, err := w.Register(w.root, sso.Draft{Name: "全体", Issuer: "https://id.example", Client: "c"})
		must(t, err)
		mine, err := w.Register(w.as("", auth.UnitAdmin, w.other), sso.Draft{Name: "企业", Unit: w.school.ID, Issuer: "https://id.example", Client: "c", MFA: true})
		must(t, err)
		if mine.Unit != w.other.ID || mine.MFA || mine.Active {
			t.Errorf("a unit's administrator registered %+v", mine)
		}
		_, err = w.Register(w.root, sso.Draft{Unit: "没有这个单位", Issuer: "x"})
		if fault.At(err, "unit") == nil || fault.At(err, "name") == nil || fault.At(err, "issuer") == nil {
			t.Errorf("not all faults at once: %v", err)
		}
		all, err := w.List(w.root)
		must(t, err)
		for _, c := range []struct {
			role string
			unit *directory.Unit
			want int
		}{{auth.Secretariat, w.school, 3}, {auth.UnitAdmin, w.school, 1}, {auth.UnitAdmin, w.other, 1}, {auth.Staff, w.school, 0}} {
			ctx := w.as("", c.role, c.unit)
			list, err := w.List(ctx)
			if len(list) != c.want || (err != nil) != (c.want == 0) {
				t.Errorf("%s sees %d, %v", c.role, len(list), err)
			}
			opens := 0
			for _, p := range all {
				if _, err := w.One(ctx, p.ID); err == nil {
					opens++
				} else if !errors.Is(err, fault.NotFound) {
					t.Errorf("%s is told of another's: %v", c.role, err)
				}
			}
			if opens != c.want {
				t.Errorf("%s opens %d, sees %d", c.role, opens, c.want)
			}
		}
	})
}
