package outlook

import (
	"cmp"
	"context"
	"errors"
	"math"
	"slices"

	"guildhall/forecast"
	"guildhall/forecast/hier"
	"guildhall/forecast/plan"
	"guildhall/internal/codes"
)

// result is all that a release says.
type result struct {
	lines    []*Line // the enterprises' lines, then kinds, segments, the total
	gaps     []*Gap
	supplies []*Supply
	advice   []*Advice
	summary  Summary
	snapshot keptSnapshot
}

// levels are those of the intervals.
var levels = []float64{0.80, 0.95}

// steps is how many times compute tells of its progress.
const steps = 6

// compute makes a release of a snapshot. It knows no database and no clock.
func compute(ctx context.Context, s Snapshot, progress func(done int)) (*result, error) {
	c := &computation{Snapshot: s}
	for i, step := range []func(context.Context) error{c.gather, c.forecastLines, c.forecastSums, c.addUp, c.setAgainstSupply, c.advise} {
		if err := step(ctx); err != nil {
			return nil, err
		}
		progress(i + 1)
	}
	return c.result()
}

// computation is a release in the making.
type computation struct {
	Snapshot
	start    string
	length   int // quarters of history
	ahead    int // quarters forecast, beyond Horizon where a line is out of date
	lines    []*Line
	series   []forecast.Series // of lines
	declared map[string]plan.Declared
	sums     []*Line // kinds, segments, total
	tree     *hier.Hierarchy
	method   string
	points   []point
	gaps     []*Gap
	supplies []*Supply
	advice   []*Advice
	flows    map[string]map[string]float64 // graduates of a programme, by the kind of work that they seek
	summary  Summary
}

// gather lays the records out as series over the same quarters.
func (c *computation) gather(context.Context) error {
	c.start = c.AsOf
	for _, h := range c.Hires {
		if h.Hired != nil {
			c.start = min(c.start, h.Quarter)
		}
	}
	c.length = apart(c.start, c.AsOf) + 1
	byKey := map[string]*Line{}
	var order []*Line
	for _, h := range c.Hires {
		at := apart(c.start, h.Quarter)
		if h.Hired == nil || at >= c.length {
			continue
		}
		key := lineKey(h.Unit, h.Position)
		l := byKey[key]
		if l == nil {
			l = c.newLine(key, h)
			byKey[key] = l
			order = append(order, l)
		}
		l.Segment = h.Segment // as told last
		l.Hired[at] = forecast.Figure(*h.Hired)
	}
	slices.SortFunc(order, func(a, b *Line) int {
		return cmp.Or(cmp.Compare(a.Segment, b.Segment), cmp.Compare(a.Position, b.Position), cmp.Compare(a.Unit, b.Unit))
	})
	for _, l := range order {
		if stale := c.stale(l); stale >= Horizon {
			l.Refused = append(l.Refused, "stale")
		} else {
			c.ahead = max(c.ahead, Horizon+stale)
		}
		l.Recent = recent(l.Hired)
	}
	c.lines = order
	c.declare()
	return nil
}

func (c *computation) newLine(key string, h Hire) *Line {
	kind, _ := codes.Shipped().Get("position", h.Position)
	l := &Line{Key: key, Level: OfLine, Unit: h.Unit, Position: h.Position, UnitName: c.Units[h.Unit],
		Name: kind.Name, NameEN: kind.NameEN, Enterprises: 1, Largest: 1, Start: c.start, Hired: make([]forecast.Figure, c.length)}
	for i := range l.Hired {
		l.Hired[i] = forecast.None()
	}
	return l
}

func lineKey(unit, position string) string { return unit + "." + position }

// stale tells for how many quarters up to the last nothing was told of a line.
func (c *computation) stale(l *Line) (n int) {
	for i := len(l.Hired) - 1; i >= 0 && !l.Hired[i].Known(); i-- {
		n++
	}
	return n
}

