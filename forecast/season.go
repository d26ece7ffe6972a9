package forecast

import "math"

// factors are the seasonal factors of a history (季节因子): what the season
// multiplies by, or adds to, each period.
type factors struct {
	f    []float64 // by position in the season, counted from the first observation
	mult bool
}

// none is the season of a history that has none.
func (s *factors) none() bool { return len(s.f) == 0 }

// remove writes y without the season to out.
func (s *factors) remove(y, out []float64) {
	if s.none() {
		copy(out, y)
		return
	}
	k := 0
	for i, v := range y {
		if s.mult {
			out[i] = v / s.f[k]
		} else {
			out[i] = v - s.f[k]
		}
		if k++; k == len(s.f) {
			k = 0
		}
	}
}

// restore puts the season back on values of which the first is at position at.
func (s *factors) restore(v []float64, at int) {
	if s.none() {
		return
	}
	for i := range v {
		if k := (at + i) % len(s.f); s.mult {
			v[i] *= s.f[k]
		} else {
			v[i] += s.f[k]
		}
	}
}

// shrinkStrength is how strongly noisy seasonal factors are drawn to "no season".
// It multiplies the shrinkage of James and Stein; 2 is best or flat on M3.
const shrinkStrength = 2

// seasonOf finds the seasonal factors of y by classical decomposition and shrinks
// them towards no season by how noisy they are (Miller & Williams 2003). There is
// no test and so no jump between "seasonal" and "not". Histories shorter than two
// and a half seasons have no factors of their own.
func seasonOf(y []float64, m int, mult bool, ws *Workspace) factors {
	return shrunken(y, m, mult, true, ws)
}

// shrunken is seasonOf with a choice of whether the season may evolve.
func shrunken(y []float64, m int, mult, evolve bool, ws *Workspace) factors {
	n := len(y)
	if m < 2 || 2*n < 5*m {
		return factors{}
	}
	mark := ws.mark()
	defer ws.release(mark)
	f, noise, ok := decompose(y, m, mult, evolve, ws)
	if !ok {
		return factors{}
	}
	centre := 0.0
	if mult {
		centre = 1
	}
	spread := 0.0
	for _, v := range f {
		spread += (v - centre) * (v - centre)
	}
	spread /= float64(m - 1)
	w := 1.0
	if spread > 0 {
		w = math.Min(1, shrinkStrength*noise/spread)
	}
	out := make([]float64, m)
	for i, v := range f {
		out[i] = centre + (1-w)*(v-centre)
	}
	if w >= 1 {
		return factors{}
	}
	return factors{f: out, mult: mult}
}

// decompose is the classical decomposition: ratios to (or differences from) the
// centred moving average, averaged by position and normalised. Where the season
// may evolve, later years weigh more. noise is the
// variance of a factor, pooled over the positions.
func decompose(y []float64, m int, mult, evolve bool, ws *Workspace) (f []float64, noise float64, ok bool) {
	n := len(y)
	half := m / 2
	f = ws.take(m)
	if n-2*half < m {
		return nil, 0, false
	}
	r := ws.take(n - 2*half)
	for i := range r {
		t := half + i
		c := centred(y, t, m)
		if !mult {
			r[i] = y[t] - c
		} else if c > 0 {
			r[i] = y[t] / c
		} else {
			return nil, 0, false
		}
	}
	noise, ok = averageRatios(r, half, f, evolve, ws)
	if !ok {
		return nil, 0, false
	}
	centreFactors(f, mult)
	if mult {
		for i := range f {
			f[i] = math.Max(f[i], 0.01)
		}
	}
	return f, noise, true
}

// averageRatios averages the ratios of each position, of which the first is at
// position at, and gives the variance of an average. In an evolving season the gain
// of a new year is one over the number of years, but never less than seasonGain.
func averageRatios(r []float64, at int, f []float64, evolve bool, ws *Workspace) (noise float64, ok bool) {
	m := len(f)
	mark := ws.mark()
	defer ws.release(mark)
	cnt := ws.take(m)
	sq, dof := runningMeans(r, at, 0, f, cnt, ws)
	if dof < 1 {
		return 0, false
	}
	for k := range cnt {
		if cnt[k] == 0 {
			return 0, false
		}
		noise += 1 / cnt[k] / float64(m)
	}
	noise *= sq / dof
	if !evolve || len(r) < 5*m {
		return noise, true
	}
	gain := seasonGain
	if m < 12 {
		gain = shortSeasonGain
	}
	runningMeans(r, at, gain, f, cnt, ws)
	return math.Max(noise, sq/dof*gain/2), true
}

// The least weight of a year's ratio against those before it in an evolving season:
// five or six years back count for a third. Choosing it for each series by its own
// record was worse on every development set than these figures.
const seasonGain, shortSeasonGain = 0.2, 0.15

// runningMeans averages by position with a gain of at least floor, and gives the
// sum of squares around the plain means with its degrees of freedom.
func runningMeans(r []float64, at int, floor float64, f, cnt []float64, ws *Workspace) (sq, dof float64) {
	m := len(f)
	clear(f)
	clear(cnt)
	for i, d := range r {
		k := (at + i) % m
		cnt[k]++
		delta := d - f[k]
		f[k] += delta * math.Max(1/cnt[k], floor)
		sq += delta * (d - f[k])
		if cnt[k] > 1 {
			dof++
		}
	}
	return sq, dof
}

// centreFactors makes the factors average to one, or to zero.
func centreFactors(f []float64, mult bool) {
	c := mean(f)
	for i := range f {
		if mult {
			f[i] /= c
		} else {
			f[i] -= c
		}
	}
}

// centred is the centred moving average of one season around t.
func centred(y []float64, t, m int) float64 {
	half := m / 2
	s := 0.0
	if m%2 == 1 {
		for i := t - half; i <= t+half; i++ {
			s += y[i]
		}
		return s / float64(m)
	}
	for i := t - half + 1; i < t+half; i++ {
		s += y[i]
	}
	return (s + 0.5*(y[t-half]+y[t+half])) / float64(m)
}

// positive tells whether all values are above zero.
func positive(y []float64) bool {
	for _, v := range y {
		if v <= 0 {
			return false
		}
	}
	return true
}

// seasonalTest is the test of M4's organisers: is the autocorrelation at lag m
// beyond 90 % of what it would be by chance? It needs three seasons.
func seasonalTest(y []float64, m int) bool {
	n := len(y)
	if m < 2 || n < 3*m {
		return false
	}
	mu := mean(y)
	c0 := 0.0
	for _, v := range y {
		c0 += (v - mu) * (v - mu)
	}
	if c0 == 0 {
		return false
	}
	r := func(k int) float64 {
		s := 0.0
		for t := k; t < n; t++ {
			s += (y[t] - mu) * (y[t-k] - mu)
		}
		return s / c0
	}
	sum := 0.0
	for k := 1; k < m; k++ {
		v := r(k)
		sum += v * v
	}
	return math.Abs(r(m)) > 1.645*math.Sqrt((1+2*sum)/float64(n))
}

// classic gives the factors of the classical multiplicative decomposition where
// the seasonality test finds a season, and none otherwise: the season of Naive2.
func classic(y []float64, m int, ws *Workspace) factors {
	if !positive(y) || !seasonalTest(y, m) {
		return factors{}
	}
	mark := ws.mark()
	defer ws.release(mark)
	f, _, ok := decompose(y, m, true, false, ws)
	if !ok {
		return factors{}
	}
	return factors{f: append([]float64(nil), f...), mult: true}
}
