package forecast

import (
	"context"
	"math"
)

// Scale (尺度) is what errors on a history are divided by.
type Scale struct {
	MAE float64 // mean absolute difference over a season: the denominator of MASE
	MSE float64 // mean squared difference over one period: the denominator of RMSSE squared
}

// ScaleOf gives the scales of a history whose season has m periods. Where the
// history is not longer than m the lag is one.
func ScaleOf(y []float64, m int) Scale {
	s := Scale{MAE: lagMAE(y, m)}
	for t := 1; t < len(y); t++ {
		s.MSE += (y[t] - y[t-1]) * (y[t] - y[t-1]) / float64(len(y)-1)
	}
	return s
}

// Tally (计分) adds up errors of any number of forecasts and gives their Score.
type Tally struct {
	origins, n                     int
	abs, actual, smape, mase, bias float64
	mse                            float64
	nMASE, nSMAPE, nMSE            float64
	scaled, squared                int
	cover, width, msis             []float64
}

// SMAPE is the symmetric absolute percentage error of one forecast, 0 where both
// are zero.
func SMAPE(actual, forecast float64) float64 {
	d := math.Abs(actual) + math.Abs(forecast)
	if d == 0 {
		return 0
	}
	return 200 * math.Abs(actual-forecast) / d
}

// Add scores one forecast from one origin. naive is what the seasonal naive says;
// actual may be shorter than the horizon. NaN in actual is skipped.
func (t *Tally) Add(f *Forecast, actual, naive []float64, s Scale) {
	t.origins++
	for len(t.cover) < len(f.Levels) {
		t.cover, t.width, t.msis = append(t.cover, 0), append(t.width, 0), append(t.msis, 0)
	}
	for h := range min(len(actual), len(f.Mean)) {
		if y := actual[h]; !math.IsNaN(y) {
			t.one(f, h, y, naive[h], s)
		}
	}
}

func (t *Tally) one(f *Forecast, h int, y, naive float64, s Scale) {
	e, en := f.Mean[h]-y, naive-y
	t.n++
	t.abs += math.Abs(e)
	t.actual += math.Abs(y)
	t.smape += SMAPE(y, f.Mean[h])
	t.nSMAPE += SMAPE(y, naive)
	if s.MAE > 0 {
		t.scaled++
		t.mase += math.Abs(e) / s.MAE
		t.nMASE += math.Abs(en) / s.MAE
		t.bias += e / s.MAE
	}
	if s.MSE > 0 {
		t.squared++
		t.mse += e * e / s.MSE
		t.nMSE += en * en / s.MSE
	}
	for l, level := range f.Levels {
		lo, hi := f.Lo[l][h], f.Hi[l][h]
		if lo <= y && y <= hi {
			t.cover[l]++
		}
		if s.MAE > 0 {
			t.width[l] += (hi - lo) / s.MAE
			t.msis[l] += (hi - lo + 2/(1-level)*(math.Max(0, lo-y)+math.Max(0, y-hi))) / s.MAE
		}
	}
}

// Score gives the means of what was added.
func (t *Tally) Score() Score {
	s := Score{Origins: t.origins, N: t.n}
	s.WAPE = over(t.abs, t.actual)
	s.SMAPE, s.NaiveSMAPE = over(t.smape, float64(t.n)), over(t.nSMAPE, float64(t.n))
	k := float64(t.scaled)
	s.MASE, s.NaiveMASE, s.Bias = over(t.mase, k), over(t.nMASE, k), over(t.bias, k)
	q := float64(t.squared)
	s.RMSSE = Figure(math.Sqrt(float64(over(t.mse, q))))
	s.NaiveRMSSE = Figure(math.Sqrt(float64(over(t.nMSE, q))))
	for l := range t.cover {
		s.Coverage = append(s.Coverage, over(t.cover[l], float64(t.n)))
		s.Width = append(s.Width, over(t.width[l], k))
		s.MSIS = append(s.MSIS, over(t.msis[l], k))
	}
	return s
}

// over is a / b, or nothing where b is zero.
func over(a, b float64) Figure {
	if b == 0 {
		return None()
	}
	return Figure(a / b)
}

// usualOrigins is how many origins the score beside a forecast is made of where
// nobody asks for another number.
const usualOrigins = 3

// rollScores sets Forecast.Score by forecasting the whole panel again from
// earlier origins, everything learnt anew from what was known then.
func rollScores(ctx context.Context, s []Series, o Options, out []Forecast) error {
	inner := o
	inner.Backtest, inner.Progress = false, nil
	tallies := make([]Tally, len(s))
	origins := o.Origins
	if origins == 0 {
		origins = usualOrigins
	}
	for k := origins; k >= 1; k-- {
		past, idx := truncated(s, out, k)
		f, err := Panel(ctx, past, inner)
		if err != nil {
			return err
		}
		for j, i := range idx {
			if f[j].Refused() {
				continue
			}
			y := observed(past[j].Y)
			m := s[i].season()
			naive := make([]float64, o.Horizon)
			lag := m
			if lag > len(y) {
				lag = 1
			}
			lagged{m: lag}.Forecast(y, naive)
			tallies[i].Add(&f[j], s[i].Y[len(past[j].Y):], naive, ScaleOf(y, m))
		}
	}
	for i := range out {
		if tallies[i].n > 0 && !out[i].Refused() {
			sc := tallies[i].Score()
			out[i].Score = &sc
		}
	}
	return nil
}

// truncated gives the series without their last k periods, as far as three
// observations are left, and where they stand in s.
func truncated(s []Series, f []Forecast, k int) (past []Series, idx []int) {
	for i := range s {
		n := len(s[i].Y) - k
		if f[i].Refused() || n < 3 || len(observed(s[i].Y[:n])) < 3 {
			continue
		}
		for math.IsNaN(s[i].Y[n-1]) {
			n--
		}
		c := s[i]
		c.Y = c.Y[:n]
		past, idx = append(past, c), append(idx, i)
	}
	return past, idx
}

// observed gives the values that are not missing.
func observed(y []float64) []float64 {
	out := make([]float64, 0, len(y))
	for _, v := range y {
		if !math.IsNaN(v) {
			out = append(out, v)
		}
	}
	return out
}
