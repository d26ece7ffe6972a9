package forecast

import "math"

// Croston is Croston's (1972) method for demand with many zeros: the size of a
// demand and the time between two are smoothed apart, both by 0.1.
func Croston() Model { return crostonModel{"croston", 1} }

// SBA is Croston's method with the correction of Syntetos & Boylan (2005) for its
// bias.
func SBA() Model { return crostonModel{"sba", 0.95} }

type crostonModel struct {
	name   string
	factor float64
}

func (c crostonModel) Name() string { return c.name }

func (c crostonModel) Fit(y []float64, _ int, _ *Workspace) (Fitted, error) {
	if len(y) < 1 {
		return nil, ErrTooShort
	}
	return &croston{factor: c.factor, info: steadyInfo(y)}, nil
}

type croston struct {
	factor float64
	info   Info
}

func (c *croston) Info() Info { return c.info }

func (c *croston) Forecast(y, out []float64) {
	size, gap, since, seen := 0.0, 1.0, 1.0, false
	for _, v := range y {
		if v == 0 {
			since++
			continue
		}
		if !seen {
			size, gap, seen = v, since, true
		} else {
			size += 0.1 * (v - size)
			gap += 0.1 * (since - gap)
		}
		since = 1
	}
	for i := range out {
		out[i] = c.factor * size / gap
	}
}

// TSB is the method of Teunter, Syntetos & Babai (2011): the probability of a
// demand is smoothed in every period and so falls when demand ends.
func TSB() Model { return tsb{0.1, 0.1} }

type tsb struct{ size, prob float64 }

func (tsb) Name() string { return "tsb" }

func (t tsb) Fit(y []float64, _ int, _ *Workspace) (Fitted, error) {
	if len(y) < 1 {
		return nil, ErrTooShort
	}
	return &tsbFitted{t, steadyInfo(y)}, nil
}

type tsbFitted struct {
	t    tsb
	info Info
}

func (f *tsbFitted) Info() Info { return f.info }

func (f *tsbFitted) Forecast(y, out []float64) { f.t.forecast(y, out) }

// forecast starts from the share and mean size of the demands in the first half.
func (t tsb) forecast(y, out []float64) {
	var n, sum float64
	half := y[:(len(y)+1)/2]
	for _, v := range half {
		if v != 0 {
			n++
			sum += v
		}
	}
	prob, size := (n+0.5)/float64(len(half)+1), 0.0
	if n > 0 {
		size = sum / n
	}
	for _, v := range y {
		if v == 0 {
			prob -= t.prob * prob
			continue
		}
		if size == 0 {
			size = v
		}
		prob += t.prob * (1 - prob)
		size += t.size * (v - size)
	}
	for i := range out {
		out[i] = prob * size
	}
}

// steadyInfo describes the errors around the mean.
func steadyInfo(y []float64) Info {
	mu, sse := mean(y), 0.0
	for _, v := range y {
		sse += (v - mu) * (v - mu)
	}
	return Info{Sigma: math.Sqrt(sse / float64(max(1, len(y)-1))), N: len(y), K: 3, LogLik: gaussian(sse, len(y))}
}
