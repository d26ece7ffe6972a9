package forecast_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"guildhall/forecast"
)

// odd makes a series of any kind of difficult shape.
func odd(rng *rand.Rand, key string) forecast.Series {
	n := 1 + rng.IntN(40)
	s := forecast.Series{Key: key, Freq: forecast.Freq([]int{0, 1, 4, 12, 7}[rng.IntN(5)]), Kind: forecast.Kind(rng.IntN(3)), Y: make([]float64, n)}
	if rng.IntN(2) == 0 {
		s.Start = forecast.Period{Year: 2000 + rng.IntN(3), Sub: 1}
	}
	for range rng.IntN(3) {
		s.Group = append(s.Group, fmt.Sprint(rng.IntN(2)))
	}
	shape, size := rng.IntN(9), math.Pow(10, float64(rng.IntN(13)-6))
	for t := range s.Y {
		v := 0.0
		switch shape {
		case 0:
			v = rng.NormFloat64()
		case 1:
			v = 1
		case 2:
			v = float64(rng.IntN(2) * rng.IntN(3))
		case 3:
			v = math.Exp(0.3 * float64(t))
		case 4:
			v = float64(t)
		case 5:
			v = 100 + math.Sin(float64(t)) + 50*float64(rng.IntN(20)/19)
		case 6:
			v = math.Exp(5 * rng.NormFloat64())
		case 7:
			v = math.Max(0, float64(n/2-t))
		case 8:
			v = 1000 - 1e-9*rng.Float64()
		}
		v *= size
		if s.Kind != forecast.Amount {
			v = math.Abs(v)
		}
		if s.Kind == forecast.Count {
			v = math.Round(math.Min(v, 1e9))
		}
		if rng.IntN(12) == 0 {
			v = math.NaN()
		}
		s.Y[t] = v
	}
	return s
}

// sound says what is wrong with a forecast, or nothing.
func sound(f *forecast.Forecast, s *forecast.Series, o forecast.Options) error {
	if f.Refused() {
		if f.Mean != nil {
			return errors.New("refused, and yet there is a forecast")
		}
		return nil
	}
	if len(f.Mean) != o.Horizon || len(f.Median) != o.Horizon || len(f.Lo) != len(o.Levels) {
		return fmt.Errorf("wrong shape: %d means, %d medians, %d levels", len(f.Mean), len(f.Median), len(f.Lo))
	}
	for h, v := range f.Mean {
		all := []float64{v, f.Median[h], f.Sigma[h]}
		for l := range o.Levels {
			lo, hi := f.Lo[l][h], f.Hi[l][h]
			all = append(all, lo, hi)
			if lo > f.Median[h] || hi < f.Median[h] {
				return fmt.Errorf("%d ahead: the interval %v..%v does not hold the median %v", h+1, lo, hi, f.Median[h])
			}
			if l > 0 && (lo > f.Lo[l-1][h] || hi < f.Hi[l-1][h]) {
				return fmt.Errorf("%d ahead: %v..%v does not hold %v..%v of the lower level", h+1, lo, hi, f.Lo[l-1][h], f.Hi[l-1][h])
			}
			if s.Kind != forecast.Amount && lo < 0 {
				return fmt.Errorf("%d ahead: %v is below zero", h+1, lo)
			}
		}
		for _, x := range all {
			if math.IsNaN(x) || math.IsInf(x, 0) {
				return fmt.Errorf("%d ahead: %v is not a number", h+1, all)
			}
		}
		if s.Kind != forecast.Amount && v < 0 {
			return fmt.Errorf("%d ahead: %v is below zero", h+1, v)
		}
	}
	sum := 0.0
	for _, w := range f.Route.Weights {
		sum += w.Share
	}
	if math.Abs(sum-1) > 0.02 {
		return fmt.Errorf("the weights add up to %v", sum)
	}
	return nil
}

func TestWhateverComesInNumbersComeOut(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 12))
	o := forecast.Options{Horizon: 5, Levels: []float64{0.5, 0.8, 0.95}, Workers: 2}
	for range rounds(60) {
		var s []forecast.Series
		for i := range 1 + rng.IntN(30) {
			s = append(s, odd(rng, fmt.Sprint(i)))
		}
		for i, f := range panel(t, s, o) {
			if err := sound(&f, &s[i], o); err != nil {
				t.Fatalf("%v\n%+v\n%s", err, s[i], asJSON(t, f))
			}
		}
	}
}

