package forecast

import (
	"context"
	"fmt"
	"math"
	"sort"
)

// finish puts the candidates together, sets the intervals and says how it was
// done.
func (p *panel) finish(ctx context.Context) error {
	return p.each(ctx, func(m *member, _ *Workspace) {
		h := p.o.Horizon
		f := &m.out
		f.Mean, f.Sigma = make([]float64, h), make([]float64, h)
		combine(m.final, m.weight, f.Mean)
		m.keepInRange(f.Mean)
		f.Levels = p.o.Levels
		if m.in.Kind == Count && (m.poolable() || m.class == Ended) {
			m.countIntervals(p.o)
		} else {
			m.errorIntervals(p.o, p.cells[m.cellKey()])
		}
		m.explain()
		m.final, m.trials, m.y = nil, nil, nil // what is not needed any more
	})
}

// keepInRange cuts what cannot be: negative counts and levels, and negative
// amounts where there never were any.
func (m *member) keepInRange(v []float64) {
	floor := m.floor()
	for i := range v {
		v[i] = math.Max(floor, v[i])
	}
}

// floor is the smallest value the series can have.
func (m *member) floor() float64 {
	if m.in.Kind != Amount {
		return 0
	}
	for _, v := range m.y {
		if v < 0 {
			return math.Inf(-1)
		}
	}
	return 0
}

// countIntervals takes the quantiles of the negative binomial distribution around
// the mean.
func (m *member) countIntervals(o Options) {
	f := &m.out
	f.Median = make([]float64, o.Horizon)
	for i, mu := range f.Mean {
		d := Negative{mu, m.disp * (1 + 0.05*float64(i))}
		if m.class == Ended {
			d = Negative{0.05, 1}
			f.Mean[i] = 0
		}
		f.Median[i] = d.Quantile(0.5)
		f.Sigma[i] = math.Sqrt(d.Mean + d.Dispersion*d.Mean*d.Mean)
	}
	for _, l := range o.Levels {
		lo, hi := make([]float64, o.Horizon), make([]float64, o.Horizon)
		for i := range lo {
			d := Negative{f.Mean[i], m.disp * (1 + 0.05*float64(i))}
			if m.class == Ended {
				d = Negative{0.05, 1}
			}
			lo[i], hi[i] = d.Quantile((1-l)/2), d.Quantile((1+l)/2)
		}
		f.Lo, f.Hi = append(f.Lo, lo), append(f.Hi, hi)
	}
}

// errorIntervals sets the intervals by the errors that were made before: quantiles
// of the cell's scaled errors, mixed with usual ones by how many errors there
// are.
func (m *member) errorIntervals(o Options, c *cell) {
	f := &m.out
	f.Median = append([]float64(nil), f.Mean...)
	if m.scale == 0 {
		m.scale = math.Max(0.05*math.Abs(m.y[len(m.y)-1]), 1e-9)
		if m.in.Kind == Count {
			m.scale = math.Max(m.scale, 0.5)
		}
	}
	for i := range f.Sigma {
		f.Sigma[i] = m.width(i) * c.spread(i)
	}
	floor := m.floor()
	for _, l := range o.Levels {
		lo, hi := make([]float64, o.Horizon), make([]float64, o.Horizon)
		for i := range lo {
			a, b := c.quantile(i, (1-l)/2), c.quantile(i, (1+l)/2)
			lo[i] = math.Max(floor, f.Mean[i]+math.Min(0, a)*m.width(i))
			hi[i] = math.Max(floor, f.Mean[i]+math.Max(0, b)*m.width(i))
		}
		f.Lo, f.Hi = append(f.Lo, lo), append(f.Hi, hi)
	}
	nest(f)
}

// plainSpread is the deviation of scaled errors i+1 periods ahead where none were
// seen, as it is usual for such seasons: errors grow with the root of time, faster
// where periods are longer.
func plainSpread(i, season int) float64 {
	if season < 2 {
		return 1.2 * math.Sqrt(1+float64(i))
	}
	return 0.92 * math.Sqrt(1+2.3/float64(season)*float64(i))
}

// tailed is the quantile of usual scaled errors: a normal one with heavier tails.
func tailed(p float64) float64 {
	z := zOf(p)
	return z * (1 + 0.07*math.Max(0, z*z-1.64))
}

// spread is the deviation of the scaled errors i+1 periods ahead.
func (c *cell) spread(i int) float64 {
	j := min(i, len(c.errs)-1)
	if j < 0 {
		return plainSpread(i, c.season)
	}
	n := float64(len(c.errs[j]))
	base := plainSpread(j, c.season)
	return math.Sqrt((c.square[j]+plainErrors*base*base)/(n+plainErrors)) * plainSpread(i, c.season) / base
}

// plainErrors is how many errors the usual ones count for.
const plainErrors = 40

// quantile is the p-quantile of scaled errors i+1 periods ahead: that of the cell,
// with as much of the usual one as plainErrors errors count.
func (c *cell) quantile(i int, p float64) float64 {
	q := plainSpread(i, c.season) * tailed(p)
	j := min(i, len(c.errs)-1)
	if j < 0 || len(c.errs[j]) == 0 {
		return q
	}
	e := c.errs[j]
	n := float64(len(e))
	at := clamp(p*(n+1)-1, 0, n-1)
	k := int(at)
	v := e[k]
	if k+1 < len(e) {
		v += (at - float64(k)) * (e[k+1] - v)
	}
	v *= plainSpread(i, c.season) / plainSpread(j, c.season)
	return (n*v + plainErrors*q) / (n + plainErrors)
}

// nest makes sure that wider levels hold narrower ones.
func nest(f *Forecast) {
	by := make([]int, len(f.Levels))
	for i := range by {
		by[i] = i
	}
	sort.SliceStable(by, func(a, b int) bool { return f.Levels[by[a]] < f.Levels[by[b]] })
	for k := 1; k < len(by); k++ {
		a, b := by[k-1], by[k]
		for h := range f.Mean {
			f.Lo[b][h] = math.Min(f.Lo[b][h], f.Lo[a][h])
			f.Hi[b][h] = math.Max(f.Hi[b][h], f.Hi[a][h])
		}
	}
}

// explain fills the route.
func (m *member) explain() {
	r := &m.out.Route
	r.Class, r.Observations, r.Season, r.Pool = m.class, len(m.y), m.season, m.pooled
	for i, n := range m.names {
		if m.weight[i] >= 0.0005 {
			r.Weights = append(r.Weights, Weight{n, m.weight[i]})
		}
	}
	sort.SliceStable(r.Weights, func(i, j int) bool { return r.Weights[i].Share > r.Weights[j].Share })
	r.Text = routeText(m)
}

func routeText(m *member) string {
	switch m.class {
	case Constant:
		return "never changed: the constant goes on"
	case Ended:
		return "ended: zero"
	case Tiny, Short:
		return fmt.Sprintf("%d observations: pooled with its group of %d series, weights of the whole class", len(m.y), m.pooled)
	case Counts, Sparse:
		return fmt.Sprintf("count: pooled level and season of %d series, negative binomial distribution", m.pooled)
	case Chosen:
		return "mean of the models that were asked for"
	}
	return "combination weighted by the record of the class and of the series itself"
}
