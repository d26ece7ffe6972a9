package forecast

import "math"

// term is one lag of a polynomial with its coefficient.
type term struct {
	lag int
	c   float64
}

// arimaFit is a fitted order.
type arimaFit struct {
	order  Order
	m      int
	mean   float64 // of the differenced history
	ar, ma []term
	info   Info
}

// fitOrder finds the parameters by Levenberg and Marquardt's method. Parameters are
// partial autocorrelations through tanh, which keeps both polynomials sound.
func fitOrder(y []float64, m int, o Order, ws *Workspace) *arimaFit {
	mark := ws.mark()
	defer ws.release(mark)
	lost := o.D + m*o.SD
	k := o.P + o.Q + o.SP + o.SQ + b2i(o.Const)
	if len(y)-lost < k+3 || len(y) <= lost {
		return nil
	}
	w := difference(y, m, o, ws)
	f := &arimaFit{order: o, m: m}
	x := ws.take(k)
	scale, mu := 0.0, mean(w)
	if o.Const {
		x[k-1] = mu
	}
	for _, v := range w {
		scale += math.Abs(v-mu) / float64(len(w))
	}
	if scale == 0 {
		scale = 1
	}
	sse := f.descend(w, x, scale, ws)
	if math.IsNaN(sse) || math.IsInf(sse, 0) {
		return nil
	}
	f.set(x)
	n := len(w)
	f.info = Info{Sigma: sigma(sse, n, k), LogLik: gaussian(sse, n), K: k + 1, N: n, Params: f.params(x)}
	return f
}

// params names the coefficients of the four polynomials as is usual: the signs are
// those of R's arima.
func (f *arimaFit) params(x []float64) map[string]float64 {
	p := map[string]float64{"mean": f.mean}
	at := 0
	for _, c := range []struct {
		name string
		n    int
		sign float64
	}{{"ar", f.order.P, 1}, {"ma", f.order.Q, -1}, {"sar", f.order.SP, 1}, {"sma", f.order.SQ, -1}} {
		order := [...]int{f.order.P, f.order.SP, f.order.Q, f.order.SQ} // the order of x
		at = 0
		for _, n := range order[:map[string]int{"ar": 0, "sar": 1, "ma": 2, "sma": 3}[c.name]] {
			at += n
		}
		var buf [8]float64
		for i, v := range partial(x[at:at+c.n], buf[:]) {
			p[c.name+string(rune('1'+i))] = c.sign * v
		}
	}
	return p
}

// descend minimises the sum of squared residuals over x.
func (f *arimaFit) descend(w, x []float64, scale float64, ws *Workspace) float64 {
	n, k := len(w), len(x)
	r, try := ws.take(n), ws.take(n)
	jac := ws.take(n * k)
	a, g, next := ws.take(k*k), ws.take(k), ws.take(k)
	square, slope := ws.take(k*k), ws.take(k) // of the jacobian: with itself, with the residuals
	f.set(x)
	sse := f.residuals(w, r)
	damp := 0.01
	for range 6 {
		if k == 0 {
			break
		}
		for j := range k {
			d := 1e-4
			if f.order.Const && j == k-1 {
				d *= scale
			}
			old := x[j]
			x[j] += d
			f.set(x)
			f.residuals(w, try)
			x[j] = old
			for i := range n {
				jac[j*n+i] = (try[i] - r[i]) / d
			}
		}
		for i := range k {
			slope[i] = -dotOf(jac[i*n:(i+1)*n], r)
			for j := range i + 1 {
				square[i*k+j] = dotOf(jac[i*n:(i+1)*n], jac[j*n:(j+1)*n])
				square[j*k+i] = square[i*k+j]
			}
		}
		before := sse
		for range 5 {
			copy(g, slope)
			copy(a, square)
			for i := range k {
				a[i*k+i] *= 1 + damp
				a[i*k+i] += 1e-12
			}
			if !solve(a, g, k) {
				damp *= 10
				continue
			}
			for j := range k {
				next[j] = x[j] + g[j]
				if !(f.order.Const && j == k-1) {
					next[j] = clamp(next[j], -2.6, 2.6) // tanh(2.6) = 0.989
				}
			}
			f.set(next)
			if s := f.residuals(w, try); s < sse {
				sse = s
				copy(x, next)
				copy(r, try)
				damp /= 5
				break
			}
			damp *= 10
		}
		if before-sse <= 1e-4*before {
			break
		}
	}
	f.set(x)
	return f.residuals(w, r)
}

