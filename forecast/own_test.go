package forecast_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"guildhall/forecast"
)

// The histories that come in belong to the caller, also those that need repair.
func TestHistoriesAreNotChanged(t *testing.T) {
	rng := rand.New(rand.NewPCG(6, 6))
	var s, before []forecast.Series
	for i := range 50 {
		x := odd(rng, string(rune('a'+i)))
		y := x
		y.Y = append([]float64(nil), x.Y...)
		s, before = append(s, x), append(before, y)
	}
	panel(t, s, fourQuarters)
	for i := range s {
		for k, v := range before[i].Y {
			if w := s[i].Y[k]; v != w && !(math.IsNaN(v) && math.IsNaN(w)) {
				t.Fatalf("series %s: value %d was %v and is %v", s[i].Key, k, v, w)
			}
		}
	}
}
