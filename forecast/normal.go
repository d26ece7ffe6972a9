package forecast

import "math"

// zOf is the quantile of the standard normal distribution.
func zOf(p float64) float64 { return math.Sqrt2 * math.Erfinv(2*p-1) }

// Negative is the negative binomial distribution (负二项分布) by its mean and its
// dispersion d: the variance is mean + d mean². With d = 0 it is Poisson's.
type Negative struct{ Mean, Dispersion float64 }

// Prob is the probability of k.
func (n Negative) Prob(k int) float64 {
	if k < 0 {
		return 0
	}
	if n.Mean <= 0 {
		if k == 0 {
			return 1
		}
		return 0
	}
	x := float64(k)
	if n.Dispersion < 1e-9 {
		g, _ := math.Lgamma(x + 1)
		return math.Exp(x*math.Log(n.Mean) - n.Mean - g)
	}
	r := 1 / n.Dispersion
	a, _ := math.Lgamma(x + r)
	b, _ := math.Lgamma(r)
	c, _ := math.Lgamma(x + 1)
	return math.Exp(a - b - c + r*math.Log(r/(r+n.Mean)) + x*math.Log(n.Mean/(r+n.Mean)))
}

// Quantile is the smallest k with a probability of at least p that the value is
// not above k. Above a mean of 400 the normal distribution is used, cut at zero.
func (n Negative) Quantile(p float64) float64 {
	if n.Mean <= 0 || p <= 0 {
		return 0
	}
	sd := math.Sqrt(n.Mean + n.Dispersion*n.Mean*n.Mean)
	p = math.Min(p, 1-1e-9)
	if n.Mean > 400 {
		return math.Max(0, math.Ceil(n.Mean+sd*zOf(p)-0.5))
	}
	sum := 0.0
	limit := int(n.Mean + 60*sd + 60)
	for k := 0; k < limit; k++ {
		if sum += n.Prob(k); sum >= p {
			return float64(k)
		}
	}
	return float64(limit)
}
