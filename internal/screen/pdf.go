package screen

import (
	"bytes"
	"compress/zlib"
	"io"

	"guildhall/internal/fault"
)

// A PDF may unpack to so much while it is looked through.
const mostStreams = 128 << 20

// acting names in a PDF, and the word of the fault.
var pdfNames = []struct{ name, word string }{
	{"JavaScript", "script"}, {"JS", "script"}, {"Launch", "launch"}, {"RichMedia", "script"}, {"EmbeddedFile", "inside"}, {"EmbeddedFiles", "inside"}, {"Encrypt", "locked"},
}

// document looks through a PDF: its text outside of streams, and the objects within
// packed streams. Names may be written with #xx in them.
func document(name string, content []byte) error {
	left := int64(mostStreams)
	for len(content) > 0 {
		at := bytes.Index(content, []byte("stream"))
		text := content
		if at >= 0 {
			text = content[:at]
		}
		if word := acted(text); word != "" {
			return fault.Invalid.New("screen."+word, name)
		}
		if at < 0 {
			return nil
		}
		body := bytes.TrimLeft(content[at+len("stream"):], "\r\n")
		end := bytes.Index(body, []byte("endstream"))
		if end < 0 {
			end = len(body)
		}
		if bytes.Contains(text[max(0, len(text)-1000):], []byte("ObjStm")) {
			if word := objects(body[:end], &left); word != "" {
				return fault.Invalid.New("screen."+word, name)
			}
		}
		content = body[end:]
		content = bytes.TrimPrefix(content, []byte("endstream"))
	}
	return nil
}

// objects looks through the objects of a packed stream.
func objects(body []byte, left *int64) string {
	r, err := zlib.NewReader(bytes.NewReader(body))
	if err != nil {
		return acted(body)
	}
	text, _ := io.ReadAll(io.LimitReader(r, *left+1)) // what is broken at its end is read so far
	if *left -= int64(len(text)); *left < 0 {
		return "bomb"
	}
	return acted(text)
}

// acted looks for the names of what acts.
func acted(text []byte) string {
	for {
		at := bytes.IndexByte(text, '/')
		if at < 0 {
			return ""
		}
		text = text[at+1:]
		name := nameAt(text)
		for _, n := range pdfNames {
			if name == n.name {
				return n.word
			}
		}
	}
}

// nameAt reads a name to its end, as it is meant.
func nameAt(text []byte) string {
	var name []byte
	for i := 0; i < len(text) && len(name) < 40; i++ {
		b := text[i]
		if bytes.IndexByte([]byte("\x00\t\n\f\r ()<>[]{}/%"), b) >= 0 {
			break
		}
		if b == '#' && i+2 < len(text) && digit(text[i+1]) >= 0 && digit(text[i+2]) >= 0 {
			b = byte(digit(text[i+1])<<4 | digit(text[i+2]))
			i += 2
		}
		name = append(name, b)
	}
	return string(name)
}

func digit(b byte) int {
	switch {
	case b >= '0' && b <= '9':
		return int(b - '0')
	case b|0x20 >= 'a' && b|0x20 <= 'f':
		return int(b|0x20-'a') + 10
	}
	return -1
}
