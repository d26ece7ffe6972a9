package chart

import (
	"math"
	"slices"
	"strings"
)

// Line is a chart of quantities over time, with what is forecast of them.
type Line struct {
	Title  string   // the sentence that tells what is seen
	Unit   string   // above the axis
	Labels []string // of the points, as many as each trace has
	// Known is how many points were observed. Those after them are forecast:
	// dashed, behind a boundary that bears the word Boundary.
	Known    int
	Boundary string
	Traces   []Trace
	// Say writes a value at the axis and at a trace's end.
	Say func(v float64) string
}

// Trace is one quantity of a line.
type Trace struct {
	Name  string    // written at its end
	Kind  string    // Demand or Supply: which colour it has on every page
	Y     []float64 // NaN where nothing is known
	Bands []Band    // intervals, the widest first
}

// The kinds of traces.
const (
	Demand = "demand"
	Supply = "supply"
)

// Band is an interval about a trace, NaN where there is none.
type Band struct{ Lo, Hi []float64 }

// The part of the picture that is the plot, in per cent.
const left, right, top, bottom = 8.0, 84.0, 10.0, 87.0

// most is how many labels fit under the narrowest chart.
const most = 4

type tick struct{ At, Text string }

type end struct {
	Name, Value, Kind string
	X, Y              string
	at                float64
}

// drawing is a line with everything in its place.
type drawing struct {
	Y, X   []tick
	Start  string // where the forecast begins, empty without one
	Paths  []path
	Dots   []end
	Labels []end
}

type path struct{ Class, D string }

// draw lays the line out.
func (l Line) draw() (d drawing) {
	lo, hi := l.span()
	ticks := Ticks(lo, hi, 4)
	if !slices.ContainsFunc(l.Traces, func(t Trace) bool { return slices.ContainsFunc(t.Y, there) }) {
		return d
	}
	y := func(v float64) float64 { return 1000 - 1000*(v-lo)/(hi-lo) }
	n := len(l.Labels)
	x := func(i int) float64 {
		if n < 2 {
			return 500
		}
		return 1000 * float64(i) / float64(n-1)
	}
	for _, t := range l.plain(ticks) {
		d.Y = append(d.Y, tick{pct(down(y(t))), l.say(t)})
	}
	for i := n - 1; i >= 0; i -= max(1, (n+most-1)/most) {
		d.X = append(d.X, tick{pct(across(x(i))), l.Labels[i]})
	}
	if l.Known > 0 && l.Known < n {
		d.Start = pct(across(x(l.Known - 1)))
	}
	for _, t := range l.Traces {
		d.trace(t, l, x, y)
	}
	d.apart()
	return d
}

// trace draws one trace: its bands below it, then what was, then what may be.
func (d *drawing) trace(t Trace, l Line, x func(int) float64, y func(float64) float64) {
	for _, b := range t.Bands {
		if p := area(b, x, y); p != "" {
			d.Paths = append(d.Paths, path{"band", p})
		}
	}
	known := min(l.Known, len(t.Y))
	class := "p-" + t.Kind
	if p := run(t.Y, 0, known, x, y); p != "" {
		d.Paths = append(d.Paths, path{class, p})
	}
	if p := run(t.Y, max(0, known-1), len(t.Y), x, y); p != "" && known < len(t.Y) {
		d.Paths = append(d.Paths, path{class + " fc", p})
	}
	for i := len(t.Y) - 1; i >= 0; i-- {
		if there(t.Y[i]) {
			d.Labels = append(d.Labels, end{Name: t.Name, Value: l.say(t.Y[i]), Kind: t.Kind, at: down(y(t.Y[i]))})
			break
		}
	}
	for i := known - 1; i >= 0; i-- {
		if there(t.Y[i]) {
			d.Dots = append(d.Dots, end{Kind: t.Kind, X: pct(across(x(i))), Y: pct(down(y(t.Y[i])))})
			break
		}
	}
}

// apart keeps the labels at the ends from lying on each other: 14 per cent is
// two lines of text.
func (d *drawing) apart() {
	slices.SortStableFunc(d.Labels, func(a, b end) int {
		switch {
		case a.at < b.at:
			return -1
		case a.at > b.at:
			return 1
		}
		return 0
	})
	for i := range d.Labels {
		if i > 0 {
			d.Labels[i].at = max(d.Labels[i].at, d.Labels[i-1].at+14)
		}
		d.Labels[i].Y = pct(d.Labels[i].at)
	}
}

// span gives the lowest and the highest value that the axis shows: round
// numbers, and zero too unless all values lie far above it.
func (l Line) span() (lo, hi float64) {
	lo, hi = math.Inf(1), math.Inf(-1)
	take := func(vs []float64) {
		for _, v := range vs {
			if there(v) {
				lo, hi = min(lo, v), max(hi, v)
			}
		}
	}
	for _, t := range l.Traces {
		take(t.Y)
		for _, b := range t.Bands {
			take(b.Lo)
			take(b.Hi)
		}
	}
	if lo > hi {
		return 0, 1
	}
	if lo > 0 && lo < 0.6*hi {
		lo = 0
	}
	if lo == hi {
		lo, hi = min(0, lo), max(1, hi)
	}
	step := round((hi - lo) / 4)
	return math.Floor(lo/step) * step, math.Ceil(hi/step) * step
}

func (l Line) say(v float64) string {
	if l.Say == nil {
		return fixed(v, 0)
	}
	return l.Say(v)
}

// plain leaves only whole ticks where two of them would be written alike: an axis
// of persons from 0 to 1 has no 0.25.
func (l Line) plain(ticks []float64) []float64 {
	said := map[string]bool{}
	for _, t := range ticks {
		said[l.say(t)] = true
	}
	if len(said) == len(ticks) {
		return ticks
	}
	return slices.DeleteFunc(ticks, func(t float64) bool { return t != math.Trunc(t) })
}

// across and down put a place of the inner picture, 0 to 1000, into the outer.
func across(x float64) float64 { return left + (right-left)*x/1000 }
func down(y float64) float64   { return top + (bottom-top)*y/1000 }

// run is the path through the values from one place to before another; it is
// lifted where one is missing.
func run(ys []float64, from, to int, x func(int) float64, y func(float64) float64) string {
	var b strings.Builder
	pen, drawn := false, 0
	for i := from; i < to; i++ {
		if !there(ys[i]) {
			pen = false
			continue
		}
		b.WriteString(map[bool]string{false: "M", true: "L"}[pen] + fixed(x(i), 1) + " " + fixed(y(ys[i]), 1))
		pen, drawn = true, drawn+1
	}
	if drawn < 2 {
		return ""
	}
	return b.String()
}

// area is the outline of a band: along its top, and back along its bottom.
func area(b Band, x func(int) float64, y func(float64) float64) string {
	var up, back []string
	for i := range min(len(b.Lo), len(b.Hi)) {
		if there(b.Lo[i]) && there(b.Hi[i]) {
			up = append(up, fixed(x(i), 1)+" "+fixed(y(b.Hi[i]), 1))
			back = append(back, fixed(x(i), 1)+" "+fixed(y(b.Lo[i]), 1))
		}
	}
	if len(up) < 2 {
		return ""
	}
	slices.Reverse(back)
	return "M" + strings.Join(append(up, back...), "L") + "Z"
}

// Axis gives the range of the value axis and the values at which it is marked, for
// those who draw the same line on paper.
func (l Line) Axis() (lo, hi float64, ticks []float64) {
	lo, hi = l.span()
	return lo, hi, l.plain(Ticks(lo, hi, 4))
}
