package forecast

import (
	"math"
	"strings"
)

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
