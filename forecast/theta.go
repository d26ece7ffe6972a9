package forecast

import "math"

// Theta is the method that won the M3 competition (Assimakopoulos & Nikolopoulos
// 2000) in the form of Hyndman & Billah (2003): simple exponential smoothing of
// the history, plus half the slope of its regression line as drift.
func Theta() Model { return thetaModel{} }

// BoxCoxTheta is Theta after a power transformation that makes the trend straight
// (Legaki & Koutsouri 2018): lambda between 0 and 1 by profile likelihood of a
// linear trend; only for positive histories, others are left as they are.
func BoxCoxTheta() Model { return boxCox{thetaModel{}, "box-cox-theta"} }

type thetaModel struct{}

func (thetaModel) Name() string { return "theta" }

// drifted is a level with a drift: theta lines of weights one half.
type drifted struct {
	alpha, level, drift float64 // level before the first observation, drift a period
	info                Info
}

func (thetaModel) Fit(y []float64, _ int, _ *Workspace) (Fitted, error) {
	n := len(y)
	if n < 4 {
		return nil, ErrTooShort
	}
	s := fitSES(y)
	d := &drifted{alpha: s.alpha, level: s.level, drift: slopeOf(y) / 2, info: s.info}
	d.info.K++
	return d, nil
}

// slopeOf is the slope of the regression line on time.
func slopeOf(y []float64) float64 {
	n := float64(len(y))
	mu, s := mean(y), 0.0
	for i, v := range y {
		s += (float64(i) - (n-1)/2) * (v - mu)
	}
	return 12 * s / (n * (n*n - 1))
}

func (d *drifted) Info() Info { return d.info }

func (d *drifted) Forecast(y, out []float64) {
	l := d.level
	for _, v := range y {
		l += d.alpha * (v - l)
	}
	// The drift starts behind the smoothed level by its mean lag.
	lag := (1 - math.Pow(1-d.alpha, float64(len(y)))) / d.alpha
	for i := range out {
		out[i] = l + d.drift*(float64(i)+lag)
	}
}

// DynamicTheta is the dynamic optimised theta model of Fiorucci et al. (2016):
// theta, the fraction of smoothing and the first level are those of least
// squares, and the trend line is that of the history so far.
func DynamicTheta() Model { return dotModel{} }

type dotModel struct{}

func (dotModel) Name() string { return "dynamic-theta" }

type dot struct {
	alpha, level, w float64 // w is 1 - 1/theta
	info            Info
}

func (dotModel) Fit(y []float64, _ int, _ *Workspace) (Fitted, error) {
	n := len(y)
	if n < 4 {
		return nil, ErrTooShort
	}
	f := func(a float64) float64 { s, _, _ := dotSSE(y, a); return s }
	a, _ := golden(f, 0.05, 0.99, 8, 8)
	_, l0, w := dotSSE(y, a)
	d := &dot{alpha: a, level: l0, w: w}
	sse := d.walk(y, nil)
	theta := 1 / (1 - w)
	d.info = Info{Sigma: sigma(sse, n, 3), LogLik: gaussian(sse, n), K: 4, N: n,
		Params: map[string]float64{"alpha": a, "theta": theta, "level": l0}}
	return d, nil
}

// dotMaxWeight bounds 1 - 1/theta: theta up to 20.
const dotMaxWeight = 0.95

// dotSSE finds first level and weight of the trend line by least squares for a
// given alpha: the errors are linear in both. The weight is held in [0, 0.95].
func dotSSE(y []float64, a float64) (sse, level, w float64) {
	c := y[0]
	var ee, eu, ev, uu, uv, vv float64
	var l, avg, slope float64 // of y - c
	r, pw := 1.0, 1.0         // response of the level, (1-a)^(t-1)
	for i, v := range y {
		t := float64(i + 1)
		v -= c
		g := 0.0
		if i > 0 {
			A := avg - t*slope/2
			g = pw*A + (1-pw*(1-a))/a*slope
			// pw is (1-a)^(t-1) for the t-th observation
		}
		e := v - l
		ee += e * e
		eu += e * r
		ev += e * g
		uu += r * r
		uv += r * g
		vv += g * g
		l += a * e
		r *= 1 - a
		pw *= 1 - a
		avg, slope = lineUpdate(avg, slope, v, t)
	}
	x, z := 0.0, 0.0
	if det := uu*vv - uv*uv; det > 1e-12*uu*vv {
		z = (ev*uu - eu*uv) / det
	}
	z = clamp(z, 0, dotMaxWeight)
	x = (eu - z*uv) / uu
	sse = ee - 2*x*eu - 2*z*ev + x*x*uu + 2*x*z*uv + z*z*vv
	return math.Max(0, sse), c + x, z
}

// lineUpdate brings mean and slope of the regression line on time up to the t-th
// observation (Fiorucci et al. 2016, equation 10).
func lineUpdate(avg, slope, v, t float64) (float64, float64) {
	if t == 1 {
		return v, 0
	}
	b := ((t-2)*slope + 6*(v-avg)/t) / (t + 1)
	return ((t-1)*avg + v) / t, b
}

// walk runs the model over y and on over out, where each forecast is taken as
// observed. It returns the sum of squared errors over y.
func (d *dot) walk(y, out []float64) (sse float64) {
	a, c := d.alpha, y[0]
	l, avg, slope, pw := d.level-c, 0.0, 0.0, 1.0
	for i := range len(y) + len(out) {
		t := float64(i + 1)
		mu := l
		if i > 0 {
			mu += d.w * (pw*(avg-t*slope/2) + (1-pw*(1-a))/a*slope)
		}
		var v float64
		if i < len(y) {
			v = y[i] - c
			sse += (v - mu) * (v - mu)
		} else {
			v = mu
			out[i-len(y)] = c + mu
		}
		l += a * (v - l)
		pw *= 1 - a
		avg, slope = lineUpdate(avg, slope, v, t)
	}
	return sse
}

func (d *dot) Info() Info { return d.info }

func (d *dot) Forecast(y, out []float64) { d.walk(y, out) }
