package factor_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/directory"
	"guildhall/internal/factor"
	"guildhall/internal/fault"
	"guildhall/internal/journal"
	"guildhall/internal/rule"
	"guildhall/internal/seal"
)

const password = "correct horse battery"

// office is a house with a body, a unit, and the second factors joined to it.
type office struct {
	*factor.Office
	t    *testing.T
	d    *directory.Directory
	body *directory.Body
	unit *directory.Unit
	now  time.Time
}

func each(t *testing.T, test func(t *testing.T, o *office)) {
	dbtest.Each(t, func(t *testing.T, address string) {
		keys, err := seal.New([]byte(strings.Repeat("k", 32)))
		if err != nil {
			t.Fatal(err)
		}
		d := directory.New(dbtest.Open(t, address, journal.Room, directory.Room, rule.Room, factor.Room), keys)
		o := &office{Office: &factor.Office{DB: d.DB, Keys: keys, Directory: d}, t: t, d: d, now: dbtest.Noon}
		d.Second = o.Office
		d.DB.Now = func() time.Time { return o.now }
		ctx := dbtest.As(t, auth.Actor{ID: "root", Roles: []string{auth.Admin}})
		if o.body, err = d.Found(ctx, &directory.Body{Name: "示例市产教联合体", Kind: "city"}); err != nil {
			t.Fatal(err)
		}
		o.unit = &directory.Unit{Ref: "M1", Name: "示例职业技术学院", Class: "higher_vocational"}
		if err := d.EnrolUnits(ctx, []*directory.Unit{o.unit}); err != nil {
			t.Fatal(err)
		}
		test(t, o)
	})
}

// enter makes an account of a role and gives its person.
func (o *office) enter(login, role string) string {
	o.t.Helper()
	root := dbtest.As(o.t, auth.Actor{ID: "root", Roles: []string{auth.Admin}, Body: o.body.ID})
	p, link, err := o.d.Invite(root, directory.Invitation{Name: "某" + login, Login: login, Unit: o.unit.ID, Role: role})
	if err != nil {
		o.t.Fatal(err)
	}
	if _, err := o.d.Choose(o.t.Context(), strings.TrimPrefix(link.Path, "/links/"), password, ""); err != nil {
		o.t.Fatal(err)
	}
	return p.ID
}

func (o *office) as(person, role string) context.Context {
	return dbtest.As(o.t, auth.Actor{ID: person, Roles: []string{role}, Body: o.body.ID, Unit: o.unit.ID})
}

// setUp switches codes on for a person, and gives the secret and the recovery codes.
func (o *office) setUp(person string) (secret string, codes []string) {
	o.t.Helper()
	ctx := o.as(person, auth.Staff)
	if err := o.Begin(ctx, password); err != nil {
		o.t.Fatal(err)
	}
	s, err := o.Setup(ctx, "示例市")
	if err != nil {
		o.t.Fatal(err)
	}
	if u, err := url.Parse(s.URL); err != nil || u.Scheme != "otpauth" || u.Query().Get("secret") != s.Secret || u.Query().Get("issuer") != "示例市" {
		o.t.Errorf("the app is told %s, %v", s.URL, err)
	}
	codes, err = o.Confirm(ctx, "", o.code(s.Secret))
	if err != nil {
		o.t.Fatal(err)
	}
	return s.Secret, codes
}

// code is what the app shows now.
func (o *office) code(secret string) string {
	c, err := totp.GenerateCode(secret, o.now)
	if err != nil {
		o.t.Fatal(err)
	}
	return c
}

func (o *office) later(d time.Duration) { o.now = o.now.Add(d) }

// waiting signs in with the password and gives the key of the second step.
func (o *office) waiting(login string) string {
	o.t.Helper()
	e, err := o.d.SignIn(o.t.Context(), login, password, directory.From{Address: "10.0.0.1"})
	if err != nil || e.Waiting == "" || e.Session != "" {
		o.t.Fatalf("the first step: %+v, %v", e, err)
	}
	return e.Waiting
}

