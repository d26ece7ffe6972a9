package forecast

import (
	"fmt"
	"math"
)

// ETSSpec (指数平滑模型) names a model of exponential smoothing by its error, trend
// and season, such as "ANN", "MAdM" or "AAA": A additive, M multiplicative, N none,
// Ad damped.
type ETSSpec string

// ETS is exponential smoothing by likelihood (Hyndman, Koehler, Snyder & Grose
// 2002; Hyndman et al. 2008): of the named models, or of all fifteen stable ones,
// the one with the smallest AICc.
func ETS(specs ...ETSSpec) Model { return etsModel{name: "ets", specs: specs} }

// ETSAverage is the mean of all fifteen models, weighted by exp(-AICc/4), half of
// what the criterion's theory says, and with Damped's prior on the slope: close
// models are not told apart by chance.
func ETSAverage() Model { return etsModel{name: "ets-average", average: true, prior: slopePrior} }

// slopePrior is the strength of the prior against fast slopes; see Damped.
const slopePrior = 10

// hopelessMargin is by how much AICc a kind of error and season must be worse without
// a trend for its trends not to be tried.
const hopelessMargin = 20.0

// etsTemperature flattens the AICc weights.
const etsTemperature = 0.25

type etsModel struct {
	name    string
	specs   []ETSSpec
	average bool
	prior   float64
}

func (e etsModel) Name() string { return e.name }

// etsForm is a spec taken apart.
type etsForm struct {
	mul    bool // multiplicative error
	trend  int  // 0 none, 1 additive, 2 damped
	season byte // 'N', 'A', 'M'
}

