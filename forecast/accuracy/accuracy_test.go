// Package accuracy holds the checks of the forecasting packages on public data that
// is not part of this project. They run where GUILDHALL_SHARED names the folder that
// has it, and say so where it does not. With the race detector they are left out,
// because they would take minutes.
package accuracy

import (
	"bufio"
	"compress/gzip"
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"guildhall/forecast"
)

// shared gives the path of a file of the shared data, or leaves the test out.
func shared(t *testing.T, name string) string {
	t.Helper()
	dir := os.Getenv("GUILDHALL_SHARED")
	if dir == "" {
		t.Skip("left out: GUILDHALL_SHARED does not name the folder with the development data")
	}
	if race {
		t.Skip("left out with the race detector: run it without")
	}
	path := filepath.Join(dir, "data", name)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("left out: %v", err)
	}
	return path
}

// held is a series of which the end is held out.
type held struct {
	forecast.Series
	period string
	test   []float64
}

func lines(t *testing.T, path string) [][]string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	sc := bufio.NewScanner(f)
	if strings.HasSuffix(path, ".gz") {
		z, err := gzip.NewReader(f)
		if err != nil {
			t.Fatal(err)
		}
		sc = bufio.NewScanner(z)
	}
	sc.Buffer(nil, 1<<24)
	var out [][]string
	for sc.Scan() {
		out = append(out, strings.Split(strings.TrimSpace(sc.Text()), ","))
	}
	if err := sc.Err(); err != nil {
		t.Fatal(err)
	}
	return out[1:]
}

