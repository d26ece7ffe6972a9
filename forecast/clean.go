package forecast

import (
	"fmt"
	"math"
	"sort"
)

// cleaned is the usable part of a history.
type cleaned struct {
	y     []float64 // without gaps
	from  int       // where y[0] stood in Series.Y
	notes []Note
	own   bool // y is a copy that may be changed, not the caller's
}

// set changes a value in a copy: histories that need no repair are never copied.
func (c *cleaned) set(i int, v float64) {
	if !c.own {
		c.y, c.own = append([]float64(nil), c.y...), true
	}
	c.y[i] = v
}

// clean applies the rules of the notes: it leaves out unobserved ends, fills short
// gaps and cuts at long ones.
func (s *Series) clean() cleaned {
	lo, hi := 0, len(s.Y)
	for lo < hi && math.IsNaN(s.Y[lo]) {
		lo++
	}
	for hi > lo && math.IsNaN(s.Y[hi-1]) {
		hi--
	}
	c := cleaned{}
	if lo > 0 {
		c.note(s, LeadingGap, 0, None(), None(), fmt.Sprintf("the first %d periods were not observed and are left out", lo))
	}
	if hi < len(s.Y) {
		c.note(s, Stale, hi, None(), None(), fmt.Sprintf("the last %d periods were not observed: the forecast starts after the last one that was", len(s.Y)-hi))
	}
	longest := max(3, s.season())
	run := 0
	for i := hi - 1; i >= lo; i-- {
		if !math.IsNaN(s.Y[i]) {
			run = 0
			continue
		}
		if run++; run > longest {
			next := i + run
			c.note(s, CutGap, i, None(), None(), fmt.Sprintf("more than %d periods in a row were not observed: only what came after them is used", longest))
			lo = next
			break
		}
	}
	c.from = lo
	c.y = s.Y[lo:hi]
	c.fill(s)
	return c
}

func (c *cleaned) note(s *Series, code NoteCode, i int, v, used Figure, text string) {
	n := Note{Code: code, Index: i, Value: v, Used: used, Text: text}
	if i >= 0 {
		n.Period = s.label(i)
	}
	c.notes = append(c.notes, n)
}

// fill puts values into gaps: the mean of the same position a season before and
// after where both were observed, else the line between the neighbours.
func (c *cleaned) fill(s *Series) {
	m := s.season()
	for i := 0; i < len(c.y); i++ {
		if !math.IsNaN(c.y[i]) {
			continue
		}
		j := i
		for math.IsNaN(c.y[j]) {
			j++
		}
		a, b := c.y[i-1], c.y[j]
		for k := i; k < j; k++ {
			v := a + (b-a)*float64(k-i+1)/float64(j-i+1)
			if o, ok := s.seasonMate(c.from+k, m); ok {
				v = o
			}
			if s.Kind == Count {
				v = math.Round(v)
			}
			c.set(k, v)
			c.note(s, Filled, c.from+k, None(), Figure(v), "not observed: filled by the same period of the years before and after, or by the line between the neighbours")
		}
		i = j
	}
}

// seasonMate is the mean of the values a season before and after, where both were
// observed.
func (s *Series) seasonMate(i, m int) (float64, bool) {
	if m < 2 || i-m < 0 || i+m >= len(s.Y) {
		return 0, false
	}
	v := s.Y[i-m]/2 + s.Y[i+m]/2
	return v, !math.IsNaN(v)
}

// classOf says what kind of history y is.
func classOf(y []float64, m int, k Kind) Class {
	n := len(y)
	lo, hi, sum, zeros := y[0], y[0], 0.0, 0
	for _, v := range y {
		lo, hi = math.Min(lo, v), math.Max(hi, v)
		sum += v / float64(n)
		if v == 0 {
			zeros++
		}
	}
	tail := 0
	for i := n - 1; i >= 0 && y[i] == 0; i-- {
		tail++
	}
	switch {
	case k == Count && hasEnded(y, m, tail, zeros):
		return Ended
	case k == Count && hi > lo && 2*zeros > n && n >= 8:
		return Sparse
	case k == Count && (hi > lo || n < 2*m) && (sum < countBelow(n) || 3*zeros > n) && n >= 4:
		return Counts
	case lo == hi && n > 1:
		return Constant
	case n < 4:
		return Tiny
	case m > 1 && n < 4*m && n < 30, m > 1 && k == Count && n <= 6*m && n <= 30:
		return Short
	}
	return Regular
}

