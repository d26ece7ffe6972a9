package sheet

import (
	"bufio"
	"bytes"
	"io"

	"guildhall/internal/fault"
)

// A cell in quotation marks may hold this many line breaks. One that runs on is
// a mark that was never closed, and would swallow the rest of the file.
const maxBreaks = 200

// textReader splits delimited text. Quotation marks follow RFC 4180; where they
// do not, the cell is taken as it stands and its record says so.
type textReader struct {
	in             *bufio.Reader
	end, delimiter byte
	limits         Limits

	number  int
	filled  int64
	waiting [][]byte // lines read in vain in search of a closing mark
	line    []byte
	buf     []byte // the cells' bytes, one after the other
	ends    []int  // where each cell ends in buf
	cells   []Cell
}

func (t *textReader) Next() (Record, error) {
	line, err := t.readLine()
	if err != nil {
		return Record{}, err
	}
	t.number++
	if t.number > t.limits.Rows {
		return Record{}, fault.Invalid.New("sheet.too_many_rows", t.limits.Rows)
	}
	t.buf, t.ends = t.buf[:0], t.ends[:0]
	stray := false
	if bytes.IndexByte(line, '"') < 0 {
		t.plain(line)
	} else if stray, err = t.quoted(line); err != nil {
		return Record{}, err
	}
	return t.record(stray)
}

// record makes the cells, whose texts are parts of one string.
func (t *textReader) record(stray bool) (Record, error) {
	if len(t.ends) > t.limits.Columns {
		return Record{}, fault.Invalid.New("sheet.too_many_columns", t.number, t.limits.Columns)
	}
	all, from := string(t.buf), 0
	t.cells = t.cells[:0]
	for _, end := range t.ends {
		if end-from > t.limits.Length {
			return Record{}, fault.Invalid.New("sheet.long_cell", t.number, t.limits.Length)
		}
		if end > from {
			t.filled++
		}
		t.cells = append(t.cells, Cell{Text: all[from:end]})
		from = end
	}
	if t.filled > t.limits.Cells {
		return Record{}, fault.Invalid.New("sheet.too_many_cells", t.limits.Cells)
	}
	return Record{Number: t.number, Cells: t.cells, Stray: stray}, nil
}

// plain splits a line without quotation marks.
func (t *textReader) plain(line []byte) {
	for {
		at := bytes.IndexByte(line, t.delimiter)
		if at < 0 {
			t.buf = append(t.buf, line...)
			t.ends = append(t.ends, len(t.buf))
			return
		}
		t.buf = append(t.buf, line[:at]...)
		t.ends = append(t.ends, len(t.buf))
		line = line[at+1:]
	}
}

// quoted splits a line with quotation marks, and reads on while one is open.
// A mark that nobody closes is taken as a plain character, and so are those of
// the lines that were read in search of its fellow: a file full of such marks
// is then read in time that grows with its length.
func (t *textReader) quoted(line []byte) (stray bool, err error) {
	lonely := len(t.waiting) > 0
	whole := bytes.Clone(line)
	first := whole[:len(whole):len(whole)]
	var more [][]byte
	for {
		t.buf, t.ends = t.buf[:0], t.ends[:0]
		open, stray := t.split(whole)
		if !open {
			return stray, nil
		}
		if lonely || len(more) == maxBreaks || len(whole) > t.limits.Length {
			break
		}
		next, err := t.readLine()
		if err == io.EOF {
			break
		}
		if err != nil {
			return false, err
		}
		more = append(more, bytes.Clone(next))
		whole = append(append(whole, '\n'), next...)
	}
	t.waiting = append(more, t.waiting...)
	t.buf, t.ends = t.buf[:0], t.ends[:0]
	t.plain(first)
	return true, nil
}

// split puts the cells of a line into buf. It tells whether a quotation mark is
// left open at the end, and whether one stood where none belongs.
func (t *textReader) split(line []byte) (open, stray bool) {
	cell := func() { t.ends = append(t.ends, len(t.buf)) }
	for i := 0; ; {
		if i < len(line) && line[i] == '"' {
			i++
			for {
				at := bytes.IndexByte(line[i:], '"')
				if at < 0 {
					return true, stray
				}
				t.buf = append(t.buf, line[i:i+at]...)
				i += at + 1
				if i == len(line) || line[i] == t.delimiter {
					break
				}
				t.buf = append(t.buf, '"')
				if line[i] == '"' {
					i++
				} else {
					stray = true
				}
			}
		}
		at := bytes.IndexByte(line[i:], t.delimiter)
		if at < 0 {
			stray = stray || bytes.IndexByte(line[i:], '"') >= 0
			t.buf = append(t.buf, line[i:]...)
			cell()
			return false, stray
		}
		stray = stray || bytes.IndexByte(line[i:i+at], '"') >= 0
		t.buf = append(t.buf, line[i:i+at]...)
		cell()
		i += at + 1
	}
}

// readLine gives the next line without its end. It is good until the next call.
func (t *textReader) readLine() ([]byte, error) {
	if len(t.waiting) > 0 {
		line := t.waiting[0]
		t.waiting = t.waiting[1:]
		return line, nil
	}
	line, err := t.in.ReadSlice(t.end)
	if err == bufio.ErrBufferFull {
		t.line = append(t.line[:0], line...)
		for err == bufio.ErrBufferFull {
			if len(t.line) > t.limits.Length*4 {
				return nil, fault.Invalid.New("sheet.long_cell", t.number+1, t.limits.Length)
			}
			line, err = t.in.ReadSlice(t.end)
			t.line = append(t.line, line...)
		}
		line = t.line
	}
	if err == io.EOF && len(line) > 0 {
		err = nil
	}
	if err != nil {
		return nil, err
	}
	if n := len(line); line[n-1] == t.end {
		line = line[:n-1]
		if n := len(line); t.end == '\n' && n > 0 && line[n-1] == '\r' {
			line = line[:n-1]
		}
	}
	return line, nil
}
