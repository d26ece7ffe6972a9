package forecast

import "math"

// golden finds the minimum of f between lo and hi: first on a grid of n points,
// then by golden section around the best of them.
func golden(f func(float64) float64, lo, hi float64, n, steps int) (x, fx float64) {
	best, at := math.Inf(1), 0
	width := (hi - lo) / float64(n-1)
	for i := range n {
		if v := f(lo + width*float64(i)); v < best {
			best, at = v, i
		}
	}
	x = lo + width*float64(at)
	a, b := math.Max(lo, x-width), math.Min(hi, x+width)
	const g = 0.6180339887498949
	c, d := b-g*(b-a), a+g*(b-a)
	fc, fd := f(c), f(d)
	for range steps {
		if fc < fd {
			b, d, fd = d, c, fc
			c = b - g*(b-a)
			fc = f(c)
		} else {
			a, c, fc = c, d, fd
			d = a + g*(b-a)
			fd = f(d)
		}
	}
	if fc < best {
		x, best = c, fc
	}
	if fd < best {
		x, best = d, fd
	}
	return x, best
}

const maxDim = 6

// simplex is the memory of the Nelder-Mead search.
type simplex struct {
	at  [maxDim + 1][maxDim]float64
	val [maxDim + 1]float64
}

// search minimises f from x by the method of Nelder and Mead (1965) within the
// bounds, with at most evals evaluations, and leaves the best point in x.
func (s *simplex) search(f func([]float64) float64, x, step, lo, hi []float64, evals int, tol float64) float64 {
	n := len(x)
	for i := 0; i <= n; i++ {
		copy(s.at[i][:n], x)
		if i > 0 {
			j := i - 1
			v := x[j] + step[j]
			if v > hi[j] {
				v = x[j] - step[j]
			}
			s.at[i][j] = clamp(v, lo[j], hi[j])
		}
		s.val[i] = f(s.at[i][:n])
	}
	for used := n + 1; used < evals; {
		s.order(n)
		if spread := math.Abs(s.val[n] - s.val[0]); spread <= tol*(1e-3+math.Abs(s.val[0])) || s.val[n] == s.val[0] {
			break
		}
		used += s.move(f, n, lo, hi)
	}
	s.order(n)
	copy(x, s.at[0][:n])
	return s.val[0]
}

// order sorts the corners, best first.
func (s *simplex) order(n int) {
	for i := 1; i <= n; i++ {
		for j := i; j > 0 && s.val[j] < s.val[j-1]; j-- {
			s.val[j], s.val[j-1] = s.val[j-1], s.val[j]
			s.at[j], s.at[j-1] = s.at[j-1], s.at[j]
		}
	}
}

// move replaces the worst corner and tells how many evaluations that took.
func (s *simplex) move(f func([]float64) float64, n int, lo, hi []float64) int {
	var centre, p, q [maxDim]float64
	for j := range n {
		for i := range n {
			centre[j] += s.at[i][j] / float64(n)
		}
	}
	try := func(to *[maxDim]float64, k float64) float64 {
		for j := range n {
			to[j] = clamp(centre[j]+k*(centre[j]-s.at[n][j]), lo[j], hi[j])
		}
		return f(to[:n])
	}
	fp := try(&p, 1)
	switch {
	case fp < s.val[0]:
		if fq := try(&q, 2); fq < fp {
			s.at[n], s.val[n] = q, fq
		} else {
			s.at[n], s.val[n] = p, fp
		}
		return 2
	case fp < s.val[n-1]:
		s.at[n], s.val[n] = p, fp
		return 1
	}
	k := -0.5
	if fp < s.val[n] {
		k = 0.5
	}
	if fq := try(&q, k); fq < math.Min(fp, s.val[n]) {
		s.at[n], s.val[n] = q, fq
		return 2
	}
	for i := 1; i <= n; i++ {
		for j := range n {
			s.at[i][j] = s.at[0][j] + 0.5*(s.at[i][j]-s.at[0][j])
		}
		s.val[i] = f(s.at[i][:n])
	}
	return 2 + n
}
