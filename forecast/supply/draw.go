package supply

import (
	"math"
	"math/rand/v2"
)

// gamma draws from the gamma distribution with shape a and scale 1 (Marsaglia &
// Tsang 2000).
func gamma(rng *rand.Rand, a float64) float64 {
	if a < 1 {
		return gamma(rng, a+1) * math.Pow(rng.Float64(), 1/a)
	}
	d := a - 1.0/3
	c := 1 / math.Sqrt(9*d)
	for {
		x := rng.NormFloat64()
		v := 1 + c*x
		if v <= 0 {
			continue
		}
		v = v * v * v
		if math.Log(1-rng.Float64()) < 0.5*x*x+d-d*v+d*math.Log(v) {
			return d * v
		}
	}
}

func beta(rng *rand.Rand, b Beta) float64 {
	x, y := gamma(rng, math.Max(b.A, 1e-6)), gamma(rng, math.Max(b.B, 1e-6))
	if x+y == 0 {
		return 0
	}
	return x / (x + y)
}

// binomial draws how many of n succeed with probability p: one by one for small
// numbers, by splitting with a beta draw for large ones (Ahrens & Dieter 1974).
func binomial(rng *rand.Rand, n int, p float64) int {
	k := 0
	for n > 40 {
		a := n/2 + 1
		x := beta(rng, Beta{float64(a), float64(n + 1 - a)})
		if x >= p {
			n, p = a-1, p/x
		} else {
			k, n, p = k+a, n-a, (p-x)/(1-x)
		}
	}
	for range n {
		if rng.Float64() < p {
			k++
		}
	}
	return k
}
