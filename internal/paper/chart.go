package paper

import (
	"math"

	"github.com/signintech/gopdf"

	"guildhall/internal/chart"
)

// caption stands over a chart.
func (p *pen) caption(text string, height float64) {
	f := face{p.head, 10.5}
	lines := wrap(text, inner, 0, p.gauge(f))
	if text == "" {
		lines = nil
	}
	p.need(float64(len(lines))*f.lead() + height)
	p.lines(lines, marginX, 0, f, ink)
}

func there(v float64) bool { return math.Abs(v) <= 1e100 }

// clipped shortens a text to a width.
func (p *pen) clipped(text string, f face, width float64) string {
	if p.width(text, f) <= width {
		return text
	}
	rs := []rune(text)
	for len(rs) > 1 && p.width(string(rs)+"…", f) > width {
		rs = rs[:len(rs)-1]
	}
	return string(rs) + "…"
}

// lineChart draws what the page draws, from the same values.
func (p *pen) lineChart(l Line) {
	const height = 168.0
	p.caption(l.Caption, height)
	f := face{p.body, 8.5}
	x0, x1 := marginX+34, marginX+inner-96
	y0, y1 := p.y+16, p.y+height-24
	lo, hi, ticks := l.Axis()
	n := len(l.Labels)
	x := func(i int) float64 {
		if n < 2 {
			return (x0 + x1) / 2
		}
		return x0 + (x1-x0)*float64(i)/float64(n-1)
	}
	y := func(v float64) float64 { return y1 - (y1-y0)*(v-lo)/(hi-lo) }
	say := l.Say
	if say == nil {
		say = plain
	}
	p.write(marginX, p.y+8, l.Unit, f, quiet)
	for _, t := range ticks {
		p.stroke(hair, 0.5)
		p.pdf.Line(x0, y(t), x1, y(t))
		p.write(x0-4-p.width(say(t), f), y(t)+3, say(t), f, quiet)
	}
	for i := n - 1; i >= 0; i -= max(1, (n+7)/8) {
		p.write(x(i)-p.width(l.Labels[i], f)/2, y1+14, l.Labels[i], f, quiet)
	}
	if l.Known > 0 && l.Known < n {
		p.stroke(quiet, 0.5)
		p.pdf.Line(x(l.Known-1), y0, x(l.Known-1), y1)
		p.write(x(l.Known-1)+3, y0+4, l.Boundary, f, quiet)
	}
	for _, t := range l.Traces {
		p.bands(t, x, y)
	}
	last := -1e9
	for _, t := range l.Traces {
		last = p.trace(l, t, x, y, x1, last, say)
	}
	p.y += height + 6
}

func plain(v float64) string { return trimmed(v) }

func kindColour(kind string) colour {
	if kind == chart.Supply {
		return supply
	}
	return demand
}

// pale mixes a colour with paper.
func pale(c colour, ink float64) colour {
	mix := func(v uint8) uint8 { return uint8(255 - ink*(255-float64(v))) }
	return colour{mix(c.r), mix(c.g), mix(c.b)}
}

func (p *pen) bands(t chart.Trace, x func(int) float64, y func(float64) float64) {
	for k, b := range t.Bands {
		var up, back []gopdf.Point
		for i := range min(len(b.Lo), len(b.Hi)) {
			if there(b.Lo[i]) && there(b.Hi[i]) {
				up = append(up, gopdf.Point{X: x(i), Y: y(b.Hi[i])})
				back = append(back, gopdf.Point{X: x(i), Y: y(b.Lo[i])})
			}
		}
		if len(up) < 2 {
			continue
		}
		for i := len(back) - 1; i >= 0; i-- {
			up = append(up, back[i])
		}
		c := pale(kindColour(t.Kind), 0.16+0.12*float64(k))
		p.pdf.SetFillColor(c.r, c.g, c.b)
		p.pdf.Polygon(up, "F")
	}
}

