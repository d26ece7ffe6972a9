package db_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/fault"
)

var room = db.Room{Name: "note", Schema: fstest.MapFS{
	"schema/0001_note.sql": {Data: []byte(`
		CREATE TABLE note (
			body TEXT NOT NULL, number BIGINT NOT NULL, words TEXT NOT NULL, at TIMESTAMPTZ NOT NULL,
			PRIMARY KEY (body, number));
		CREATE INDEX note_words ON note (words);`)},
}}

func write(ctx context.Context, d *db.DB, words string) error {
	return db.Do(ctx, d, func(tx *db.Tx) error {
		n, err := db.One(tx, db.Value[int], `SELECT coalesce(max(number), 0) + 1 FROM note WHERE body = $1`, tx.Body)
		if err != nil {
			return err
		}
		_, err = tx.Exec(`INSERT INTO note (body, number, words, at) VALUES ($1, $2, $3, $4)`, tx.Body, n, words, tx.Now)
		return err
	})
}

func count(t *testing.T, ctx context.Context, d *db.DB) int {
	t.Helper()
	n, err := db.View(ctx, d, func(tx *db.Tx) (int, error) {
		return db.One(tx, db.Value[int], `SELECT count(*) FROM note WHERE body = $1`, tx.Body)
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// Two processes that write for the same bodies at the same moment number their
// rows without gap or double, on either engine.
func TestP5PenOfEachBody(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		one, two := dbtest.Open(t, address, room), dbtest.Open(t, address, room)
		var wg sync.WaitGroup
		for _, d := range []*db.DB{one, two} {
			for _, body := range []string{"a", "b"} {
				for range 6 {
					wg.Go(func() {
						if err := write(db.In(t.Context(), body), d, "w"); err != nil {
							t.Error(err)
						}
					})
				}
			}
		}
		wg.Wait()
		for _, body := range []string{"a", "b"} {
			if n := count(t, db.In(t.Context(), body), one); n != 12 {
				t.Errorf("body %s has %d rows, want 12", body, n)
			}
		}
	})
}

func TestFailedUpdateLeavesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		d := dbtest.Open(t, address, room)
		err := db.Do(t.Context(), d, func(tx *db.Tx) error {
			if _, err := tx.Exec(`INSERT INTO note (body, number, words, at) VALUES ('house', 1, 'w', $1)`, tx.Now); err != nil {
				return err
			}
			return fault.Conflict.New("t.no")
		})
		if !errors.Is(err, fault.Conflict) || count(t, t.Context(), d) != 0 {
			t.Errorf("%v, and %d rows stayed", err, count(t, t.Context(), d))
		}
	})
}

// A client who goes away in the middle neither breaks an Update off nor leaves
// it half done.
func TestUpdateOutlivesItsClient(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		d := dbtest.Open(t, address, room)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := write(ctx, d, "w"); err != nil || count(t, t.Context(), d) != 1 {
			t.Errorf("%v", err)
		}
	})
}

func TestFaultsOfTheEngines(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		d := dbtest.Open(t, address, room)
		insert := func(tx *db.Tx) error {
			_, err := tx.Exec(`INSERT INTO note (body, number, words, at) VALUES ('house', 1, 'w', $1)`, tx.Now)
			return err
		}
		if err := db.Do(t.Context(), d, insert); err != nil {
			t.Fatal(err)
		}
		if err := db.Do(t.Context(), d, insert); !errors.Is(err, fault.Conflict) {
			t.Errorf("a second row of the same key: %v, want a conflict", err)
		}
		_, err := db.View(t.Context(), d, func(tx *db.Tx) (string, error) {
			return db.One(tx, db.Value[string], `SELECT words FROM note WHERE number = 9`)
		})
		if !errors.Is(err, fault.NotFound) {
			t.Errorf("a row that is not there: %v, want not found", err)
		}
		_, err = db.View(t.Context(), d, func(tx *db.Tx) (int64, error) { return tx.Exec(`DELETE FROM note`) })
		if err == nil {
			t.Error("a View could write")
		}
	})
}