func dotOf(a, b []float64) float64 {
	s := 0.0
	for i, v := range a {
		s += v * b[i]
	}
	return s
}

// set turns parameters into polynomials.
func (f *arimaFit) set(x []float64) {
	o := f.order
	cut := func(n int) []float64 { h := x[:n]; x = x[n:]; return h }
	f.ar = product(f.ar[:0], cut(o.P), cut(o.SP), f.m)
	f.ma = product(f.ma[:0], cut(o.Q), cut(o.SQ), f.m)
	for i := range f.ma {
		f.ma[i].c = -f.ma[i].c
	}
	f.mean = 0
	if o.Const {
		f.mean = x[0]
	}
}

// product multiplies (1 - a1 B - ...) by (1 - s1 B^m - ...) and gives the terms with
// their sign turned, as they stand on the right-hand side.
func product(t []term, x, sx []float64, m int) []term {
	var ab, sb [8]float64
	a, s := partial(x, ab[:]), partial(sx, sb[:])
	for i, c := range a {
		t = append(t, term{i + 1, c})
	}
	for j, c := range s {
		t = append(t, term{(j + 1) * m, c})
		for i, d := range a {
			t = append(t, term{(j+1)*m + i + 1, -c * d})
		}
	}
	return t
}

// partial gives the coefficients of a stationary autoregression from its partial
// autocorrelations tanh(x) by the recursion of Durbin and Levinson.
func partial(x, buf []float64) []float64 {
	a := buf[:0]
	var old [8]float64
	for k, v := range x {
		p := math.Tanh(v)
		copy(old[:], a)
		a = append(a, p)
		for i := range k {
			a[i] = old[i] - p*old[k-1-i]
		}
	}
	return a
}

// residuals are the one-step errors with nothing unusual before the start. What the
// past values explain is taken off first, term by term; only what the past errors
// explain has to wait for them.
func (f *arimaFit) residuals(w, r []float64) (sse float64) {
	mu := f.mean
	r = r[:len(w)]
	for t, v := range w {
		r[t] = v - mu
	}
	for _, a := range f.ar {
		if a.lag >= len(w) {
			continue
		}
		past, now := w[:len(w)-a.lag], r[a.lag:]
		for t, v := range past {
			now[t] -= a.c * (v - mu)
		}
	}
	if len(f.ma) == 0 {
		for _, e := range r {
			sse += e * e
		}
		return sse
	}
	far := 0
	for _, b := range f.ma {
		far = max(far, b.lag)
	}
	for t, e := range r {
		for _, b := range f.ma {
			if t >= far || t >= b.lag { // far: past all of them, as nearly always
				e -= b.c * r[t-b.lag]
			}
		}
		r[t] = e
		sse += e * e
	}
	return sse
}

func (f *arimaFit) Info() Info { return f.info }

func (f *arimaFit) Forecast(y, out []float64) {
	var ws Workspace
	h := len(out)
	d := difference(y, f.m, f.order, &ws)
	n := len(d)
	w, r := make([]float64, n+h), make([]float64, n+h)
	copy(w, d)
	f.residuals(d, r[:n])
	for t := n; t < n+h; t++ {
		v := f.mean
		for _, a := range f.ar {
			if t >= a.lag {
				v += a.c * (w[t-a.lag] - f.mean)
			}
		}
		for _, b := range f.ma {
			if t >= b.lag {
				v += b.c * r[t-b.lag]
			}
		}
		w[t] = v
	}
	copy(out, w[n:])
	f.integrate(y, out)
}

// integrate undoes the differences: first the ordinary ones, then the seasonal.
func (f *arimaFit) integrate(y, out []float64) {
	var ws Workspace
	for k := f.order.D - 1; k >= 0; k-- {
		base := difference(y, f.m, Order{D: k, SD: f.order.SD}, &ws)
		last := base[len(base)-1]
		for i := range out {
			last += out[i]
			out[i] = last
		}
	}
	for k := f.order.SD - 1; k >= 0; k-- {
		base := difference(y, f.m, Order{SD: k}, &ws)
		for i := range out {
			if i < f.m {
				out[i] += base[len(base)-f.m+i]
			} else {
				out[i] += out[i-f.m]
			}
		}
	}
}
