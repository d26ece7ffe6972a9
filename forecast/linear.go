package forecast

import "math"

// solve solves a x = b for a symmetric positive definite a (n by n, by rows) by
// Cholesky's method. It overwrites both and leaves x in b. It tells false where a
// is not positive definite.
func solve(a, b []float64, n int) bool {
	for j := range n {
		d := a[j*n+j]
		for k := range j {
			d -= a[j*n+k] * a[j*n+k]
		}
		if !(d > 0) {
			return false
		}
		d = math.Sqrt(d)
		a[j*n+j] = d
		for i := j + 1; i < n; i++ {
			s := a[i*n+j]
			for k := range j {
				s -= a[i*n+k] * a[j*n+k]
			}
			a[i*n+j] = s / d
		}
	}
	for i := range n {
		for k := range i {
			b[i] -= a[i*n+k] * b[k]
		}
		b[i] /= a[i*n+i]
	}
	for i := n - 1; i >= 0; i-- {
		for k := i + 1; k < n; k++ {
			b[i] -= a[k*n+i] * b[k]
		}
		b[i] /= a[i*n+i]
	}
	return true
}

// simplexWeights minimises w'Aw - 2b'w over weights that are not negative and add
// up to one, by exponentiated gradient steps from the start in w. A is k by k.
func simplexWeights(a, b, w []float64, steps int) {
	k := len(w)
	g := make([]float64, k)
	top := 0.0
	for i := range k {
		top = math.Max(top, a[i*k+i])
	}
	if top <= 0 {
		return
	}
	rate := 1 / top
	for range steps {
		low := math.Inf(1)
		for i := range k {
			g[i] = -b[i]
			for j := range k {
				g[i] += a[i*k+j] * w[j]
			}
			low = math.Min(low, g[i])
		}
		sum := 0.0
		for i := range k {
			w[i] *= math.Exp(-rate * (g[i] - low))
			sum += w[i]
		}
		for i := range k {
			w[i] /= sum
		}
	}
}