func TestTimesAndListsReadAsWritten(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		d := dbtest.Open(t, address, room)
		err := db.Do(t.Context(), d, func(tx *db.Tx) error {
			var rows [][]any
			for i := range 450 {
				rows = append(rows, []any{"house", i, strings.Repeat("字", i%7), tx.Now})
			}
			return db.Insert(tx, "note", []string{"body", "number", "words", "at"}, "ON CONFLICT DO NOTHING", rows)
		})
		if err != nil {
			t.Fatal(err)
		}
		var w db.Where
		w.And("body = ?", "house")
		w.Like("字字字字字字", "words")
		w.In("number", []string{"6", "13", "7"})
		type note = struct {
			A int
			B string
		}
		got, err := db.View(t.Context(), d, func(tx *db.Tx) ([]note, error) {
			return db.All(tx, db.Pair[int, string], `SELECT number, words FROM note`+w.String()+` ORDER BY number LIMIT `+w.Next(10), w.Args...)
		})
		if err != nil || len(got) != 2 || got[0].A != 6 || got[1].A != 13 {
			t.Errorf("%v, %v", got, err)
		}
	})
}

func TestP11MigrateOnceAndRefuseANewerDatabase(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		d := dbtest.Open(t, address)
		if n, err := db.Migrate(t.Context(), d, []db.Room{room}); n != 1 || err != nil {
			t.Fatalf("%d steps, %v", n, err)
		}
		if n, err := db.Migrate(t.Context(), d, []db.Room{room}); n != 0 || err != nil {
			t.Fatalf("again: %d steps, %v", n, err)
		}
		next := fstest.MapFS{"schema/0001_note.sql": room.Schema.(fstest.MapFS)["schema/0001_note.sql"],
			"schema/0002_x.postgres.sql": {Data: []byte(`ALTER TABLE note ADD COLUMN x TEXT;`)},
			"schema/0002_x.sqlite.sql":   {Data: []byte(`ALTER TABLE note ADD COLUMN x TEXT;`)}}
		if n, err := db.Migrate(t.Context(), d, []db.Room{{Name: "note", Schema: next}}); n != 1 || err != nil {
			t.Fatalf("the next version: %d steps, %v", n, err)
		}
		if _, err := db.Migrate(t.Context(), d, []db.Room{room}); fault.Of(err).Key != "db.newer" {
			t.Errorf("an older program opens it: %v", err)
		}
	})
}

// In a rolling upgrade the new program moves the tables on while the old one serves.
// The old one goes on, for a step adds and takes nothing away; once it is stopped it is
// told that it is too old. A step that fails leaves the old tables as they were.
func TestP11OldAndNewSideBySide(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		old := dbtest.Open(t, address, room)
		if err := write(t.Context(), old, "before"); err != nil {
			t.Fatal(err)
		}
		grown := func(step string) []db.Room {
			return []db.Room{{Name: "note", Schema: fstest.MapFS{"schema/0001_note.sql": room.Schema.(fstest.MapFS)["schema/0001_note.sql"],
				"schema/0002_x.sql": {Data: []byte(step)}}}}
		}
		young := dbtest.Open(t, address)
		if _, err := db.Migrate(t.Context(), young, grown(`ALTER TABLE note ADD COLUMN x TEXT NOT NULL DEFAULT ''; ALTER TABLE no_such ADD COLUMN y TEXT;`)); err == nil {
			t.Fatal("a step that cannot be taken was taken")
		}
		if n, err := db.Migrate(t.Context(), old, []db.Room{room}); n != 0 || err != nil {
			t.Errorf("after a step that failed the old program does not start: %d, %v", n, err)
		}
		if n, err := db.Migrate(t.Context(), young, grown(`ALTER TABLE note ADD COLUMN x TEXT NOT NULL DEFAULT '';`)); n != 1 || err != nil {
			t.Fatalf("%d steps, %v", n, err)
		}
		for _, d := range []*db.DB{old, young, old} {
			if err := write(t.Context(), d, "beside"); err != nil {
				t.Errorf("side by side: %v", err)
			}
		}
		if n := count(t, t.Context(), young); n != 4 {
			t.Errorf("%d rows, want 4", n)
		}
		if _, err := db.Migrate(t.Context(), old, []db.Room{room}); fault.Of(err).Key != "db.newer" || !strings.Contains(fmt.Sprint(err), "note") {
			t.Errorf("the old program starts again: %v", err)
		}
	})
}

func TestWhatIsNoDatabase(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "x.db")
	os.WriteFile(path, []byte(strings.Repeat("no database at all ", 100)), 0o600)
	if _, err := db.Open(t.Context(), path); fault.Of(err).Key != "db.damaged" {
		t.Errorf("a file of words: %v", err)
	}
	if _, err := db.Open(t.Context(), filepath.Join(dir, "no", "such", "folder.db")); fault.Of(err).Key != "db.cannot_open" {
		t.Errorf("no folder: %v", err)
	}
	if _, err := db.Open(t.Context(), "postgres://nobody@127.0.0.1:1/none"); fault.Of(err).Key != "db.away" {
		t.Errorf("no server: %v", err)
	}
}
