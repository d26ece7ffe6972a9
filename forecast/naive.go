package forecast

import "math"

// Naive is the last value, carried on: the random walk.
func Naive() Model { return naive{} }

type naive struct{}

func (naive) Name() string { return "naive" }

func (naive) Fit(y []float64, m int, _ *Workspace) (Fitted, error) {
	if len(y) < 1 {
		return nil, ErrTooShort
	}
	return lagged{1, laggedInfo(y, 1)}, nil
}

// SeasonalNaive is the value of the same period a season ago. With less than a
// season of history it is Naive.
func SeasonalNaive() Model { return seasonalNaive{} }

type seasonalNaive struct{}

func (seasonalNaive) Name() string { return "seasonal-naive" }

func (seasonalNaive) Fit(y []float64, m int, ws *Workspace) (Fitted, error) {
	if m < 1 || len(y) < m {
		return naive{}.Fit(y, 1, ws)
	}
	return lagged{m, laggedInfo(y, m)}, nil
}

type lagged struct {
	m    int
	info Info
}

func (l lagged) Info() Info { return l.info }

func (l lagged) Forecast(y, out []float64) {
	for i := range out {
		out[i] = y[len(y)-l.m+i%l.m]
	}
}

func laggedInfo(y []float64, m int) Info {
	sse, n := 0.0, 0
	for t := m; t < len(y); t++ {
		d := y[t] - y[t-m]
		sse += d * d
		n++
	}
	i := Info{N: n, K: 1, LogLik: gaussian(sse, n)}
	if n > 0 {
		i.Sigma = math.Sqrt(sse / float64(n))
	}
	return i
}

// Naive2 is the last seasonally adjusted value with the season put back: classical
// multiplicative decomposition, used only where a test finds a season. It is the
// yardstick of the M competitions.
func Naive2() Model { return naive2{} }

type naive2 struct{}

func (naive2) Name() string { return "naive2" }

func (naive2) Fit(y []float64, m int, ws *Workspace) (Fitted, error) {
	if len(y) < 1 {
		return nil, ErrTooShort
	}
	s := classic(y, m, ws)
	return fitAdjusted(naive{}, y, s, ws)
}

// HistoricMean is the mean of the whole history.
func HistoricMean() Model { return historic{} }

type historic struct{}

func (historic) Name() string { return "mean" }

func (historic) Fit(y []float64, m int, _ *Workspace) (Fitted, error) {
	if len(y) < 1 {
		return nil, ErrTooShort
	}
	mu, sse := mean(y), 0.0
	for _, v := range y {
		sse += (v - mu) * (v - mu)
	}
	n := len(y)
	return average{Info{Sigma: math.Sqrt(sse / math.Max(1, float64(n-1))), N: n, K: 2, LogLik: gaussian(sse, n)}}, nil
}

type average struct{ info Info }

func (a average) Info() Info { return a.info }

func (a average) Forecast(y, out []float64) {
	mu := mean(y)
	for i := range out {
		out[i] = mu
	}
}
