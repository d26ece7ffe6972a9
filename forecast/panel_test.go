package forecast_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"testing"

	"guildhall/forecast"
)

// hiring makes quarterly counts of small enterprises with a common season.
func hiring(n, quarters int, seed uint64) []forecast.Series {
	rng := rand.New(rand.NewPCG(seed, 1))
	season := []float64{1.3, 0.9, 1.1, 0.7}
	var s []forecast.Series
	for i := range n {
		mu := math.Exp(1.2 + rng.NormFloat64())
		y := make([]float64, quarters)
		for t := range y {
			y[t] = poisson(rng, mu*season[t%4])
		}
		s = append(s, forecast.Series{Key: fmt.Sprintf("e%03d", i), Group: []string{fmt.Sprintf("g%d", i%5)}, Freq: forecast.Quarterly,
			Kind: forecast.Count, Start: forecast.Period{Year: 2023, Sub: 1}, Y: y})
	}
	return s
}

func poisson(rng *rand.Rand, mu float64) float64 {
	limit, k, p := math.Exp(-mu), -1.0, 1.0
	for p > 0 {
		k++
		if p *= rng.Float64(); p < limit {
			break
		}
	}
	return k
}

func panel(t *testing.T, s []forecast.Series, o forecast.Options) []forecast.Forecast {
	t.Helper()
	f, err := forecast.Panel(context.Background(), s, o)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

var fourQuarters = forecast.Options{Horizon: 4, Levels: []float64{0.8, 0.95}}

func TestWorkersAndOrderChangeNothing(t *testing.T) {
	s := hiring(60, 14, 1)
	for i := range s {
		if i%3 == 0 {
			s[i].Kind = forecast.Amount
		}
	}
	one := fourQuarters
	one.Workers = 1
	many := fourQuarters
	many.Workers = 8
	a := panel(t, s, one)
	back := make([]forecast.Series, len(s))
	for i := range s {
		back[len(s)-1-i] = s[i]
	}
	b := panel(t, back, many)
	for i := range a {
		if x, y := a[i], b[len(s)-1-i]; !reflect.DeepEqual(asJSON(t, x), asJSON(t, y)) {
			t.Fatalf("series %s:\n%s\nin another order with 8 workers:\n%s", x.Key, asJSON(t, x), asJSON(t, y))
		}
	}
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestBacktestFromAsManyOriginsAsAskedFor(t *testing.T) {
	s := hiring(20, 20, 3)
	for _, c := range []struct{ ask, want int }{{0, 3}, {1, 1}, {8, 8}, {100, 17}} {
		f := panel(t, s, forecast.Options{Horizon: 1, Backtest: true, Origins: c.ask})
		if f[0].Score == nil || f[0].Score.Origins != c.want {
			t.Errorf("asked for %d origins, %d possible: %+v", c.ask, c.want, f[0].Score)
		}
	}
	if _, err := forecast.Panel(t.Context(), s, forecast.Options{Horizon: 1, Backtest: true, Origins: -1}); err == nil {
		t.Error("-1 origins are taken")
	}
}