// trace draws a quantity, dashed where it is forecast, and its name at its end, below
// the names that are already there. It gives how far down names are.
func (p *pen) trace(l Line, t chart.Trace, x func(int) float64, y func(float64) float64, edge, last float64, say func(float64) string) float64 {
	c := kindColour(t.Kind)
	for i := 1; i < len(t.Y); i++ {
		if there(t.Y[i-1]) && there(t.Y[i]) {
			p.stroke(c, 1.4)
			p.dash(i >= l.Known)
			p.pdf.Line(x(i-1), y(t.Y[i-1]), x(i), y(t.Y[i]))
		}
	}
	p.dash(false)
	for i := len(t.Y) - 1; i >= 0; i-- {
		if !there(t.Y[i]) {
			continue
		}
		f := face{p.body, 8.5}
		at := max(y(t.Y[i])+3, last+12)
		p.write(edge+6, at, p.clipped(t.Name+" "+say(t.Y[i]), f, 90), f, c)
		return at
	}
	return last
}

const chartRow = 15.0

func (p *pen) pairs(d Pairs) {
	s, ticks := d.Axis()
	p.caption(d.Caption, 4*chartRow)
	f := face{p.body, 8.5}
	x0, x1 := marginX+132, marginX+inner-78
	at := func(v float64) float64 { return x0 + (x1-x0)*s.At(v)/100 }
	say := d.Say
	if say == nil {
		say = plain
	}
	head := func() {
		p.write(marginX, p.y+10, d.Head, f, quiet)
		for _, t := range ticks {
			p.write(at(t)-p.width(say(t), f)/2, p.y+10, say(t), f, quiet)
		}
		p.write(marginX+inner-p.width(d.Tail, f), p.y+10, d.Tail, f, quiet)
		p.y += chartRow
	}
	p.dot(x0, p.y+6, supply, true)
	x := p.write(x0+6, p.y+9, d.Supply, f, quiet) + 16
	p.dot(x, p.y+6, demand, false)
	p.write(x+6, p.y+9, d.Demand, f, quiet)
	p.y += chartRow
	head()
	for _, r := range d.Rows {
		if p.y+chartRow > floor {
			p.newPage()
			head()
		}
		mid := p.y + chartRow/2
		for _, t := range ticks {
			p.stroke(hair, 0.4)
			p.pdf.Line(at(t), p.y, at(t), p.y+chartRow)
		}
		p.write(marginX, mid+3, p.clipped(r.Label, f, 122), f, ink)
		p.stroke(pale(map[bool]colour{true: demand, false: supply}[r.Demand > r.Supply], 0.4), 3)
		p.pdf.Line(at(r.Supply), mid, at(r.Demand), mid)
		p.dot(at(r.Supply), mid, supply, true)
		p.dot(at(r.Demand), mid, demand, false)
		p.write(marginX+inner-p.width(r.Text, f), mid+3, r.Text, f, ink)
		p.y += chartRow
	}
	p.y += 10
}

// dot is a point of a pair; hollow ones are supply.
func (p *pen) dot(x, y float64, c colour, hollow bool) {
	const sides, radius = 24, 3.2
	points := make([]gopdf.Point, sides)
	for i := range points {
		turn := 2 * math.Pi * float64(i) / sides
		points[i] = gopdf.Point{X: x + radius*math.Cos(turn), Y: y + radius*math.Sin(turn)}
	}
	p.stroke(c, 1.3)
	if p.pdf.SetFillColor(c.r, c.g, c.b); hollow {
		p.pdf.SetFillColor(255, 255, 255)
	}
	p.pdf.Polygon(points, "DF")
}

func (p *pen) bars(b Bars) {
	s := b.Axis()
	p.caption(b.Caption, 3*chartRow)
	f := face{p.body, 8.5}
	x0, x1 := marginX+132, marginX+inner-120
	for _, r := range b.Rows {
		p.need(chartRow)
		p.write(marginX, p.y+10, p.clipped(r.Label, f, 122), f, ink)
		from, width := s.Bar(r.Value)
		c := shortage
		if r.Value < 0 || b.Plain {
			c = surplus
		}
		p.box(x0+(x1-x0)*from/100, p.y+3, (x1-x0)*width/100, chartRow-6, c)
		p.stroke(quiet, 0.6)
		zero := x0 + (x1-x0)*s.At(0)/100
		p.pdf.Line(zero, p.y, zero, p.y+chartRow)
		x := p.write(x1+8, p.y+10, r.Text, f, ink)
		p.write(x+6, p.y+10, r.More, f, quiet)
		p.y += chartRow
	}
	p.y += 10
}
