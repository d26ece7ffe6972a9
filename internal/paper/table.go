package paper

// The inside of a cell.
const cellX, cellY = 5.0, 4.0

func (p *pen) table(t Table) {
	widths := p.columns(t)
	head, body := face{p.head, 9.5}, face{p.body, 9.5}
	top := p.row(t.Head, widths, head)
	if t.Caption != "" {
		f := face{p.head, 10.5}
		p.need(f.lead() + top.height + 30)
		p.lines(wrap(t.Caption, inner, 0, p.gauge(f)), marginX, 0, f, ink)
	}
	p.need(top.height + 20)
	p.put(top, widths, t.Right, head, true)
	for _, cells := range t.Rows {
		r := p.row(cells, widths, body)
		for p.y+r.height > floor && r.lines > 1 && r.height > (floor-marginTop)/2 { // taller than half a page: torn
			var now row
			now, r = r.tear(int((floor - p.y - 2*cellY) / body.step()))
			if now.lines > 0 {
				p.put(now, widths, t.Right, body, false)
			}
			p.newPage()
			p.put(top, widths, t.Right, head, true)
		}
		if p.y+r.height > floor {
			p.newPage()
			p.put(top, widths, t.Right, head, true)
		}
		p.put(r, widths, t.Right, body, false)
	}
	p.y += 10
}

// step is the distance of lines within a cell.
func (f face) step() float64 { return f.size * 1.35 }

// row is a row of a table, broken into lines.
type row struct {
	cells  [][]string
	lines  int
	height float64
	step   float64
}

func (p *pen) row(cells []string, widths []float64, f face) row {
	r := row{cells: make([][]string, len(widths)), step: f.step()}
	for i := range widths {
		if i < len(cells) {
			r.cells[i] = wrap(cells[i], widths[i]-2*cellX, 0, p.gauge(f))
		}
		r.lines = max(r.lines, len(r.cells[i]))
	}
	return r.measured()
}

func (r row) measured() row {
	r.height = float64(r.lines)*r.step + 2*cellY
	return r
}

// tear parts a row after so many lines.
func (r row) tear(at int) (now, rest row) {
	at = max(0, at)
	now, rest = row{step: r.step, lines: min(at, r.lines)}, row{step: r.step, lines: max(0, r.lines-at)}
	for _, lines := range r.cells {
		cut := min(at, len(lines))
		now.cells, rest.cells = append(now.cells, lines[:cut]), append(rest.cells, lines[cut:])
	}
	return now.measured(), rest.measured()
}

func (p *pen) put(r row, widths []float64, right []bool, f face, head bool) {
	if head {
		p.box(marginX, p.y, inner, r.height, shade)
	}
	x := marginX
	for i, lines := range r.cells {
		for n, line := range lines {
			at := x + cellX
			if i < len(right) && right[i] {
				at = x + widths[i] - cellX - p.width(line, f)
			}
			p.write(at, p.y+cellY+f.size+float64(n)*r.step, line, f, ink)
		}
		x += widths[i]
	}
	p.y += r.height
	p.stroke(hair, 0.6)
	p.pdf.Line(marginX, p.y, marginX+inner, p.y)
}

// columns gives how wide the columns are: as told, or by what they hold, none so
// narrow that a word of its head breaks, where all have room.
func (p *pen) columns(t Table) []float64 {
	shares := t.Widths
	if len(shares) != len(t.Head) {
		shares = make([]float64, len(t.Head))
		f := face{p.body, 9.5}
		for i, h := range t.Head {
			widest, sum := p.width(h, face{p.head, 9.5}), 0.0
			for _, cells := range t.Rows {
				if i < len(cells) {
					w := p.width(cells[i], f)
					sum += w
					widest = max(widest, min(w, 180))
				}
			}
			shares[i] = widest + 2*cellX
			if n := len(t.Rows); n > 0 {
				shares[i] += min(sum/float64(n), 180) / 4
			}
		}
	}
	whole := 0.0
	for _, s := range shares {
		whole += s
	}
	widths := make([]float64, len(shares))
	for i, s := range shares {
		widths[i] = inner * s / max(whole, 1e-9)
	}
	return widths
}
