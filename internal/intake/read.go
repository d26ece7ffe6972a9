package intake

import (
	"io"
	"path"
	"regexp"
	"slices"
	"strings"

	"guildhall/internal/codes"
	"guildhall/internal/fault"
	"guildhall/internal/sheet"
)

// sampled is how many records are looked over before the first row is given.
const sampled = 400

// headWithin is how many of them may stand above the head.
const headWithin = 40

// Sink is told what a file holds while it is read.
type Sink struct {
	// Sheet is called before the rows of each sheet that is taken.
	Sheet func(t Table) error
	// Row is called with each row, in the sheet's order. Of its findings it has
	// those that a person must decide.
	Row func(*Row) error
	// Note is called with each finding, once.
	Note func(Finding)
}

// Table is one sheet that is taken, as far as its head tells.
type Table struct {
	Sheet    string // its name in the workbook
	Kind     *Kind
	Headers  []string // as written, by column
	Encoding string   // of text
	// Owners are names of the unit whose sheet this may be, as its title, its
	// note line and the file's name tell, the likeliest first.
	Owners []string
}

// Read reads a file and cleans what it holds. Kind may say what the file is;
// nil lets each sheet's head tell. A file in which no sheet is of a kind that we
// know is a fault.
func Read(catalogue *codes.Catalogue, name string, file io.ReaderAt, size int64, kind *Kind, sink Sink) error {
	book, err := sheet.Open(file, size, sheet.Limits{})
	if err != nil {
		return err
	}
	noteFile(book, sink)
	taken := 0
	for i, title := range book.Sheets {
		ok, err := readSheet(catalogue, book, i, title, name, kind, sink)
		if err != nil {
			return err
		}
		if ok {
			taken++
		} else if len(book.Sheets) > 1 {
			sink.Note(Finding{Fault: "sheet_extra", Action: Skip, Read: title})
		}
	}
	if taken == 0 {
		return fault.Invalid.New("intake.unknown_sheet")
	}
	return nil
}

func noteFile(book *sheet.Book, sink Sink) {
	note := func(on bool, name, read string) {
		if on {
			sink.Note(Finding{Fault: name, Action: Fix, Read: read})
		}
	}
	note(book.Encoding == "gb18030", "encoding_gbk", "")
	note(strings.HasPrefix(book.Encoding, "utf-16"), "encoding_utf16", book.Encoding)
	text := book.Format == sheet.Delimited
	note(text && book.Delimiter == '\t', "delimiter_tab", "")
	note(text && book.Delimiter == ';', "delimiter_semicolon", "")
	note(text && book.Newline == "lf", "newline_lf", "")
}

// readSheet reads one sheet, and tells whether it is of a kind that we know.
func readSheet(catalogue *codes.Catalogue, book *sheet.Book, at int, title, name string, kind *Kind, sink Sink) (bool, error) {
	r, err := book.Read(at)
	if err != nil {
		return false, err
	}
	sample, err := sampleOf(r, sampled)
	if err != nil {
		return false, err
	}
	h := findHead(sample[:min(len(sample), headWithin)], kind)
	if h == nil || findings(h) {
		_, err := sampleOf(r, 0)
		return false, err
	}
	h.settle(catalogue, sample[h.first:])
	cl := newCleaner(catalogue, h, sink)
	t := Table{Sheet: title, Kind: h.kind, Encoding: book.Encoding, Owners: owners(sample[:h.first], name, h)}
	for _, c := range h.columns {
		t.Headers = append(t.Headers, c.header)
	}
	if err := sink.Sheet(t); err != nil {
		return false, err
	}
	cl.learn(sample[h.first:])
	cl.above(sample)
	cl.noteHead()
	for _, rec := range sample[h.first:] {
		if err := cl.record(rec); err != nil {
			return false, err
		}
	}
	for {
		rec, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return false, err
		}
		if err := cl.record(rec); err != nil {
			return false, err
		}
	}
	cl.noteEnd()
	return true, nil
}

// sampleOf reads up to n records and keeps them.
func sampleOf(r sheet.Reader, n int) (all []sheet.Record, err error) {
	for len(all) < n {
		rec, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
		rec.Cells = slices.Clone(rec.Cells)
		all = append(all, rec)
	}
	return all, nil
}

// findings tells whether a sheet is a list about another file's rows, such as
// this package's own findings, and so no data: it names a file and a row.
func findings(h *head) bool {
	about := 0
	for _, c := range h.columns {
		if c.field == extra && (c.header == "file" || c.header == "row" || c.header == "action" || c.header == "文件" || c.header == "行" || c.header == "处理") {
			about++
		}
	}
	return about >= 2
}

// noteHead tells what is unusual about the head.
func (cl *cleaner) noteHead() {
	if len(cl.head.records) > 1 {
		cl.note(Finding{Row: cl.head.records[0], Fault: "header_two_rows", Action: Fix})
	}
	synonym, order, last, english := false, false, -1, false
	for i, c := range cl.head.columns {
		if c.field == extra {
			if c.header != "" {
				cl.note(Finding{Column: i + 1, Header: c.header, Fault: "column_extra", Action: Skip})
			}
			continue
		}
		f := &cl.kind.Fields[c.field]
		synonym = synonym || c.header != f.Headers[0] && !c.english
		english = english || c.english
		if c.quarter == "" {
			order = order || c.field < last
			last = c.field
		}
	}
	if synonym {
		cl.note(Finding{Fault: "header_synonym", Action: Fix})
	}
	if order && !english { // a program's table has its own order
		cl.note(Finding{Fault: "column_reordered", Action: Fix})
	}
	if cl.real {
		cl.note(Finding{Fault: "date_cells_typed", Action: Fix})
	}
}

func (cl *cleaner) noteEnd() {
	if cl.merged {
		cl.note(Finding{Fault: "merged_cells_down", Action: Fix})
	}
	if cl.wideID {
		cl.note(Finding{Fault: "id_cells_numeric", Action: Flag})
	}
}

var (
	reporter  = regexp.MustCompile(`(?:填报|填表|报送)?单位(?:名称)?\s*[:：]\s*(\S+)`)
	titleTail = regexp.MustCompile(`(\d{4}\s*年|[一二]〇|历史|季度|在校|实训|用工|学生|岗位|设备|人才|技能|招聘|录用|情况|信息|统计|一览).*$`)
)

// owners gives the names of the unit whose sheet this may be.
func owners(above []sheet.Record, name string, h *head) (all []string) {
	add := func(s string) {
		if s = strings.TrimSpace(s); s != "" && len(s) <= 200 && !slices.Contains(all, s) {
			all = append(all, s)
		}
	}
	for _, r := range above {
		if m := reporter.FindStringSubmatch(firstText(r)); m != nil {
			add(m[1])
		}
	}
	base := strings.TrimSuffix(path.Base(name), path.Ext(name))
	if unit, _, ok := strings.Cut(strings.ReplaceAll(base, "－", "_"), "_"); ok {
		add(unit)
	}
	for _, r := range above {
		if !slices.Contains(h.records, r.Number) {
			add(titleTail.ReplaceAllString(firstText(r), ""))
		}
	}
	add(titleTail.ReplaceAllString(base, ""))
	return all
}
