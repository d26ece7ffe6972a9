package outlook

import (
	"context"
	"math"

	"guildhall/forecast"
	"guildhall/forecast/hier"
	"guildhall/forecast/plan"
	"guildhall/internal/codes"
)

// Columns of the crossed hierarchy. The first is the one along which rounding goes.
var columns = []string{string(OfSegment), string(OfKind)}

// forecastSums forecasts kinds, segments and the total by themselves: their
// histories are longer on signal than those of their lines.
func (c *computation) forecastSums(ctx context.Context) error {
	lines := c.usable()
	if len(lines) == 0 {
		return errNothing
	}
	keys, values := make([]string, len(lines)), make([][]string, len(lines))
	for i, l := range lines {
		keys[i], values[i] = l.Key, []string{l.Segment, l.Position}
	}
	tree, err := hier.New(hier.Cross(keys, columns, values, nil))
	if err != nil {
		return err
	}
	c.tree = tree
	declared := map[string]plan.Declared{}
	var series []forecast.Series
	for _, n := range tree.Nodes() {
		if n.Level == "leaf" {
			continue
		}
		l := c.newSum(n)
		for _, m := range lines {
			if l.over(m) {
				l.add(m)
			}
		}
		if d, ok := c.sumDeclared(l, lines); ok {
			declared[l.Key] = d
		}
		c.sums = append(c.sums, l)
		series = append(series, seriesOf(l, []string{string(l.Level)}))
	}
	rs, err := plan.Panel(ctx, series, declared, c.options())
	if err != nil {
		return err
	}
	for i, r := range rs {
		c.take(c.sums[i], &r.Forecast, r.Blends, c.stale(c.sums[i]))
	}
	return nil
}

// newSum makes the line of a sum in the hierarchy.
func (c *computation) newSum(n hier.Node) *Line {
	l := &Line{Key: n.Key, Level: OfTotal, Start: c.start, Hired: make([]forecast.Figure, c.length)}
	for i := range l.Hired {
		l.Hired[i] = forecast.None()
	}
	switch n.Level {
	case string(OfKind):
		l.Level, l.Position = OfKind, n.Key[len(columns[1])+1:]
		code, _ := codes.Shipped().Get("position", l.Position)
		l.Key, l.Name, l.NameEN = sumKey(OfKind, l.Position), code.Name, code.NameEN
	case string(OfSegment):
		l.Level, l.Segment = OfSegment, n.Key[len(columns[0])+1:]
		code, _ := codes.Shipped().Get("segment", l.Segment)
		l.Key, l.Name, l.NameEN = sumKey(OfSegment, l.Segment), code.Name, code.NameEN
	}
	return l
}

// sumKey is the key of a sum: kind-P001, segment-M13, total.
func sumKey(level Level, code string) string {
	if level == OfTotal {
		return string(OfTotal)
	}
	return string(level) + "-" + code
}

// over tells whether a sum holds a line.
func (l *Line) over(m *Line) bool {
	switch l.Level {
	case OfKind:
		return m.Position == l.Position
	case OfSegment:
		return m.Segment == l.Segment
	}
	return l.Level == OfTotal
}

// add adds a line's history to a sum's.
func (l *Line) add(m *Line) {
	for i, v := range m.Hired {
		if !v.Known() {
			continue
		}
		if !l.Hired[i].Known() {
			l.Hired[i] = 0
		}
		l.Hired[i] += v
	}
	l.Recent += m.Recent
}

// sumDeclared adds up the plans of a sum's lines, for those quarters in which most
// of them told one. What a partial sum is worth, its record tells.
func (c *computation) sumDeclared(sum *Line, lines []*Line) (d plan.Declared, ok bool) {
	n := c.length + Horizon
	total, told, all := make([]float64, n), make([]int, n), 0
	for _, l := range lines {
		if !sum.over(l) {
			continue
		}
		all++
		if of, found := c.declared[l.Key]; found {
			for i := range n {
				var v float64
				if i < c.length {
					v = of.Past[i]
				} else {
					v = of.Next[i-c.length]
				}
				if !math.IsNaN(v) {
					total[i] += v
					told[i]++
				}
			}
		}
	}
	for i := range n {
		if 10*told[i] < 9*all {
			total[i] = math.NaN()
		} else {
			ok = true
		}
	}
	return plan.Declared{Past: total[:c.length], Next: total[c.length:]}, ok
}

// addUp makes the forecasts of lines and sums agree, changing least where errors
// are least, and rounds them to whole persons that add up.
func (c *computation) addUp(context.Context) error {
	nodes := c.nodes()
	base, spread := make([][]float64, len(nodes)), make([][]float64, len(nodes))
	for i, l := range nodes {
		for h := range l.Ahead4 {
			base[i] = append(base[i], l.Ahead4[h].Mean)
		}
		// Two errors of the size to be expected: all that weighing by variance asks for.
		s := 0.0
		if len(l.sigma) > 0 {
			s = l.sigma[0]
		}
		spread[i] = []float64{s, -s}
	}
	means, report, err := c.tree.Reconcile(base, hier.Weights{Method: hier.WLS, Errors: spread, NonNegative: true})
	if err != nil {
		return err
	}
	c.method = string(report.Method)
	for i, row := range c.tree.Round(means) {
		nodes[i].settle(means[i], row, c.AsOf)
	}
	return nil
}

// nodes gives the lines in the order of the hierarchy.
func (c *computation) nodes() []*Line {
	sums, leaves := c.sums, map[string]*Line{}
	for _, l := range c.lines {
		leaves[l.Key] = l
	}
	var nodes []*Line
	for _, n := range c.tree.Nodes() {
		if n.Level == "leaf" {
			nodes = append(nodes, leaves[n.Key])
		} else {
			nodes = append(nodes, sums[0])
			sums = sums[1:]
		}
	}
	return nodes
}

// settle puts the means that add up in the place of a line's own. Its intervals
// move along, keep their width, and hold the whole number that is told.
func (l *Line) settle(means []float64, wholes []int64, asOf string) {
	if len(l.Ahead4) == 0 { // a sum that had no forecast of its own has that of its lines
		for h := range means {
			l.Ahead4 = append(l.Ahead4, Quarter{Quarter: later(asOf, h+1), Mean: means[h]})
			l.sigma = append(l.sigma, math.Sqrt(means[h]))
		}
	}
	for h := range l.Ahead4 {
		q := &l.Ahead4[h]
		move := means[h] - q.Mean
		q.Mean, q.Whole = means[h], wholes[h]
		shift := func(v int64) int64 { return max(0, whole(float64(v)+move)) }
		q.Lo80, q.Hi80 = min(shift(q.Lo80), q.Whole), max(shift(q.Hi80), q.Whole)
		q.Lo95, q.Hi95 = min(shift(q.Lo95), q.Lo80), max(shift(q.Hi95), q.Hi80)
		l.Ahead += q.Whole
	}
	l.Change = change(l.Recent, l.Ahead)
}
