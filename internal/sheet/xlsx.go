package sheet

import (
	"archive/zip"
	"errors"
	"io"
	"path"
	"strconv"
	"strings"

	"guildhall/internal/fault"
)

// workbook is an .xlsx file: a zip archive of XML parts, each read as a stream
// when it is needed.
type workbook struct {
	parts  map[string]*zip.File
	sheets []string // part names
	shared []string
	dates  []bool // by style: shown as a date
	from04 bool   // days are counted from 1904
	limits Limits
	left   int64 // unpacked bytes that may still be read
}

func broken(err error) error {
	if errors.Is(err, fault.Invalid) {
		return err
	}
	return fault.Invalid.New("sheet.broken")
}

func (b *Book) openWorkbook() error {
	b.Format = Workbook
	w, err := openZip(b.file, b.size, b.limits)
	if err != nil {
		return err
	}
	if w.parts["xl/workbook.bin"] != nil {
		return fault.Invalid.New("sheet.binary_excel")
	}
	if w.parts["[Content_Types].xml"] == nil || !w.has("xl/") {
		return fault.Invalid.New("sheet.not_workbook")
	}
	if b.Sheets, err = w.open(); err != nil {
		return broken(err)
	}
	if len(b.Sheets) == 0 {
		return fault.Invalid.New("sheet.empty")
	}
	b.xlsx = w
	return nil
}

