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

// group is a node of the grouping path.
type group struct {
	parent  *group
	num     []float64 // weighted sum of values by time
	den     []float64 // the same of usual values
	noise   []float64 // variance of the sum by chance
	series  int
	season  []float64 // factors by position, mean 1
	slope   float64   // growth a period, as a share of the level
	level   float64   // mean of the members' means
	between float64   // relative variance of the members' means
}

// groups are all groups of a pool as it stood some periods before the end.
type groups struct {
	m        int
	lo, hi   int // common time axis: lo <= t < hi
	back     int
	by       map[string]*group
	order    []*group
	leafNode map[*member]*group
}

// poolSeasons is how many seasons back the groups look.
const poolSeasons = 6

func newGroups(ms []*member, season, back int) *groups {
	g := &groups{m: season, back: back, by: map[string]*group{}, leafNode: map[*member]*group{}}
	end := math.MinInt
	for _, m := range ms {
		end = max(end, m.first+len(m.y)-back)
	}
	g.hi = end
	g.lo = end - max(poolSeasons*season, 12)
	for _, m := range ms {
		g.add(m)
	}
	for _, n := range g.order {
		g.solve(n)
	}
	return g
}

// node finds or makes the group of a path.
func (g *groups) node(path []string) *group {
	key := strings.Join(path, "\x00")
	if n, ok := g.by[key]; ok {
		return n
	}
	var up *group
	if len(path) > 0 {
		up = g.node(path[:len(path)-1])
	}
	n := g.newGroup(up)
	g.by[key] = n
	g.order = append(g.order, n)
	return n
}

func (g *groups) newGroup(up *group) *group {
	w := g.hi - g.lo
	return &group{parent: up, num: make([]float64, w), den: make([]float64, w), noise: make([]float64, w)}
}

// add counts a series into its groups.
func (g *groups) add(m *member) {
	n := len(m.y) - g.back
	if n < 1 {
		return
	}
	from := max(0, g.lo-m.first)
	if from >= n {
		return
	}
	mu := mean(m.y[from:n])
	weight, noise := 1.0, mu
	if m.in.Kind != Count {
		if !(mu > 0) {
			return
		}
		weight = 1 / math.Sqrt(mu)
		s := lagMAE(m.y[from:n], g.m) * 1.2533 / math.Sqrt2
		noise = s * s
	} else if n-from > 2*g.m {
		s := lagMAE(m.y[from:n], g.m) * 1.2533 / math.Sqrt2
		noise = math.Max(noise, s*s)
	}
	leaf := g.newGroup(g.node(m.in.Group))
	g.leafNode[m] = leaf
	for up := leaf; up != nil; up = up.parent {
		up.series++
		up.level += mu
		up.between += mu * mu
		for t := from; t < n; t++ {
			i := m.first + t - g.lo
			up.num[i] += weight * m.y[t]
			up.den[i] += weight * mu
			up.noise[i] += weight * weight * noise
		}
	}
	g.order = append(g.order, leaf)
}

// Deviations of the priors: of the widest group's seasonal effects and growth a
// year, and of those of a group against the wider one.
const (
	rootSeason, childSeason = 0.35, 0.10
	rootGrowth, childGrowth = 0.12, 0.04
	commonNoise             = 0.03 // of a sum, however many series it has
)

// solve finds level, slope and season of a group whose parent is solved.
func (g *groups) solve(n *group) {
	m := g.m
	seasonal := m > 1
	up := &group{season: make([]float64, m)}
	for i := range up.season {
		up.season[i] = 1
	}
	ts, tg := rootSeason, rootGrowth/float64(m)
	if n.parent != nil {
		up, ts, tg = n.parent, childSeason, childGrowth/float64(m)
	}
	if !seasonal {
		ts = 1e-6
	}
	k := m + 2
	a, b := make([]float64, k*k), make([]float64, k)
	prior := func(i int, mu, sd float64) {
		a[i*k+i] += 1 / (sd * sd)
		b[i] += mu / (sd * sd)
	}
	prior(0, 1, 1)
	prior(1, up.slope, tg)
	for q := range m {
		prior(2+q, up.season[q]-1, ts)
	}
	for i := range n.num {
		if n.den[i] <= 0 {
			continue
		}
		v := n.noise[i]/(n.den[i]*n.den[i]) + commonNoise*commonNoise
		x := n.num[i] / n.den[i]
		t := float64(i - len(n.num) + 1)
		idx := [3]int{0, 1, 2 + mod(g.lo+i, m)}
		val := [3]float64{1, t, 1}
		for r := range idx {
			b[idx[r]] += val[r] * x / v
			for c := range idx {
				a[idx[r]*k+idx[c]] += val[r] * val[c] / v
			}
		}
	}
	n.season = append([]float64(nil), up.season...)
	n.slope = up.slope
	if !solve(a, b, k) || !allFinite(b) {
		return
	}
	n.settle(b, m)
}

// settle turns the regression's effects into factors with mean one.
func (n *group) settle(b []float64, m int) {
	shift := mean(b[2:])
	level := math.Max(b[0]+shift, 0.2)
	n.slope = clamp(b[1]/level, -0.1, 0.1)
	for q := range m {
		n.season[q] = math.Max(0.05, 1+(b[2+q]-shift)/level)
	}
	c := mean(n.season)
	for q := range n.season {
		n.season[q] /= c
	}
}

func mod(a, m int) int { return ((a % m) + m) % m }

var poolNames = []string{"same-period-last-year", "own-season-steady", "own-season-slow", "own-season-fast", "group-season-slow", "own-trend", "tsb", "ses"}

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
