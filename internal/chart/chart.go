// Package chart draws charts (图表) as SVG, on the server: a line with its
// forecast, dot pairs, bars on a common zero, a bar or a sparkline within a
// cell, a meter. They need no script, print as they stand, and turn dark with
// the page, for their colours are classes of the style sheet.
//
// Positions are percentages, so that a chart stretches with its place while its
// text keeps its size. What is drawn is told in words too: each chart has a
// sentence as its name, which the caller gives in the reader's language.
//
// Values are plain numbers. A value that is not there is NaN and leaves a gap;
// no values at all leave an empty chart; infinite ones, and any beyond a googol,
// count as not there.
package chart

import (
	"math"
	"strconv"
)

// Scale lays values on a line from 0 to 100 per cent. Zero is always on it, so
// that bars can begin there.
type Scale struct{ Min, Max float64 }

// NewScale makes the scale that holds zero and all these values.
func NewScale(values ...float64) (s Scale) {
	for _, v := range values {
		if there(v) {
			s.Min, s.Max = min(s.Min, v), max(s.Max, v)
		}
	}
	if s.Min == s.Max {
		s.Max = 1
	}
	return s
}

// At gives the place of v in per cent, held within the scale.
func (s Scale) At(v float64) float64 {
	if !there(v) {
		return s.At(0)
	}
	return min(100, max(0, 100*(v-s.Min)/(s.Max-s.Min)))
}

// Bar gives where the bar of v begins and how wide it is, in per cent. A bar
// that stands for something is never too thin to be seen.
func (s Scale) Bar(v float64) (x, width float64) {
	zero, end := s.At(0), s.At(v)
	x, width = min(zero, end), math.Abs(end-zero)
	if there(v) && v != 0 && width < 0.4 {
		width = 0.4
		x = min(x, 100-width)
	}
	return x, width
}

// Ticks gives round values from the first at or above lo to the last at or
// below hi: about want of them, at least two unless the range is a point.
func Ticks(lo, hi float64, want int) []float64 {
	if !there(lo) || !there(hi) || lo >= hi || want < 1 {
		return []float64{lo}
	}
	step := round((hi - lo) / float64(want))
	if !there(step) || step == 0 {
		return []float64{lo, hi}
	}
	var ticks []float64
	for i := math.Ceil(lo/step - 1e-9); i*step <= hi+step*1e-9 && len(ticks) < 4*want; i++ {
		ticks = append(ticks, i*step+0) // +0 turns −0 into 0
	}
	return ticks
}

// round gives the nearest of 1, 2, 2.5 and 5 times a power of ten that is not
// below step.
func round(step float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(step)))
	for _, m := range []float64{1, 2, 2.5, 5} {
		if step <= m*power*(1+1e-9) {
			return m * power
		}
	}
	return 10 * power
}

// there tells whether a value can be drawn. Beyond a googol differences overflow.
func there(v float64) bool { return math.Abs(v) <= 1e100 }

// pct writes a place as an attribute: 37.50%.
func pct(v float64) string { return fixed(v, 2) + "%" }

// fixed writes a number with so many places, and never −0.
func fixed(v float64, places int) string {
	s := strconv.FormatFloat(v, 'f', places, 64)
	if s[0] == '-' && v > -0.5*math.Pow(10, -float64(places)) {
		return s[1:]
	}
	return s
}

// sign is the class of a gap: shortages above zero, surpluses below.
func sign(v float64, gap, surplus string) string {
	if v < 0 {
		return surplus
	}
	return gap
}