func TestEverySingleModelGivesNumbers(t *testing.T) {
	rng := rand.New(rand.NewPCG(21, 22))
	for _, name := range forecast.ModelNames() {
		m, _ := forecast.ModelNamed(name)
		o := forecast.Options{Horizon: 3, Levels: []float64{0.8, 0.95}, Models: []forecast.Model{m}}
		var s []forecast.Series
		for i := range 60 {
			s = append(s, odd(rng, fmt.Sprint(i)))
		}
		for i, f := range panel(t, s, o) {
			if err := sound(&f, &s[i], o); err != nil {
				t.Fatalf("%s: %v\n%+v", name, err, s[i])
			}
		}
	}
}

// Twice the history gives twice the forecast, and a shifted one a shifted forecast,
// for models without a transformation.
func TestScaleAndShift(t *testing.T) {
	rng := rand.New(rand.NewPCG(31, 32))
	for _, c := range []struct {
		name  string
		shift bool
	}{{"naive", true}, {"seasonal-naive", true}, {"mean", true}, {"ses", true}, {"holt", true}, {"damped", true}, {"theta", true},
		{"dynamic-theta", true}, {"ces", false}, {"ets", false}, {"arima-average", true}, {"croston", false}, {"tsb", false}} {
		m, _ := forecast.ModelNamed(c.name)
		var ws forecast.Workspace
		for range 20 {
			y := simulated(rng, "s", 1, 30).Y
			for i := range y {
				y[i] = 100 + math.Mod(y[i], 37)
			}
			one := fitted(t, m, y, 1, &ws)
			close(t, c.name+" scaled", fitted(t, m, changed(y, 1000, 0), 1, &ws), changed(one, 1000, 0))
			if c.shift {
				close(t, c.name+" shifted", fitted(t, m, changed(y, 1, 500), 1, &ws), changed(one, 1, 500))
			}
		}
	}
}

func changed(y []float64, by, plus float64) []float64 {
	out := make([]float64, len(y))
	for i, v := range y {
		out[i] = v*by + plus
	}
	return out
}

func fitted(t *testing.T, m forecast.Model, y []float64, season int, ws *forecast.Workspace) []float64 {
	t.Helper()
	f, err := m.Fit(y, season, ws)
	if err != nil {
		t.Fatalf("%s: %v", m.Name(), err)
	}
	out := make([]float64, 6)
	f.Forecast(y, out)
	return out
}

func close(t *testing.T, what string, got, want []float64) {
	t.Helper()
	for i := range want {
		if math.Abs(got[i]-want[i]) > 2e-3*(1+math.Abs(want[i])) {
			t.Fatalf("%s: %v, should be %v", what, got, want)
		}
	}
}

// A season that repeats exactly is carried on exactly.
func TestPerfectSeasonGoesOn(t *testing.T) {
	y := make([]float64, 48)
	for i := range y {
		y[i] = []float64{120, 80, 100, 60}[i%4] + float64(i)/1e6
	}
	f, err := forecast.One(forecast.Series{Key: "s", Freq: 4, Y: y}, forecast.Options{Horizon: 4})
	if err != nil {
		t.Fatal(err)
	}
	close(t, "season", f.Mean, []float64{120, 80, 100, 60})
}

