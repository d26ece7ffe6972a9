package sheet

import (
	"io"
	"math"
	"sort"
	"strconv"
	"strings"

	"guildhall/internal/fault"
)

// A gap of more rows than this is left out of the stream: a cell in the last
// row must not cost a million records. Their numbers are kept.
const maxGap = 1000

// rowReader streams the rows of one sheet of a workbook.
type rowReader struct {
	w       *workbook
	limits  Limits
	part    io.ReadCloser
	x       *xmlReader
	merges  []merge // by first row
	open    []merge // those that reach the present row
	number  int     // of the record given last
	pending int     // number of the record that was read ahead of a gap; 0: none
	cells   []Cell
	blank   []Cell
	value   []byte
	filled  int64
	width   int // of the widest record so far
	done    bool
}

type merge struct {
	top, left, bottom, right int
	first                    Cell
}

func (w *workbook) read(sheet int, limits Limits) (Reader, error) {
	name := w.sheets[sheet]
	merges, err := w.findMerges(name)
	if err != nil {
		return nil, broken(err)
	}
	part, err := w.part(name)
	if err != nil {
		return nil, broken(err)
	}
	return &rowReader{w: w, limits: limits, part: part, x: newXML(part, limits.Length), merges: merges}, nil
}

// findMerges reads the sheet's merged areas, which stand behind its rows: the
// part is run through once for them.
func (w *workbook) findMerges(name string) ([]merge, error) {
	var all []merge
	err := w.each(name, func(x *xmlReader) error {
		if !x.is("mergeCell") {
			return nil
		}
		if len(all) == 200_000 {
			return fault.Invalid.New("sheet.too_many_merges", len(all))
		}
		from, to, two := strings.Cut(string(x.get("ref")), ":")
		top, left := position(from)
		bottom, right := top, left
		if two {
			bottom, right = position(to)
		}
		if top > 0 && left >= 0 && bottom >= top && right >= left {
			all = append(all, merge{top: top, left: left, bottom: bottom, right: right})
		}
		return nil
	})
	sort.SliceStable(all, func(i, j int) bool { return all[i].top < all[j].top })
	return all, err
}

// position reads a reference such as BC12: row from 1, column from 0. What is
// none gives row 0.
func position(ref string) (row, column int) {
	i := 0
	for ; i < len(ref) && i < 4; i++ {
		c := ref[i] &^ 0x20
		if c < 'A' || c > 'Z' {
			break
		}
		column = column*26 + int(c-'A') + 1
	}
	row, err := strconv.Atoi(ref[i:])
	if err != nil || row < 0 {
		row = 0
	}
	return row, column - 1
}

func (r *rowReader) Next() (Record, error) {
	if r.pending == 0 && !r.done {
		if err := r.readRow(); err != nil {
			r.part.Close()
			return Record{}, broken(err)
		}
	}
	if r.done {
		r.part.Close()
		return Record{}, io.EOF
	}
	if r.number+1 < r.pending {
		r.number++
		return r.give(r.blank[:0])
	}
	r.number, r.pending = r.pending, 0
	return r.give(r.cells)
}

// give fills the merged cells of the record.
func (r *rowReader) give(cells []Cell) (Record, error) {
	for len(r.merges) > 0 && r.merges[0].top <= r.number {
		m := r.merges[0]
		r.merges = r.merges[1:]
		if m.top == r.number && m.left < len(cells) {
			m.first = cells[m.left]
		}
		if m.bottom >= r.number && len(r.open) < 4096 {
			r.open = append(r.open, m)
		}
	}
	still := r.open[:0]
	for _, m := range r.open {
		for c := m.left; c <= m.right && c < r.width; c++ {
			if c == m.left && m.top == r.number {
				continue
			}
			for len(cells) <= c {
				cells = append(cells, Cell{})
			}
			cells[c] = Cell{m.first.Text, m.first.Kind, true}
		}
		if m.bottom > r.number {
			still = append(still, m)
		}
	}
	r.open = still
	if r.pending == 0 {
		r.cells = cells
	} else {
		r.blank = cells
	}
	return Record{Number: r.number, Cells: cells}, nil
}

// readRow reads the next row that the part holds.
func (r *rowReader) readRow() error {
	r.cells = r.cells[:0]
	for {
		if err := r.x.next(); err == io.EOF {
			return errXML
		} else if err != nil {
			return err
		}
		switch {
		case r.x.ends("sheetData"):
			r.done = true
			return nil
		case r.x.is("row"):
			if err := r.startRow(number(r.x.get("r"))); err != nil {
				return err
			}
		case r.x.is("c"):
			if err := r.readCell(); err != nil {
				return err
			}
		case r.x.ends("row"):
			r.width = max(r.width, len(r.cells))
			return nil
		}
	}
}

