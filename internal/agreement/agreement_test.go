package agreement_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"guildhall/internal/agreement"
	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/fault"
	"guildhall/internal/journal"
	"guildhall/internal/seal"
)

func keys(t *testing.T) *seal.Keys {
	k, err := seal.New(bytes.Repeat([]byte{7}, 32))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func three() *agreement.Agreement {
	return &agreement.Agreement{Kind: "placement.internship", Subject: "placement 1", Title: "岗位实习三方协议", Since: "2026-09-01", Until: "2027-03-01",
		Parties: []agreement.Party{{Role: "school", Unit: "s", Name: "示例学校"}, {Role: "enterprise", Unit: "e", Name: "示例企业"},
			{Role: "student", Person: "p", Name: "张小某"}, {Role: "guardian", Person: "p.guardian", Name: "张大某"}},
		Clauses: []agreement.Clause{{Key: "pay", Text: "3200 元/月"}, {Key: "hours", Text: "每日 8 小时"}}}
}

// An agreement is in force once all have signed the same version; a change of a
// clause asks everybody anew, and what was signed before stays to be read.
func TestEverybodySignsOneVersion(t *testing.T) {
	k := keys(t)
	dbtest.Each(t, func(t *testing.T, address string) {
		d := dbtest.Open(t, address, journal.Room, agreement.Room)
		ctx := dbtest.As(t, auth.Actor{ID: "x", Unit: "s", Body: "b"})
		do := func(fn func(*db.Tx) error) {
			t.Helper()
			if err := db.Do(ctx, d, fn); err != nil {
				t.Fatal(err)
			}
		}
		a := three()
		do(func(tx *db.Tx) error { return agreement.Draft(tx, k, a) })
		sign := func(version int, role, name string) error {
			return db.Do(ctx, d, func(tx *db.Tx) error {
				found, err := agreement.Find(tx, k, a.ID)
				if err != nil {
					return err
				}
				_, err = agreement.Sign(tx, k, found, version, agreement.Signature{Role: role, Name: name, By: agreement.ByAccount})
				return err
			})
		}
		for _, s := range [][2]string{{"school", "校长甲"}, {"enterprise", "经理乙"}, {"student", "张小某"}} {
			if err := sign(1, s[0], s[1]); err != nil {
				t.Fatalf("%s: %v", s[0], err)
			}
		}
		if err := sign(1, "school", "校长甲"); !errors.Is(err, fault.Conflict) {
			t.Errorf("signed twice: %v", err)
		}
		if err := sign(1, "guardian", "李某"); fault.At(err, "name") == nil {
			t.Errorf("a stranger's name: %v", err)
		}
		do(func(tx *db.Tx) error {
			found, err := agreement.Find(tx, k, a.ID)
			if err != nil {
				return err
			}
			if m := found.Missing(); found.State != agreement.Drafted || !slices.Equal(m, []string{"guardian"}) {
				t.Errorf("state %s, missing %v", found.State, m)
			}
			first := found.Fingerprint
			if err := agreement.Change(tx, k, found); err != nil || found.Version != 1 {
				t.Errorf("the same words made version %d (%v)", found.Version, err)
			}
			found.Clauses[0].Text = "3600 元/月"
			if err := agreement.Change(tx, k, found); err != nil {
				return err
			}
			if found.Version != 2 || found.Fingerprint == first || len(found.Missing()) != 4 {
				t.Errorf("after a change: version %d, missing %v", found.Version, found.Missing())
			}
			return nil
		})
		if err := sign(1, "guardian", "张大某"); !errors.Is(err, fault.Conflict) {
			t.Errorf("an old version was signed: %v", err)
		}
		for _, s := range [][2]string{{"school", "校长甲"}, {"enterprise", "经理乙"}, {"student", "张小某"}, {"guardian", "张 大某"}} {
			if err := sign(2, s[0], s[1]); err != nil {
				t.Fatalf("%s: %v", s[0], err)
			}
		}
		do(func(tx *db.Tx) error {
			found, err := agreement.Find(tx, k, a.ID)
			if err != nil {
				return err
			}
			if found.State != agreement.InForce || len(found.Signed) != 7 || found.Clause("pay") != "3600 元/月" {
				t.Errorf("in the end %s with %d signatures, pay %s", found.State, len(found.Signed), found.Clause("pay"))
			}
			versions, err := agreement.Versions(tx, a.ID)
			if len(versions) != 2 || versions[1].Clauses[0].Text != "3200 元/月" {
				t.Errorf("versions: %+v", versions)
			}
			if err := agreement.End(tx, k, found, "2026-12-01", "student", ""); fault.At(err, "why") == nil {
				t.Errorf("ended without a word: %v", err)
			}
			if err != nil {
				return err
			}
			if err := agreement.End(tx, k, found, "2026-12-01", "student", "返校补课"); err != nil || found.State != agreement.Broken {
				t.Errorf("ended as %s (%v)", found.State, err)
			}
			return nil
		})
		if err := sign(2, "guardian", "张大某"); !errors.Is(err, fault.Conflict) {
			t.Errorf("signed after the end: %v", err)
		}
	})
}

// A guardian signs by a link once; a used, old or guessed one leads nowhere.
func TestALinkSignsOnce(t *testing.T) {
	k := keys(t)
	dbtest.Each(t, func(t *testing.T, address string) {
		d := dbtest.Open(t, address, journal.Room, agreement.Room)
		ctx := dbtest.As(t, auth.Actor{ID: "x", Unit: "s", Body: "b"})
		a := three()
		var key, older string
		err := db.Do(ctx, d, func(tx *db.Tx) (err error) {
			if err = agreement.Draft(tx, k, a); err != nil {
				return err
			}
			if older, err = agreement.Link(tx, a, "guardian"); err != nil {
				return err
			}
			if _, err := agreement.Link(tx, a, "school"); !errors.Is(err, fault.NotFound) {
				t.Errorf("a unit got a link: %v", err)
			}
			key, err = agreement.Link(tx, a, "guardian")
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		leads := func(ctx2 auth.Actor, key string) error {
			return db.Do(dbtest.As(t, ctx2), d, func(tx *db.Tx) error {
				_, role, err := agreement.ByKey(tx, k, key)
				if err == nil && role != "guardian" {
					t.Errorf("the link signs as %q", role)
				}
				return err
			})
		}
		stranger := auth.Actor{Body: "b"}
		if err := leads(stranger, key); err != nil {
			t.Errorf("the link leads nowhere: %v", err)
		}
		for what, err := range map[string]error{"an older link": leads(stranger, older), "a guess": leads(stranger, "X"+key[1:]+"Y"),
			"a link in another body": leads(auth.Actor{Body: "c"}, key)} {
			if !errors.Is(err, fault.NotFound) {
				t.Errorf("%s: %v", what, err)
			}
		}
		d.Now = func() time.Time { return dbtest.Noon.Add(8 * 24 * time.Hour) }
		if err := leads(stranger, key); !errors.Is(err, fault.NotFound) {
			t.Errorf("a link of last week: %v", err)
		}
		d.Now = func() time.Time { return dbtest.Noon.Add(time.Hour) }
		err = db.Do(dbtest.As(t, stranger), d, func(tx *db.Tx) error {
			found, role, err := agreement.ByKey(tx, k, key)
			if err != nil {
				return err
			}
			_, err = agreement.Sign(tx, k, found, found.Version, agreement.Signature{Role: role, Name: "张大某", By: agreement.ByLink})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := leads(stranger, key); !errors.Is(err, fault.NotFound) {
			t.Errorf("a used link: %v", err)
		}
	})
}

func TestWrongNamesKillALink(t *testing.T) {
	k := keys(t)
	d := dbtest.Open(t, filepath.Join(t.TempDir(), "test.db"), journal.Room, agreement.Room)
	err := db.Do(dbtest.As(t, auth.Actor{ID: "x", Body: "b"}), d, func(tx *db.Tx) error {
		a := three()
		if err := agreement.Draft(tx, k, a); err != nil {
			return err
		}
		key, err := agreement.Link(tx, a, "guardian")
		if err != nil {
			return err
		}
		for i := range 6 {
			_, _, err := agreement.ByKey(tx, k, key)
			if (err == nil) != (i < 5) {
				t.Errorf("after %d wrong names: %v", i, err)
			}
			if err := agreement.Missed(tx, key); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// No name of a person stands in clear in the database.
func TestNamesAreSealed(t *testing.T) {
	k, path := keys(t), filepath.Join(t.TempDir(), "test.db")
	d := dbtest.Open(t, path, journal.Room, agreement.Room)
	err := db.Do(dbtest.As(t, auth.Actor{ID: "x", Body: "b"}), d, func(tx *db.Tx) error {
		a := three()
		if err := agreement.Draft(tx, k, a); err != nil {
			return err
		}
		_, err := agreement.Sign(tx, k, a, 1, agreement.Signature{Role: "guardian", Name: "张大某", By: agreement.ByLink})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	d.Close()
	for _, file := range []string{path, path + "-wal"} {
		content, _ := os.ReadFile(file)
		for _, name := range []string{"张小某", "张大某"} {
			if bytes.Contains(content, []byte(name)) {
				t.Errorf("%s stands in clear in %s", name, filepath.Base(file))
			}
		}
	}
}

func TestWhatIsWrongWithAnAgreement(t *testing.T) {
	k := keys(t)
	d := dbtest.Open(t, filepath.Join(t.TempDir(), "test.db"), journal.Room, agreement.Room)
	for _, c := range []struct {
		what, place string
		spoil       func(*agreement.Agreement)
	}{
		{"one party", "parties", func(a *agreement.Agreement) { a.Parties = a.Parties[:1] }},
		{"two of one part", "parties", func(a *agreement.Agreement) { a.Parties[1].Role = "school" }},
		{"a party without a name", "parties", func(a *agreement.Agreement) { a.Parties[1].Name = " " }},
		{"nothing agreed", "clauses", func(a *agreement.Agreement) { a.Clauses = nil }},
		{"no first day", "since", func(a *agreement.Agreement) { a.Since = "" }},
		{"over before it begins", "until", func(a *agreement.Agreement) { a.Until = a.Since }},
	} {
		a := three()
		c.spoil(a)
		err := db.Do(dbtest.As(t, auth.Actor{ID: "x", Body: "b"}), d, func(tx *db.Tx) error { return agreement.Draft(tx, k, a) })
		if fault.At(err, c.place) == nil {
			t.Errorf("%s: told %v", c.what, err)
		}
	}
}

// A version bears the fingerprint of the suite of its time: under another suite the same
// words are still the same version, and what nobody here can check is not signed anew.
func TestFingerprintsKeepTheirSuite(t *testing.T) {
	k := keys(t)
	dbtest.Each(t, func(t *testing.T, address string) {
		d := dbtest.Open(t, address, journal.Room, agreement.Room)
		ctx := dbtest.As(t, auth.Actor{ID: "x", Unit: "s", Body: "b"})
		draft := func(digest func([]byte) string) *agreement.Agreement {
			d.Hash = digest
			a := three()
			if err := db.Do(ctx, d, func(tx *db.Tx) error { return agreement.Draft(tx, k, a) }); err != nil {
				t.Fatal(err)
			}
			return a
		}
		change := func(a *agreement.Agreement) (*agreement.Agreement, error) {
			return db.Update(ctx, d, func(tx *db.Tx) (*agreement.Agreement, error) {
				found, err := agreement.Find(tx, k, a.ID)
				if err != nil {
					return nil, err
				}
				return found, agreement.Change(tx, k, found)
			})
		}
		for _, suite := range seal.Suites() {
			a := draft(suite.Digest)
			if seal.HashName(a.Fingerprint) != suite.HashName {
				t.Errorf("of %s: %s", suite.Name, a.Fingerprint)
			}
			for _, now := range seal.Suites() {
				d.Hash = now.Digest
				if found, err := change(a); err != nil || found.Version != 1 {
					t.Errorf("of %s under %s: version %d, %v", suite.Name, now.Name, found.Version, err)
				}
			}
		}
		if _, err := change(draft(func([]byte) string { return "md9:00" })); err == nil {
			t.Error("the same words were made anew, since nobody could check them")
		}
	})
}
