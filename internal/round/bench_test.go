//go:build unix

package round_test

import (
	"os"
	"path/filepath"
	"syscall"
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
		started, worked := time.Now(), processorTime()
		lap := func(what string) {
			b.Logf("%s %.1f s, %.1f s of processor time", what, time.Since(started).Seconds(), processorTime()-worked)
			b.ReportMetric(time.Since(started).Seconds(), what+"-s")
			started, worked = time.Now(), processorTime()
		}
		w := loadFolder(b, filepath.Join(b.TempDir(), "city.db"), dir)
		lap("import")
		r := must[*round.Round](b)(w.Office.Draft(w.office, round.Form{Name: "城市", Statuses: talent.Statuses}))
		must[*round.Round](b)(w.Office.Open(w.office, r.ID))
		must[*round.Round](b)(w.Office.Freeze(w.office, r.ID, "seed"))
		lap("freeze")
		must[*round.Round](b)(w.Office.Compute(w.office, r.ID))
		lap("compute")
		must[*round.Round](b)(w.Office.Verify(w.office, r.ID))
		lap("verify")
		r = must[*round.Round](b)(w.Office.Publish(w.office, r.ID))
		lap("publish")
		b.Logf("%d candidates, %d positions, %d places, %+v", r.Candidates, r.Positions, r.Places, r.Figures)
	}
}

// processorTime gives the seconds that processors have worked for this process, the
// system's share left out: on a machine that others use too it tells more than the
// clock.
func processorTime() float64 {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano()).Seconds()
}
