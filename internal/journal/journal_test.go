package journal_test

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/fault"
	"guildhall/internal/journal"
	"guildhall/internal/seal"
)

type pupil struct {
	ID   string `json:"id"`
	Name string `json:"name" personal:"true"`
	Year int    `json:"year"`
}

func (p *pupil) Whose() string { return p.ID }

func each(t *testing.T, test func(t *testing.T, d *db.DB)) {
	suite, err := seal.SuiteOf(os.Getenv("GUILDHALL_TEST_SUITE"))
	if err != nil {
		t.Fatal(err)
	}
	dbtest.Each(t, func(t *testing.T, address string) {
		d := dbtest.Open(t, address, journal.Room)
		if suite != seal.Default() {
			if err := db.Do(db.In(t.Context(), db.House), d, func(tx *db.Tx) error { return journal.Begin(tx, suite) }); err != nil {
				t.Fatal(err)
			}
		}
		test(t, d)
	})
}

func TestErasureLeavesTheRecord(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		ctx := dbtest.As(t, auth.Actor{ID: "li", Unit: "school", Body: "b"})
		if err := journal.Note(ctx, d, "t.pupil.enrol", "p1", &pupil{"p1", "韦小明", 2}); err != nil {
			t.Fatal(err)
		}
		look := func() (e journal.Entry, personal string, err error) {
			_, err = db.View(ctx, d, func(tx *db.Tx) (int, error) {
				es, err := journal.About(tx, "p1")
				if err != nil || len(es) != 1 {
					t.Fatalf("%d entries, %v", len(es), err)
				}
				e = es[0]
				raw, err := journal.PersonalData(tx, e.ID, "p1")
				personal = string(raw)
				return 0, err
			})
			return e, personal, err
		}
		e, personal, err := look()
		if err != nil || strings.Contains(string(e.Data), "韦") || !strings.Contains(personal, "韦小明") || e.Actor != "li" || e.Unit != "school" {
			t.Errorf("entry %s %+v, personal %s, %v", e.Data, e, personal, err)
		}
		if err := db.Do(ctx, d, func(tx *db.Tx) error { return journal.Erase(tx, "p1") }); err != nil {
			t.Fatal(err)
		}
		e, personal, err = look()
		if !errors.Is(err, fault.NotFound) || personal != "" || !strings.Contains(string(e.Data), `"year":2`) {
			t.Errorf("after erasure: entry %s, personal %q, %v", e.Data, personal, err)
		}
	})
}

func TestReadersHearOnceAndAgainAfterFailure(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		ctx := dbtest.As(t, auth.Actor{ID: "li", Body: "b"})
		var heard []string
		fail := true
		relay := journal.Relay{DB: d, Readers: map[string][]journal.Reader{"t.loud": {func(tx *db.Tx, e journal.Entry) error {
			if tx.Body != "b" {
				t.Errorf("read in body %s", tx.Body)
			}
			if fail {
				return errors.New("not now")
			}
			heard = append(heard, e.Subject)
			return nil
		}}}}
		for _, a := range []string{"t.quiet", "t.loud", "t.quiet", "t.quiet"} {
			if err := journal.Note(ctx, d, a, a, nil); err != nil {
				t.Fatal(err)
			}
		}
		drain := func() (failures int) {
			for {
				more, err := relay.Next(t.Context())
				if err != nil {
					failures++
				}
				if !more {
					return failures
				}
			}
		}
		if n := drain(); n != 1 || len(heard) != 0 {
			t.Errorf("%d failures, heard %v", n, heard)
		}
		fail = false
		d.Now = func() time.Time { return dbtest.Noon.Add(2e12) }
		if n := drain(); n != 0 || len(heard) != 1 || heard[0] != "t.loud" {
			t.Errorf("later: %d failures, heard %v", n, heard)
		}
	})
}

// Whoever keeps something in memory hears of an entry that a server wrote whose clock is
// behind.
func TestP5WhatHasHappenedSinceDoesNotFollowTheClock(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		d := dbtest.Open(t, address, journal.Room)
		ctx := dbtest.As(t, auth.Actor{ID: "li", Body: "b"})
		write := func(action, prefix string) int64 {
			t.Helper()
			stand, err := db.Update(ctx, d, func(tx *db.Tx) (int64, error) {
				id, err := journal.Enter(tx, action, "thing", nil)
				if err != nil {
					return 0, err
				}
				if _, err := tx.Exec(`DELETE FROM journal_outbox WHERE entry_id = $1`, id); err != nil {
					return 0, err
				}
				if _, err := tx.Exec(`UPDATE journal_entry SET id = $2 WHERE id = $1`, id, prefix+id); err != nil {
					return 0, err
				}
				return journal.Stand(tx)
			})
			if err != nil {
				t.Fatal(err)
			}
			return stand
		}
		before := write("test.thing.make", "z") // ids follow the clock of whoever gives them
		if after := write("test.thing.change", ""); after != before+1 {
			t.Errorf("the journal stands at %d and then at %d", before, after)
		}
		actions, err := db.View(ctx, d, func(tx *db.Tx) ([]string, error) { return journal.Since(tx, before) })
		if err != nil || !slices.Equal(actions, []string{"test.thing.change"}) {
			t.Errorf("since then: %v, %v", actions, err)
		}
	})
}

func TestOneBodyDoesNotReadAnothers(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		a, b := dbtest.As(t, auth.Actor{ID: "li", Body: "a"}), dbtest.As(t, auth.Actor{ID: "li", Body: "b"})
		for i, action := range []string{"talent.x", "talent.y", "talents.z", "talent.x"} {
			ctx := a
			if i == 3 {
				ctx = b
			}
			if err := journal.Note(ctx, d, action, "s", nil); err != nil {
				t.Fatal(err)
			}
		}
		got, err := db.View(a, d, func(tx *db.Tx) ([]journal.Entry, error) {
			return journal.List(tx, journal.Search{Action: "talent.", Limit: 10})
		})
		if err != nil || len(got) != 2 || got[0].Action != "talent.y" {
			t.Errorf("%v, %v", got, err)
		}
	})
}
