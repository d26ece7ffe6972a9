package round_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"guildhall/internal/round"
	"guildhall/internal/talent"
)

// BenchmarkCity imports a city's clean tables through the Takers and takes a
// round over them, on SQLite. GUILDHALL_CITY names the folder of tables.
func BenchmarkCity(b *testing.B) {
	dir := os.Getenv("GUILDHALL_CITY")
	if dir == "" {
		b.Skip("left out: GUILDHALL_CITY is not set")
	}
	for b.Loop() {
		started := time.Now()
		lap := func(what string) {
			b.Logf("%s %.1f", what, time.Since(started).Seconds())
			b.ReportMetric(time.Since(started).Seconds(), what)
			started = time.Now()
		}
		w := loadFolder(b, filepath.Join(b.TempDir(), "city.db"), dir)
		lap("import-s")
		r := must[*round.Round](b)(w.Office.Draft(w.office, round.Form{Name: "城市", Statuses: talent.Statuses}))
		must[*round.Round](b)(w.Office.Open(w.office, r.ID))
		must[*round.Round](b)(w.Office.Freeze(w.office, r.ID, "seed"))
		lap("freeze-s")
		must[*round.Round](b)(w.Office.Compute(w.office, r.ID))
		lap("compute-s")
		must[*round.Round](b)(w.Office.Verify(w.office, r.ID))
		lap("verify-s")
		r = must[*round.Round](b)(w.Office.Publish(w.office, r.ID))
		b.Logf("%d candidates, %d positions, %d places, %+v", r.Candidates, r.Positions, r.Places, r.Figures)
	}
}