func number(t *testing.T, s string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func numbers(t *testing.T, s string) (v []float64) {
	for _, x := range strings.Split(s, ";") {
		v = append(v, number(t, x))
	}
	return v
}

// standard reads a file in the shared data's standard format.
func standard(t *testing.T, name string) (h []held) {
	for _, c := range lines(t, shared(t, "forecast/"+name)) {
		h = append(h, held{Series: forecast.Series{Key: c[0], Freq: forecast.Freq(number(t, c[2])), Y: numbers(t, c[6])}, period: c[1], test: numbers(t, c[7])})
	}
	return h
}

// tourism reads the 304 leaves of the tourism data, by region, state and purpose.
func tourism(t *testing.T) (s []forecast.Series) {
	at := map[string]int{}
	for _, c := range lines(t, shared(t, "forecast/tourism_hier.csv.gz")) {
		key := c[1] + "/" + c[2] + "/" + c[3]
		i, ok := at[key]
		if !ok {
			i = len(s)
			at[key] = i
			s = append(s, forecast.Series{Key: key, Group: []string{c[2], c[3]}, Freq: forecast.Quarterly, Start: forecast.Period{Year: 1998, Sub: 1}})
		}
		s[i].Y = append(s[i].Y, number(t, c[4]))
	}
	return s
}

// measure adds up sMAPE and MASE, also of Naive2, as the M competitions do.
type measure struct{ smape, mase, smape2, mase2, n float64 }

func (m *measure) add(train, test, f []float64, season int) {
	two := say(forecast.Naive2(), train, season, len(test))
	scale := forecast.ScaleOf(train, season).MAE
	var s, e, s2, e2 float64
	for i, y := range test {
		s += forecast.SMAPE(y, f[i])
		e += math.Abs(y - f[i])
		s2 += forecast.SMAPE(y, two[i])
		e2 += math.Abs(y - two[i])
	}
	h := float64(len(test))
	m.smape += s / h
	m.mase += e / h / scale
	m.smape2 += s2 / h
	m.mase2 += e2 / h / scale
	m.n++
}

func (m *measure) owa() float64 { return 0.5 * (m.smape/m.smape2 + m.mase/m.mase2) }

func (m *measure) String() string {
	return fmt.Sprintf("sMAPE %.3f MASE %.3f OWA %.4f (Naive2 %.3f / %.3f)", m.smape/m.n, m.mase/m.n, m.owa(), m.smape2/m.n, m.mase2/m.n)
}

func say(m forecast.Model, y []float64, season, h int) []float64 {
	out := make([]float64, h)
	fit, err := m.Fit(y, season, &forecast.Workspace{})
	if err != nil {
		fit, err = forecast.Naive().Fit(y, season, &forecast.Workspace{})
	}
	if err == nil {
		fit.Forecast(y, out)
	}
	return out
}

func panel(t *testing.T, s []forecast.Series, o forecast.Options) []forecast.Forecast {
	t.Helper()
	f, err := forecast.Panel(context.Background(), s, o)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func series(h []held) (s []forecast.Series) {
	for i := range h {
		s = append(s, h[i].Series)
	}
	return s
}

// atMost fails where a figure is above its bound.
func atMost(t *testing.T, what string, got, bound float64) {
	t.Helper()
	if got > bound {
		t.Errorf("%s is %.4f, should be at most %.4f", what, got, bound)
	}
}

func between(t *testing.T, what string, got, lo, hi float64) {
	t.Helper()
	if got < lo || got > hi {
		t.Errorf("%s is %.4f, should be between %.3f and %.3f", what, got, lo, hi)
	}
}

// families are the single models that the combination is held against.
var families = []string{"ses", "holt", "damped", "theta", "dynamic-theta", "box-cox-theta", "ces", "ets", "ets-average", "arima-average"}

// bestFamily finds the single model with the smallest OWA.
func bestFamily(t *testing.T, h []held) (name string, owa float64) {
	owa = math.Inf(1)
	for _, f := range families {
		m, _ := forecast.ModelNamed(f)
		var x measure
		for i := range h {
			x.add(h[i].Y, h[i].test, say(m, h[i].Y, int(h[i].Freq), len(h[i].test)), int(h[i].Freq))
		}
		t.Logf("  %-14s %s", f, &x)
		if x.owa() < owa {
			name, owa = f, x.owa()
		}
	}
	return name, owa
}

func TestM3(t *testing.T) {
	all := standard(t, "m3.csv.gz")
	var total measure
	for _, p := range []struct {
		name        string
		smape, mase float64 // of Naive2, as published
		msis        float64
	}{
		{"YEARLY", 17.880, 3.172, 0.85 * 29.8},
		{"QUARTERLY", 10.029, 1.252, 0.92 * 10.7},
		{"MONTHLY", 16.764, 1.038, 1.05 * 6.29},
		{"OTHER", 6.302, 3.089, 0},
	} {
		var part []held
		for _, h := range all {
			if h.period == p.name {
				part = append(part, h)
			}
		}
		var x measure
		var tally forecast.Tally
		f := panel(t, series(part), forecast.Options{Horizon: len(part[0].test), Levels: []float64{0.8, 0.95}})
		for i := range f {
			h := &part[i]
			x.add(h.Y, h.test, f[i].Mean, int(h.Freq))
			total.add(h.Y, h.test, f[i].Mean, int(h.Freq))
			tally.Add(&f[i], h.test, h.test, forecast.ScaleOf(h.Y, int(h.Freq)))
		}
		sc := tally.Score()
		t.Logf("%s: %s; 80 %%: %.3f, 95 %%: %.3f, MSIS 95 %.2f", p.name, &x, sc.Coverage[0], sc.Coverage[1], sc.MSIS[1])
		between(t, p.name+" Naive2 sMAPE", x.smape2/x.n, p.smape-0.0006, p.smape+0.0006)
		between(t, p.name+" Naive2 MASE", x.mase2/x.n, p.mase-0.0006, p.mase+0.0006)
		between(t, p.name+" coverage of 80 %", float64(sc.Coverage[0]), 0.77, 0.83)
		between(t, p.name+" coverage of 95 %", float64(sc.Coverage[1]), 0.935, 0.965)
		if p.msis > 0 {
			atMost(t, p.name+" MSIS", float64(sc.MSIS[1]), p.msis)
		}
		name, best := bestFamily(t, part)
		atMost(t, p.name+" OWA against "+name, x.owa()/best, 1.03)
	}
	t.Logf("ALL: %s", &total)
	atMost(t, "sMAPE", total.smape/total.n, 12.20)
	atMost(t, "MASE", total.mase/total.n, 1.335)
	atMost(t, "OWA", total.owa(), 0.815)
}

func TestLabourAndTourism(t *testing.T) {
	jolts := standard(t, "labour_jolts_industry_h12.csv.gz")
	var leaves []held
	for _, s := range tourism(t) {
		h := held{Series: s, test: s.Y[len(s.Y)-8:]}
		h.Y = s.Y[:len(s.Y)-8]
		leaves = append(leaves, h)
	}
	for name, part := range map[string][]held{"JOLTS industries": jolts, "tourism leaves": leaves} {
		var x measure
		for i, f := range panel(t, series(part), forecast.Options{Horizon: len(part[0].test)}) {
			x.add(part[i].Y, part[i].test, f.Mean, int(part[i].Freq))
		}
		t.Logf("%s: %s", name, &x)
		family, best := bestFamily(t, part)
		atMost(t, name+" OWA against "+family, x.owa()/best, 1.03)
	}
}

// TestShortHistories cuts the tourism leaves to a few quarters at many origins.
func TestShortHistories(t *testing.T) {
	all := tourism(t)
	for _, c := range []struct {
		k     int
		bound float64
	}{{4, 0}, {6, 0.858}, {8, 0.836}, {12, 0.811}} {
		local := map[string]float64{}
		sum, n := 0.0, 0.0
		for o := 24; o+4 <= len(all[0].Y); o += 2 {
			var cut []forecast.Series
			for _, s := range all {
				x := s
				x.Y, x.Start = s.Y[o-c.k:o], s.Start.Add(o-c.k, 4)
				cut = append(cut, x)
			}
			for i, f := range panel(t, cut, forecast.Options{Horizon: 4}) {
				scale := forecast.ScaleOf(all[i].Y, 4).MAE
				models := map[string][]float64{"*": f.Mean}
				for _, m := range []string{"naive", "seasonal-naive", "mean", "ses", "theta", "dynamic-theta"} {
					model, _ := forecast.ModelNamed(m)
					models[m] = say(model, cut[i].Y, 4, 4)
				}
				for m, v := range models {
					for h := range v {
						local[m] += math.Abs(v[h]-all[i].Y[o+h]) / scale
					}
				}
				n += 4
			}
		}
		sum = local["*"] / n
		t.Logf("%d quarters: %.3f; naive %.3f, seasonal naive %.3f, mean %.3f, ses %.3f, theta %.3f, dynamic theta %.3f", c.k, sum,
			local["naive"]/n, local["seasonal-naive"]/n, local["mean"]/n, local["ses"]/n, local["theta"]/n, local["dynamic-theta"]/n)
		for m, v := range local {
			if m != "*" && v/n < sum {
				t.Errorf("%d quarters: %s is better: %.3f, ours %.3f", c.k, m, v/n, sum)
			}
		}
		if c.bound > 0 {
			atMost(t, fmt.Sprintf("error with %d quarters", c.k), sum, c.bound)
		}
	}
}

func TestIntermittent(t *testing.T) {
	h := standard(t, "carparts.csv.gz")
	for i := range h {
		h[i].Kind, h[i].Start = forecast.Count, forecast.Period{Year: 1998, Sub: 1}
	}
	var levels []float64
	for i := 1; i < 10; i++ {
		levels = append(levels, float64(i)/10)
	}
	rmsse, pin := map[string]float64{}, map[string]float64{}
	n := 0.0
	for i, f := range panel(t, series(h), forecast.Options{Horizon: 12, Levels: levels}) {
		// As in the M5 competition the scale counts from the first sale on.
		sold := slices.IndexFunc(h[i].Y, func(y float64) bool { return y != 0 })
		if sold < 0 || sold > len(h[i].Y)-2 {
			continue
		}
		scale := math.Sqrt(forecast.ScaleOf(h[i].Y[sold:], 1).MSE)
		n++
		models := map[string][]float64{"*": f.Mean, "zero": make([]float64, 12), "ses 0.1": say(forecast.FixedSES(0.1), h[i].Y, 1, 12)}
		for _, m := range []string{"tsb", "sba", "croston", "mean"} {
			model, _ := forecast.ModelNamed(m)
			models[m] = say(model, h[i].Y, 1, 12)
		}
		for m, v := range models {
			s := 0.0
			for k := range v {
				s += (v[k] - h[i].test[k]) * (v[k] - h[i].test[k]) / 12
			}
			rmsse[m] += math.Sqrt(s) / scale
		}
		for l, level := range levels {
			for k, y := range h[i].test {
				pin["*"] += (pinball(y, f.Lo[l][k], (1-level)/2) + pinball(y, f.Hi[l][k], (1+level)/2)) / scale / 216
				p := forecast.Negative{Mean: f.Mean[k]}
				pin["poisson"] += (pinball(y, p.Quantile((1-level)/2), (1-level)/2) + pinball(y, p.Quantile((1+level)/2), (1+level)/2)) / scale / 216
			}
		}
	}
	// Squares reward whoever says that nothing will ever be sold, which helps nobody
	// to order parts: zero is told, but is no rival.
	for m, v := range rmsse {
		t.Logf("%-8s RMSSE %.4f", m, v/n)
		if m != "*" && m != "zero" && v < rmsse["*"] {
			t.Errorf("%s has a smaller RMSSE: %.4f, ours %.4f", m, v/n, rmsse["*"]/n)
		}
	}
	t.Logf("pinball %.4f, Poisson around the same mean %.4f", pin["*"]/n, pin["poisson"]/n)
	atMost(t, "RMSSE", math.Round(1000*rmsse["*"]/n)/1000, 0.600)
	atMost(t, "pinball against Poisson's", pin["*"]/pin["poisson"], 1)
}

func pinball(y, q, p float64) float64 {
	if y >= q {
		return p * (y - q)
	}
	return (1 - p) * (q - y)
}

func shown(v float64) string { return strconv.FormatFloat(v, 'f', 3, 64) }
