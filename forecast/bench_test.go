package forecast_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"runtime"
	"strconv"
	"testing"

	"guildhall/forecast"
	"guildhall/forecast/hier"
)

// m4 is the shape of the M4 competition's data: so many series of a season and
// horizon, with so many observations at least, at most and on average.
var m4 = []struct{ season, horizon, count, least, most, mean int }{
	{1, 6, 4556, 13, 18, 15}, {1, 6, 4997, 19, 25, 21}, {1, 6, 4387, 26, 30, 29}, {1, 6, 5084, 31, 40, 38},
	{1, 6, 3621, 41, 60, 50}, {1, 6, 355, 61, 300, 90},
	{4, 8, 5710, 16, 60, 40}, {4, 8, 5240, 61, 80, 70}, {4, 8, 3941, 81, 100, 95}, {4, 8, 6513, 101, 130, 118}, {4, 8, 2596, 131, 400, 180},
	{12, 18, 2504, 42, 68, 60}, {12, 18, 6703, 69, 69, 69}, {12, 18, 2297, 70, 80, 75}, {12, 18, 5681, 81, 150, 115},
	{12, 18, 6268, 151, 200, 180}, {12, 18, 6671, 201, 260, 230}, {12, 18, 3465, 261, 305, 290}, {12, 18, 7792, 306, 320, 310},
	{12, 18, 4739, 321, 450, 380}, {12, 18, 1387, 451, 646, 540}, {12, 18, 493, 647, 2794, 800},
	{1, 13, 359, 80, 2597, 1022}, {1, 14, 4227, 93, 6000, 2357}, {24, 48, 414, 700, 960, 854},
}

// simulated makes one series with level, trend, season and noise of random size.
func simulated(rng *rand.Rand, key string, m, n int) forecast.Series {
	y := make([]float64, n)
	level, slope := math.Exp(5+2*rng.NormFloat64()), 0.02*rng.NormFloat64()
	noise, wander, swing := 0.02+0.08*rng.Float64(), 0.05*rng.Float64(), 0.3*rng.Float64()
	shift, drift := rng.Float64()*2*math.Pi, 0.0
	for t := range y {
		drift += slope + wander*rng.NormFloat64()
		slope *= 0.99
		s := 0.0
		if m > 1 {
			s = swing * math.Sin(2*math.Pi*float64(t%m)/float64(m)+shift)
		}
		y[t] = level * math.Exp(math.Max(-6, math.Min(6, drift))+s+noise*rng.NormFloat64())
	}
	return forecast.Series{Key: key, Freq: forecast.Freq(m), Y: y}
}

// m4Panels makes a panel for each season and horizon, with share of all series.
func m4Panels(share float64) map[[2]int][]forecast.Series {
	rng := rand.New(rand.NewPCG(4, 4))
	out := map[[2]int][]forecast.Series{}
	for _, c := range m4 {
		k := [2]int{c.season, c.horizon}
		for range int(math.Ceil(float64(c.count) * share)) {
			n := c.least + int(math.Pow(rng.Float64(), float64(c.most-c.least)/math.Max(1, float64(c.mean-c.least))-1)*float64(c.most-c.least)+0.5)
			out[k] = append(out[k], simulated(rng, fmt.Sprint(len(out[k])), c.season, n))
		}
	}
	return out
}

// BenchmarkM4 forecasts 100,000 series of M4's shape; GUILDHALL_BENCH_SHARE makes it
// a share of them. Run it with -benchtime 1x.
func BenchmarkM4(b *testing.B) {
	share := 1.0
	if v, err := strconv.ParseFloat(os.Getenv("GUILDHALL_BENCH_SHARE"), 64); err == nil {
		share = v
	}
	panels := m4Panels(share)
	var four []forecast.Model
	for _, n := range []string{"damped", "ces", "dynamic-theta", "box-cox-theta"} {
		m, _ := forecast.ModelNamed(n)
		four = append(four, m)
	}
	for _, c := range []struct {
		name string
		o    forecast.Options
	}{
		{"four models", forecast.Options{Models: four}},
		{"default", forecast.Options{}},
		{"default with intervals", forecast.Options{Levels: []float64{0.8, 0.95}}},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				n := 0
				for k, s := range panels {
					c.o.Horizon = k[1]
					if _, err := forecast.Panel(context.Background(), s, c.o); err != nil {
						b.Fatal(err)
					}
					n += len(s)
				}
				b.ReportMetric(float64(n), "series")
			}
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			b.ReportMetric(float64(m.Sys-m.HeapReleased)/1e6, "MB")
		})
	}
}

// BenchmarkEnterprise is one enterprise's portal: 500 series of 20 quarters and the
// sums of their groups, pooled, with intervals, a backtest from eight origins, and all
// brought together by MinT, on one core.
func BenchmarkEnterprise(b *testing.B) {
	leaves := hiring(500, 20, 9)
	keys, groups := make([]string, len(leaves)), make([][]string, len(leaves))
	for i, s := range leaves {
		keys[i], groups[i] = s.Key, s.Group
	}
	tree, err := hier.New(hier.Cross(keys, []string{"group"}, groups, nil))
	if err != nil {
		b.Fatal(err)
	}
	o := forecast.Options{Horizon: 4, Levels: []float64{0.8, 0.95}, Workers: 1, Backtest: true, Origins: 8}
	for b.Loop() {
		all := together(tree, leaves)
		f, err := forecast.Panel(context.Background(), all, o)
		if err != nil {
			b.Fatal(err)
		}
		base, past := make([][]float64, len(all)), make([][]float64, len(all))
		for i := range all {
			base[i], past[i] = f[i].Mean, forecast.RecentErrors(all[i].Y, 4, 8)
		}
		if _, _, err := tree.Reconcile(base, hier.Weights{Method: hier.MinT, Errors: past, NonNegative: true}); err != nil {
			b.Fatal(err)
		}
	}
}

// together gives a series for every node of a tree: the leaves and their sums.
func together(tree *hier.Hierarchy, leaves []forecast.Series) []forecast.Series {
	at := map[string]forecast.Series{}
	for _, s := range leaves {
		at[s.Key] = s
	}
	bottom := [][]float64{}
	for _, key := range tree.Leaves() {
		bottom = append(bottom, at[key].Y)
	}
	all := make([]forecast.Series, len(tree.Nodes()))
	for i, y := range tree.Sum(bottom) {
		s, leaf := at[tree.Nodes()[i].Key]
		if !leaf {
			s = leaves[0]
			s.Key, s.Group, s.Y = tree.Nodes()[i].Key, nil, y
		}
		all[i] = s
	}
	return all
}

func BenchmarkModels(b *testing.B) {
	rng := rand.New(rand.NewPCG(5, 5))
	for _, c := range []struct{ m, n int }{{1, 30}, {4, 60}, {12, 115}} {
		s := simulated(rng, "s", c.m, c.n)
		for _, name := range forecast.ModelNames() {
			m, _ := forecast.ModelNamed(name)
			b.Run(fmt.Sprintf("%s/season %d", name, c.m), func(b *testing.B) {
				var ws forecast.Workspace
				out := make([]float64, 8)
				for b.Loop() {
					fit, err := m.Fit(s.Y, c.m, &ws)
					if err != nil {
						b.Fatal(err)
					}
					fit.Forecast(s.Y, out)
				}
			})
		}
	}
}
