package codes_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"guildhall/internal/auth"
	"guildhall/internal/codes"
	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/fault"
	"guildhall/internal/journal"
)

func each(t *testing.T, test func(t *testing.T, c *codes.Codes)) {
	dbtest.Each(t, func(t *testing.T, address string) {
		test(t, &codes.Codes{DB: dbtest.Open(t, address, journal.Room, codes.Room), Catalogue: codes.Shipped()})
	})
}

func admin(t *testing.T) context.Context {
	return dbtest.As(t, auth.Actor{ID: "root", Body: "b", Roles: []string{auth.Admin}})
}

// plan is an edition of the skills that a test adds: two levels, three codes.
func plan() (codes.Edition, []codes.Code) {
	return codes.Edition{List: "skill", Edition: "2027", Title: "技能 2027", TitleEN: "Skills 2027", Licence: "Apache-2.0",
			Source: "the working group", Standing: codes.Own, ValidFrom: "2026-03-02"},
		[]codes.Code{
			{Code: "S", Name: "安全"},
			{Code: "SAF01", Name: "高压安全", NameEN: "high voltage", Parent: "S", Kind: "安全", Attr: map[string]string{"old": "yes"}},
			{Code: "SAF02", Name: "能量隔离", Parent: "S", Kind: "安全"},
		}
}

func TestPublishedEditionTakesOver(t *testing.T) {
	each(t, func(t *testing.T, c *codes.Codes) {
		e, list := plan()
		if _, err := c.Publish(admin(t), e, list); err != nil {
			t.Fatal(err)
		}
		// Anybody reads it, from any body, from its first day on.
		l, err := c.List(t.Context(), "skill", codes.Search{})
		if err != nil || l.Edition.Edition != "2027" || l.Edition.Count != 3 || len(l.Codes) != 1 || l.Codes[0].Level != 1 {
			t.Fatalf("%+v, %v", l, err)
		}
		below, err := c.List(t.Context(), "skill", codes.Search{Under: "S"})
		if err != nil || len(below.Codes) != 2 || below.Codes[0].Attr["old"] != "yes" || below.Codes[0].Level != 2 || below.Path[0].Code != "S" {
			t.Errorf("%+v, %v", below, err)
		}
		for day, want := range map[string]string{"2026-03-01": "2026", "2026-03-02": "2027", "2030-01-01": "2027"} {
			at, _ := time.Parse(time.DateOnly, day)
			if now, err := c.Current(t.Context(), "skill", at); err != nil || now.Edition != want {
				t.Errorf("on %s edition %s is in force, want %s: %v", day, now.Edition, want, err)
			}
		}
		old, err := c.Entry(t.Context(), "skill", "2026", "SAF01")
		if err != nil || old.Name != "高压安全操作" || len(old.Editions) != 1 || len(old.To) == 0 {
			t.Errorf("the old edition: %+v, %v", old, err)
		}
		if _, err := c.Publish(admin(t), e, list); !errors.Is(err, fault.Conflict) {
			t.Errorf("published again: %v, want a conflict", err)
		}
		entries, err := db.View(db.In(t.Context(), db.House), c.DB, func(tx *db.Tx) ([]journal.Entry, error) {
			return journal.About(tx, "skill:2027")
		})
		if err != nil || len(entries) != 1 || entries[0].Action != "codes.edition.publish" || entries[0].Actor != "root" {
			t.Errorf("the journal tells %v, %v", entries, err)
		}
	})
}

func TestPublishTellsAllThatIsWrong(t *testing.T) {
	each(t, func(t *testing.T, c *codes.Codes) {
		e, _ := plan()
		e.List, e.Title, e.ValidFrom, e.Standing = "no", " ", "2026-02-30", "holy"
		_, err := c.Publish(admin(t), e, []codes.Code{
			{Code: "A", Name: "甲", Parent: "B"}, {Code: "B", Name: "乙", Parent: "A"}, {Code: "C", Name: "丙", Parent: "X"},
			{Code: "C", Name: "丙"}, {Code: "D"},
		})
		for place, key := range map[string]string{"list": "codes.edition.list", "title": "codes.missing", "valid_from": "fault.date",
			"standing": "codes.edition.standing", "A": "codes.edition.circle", "B": "codes.edition.circle",
			"C": "codes.edition.twice", "D": "codes.edition.entry"} {
			if got := fault.At(err, place); got == nil || got.Key != key {
				t.Errorf("at %s: %v, want %s", place, got, key)
			}
		}
		if all, err := c.Editions(t.Context()); err != nil || len(all) != len(codes.Shipped().Lists()) {
			t.Errorf("a refused edition left something: %d editions, %v", len(all), err)
		}
		if e, list := plan(); !errors.Is(second(c.Publish(dbtest.As(t, auth.Actor{ID: "s", Roles: []string{auth.Secretariat}}), e, list)), fault.Denied) {
			t.Error("the secretariat could publish an edition")
		}
	})
}

