package screen_test

import (
	"archive/zip"
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"net"
	"strings"
	"testing"

	"guildhall/internal/fault"
	"guildhall/internal/screen"
)

// packed makes an archive of names and contents, one after the other.
func packed(parts ...string) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i+1 < len(parts); i += 2 {
		w, _ := z.Create(parts[i])
		io.WriteString(w, parts[i+1])
	}
	z.Close()
	return b.Bytes()
}

func word(parts ...string) []byte {
	return packed(append([]string{"[Content_Types].xml", "<Types/>", "word/document.xml", "<w:document/>"}, parts...)...)
}

func excel(parts ...string) []byte {
	return packed(append([]string{"[Content_Types].xml", "<Types/>", "xl/workbook.xml", "<workbook/>"}, parts...)...)
}

func ole(streams ...string) []byte {
	b := []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00", 512))
	for _, s := range streams {
		for _, r := range s {
			b = append(b, byte(r), 0)
		}
	}
	return b
}

func deflated(s string) string {
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	io.WriteString(z, s)
	z.Close()
	return b.String()
}

func pdf(body string) []byte { return []byte("%PDF-1.7\n" + body + "\n%%EOF\n") }

func objects(s string) []byte {
	return pdf("5 0 obj <</Type /ObjStm /Filter /FlateDecode>> stream\r\n" + deflated(s) + "\nendstream endobj")
}

// pixels is the head of a PNG that says it has so many.
func pixels(w, h uint32) []byte {
	var b bytes.Buffer
	png.Encode(&b, image.NewGray(image.Rect(0, 0, 1, 1)))
	c := b.Bytes()
	binary.BigEndian.PutUint32(c[16:], w)
	binary.BigEndian.PutUint32(c[20:], h)
	binary.BigEndian.PutUint32(c[29:], crc(c[12:29]))
	return c
}

func crc(b []byte) uint32 {
	c := ^uint32(0)
	for _, x := range b {
		c ^= uint32(x)
		for range 8 {
			c = c>>1 ^ 0xedb88320*(c&1)
		}
	}
	return ^c
}

