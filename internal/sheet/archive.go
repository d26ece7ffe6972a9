package sheet

import (
	"archive/zip"
	"bytes"
	"io"
	"path"
	"slices"
	"strings"

	"golang.org/x/text/encoding/simplifiedchinese"

	"guildhall/internal/fault"
)

// Packed is one file within an archive.
type Packed struct {
	Name string // with its folders, slashes between them
	file *zip.File
	of   *workbook
}

// Unpack lists the files of a .zip archive that may be tables, in the order of
// their names. It gives nil where the file is no archive but, say, a workbook.
// Names without the mark of UTF-8 are read as GB18030, as Chinese editions of
// Windows write them.
func Unpack(file io.ReaderAt, size int64, limits Limits) ([]Packed, error) {
	limits = limits.filled()
	head := make([]byte, 4)
	if n, _ := file.ReadAt(head, 0); n < 4 || !bytes.Equal(head, []byte("PK\x03\x04")) {
		return nil, nil
	}
	w, err := openZip(file, size, limits)
	if err != nil {
		return nil, err
	}
	if w.parts["[Content_Types].xml"] != nil || w.parts["mimetype"] != nil {
		return nil, nil
	}
	all := []Packed{}
	for name, f := range w.parts {
		if f.NonUTF8 {
			if s, err := simplifiedchinese.GB18030.NewDecoder().String(name); err == nil {
				name = s
			}
		}
		if strings.HasSuffix(name, "/") || strings.HasPrefix(name, "__MACOSX/") || !Named(name) {
			continue
		}
		all = append(all, Packed{path.Clean(name), f, w})
	}
	slices.SortFunc(all, func(a, b Packed) int { return strings.Compare(a.Name, b.Name) })
	return all, nil
}

// Named tells whether a file's name is that of a table, or of a kind of file
// that people take for one and that must be answered for.
func Named(name string) bool {
	base := path.Base(name)
	if strings.HasPrefix(base, ".") || strings.HasPrefix(base, "~$") {
		return false
	}
	switch strings.ToLower(path.Ext(base)) {
	case ".xlsx", ".xlsm", ".csv", ".txt", ".tsv", ".xls", ".xlsb", ".et", ".ods":
		return true
	}
	return false
}

// Read unpacks the file into memory, within the limits of the archive.
func (p Packed) Read() ([]byte, error) {
	r, err := p.of.unpack(p.file)
	if err != nil {
		return nil, fault.Invalid.New("sheet.broken")
	}
	defer r.Close()
	b, err := io.ReadAll(io.LimitReader(r, p.of.limits.Size+1))
	if err != nil {
		return nil, broken(err)
	}
	if int64(len(b)) > p.of.limits.Size {
		return nil, fault.Invalid.New("sheet.too_big", len(b)>>20, p.of.limits.Size>>20)
	}
	return b, nil
}
