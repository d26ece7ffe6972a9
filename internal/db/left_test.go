package db_test

import (
	"errors"
	"sync"
	"testing"

	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
)

type sumKey struct{}

// A row that every change reads and writes adds up, whether they are kept together or one
// by one, and whoever fails leaves nothing to those after.
func TestWhatIsLeftAddsUp(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		d := dbtest.Open(t, address, db.Room{Name: "left", Schema: dbtest.Schema1(`
			CREATE TABLE left_sum (body TEXT PRIMARY KEY, n BIGINT NOT NULL);
			CREATE TABLE left_row (id TEXT PRIMARY KEY, body TEXT NOT NULL, n BIGINT NOT NULL);`)})
		broken := errors.New("broken off")
		add := func(body string, n int64) error {
			return db.Do(db.In(t.Context(), body), d, func(tx *db.Tx) error {
				sum, ok := db.Left[int64](tx, sumKey{})
				if !ok {
					list, err := db.All(tx, db.Value[int64], `SELECT n FROM left_sum WHERE body = $1`, tx.Body)
					if err != nil {
						return err
					}
					for _, n := range list {
						sum += n
					}
				}
				sum += n
				tx.Leave(sumKey{}, sum, func(tx *db.Tx) error {
					_, err := tx.Exec(`INSERT INTO left_sum (body, n) VALUES ($1, $2) ON CONFLICT (body) DO UPDATE SET n = excluded.n`, tx.Body, sum)
					return err
				})
				if _, err := tx.Exec(`INSERT INTO left_row (id, body, n) VALUES ($1, $2, $3)`, db.NewID(), tx.Body, n); err != nil {
					return err
				}
				switch n % 10 {
				case 3:
					return broken
				case 7:
					panic("broken off")
				}
				return nil
			})
		}
		var all sync.WaitGroup
		want := map[string]int64{}
		for n := range int64(300) {
			body := []string{"a", "b"}[n%2]
			if n%10 != 3 && n%10 != 7 {
				want[body] += n
			}
			all.Go(func() {
				defer func() { recover() }()
				if err := add(body, n); err != nil && !errors.Is(err, broken) {
					t.Error(err)
				}
			})
		}
		all.Wait()
		for body, sum := range want {
			for _, query := range []string{`SELECT n FROM left_sum WHERE body = $1`, `SELECT sum(n) FROM left_row WHERE body = $1`} {
				got, err := db.View(t.Context(), d, func(tx *db.Tx) (int64, error) { return db.One(tx, db.Value[int64], query, body) })
				if err != nil || got != sum {
					t.Errorf("%s: %s gives %d, %v; want %d", body, query, got, err, sum)
				}
			}
		}
	})
}
