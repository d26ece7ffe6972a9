package directory_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/directory"
	"guildhall/internal/fault"
	"guildhall/internal/journal"
	"guildhall/internal/seal"
)

var admin = auth.Actor{ID: "root", Roles: []string{auth.Admin}}

type house struct {
	*directory.Directory
	body    *directory.Body
	units   []*directory.Unit
	address string // of the database
}

// each gives a directory with one body and two units.
func each(t *testing.T, test func(t *testing.T, h house)) {
	dbtest.Each(t, func(t *testing.T, address string) {
		keys, err := seal.New([]byte(strings.Repeat("k", 32)))
		if err != nil {
			t.Fatal(err)
		}
		d := directory.New(dbtest.Open(t, address, journal.Room, directory.Room), keys)
		ctx := dbtest.As(t, admin)
		body, err := d.Found(ctx, &directory.Body{Name: "示例市产教联合体", Kind: "city"})
		if err != nil {
			t.Fatal(err)
		}
		units := []*directory.Unit{
			{Ref: "M1", Name: "示例汽车有限公司", ShortName: "示例汽车", Class: "enterprise", CreditCode: "91450200MA5KXXXX0A"},
			{Ref: "M2", Name: "示例职业技术学院", ShortName: "示例职院", Class: "higher_vocational"},
		}
		if err := d.EnrolUnits(ctx, units); err != nil {
			t.Fatal(err)
		}
		test(t, house{d, body, units, address})
	})
}

func (h house) as(t *testing.T, role string, unit int) context.Context {
	return dbtest.As(t, auth.Actor{ID: role, Roles: []string{role}, Body: h.body.ID, Unit: h.units[unit].ID})
}

// SignIn and Choose give the key of the session, for tests that need no more.
func (h house) SignIn(ctx context.Context, login, password, address, device string) (string, error) {
	e, err := h.Directory.SignIn(ctx, login, password, directory.From{Address: address, Device: device})
	return e.Session, err
}

func (h house) Choose(ctx context.Context, key, password, device string) (string, error) {
	e, err := h.Directory.Choose(ctx, key, password, device)
	return e.Session, err
}

// enter invites somebody and lets them choose a password; it gives their session's key.
func (h house) enter(t *testing.T, login, role string, unit int) (person, key string) {
	t.Helper()
	p, link, err := h.Invite(h.as(t, auth.Secretariat, 0), directory.Invitation{Name: "某" + login, Login: login, Unit: h.units[unit].ID, Role: role})
	if err != nil {
		t.Fatal(err)
	}
	key, err = h.Choose(t.Context(), strings.TrimPrefix(link.Path, "/links/"), "correct horse battery", "test")
	if err != nil {
		t.Fatal(err)
	}
	return p.ID, key
}

func (h house) who(t *testing.T, key string) auth.Actor {
	t.Helper()
	r := httptest.NewRequest("GET", "/", nil).WithContext(t.Context())
	r.AddCookie(&http.Cookie{Name: "guildhall_session", Value: key})
	a, err := h.Who(httptest.NewRecorder(), r)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestFirstAdministratorGetsOneLink(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		one, err := h.First(t.Context())
		if err != nil || one.Path == "" {
			t.Fatalf("%+v, %v", one, err)
		}
		two, err := h.First(t.Context())
		if err != nil || two.Path == one.Path {
			t.Fatalf("again: %+v, %v", two, err)
		}
		if _, err := h.Choose(t.Context(), strings.TrimPrefix(one.Path, "/links/"), "correct horse", "x"); !errors.Is(err, fault.NotFound) {
			t.Errorf("the older link still works: %v", err)
		}
		key, err := h.Choose(t.Context(), strings.TrimPrefix(two.Path, "/links/"), "correct horse", "x")
		if err != nil {
			t.Fatal(err)
		}
		if a := h.who(t, key); !a.Is(auth.Admin) || a.Body != h.body.ID {
			t.Errorf("signed in as %+v", a)
		}
		if three, err := h.First(t.Context()); err != nil || three.Path != "" {
			t.Errorf("with an administrator in place: %+v, %v", three, err)
		}
		if _, err := h.Choose(t.Context(), strings.TrimPrefix(two.Path, "/links/"), "another horse", "x"); !errors.Is(err, fault.NotFound) {
			t.Errorf("the link works twice: %v", err)
		}
	})
}

