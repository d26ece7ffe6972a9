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
	disp   float64     // dispersion of counts
	series int
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
	return cellKey{m.m, m.in.Kind, m.class, lengthClass(len(m.y), m.m), len(m.names)}
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
	c := &cell{series: len(ms)}
	k := len(ms[0].names)
	c.weight = make([]float64, k)
	for i := range c.weight {
		c.weight[i] = 1 / float64(k)
	}
	if ms[0].class == Short || ms[0].class == Counts || ms[0].class == Tiny {
		stack(ms, c.weight)
	}
	for _, m := range ms {
		m.weight = c.weight
	}
	c.calibrate(ms)
	return c
}

// stack finds the weights that would have been best for the whole cell: least
// squares of scaled errors over weights that add up to one, drawn to equal
// weights by as much as 50 errors count.
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
	for i := range k {
		a[i*k+i] += 50 * top / float64(n)
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

// calibrate collects the errors of the combination by horizon.
func (c *cell) calibrate(ms []*member) {
	var over, under float64
	for _, m := range ms {
		for _, t := range m.trials {
			for h, y := range t.actual {
				for len(c.errs) <= h {
					c.errs = append(c.errs, nil)
				}
				f := math.Max(0, t.combined(m.weight, h))
				c.errs[h] = append(c.errs[h], (y-t.combined(m.weight, h))/t.scale)
				over += ((y-f)*(y-f) - f) / (1 + f)
				under += f * f / (1 + f)
			}
		}
	}
	for _, e := range c.errs {
		sort.Float64s(e)
	}
	c.disp = 0.1
	if under > 0 {
		c.disp = clamp((over+0.1*5)/(under+5), 0.005, 10)
	}
}
