package db_test

import (
	"slices"
	"testing"

	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
)

// A column that is gone is told of, and nothing else is.
func TestWhatTablesLackIsTold(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		room := db.Room{Name: "lacks", Schema: dbtest.Schema1(`
			CREATE TABLE lacks_one (id TEXT PRIMARY KEY, n BIGINT NOT NULL, words TEXT NOT NULL);
			CREATE TABLE lacks_two (id TEXT PRIMARY KEY);`)}
		d := dbtest.Open(t, address, room)
		made, err := db.Columns(t.Context(), []db.Room{room})
		if err != nil || !slices.Contains(made, "lacks_one.words") {
			t.Fatalf("%q, %v", made, err)
		}
		for _, c := range []struct {
			change string
			want   []string
		}{
			{"", []string{}},
			{`ALTER TABLE lacks_one ADD COLUMN more TEXT NOT NULL DEFAULT ''`, []string{}},
			{`ALTER TABLE lacks_one DROP COLUMN words`, []string{"lacks_one.words"}},
			{`DROP TABLE lacks_two`, []string{"lacks_one.words", "lacks_two.id"}},
		} {
			if c.change != "" {
				if err := db.Do(t.Context(), d, func(tx *db.Tx) error { _, err := tx.Exec(c.change); return err }); err != nil {
					t.Fatal(err)
				}
			}
			if got, err := d.Lacks(t.Context(), made); err != nil || !slices.Equal(got, c.want) {
				t.Errorf("after %q it lacks %q, %v; want %q", c.change, got, err, c.want)
			}
		}
	})
}
