package db_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
)

// Updates that wait together are each whole or not at all: those that fail, panic or whose
// client has gone leave nothing, and take nobody with them.
func TestP2TogetherEachIsWhole(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		d := dbtest.Open(t, address, db.Room{Name: "together", Schema: dbtest.Schema1(`CREATE TABLE together_row (n BIGINT PRIMARY KEY, twin BIGINT NOT NULL);`)})
		broken := errors.New("broken off")
		write := func(n int) (err error) {
			defer func() {
				if v := recover(); v != nil {
					err = fmt.Errorf("%v", v)
				}
			}()
			ctx, cancel := context.WithCancel(t.Context())
			if n%7 == 3 {
				cancel() // the client goes away: it is kept all the same
			}
			defer cancel()
			got, err := db.Update(ctx, d, func(tx *db.Tx) (int, error) {
				if _, err := tx.Exec(`INSERT INTO together_row (n, twin) VALUES ($1, -1)`, n/2*2); err != nil {
					return 0, err // two of each pair meet: the second is refused by the engine
				}
				switch n % 10 {
				case 4:
					return 0, broken
				case 8:
					panic("broken off")
				}
				_, err := tx.Exec(`UPDATE together_row SET twin = $1 WHERE n = $1`, n/2*2)
				return n, err
			})
			if err == nil && got != n {
				t.Errorf("%d was told %d", n, got)
			}
			return err
		}
		kept := make([]bool, 200)
		var all sync.WaitGroup
		for n := range kept {
			all.Go(func() { kept[n] = write(n) == nil })
		}
		all.Wait()
		rows, err := db.View(t.Context(), d, func(tx *db.Tx) (map[int]int, error) {
			pairs, err := db.All(tx, db.Pair[int, int], `SELECT n, twin FROM together_row`)
			rows := map[int]int{}
			for _, p := range pairs {
				rows[p.A] = p.B
			}
			return rows, err
		})
		if err != nil {
			t.Fatal(err)
		}
		for n := 0; n < len(kept); n += 2 {
			twin, there := rows[n]
			if kept[n] && kept[n+1] || there != (kept[n] || kept[n+1]) || there && twin != n {
				t.Errorf("pair %d: acknowledged %v and %v, kept %v with %d", n, kept[n], kept[n+1], there, twin)
			}
		}
	})
}
