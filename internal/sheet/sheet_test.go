package sheet

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"guildhall/internal/fault"
	"guildhall/internal/i18n"
)

// line is a record as the tests write it.
type line struct {
	Number int
	Cells  []string
	Stray  bool
}

func readAll(data []byte, limits Limits) (*Book, []line, error) {
	b, err := Open(bytes.NewReader(data), int64(len(data)), limits)
	if err != nil {
		return nil, nil, err
	}
	var all []line
	for i := range b.Sheets {
		r, err := b.Read(i)
		if err != nil {
			return b, nil, err
		}
		for {
			rec, err := r.Next()
			if err == io.EOF {
				break
			}
			if err != nil {
				return b, all, err
			}
			l := line{Number: rec.Number, Stray: rec.Stray}
			for _, c := range rec.Cells {
				l.Cells = append(l.Cells, c.Text)
			}
			all = append(all, l)
		}
	}
	return b, all, nil
}

func cells(ss ...string) []string { return ss }

func TestText(t *testing.T) {
	gbk, _ := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte("姓名,班级\n韦㐀,一班\n"))
	le, _ := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().Bytes([]byte("姓名\t班级\r\n韦\t一班"))
	be, _ := unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewEncoder().Bytes([]byte("姓名,班级\n"))
	for _, c := range []struct {
		name, in, encoding, newline string
		delimiter                   byte
		bom                         bool
		want                        []line
	}{
		{"plain", "a,b\n1,2\n", "utf-8", "lf", ',', false, []line{{1, cells("a", "b"), false}, {2, cells("1", "2"), false}}},
		{"mark and CR LF", "\xEF\xBB\xBFa,b\r\n1,2", "utf-8", "crlf", ',', true, []line{{1, cells("a", "b"), false}, {2, cells("1", "2"), false}}},
		{"GB18030", string(gbk), "gb18030", "lf", ',', false, []line{{1, cells("姓名", "班级"), false}, {2, cells("韦㐀", "一班"), false}}},
		{"UTF-16, tabs", string(le), "utf-16le", "crlf", '\t', true, []line{{1, cells("姓名", "班级"), false}, {2, cells("韦", "一班"), false}}},
		{"UTF-16 the other way", string(be), "utf-16be", "lf", ',', true, []line{{1, cells("姓名", "班级"), false}}},
		{"semicolons with commas within", "a;b,c\n1;2\n", "utf-8", "lf", ';', false, []line{{1, cells("a", "b,c"), false}, {2, cells("1", "2"), false}}},
		{"blank lines count", "a,b\n\n1,2\n", "utf-8", "lf", ',', false, []line{{1, cells("a", "b"), false}, {2, cells(""), false}, {3, cells("1", "2"), false}}},
		{"a break within marks begins no record", "a,\"b\r\nc\"\r\n1,2\r\n", "utf-8", "crlf", ',', false, []line{{1, cells("a", "b\nc"), false}, {2, cells("1", "2"), false}}},
		{"doubled marks", `a,"say ""hi"""` + "\n", "utf-8", "lf", ',', false, []line{{1, cells("a", `say "hi"`), false}}},
		{"a mark in the middle stays", `5" disk,b` + "\n", "utf-8", "lf", ',', false, []line{{1, cells(`5" disk`, "b"), true}}},
		{"text behind a closing mark", `"a"b,c` + "\n1,2\n", "utf-8", "lf", ',', false, []line{{1, cells(`"a"b`, "c"), true}, {2, cells("1", "2"), false}}},
		{"a mark nobody closes", "\"a,b\n1,2\n", "utf-8", "lf", ',', false, []line{{1, cells(`"a`, "b"), true}, {2, cells("1", "2"), false}}},
		{"old Macintosh lines", "a,b\r1,2\r", "utf-8", "cr", ',', false, []line{{1, cells("a", "b"), false}, {2, cells("1", "2"), false}}},
		{"empty cells at the end", "a,b,,\n", "utf-8", "lf", ',', false, []line{{1, cells("a", "b", "", ""), false}}},
	} {
		b, got, err := readAll([]byte(c.in), Limits{})
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if b.Encoding != c.encoding || b.Newline != c.newline || b.Delimiter != c.delimiter || b.BOM != c.bom {
			t.Errorf("%s: read as %s %s %q mark %v", c.name, b.Encoding, b.Newline, b.Delimiter, b.BOM)
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s: (-want +got)\n%s", c.name, d)
		}
	}
}

