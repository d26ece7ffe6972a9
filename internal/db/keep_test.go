package db_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
)

var keptNames = db.NewKept[[]string]("test.name", "keep_name: name")

// names gives what is kept, and tells whether it had to be made.
func names(t *testing.T, d *db.DB) (list []string, made bool) {
	t.Helper()
	list, err := db.View(t.Context(), d, func(tx *db.Tx) ([]string, error) {
		return keptNames.Get(tx, func() ([]string, error) {
			made = true
			return db.All(tx, db.Value[string], `SELECT name FROM keep_name ORDER BY name`)
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return list, made
}

// What is kept is made anew by every process once its table has changed, and only then.
func TestKeptUntilItsTableChanges(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		room := db.Room{Name: "keep", Schema: dbtest.Schema1(`CREATE TABLE keep_name (id TEXT PRIMARY KEY, name TEXT NOT NULL, seen BIGINT NOT NULL DEFAULT 0);`)}
		one := dbtest.Open(t, address, room)
		other := one
		if one.Engine() == "postgres" {
			other = dbtest.Open(t, address, room) // a replica
		}
		do := func(d *db.DB, query string, args ...any) {
			t.Helper()
			if err := db.Do(t.Context(), d, func(tx *db.Tx) error { _, err := tx.Exec(query, args...); return err }); err != nil {
				t.Fatal(err)
			}
		}
		expect := func(d *db.DB, anew bool, want string) {
			t.Helper()
			if list, made := names(t, d); fmt.Sprint(list) != want || made != anew {
				t.Errorf("kept %v (made anew: %v), want %s (%v)", list, made, want, anew)
			}
		}
		expect(one, true, "[]")
		do(one, `INSERT INTO keep_name (id, name) VALUES ('1', 'a')`)
		expect(one, true, "[a]")
		expect(one, false, "[a]")
		expect(other, other != one, "[a]")
		do(other, `UPDATE keep_name SET name = 'b' WHERE id = '1'`)
		expect(one, true, "[b]")
		do(other, `UPDATE keep_name SET seen = seen + 1 WHERE id = '1'`) // not of what is watched
		expect(one, false, "[b]")

		broken := errors.New("broken off")
		err := db.Do(t.Context(), one, func(tx *db.Tx) error {
			if _, err := tx.Exec(`DELETE FROM keep_name`); err != nil {
				return err
			}
			list, err := keptNames.Get(tx, func() ([]string, error) { return db.All(tx, db.Value[string], `SELECT name FROM keep_name`) })
			if err != nil || len(list) != 0 {
				t.Errorf("whoever writes sees %v, %v", list, err)
			}
			return broken
		})
		if !errors.Is(err, broken) {
			t.Fatal(err)
		}
		expect(one, false, "[b]")
	})
}

// Readers and writers at the same time never see what is kept older than the rest of
// their sight.
func TestKeptIsAsOldAsTheSight(t *testing.T) {
	kept := db.NewKept[int]("test.sight", "sight_row")
	dbtest.Each(t, func(t *testing.T, address string) {
		d := dbtest.Open(t, address, db.Room{Name: "sight", Schema: dbtest.Schema1(`CREATE TABLE sight_row (n BIGINT PRIMARY KEY);`)})
		var all sync.WaitGroup
		all.Go(func() {
			for n := range 60 {
				if err := db.Do(t.Context(), d, func(tx *db.Tx) error { _, err := tx.Exec(`INSERT INTO sight_row (n) VALUES ($1)`, n); return err }); err != nil {
					t.Error(err)
				}
			}
		})
		for range 3 {
			all.Go(func() {
				for range 150 {
					_, err := db.View(t.Context(), d, func(tx *db.Tx) (int, error) {
						count := func() (int, error) { return db.One(tx, db.Value[int], `SELECT count(*) FROM sight_row`) }
						n, err := kept.Get(tx, count)
						if now, _ := count(); err == nil && n != now {
							t.Errorf("kept %d, in sight %d", n, now)
						}
						return n, err
					})
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
	})
}

// A statement that is kept runs within itself, with other arguments, and after more
// statements than are kept.
func TestStatementsAreKept(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		d := dbtest.Open(t, address, db.Room{Name: "kept", Schema: dbtest.Schema1(`CREATE TABLE kept_row (n BIGINT PRIMARY KEY);`)})
		if err := db.Do(t.Context(), d, func(tx *db.Tx) error {
			return db.Insert(tx, "kept_row", []string{"n"}, "", [][]any{{1}, {2}, {3}})
		}); err != nil {
			t.Fatal(err)
		}
		got, err := db.View(t.Context(), d, func(tx *db.Tx) (sum int, err error) {
			for i := range 300 {
				n, err := db.One(tx, db.Value[int], fmt.Sprintf(`SELECT %d + count(*) FROM kept_row WHERE n <= $1`, i), i%4)
				if err != nil || n != i+i%4 {
					return 0, fmt.Errorf("statement %d gives %d, %w", i, n, err)
				}
			}
			if d.Engine() == "postgres" { // one result at a time on its connections
				return 6, nil
			}
			const all = `SELECT n FROM kept_row WHERE n >= $1 ORDER BY n`
			err = db.Each(tx, db.Value[int], func(n int) error {
				rest, err := db.All(tx, db.Value[int], all, n)
				if len(rest) == 4-n {
					sum += n
				}
				return err
			}, all, 1)
			return sum, err
		})
		if err != nil || got != 6 {
			t.Errorf("%d, %v", got, err)
		}
	})
}