func TestSignInTellsNothingOfNames(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		h.enter(t, "ana", auth.Staff, 0)
		_, wrong := h.SignIn(t.Context(), "ana", "not this one", "10.0.0.1", "")
		_, unknown := h.SignIn(t.Context(), "nobody", "not this one", "10.0.0.1", "")
		if wrong == nil || unknown == nil || wrong.Error() != unknown.Error() {
			t.Errorf("a wrong password: %v; an unknown name: %v", wrong, unknown)
		}
		key, err := h.SignIn(t.Context(), " ANA ", "correct horse battery", "10.0.0.1", "")
		if err != nil {
			t.Fatal(err)
		}
		a := h.who(t, key)
		if a.Unit != h.units[0].ID || !a.Is(auth.Staff) || a.Is(auth.UnitAdmin) {
			t.Errorf("signed in as %+v", a)
		}
		if err := h.SignOut(t.Context(), key); err != nil {
			t.Fatal(err)
		}
		if a := h.who(t, key); a.ID != "" {
			t.Errorf("after signing out: %+v", a)
		}
	})
}

// Failures at one address make that address wait, and not the owner at another.
func TestFailuresMakeTheirAddressWait(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		h.enter(t, "ana", auth.Staff, 0)
		var last error
		for range 6 {
			_, last = h.SignIn(t.Context(), "ana", "guess", "10.0.0.9", "")
		}
		if !errors.Is(last, fault.Busy) {
			t.Errorf("the sixth guess: %v, want to wait", last)
		}
		if _, err := h.SignIn(t.Context(), "ana", "correct horse battery", "10.0.0.9", ""); !errors.Is(err, fault.Busy) {
			t.Errorf("the right password within the wait: %v", err)
		}
		if _, err := h.SignIn(t.Context(), "ana", "correct horse battery", "10.0.0.1", ""); err != nil {
			t.Errorf("the owner at another address: %v", err)
		}
		h.DB.Now = func() time.Time { return dbtest.Noon.Add(time.Hour) }
		if _, err := h.SignIn(t.Context(), "ana", "correct horse battery", "10.0.0.9", ""); err != nil {
			t.Errorf("after the wait: %v", err)
		}
	})
}

func TestSessionsEndByTimeAndByHand(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		person, one := h.enter(t, "ana", auth.Staff, 0)
		two, err := h.SignIn(t.Context(), "ana", "correct horse battery", "10.0.0.1", "phone")
		if err != nil {
			t.Fatal(err)
		}
		me := dbtest.As(t, auth.Actor{ID: person})
		list, err := h.Sessions(me, two)
		if err != nil || len(list) != 2 {
			t.Fatalf("%v, %v", list, err)
		}
		for _, s := range list {
			if s.Here != (s.Device == "phone") {
				t.Errorf("this device: %+v", s)
			}
			if !s.Here {
				if err := h.EndSession(dbtest.As(t, auth.Actor{ID: "another"}), s.ID); !errors.Is(err, fault.NotFound) {
					t.Errorf("another ends it: %v", err)
				}
				if err := h.EndSession(me, s.ID); err != nil {
					t.Error(err)
				}
			}
		}
		if h.who(t, one).ID != "" || h.who(t, two).ID == "" {
			t.Error("the wrong session ended")
		}
		if err := h.ChangePassword(me, two, "correct horse battery", "a new horse here"); err != nil {
			t.Fatal(err)
		}
		h.DB.Now = func() time.Time { return dbtest.Noon.Add(13 * time.Hour) }
		if h.who(t, two).ID != "" {
			t.Error("an idle session goes on")
		}
	})
}

func TestSwitchOfPosts(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		_, key := h.enter(t, "ana", auth.Staff, 0)
		if _, _, err := h.Invite(h.as(t, auth.Secretariat, 0), directory.Invitation{Name: "某ana", Login: "ana", Unit: "示例职院", Role: auth.UnitAdmin}); err != nil {
			t.Fatal(err)
		}
		a := h.who(t, key)
		if len(a.Posts) != 2 || a.Unit != h.units[1].ID {
			t.Fatalf("acts as %+v", a)
		}
		for _, o := range a.Posts {
			if o.Role == auth.Staff {
				if err := h.Switch(dbtest.As(t, a), key, o.ID); err != nil {
					t.Fatal(err)
				}
			}
		}
		if a := h.who(t, key); a.Unit != h.units[0].ID || a.Is(auth.UnitAdmin) {
			t.Errorf("after the switch: %+v", a)
		}
	})
}

