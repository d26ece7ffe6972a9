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

// Open unpacks the file as a stream, within the limits of the archive. A fault
// tells where it is too big.
func (p Packed) Open() (io.ReadCloser, error) {
	r, err := p.of.unpack(p.file)
	if err != nil {
		return nil, fault.Invalid.New("sheet.broken")
	}
	return &bounded{r, p.of.limits.Size, p.of.limits.Size}, nil
}

type bounded struct {
	io.ReadCloser
	left, limit int64
}

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return n, fault.Invalid.New("sheet.too_big", (b.limit-b.left)>>20, b.limit>>20)
	}
	if err != nil && err != io.EOF {
		err = broken(err)
	}
	return n, err
}
