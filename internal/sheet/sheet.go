// Package sheet reads and writes spreadsheets (电子表格): .xlsx workbooks and
// delimited text, as a stream of records. It knows nothing of what the cells
// mean.
//
// What others send is hostile until read: every file is bounded in its size,
// its unpacked size, its rows, columns, cells and the length of a cell, and no
// part of it is held in memory beyond one record and a workbook's list of
// shared words. What cannot be read is one fault of this package, whose words
// say what to do.
//
// Records are counted from 1 as people count them in their spreadsheet program:
// headers and blank lines count, and a line break within quotation marks does
// not begin a record.
package sheet

import (
	"embed"
	"io"
	"strings"

	"guildhall/internal/fault"
	"guildhall/internal/i18n"
)

//go:embed text
var text embed.FS

var _ = i18n.Add(text)

// Limits bound what one file may cost. A zero field means the field of Default.
type Limits struct {
	Size     int64 // bytes of the file
	Unpacked int64 // bytes of all parts of a workbook together, unpacked
	Ratio    int64 // unpacked bytes for each packed byte, beyond the first 16 MiB
	Parts    int   // parts of a workbook, or files of an archive
	Shared   int64 // bytes of a workbook's shared words
	Rows     int   // highest number of a record
	Columns  int   // cells of a record
	Cells    int64 // filled cells of a sheet
	Length   int   // bytes of a cell
}

// Default holds a city's largest tables with room to spare.
var Default = Limits{
	Size: 128 << 20, Unpacked: 1 << 30, Ratio: 200, Parts: 2000, Shared: 96 << 20,
	Rows: 2_000_000, Columns: 512, Cells: 40_000_000, Length: 128 << 10,
}

func (l Limits) filled() Limits {
	fill(&l.Size, Default.Size)
	fill(&l.Unpacked, Default.Unpacked)
	fill(&l.Ratio, Default.Ratio)
	fill(&l.Parts, Default.Parts)
	fill(&l.Shared, Default.Shared)
	fill(&l.Rows, Default.Rows)
	fill(&l.Columns, Default.Columns)
	fill(&l.Cells, Default.Cells)
	fill(&l.Length, Default.Length)
	return l
}

func fill[T int | int64](limit *T, otherwise T) {
	if *limit <= 0 {
		*limit = otherwise
	}
}

// Kind is what a spreadsheet program took a cell for.
type Kind byte

const (
	Text   Kind = iota // written as text, or any cell of a text file
	Number             // a number; Text holds its digits as stored
	Date               // a number shown as a date; Text holds the serial day
	Bool               // TRUE or FALSE
	Error              // a formula that failed, such as #N/A, or was never computed
)

// Cell is one cell of a record.
type Cell struct {
	Text   string
	Kind   Kind
	Merged bool // lies in a merged area, whose first cell's text it repeats
}

// Record is one line of a sheet. Cells is reused by the next record; the texts
// in it are not.
type Record struct {
	Number int
	Cells  []Cell
	Stray  bool // has a quotation mark where none belongs, taken as it stands
}

// Blank tells whether the record holds nothing but white space.
func (r Record) Blank() bool {
	for _, c := range r.Cells {
		if strings.TrimSpace(c.Text) != "" {
			return false
		}
	}
	return true
}

// The two families of formats.
const (
	Workbook  = "xlsx"
	Delimited = "csv"
)

// Book is a file that was recognised and may be read.
type Book struct {
	Format    string   // Workbook or Delimited
	Encoding  string   // of text: utf-8, gb18030, utf-16le or utf-16be
	BOM       bool     // text began with a byte order mark
	Delimiter byte     // of text: comma, tab or semicolon
	Newline   string   // of text: lf, crlf or cr
	Sheets    []string // names of a workbook's visible sheets; one empty name for text

	limits Limits
	file   io.ReaderAt
	size   int64
	xlsx   *workbook
}

// Open recognises a file by its content; the name counts for nothing. A file
// that is no table, or that is locked, broken or too big, is a fault.
func Open(file io.ReaderAt, size int64, limits Limits) (*Book, error) {
	b := &Book{file: file, size: size, limits: limits.filled()}
	if size > b.limits.Size {
		return nil, fault.Invalid.New("sheet.too_big", size>>20, b.limits.Size>>20)
	}
	head := make([]byte, min(size, 64<<10))
	if _, err := file.ReadAt(head, 0); err != nil && err != io.EOF {
		return nil, err
	}
	switch kind := sniff(head, file, size); kind {
	case "zip":
		return b, b.openWorkbook()
	case "text":
		return b, b.openText(head)
	default:
		return nil, fault.Invalid.New("sheet." + kind)
	}
}

// Reader gives the records of one sheet. Next gives io.EOF after the last.
type Reader interface {
	Next() (Record, error)
}

// Read begins to read the sheet with this index.
func (b *Book) Read(sheet int) (Reader, error) {
	if b.Format == Workbook {
		return b.xlsx.read(sheet, b.limits)
	}
	return b.readText()
}