func TestASessionBeginsAfterBothSteps(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		ana := o.enter("ana", auth.Staff)
		if e, err := o.d.SignIn(t.Context(), "ana", password, directory.From{}); err != nil || e.Session == "" {
			t.Fatalf("without a second factor: %+v, %v", e, err)
		}
		secret, recovery := o.setUp(ana)

		key := o.waiting("ana")
		if _, err := o.Answer(t.Context(), key, o.code(secret), ""); !errors.Is(err, fault.Invalid) {
			t.Errorf("the code that confirmed the app is taken again: %v", err)
		}
		o.later(time.Minute)
		code := o.code(secret)
		if _, err := o.Answer(t.Context(), "another"+key, code, ""); !errors.Is(err, fault.Invalid) {
			t.Errorf("under another key: %v", err)
		}
		e, err := o.Answer(t.Context(), key, code[:3]+" "+code[3:], "")
		if err != nil || e.Session == "" {
			t.Fatalf("the right code: %+v, %v", e, err)
		}
		if _, err := o.Answer(t.Context(), key, code, ""); !errors.Is(err, fault.Invalid) {
			t.Errorf("the sign-in goes on twice: %v", err)
		}
		if _, err := o.Answer(t.Context(), o.waiting("ana"), code, ""); !errors.Is(err, fault.Invalid) {
			t.Errorf("a code is taken twice: %v", err)
		}
		if e, err := o.Answer(t.Context(), o.waiting("ana"), strings.ToUpper(recovery[3]), ""); err != nil || e.Session == "" {
			t.Errorf("a recovery code: %+v, %v", e, err)
		}
		if _, err := o.Answer(t.Context(), o.waiting("ana"), recovery[3], ""); !errors.Is(err, fault.Invalid) {
			t.Errorf("a recovery code is taken twice: %v", err)
		}
		if f, err := o.Mine(o.as(ana, auth.Staff)); err != nil || f.Recovery != 9 || f.CodeAt == nil {
			t.Errorf("what is left: %+v, %v", f, err)
		}
	})
}

func TestASecondStepEndsAndIsSlowed(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		secret, _ := o.setUp(o.enter("ana", auth.Staff))
		o.later(time.Hour)
		key := o.waiting("ana")
		o.later(5*time.Minute + time.Second)
		if _, err := o.Answer(t.Context(), key, o.code(secret), ""); !errors.Is(err, fault.Invalid) {
			t.Errorf("after five minutes: %v", err)
		}
		key = o.waiting("ana")
		for range 5 {
			if _, err := o.Answer(t.Context(), key, "000000", ""); !errors.Is(err, fault.Invalid) {
				t.Fatal(err)
			}
		}
		if _, err := o.Answer(t.Context(), key, o.code(secret), ""); !errors.Is(err, fault.Invalid) {
			t.Errorf("the sixth try at one sign-in: %v", err)
		}
		var err error
		for range 3 {
			key = o.waiting("ana")
			for range 4 {
				if _, err = o.Answer(t.Context(), key, "000000", ""); errors.Is(err, fault.Busy) {
					break
				}
			}
		}
		if !errors.Is(err, fault.Busy) {
			t.Errorf("many tries: %v, want to wait", err)
		}
		o.later(20 * time.Minute)
		if e, err := o.Answer(t.Context(), o.waiting("ana"), o.code(secret), ""); err != nil || e.Session == "" {
			t.Errorf("after the wait: %+v, %v", e, err)
		}
	})
}

func TestSettingUpAsksForThePassword(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		ana := o.enter("ana", auth.Staff)
		me := o.as(ana, auth.Staff)
		if err := o.Begin(me, "wrong"); !errors.Is(err, fault.Invalid) {
			t.Errorf("begun with a wrong password: %v", err)
		}
		if _, err := o.Confirm(me, "", "123456"); !errors.Is(err, fault.Conflict) {
			t.Errorf("confirmed before it began: %v", err)
		}
		o.setUp(ana)
		if err := o.End(me, "wrong"); !errors.Is(err, fault.Invalid) {
			t.Errorf("ended with a wrong password: %v", err)
		}
		if err := o.Begin(me, password); !errors.Is(err, fault.Conflict) {
			t.Errorf("begun again over one that holds: %v", err)
		}
		if err := o.End(me, password); err != nil {
			t.Fatal(err)
		}
		if e, err := o.d.SignIn(t.Context(), "ana", password, directory.From{}); err != nil || e.Session == "" {
			t.Errorf("after it ended: %+v, %v", e, err)
		}
	})
}

