package sheet

import (
	"archive/zip"
	"bytes"
	"cmp"
	"encoding/csv"
	"fmt"
	"io"
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

// Row is one line to be written: strings, integers, floats, bools and times. A
// time is written as a day where it is midnight, else to the minute.
type Row []any

// Safe makes a text harmless to the program that opens the sheet: what would be
// taken for a formula gets an apostrophe before it. Readers take that
// apostrophe away again (see Unsafe).
func Safe(text string) string {
	r, _ := utf8.DecodeRuneInString(text)
	if r != utf8.RuneError && strings.ContainsRune("=+-@\t\r\n＝＋－＠", r) {
		return "'" + text
	}
	return text
}

// Unsafe takes away the apostrophe that Safe put before a text.
func Unsafe(text string) string {
	if rest, ok := strings.CutPrefix(text, "'"); ok && Safe(rest) != rest {
		return rest
	}
	return text
}

// Table is one sheet of a workbook to be written.
type Table struct {
	Name   string
	Header []string
	Rows   iter.Seq[Row]
}

// WriteXLSX writes a workbook of one sheet. See WriteBook.
func WriteXLSX(w io.Writer, name string, header []string, rows iter.Seq[Row]) error {
	return WriteBook(w, []Table{{name, header, rows}})
}

// WriteBook writes a workbook as a stream. Each sheet has its header in bold and
// in place while the rest scrolls, columns as wide as the header asks, then the
// rows. Names that are taken get a number.
func WriteBook(w io.Writer, tables []Table) error {
	f := excelize.NewFile()
	defer f.Close()
	bold, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return err
	}
	taken := map[string]bool{}
	for i, t := range tables {
		name := freeName(sheetName(t.Name), taken)
		if i == 0 {
			err = f.SetSheetName("Sheet1", name)
		} else {
			_, err = f.NewSheet(name)
		}
		if err != nil {
			return err
		}
		if err := writeTable(f, name, bold, t); err != nil {
			return err
		}
	}
	return inOneOrder(f, w)
}

// inOneOrder writes a workbook with its parts in the order of their names: the library
// writes streamed sheets in any order, and the same book shall give the same bytes.
func inOneOrder(f *excelize.File, w io.Writer) error {
	buffer, err := f.WriteToBuffer()
	if err != nil {
		return err
	}
	from, err := zip.NewReader(bytes.NewReader(buffer.Bytes()), int64(buffer.Len()))
	if err != nil {
		return err
	}
	slices.SortFunc(from.File, func(a, b *zip.File) int { return cmp.Compare(a.Name, b.Name) })
	to := zip.NewWriter(w)
	for _, part := range from.File {
		if err := to.Copy(part); err != nil {
			return err
		}
	}
	return to.Close()
}

func freeName(name string, taken map[string]bool) string {
	free := name
	for n := 2; taken[strings.ToLower(free)]; n++ {
		r := []rune(name)
		free = string(r[:min(len(r), 26)]) + "~" + strconv.Itoa(n)
	}
	taken[strings.ToLower(free)] = true
	return free
}

func writeTable(f *excelize.File, name string, bold int, t Table) error {
	s, err := f.NewStreamWriter(name)
	if err != nil {
		return err
	}
	for i, h := range t.Header {
		if err := s.SetColWidth(i+1, i+1, width(h)); err != nil {
			return err
		}
	}
	line := 0
	put := func(cells []any) error {
		line++
		at, err := excelize.CoordinatesToCellName(1, line)
		if err != nil {
			return err
		}
		return s.SetRow(at, cells)
	}
	if len(t.Header) > 0 {
		if err := s.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
			return err
		}
		cells := make([]any, len(t.Header))
		for i, h := range t.Header {
			cells[i] = excelize.Cell{StyleID: bold, Value: Safe(h)}
		}
		if err := put(cells); err != nil {
			return err
		}
	}
	for row := range t.Rows {
		cells := make([]any, len(row))
		for i, v := range row {
			cells[i] = xlsxCell(v)
		}
		if err := put(cells); err != nil {
			return err
		}
	}
	return s.Flush()
}

// sheetName makes a name that spreadsheet programs accept.
func sheetName(name string) string {
	name = strings.Trim(strings.Map(func(r rune) rune {
		if strings.ContainsRune(`:\/?*[]`, r) {
			return ' '
		}
		return r
	}, name), "' ")
	if r := []rune(name); len(r) > 31 {
		name = string(r[:31])
	}
	if name == "" {
		return "Sheet1"
	}
	return name
}

// width gives a column's width in digits: a Chinese character takes two.
func width(header string) float64 {
	n := 4
	for _, r := range header {
		n++
		if r > 0x2E7F {
			n++
		}
	}
	return float64(min(max(n, 10), 60))
}

func xlsxCell(v any) any {
	switch v := v.(type) {
	case string:
		return Safe(v)
	case time.Time:
		return written(v)
	}
	return v
}

// WriteCSV writes UTF-8 with a byte order mark, by which spreadsheet programs
// know the encoding, and CR LF line ends.
func WriteCSV(w io.Writer, header []string, rows iter.Seq[Row]) error {
	if _, err := w.Write(utf8BOM); err != nil {
		return err
	}
	c := csv.NewWriter(w)
	c.UseCRLF = true
	if len(header) > 0 {
		line := make([]string, len(header))
		for i, h := range header {
			line[i] = Safe(h)
		}
		if err := c.Write(line); err != nil {
			return err
		}
	}
	var line []string
	for row := range rows {
		line = line[:0]
		for _, v := range row {
			line = append(line, csvCell(v))
		}
		if err := c.Write(line); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}

func csvCell(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return Safe(v)
	case time.Time:
		return written(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return fmt.Sprint(v)
}

func written(t time.Time) string {
	switch {
	case t.IsZero():
		return ""
	case t.Hour() == 0 && t.Minute() == 0:
		return t.Format("2006-01-02")
	}
	return t.Format("2006-01-02 15:04")
}