func TestFaultsAreAllTold(t *testing.T) {
	s := []forecast.Series{
		{Key: "twice", Y: []float64{1}}, {Key: "twice", Y: []float64{1}}, {Key: "", Y: []float64{1}},
		{Key: "bad", Kind: forecast.Count, Freq: 4, Start: forecast.Period{Year: 2026, Sub: 1}, Y: []float64{1, -2, math.Inf(1), 0.5}},
		{Key: "none", Y: []float64{math.NaN()}}, {Key: "freq", Freq: -1, Y: []float64{1}}, {Key: "start", Freq: 4, Start: forecast.Period{Year: 2026, Sub: 9}, Y: []float64{1}},
		{Key: "good", Y: []float64{1, 2, 3, 4, 5, 6, 7, 8}},
	}
	f := panel(t, s, forecast.Options{Horizon: 1})
	want := []string{
		`forecast: series "twice": key occurs twice`, `forecast: series "twice": key occurs twice`, `forecast: key is empty`,
		`forecast: series "bad": 2026Q2: negative count`, `forecast: series "none": no observation`,
		`forecast: series "freq": season is negative or above 10,000`, `forecast: series "start": start is not a period of this frequency`,
	}
	for i, w := range want {
		if len(f[i].Faults) == 0 || f[i].Faults[0].Error() != w {
			t.Errorf("series %d: %v, should be %q", i, f[i].Faults, w)
		}
	}
	if n := len(f[3].Faults); n != 3 {
		t.Errorf("three faults in one series: %d were told", n)
	}
	if f[7].Refused() {
		t.Errorf("the good series was refused: %v", f[7].Faults)
	}
	_, err := forecast.Panel(t.Context(), s, forecast.Options{Horizon: 0, Levels: []float64{0.8, 1}})
	var in *forecast.InputError
	if !errors.As(err, &in) || len(err.(interface{ Unwrap() []error }).Unwrap()) != 2 {
		t.Errorf("horizon 0 and level 1 give %v", err)
	}
}

func TestPeculiaritiesAreTold(t *testing.T) {
	nan := math.NaN()
	long := func(f func(i int) float64) (y []float64) {
		rng := rand.New(rand.NewPCG(1, 2))
		for i := range 40 {
			y = append(y, f(i)+rng.Float64())
		}
		return y
	}
	for _, c := range []struct {
		code forecast.NoteCode
		kind forecast.Kind
		y    []float64
	}{
		{forecast.LeadingGap, 0, append([]float64{nan}, long(func(int) float64 { return 5 })...)},
		{forecast.Stale, 0, append(long(func(int) float64 { return 5 }), nan)},
		{forecast.Filled, 0, append(append(long(func(int) float64 { return 5 }), nan), 5)},
		{forecast.CutGap, 0, append(append([]float64{1, nan, nan, nan, nan, nan}, 5), long(func(int) float64 { return 5 })...)},
		{forecast.Outlier, 0, long(func(i int) float64 {
			if i == 20 {
				return 500
			}
			return 5
		})},
		{forecast.Shift, 0, long(func(i int) float64 { return float64(i / 20 * 30) })},
		{forecast.Holiday, 0, long(func(i int) float64 { return 100 - 40*float64(i%4/3) })},
		{forecast.EndedNote, forecast.Count, []float64{5, 6, 4, 5, 7, 5, 6, 5, 6, 0, 0, 0, 0, 0, 0}},
		{forecast.ConstNote, 0, []float64{3, 3, 3, 3, 3, 3}},
		{forecast.ShortNote, 0, []float64{3, 4, 5}},
		{forecast.WideSeason, 0, []float64{3, 4, 5}},
		{forecast.NoSeason, 0, []float64{3, 4, 5, 3, 4}},
	} {
		f, err := forecast.One(forecast.Series{Key: "s", Freq: 4, Kind: c.kind, Y: c.y}, forecast.Options{Horizon: 2})
		if err != nil {
			t.Fatal(err)
		}
		told := false
		for _, n := range f.Notes {
			told = told || n.Code == c.code
		}
		if !told {
			t.Errorf("%s is not told: %s", c.code, asJSON(t, f.Notes))
		}
	}
}

func FuzzOne(f *testing.F) {
	f.Add([]byte{1, 2, 3, 4}, uint8(4), uint8(1), 1.0)
	f.Add([]byte{0, 0, 0, 9, 0, 0}, uint8(12), uint8(1), 1e6)
	f.Fuzz(func(t *testing.T, raw []byte, season, kind uint8, size float64) {
		if len(raw) == 0 || len(raw) > 200 || math.IsNaN(size) {
			return
		}
		s := forecast.Series{Key: "s", Freq: forecast.Freq(season % 13), Kind: forecast.Kind(kind % 3)}
		for _, b := range raw {
			s.Y = append(s.Y, float64(int8(b))*size)
		}
		o := forecast.Options{Horizon: 3, Levels: []float64{0.8, 0.95}, Workers: 1}
		got, err := forecast.Panel(t.Context(), []forecast.Series{s}, o)
		if err != nil {
			t.Fatal(err)
		}
		if err := sound(&got[0], &s, o); err != nil {
			t.Fatalf("%v\n%+v", err, s)
		}
	})
}
