package hier

import (
	"fmt"
	"math"
	"sort"
)

// weigh sets W from past errors. Nodes whose errors never vary get the median
// variance of their level, so that nothing counts as certain.
func (p *projector) weigh(m Method, errs [][]float64, r *Report) error {
	n := len(p.h.nodes)
	if len(errs) != n {
		return fmt.Errorf("%w: %s needs the errors of all %d nodes and has %d", ErrShape, m, n, len(errs))
	}
	t := len(errs[0])
	byLevel := map[string][]float64{}
	for i, e := range errs {
		if len(e) != t || t < 2 {
			return fmt.Errorf("%w: node %q has %d errors, the first node %d; at least 2 are needed", ErrShape, p.h.nodes[i].Key, len(e), t)
		}
		s := 0.0
		for _, v := range e {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return &Fault{p.h.nodes[i].Key, "an error is not a number"}
			}
			s += v * v
		}
		p.diag[i] = s / float64(t)
		byLevel[p.h.nodes[i].Level] = append(byLevel[p.h.nodes[i].Level], p.diag[i])
	}
	r.Floored += p.floor(byLevel)
	if m != MinT && m != Tempered {
		return nil
	}
	r.Shrinkage = shrinkage(errs, p.diag)
	if m == Tempered {
		errs = p.temper(errs)
	}
	p.errs = make([][]float64, t)
	k := math.Sqrt((1 - r.Shrinkage) / float64(t))
	for s := range t {
		p.errs[s] = make([]float64, n)
		for i := range n {
			p.errs[s][i] = k * errs[i][s]
		}
	}
	for i := range p.diag {
		p.diag[i] *= r.Shrinkage
	}
	return nil
}

// temperPower is the power of Tempered.
const temperPower = 0.7

// temper brings the deviations of all nodes closer together and keeps the
// correlations.
func (p *projector) temper(errs [][]float64) [][]float64 {
	out := make([][]float64, len(errs))
	for i, e := range errs {
		k := math.Pow(p.diag[i], (temperPower-1)/2)
		out[i] = make([]float64, len(e))
		for t, v := range e {
			out[i][t] = k * v
		}
		p.diag[i] = math.Pow(p.diag[i], temperPower)
	}
	return out
}

// floor lifts variances to a hundredth of their level's median, and those of zero
// to the median itself.
func (p *projector) floor(byLevel map[string][]float64) (floored int) {
	all := append([]float64(nil), p.diag...)
	for k, v := range byLevel {
		byLevel[k] = []float64{medianPositive(v)}
	}
	overall := medianPositive(all)
	if overall == 0 {
		overall = 1
	}
	for i, d := range p.diag {
		med := byLevel[p.h.nodes[i].Level][0]
		if med == 0 {
			med = overall
		}
		if d <= 1e-12*med {
			p.diag[i] = med
			floored++
		} else {
			p.diag[i] = math.Max(d, 0.01*med)
		}
	}
	return floored
}

func medianPositive(v []float64) float64 {
	var w []float64
	for _, x := range v {
		if x > 0 {
			w = append(w, x)
		}
	}
	if len(w) == 0 {
		return 0
	}
	sort.Float64s(w)
	return w[len(w)/2]
}

// shrinkage is the intensity of Schäfer & Strimmer for the correlations, between
// 0.05 and 1. Its double sums over pairs of nodes are taken over time instead: the
// sum of squared correlations is that of a small matrix, time by time.
func shrinkage(errs [][]float64, variance []float64) float64 {
	t := len(errs[0])
	g := make([]float64, t*t) // sum over nodes of z_is z_it
	var self, selfFourth float64
	for i, e := range errs {
		s2 := 0.0
		for a := range t {
			za := e[a] * e[a] / variance[i]
			s2 += za
			selfFourth += za * za
			for b := range t {
				g[a*t+b] += e[a] * e[b] / variance[i]
			}
		}
		self += s2 * s2 / float64(t*t)
	}
	var square, fourth float64
	for a := range t {
		for b := range t {
			square += g[a*t+b] * g[a*t+b]
		}
		fourth += g[a*t+a] * g[a*t+a]
	}
	n := float64(t)
	cross := square/(n*n) - self                       // sum over i != j of mean(z_i z_j)^2
	within := (fourth - selfFourth) - n*cross          // sum over i != j and t of squared deviations
	vars := n / ((n - 1) * (n - 1) * (n - 1)) * within // of the correlations
	if cross <= 0 {
		return 1
	}
	return math.Max(0.05, math.Min(1, vars/(cross*n*n/((n-1)*(n-1)))))
}
