package forecast

import "math"

// CES is complex exponential smoothing without season (Svetunkov, Kourentzes &
// Ord 2022): level and a second, hidden component feed each other, so that one
// model slides between a level and a trend. prior is the strength of a prior that
// the imaginary part of the smoothing parameter is 1 give or take 0.05, added to the
// likelihood's n log SSE: without it (0) short histories are carried on wildly; 3 is
// the default of the combination.
func CES(prior float64) Model { return cesModel{math.Max(0, prior)} }

// cesPrior is the strength of the combination's prior on complex smoothing.
const cesPrior = 3

type cesModel struct{ prior float64 }

func (cesModel) Name() string { return "ces" }

type ces struct {
	a0, a1 float64
	l, c   float64 // before the first observation
	info   Info
}

func (m cesModel) Fit(y []float64, _ int, ws *Workspace) (Fitted, error) {
	n := len(y)
	if n < 5 {
		return nil, ErrTooShort
	}
	f := func(x []float64) float64 {
		if !cesStable(x[0], x[1]) {
			return math.Inf(1)
		}
		s, _, _ := cesSSE(y, x[0], x[1])
		return float64(n)*math.Log(math.Max(s, tinySSE)) + m.prior*(x[1]-1)*(x[1]-1)/(0.05*0.05)
	}
	lo, hi := []float64{0.01, 0.01}, []float64{2.5, 1.99}
	best, at := math.Inf(1), []float64{1.3, 1}
	for _, x := range [...][2]float64{{1.3, 1}, {1.1, 1}, {1.6, 1}, {1.9, 1.05}, {1.45, 1.2}} {
		if v := f(x[:]); v < best {
			best, at = v, []float64{x[0], x[1]}
		}
	}
	ws.nm.search(f, at, []float64{0.12, 0.05}, lo, hi, 70, 1e-7)
	_, l, c := cesSSE(y, at[0], at[1])
	fit := &ces{a0: at[0], a1: at[1], l: l, c: c}
	_, _, sse := fit.run(y)
	fit.info = Info{Sigma: sigma(sse, n, 4), LogLik: gaussian(sse, n), K: 5, N: n,
		Params: map[string]float64{"alpha0": at[0], "alpha1": at[1]}}
	return fit, nil
}

// cesStable tells whether old errors die out (Svetunkov et al. 2022, section 3.3).
func cesStable(a0, a1 float64) bool {
	return (a0-2.5)*(a0-2.5)+a1*a1 > 1.25 &&
		(a0-0.5)*(a0-0.5)+(a1-1)*(a1-1) > 0.25 &&
		(a0-1.5)*(a0-1.5)+(a1-0.5)*(a1-0.5) < 1.5
}

// cesSSE profiles out the two first states, in which the errors are linear.
func cesSSE(y []float64, a0, a1 float64) (sse, level, hidden float64) {
	k := y[0]
	g, h, p, q := 1-a1, a0-a1, 1-a0, a0+a1
	var c, lu, cu, lv, cv float64
	l := k // start near the data, so that the sums do not cancel
	lu, cv = 1, 1
	var ee, eu, ev, uu, uv, vv float64
	for _, w := range y {
		e := w - l
		ee += e * e
		eu += e * lu
		ev += e * lv
		uu += lu * lu
		uv += lu * lv
		vv += lv * lv
		l, c = l-g*c+h*e, l+p*c+q*e
		lu, cu = lu-g*cu-h*lu, lu+p*cu-q*lu
		lv, cv = lv-g*cv-h*lv, lv+p*cv-q*lv
	}
	det := uu*vv - uv*uv
	if !(det > 1e-12*uu*vv) {
		return math.Inf(1), k, 0
	}
	x := (eu*vv - ev*uv) / det
	z := (ev*uu - eu*uv) / det
	return math.Max(0, ee-x*eu-z*ev), k + x, z
}

func (m *ces) run(y []float64) (l, c, sse float64) {
	l, c = m.l, m.c
	for _, v := range y {
		e := v - l
		sse += e * e
		l, c = l-(1-m.a1)*c+(m.a0-m.a1)*e, l+(1-m.a0)*c+(m.a0+m.a1)*e
	}
	return l, c, sse
}

func (m *ces) Info() Info { return m.info }

func (m *ces) Forecast(y, out []float64) {
	l, c, _ := m.run(y)
	for i := range out {
		out[i] = l
		l, c = l-(1-m.a1)*c, l+(1-m.a0)*c
	}
}