// countBelow is the mean below which whole numbers are treated as counts: there a
// normal distribution would promise what cannot be. Long histories can bear models
// of their own from smaller means on.
func countBelow(n int) float64 {
	if n < 40 {
		return 10
	}
	return 5
}

// hasEnded tells whether a run of zeros at the end is longer than chance allows:
// at least a season (and four periods), and less likely than one in a thousand if
// zeros fell as they did before.
func hasEnded(y []float64, m, tail, zeros int) bool {
	n := len(y)
	if tail < max(4, m) || tail == n {
		return false
	}
	share := (float64(zeros-tail) + 1) / (float64(n-tail) + 2)
	return float64(tail)*math.Log(share) < math.Log(0.001)
}

// scanBreaks looks for outliers and one shift of level in the adjusted history and
// notes them. Outliers beyond six robust deviations of their surroundings are
// drawn in to that edge; a shift is only told, because the models follow it.
func (c *cleaned) scanBreaks(s *Series, ws *Workspace) {
	n := len(c.y)
	if n < 8 {
		return
	}
	mark := ws.mark()
	defer ws.release(mark)
	season := seasonOf(c.y, s.season(), positive(c.y), ws)
	plain := ws.take(n)
	season.remove(c.y, plain)
	dev, med := ws.take(n), ws.take(n)
	for i := range plain {
		med[i] = localMedian(plain, i, 3)
		dev[i] = math.Abs(plain[i] - med[i])
	}
	scale := 1.4826 * medianOf(dev, ws)
	scale = math.Max(scale, 1.2533*mean(dev)/2)
	if scale <= 0 {
		return
	}
	for i := 1; i < n-1; i++ {
		if d := plain[i] - med[i]; math.Abs(d) > 8*scale {
			c.drawIn(s, i, season, med[i]+math.Copysign(8*scale, d))
		}
	}
	c.scanShift(s, plain, ws)
}

func (c *cleaned) drawIn(s *Series, i int, season factors, to float64) {
	one := []float64{to}
	season.restore(one, i)
	v := one[0]
	if s.Kind == Count {
		v = math.Round(v)
	}
	if s.Kind != Amount {
		v = math.Max(0, v)
	}
	c.note(s, Outlier, c.from+i, Figure(c.y[i]), Figure(v), "farther than eight usual deviations from its neighbours: drawn in to that edge")
	c.set(i, v)
}

// scanShift notes the place where the mean before and after differ most, if by
// more than five standard errors of what is left.
func (c *cleaned) scanShift(s *Series, x []float64, ws *Workspace) {
	n := len(x)
	sum, sq := ws.take(n+1), ws.take(n+1)
	for i, v := range x {
		sum[i+1] = sum[i] + v
		sq[i+1] = sq[i] + v*v
	}
	best, at := 0.0, 0
	for k := 4; k <= n-4; k++ {
		a, b := float64(k), float64(n-k)
		ma, mb := sum[k]/a, (sum[n]-sum[k])/b
		left := sq[n] - a*ma*ma - b*mb*mb
		if left <= 0 {
			continue
		}
		// A trend also splits into two means: compare with a straight line.
		t := math.Abs(ma-mb) / math.Sqrt(left/float64(n-2)*(1/a+1/b))
		if t > best {
			best, at = t, k
		}
	}
	if best < 5 || at == 0 {
		return
	}
	a, b := float64(at), float64(n-at)
	ma, mb := sum[at]/a, (sum[n]-sum[at])/b
	if left := sq[n] - a*ma*ma - b*mb*mb; left*1.5 > trendResidual(x) {
		return
	}
	c.note(s, Shift, c.from+at, Figure(ma), Figure(mb), "the level changed here and stayed: the models follow the new level")
}

// localMedian is the median of the k values on either side of i, without i.
func localMedian(x []float64, i, k int) float64 {
	var w [12]float64
	n := 0
	for j := max(0, i-k); j <= min(len(x)-1, i+k); j++ {
		if j != i {
			w[n] = x[j]
			n++
		}
	}
	sort.Float64s(w[:n])
	if n%2 == 1 {
		return w[n/2]
	}
	return (w[n/2-1] + w[n/2]) / 2
}

func medianOf(x []float64, ws *Workspace) float64 {
	if len(x) == 0 {
		return 0
	}
	mark := ws.mark()
	defer ws.release(mark)
	w := ws.take(len(x))
	copy(w, x)
	sort.Float64s(w)
	n := len(w)
	if n%2 == 1 {
		return w[n/2]
	}
	return w[n/2-1]/2 + w[n/2]/2
}
