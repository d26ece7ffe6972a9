package talent_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"guildhall/internal/talent"
)

// BenchmarkCity imports a city's clean tables through the Takers and
// lists them, on SQLite. GUILDHALL_CITY names the folder of tables.
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