// P14: what a file is counts by its content; what acts by itself, unpacks to more than it
// should, hides from the look or takes too much memory is refused, and says what to do.
func TestP14HostileFilesAreRefused(t *testing.T) {
	var s screen.Scanner
	lots := make([]string, 0, 5000)
	for i := range 2100 {
		lots = append(lots, fmt.Sprint(i, ".txt"), "")
	}
	for _, c := range []struct {
		what, name, word string
		content          []byte
	}{
		{"a program", "a.pdf", "unknown", []byte("MZ\x90\x00\x03")},
		{"a program of another system", "a.txt", "unknown", []byte("\x7fELF\x02\x01\x01\x00")},
		{"a script", "a.txt", "unknown", []byte("#!/bin/sh\nrm -rf /")},
		{"a page", "a.txt", "unknown", []byte("  <!DOCTYPE html><script>")},
		{"a picture with scripts", "a.png", "unknown", []byte(`<svg xmlns="http://www.w3.org/2000/svg" onload="x()"/>`)},
		{"a page behind words", "a.txt", "unknown", []byte("谢谢 <script>x()</script>")},
		{"nothing of these", "a.txt", "unknown", []byte("a\x00b")},
		{"a PDF named as a picture", "a.png", "name", pdf("")},
		{"a table named as a document", "a.docx", "name", excel()},
		{"text without an ending", "text", "name", []byte("文字")},
		{"an ending behind another", "a.pdf.exe", "name", pdf("")},
		{"macros", "a.docx", "macro", word("word/vbaProject.bin", "x")},
		{"macros by another name", "a.xlsx", "macro", excel("xl/_rels/workbook.xml.rels", `<Relationships><Relationship Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject" Target="x.bin"/></Relationships>`)},
		{"macros in the types", "a.xlsx", "macro", packed("[Content_Types].xml", `<Types><Override ContentType="application/vnd.ms-excel.sheet.macroEnabled.main+xml"/></Types>`, "xl/workbook.xml", "<workbook/>")},
		{"controls", "a.docx", "macro", word("word/activeX/activeX1.xml", "x")},
		{"macros of another office", "a.odt", "macro", packed("mimetype", "application/vnd.oasis.opendocument.text", "Basic/Standard/Module1.xml", "x")},
		{"an object of another program", "a.docx", "ole", word("word/embeddings/oleObject1.bin", "x")},
		{"links to elsewhere", "a.xlsx", "link", excel("xl/externalLinks/externalLink1.xml", "<x/>")},
		{"a template from elsewhere", "a.docx", "link", word("word/_rels/settings.xml.rels", `<Relationships><Relationship Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate" Target="https://example.org/t.dotm" TargetMode="External"/></Relationships>`)},
		{"a field that runs", "a.docx", "dde", word("word/header1.xml", `<w:hdr><w:p><w:r><w:instrText>DDE</w:instrText></w:r><w:r><w:instrText>AUTO c:\\windows\\cmd.exe</w:instrText></w:r></w:p></w:hdr>`)},
		{"a link that runs", "a.xlsx", "dde", excel("xl/worksheets/sheet1.xml", `<worksheet><f>cmd|'/c calc'!A0</f></worksheet>`)},
		{"locked", "a.zip", "locked", func() []byte {
			b := packed("a.txt", "x")
			b[bytes.Index(b, []byte("PK\x01\x02"))+8] |= 1
			return b
		}()},
		{"too many parts", "a.zip", "parts", packed(lots...)},
		{"a name that leads out", "a.zip", "path", packed("../../etc/passwd", "x")},
		{"a program within", "a.zip", "program", packed("a/SETUP.EXE", "x")},
		{"a page within", "a.zip", "program", packed("a.html", "x")},
		{"more than it says", "a.zip", "bomb", packed("a.txt", strings.Repeat("\x00", 40<<20))},
		{"half an archive", "a.zip", "unknown", packed("a.txt", "x")[:20]},
		{"an old file, locked", "a.xls", "locked", ole("EncryptedPackage")},
		{"an old file with macros", "a.doc", "macro", ole("WordDocument", "_VBA_PROJECT")},
		{"an old file with another's object", "a.doc", "ole", ole("\x01Ole10Native")},
		{"a PDF with a script", "a.pdf", "script", pdf("1 0 obj <</OpenAction <</S /JavaScript /JS (app.alert(1))>>>> endobj")},
		{"written otherwise", "a.pdf", "script", pdf("1 0 obj <</S /J#61vaScript>> endobj")},
		{"packed away", "a.pdf", "script", objects("<</S /JavaScript /JS (x)>>")},
		{"that starts a program", "a.pdf", "launch", pdf("<</S/Launch/F(cmd.exe)>>")},
		{"with files within", "a.pdf", "inside", pdf("<</Type/EmbeddedFile>>")},
		{"a locked one", "a.pdf", "locked", pdf("trailer <</Encrypt 5 0 R>>")},
		{"a picture too large", "a.png", "pixels", pixels(50000, 50000)},
		{"half a picture", "a.jpg", "broken", []byte("\xff\xd8\xff\xe0\x00\x10JFIF")},
	} {
		_, err := s.Look(t.Context(), c.name, c.content)
		if f := fault.Of(err); f.Key != "screen."+c.word || f.Kind != fault.Invalid {
			t.Errorf("%s: %v, want %s", c.what, err, c.word)
		}
	}
}