// The password alone, or a mailed link to choose a new one, never gets past the codes.
func TestANewPasswordDoesNotPassTheCodes(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		ana := o.enter("ana", auth.Staff)
		o.setUp(ana)
		link, err := o.d.Reset(o.as("li", auth.Secretariat), ana)
		if err != nil {
			t.Fatal(err)
		}
		e, err := o.d.Choose(t.Context(), strings.TrimPrefix(link.Path, "/links/"), "another horse battery", "")
		if err != nil || e.Session != "" || e.Waiting == "" {
			t.Errorf("by the link: %+v, %v", e, err)
		}
	})
}

func TestWhoRunsABodyMustHaveCodes(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		li := o.enter("li", auth.Secretariat)
		bound := func(person, role string) string {
			t.Helper()
			path, err := db.View(db.In(t.Context(), db.House), o.DB, func(tx *db.Tx) (string, error) {
				return o.Bound(tx, auth.Actor{ID: person, Roles: []string{role}, Body: o.body.ID})
			})
			if err != nil {
				t.Fatal(err)
			}
			return path
		}
		for _, c := range []struct{ person, role, want string }{
			{li, auth.Secretariat, factor.Page}, {"root", auth.Admin, factor.Page},
			{"u", auth.UnitAdmin, ""}, {"s", auth.Student, ""},
		} {
			if got := bound(c.person, c.role); got != c.want {
				t.Errorf("a %s is kept to %q, want %q", c.role, got, c.want)
			}
		}
		o.setUp(li)
		if got := bound(li, auth.Secretariat); got != "" {
			t.Errorf("with codes still kept to %q", got)
		}
		none, _ := json.Marshal(factor.Required{})
		if _, err := (&rule.Rules{DB: o.DB}).Set(o.as("root", auth.Admin), factor.RequiredKind, rule.Change{Since: "2026-03-02", Article: "演示", Data: none}); err != nil {
			t.Fatal(err)
		}
		if got := bound("root", auth.Admin); got != "" {
			t.Errorf("where the rule asks nothing, kept to %q", got)
		}
	})
}

func TestAnAdministratorTakesLostFactorsAway(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		ana := o.enter("ana", auth.Staff)
		o.setUp(ana)
		for _, who := range []context.Context{o.as("w", auth.Staff), o.as(ana, auth.UnitAdmin), dbtest.As(t, auth.Actor{ID: "x", Roles: []string{auth.UnitAdmin}, Unit: "other", Body: o.body.ID})} {
			if err := o.Clear(who, ana); err == nil {
				t.Errorf("%+v took them away", auth.From(who))
			}
		}
		if err := o.Clear(o.as("u", auth.UnitAdmin), ana); err != nil {
			t.Fatal(err)
		}
		if e, err := o.d.SignIn(t.Context(), "ana", password, directory.From{}); err != nil || e.Session == "" {
			t.Errorf("signing in without: %+v, %v", e, err)
		}
		if f, err := o.Mine(o.as(ana, auth.Staff)); err != nil || f.Cleared == nil || f.CodeAt != nil || f.Recovery != 0 {
			t.Errorf("they are told %+v, %v", f, err)
		}
		told, err := db.View(db.In(t.Context(), db.House), o.DB, func(tx *db.Tx) ([]journal.Entry, error) {
			return journal.List(tx, journal.Search{Action: "factor.person.clear", Limit: 5})
		})
		if err != nil || len(told) != 1 || told[0].Subject != ana || told[0].Actor != "u" {
			t.Errorf("the journal tells %+v, %v", told, err)
		}
		if err := o.Clear(o.as("u", auth.UnitAdmin), ana); !errors.Is(err, fault.Conflict) {
			t.Errorf("again: %v", err)
		}
		secret, _ := o.setUp(ana)
		if err := o.Rescue(t.Context(), "ANA"); err != nil {
			t.Errorf("from the machine: %v", err)
		}
		if secret == "" {
			t.Error("no secret")
		}
	})
}
