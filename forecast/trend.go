package forecast

import "math"

// SES is simple exponential smoothing (Brown 1956): the best forecast is a level
// that follows the history by a fraction of each error. Level and fraction are
// those of least squares.
func SES() Model { return trendModel{name: "ses"} }

// FixedSES is simple exponential smoothing with a given fraction between 0 and 1
// that starts at the first observation.
func FixedSES(alpha float64) Model { return fixedSES{clamp(alpha, 0, 1)} }

// Holt is Holt's (1957) linear trend by least squares, without a prior.
func Holt() Model { return trendModel{name: "holt", slope: true, phiLo: 1, phiHi: 1} }

// Damped is the damped trend of Gardner & McKenzie (1985) with a prior against a
// slope that moves fast: prior times alpha times beta* is added to the likelihood's
// n log SSE. Without it (0) the slope follows noise; 10 is the default of the
// combination.
func Damped(prior float64) Model {
	return trendModel{name: "damped", slope: true, prior: math.Max(0, prior), phiLo: 0.8, phiHi: 0.98}
}

type trendModel struct {
	name         string
	slope        bool
	prior        float64
	phiLo, phiHi float64
}

func (m trendModel) Name() string { return m.name }

// smooth is a fitted level with or without a slope. In the notation of Hyndman et
// al. (2008) the slope follows the error by alpha times beta*.
type smooth struct {
	alpha, beta, phi float64
	level, slope     float64 // before the first observation
	info             Info
}

func (m trendModel) Fit(y []float64, _ int, ws *Workspace) (Fitted, error) {
	n := len(y)
	if !m.slope {
		if n < 3 {
			return nil, ErrTooShort
		}
		return fitSES(y), nil
	}
	if n < 5 {
		return nil, ErrTooShort
	}
	return m.fitTrend(y, ws), nil
}

func fitSES(y []float64) *smooth {
	f := func(a float64) float64 { s, _ := sesSSE(y, a); return s }
	a, sse := golden(f, 0.001, 0.999, 9, 9)
	_, l0 := sesSSE(y, a)
	n := len(y)
	return &smooth{alpha: a, phi: 1, level: l0, info: Info{
		Sigma: sigma(sse, n, 2), LogLik: gaussian(sse, n), K: 3, N: n,
		Params: map[string]float64{"alpha": a, "level": l0}}}
}

// sigma is the standard deviation of n errors after k parameters.
func sigma(sse float64, n, k int) float64 {
	return math.Sqrt(math.Max(sse, 0) / float64(max(1, n-k)))
}

// sesSSE runs the smoothing with a first level of zero (after centring on the
// first value) and finds the level that minimises the sum of squares: the errors
// are linear in it.
func sesSSE(y []float64, a float64) (sse, level float64) {
	c := y[0]
	l, r := 0.0, 1.0
	var ee, er, rr float64
	for _, v := range y {
		e := v - c - l
		l += a * e
		ee += e * e
		er += e * r
		rr += r * r
		r *= 1 - a
	}
	x := er / rr
	return math.Max(0, ee-x*er), c + x
}

func (m trendModel) fitTrend(y []float64, ws *Workspace) *smooth {
	n := len(y)
	f := func(x []float64) float64 {
		phi := m.phiLo
		if len(x) > 2 {
			phi = x[2]
		}
		sse, _, _ := trendSSE(y, x[0], x[0]*x[1], phi)
		return float64(n)*math.Log(math.Max(sse, tinySSE)) + m.prior*x[0]*x[1]
	}
	lo, hi := []float64{0.001, 0.0001, m.phiLo}, []float64{0.999, 0.999, m.phiHi}
	step := []float64{0.25, 0.15, -0.08}
	dim := 2
	if m.phiHi > m.phiLo {
		dim = 3
	}
	best, at := math.Inf(1), []float64{0.5, 0.1, 0.9}
	for _, a := range [...]float64{0.1, 0.4, 0.8} {
		for _, b := range [...]float64{0.02, 0.2} {
			x := []float64{a, b, 0.92}
			if v := f(x[:dim]); v < best {
				best, at = v, x
			}
		}
	}
	ws.nm.search(f, at[:dim], step[:dim], lo[:dim], hi[:dim], 110, 1e-7)
	phi := m.phiLo
	if dim > 2 {
		phi = at[2]
	}
	return newTrend(y, at[0], at[0]*at[1], phi, dim)
}

func newTrend(y []float64, alpha, beta, phi float64, dim int) *smooth {
	n := len(y)
	_, l0, b0 := trendSSE(y, alpha, beta, phi)
	s := &smooth{alpha: alpha, beta: beta, phi: phi, level: l0, slope: b0}
	sse := s.sse(y)
	s.info = Info{Sigma: sigma(sse, n, dim+2), LogLik: gaussian(sse, n), K: dim + 3, N: n,
		Params: map[string]float64{"alpha": alpha, "beta": beta, "phi": phi, "level": l0, "slope": b0}}
	return s
}

// trendSSE finds first level and slope by least squares for given parameters: the
// one-step errors are linear in both, so one pass with three recursions (the data
// with zero states, and the responses to a unit level and a unit slope) gives the
// normal equations.
func trendSSE(y []float64, a, ab, phi float64) (sse, level, slope float64) {
	c := y[0]
	var l, b, lu, bu, lv, bv float64
	lu, bv = 1, 1
	var ee, eu, ev, uu, uv, vv float64
	for _, w := range y {
		p := l + phi*b
		e := w - c - p
		l = p + a*e
		b = phi*b + ab*e
		pu := lu + phi*bu
		lu = pu - a*pu
		bu = phi*bu - ab*pu
		pv := lv + phi*bv
		lv = pv - a*pv
		bv = phi*bv - ab*pv
		ee += e * e
		eu += e * pu
		ev += e * pv
		uu += pu * pu
		uv += pu * pv
		vv += pv * pv
	}
	det := uu*vv - uv*uv
	if det <= 1e-12*uu*vv {
		x := eu / uu
		return math.Max(0, ee-x*eu), c + x, 0
	}
	x := (eu*vv - ev*uv) / det
	z := (ev*uu - eu*uv) / det
	return math.Max(0, ee-x*eu-z*ev), c + x, z
}

// run brings the states up to the end of y.
func (s *smooth) run(y []float64) (level, slope, sse float64) {
	l, b := s.level, s.slope
	for _, v := range y {
		p := l + s.phi*b
		e := v - p
		l = p + s.alpha*e
		b = s.phi*b + s.beta*e
		sse += e * e
	}
	return l, b, sse
}

func (s *smooth) sse(y []float64) float64 { _, _, v := s.run(y); return v }

func (s *smooth) Info() Info { return s.info }

func (s *smooth) Forecast(y, out []float64) {
	l, b, _ := s.run(y)
	for i := range out {
		b *= s.phi
		l += b
		out[i] = l
	}
}

type fixedSES struct{ alpha float64 }

func (fixedSES) Name() string { return "ses-fixed" }

func (f fixedSES) Fit(y []float64, _ int, _ *Workspace) (Fitted, error) {
	if len(y) < 1 {
		return nil, ErrTooShort
	}
	s := &smooth{alpha: f.alpha, phi: 1, level: y[0]}
	sse, n := s.sse(y), len(y)
	s.info = Info{Sigma: sigma(sse, n, 1), LogLik: gaussian(sse, n), K: 2, N: n, Params: map[string]float64{"alpha": f.alpha}}
	return s, nil
}
