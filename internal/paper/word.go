package paper

import (
	"archive/zip"
	"encoding/xml"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"
)

// WriteWord writes a document as .docx, for offices to go on with. Charts are told in
// words: their title and values as a table.
func WriteWord(w io.Writer, d Doc) error {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n" +
		`<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>`)
	wordLine(&b, "Title", d.Title)
	if d.Subtitle != "" {
		wordLine(&b, "Subtitle", d.Subtitle)
	}
	for _, part := range d.Parts {
		wordPart(&b, part)
	}
	b.WriteString(`<w:sectPr><w:footerReference xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" w:type="default" r:id="rId2"/>` +
		`<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1480" w:right="1240" w:bottom="1360" w:left="1240" w:header="720" w:footer="720" w:gutter="0"/></w:sectPr></w:body></w:document>`)
	z := zip.NewWriter(w)
	for _, f := range []struct{ name, text string }{
		{"[Content_Types].xml", wordTypes}, {"_rels/.rels", wordRels}, {"docProps/core.xml", wordCore(d)},
		{"word/_rels/document.xml.rels", wordDocRels}, {"word/styles.xml", wordStyles}, {"word/footer1.xml", wordFooter(d.Author)},
		{"word/document.xml", b.String()},
	} {
		// No time stands in the archive, so that the same document gives the same bytes.
		out, err := z.CreateHeader(&zip.FileHeader{Name: f.name, Method: zip.Deflate})
		if err != nil {
			return err
		}
		if _, err := io.WriteString(out, f.text); err != nil {
			return err
		}
	}
	return z.Close()
}

func wordPart(b *strings.Builder, part Part) {
	switch part := part.(type) {
	case Heading:
		wordLine(b, "Heading"+strconv.Itoa(min(3, max(1, part.Level))), part.Text)
	case Text:
		style := "Normal"
		if part.Small {
			style = "Note"
		} else if !part.Flat && chinese(part.Text) {
			style = "Body"
		}
		wordLine(b, style, part.Text)
	case List:
		for i, item := range part.Items {
			wordLine(b, "Item", strconv.Itoa(i+1)+". "+item)
		}
	case Table:
		wordTable(b, part)
	case Line:
		wordTable(b, part.words())
	case Pairs:
		wordTable(b, part.words())
	case Bars:
		wordTable(b, part.words())
	case Sign:
		wordSign(b, part)
	case Break:
		b.WriteString(`<w:p><w:r><w:br w:type="page"/></w:r></w:p>`)
	}
}

// wordLine writes a paragraph; line feeds become breaks.
func wordLine(b *strings.Builder, style, text string) {
	b.WriteString(`<w:p><w:pPr><w:pStyle w:val="` + style + `"/></w:pPr>`)
	for i, line := range strings.Split(text, "\n") {
		b.WriteString(`<w:r>`)
		if i > 0 {
			b.WriteString(`<w:br/>`)
		}
		b.WriteString(`<w:t xml:space="preserve">` + escaped(line) + `</w:t></w:r>`)
	}
	b.WriteString(`</w:p>`)
}

func wordTable(b *strings.Builder, t Table) {
	if t.Caption != "" {
		wordLine(b, "Caption", t.Caption)
	}
	b.WriteString(`<w:tbl><w:tblPr><w:tblStyle w:val="Grid"/><w:tblW w:w="5000" w:type="pct"/></w:tblPr><w:tblGrid>`)
	b.WriteString(strings.Repeat(`<w:gridCol/>`, len(t.Head)) + `</w:tblGrid>`)
	row := func(cells []string, head bool) {
		b.WriteString(`<w:tr>`)
		if head {
			b.WriteString(`<w:trPr><w:tblHeader/></w:trPr>`)
		}
		for i := range t.Head {
			style, text := "Cell", ""
			if i < len(cells) {
				text = cells[i]
			}
			if head {
				style = "CellHead"
			} else if i < len(t.Right) && t.Right[i] {
				style = "CellRight"
			}
			b.WriteString(`<w:tc><w:tcPr/>`)
			wordLine(b, style, text)
			b.WriteString(`</w:tc>`)
		}
		b.WriteString(`</w:tr>`)
	}
	row(t.Head, true)
	for _, cells := range t.Rows {
		row(cells, false)
	}
	b.WriteString(`</w:tbl><w:p/>`)
}

func wordSign(b *strings.Builder, s Sign) {
	for _, place := range s.Places {
		line := place + " " + strings.Repeat("_", 24)
		if s.Date != "" {
			line += "　" + s.Date + " " + strings.Repeat("_", 12)
		}
		wordLine(b, "Sign", line)
	}
	if s.Seal != "" {
		wordLine(b, "Sign", s.Seal)
	}
}

// words tells a chart as a table.
func (l Line) words() Table {
	t := Table{Caption: l.Caption, Head: []string{l.Unit}, Right: []bool{false}}
	for _, trace := range l.Traces {
		t.Head, t.Right = append(t.Head, trace.Name), append(t.Right, true)
	}
	for i, label := range l.Labels {
		cells := []string{label}
		for _, trace := range l.Traces {
			if i < len(trace.Y) {
				cells = append(cells, said(trace.Y[i], l.Say))
			} else {
				cells = append(cells, "")
			}
		}
		t.Rows = append(t.Rows, cells)
	}
	return t
}

func (d Pairs) words() Table {
	t := Table{Caption: d.Caption, Head: []string{d.Head, d.Supply, d.Demand, d.Tail}, Right: []bool{false, true, true, true}}
	for _, r := range d.Rows {
		t.Rows = append(t.Rows, []string{r.Label, said(r.Supply, d.Say), said(r.Demand, d.Say), r.Text})
	}
	return t
}

func (b Bars) words() Table {
	t := Table{Caption: b.Caption, Head: []string{"", ""}, Right: []bool{false, true}}
	for _, r := range b.Rows {
		t.Rows = append(t.Rows, []string{r.Label, strings.TrimSpace(r.Text + " " + r.More)})
	}
	return t
}

func said(v float64, say func(float64) string) string {
	switch {
	case !there(v):
		return ""
	case say == nil:
		return plain(v)
	}
	return say(v)
}

// trimmed writes a number without needless places.
func trimmed(v float64) string { return strconv.FormatFloat(math.Round(v*100)/100, 'f', -1, 64) }

func escaped(s string) string {
	var b strings.Builder
	xml.EscapeText(&b, []byte(s))
	return b.String()
}

func wordCore(d Doc) string {
	at := ""
	if !d.At.IsZero() {
		at = `<dcterms:created xsi:type="dcterms:W3CDTF">` + d.At.UTC().Format(time.RFC3339) + `</dcterms:created>`
	}
	return fmt.Sprintf(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>%s</dc:title><dc:creator>%s</dc:creator>%s</cp:coreProperties>`,
		escaped(d.Title), escaped(d.Author), at)
}