func TestHonestFilesPass(t *testing.T) {
	var s screen.Scanner
	for name, content := range map[string][]byte{
		"纪要.txt": []byte("会议纪要\r\n一、……"), "gb.csv": []byte("\xd5\xc5\xc8\xfd,1\n"), "wide.txt": []byte("\xff\xfea\x00"), "empty.txt": nil,
		"a.PDF": pdf("1 0 obj <</Type/Page /JSBar 1>> endobj stream\n/JavaScript\nendstream"), "b.pdf": objects("<</Type /Font>>"),
		"a.docx": word("word/_rels/document.xml.rels", `<Relationships><Relationship Type="x/hyperlink" Target="https://example.org" TargetMode="External"/></Relationships>`, "word/header1.xml", `<w:p><w:t>the word DDE alone</w:t></w:p>`),
		"a.xlsx": excel("xl/worksheets/sheet1.xml", `<worksheet><f>SUM(A1:A3)</f></worksheet>`), "a.pptx": packed("[Content_Types].xml", "<Types/>", "ppt/presentation.xml", "<p/>"),
		"a.ods": packed("mimetype", "application/vnd.oasis.opendocument.spreadsheet", "content.xml", "<x/>"), "a.wps": ole("WordDocument"), "a.zip": packed("材料/一.pdf", "x"),
	} {
		got, err := s.Look(t.Context(), name, content)
		if err != nil || !bytes.Equal(got, content) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A picture is made anew: where it was taken is gone, and it stands upright.
func TestPicturesLoseWhatACameraWrote(t *testing.T) {
	img := image.NewRGBA(image.Rect(0, 0, 40, 20))
	for y := range 20 {
		for x := range 20 {
			img.Set(x, y, color.White)
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	exif := "Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00\x00\x00\x00\x00GPS 24.3N 109.4E"
	marked := append([]byte("\xff\xd8\xff\xe1\x00"), byte(len(exif)+2))
	marked = append(append(marked, exif...), b.Bytes()[2:]...)
	var s screen.Scanner
	got, err := s.Look(t.Context(), "a.jpg", marked)
	if err != nil || bytes.Contains(got, []byte("GPS")) || bytes.Contains(got, []byte("Exif")) {
		t.Fatalf("%v", err)
	}
	out, err := jpeg.Decode(bytes.NewReader(got))
	if err != nil || out.Bounds().Dx() != 20 || out.Bounds().Dy() != 40 {
		t.Fatalf("%v, %v", out.Bounds(), err)
	}
	if top, _, _, _ := out.At(10, 5).RGBA(); top < 0xc000 {
		t.Errorf("what was on the left does not stand above: %x", top)
	}
	if low, _, _, _ := out.At(10, 35).RGBA(); low > 0x4000 {
		t.Errorf("what was on the right does not stand below: %x", low)
	}
}

// daemon is a clamd that finds what bears the word "virus".
func daemon(t *testing.T, answer string) screen.Clam {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			serve(conn, answer)
		}
	}()
	return screen.Clam("tcp://" + l.Addr().String())
}

func serve(conn net.Conn, answer string) {
	defer conn.Close()
	var command []byte
	for b := make([]byte, 1); ; {
		if _, err := io.ReadFull(conn, b); err != nil {
			return
		}
		if b[0] == 0 {
			break
		}
		command = append(command, b[0])
	}
	said := "PONG"
	if string(command) == "zINSTREAM" {
		var whole []byte
		for {
			var n uint32
			if binary.Read(conn, binary.BigEndian, &n) != nil {
				return
			}
			if n == 0 {
				break
			}
			chunk := make([]byte, n)
			io.ReadFull(conn, chunk)
			whole = append(whole, chunk...)
		}
		if said = "stream: OK"; bytes.Contains(whole, []byte("virus")) {
			said = "stream: Test.Signature FOUND"
		}
	}
	if answer != "" {
		said = answer
	}
	io.WriteString(conn, said+"\x00")
}

// P8 and P14: a virus scanner's word counts, and while it is away no file passes.
func TestP8P14TheVirusScannerIsAsked(t *testing.T) {
	s := screen.Scanner{Clam: daemon(t, "")}
	if err := s.Clam.Ping(t.Context()); err != nil {
		t.Error(err)
	}
	if _, err := s.Look(t.Context(), "a.txt", bytes.Repeat([]byte("good "), 300_000)); err != nil {
		t.Error(err)
	}
	if _, err := s.Look(t.Context(), "a.txt", []byte("a virus")); fault.Of(err).Key != "screen.virus" || !strings.Contains(err.Error(), "Test.Signature") {
		t.Errorf("%v", err)
	}
	for _, away := range []screen.Clam{"tcp://127.0.0.1:1", "unix:///nowhere/clamd", daemon(t, "INSTREAM size limit exceeded. ERROR"), daemon(t, "what?")} {
		if _, err := (&screen.Scanner{Clam: away}).Look(t.Context(), "a.txt", []byte("good")); !errors.Is(err, fault.Away) {
			t.Errorf("%s: %v", away, err)
		}
	}
	for _, bad := range []screen.Clam{"tcp://host", "http://host:1", "nonsense"} {
		if err := bad.Check(); fault.Of(err).Key != "screen.address" {
			t.Errorf("%s: %v", bad, err)
		}
	}
}

func FuzzLook(f *testing.F) {
	for _, c := range [][]byte{word(), excel(), ole("x"), pdf("<</S /J#53>>"), objects("<<>>"), pixels(2, 2), []byte("GIF89a"), []byte("\xff\xd8\xff\xe1\x00\x10Exif\x00\x00MM")} {
		f.Add(c)
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		var s screen.Scanner
		for _, name := range []string{"a.pdf", "a.jpg", "a.png", "a.gif", "a.docx", "a.zip", "a.doc", "a.txt"} {
			if _, err := s.Look(t.Context(), name, content); err != nil && fault.Of(err).Kind != fault.Invalid {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}
