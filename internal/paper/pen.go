package paper

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/signintech/gopdf"
)

// A4 in points, and its margins (GB/T 9704 leaves more at the top).
const (
	pageWidth, pageHeight   = 595.28, 841.89
	marginX                 = 62.0
	marginTop, marginBottom = 74.0, 68.0
	inner                   = pageWidth - 2*marginX
	floor                   = pageHeight - marginBottom
)

type colour struct{ r, g, b uint8 }

// The colours of the page's style sheet, as they are printed.
var (
	ink      = colour{0x1f, 0x26, 0x2b}
	quiet    = colour{0x5d, 0x67, 0x6e}
	hair     = colour{0xd4, 0xd9, 0xdc}
	shade    = colour{0xf1, 0xf3, 0xf4}
	demand   = colour{0xaa, 0x5c, 0x26}
	supply   = colour{0x2a, 0x7d, 0x9c}
	shortage = colour{0xc9, 0x7f, 0x6f}
	surplus  = colour{0x6f, 0xae, 0x90}
)

// face is one size of one list of fonts.
type face struct {
	fonts []string // names under which the PDF knows them
	size  float64
}

func (f face) lead() float64 { return f.size * 1.62 }

// pen draws on the pages of one PDF, from the top down.
type pen struct {
	pdf     gopdf.GoPdf
	y       float64
	body    []string
	head    []string
	which   map[string]string  // character and list → font that has it
	widths  map[string]float64 // font and character → share of its size
	missing []rune
	err     error // the first thing that went wrong
}

func newPen(f Fonts) (*pen, error) {
	p := &pen{which: map[string]string{}, widths: map[string]float64{}}
	p.pdf.Start(gopdf.Config{PageSize: *gopdf.PageSizeA4})
	known := map[string]string{}
	add := func(paths []string) (names []string, err error) {
		for _, path := range paths {
			if known[path] == "" {
				data, err := load(path)
				if err != nil {
					return nil, err
				}
				known[path] = "f" + strconv.Itoa(len(known))
				if err := p.pdf.AddTTFFontData(known[path], data); err != nil {
					return nil, fmt.Errorf("font %s: %w", path, err)
				}
			}
			names = append(names, known[path])
		}
		return names, nil
	}
	var err error
	if p.body, err = add(f.Body); err != nil {
		return nil, err
	}
	if p.head, err = add(f.Head); err != nil {
		return nil, err
	}
	p.newPage()
	return p, nil
}

func (p *pen) newPage() {
	p.pdf.AddPage()
	p.y = marginTop
}

// need begins a new page where there is less room than this.
func (p *pen) need(height float64) {
	if p.y+height > floor && p.y > marginTop {
		p.newPage()
	}
}

func (p *pen) note(err error) {
	if p.err == nil {
		p.err = err
	}
}

// fontOf gives the font of a character: the first that has it.
func (p *pen) fontOf(r rune, fonts []string) string {
	key := fonts[0] + string(r)
	if name, ok := p.which[key]; ok {
		return name
	}
	for _, name := range fonts {
		p.note(p.pdf.SetFont(name, "", 10))
		if has, _ := p.pdf.IsCurrFontContainGlyph(r); has {
			p.which[key] = name
			return name
		}
	}
	p.which[key] = ""
	return ""
}

// geta stands for what no font has.
const geta = '〓'

// shown gives the character that is printed for r, and its font.
func (p *pen) shown(r rune, fonts []string) (rune, string) {
	switch r {
	case '\t', '\u00a0':
		r = ' '
	}
	if name := p.fontOf(r, fonts); name != "" {
		return r, name
	}
	if !slices.Contains(p.missing, r) {
		p.missing = append(p.missing, r)
	}
	if name := p.fontOf(geta, fonts); name != "" {
		return geta, name
	}
	return '?', fonts[0]
}

// gauge tells how wide a character is in a face.
func (p *pen) gauge(f face) func(rune) float64 {
	return func(r rune) float64 {
		r, name := p.shown(r, f.fonts)
		key := name + string(r)
		share, ok := p.widths[key]
		if !ok {
			p.note(p.pdf.SetFont(name, "", 100))
			wide, err := p.pdf.MeasureTextWidth(string(r))
			p.note(err)
			share = wide / 100
			p.widths[key] = share
		}
		return share * f.size
	}
}

func (p *pen) width(text string, f face) (w float64) {
	gauge := p.gauge(f)
	for _, r := range text {
		w += gauge(r)
	}
	return w
}

// write puts a line of text with its base at y, and gives where it ends.
func (p *pen) write(x, y float64, text string, f face, c colour) float64 {
	p.pdf.SetTextColor(c.r, c.g, c.b)
	gauge := p.gauge(f)
	var run strings.Builder
	font, from := "", x
	flush := func() {
		if run.Len() > 0 {
			p.note(p.pdf.SetFont(font, "", f.size))
			p.pdf.SetXY(from, y)
			p.note(p.pdf.Text(run.String()))
			run.Reset()
		}
	}
	for _, r := range text {
		shown, name := p.shown(r, f.fonts)
		wide := gauge(r)
		if name != font {
			flush()
			font, from = name, x
		}
		run.WriteRune(shown)
		x += wide
	}
	flush()
	return x
}

// lines writes lines one below the other from the top at p.y, and begins new pages.
func (p *pen) lines(lines []string, x, indent float64, f face, c colour) {
	for i, line := range lines {
		p.need(f.lead())
		at := x
		if i == 0 {
			at += indent
		}
		p.write(at, p.y+f.size, line, f, c)
		p.y += f.lead()
	}
}

func (p *pen) stroke(c colour, width float64) {
	p.pdf.SetStrokeColor(c.r, c.g, c.b)
	p.pdf.SetLineWidth(width)
}

func (p *pen) box(x, y, w, h float64, c colour) {
	p.pdf.SetFillColor(c.r, c.g, c.b)
	p.pdf.RectFromUpperLeftWithStyle(x, y, w, h, "F")
}

func (p *pen) dash(on bool) {
	if on {
		p.pdf.SetLineType("dashed")
	} else {
		p.pdf.SetLineType("")
	}
}