func (r *rowReader) startRow(n int) error {
	if n < 0 {
		n = r.number + 1
	}
	if n <= r.number {
		return errXML
	}
	if n > r.limits.Rows {
		return fault.Invalid.New("sheet.too_many_rows", r.limits.Rows)
	}
	if n-r.number > maxGap {
		r.number = n - 1
	}
	r.pending = n
	return nil
}

func (r *rowReader) readCell() error {
	column := len(r.cells)
	if ref := r.x.get("r"); ref != nil {
		_, column = position(string(ref))
	}
	if column < len(r.cells) {
		return errXML
	}
	if column >= r.limits.Columns {
		return fault.Invalid.New("sheet.too_many_columns", r.pending, r.limits.Columns)
	}
	if r.pending == 0 {
		return errXML
	}
	kind, style := string(r.x.get("t")), number(r.x.get("s"))
	text, formula, err := r.readValue()
	if err != nil {
		return err
	}
	if text == "" && formula == "" {
		return nil
	}
	if r.filled++; r.filled > r.limits.Cells {
		return fault.Invalid.New("sheet.too_many_cells", r.limits.Cells)
	}
	for len(r.cells) < column {
		r.cells = append(r.cells, Cell{})
	}
	cell, err := r.cell(kind, style, text, formula)
	r.cells = append(r.cells, cell)
	return err
}

// readValue reads through the end of a cell: its value or inline text, and its
// formula.
func (r *rowReader) readValue() (text, formula string, err error) {
	r.value = r.value[:0]
	phonetic := false
	for {
		if err := r.x.next(); err != nil {
			return "", "", unexpected(err)
		}
		switch {
		case r.x.is("rPh"):
			phonetic = true
		case r.x.ends("rPh"):
			phonetic = false
		case r.x.ends("v"), r.x.ends("t") && !phonetic:
			r.value = append(r.value, unescape(r.x.text)...)
			if len(r.value) > r.limits.Length {
				return "", "", fault.Invalid.New("sheet.long_cell", r.pending, r.limits.Length)
			}
		case r.x.ends("f"):
			formula = "=" + string(unescape(r.x.text))
		case r.x.ends("c"):
			return string(r.value), formula, nil
		}
	}
}

func (r *rowReader) cell(kind string, style int, text, formula string) (Cell, error) {
	if text == "" {
		return Cell{Text: formula, Kind: Error}, nil // never computed
	}
	switch kind {
	case "s":
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 || n >= len(r.w.shared) {
			return Cell{}, errXML
		}
		return Cell{Text: r.w.shared[n]}, nil
	case "inlineStr", "str":
		return Cell{Text: text}, nil
	case "e":
		return Cell{Text: text, Kind: Error}, nil
	case "b":
		if text == "1" {
			return Cell{Text: "TRUE", Kind: Bool}, nil
		}
		return Cell{Text: "FALSE", Kind: Bool}, nil
	case "d":
		return Cell{Text: text}, nil // ISO 8601
	}
	if style >= 0 && style < len(r.w.dates) && r.w.dates[style] {
		return Cell{Text: r.serial(text), Kind: Date}, nil
	}
	return Cell{Text: plainNumber(text), Kind: Number}, nil
}

// serial brings a day to the count that begins at the end of 1899.
func (r *rowReader) serial(text string) string {
	if !r.w.from04 {
		return text
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return text
	}
	return strconv.FormatFloat(f+1462, 'f', -1, 64)
}

// plainNumber writes a stored number as its cell would show it: whole numbers
// by their digits, others with the 15 digits that a spreadsheet keeps.
func plainNumber(text string) string {
	digits := true
	for i := range len(text) {
		digits = digits && text[i] >= '0' && text[i] <= '9'
	}
	if digits {
		return text
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(f) || math.Abs(f) > 1e30 {
		return text
	}
	if f == math.Trunc(f) {
		return strconv.FormatFloat(f, 'f', -1, 64)
	}
	short, err := strconv.ParseFloat(strconv.FormatFloat(f, 'g', 15, 64), 64)
	if err != nil {
		return text
	}
	return strconv.FormatFloat(short, 'f', -1, 64)
}
