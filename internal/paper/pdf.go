package paper

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/signintech/gopdf"

	"guildhall/internal/i18n"
)

// WritePDF prints a document. The language of ctx decides only in which words it is
// told that a character could not be printed.
func WritePDF(ctx context.Context, w io.Writer, d Doc, f Fonts) error {
	p, err := newPen(f)
	if err != nil {
		return err
	}
	p.pdf.SetInfo(gopdf.PdfInfo{Title: d.Title, Author: d.Author, CreationDate: d.At.UTC()})
	p.title(d)
	for _, part := range d.Parts {
		p.draw(part)
	}
	p.foot(ctx, d)
	if p.err != nil {
		return p.err
	}
	_, err = p.pdf.WriteTo(w)
	return err
}

func (p *pen) draw(part Part) {
	switch part := part.(type) {
	case Heading:
		p.heading(part)
	case Text:
		p.paragraph(part)
	case List:
		p.list(part)
	case Table:
		p.table(part)
	case Line:
		p.lineChart(part)
	case Pairs:
		p.pairs(part)
	case Bars:
		p.bars(part)
	case Sign:
		p.sign(part)
	case Break:
		if p.y > marginTop {
			p.newPage()
		}
	}
}

func (p *pen) title(d Doc) {
	if d.Cover {
		p.y += 150
	}
	f := face{p.head, 21}
	for f.size > 16 && p.width(d.Title, f) > inner { // on one line, if it can
		f.size--
	}
	for _, line := range wrap(d.Title, inner, 0, p.gauge(f)) {
		p.write(marginX+(inner-p.width(line, f))/2, p.y+f.size, line, f, ink)
		p.y += f.lead()
	}
	f = face{p.body, 11}
	for _, line := range wrap(d.Subtitle, inner, 0, p.gauge(f)) {
		p.write(marginX+(inner-p.width(line, f))/2, p.y+f.size, line, f, quiet)
		p.y += f.lead()
	}
	p.y += 10
	if d.Cover {
		p.y += 60
	}
}

func (p *pen) heading(h Heading) {
	f := face{p.head, max(11.5, 17-2.2*float64(h.Level))}
	lines := wrap(h.Text, inner, 0, p.gauge(f))
	p.need(8 + float64(len(lines))*f.lead() + 40) // not alone at the foot of a page
	if p.y > marginTop {
		p.y += 8
	}
	p.lines(lines, marginX, 0, f, ink)
	p.y += 2
}

func (p *pen) paragraph(t Text) {
	f, c := face{p.body, 11}, ink
	if t.Small {
		f, c = face{p.body, 9}, quiet
	}
	indent := 0.0
	if !t.Flat && !t.Small && chinese(t.Text) {
		indent = 2 * f.size
	}
	p.lines(wrap(t.Text, inner, indent, p.gauge(f)), marginX, indent, f, c)
	p.y += 4
}

func chinese(s string) bool {
	for _, r := range s {
		return wide(r)
	}
	return false
}

func (p *pen) list(l List) {
	f := face{p.body, 11}
	for i, item := range l.Items {
		hang := 22.0
		lines := wrap(item, inner-hang, 0, p.gauge(f))
		p.need(f.lead())
		p.write(marginX, p.y+f.size, strconv.Itoa(i+1)+".", f, ink)
		p.lines(lines, marginX+hang, 0, f, ink)
		p.y += 2
	}
	p.y += 3
}

// sign draws the places to sign, and where the seal goes.
func (p *pen) sign(s Sign) {
	f := face{p.body, 11}
	height := float64(len(s.Places))*34 + 16
	if s.Seal != "" {
		height = max(height, 120)
	}
	p.need(height)
	top := p.y + 16
	p.y = top
	for _, place := range s.Places {
		p.y += 34
		x := p.write(marginX, p.y, place, f, ink) + 6
		end := marginX + 210
		p.stroke(ink, 0.6)
		p.pdf.Line(x, p.y+3, max(x+80, end), p.y+3)
		if s.Date != "" {
			x = p.write(max(x+86, end+6), p.y, s.Date, f, ink) + 4
			p.pdf.Line(x, p.y+3, x+70, p.y+3)
		}
	}
	if s.Seal != "" {
		p.stroke(quiet, 0.6)
		p.dash(true)
		p.pdf.Oval(pageWidth-marginX-104, top, pageWidth-marginX, top+104)
		p.dash(false)
		small := face{p.body, 10}
		p.write(pageWidth-marginX-52-p.width(s.Seal, small)/2, top+56, s.Seal, small, quiet)
		p.y = max(p.y, top+104)
	}
	p.y += 16
}

// foot tells what could not be printed, and numbers the pages.
func (p *pen) foot(ctx context.Context, d Doc) {
	small := face{p.body, 9}
	pages := p.pdf.GetNumberOfPages()
	p.width(d.Author+"0123456789/ ", small) // characters that are missing here are told too
	if len(p.missing) > 0 {
		var codes []string
		for _, r := range p.missing {
			codes = append(codes, fmt.Sprintf("U+%04X", r))
		}
		p.paragraph(Text{Text: i18n.T(ctx, "paper.missing", strings.Join(codes, ", ")), Small: true})
		pages = p.pdf.GetNumberOfPages()
	}
	for n := 1; n <= pages; n++ {
		p.note(p.pdf.SetPage(n))
		p.write(marginX, pageHeight-38, d.Author, small, quiet)
		number := strconv.Itoa(n) + " / " + strconv.Itoa(pages)
		p.write(pageWidth-marginX-p.width(number, small), pageHeight-38, number, small, quiet)
	}
}
