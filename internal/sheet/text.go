package sheet

import (
	"bufio"
	"bytes"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"guildhall/internal/fault"
)

var (
	utf8BOM = []byte("\xEF\xBB\xBF")
	utf16LE = []byte("\xFF\xFE")
	utf16BE = []byte("\xFE\xFF")
)

// openText finds out the encoding, the line ends and the delimiter. The
// encoding is not guessed: a byte order mark names it, else what is valid UTF-8
// is UTF-8, else it is GB18030, of which GBK and GB 2312 are parts.
func (b *Book) openText(head []byte) error {
	b.Format, b.Sheets = Delimited, []string{""}
	switch {
	case bytes.HasPrefix(head, utf8BOM):
		b.Encoding, b.BOM = "utf-8", true
	case bytes.HasPrefix(head, utf16LE):
		b.Encoding, b.BOM = "utf-16le", true
	case bytes.HasPrefix(head, utf16BE):
		b.Encoding, b.BOM = "utf-16be", true
	default:
		b.Encoding = "gb18030"
	}
	if b.Encoding == "utf-8" || b.Encoding == "gb18030" {
		valid, zero, err := b.check()
		if err != nil {
			return err
		}
		if zero {
			return fault.Invalid.New("sheet.not_table")
		}
		if valid {
			b.Encoding = "utf-8"
		} else if b.BOM {
			return fault.Invalid.New("sheet.bad_utf8")
		}
	}
	sample := make([]byte, 64<<10)
	n, err := io.ReadFull(b.decoded(), sample)
	if err != nil && err != io.ErrUnexpectedEOF && err != io.EOF {
		return err
	}
	sample = sample[:n]
	if garbage(sample) {
		return fault.Invalid.New("sheet.not_table")
	}
	b.Newline = newline(sample)
	b.Delimiter = delimiter(sample, b.lineEnd())
	return nil
}

// check reads the whole file once: is it valid UTF-8, and has it a NUL.
func (b *Book) check() (valid, zero bool, err error) {
	r := io.NewSectionReader(b.file, 0, b.size)
	buf := make([]byte, 256<<10)
	kept := 0
	valid = true
	for {
		n, err := r.Read(buf[kept:])
		part := buf[:kept+n]
		if bytes.IndexByte(part[kept:], 0) >= 0 {
			return false, true, nil
		}
		kept = 0
		if valid {
			whole := len(part) - cut(part)
			valid = utf8.Valid(part[:whole])
			kept = copy(buf, part[whole:])
		}
		if err == io.EOF {
			return valid && kept == 0, false, nil
		}
		if err != nil {
			return false, false, err
		}
	}
}

// cut tells how many bytes at the end begin a character that is not yet whole.
func cut(b []byte) int {
	for n := 1; n <= min(3, len(b)); n++ {
		if c := b[len(b)-n]; utf8.RuneStart(c) {
			if c >= utf8.RuneSelf && !utf8.FullRune(b[len(b)-n:]) {
				return n
			}
			return 0
		}
	}
	return 0
}

// garbage tells whether decoded text is no text at all: characters that do not
// exist, or control characters, in more than one place of a hundred.
func garbage(sample []byte) bool {
	bad, all := 0, 0
	for len(sample) > utf8.UTFMax {
		r, n := utf8.DecodeRune(sample)
		sample = sample[n:]
		all++
		if r == utf8.RuneError || r < ' ' && r != '\t' && r != '\r' && r != '\n' {
			bad++
		}
	}
	return bad*100 > all
}

// decoded gives the text as UTF-8 without its byte order mark.
func (b *Book) decoded() io.Reader {
	r := io.NewSectionReader(b.file, 0, b.size)
	switch b.Encoding {
	case "utf-8":
		if b.BOM {
			return io.NewSectionReader(b.file, int64(len(utf8BOM)), b.size-int64(len(utf8BOM)))
		}
		return r
	case "utf-16le":
		return transform.NewReader(r, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder())
	case "utf-16be":
		return transform.NewReader(r, unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewDecoder())
	}
	return transform.NewReader(r, simplifiedchinese.GB18030.NewDecoder())
}

func newline(sample []byte) string {
	at := bytes.IndexByte(sample, '\n')
	switch {
	case at < 0 && bytes.IndexByte(sample, '\r') >= 0:
		return "cr"
	case at > 0 && sample[at-1] == '\r':
		return "crlf"
	}
	return "lf"
}

func (b *Book) lineEnd() byte {
	if b.Newline == "cr" {
		return '\r'
	}
	return '\n'
}

// delimiter takes the one by which the first lines fall into most cells alike:
// it adds up, over the lines, the cells of those that have as many as the line
// before.
func delimiter(sample []byte, end byte) byte {
	best, most := byte(','), 0
	for _, d := range []byte{',', '\t', ';'} {
		score, before := 0, -1
		for i, line := range bytes.Split(sample, []byte{end}) {
			if i > 200 {
				break
			}
			n := outside(line, d)
			if n > 0 {
				score++
			}
			if n == before {
				score += 2 * n
			}
			before = n
		}
		if score > most {
			best, most = d, score
		}
	}
	return best
}

// outside counts a delimiter outside quotation marks.
func outside(line []byte, d byte) (n int) {
	quoted := false
	for _, c := range line {
		switch {
		case c == '"':
			quoted = !quoted
		case c == d && !quoted:
			n++
		}
	}
	return n
}

func (b *Book) readText() (Reader, error) {
	return &textReader{
		in: bufio.NewReaderSize(b.decoded(), 256<<10), end: b.lineEnd(), delimiter: b.Delimiter, limits: b.limits,
	}, nil
}
