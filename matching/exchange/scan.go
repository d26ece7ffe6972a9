package exchange

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"io/fs"
	"strings"
	"unicode/utf8"
)

// maxLine is the longest line that is read.
const maxLine = 1 << 20

// table reads one CSV file line by line. Columns are found by the header.
type table struct {
	name   string
	faults *Faults
	file   fs.File
	in     *bufio.Reader
	line   int
	want   []column
	at     []int // by wanted column: its place in the file, -1 if it is not there
	fields [][]byte
	spare  []byte
	tick   func(file string, lines int64)
}

// column is one that a file may have.
type column struct {
	name     string
	optional bool
}

// open begins a table. It is nil, with the faults told, if the file cannot be
// read as such; a missing optional file is nil as well.
func open(fsys fs.FS, name string, optional bool, faults *Faults, want ...column) *table {
	f, err := fsys.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		if !optional {
			faults.add(name, 0, Missing, "the file is missing")
		}
		return nil
	}
	if err != nil {
		faults.add(name, 0, Missing, "the file cannot be read: %v", err)
		return nil
	}
	t := &table{name: name, faults: faults, file: f, in: bufio.NewReaderSize(f, 1<<20), want: want}
	if !t.header() {
		f.Close()
		return nil
	}
	return t
}

func (t *table) close() { t.file.Close() }

// header finds the columns.
func (t *table) header() bool {
	raw, ok := t.read()
	if !ok {
		t.faults.add(t.name, 0, Missing, "the header line is missing")
		return false
	}
	raw = bytes.TrimPrefix(raw, []byte("\ufeff"))
	if !t.split(raw) {
		return false
	}
	known := map[string]int{}
	for i, f := range t.fields {
		known[strings.ToLower(strings.TrimSpace(string(f)))] = i
	}
	t.at = make([]int, len(t.want))
	good := true
	for i, c := range t.want {
		place, ok := known[c.name]
		if !ok {
			place = -1
			if !c.optional {
				t.faults.add(t.name, 1, Missing, "the column %s is missing", c.name)
				good = false
			}
		}
		t.at[i] = place
	}
	return good
}

// next reads the next line with something on it.
func (t *table) next() bool {
	for {
		raw, ok := t.read()
		if !ok {
			return false
		}
		if len(raw) == 0 {
			continue
		}
		if t.tick != nil && t.line&(1<<20-1) == 0 {
			t.tick(t.name, int64(t.line))
		}
		if t.split(raw) {
			return true
		}
	}
}

// read gives the next line without its end.
func (t *table) read() ([]byte, bool) {
	raw, err := t.in.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		t.line++
		t.faults.add(t.name, t.line, Malformed, "the line is longer than %d bytes", maxLine)
		for errors.Is(err, bufio.ErrBufferFull) {
			_, err = t.in.ReadSlice('\n')
		}
		return nil, err == nil
	}
	if err != nil && err != io.EOF {
		t.faults.add(t.name, t.line, Malformed, "the file cannot be read further: %v", err)
		return nil, false
	}
	if len(raw) == 0 {
		return nil, false
	}
	t.line++
	raw = bytes.TrimSuffix(raw, []byte("\n"))
	return bytes.TrimSuffix(raw, []byte("\r")), true
}

// split cuts a line into fields.
func (t *table) split(raw []byte) bool {
	t.fields = t.fields[:0]
	if bytes.IndexByte(raw, '"') >= 0 {
		return t.splitQuoted(raw)
	}
	if !utf8.Valid(raw) || bytes.IndexByte(raw, 0) >= 0 {
		t.faults.add(t.name, t.line, Malformed, "the line is not UTF-8 text")
		return false
	}
	for {
		i := bytes.IndexByte(raw, ',')
		if i < 0 {
			break
		}
		t.fields = append(t.fields, raw[:i])
		raw = raw[i+1:]
	}
	t.fields = append(t.fields, raw)
	return t.width()
}

// width refuses lines with fewer or more fields than the header has.
func (t *table) width() bool {
	need := 0
	for _, at := range t.at {
		need = max(need, at+1)
	}
	if len(t.fields) < need {
		t.faults.add(t.name, t.line, Malformed, "the line has %d fields; %d are needed", len(t.fields), need)
		return false
	}
	return true
}

// splitQuoted is split for lines with quotation marks. A quoted field ends on
// its line.
func (t *table) splitQuoted(raw []byte) bool {
	if !utf8.Valid(raw) || bytes.IndexByte(raw, 0) >= 0 {
		t.faults.add(t.name, t.line, Malformed, "the line is not UTF-8 text")
		return false
	}
	t.spare = append(make([]byte, 0, len(raw)), raw...)
	rest := t.spare
	for {
		if len(rest) == 0 || rest[0] != '"' {
			i := bytes.IndexByte(rest, ',')
			if i < 0 {
				t.fields = append(t.fields, rest)
				return t.width()
			}
			t.fields = append(t.fields, rest[:i])
			rest = rest[i+1:]
			continue
		}
		field, i := []byte{}, 1
		for ; i < len(rest); i++ {
			if rest[i] == '"' {
				if i+1 < len(rest) && rest[i+1] == '"' {
					i++
				} else {
					break
				}
			}
			field = append(field, rest[i])
		}
		if i >= len(rest) || i+1 < len(rest) && rest[i+1] != ',' {
			t.faults.add(t.name, t.line, Malformed, "a quoted field does not end on its line")
			return false
		}
		t.fields = append(t.fields, field)
		if i+1 >= len(rest) {
			return t.width()
		}
		rest = rest[i+2:]
	}
}

// field is the i-th wanted column of the line; empty if the file has none.
func (t *table) field(i int) []byte {
	if at := t.at[i]; at >= 0 && at < len(t.fields) {
		return t.fields[at]
	}
	return nil
}

// has tells whether the file has the i-th wanted column.
func (t *table) has(i int) bool { return t.at[i] >= 0 }

// number reads the i-th wanted column as a whole number between low and high.
func (t *table) number(i int, low, high int64) (int64, bool) {
	f := t.field(i)
	v, ok := parse(f)
	if !ok {
		t.faults.add(t.name, t.line, Malformed, "%s is %q, which is not a whole number", t.want[i].name, clip(f))
		return 0, false
	}
	if v < low || v > high {
		t.faults.add(t.name, t.line, Range, "%s is %d; it must be %d to %d", t.want[i].name, v, low, high)
		return 0, false
	}
	return v, true
}

func clip(b []byte) []byte {
	if len(b) > 60 {
		return b[:60]
	}
	return b
}

// parse reads a decimal number of at most 18 digits.
func parse(f []byte) (int64, bool) {
	neg := len(f) > 0 && f[0] == '-'
	if neg {
		f = f[1:]
	}
	if len(f) == 0 || len(f) > 18 {
		return 0, false
	}
	var v int64
	for _, d := range f {
		if d < '0' || d > '9' {
			return 0, false
		}
		v = v*10 + int64(d-'0')
	}
	if neg {
		v = -v
	}
	return v, true
}
