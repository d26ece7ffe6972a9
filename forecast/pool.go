package forecast

import (
	"context"
	"math"
	"sort"
	"strings"
)

// Pooling lends short histories the season and drift of their groups. Each group
// of the path (and the series itself, as the last group) has a level, a slope and
// seasonal effects, found by Bayesian linear regression on the group's scaled sum:
// the prior is what the wider group shows, its weight follows from how noisy the
// sum is. So a group of ten thousand hires speaks for itself and a workshop with
// three hires a year speaks for its trade.

// poolKey names the series that can share a season.
type poolKey struct {
	m     int
	kind  Kind
	dated bool
}

// pool finds the candidates of all short histories and counts.
func (p *panel) pool(ctx context.Context) error {
	pools := map[poolKey][]*member{}
	needed := map[poolKey]bool{}
	for _, m := range p.members {
		if len(m.out.Faults) > 0 || m.class == Ended || m.class == Constant || m.class == Chosen {
			continue
		}
		k := poolKey{m.m, m.in.Kind, m.in.Start != (Period{})}
		pools[k] = append(pools[k], m)
		needed[k] = needed[k] || m.poolable()
	}
	for k, ms := range pools {
		if !needed[k] {
			continue
		}
		sort.Slice(ms, func(i, j int) bool { return ms[i].in.Key < ms[j].in.Key })
		poolMembers(ms, k.m, p.o)
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	return nil
}

func (m *member) poolable() bool {
	return m.class == Short || m.class == Counts || m.class == Tiny || m.class == Sparse
}

// maxTrials is how many earlier origins the record of pooled series is made of, at
// least; more where the horizon is longer and the histories are too.
const maxTrials = 8

func poolMembers(ms []*member, season int, o Options) {
	longest := 0
	for _, m := range ms {
		if m.poolable() {
			longest = max(longest, len(m.y))
		}
	}
	for back := max(0, min(max(maxTrials, min(o.Horizon, longest/3)), longest-2)); back >= 0; back-- {
		g := newGroups(ms, season, back)
		for _, m := range ms {
			if n := len(m.y) - back; m.poolable() && n >= 1 && (back == 0 || n >= min(4, len(m.y)/2)) {
				g.candidates(m, n, o)
			}
		}
	}
}

// poolPrior are the shares where nothing is known of the record, and sparsePrior the
// same for histories of mostly zeros.
var (
	poolPrior   = []float64{0.08, 0.2, 0.2, 0.07, 0.2, 0.22, 0.02, 0.01}
	sparsePrior = []float64{0, 0.03, 0.07, 0.01, 0.07, 0.12, 0.2, 0.5}
)

// candidates says what each candidate of the pool expects after the first n
// observations of m.
func (g *groups) candidates(m *member, n int, o Options) {
	leaf := g.leafNode[m]
	if leaf == nil {
		leaf = g.newGroup(g.by[strings.Join(m.in.Group, "\x00")])
		g.solve(leaf)
	}
	up := leaf.parent
	if up == nil {
		up = leaf
	}
	h := o.Horizon
	if g.back > 0 {
		h = min(h, g.back)
	}
	y := m.y[:n]
	prior, strength := up.priorLevel(m)
	level := func(gr *group, discount, growth float64) []float64 {
		return g.levelForecast(m, y, gr, discount, growth, prior, strength, h)
	}
	said := [][]float64{
		make([]float64, h),
		level(leaf, 1, 0),
		level(leaf, 0.85, 0),
		level(leaf, 0.6, 0),
		level(up, 0.85, 0),
		level(leaf, 0.85, leaf.slope/2),
		make([]float64, h),
		make([]float64, h),
	}
	lag := g.m
	if n < lag {
		lag = 1
	}
	lagged{m: lag}.Forecast(y, said[0])
	tsb{0.1, 0.1}.forecast(y, said[6])
	(&smooth{alpha: 0.1, phi: 1, level: y[0]}).Forecast(y, said[7])
	m.names = poolNames
	if g.back == 0 {
		m.final = said
		m.scale = poolScale(y, g.m)
		m.season, m.pooled = g.m, up.series
		return
	}
	m.record(n, poolScale(y, g.m), said)
}

// poolScale is the size of an error to be expected on a short history.
func poolScale(y []float64, m int) float64 {
	return math.Max(lagMAE(y, m), math.Max(0.5*math.Sqrt(math.Abs(mean(y))+0.1), 1e-9))
}

// priorLevel is what the level of a member of the group is expected to be, and how
// many observations that counts for.
func (n *group) priorLevel(m *member) (level, strength float64) {
	if n.series < 3 {
		return 0, 0
	}
	k := float64(n.series)
	mu := n.level / k
	between := n.between/k - mu*mu
	if m.in.Kind != Count || !(mu > 0) || between <= 0 {
		return 0, 0
	}
	return mu, clamp(mu/between, 0, 4)
}

// levelForecast finds the level as the discounted sum of values over the
// discounted sum of factors, so that a history that ends in a strong quarter is
// not taken for a strong one, and puts the season on it.
func (g *groups) levelForecast(m *member, y []float64, gr *group, discount, growth, prior, strength float64, h int) []float64 {
	num, den, w := prior*strength, strength, 1.0
	n := len(y)
	for i := n - 1; i >= 0; i-- {
		f := gr.season[mod(m.first+i, g.m)] * math.Max(0.2, 1+growth*float64(i-n+1))
		num += w * y[i]
		den += w * f
		if w *= discount; w < 1e-4 {
			break
		}
	}
	out := make([]float64, h)
	for i := range out {
		out[i] = num / den * gr.season[mod(m.first+n+i, g.m)] * math.Max(0.2, 1+growth*float64(i+1))
	}
	return out
}
