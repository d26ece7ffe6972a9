package forecast

import (
	"context"
	"math"
	"sort"
)

// cellKey names the series whose errors are thought alike.
type cellKey struct {
	m      int
	kind   Kind
	class  Class
	length int // class of length
	k      int // number of candidates
}

// cell is what a class of series teaches.
type cell struct {
	weight []float64   // of the candidates
	errs   [][]float64 // scaled errors of the combination by horizon, sorted
	series int
	season int
}

// lengthClass sorts histories by how much they can teach.
func lengthClass(n, m int) int {
	switch s := float64(n) / float64(max(m, 4)); {
	case s < 1:
		return 0
	case s < 2:
		return 1
	case s < 3:
		return 2
	case s < 5:
		return 3
	case s < 12:
		return 4
	}
	return 5
}

func (m *member) cellKey() cellKey {
	kind := Amount // a long history's kind says little about its errors
	if m.poolable() {
		kind = m.in.Kind
	}
	return cellKey{m.m, kind, m.class, lengthClass(len(m.y), m.m), len(m.names)}
}

// learn finds the weights of every cell and series, and then the widths of the
// intervals from the errors that the weighted combination made.
func (p *panel) learn(ctx context.Context) error {
	groups := map[cellKey][]*member{}
	for _, m := range p.members {
		if len(m.out.Faults) == 0 {
			groups[m.cellKey()] = append(groups[m.cellKey()], m)
		}
	}
	p.cells = make(map[cellKey]*cell, len(groups))
	for k, ms := range groups {
		// The sums below must not depend on the order of the series.
		sort.Slice(ms, func(i, j int) bool { return ms[i].in.Key < ms[j].in.Key })
		p.cells[k] = learnCell(ms)
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	return nil
}

func learnCell(ms []*member) *cell {
	c := &cell{series: len(ms), season: ms[0].m}
	k := len(ms[0].names)
	c.weight = make([]float64, k)
	for i := range c.weight {
		c.weight[i] = 1 / float64(k)
	}
	switch ms[0].class {
	case Short, Counts, Tiny, Sparse:
		copy(c.weight, poolPrior)
		if ms[0].class == Sparse {
			copy(c.weight, sparsePrior)
		}
		stack(ms, c.weight)
	case Regular:
		weighRegular(ms, c.weight)
		c.calibrate(ms)
		return c
	}
	for _, m := range ms {
		m.weight = c.weight
	}
	c.calibrate(ms)
	return c
}

// stack finds the weights that would have been best for the whole cell: least
// squares of scaled errors over weights that add up to one, drawn to the weights
// given by as much as stackPrior errors count and a share of all of them.
const stackPrior, stackShare = 100, 0.04

func stack(ms []*member, w []float64) {
	k := len(w)
	a, b := make([]float64, k*k), make([]float64, k)
	e := make([]float64, k)
	for _, m := range ms {
		for _, t := range m.trials {
			for h, y := range t.actual {
				for i := range k {
					e[i] = clamp((float64(t.f[i][h])-y)/t.scale, -6, 6)
				}
				for i := range k {
					for j := range k {
						a[i*k+j] += e[i] * e[j]
					}
				}
			}
		}
	}
	var top float64
	for i := range k {
		top += a[i*k+i] / float64(k)
	}
	n := 0
	for _, m := range ms {
		for _, t := range m.trials {
			n += len(t.actual)
		}
	}
	if n == 0 {
		return
	}
	pull := (stackPrior/float64(n) + stackShare) * top
	for i := range k {
		a[i*k+i] += pull
		b[i] += pull * w[i]
	}
	simplexWeights(a, b, w, 400)
}

// combine writes the weighted mean of the candidates.
func combine(f [][]float64, w, out []float64) {
	clear(out)
	for i, c := range f {
		for h, v := range c {
			out[h] += w[i] * v
		}
	}
}

// combined is what the combination said in the trial for horizon h.
func (t *trial) combined(w []float64, h int) float64 {
	s := 0.0
	for i := range t.f {
		s += w[i] * float64(t.f[i][h])
	}
	return s
}

// width is the size of an error to be expected in the trial for horizon h: the
// history's scale and how far the candidates disagree.
func (t *trial) width(w []float64, h int) float64 {
	mu, v := t.combined(w, h), 0.0
	for i := range t.f {
		d := float64(t.f[i][h]) - mu
		v += w[i] * d * d
	}
	return math.Sqrt(t.scale*t.scale + disagree*v)
}

// disagree is how much the candidates' disagreement adds to the scale. It tells
// more about the error than the history's own noise: with it the interval score on
// yearly M3 series fell by 15 %, on monthly ones by 7 %.
const disagree = 1.0

// width is the same for the final forecast.
func (m *member) width(h int) float64 {
	mu, v := 0.0, 0.0
	for i, f := range m.final {
		mu += m.weight[i] * f[h]
	}
	for i, f := range m.final {
		v += m.weight[i] * (f[h] - mu) * (f[h] - mu)
	}
	return math.Sqrt(m.scale*m.scale + disagree*v)
}

// calibrate collects the errors of the combination by horizon.
func (c *cell) calibrate(ms []*member) {
	for _, m := range ms {
		for _, t := range m.trials {
			for h, y := range t.actual {
				for len(c.errs) <= h {
					c.errs = append(c.errs, nil)
				}
				c.errs[h] = append(c.errs[h], (y-t.combined(m.weight, h))/t.width(m.weight, h))
			}
		}
	}
	for _, e := range c.errs {
		sort.Float64s(e)
	}
	if ms[0].in.Kind == Count && ms[0].poolable() {
		disperse(ms)
	}
}

// How far weights move. A cell of many series moves them by its pooled log errors
// times cellPull, as far as these differ by more than three standard errors; a series
// by its own record times ownPull. Half of either is reached at cellHalf series and
// at ownHalf observations.
const (
	cellPull, cellHalf = 15, 100
	ownPull, ownHalf   = 1, 60
	certain            = 3
)

// weighRegular lets the weights move: from the prior to what the cell as a whole
// shows, by as many series as it has, and from there to what the series' own record
// shows, by as much record as there is.
func weighRegular(ms []*member, w []float64) {
	k := len(w)
	logs := make([][]float64, len(ms))
	pooled := make([]float64, k)
	n := 0.0
	for i, m := range ms {
		logs[i] = m.logLoss()
		if logs[i] == nil {
			continue
		}
		n++
		for j, v := range logs[i] {
			pooled[j] += v
		}
	}
	for j := range pooled {
		if n > 0 {
			pooled[j] /= n
		}
	}
	softmax(w, sure(pooled, logs), cellPull*n/(n+cellHalf))
	for i, m := range ms {
		m.weight = append([]float64(nil), w...)
		if logs[i] == nil {
			continue
		}
		for j := range logs[i] {
			logs[i][j] -= pooled[j]
		}
		l := float64(len(m.y))
		softmax(m.weight, logs[i], ownPull*l/(l+ownHalf))
	}
}

// sure is by how much each candidate is worse than the best one for certain.
func sure(pooled []float64, logs [][]float64) []float64 {
	best := 0
	for j, v := range pooled {
		if v < pooled[best] {
			best = j
		}
	}
	out := make([]float64, len(pooled))
	for j := range pooled {
		var s, q, n float64
		for _, l := range logs {
			if l != nil {
				d := l[j] - l[best]
				s += d
				q += d * d
				n++
			}
		}
		if n < 2 {
			continue
		}
		mu := s / n
		se := math.Sqrt(math.Max(0, q/n-mu*mu) / (n - 1))
		out[j] = math.Max(0, mu-certain*se)
	}
	return out
}

// softmax multiplies w by exp(-g loss) and makes it add up to one again.
func softmax(w, loss []float64, g float64) {
	low := math.Inf(1)
	for _, v := range loss {
		low = math.Min(low, v)
	}
	sum := 0.0
	for j := range w {
		w[j] *= math.Exp(-g * (loss[j] - low))
		sum += w[j]
	}
	for j := range w {
		w[j] /= sum
	}
}

// logLoss is the logarithm of each candidate's mean absolute scaled error in the
// trials, nil without trials.
func (m *member) logLoss() []float64 {
	if len(m.trials) == 0 {
		return nil
	}
	out := make([]float64, len(m.names))
	n := 0.0
	for _, t := range m.trials {
		for h, y := range t.actual {
			n++
			for k := range out {
				out[k] += math.Min(20, math.Abs(float64(t.f[k][h])-y)/t.scale)
			}
		}
	}
	for k := range out {
		out[k] = math.Log(out[k]/n + 0.05)
	}
	return out
}
