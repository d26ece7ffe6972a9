package talent_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

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
		r := must[*talent.Round](b)(w.Draft(w.office, talent.RoundForm{Name: "城市", Statuses: talent.Seeking}))
		must[*talent.Round](b)(w.Open(w.office, r.ID))
		must[*talent.Round](b)(w.Freeze(w.office, r.ID, "seed"))
		lap("freeze-s")
		must[*talent.Round](b)(w.Compute(w.office, r.ID))
		lap("compute-s")
		must[*talent.Round](b)(w.Verify(w.office, r.ID))
		lap("verify-s")
		r = must[*talent.Round](b)(w.Publish(w.office, r.ID))
		b.Logf("%d candidates, %d positions, %d places, %+v", r.Candidates, r.Positions, r.Places, r.Figures)
		for range 50 {
			must[*talent.Candidates](b)(w.Candidates(w.office, talent.CandidateSearch{Status: talent.FinalYear}))
		}
		b.ReportMetric(time.Since(started).Seconds()*1000/50, "candidates-page-ms")
		started = time.Now()
		for range 50 {
			must[*talent.Positions](b)(w.Positions(w.office, talent.PositionSearch{Sort: "-pay"}))
		}
		b.ReportMetric(time.Since(started).Seconds()*1000/50, "positions-page-ms")
	}
}
