package journal_test

import (
	"fmt"
	"sync"
	"testing"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/journal"
)

// What many note at the same time is each there once, under the name of whoever did it,
// and the chain holds.
func TestNotedTogetherEachUnderItsName(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		d := dbtest.Open(t, address, journal.Room)
		const people, each = 12, 5
		var all sync.WaitGroup
		for p := range people {
			all.Go(func() {
				for i := range each {
					ctx := dbtest.As(t, auth.Actor{ID: fmt.Sprint("p", p), Unit: fmt.Sprint("u", p), Body: "body"})
					if err := journal.Note(ctx, d, "test.thing.export", fmt.Sprint("thing", p), map[string]int{"i": i}); err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
		seen := map[string]int{}
		_, err := db.View(db.In(t.Context(), "body"), d, func(tx *db.Tx) (int, error) {
			list, err := journal.List(tx, journal.Search{Limit: 200})
			for _, e := range list {
				if "u"+e.Actor[1:] != e.Unit || "thing"+e.Actor[1:] != e.Subject {
					t.Errorf("entry of %s, %s about %s", e.Actor, e.Unit, e.Subject)
				}
				seen[e.Actor+string(e.Data)]++
			}
			return len(list), err
		})
		if err != nil || len(seen) != people*each {
			t.Errorf("%d entries of %d, %v", len(seen), people*each, err)
		}
	})
}

// A look is noted before it is answered, once for as long as it lasts; another person's,
// another thing's or one that shows more is another.
func TestALookIsNotedOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		d := dbtest.Open(t, address, journal.Room)
		look := func(who, body, subject string, named bool) {
			t.Helper()
			ctx := dbtest.As(t, auth.Actor{ID: who, Unit: "unit", Body: body})
			if err := journal.Look(ctx, d, "test.person.look", subject, map[string]bool{"named": named}); err != nil {
				t.Fatal(err)
			}
		}
		for range 3 {
			look("li", "body", "zhang", false)
			look("li", "body", "zhang", true)
			look("li", "body", "wang", true)
			look("zhao", "body", "wang", true)
			look("li", "other", "zhang", true)
		}
		for body, want := range map[string]int{"body": 4, "other": 1} {
			n, err := db.View(db.In(t.Context(), body), d, func(tx *db.Tx) (int, error) {
				list, err := journal.List(tx, journal.Search{Limit: 200})
				return len(list), err
			})
			if err != nil || n != want {
				t.Errorf("%s: %d looks, %v; want %d", body, n, err, want)
			}
		}
	})
}

// A look that could not be noted is no look: it is tried again.
func TestALookThatIsNotNotedIsToldOf(t *testing.T) {
	d := dbtest.Open(t, t.TempDir()+"/test.db", journal.Room)
	ctx := dbtest.As(t, auth.Actor{ID: "li", Body: "body"})
	d.Close()
	for range 2 {
		if err := journal.Look(ctx, d, "test.person.look", "zhang", nil); err == nil {
			t.Error("it is answered though nothing was kept")
		}
	}
}
