package forecast

import "math"

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