// declare lays out what the enterprises planned: for the quarters that are known
// now, which tells what a plan is worth, and for those ahead.
func (c *computation) declare() {
	c.declared = map[string]plan.Declared{}
	empty := func(n int) []float64 {
		y := make([]float64, n)
		for i := range y {
			y[i] = math.NaN()
		}
		return y
	}
	note := func(unit, position, quarter string, planned int64) {
		key := lineKey(unit, position)
		d, ok := c.declared[key]
		if !ok {
			d = plan.Declared{Past: empty(c.length), Next: empty(Horizon)}
			c.declared[key] = d
		}
		if at := apart(c.start, quarter); at >= 0 && at < c.length {
			d.Past[at] = float64(planned)
		} else if at >= c.length && at < c.length+Horizon {
			d.Next[at-c.length] = float64(planned)
		}
	}
	for _, h := range c.Hires {
		if h.Planned != nil {
			note(h.Unit, h.Position, h.Quarter, *h.Planned)
		}
	}
	for _, p := range c.Plans {
		note(p.Unit, p.Position, p.Quarter, p.Planned)
	}
}

// forecastLines forecasts every enterprise's kinds of work, each with its plan.
func (c *computation) forecastLines(ctx context.Context) error {
	declared := map[string]plan.Declared{}
	var at []int
	for i, l := range c.lines {
		if len(l.Refused) > 0 {
			continue
		}
		c.series = append(c.series, seriesOf(l, []string{l.Segment, l.Position}))
		at = append(at, i)
		// What lies beyond a line's last quarter has been planned, and may be past.
		d, shift := c.declared[l.Key], c.stale(l)
		if len(d.Past) > 0 {
			whole := slices.Concat(d.Past, d.Next)
			declared[l.Key] = plan.Declared{Past: whole[:c.length-shift], Next: whole[c.length-shift:]}
		}
	}
	if len(c.series) == 0 {
		return nil
	}
	rs, err := plan.Panel(ctx, c.series, declared, c.options())
	if err != nil {
		return err
	}
	for j, r := range rs {
		l := c.lines[at[j]]
		c.take(l, &r.Forecast, r.Blends, c.stale(l))
	}
	return nil
}

func (c *computation) options() forecast.Options {
	return forecast.Options{Horizon: c.ahead, Levels: levels, Backtest: true}
}

func seriesOf(l *Line, group []string) forecast.Series {
	s := forecast.Series{Key: l.Key, Group: group, Freq: forecast.Quarterly, Kind: forecast.Count, Start: period(l.Start)}
	for _, v := range l.Hired {
		s.Y = append(s.Y, float64(v))
	}
	return s
}

// take notes a forecast at its line. The first shift quarters that it speaks of are
// past already.
func (c *computation) take(l *Line, f *forecast.Forecast, blends []plan.Blend, shift int) {
	for _, fault := range f.Faults {
		l.Refused = append(l.Refused, string(fault.Reason))
	}
	if f.Refused() {
		return
	}
	l.Method, l.Notes, l.Score = f.Route, f.Notes, f.Score
	for h := range Horizon {
		i := h + shift
		q := Quarter{Quarter: later(c.AsOf, h+1), Mean: f.Mean[i],
			Lo80: whole(f.Lo[0][i]), Hi80: whole(f.Hi[0][i]), Lo95: whole(f.Lo[1][i]), Hi95: whole(f.Hi[1][i])}
		if i < len(blends) && blends[i].Status != plan.NoPlan {
			q.Plan = &blends[i]
		}
		l.Ahead4 = append(l.Ahead4, q)
		l.sigma = append(l.sigma, f.Sigma[i])
	}
}

func whole(v float64) int64 { return int64(math.Round(v)) }

// usable gives the lines that were forecast.
func (c *computation) usable() []*Line {
	return slices.DeleteFunc(slices.Clone(c.lines), func(l *Line) bool { return len(l.Ahead4) == 0 })
}

// errNothing says that no line could be forecast; the release is then refused.
var errNothing = errors.New("outlook: no line could be forecast")