func TestWhoLooksAfterWhom(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		ana, _ := h.enter(t, "ana", auth.Staff, 0)
		bo, _ := h.enter(t, "bo", auth.Staff, 1)
		leader := h.as(t, auth.UnitAdmin, 0)
		if _, err := h.Reset(leader, ana); err != nil {
			t.Errorf("own staff: %v", err)
		}
		if _, err := h.Reset(leader, bo); !errors.Is(err, fault.NotFound) {
			t.Errorf("another unit's staff: %v, want not found", err)
		}
		if _, _, err := h.Invite(leader, directory.Invitation{Name: "x", Login: "xx", Unit: h.units[1].ID, Role: auth.Staff}); !errors.Is(err, fault.Denied) {
			t.Errorf("inviting into another unit: %v", err)
		}
		if _, _, err := h.Invite(leader, directory.Invitation{Name: "x", Login: "xx", Unit: h.units[0].ID, Role: auth.Secretariat}); !errors.Is(err, fault.Denied) {
			t.Errorf("a unit's administrator makes secretaries: %v", err)
		}
		for _, c := range []struct {
			ctx  context.Context
			want int
		}{{leader, 1}, {h.as(t, auth.Secretariat, 0), 2}} {
			list, _, err := h.Accounts(c.ctx, directory.AccountSearch{})
			if err != nil || len(list) != c.want {
				t.Errorf("%d accounts, want %d, %v", len(list), c.want, err)
			}
		}
		if _, _, err := h.Accounts(h.as(t, auth.Staff, 0), directory.AccountSearch{}); !errors.Is(err, fault.Denied) {
			t.Errorf("staff list accounts: %v", err)
		}
		if err := h.Lock(h.as(t, auth.Secretariat, 0), ana, true); err != nil {
			t.Fatal(err)
		}
		if _, err := h.SignIn(t.Context(), "ana", "correct horse battery", "10.0.0.1", ""); !errors.Is(err, fault.Invalid) {
			t.Errorf("a locked account signs in: %v", err)
		}
	})
}

func TestTokensActWithinTheirScopes(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		_, key := h.enter(t, "ana", auth.Staff, 0)
		me := dbtest.As(t, h.who(t, key))
		known := []string{"talent:read", "talent:write"}
		if _, err := h.MakeToken(me, "", []string{"all"}, known, 0); fault.At(err, "name") == nil || fault.At(err, "scopes") == nil || fault.At(err, "days") == nil {
			t.Errorf("not all faults are told: %v", err)
		}
		token, err := h.MakeToken(me, "看板", known[:1], known, 30)
		if err != nil {
			t.Fatal(err)
		}
		ask := func() (auth.Actor, error) {
			r := httptest.NewRequest("GET", "/", nil).WithContext(t.Context())
			r.Header.Set("Authorization", "Bearer "+token.Key)
			return h.Who(httptest.NewRecorder(), r)
		}
		a, err := ask()
		if err != nil || !a.Token || fmt.Sprint(a.Scopes) != "[talent:read]" || a.Unit != h.units[0].ID {
			t.Errorf("acts as %+v, %v", a, err)
		}
		if _, err := h.MakeToken(dbtest.As(t, a), "x", known, known, 9); !errors.Is(err, fault.Denied) {
			t.Errorf("a token makes a token: %v", err)
		}
		if err := h.EndToken(me, token.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := ask(); !errors.Is(err, fault.Unknown) {
			t.Errorf("an ended token: %v", err)
		}
	})
}

func TestUnitsAreFoundByAllTheirNames(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		ctx := dbtest.As(t, admin)
		again := []*directory.Unit{{Ref: "M1", Name: "示例新能源汽车有限公司", ShortName: "示例汽车", Class: "enterprise", CreditCode: "91450200MA5KXXXX0A"}}
		if err := h.EnrolUnits(ctx, again); err != nil || again[0].ID != h.units[0].ID {
			t.Fatalf("enrolled again under a new name: %s, want %s, %v", again[0].ID, h.units[0].ID, err)
		}
		_, err := db.View(ctx, h.DB, func(tx *db.Tx) (int, error) {
			for _, text := range []string{"M1", "示例汽车", " 示例汽车有限公司 ", "示例新能源汽车有限公司", "91450200ma5kxxxx0a"} {
				if u, err := directory.Resolve(tx, text); err != nil || u.ID != h.units[0].ID {
					t.Errorf("%q means %v, %v", text, u, err)
				}
			}
			_, err := directory.Resolve(tx, "没有这家")
			return 0, err
		})
		if !errors.Is(err, fault.NotFound) {
			t.Errorf("a name that nobody bears: %v", err)
		}
	})
}

func TestForgottenPasswordTellsNothing(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		h.enter(t, "ana", auth.Staff, 0)
		for _, login := range []string{"ana", "nobody"} {
			if err := h.Forget(t.Context(), login, "10.0.0.1"); err != nil {
				t.Errorf("%s: %v", login, err)
			}
		}
		list, _, err := h.Accounts(h.as(t, auth.Secretariat, 0), directory.AccountSearch{})
		if err != nil || len(list) != 1 || !list[0].Forgotten {
			t.Errorf("the administrator sees %+v, %v", list, err)
		}
	})
}