func TestMappings(t *testing.T) {
	each(t, func(t *testing.T, c *codes.Codes) {
		e, list := plan()
		if _, err := c.Publish(admin(t), e, list); err != nil {
			t.Fatal(err)
		}
		m := codes.Mapping{FromList: "skill", FromEdition: "2026", FromCode: "SAF01", ToList: "skill", ToEdition: "2027", ToCode: "SAF01", Grade: codes.Close, Source: "the working group"}
		for range 2 { // the second time changes it
			if _, err := c.Draw(admin(t), m); err != nil {
				t.Fatal(err)
			}
			m.Grade = codes.Exact
		}
		for _, edition := range []string{"2026", "2027"} {
			got, err := c.Entry(t.Context(), "skill", edition, "SAF01")
			if err != nil || len(got.Mappings) != 1 || got.Mappings[0] != m {
				t.Errorf("edition %s tells %+v, %v", edition, got.Mappings, err)
			}
		}
		_, err := c.Draw(admin(t), codes.Mapping{FromList: "skill", FromEdition: "2026", FromCode: "NONE", ToList: "region", ToEdition: "1999", ToCode: "1", Grade: "fits"})
		for place, key := range map[string]string{"from": "codes.mapping.unknown", "to": "codes.mapping.unknown", "grade": "codes.mapping.grade", "source": "codes.missing"} {
			if got := fault.At(err, place); got == nil || got.Key != key {
				t.Errorf("at %s: %v, want %s", place, got, key)
			}
		}
	})
}

// Page by page a search gives what it gives at once, no code twice.
func TestPagesJoin(t *testing.T) {
	c := &codes.Codes{DB: dbtest.Open(t, t.TempDir()+"/test.db", journal.Room, codes.Room), Catalogue: codes.Shipped()}
	for _, s := range []codes.Search{{Text: "工", Limit: 7}, {Kind: codes.Higher, Limit: 200}, {Text: "汽车", Kind: codes.Secondary, Limit: 2}, {Under: "4607", Text: "技术", Limit: 3}} {
		list := "programme"
		var got []string
		for {
			l, err := c.List(t.Context(), list, s)
			if err != nil {
				t.Fatal(err)
			}
			for _, code := range l.Codes {
				if s.Kind != "" && code.Kind != s.Kind || !strings.HasPrefix(code.Code, s.Under) {
					t.Errorf("%+v finds %+v", s, code)
				}
				got = append(got, code.Code)
			}
			if s.After = l.Next; l.Next == "" {
				break
			}
		}
		want := 0
		for _, code := range codes.Shipped().Search(list, s.Text, 0) {
			if (s.Kind == "" || code.Kind == s.Kind) && strings.HasPrefix(code.Code, s.Under) && code.Code != s.Under {
				want++
			}
		}
		seen := map[string]bool{}
		for _, code := range got {
			if seen[code] {
				t.Errorf("%+v: %s twice", s, code)
			}
			seen[code] = true
		}
		if len(got) != want {
			t.Errorf("%+v: %d codes over all pages, want %d", s, len(got), want)
		}
	}
}

func TestWhatIsNotThere(t *testing.T) {
	c := &codes.Codes{DB: dbtest.Open(t, t.TempDir()+"/test.db", journal.Room, codes.Room), Catalogue: codes.Shipped()}
	for name, err := range map[string]error{
		"a list":     second(c.List(t.Context(), "no", codes.Search{})),
		"an edition": second(c.List(t.Context(), "skill", codes.Search{Edition: "1999"})),
		"a parent":   second(c.List(t.Context(), "region", codes.Search{Under: "999999"})),
		"a code":     second(c.Entry(t.Context(), "region", "", "999999")),
	} {
		if !errors.Is(err, fault.NotFound) {
			t.Errorf("%s that is not there: %v, want not found", name, err)
		}
	}
}

func second[T any](_ T, err error) error { return err }
