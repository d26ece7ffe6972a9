package chart

import (
	"math"
	"strings"
)

// Pairs shows two values for each of many things and the distance between them
// (哑铃图): what is wanted and what there is.
type Pairs struct {
	Head, Tail string // over the names, and over the texts at the right
	Rows       []Pair
	Say        func(v float64) string // writes a value at the axis
}

// Pair is one row of Pairs.
type Pair struct {
	Label, Link    string // Link may be empty
	Title          string // the sentence that tells both values
	Demand, Supply float64
	Text           string // at the right: 缺 848
}

// scale is the one scale of all rows; it ends on a round number.
func (p Pairs) scale() (Scale, []float64) {
	s := Scale{}
	for _, r := range p.Rows {
		s = NewScale(s.Min, s.Max, r.Demand, r.Supply)
	}
	if s.Max == 0 {
		s.Max = 1
	}
	step := round((s.Max - s.Min) / 4)
	s.Min, s.Max = math.Floor(s.Min/step)*step, math.Ceil(s.Max/step)*step
	return s, Ticks(s.Min, s.Max, 4)
}

func (p Pairs) say(v float64) string { return Line{Say: p.Say}.say(v) }

// anchor keeps the words at both ends of an axis within the picture.
func anchor(i, n int) string {
	switch i {
	case 0:
		return "start"
	case n - 1:
		return "end"
	}
	return "middle"
}

// Bars compares one value of each of a few things, on a common zero.
type Bars struct {
	Rows  []Bar
	Plain bool // values that are neither shortage nor surplus: drawn calmly
}

// Bar is one row of Bars: above zero a shortage, below a surplus.
type Bar struct {
	Label, Link string // Link may be empty
	Value       float64
	Text, More  string // at the right: 缺 848, and a quieter figure
}

// fill is the class of a bar.
func (b Bars) fill(v float64) string {
	if b.Plain {
		return "f-sur"
	}
	return sign(v, "f-gap", "f-sur")
}

// tint is the class of its figure.
func (b Bars) tint(v float64) string {
	if b.Plain {
		return ""
	}
	return sign(v, "neg", "pos")
}

func (b Bars) scale() Scale {
	s := Scale{}
	for _, r := range b.Rows {
		s = NewScale(s.Min, s.Max, r.Value)
	}
	return s
}

// The picture of a sparkline, in pixels.
const sparkWidth, sparkHeight, margin = 76.0, 22.0, 3.0

// spark gives the points of a sparkline, and the last one.
func spark(ys []float64) (points string, x, y string) {
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, v := range ys {
		if there(v) {
			lo, hi = min(lo, v), max(hi, v)
		}
	}
	if lo > hi {
		return "", "", ""
	}
	var all []string
	for i, v := range ys {
		if !there(v) {
			continue
		}
		at, high := sparkWidth-4, sparkHeight/2
		if len(ys) > 1 {
			at = 2 + (sparkWidth-6)*float64(i)/float64(len(ys)-1)
		}
		if hi > lo {
			high = sparkHeight - margin - (sparkHeight-2*margin)*(v-lo)/(hi-lo)
		}
		x, y = fixed(at, 1), fixed(high, 1)
		all = append(all, x+","+y)
	}
	return strings.Join(all, " "), x, y
}

// Mark is a threshold on a meter, in shares of the whole.
type Mark struct {
	At   float64
	Text string
	Due  bool // it is missed
}

// share gives the place of a share of the whole, held within it.
func share(v float64) string {
	if !there(v) {
		v = 0
	}
	return pct(100 * min(1, max(0, v)))
}

// Axis gives the one scale of all rows and the values at which it is marked.
func (p Pairs) Axis() (Scale, []float64) { return p.scale() }

// Axis gives the one scale of all rows.
func (b Bars) Axis() Scale { return b.scale() }
