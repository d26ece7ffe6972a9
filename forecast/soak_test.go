package forecast_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"

	"guildhall/forecast"
)

// TestSoak forecasts as many difficult series as GUILDHALL_SOAK_SERIES says, in panels
// of a thousand: nothing may panic, no number may be missing, intervals hold each
// other, and one worker or eight give the same.
func TestSoak(t *testing.T) {
	n, _ := strconv.Atoi(os.Getenv("GUILDHALL_SOAK_SERIES"))
	if n <= 0 {
		t.Skip("left out: GUILDHALL_SOAK_SERIES says how many series")
	}
	for p := 0; p*1000 < n; p++ {
		rng := rand.New(rand.NewPCG(uint64(p), 77))
		s := make([]forecast.Series, 1000)
		for i := range s {
			s[i] = odd(rng, fmt.Sprint("s", i))
			if p%10 != 0 { // short histories, as most enterprises have them, take less time
				s[i].Y = s[i].Y[:min(len(s[i].Y), 1+rng.IntN(12))]
			}
		}
		o := forecast.Options{Horizon: 1 + rng.IntN(6), Levels: []float64{0.5, 0.8, 0.95}}
		f := panel(t, s, o)
		for i := range f {
			if err := sound(&f[i], &s[i], o); err != nil {
				t.Fatalf("panel %d: %v\n%+v", p, err, s[i])
			}
		}
		if p%100 != 0 {
			continue
		}
		o.Workers = 8
		many := panel(t, s, o)
		o.Workers = 1
		for i, one := range panel(t, s, o) {
			if a, b := fmt.Sprintf("%+v", one), fmt.Sprintf("%+v", many[i]); a != b {
				t.Fatalf("panel %d: one worker says %s, eight %s", p, a, b)
			}
		}
	}
}