// openZip reads an archive's directory and refuses what it says would cost too
// much. What the directory does not say, the limit on unpacking finds.
func openZip(file io.ReaderAt, size int64, limits Limits) (*workbook, error) {
	z, err := zip.NewReader(file, size)
	if err != nil {
		return nil, fault.Invalid.New("sheet.broken")
	}
	if len(z.File) > limits.Parts {
		return nil, fault.Invalid.New("sheet.too_many_parts", limits.Parts)
	}
	w := &workbook{parts: map[string]*zip.File{}, limits: limits, left: limits.Unpacked}
	unpacked := uint64(0)
	for _, f := range z.File {
		if f.Flags&1 != 0 {
			return nil, fault.Invalid.New("sheet.locked")
		}
		name := strings.TrimPrefix(strings.ReplaceAll(f.Name, `\`, "/"), "/")
		if w.parts[name] != nil {
			return nil, fault.Invalid.New("sheet.broken")
		}
		w.parts[name] = f
		unpacked += min(f.UncompressedSize64, 1<<50)
	}
	if unpacked > uint64(limits.Unpacked) {
		return nil, fault.Invalid.New("sheet.too_big_unpacked", limits.Unpacked>>20)
	}
	if unpacked > 16<<20 && unpacked > uint64(size)*uint64(limits.Ratio) {
		return nil, fault.Invalid.New("sheet.bomb")
	}
	return w, nil
}

func (w *workbook) has(folder string) bool {
	for name := range w.parts {
		if strings.HasPrefix(name, folder) {
			return true
		}
	}
	return false
}

// part opens a part; what it unpacks counts against the limits, whatever the
// directory said.
func (w *workbook) part(name string) (io.ReadCloser, error) {
	f := w.parts[name]
	if f == nil {
		return nil, errXML
	}
	return w.unpack(f)
}

func (w *workbook) unpack(f *zip.File) (io.ReadCloser, error) {
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	return &metered{r, w, 16<<20 + int64(f.CompressedSize64)*w.limits.Ratio}, nil
}

type metered struct {
	io.ReadCloser
	w    *workbook
	left int64
}

func (m *metered) Read(p []byte) (int, error) {
	n, err := m.ReadCloser.Read(p)
	m.left -= int64(n)
	m.w.left -= int64(n)
	switch {
	case m.left < 0:
		return n, fault.Invalid.New("sheet.bomb")
	case m.w.left < -m.w.limits.Unpacked: // each part is read twice at most
		return n, fault.Invalid.New("sheet.too_big_unpacked", m.w.limits.Unpacked>>20)
	}
	return n, err
}

// each runs fn at every tag of a part.
func (w *workbook) each(name string, fn func(x *xmlReader) error) error {
	r, err := w.part(name)
	if err != nil {
		return err
	}
	defer r.Close()
	x := newXML(r, w.limits.Length)
	for {
		if err := x.next(); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		if err := fn(x); err != nil {
			return err
		}
	}
}

// open reads what stands beside the sheets, and gives the names of those that
// are not hidden.
func (w *workbook) open() (names []string, err error) {
	main, err := w.mainPart()
	if err != nil {
		return nil, err
	}
	folder := path.Dir(main)
	targets, err := w.relations(path.Join(folder, "_rels", path.Base(main)+".rels"), folder)
	if err != nil {
		return nil, err
	}
	err = w.each(main, func(x *xmlReader) error {
		switch {
		case x.is("workbookPr"):
			on := string(x.get("date1904"))
			w.from04 = on == "1" || on == "true"
		case x.is("sheet"):
			state, target := string(x.get("state")), targets[string(x.get("id"))]
			if w.parts[target.part] != nil && target.kind == "worksheet" && !strings.HasSuffix(strings.ToLower(state), "hidden") {
				names = append(names, string(unescape(append([]byte(nil), x.get("name")...))))
				w.sheets = append(w.sheets, target.part)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, t := range targets {
		switch {
		case w.parts[t.part] == nil:
		case t.kind == "styles":
			err = w.readStyles(t.part)
		case t.kind == "sharedStrings":
			err = w.readShared(t.part)
		}
		if err != nil {
			return nil, err
		}
	}
	return names, nil
}

func (w *workbook) mainPart() (string, error) {
	targets, err := w.relations("_rels/.rels", "")
	if err != nil {
		return "", err
	}
	for _, t := range targets {
		if t.kind == "officeDocument" {
			return t.part, nil
		}
	}
	return "", errXML
}

type relation struct{ kind, part string }

func (w *workbook) relations(name, folder string) (map[string]relation, error) {
	all := map[string]relation{}
	err := w.each(name, func(x *xmlReader) error {
		if x.is("Relationship") && string(x.get("TargetMode")) != "External" {
			target := string(unescape(append([]byte(nil), x.get("Target")...)))
			if strings.HasPrefix(target, "/") {
				target = target[1:]
			} else {
				target = path.Join(folder, target)
			}
			all[string(x.get("Id"))] = relation{path.Base(string(x.get("Type"))), target}
		}
		return nil
	})
	return all, err
}

// readShared reads the words that cells refer to by number. Phonetic readings
// beside them are left out.
func (w *workbook) readShared(part string) error {
	var word []byte
	total, phonetic := int64(0), false
	return w.each(part, func(x *xmlReader) error {
		switch {
		case x.is("si"):
			word = word[:0]
		case x.is("rPh"):
			phonetic = true
		case x.ends("rPh"):
			phonetic = false
		case x.ends("t") && !phonetic:
			word = append(word, unescape(x.text)...)
		case x.ends("si"):
			if total += int64(len(word)) + 16; total > w.limits.Shared {
				return fault.Invalid.New("sheet.too_big_unpacked", w.limits.Shared>>20)
			}
			w.shared = append(w.shared, string(word))
		}
		return nil
	})
}

// readStyles finds out which styles show a number as a date.
func (w *workbook) readStyles(part string) error {
	own := map[int]bool{}
	inCells := false
	return w.each(part, func(x *xmlReader) error {
		switch {
		case x.is("numFmt"):
			own[number(x.get("numFmtId"))] = dateFormat(string(unescape(append([]byte(nil), x.get("formatCode")...))))
		case x.is("cellXfs"):
			inCells = true
		case x.ends("cellXfs"):
			inCells = false
		case inCells && x.is("xf"):
			id := number(x.get("numFmtId"))
			custom, is := own[id]
			w.dates = append(w.dates, is && custom || !is && builtinDate(id))
		}
		return nil
	})
}

func number(b []byte) int {
	n, err := strconv.Atoi(string(b))
	if err != nil {
		return -1
	}
	return n
}

// builtinDate knows the numbers of the formats that are not written down
// (ISO/IEC 29500-1, 18.8.30), those of East Asian editions included.
func builtinDate(id int) bool {
	return id >= 14 && id <= 22 && id != 18 && id != 19 && id != 20 && id != 21 ||
		id >= 27 && id <= 31 || id == 36 || id >= 50 && id <= 54 || id == 57 || id == 58
}

// dateFormat tells whether a format shows a year or a day, outside quoted words,
// escapes and brackets.
func dateFormat(code string) bool {
	for i := 0; i < len(code); i++ {
		switch code[i] {
		case '"', '[':
			close := byte('"')
			if code[i] == '[' {
				close = ']'
			}
			end := strings.IndexByte(code[i+1:], close)
			if end < 0 {
				return false
			}
			i += end + 1
		case '\\', '_', '*':
			i++
		case 'y', 'Y', 'd', 'D':
			return true
		case 'G', 'g': // General
			i += len("eneral")
		}
	}
	return false
}
