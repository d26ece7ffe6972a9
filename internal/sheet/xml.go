package sheet

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strconv"
	"unicode/utf8"
)

// xmlReader is a pull reader for the XML of workbooks: elements and text, no
// document types, no entities but the five and numbers. It is several times
// faster than encoding/xml and holds one tag at a time.
type xmlReader struct {
	in   *bufio.Reader
	name []byte // of the element, without its prefix
	attr []byte // the rest of the tag
	end  bool   // an end tag, or an empty element's end
	void bool   // an empty element, whose end comes next
	text []byte // before the tag
	tag  []byte
	max  int // bytes of a text or tag
}

var errXML = errors.New("sheet: broken XML")

func newXML(in io.Reader, longest int) *xmlReader {
	return &xmlReader{in: bufio.NewReaderSize(in, 64<<10), max: longest + 64<<10}
}

// next goes to the next tag and gathers the text before it. At the end of the
// document it gives io.EOF.
func (x *xmlReader) next() error {
	x.text = x.text[:0]
	if x.void {
		x.void, x.end = false, true
		return nil
	}
	for {
		raw, err := x.until('<', x.text)
		if err != nil {
			return err
		}
		x.text = raw[:len(raw)-1]
		if x.tag, err = x.until('>', x.tag[:0]); err != nil {
			return unexpected(err)
		}
		tag := x.tag[:len(x.tag)-1]
		switch {
		case len(tag) == 0:
			return errXML
		case tag[0] == '?':
			continue
		case tag[0] == '!':
			if err := x.special(tag); err != nil {
				return err
			}
			continue
		}
		x.element(tag)
		return nil
	}
}

func unexpected(err error) error {
	if err == io.EOF {
		return errXML
	}
	return err
}

// special reads over a comment and takes in the text of a CDATA section. A
// document type is refused: what it could define is not for us.
func (x *xmlReader) special(tag []byte) error {
	comment, cdata := bytes.HasPrefix(tag, []byte("!--")), bytes.HasPrefix(tag, []byte("![CDATA["))
	if !comment && !cdata {
		return errXML
	}
	close := []byte("-->")
	if cdata {
		close = []byte("]]>")
	}
	for !bytes.HasSuffix(x.tag, close) {
		var err error
		if x.tag, err = x.until('>', x.tag); err != nil {
			return unexpected(err)
		}
	}
	if cdata {
		x.text = escape(x.text, x.tag[len("![CDATA["):len(x.tag)-len(close)])
	}
	return nil
}

// escape adds literal text to text whose entities are still to be read.
func escape(to, literal []byte) []byte {
	for _, c := range literal {
		if c == '&' {
			to = append(to, "&amp;"...)
		} else {
			to = append(to, c)
		}
	}
	return to
}

func (x *xmlReader) element(tag []byte) {
	x.end = tag[0] == '/'
	if x.end {
		tag = tag[1:]
	} else if tag[len(tag)-1] == '/' {
		x.void = true
		tag = tag[:len(tag)-1]
	}
	at := bytes.IndexAny(tag, " \t\r\n")
	if at < 0 {
		at = len(tag)
	}
	x.name, x.attr = tag[:at], tag[at:]
	if colon := bytes.IndexByte(x.name, ':'); colon >= 0 {
		x.name = x.name[colon+1:]
	}
}

// until reads through the byte, which it leaves at the end of what it gives.
func (x *xmlReader) until(b byte, into []byte) ([]byte, error) {
	for {
		part, err := x.in.ReadSlice(b)
		into = append(into, part...)
		if err != bufio.ErrBufferFull {
			return into, err
		}
		if len(into) > x.max {
			return into, errXML
		}
	}
}

// is tells whether the reader stands at the start of an element of this name.
func (x *xmlReader) is(name string) bool { return !x.end && string(x.name) == name }

// ends tells whether the reader stands at the end of an element of this name.
func (x *xmlReader) ends(name string) bool { return x.end && string(x.name) == name }

// get gives an attribute of the element, entities and all, or nothing. A name
// with a prefix is asked for without it.
func (x *xmlReader) get(name string) []byte {
	rest := x.attr
	for {
		rest = bytes.TrimLeft(rest, " \t\r\n")
		eq := bytes.IndexByte(rest, '=')
		if eq < 0 {
			return nil
		}
		key := bytes.TrimRight(rest[:eq], " \t\r\n")
		rest = bytes.TrimLeft(rest[eq+1:], " \t\r\n")
		if len(rest) == 0 || rest[0] != '"' && rest[0] != '\'' {
			return nil
		}
		close := bytes.IndexByte(rest[1:], rest[0])
		if close < 0 {
			return nil
		}
		value := rest[1 : 1+close]
		rest = rest[close+2:]
		if colon := bytes.IndexByte(key, ':'); colon >= 0 {
			key = key[colon+1:]
		}
		if string(key) == name {
			return value
		}
	}
}

// unescape replaces entities in place.
func unescape(b []byte) []byte {
	at := bytes.IndexByte(b, '&')
	if at < 0 {
		return b
	}
	out := b[:at]
	for i := at; i < len(b); {
		if b[i] != '&' {
			out = append(out, b[i])
			i++
			continue
		}
		semi := bytes.IndexByte(b[i:min(len(b), i+12)], ';')
		r, ok := rune(0), false
		if semi > 0 {
			r, ok = entity(string(b[i+1 : i+semi]))
		}
		if !ok {
			out = append(out, '&')
			i++
			continue
		}
		out = utf8.AppendRune(out, r)
		i += semi + 1
	}
	return out
}

func entity(name string) (rune, bool) {
	switch name {
	case "amp":
		return '&', true
	case "lt":
		return '<', true
	case "gt":
		return '>', true
	case "quot":
		return '"', true
	case "apos":
		return '\'', true
	}
	if len(name) < 2 || name[0] != '#' {
		return 0, false
	}
	base, digits := 10, name[1:]
	if digits[0] == 'x' || digits[0] == 'X' {
		base, digits = 16, digits[1:]
	}
	n, err := strconv.ParseUint(digits, base, 21)
	return rune(n), err == nil && n > 0
}
