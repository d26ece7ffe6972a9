package sheet

import (
	"bytes"
	"io"
)

// sniff tells what a file is: zip, text, or the word of the fault that says why
// it cannot be read.
func sniff(head []byte, file io.ReaderAt, size int64) string {
	trimmed := bytes.ToLower(bytes.TrimLeft(bytes.TrimPrefix(head, utf8BOM), " \t\r\n"))
	switch {
	case len(trimmed) == 0:
		return "empty"
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte("PK\x05\x06")):
		return "zip"
	case bytes.HasPrefix(head, []byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")):
		if holds(file, size, utf16Name("EncryptedPackage")) {
			return "locked"
		}
		return "old_excel"
	case bytes.HasPrefix(head, []byte("%PDF")):
		return "pdf"
	case markup(trimmed):
		return "html"
	case bytes.HasPrefix(head, utf16LE), bytes.HasPrefix(head, utf16BE):
		return "text"
	case bytes.IndexByte(head, 0) >= 0, bytes.HasPrefix(head, []byte("\xFF\xD8\xFF")), bytes.HasPrefix(trimmed, []byte("{\\rtf")):
		return "not_table"
	}
	return "text"
}

// markup knows the pages that some systems save under the name of a workbook.
func markup(lower []byte) bool {
	for _, start := range []string{"<!doctype", "<html", "<table", "<?xml", "<head", "<meta"} {
		if bytes.HasPrefix(lower, []byte(start)) {
			return true
		}
	}
	return false
}

// holds looks for a name in the first and last parts of a compound file, where
// its directory stands.
func holds(file io.ReaderAt, size int64, name []byte) bool {
	const part = 4 << 20
	for _, at := range []int64{0, max(0, size-part)} {
		b := make([]byte, min(part, size-at))
		n, _ := file.ReadAt(b, at)
		if bytes.Contains(b[:n], name) {
			return true
		}
	}
	return false
}

func utf16Name(s string) []byte {
	b := make([]byte, 0, 2*len(s))
	for i := range len(s) {
		b = append(b, s[i], 0)
	}
	return b
}