// Long files cross the edges of buffers: a character cut in two there must not
// change the encoding, nor a line the cells.
func TestTextAcrossBuffers(t *testing.T) {
	for _, shift := range []int{0, 1, 2, 3} {
		text := strings.Repeat("x", shift) + strings.Repeat("韦嘉禾,\"一,班\"\n", 30_000)
		b, got, err := readAll([]byte(text), Limits{})
		if err != nil || b.Encoding != "utf-8" {
			t.Fatalf("shift %d: %v %v", shift, b, err)
		}
		if len(got) != 30_000 || got[29_999].Cells[1] != "一,班" {
			t.Fatalf("shift %d: %d records, the last is %v", shift, len(got), got[len(got)-1])
		}
	}
}

// table makes a workbook with what people leave in theirs.
func table(t *testing.T) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	style, err := f.NewStyle(&excelize.Style{NumFmt: 14})
	own := `yyyy"年"m"月"`
	month, err2 := f.NewStyle(&excelize.Style{CustomNumFmt: &own})
	for _, err := range []error{err, err2,
		f.SetCellValue("Sheet1", "A1", "学生表"), f.MergeCell("Sheet1", "A1", "C1"),
		f.SetCellValue("Sheet1", "A2", "班级"), f.SetCellValue("Sheet1", "B2", "日期"), f.SetCellValue("Sheet1", "C2", "证号"),
		f.SetCellValue("Sheet1", "A3", "一班"), f.MergeCell("Sheet1", "A3", "A5"),
		f.SetCellValue("Sheet1", "B3", 45170), f.SetCellStyle("Sheet1", "B3", "B3", style),
		f.SetCellValue("Sheet1", "B4", 45170), f.SetCellStyle("Sheet1", "B4", "B4", month),
		f.SetCellValue("Sheet1", "C3", 14100000017.0), f.SetCellValue("Sheet1", "C4", 0.1+0.2),
		f.SetCellValue("Sheet1", "C5", true), f.SetCellFormula("Sheet1", "B5", "NA()"),
		f.SetCellValue("Sheet1", "A8", "a<&>\n\"b\""),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if _, err := f.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestWorkbook(t *testing.T) {
	data := table(t)
	b, err := Open(bytes.NewReader(data), int64(len(data)), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	r, err := b.Read(0)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for {
		rec, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		s := fmt.Sprint(rec.Number)
		for _, c := range rec.Cells {
			s += fmt.Sprintf("|%s,%d", c.Text, c.Kind)
			if c.Merged {
				s += ",merged"
			}
		}
		got = append(got, s)
	}
	want := []string{
		"1|学生表,0", "2|班级,0|日期,0|证号,0",
		"3|一班,0|45170,2|14100000017,1", "4|一班,0,merged|45170,2|0.3,1", "5|一班,0,merged|=NA(),4|TRUE,3",
		"6", "7", "8|a<&>\n\"b\",0",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
}

func TestRefusals(t *testing.T) {
	zipped := func(parts map[string]string) string {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		for name, body := range parts {
			w, _ := z.Create(name)
			io.WriteString(w, body)
		}
		z.Close()
		return b.String()
	}
	compound := "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + strings.Repeat("\x00", 600)
	good := string(table(t))
	for _, c := range []struct{ name, in, key string }{
		{"nothing", "", "sheet.empty"},
		{"white space", " \r\n", "sheet.empty"},
		{"an old workbook", compound, "sheet.old_excel"},
		{"a locked workbook", compound + string(utf16Name("EncryptedPackage")), "sheet.locked"},
		{"a PDF", "%PDF-1.7\n", "sheet.pdf"},
		{"a page saved as .xls", "\xEF\xBB\xBF<html><table>", "sheet.html"},
		{"a picture", "\x89PNG\r\n\x1a\n\x00\x00", "sheet.not_table"},
		{"NUL far behind", strings.Repeat("a,b\n", 40_000) + "\x00", "sheet.not_table"},
		{"an archive of something else", zipped(map[string]string{"a.txt": "x"}), "sheet.not_workbook"},
		{"a binary workbook", zipped(map[string]string{"[Content_Types].xml": "<a/>", "xl/workbook.bin": "x"}), "sheet.binary_excel"},
		{"half a workbook", good[:len(good)/2], "sheet.broken"},
		{"a workbook without parts", zipped(map[string]string{"[Content_Types].xml": "<a/>", "xl/x": "x"}), "sheet.broken"},
		{"a mark of UTF-8 before other bytes", "\xEF\xBB\xBFa,\xD2\n", "sheet.bad_utf8"},
	} {
		_, _, err := readAll([]byte(c.in), Limits{})
		if got := fault.Of(err).Key; err == nil || got != c.key {
			t.Errorf("%s: got %v, want %s", c.name, err, c.key)
		}
		if !i18n.Has(c.key) {
			t.Errorf("no words for %s", c.key)
		}
	}
}

// A hostile file costs no more than its limits allow.
func TestP14Limits(t *testing.T) {
	wide := strings.Repeat("a,", 600) + "\n"
	for _, c := range []struct {
		name, key string
		data      []byte
		limits    Limits
	}{
		{"too big", "sheet.too_big", []byte("a,b\n"), Limits{Size: 2}},
		{"too many rows", "sheet.too_many_rows", []byte("a\nb\nc\n"), Limits{Rows: 2}},
		{"too many columns", "sheet.too_many_columns", []byte(wide), Limits{}},
		{"too many cells", "sheet.too_many_cells", []byte("a,b\nc,d\n"), Limits{Cells: 3}},
		{"a long cell", "sheet.long_cell", []byte(strings.Repeat("a", 300_000)), Limits{Length: 1000}},
		{"rows of a workbook", "sheet.too_many_rows", far(t), Limits{Rows: 1000}},
		{"a bomb by its directory", "sheet.bomb", bomb(t, 20<<20), Limits{}},
		{"a bomb when unpacked", "sheet.bomb", lying(bomb(t, 20<<20)), Limits{}},
	} {
		_, _, err := readAll(c.data, c.limits)
		if got := fault.Of(err).Key; err == nil || got != c.key && !(c.name == "a bomb when unpacked" && got == "sheet.broken") {
			t.Errorf("%s: got %v, want %s", c.name, err, c.key)
		}
	}
}

// far is a workbook with a cell in the last row that there can be.
func far(t *testing.T) []byte {
	f := excelize.NewFile()
	defer f.Close()
	if err := f.SetCellValue("Sheet1", "A1", "x"); err != nil {
		t.Fatal(err)
	}
	s, err := f.NewStreamWriter("Sheet1")
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(s.SetRow("A1", []any{"x"}), s.SetRow("A1048576", []any{"y"}), s.Flush()); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if _, err := f.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestP14FarRowIsCheap(t *testing.T) {
	_, got, err := readAll(far(t), Limits{})
	if err != nil || len(got) != 2 || got[1].Number != 1_048_576 {
		t.Errorf("got %v, %v", got, err)
	}
}

// bomb is a workbook whose sheet is this much white space.
func bomb(t *testing.T, size int) []byte {
	t.Helper()
	src, err := zip.NewReader(bytes.NewReader(table(t)), int64(len(table(t))))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, f := range src.File {
		r, _ := f.Open()
		body, _ := io.ReadAll(r)
		if strings.HasSuffix(f.Name, "sheet1.xml") {
			body = bytes.Replace(body, []byte("<sheetData>"), append([]byte("<sheetData>"), bytes.Repeat([]byte(" "), size)...), 1)
		}
		w, _ := z.Create(f.Name)
		w.Write(body)
	}
	z.Close()
	return b.Bytes()
}

// lying changes the unpacked sizes that the directory tells to small ones.
func lying(data []byte) []byte {
	for at := 0; ; {
		next := bytes.Index(data[at:], []byte("PK\x01\x02"))
		if next < 0 {
			return data
		}
		at += next + 4
		if size := data[at+20 : at+24]; size[3] > 0 || size[2] > 16 {
			copy(size, "\x00\x10\x00\x00")
		}
	}
}

func TestWriteThenRead(t *testing.T) {
	rows := []Row{{"=1+1", int64(5), 1.5, time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC)}, {"＝cmd", "+86", "-", nil}, {"韦,\"嘉\n禾", "a", "b", "c"}}
	want := []line{
		{1, cells("姓名", "数", "小数", "日期"), false},
		{2, cells("'=1+1", "5", "1.5", "2026-09-01"), false},
		{3, cells("'＝cmd", "'+86", "'-", ""), false},
		{4, cells("韦,\"嘉\n禾", "a", "b", "c"), false},
	}
	header := want[0].Cells
	var x, c bytes.Buffer
	if err := errors.Join(WriteXLSX(&x, "名单/2026", header, slices.Values(rows)), WriteCSV(&c, header, slices.Values(rows))); err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"xlsx": x.Bytes(), "csv": c.Bytes()} {
		_, got, err := readAll(data, Limits{})
		if err != nil {
			t.Fatal(err)
		}
		for len(got) > 2 && len(got[2].Cells) < 4 {
			got[2].Cells = append(got[2].Cells, "")
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s: (-want +got)\n%s", name, d)
		}
	}
	for _, s := range []string{"=1", "+86", "plain", "'kept", "", "＠x"} {
		if got := Unsafe(Safe(s)); got != s {
			t.Errorf("Unsafe(Safe(%q)) = %q", s, got)
		}
	}
}

func TestUnpack(t *testing.T) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	gbk, _ := simplifiedchinese.GB18030.NewEncoder().String("学生/一校.csv")
	for _, h := range []*zip.FileHeader{{Name: "b.csv"}, {Name: gbk, NonUTF8: true}, {Name: "readme.md"}, {Name: "__MACOSX/._b.csv"}} {
		w, _ := z.CreateHeader(h)
		io.WriteString(w, "a,b\n")
	}
	z.Close()
	got, err := Unpack(bytes.NewReader(b.Bytes()), int64(b.Len()), Limits{})
	if err != nil || len(got) != 2 || got[0].Name != "b.csv" || got[1].Name != "学生/一校.csv" {
		t.Fatalf("got %v, %v", got, err)
	}
	r, err := got[1].Open()
	if err != nil {
		t.Fatal(err)
	}
	if body, err := io.ReadAll(r); err != nil || string(body) != "a,b\n" {
		t.Errorf("got %q, %v", body, err)
	}
	if got, err := Unpack(bytes.NewReader(table(t)), int64(len(table(t))), Limits{}); got != nil || err != nil {
		t.Errorf("a workbook is no archive of tables: %v, %v", got, err)
	}
}

func FuzzOpen(f *testing.F) {
	f.Add([]byte("a,b\n\"1\",2\n"))
	f.Add([]byte("\xEF\xBB\xBFa;b\r\n\"1\r\n\";\"2\"\"\""))
	f.Add([]byte("\xFF\xFEa\x00,\x00b\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		_, lines, err := readAll(data, Limits{Rows: 5000, Columns: 50, Cells: 50_000, Length: 5000, Unpacked: 1 << 20})
		if err != nil && !errors.Is(err, fault.Invalid) {
			t.Fatalf("%v is not a fault that a reader can be told", err)
		}
		before := 0
		for _, l := range lines {
			if l.Number <= before {
				t.Fatalf("record %d after %d", l.Number, before)
			}
			before = l.Number
		}
	})
}

func FuzzSheetXML(f *testing.F) {
	f.Add(`<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c><c r="C1"><v>1E5</v></c></row><row r="4"/></sheetData><mergeCells><mergeCell ref="A1:B2"/></mergeCells></worksheet>`)
	f.Add(`<a><![CDATA[x]]><!-- y --><row><c t="s"><v>0</v></c></row>`)
	f.Fuzz(func(t *testing.T, body string) {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		for name, text := range map[string]string{
			"[Content_Types].xml": "<a/>", "_rels/.rels": `<Relationships><Relationship Id="r" Type="x/officeDocument" Target="xl/w.xml"/></Relationships>`,
			"xl/w.xml":            `<workbook><sheets><sheet name="s" r:id="r1"/></sheets></workbook>`,
			"xl/_rels/w.xml.rels": `<Relationships><Relationship Id="r1" Type="x/worksheet" Target="s.xml"/></Relationships>`, "xl/s.xml": body,
		} {
			w, _ := z.CreateHeader(&zip.FileHeader{Name: name})
			io.WriteString(w, text)
		}
		z.Close()
		_, _, err := readAll(b.Bytes(), Limits{Rows: 5000, Columns: 50, Cells: 50_000, Length: 5000})
		if err != nil && !errors.Is(err, fault.Invalid) {
			t.Fatalf("%v is not a fault that a reader can be told", err)
		}
	})
}

func BenchmarkText(b *testing.B) {
	data := []byte(strings.Repeat("S0000001,20260000100001,傅林,M,458000201105310016,2011-05-31,14100000017,M00068,P000001\n", 20_000))
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		book, err := Open(bytes.NewReader(data), int64(len(data)), Limits{})
		if err != nil {
			b.Fatal(err)
		}
		r, _ := book.Read(0)
		for {
			if _, err := r.Next(); err != nil {
				break
			}
		}
	}
}