func (f etsForm) String() string {
	return string("AM"[b2i(f.mul)]) + [...]string{"N", "A", "Ad"}[f.trend] + string(f.season)
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

var etsForms = allForms()

// allForms are the fifteen models; additive errors with a multiplicative season
// are left out because they are unstable.
func allForms() []etsForm {
	var f []etsForm
	for _, trend := range []int{0, 1, 2} {
		for _, season := range []byte{'N', 'A', 'M'} {
			for _, mul := range []bool{false, true} {
				if mul || season != 'M' {
					f = append(f, etsForm{mul, trend, season})
				}
			}
		}
	}
	return f
}

// etsFit is one fitted model.
type etsFit struct {
	form               etsForm
	alpha, beta, gamma float64 // by which level, slope and season follow the error
	phi                float64
	level, slope       float64   // before the first observation
	season             []float64 // of the first m observations
	info               Info
}

// etsMix is the mean of several.
type etsMix struct {
	fits   []*etsFit
	weight []float64
	info   Info
}

func (e etsModel) Fit(y []float64, m int, ws *Workspace) (Fitted, error) {
	n := len(y)
	if n < 4 {
		return nil, ErrTooShort
	}
	mark := ws.mark()
	defer ws.release(mark)
	b := newEtsBasis(y, m, e.prior, ws)
	var fits []*etsFit
	least := math.Inf(1)
	hopeless := map[etsForm]bool{} // by error and season
	for _, f := range etsForms {
		kind := etsForm{mul: f.mul, season: f.season}
		if !e.wants(f) || !b.allows(f, e.specs != nil) || hopeless[kind] {
			continue
		}
		fit := b.fit(f, ws)
		if fit == nil {
			continue
		}
		fits = append(fits, fit)
		a := fit.info.AICc()
		least = math.Min(least, a)
		hopeless[kind] = e.specs == nil && f.season != 'N' && a > least+hopelessMargin
	}
	if len(fits) == 0 {
		return nil, fmt.Errorf("%w: no model of exponential smoothing", ErrUnsuitable)
	}
	return e.choose(fits), nil
}

func (e etsModel) wants(f etsForm) bool {
	if e.specs == nil {
		return true
	}
	for _, s := range e.specs {
		if string(s) == f.String() {
			return true
		}
	}
	return false
}

// choose takes the best by AICc, or weighs all.
func (e etsModel) choose(fits []*etsFit) Fitted {
	best := 0
	for i, f := range fits {
		if f.info.AICc() < fits[best].info.AICc() {
			best = i
		}
	}
	if !e.average {
		return fits[best]
	}
	least := fits[best].info.AICc()
	mix := &etsMix{info: fits[best].info}
	sum := 0.0
	for _, f := range fits {
		w := math.Exp(-etsTemperature * (f.info.AICc() - least))
		if math.IsInf(least, 1) {
			w = 1
		}
		if w > 0.01 {
			mix.fits, mix.weight = append(mix.fits, f), append(mix.weight, w)
			sum += w
		}
	}
	for i := range mix.weight {
		mix.weight[i] /= sum
	}
	return mix
}

func (x *etsMix) Info() Info { return x.info }

func (x *etsMix) Forecast(y, out []float64) {
	one := make([]float64, len(out))
	clear(out)
	for i, f := range x.fits {
		f.Forecast(y, one)
		for h, v := range one {
			out[h] += x.weight[i] * v
		}
	}
}

// etsBasis holds what the models of one history share.
type etsBasis struct {
	y        []float64
	m        int
	prior    float64
	positive bool
	mult     factors
	add      factors
	plain    [2][]float64 // adjusted by add, by mult
	start    [2][3]*smooth
}

func newEtsBasis(y []float64, m int, prior float64, ws *Workspace) *etsBasis {
	b := &etsBasis{y: y, m: m, prior: prior, positive: positive(y)}
	b.add = shrunken(y, m, false, false, ws)
	if b.positive {
		b.mult = shrunken(y, m, true, false, ws)
	}
	for i, s := range []*factors{&b.add, &b.mult} {
		b.plain[i] = ws.take(len(y))
		s.remove(y, b.plain[i])
	}
	return b
}

// allows tells whether a model suits the history. Where there is a season, models
// without one are left out, unless they were asked for.
func (b *etsBasis) allows(f etsForm, asked bool) bool {
	seasonal := !b.add.none() || !b.mult.none()
	switch {
	case f.mul && !b.positive:
		return false
	case f.season == 'A' && b.add.none(), f.season == 'M' && b.mult.none():
		return false
	case f.season == 'N' && seasonal && !asked:
		return false
	case f.trend > 0 && len(b.y) < 5:
		return false
	}
	return true
}

// begin is level and trend fitted to the adjusted history: a start for the search,
// and the first states.
func (b *etsBasis) begin(f etsForm, ws *Workspace) *smooth {
	i := b2i(f.season == 'M')
	if b.start[i][f.trend] != nil {
		return b.start[i][f.trend]
	}
	x := b.plain[i]
	if f.season == 'N' {
		x = b.y
	}
	var s *smooth
	switch f.trend {
	case 0:
		s = fitSES(x)
	case 1:
		s = trendModel{slope: true, prior: b.prior, phiLo: 1, phiHi: 1}.fitTrend(x, ws)
	default:
		s = trendModel{slope: true, prior: b.prior, phiLo: 0.8, phiHi: 0.98}.fitTrend(x, ws)
	}
	b.start[i][f.trend] = s
	return s
}

// fit searches the smoothing parameters of one model.
func (b *etsBasis) fit(f etsForm, ws *Workspace) *etsFit {
	s := b.begin(f, ws)
	e := &etsFit{form: f, alpha: s.alpha, beta: s.beta, phi: s.phi, level: s.level, slope: s.slope}
	x, lo, hi, step := []float64{s.alpha}, []float64{0.001}, []float64{0.999}, []float64{0.1}
	dim := func(start, l, h, d float64) {
		x, lo, hi, step = append(x, clamp(start, l, h)), append(lo, l), append(hi, h), append(step, d)
	}
	if f.trend > 0 {
		dim(s.beta/s.alpha, 0.0001, 0.999, 0.05)
	}
	if f.trend == 2 {
		dim(s.phi, 0.8, 0.98, -0.05)
	}
	seasonal := f.season != 'N'
	if seasonal {
		dim(0.1, 0.0001, 0.999, 0.15)
		e.season = b.add.f
		if f.season == 'M' {
			e.season = b.mult.f
		}
	}
	ring := ws.take(b.m)
	set := func(x []float64) {
		e.alpha = x[0]
		k := 1
		if f.trend > 0 {
			e.beta = x[0] * x[1]
			k++
		}
		if f.trend == 2 {
			e.phi = x[2]
			k++
		}
		if seasonal {
			e.gamma = x[k] * (1 - x[0])
		} else if f.trend > 0 {
			_, e.level, e.slope = trendSSE(b.y, e.alpha, e.beta, e.phi)
		} else {
			_, e.level = sesSSE(b.y, e.alpha)
		}
	}
	n := float64(len(b.y))
	loss := func(x []float64) float64 {
		set(x)
		sse, logs, ok := e.run(b.y, ring)
		if !ok {
			return math.Inf(1)
		}
		v := n*math.Log(math.Max(sse, tinySSE)) + 2*logs
		if f.trend > 0 {
			v += b.prior * x[0] * x[1]
		}
		return v
	}
	if seasonal || f.mul { // otherwise begin has found the minimum
		ws.nm.search(loss, x, step, lo, hi, 25+25*len(x), 1e-5)
	}
	return b.settle(e, loss, x, ring)
}

// settle keeps the parameters that were found.
func (b *etsBasis) settle(e *etsFit, loss func([]float64) float64, x, ring []float64) *etsFit {
	if v := loss(x); math.IsInf(v, 0) || math.IsNaN(v) {
		return nil
	}
	sse, logs, _ := e.run(b.y, ring)
	n := len(b.y)
	k := len(x) + 2 + b2i(e.form.trend > 0) // with the first states and sigma
	if e.form.season != 'N' {
		k += b.m - 1
	}
	e.info = Info{K: k, N: n, LogLik: gaussian(sse, n) - logs, Sigma: sigma(sse, n, len(x)),
		Params: map[string]float64{"alpha": e.alpha, "beta": e.beta, "gamma": e.gamma, "phi": e.phi}}
	if e.form.mul {
		e.info.Sigma *= math.Abs(mean(b.y[max(0, n-4):]))
	}
	return e
}

// run goes over y and leaves the season in ring. It gives the sum of squared errors
// (relative ones where the error is multiplicative) and the sum of the logarithms
// of the expected values; false where an expected value is not positive though it
// has to be.
func (e *etsFit) run(y, ring []float64) (sse, logs float64, ok bool) {
	l, b := e.level, e.slope
	sse, logs, _, _, ok = e.walk(y, ring, l, b)
	return sse, logs, ok
}

func (e *etsFit) walk(y, ring []float64, l, b float64) (sse, logs, level, slope float64, ok bool) {
	copy(ring, e.season)
	k, m := 0, len(e.season)
	product := 1.0
	for _, v := range y {
		p := l + e.phi*b
		mu, s := p, 1.0
		switch e.form.season {
		case 'A':
			mu += ring[k]
		case 'M':
			s = ring[k]
			mu *= s
		}
		d := v - mu
		if e.form.mul {
			if !(mu > 1e-8*math.Abs(v)) {
				return 0, 0, 0, 0, false
			}
			r := d / mu
			sse += r * r
			if product *= mu; product > 1e200 || product < 1e-200 {
				logs += math.Log(product)
				product = 1
			}
		} else {
			sse += d * d
		}
		switch e.form.season {
		case 'A':
			ring[k] += e.gamma * d
		case 'M':
			if p <= 0 {
				return 0, 0, 0, 0, false
			}
			ring[k] += e.gamma * d / p
			d /= s
		}
		l = p + e.alpha*d
		b = e.phi*b + e.beta*d
		if m > 0 {
			if k++; k == m {
				k = 0
			}
		}
	}
	if e.form.mul {
		logs += math.Log(product)
	}
	return sse, logs, l, b, !math.IsNaN(sse)
}

func (e *etsFit) Info() Info { return e.info }

func (e *etsFit) Forecast(y, out []float64) {
	ring := make([]float64, len(e.season))
	f := *e
	_, _, l, b, ok := f.walk(y, ring, e.level, e.slope)
	if !ok { // a later history broke a multiplicative model: carry its last value on
		for i := range out {
			out[i] = y[len(y)-1]
		}
		return
	}
	for i := range out {
		b *= e.phi
		l += b
		out[i] = l
		if m := len(ring); m > 0 {
			if s := ring[(len(y)+i)%m]; e.form.season == 'A' {
				out[i] += s
			} else {
				out[i] *= s
			}
		}
	}
}
