package journal_test

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/journal"
)

// BenchmarkBodies lets ten writers write to the journal at once, all for one body and
// then each for a body of its own, over servers that wait for the disk: for that of this
// machine, and for some that take 1 to 4 ms longer, as those of other machines do. It
// tells how many writes a second are acknowledged.
func BenchmarkBodies(b *testing.B) {
	b.Run("sqlite", func(b *testing.B) { ofBodies(b, filepath.Join(b.TempDir(), "test.db")) })
	b.Run("postgres", func(b *testing.B) { ofBodies(b, dbtest.NewServer(b).Address()) })
	for _, longer := range []time.Duration{time.Millisecond, 2 * time.Millisecond, 4 * time.Millisecond} {
		b.Run(fmt.Sprintf("postgres, disk %d ms slower", longer.Milliseconds()), func(b *testing.B) {
			s := dbtest.NewServer(b)
			s.Disk(b, longer)
			ofBodies(b, s.Address())
		})
	}
}

func ofBodies(b *testing.B, address string) {
	d, err := db.Open(b.Context(), address)
	if err != nil {
		b.Fatal(err)
	}
	defer d.Close()
	if _, err := db.Migrate(b.Context(), d, []db.Room{journal.Room}); err != nil {
		b.Fatal(err)
	}
	const writers = 10
	for _, bodies := range []int{1, writers} {
		b.Run(fmt.Sprint(bodies), func(b *testing.B) {
			var wg sync.WaitGroup
			for w := range writers {
				ctx := db.In(auth.With(context.Background(), auth.Actor{ID: "li"}), fmt.Sprintf("body%d-%d", bodies, w%bodies))
				wg.Go(func() {
					for range b.N/writers + 1 {
						if err := db.Do(ctx, d, func(tx *db.Tx) error {
							return journal.Record(tx, "test.thing.do", "thing", map[string]any{"words": "示例"})
						}); err != nil {
							b.Error(err)
							return
						}
					}
				})
			}
			wg.Wait()
			b.ReportMetric(float64((b.N/writers+1)*writers)/b.Elapsed().Seconds(), "writes/s")
		})
	}
}
