package screen

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"io"
	"path"
	"strings"

	"guildhall/internal/fault"
)

// An archive may hold so many parts and unpack to so much, and beyond the first bytes to
// so many times its size.
const (
	mostParts    = 2000
	mostUnpacked = 512 << 20
	freeUnpacked = 16 << 20
	mostRatio    = 200
)

// packed tells what kind of archive a content is.
func packed(content []byte) string {
	z, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return ""
	}
	kind := "zip"
	for _, f := range z.File {
		switch {
		case f.Name == "mimetype":
			return "odf"
		case f.Name != "[Content_Types].xml":
		case true:
			kind = "word"
			for _, f := range z.File {
				if strings.HasPrefix(f.Name, "xl/") {
					kind = "excel"
				}
				if strings.HasPrefix(f.Name, "ppt/") {
					kind = "slides"
				}
			}
		}
	}
	return kind
}

// archive unpacks everything, within bounds, and looks for what acts by itself.
func archive(name, kind string, content []byte) error {
	z, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return fault.Invalid.New("screen.broken", name)
	}
	if len(z.File) > mostParts {
		return fault.Invalid.New("screen.parts", name, mostParts)
	}
	left := int64(min(mostUnpacked, freeUnpacked+mostRatio*len(content)))
	for _, f := range z.File {
		if f.Flags&1 != 0 {
			return fault.Invalid.New("screen.locked", name)
		}
		if word := acting(kind, strings.ToLower(strings.ReplaceAll(f.Name, `\`, "/"))); word != "" {
			return fault.Invalid.New("screen."+word, name)
		}
		if err := part(name, kind, f, &left); err != nil {
			return err
		}
	}
	return nil
}

// acting tells by its name what a part does that nobody asked for.
func acting(kind, part string) string {
	base := path.Base(part)
	switch ending := path.Ext(part); {
	case strings.HasPrefix(part, "/"), strings.Contains("/"+part+"/", "/../"):
		return "path"
	case base == "vbaproject.bin", strings.Contains(part, "/activex/"), kind == "odf" && strings.HasPrefix(part, "basic/"), kind == "odf" && strings.HasPrefix(part, "scripts/"):
		return "macro"
	case strings.Contains(part, "/embeddings/") && ending == ".bin":
		return "ole"
	case strings.Contains(part, "/externallinks/"):
		return "link"
	case kind == "zip" && acts[ending]:
		return "program"
	}
	return ""
}

// acts are the endings of what a machine runs when somebody opens it.
var acts = map[string]bool{".exe": true, ".dll": true, ".com": true, ".scr": true, ".bat": true, ".cmd": true, ".ps1": true, ".vbs": true, ".vbe": true,
	".js": true, ".jse": true, ".wsf": true, ".hta": true, ".msi": true, ".lnk": true, ".jar": true, ".sh": true, ".app": true, ".iso": true, ".html": true,
	".htm": true, ".svg": true, ".docm": true, ".xlsm": true, ".pptm": true, ".xlam": true, ".dotm": true, ".reg": true, ".url": true}

func part(name, kind string, f *zip.File, left *int64) error {
	r, err := f.Open()
	if err != nil {
		return fault.Invalid.New("screen.broken", name)
	}
	defer r.Close()
	count := &counted{r: r, left: left}
	if strings.HasSuffix(f.Name, ".xml") || strings.HasSuffix(f.Name, ".rels") {
		if kind != "zip" {
			err = inside(name, f.Name, count)
		}
	}
	if _, failed := io.Copy(io.Discard, count); err == nil && failed != nil {
		err = fault.Invalid.New("screen.broken", name)
	}
	if *left < 0 {
		return fault.Invalid.New("screen.bomb", name)
	}
	return err
}

// counted ends when nothing is left.
type counted struct {
	r    io.Reader
	left *int64
}

func (c *counted) Read(p []byte) (int, error) {
	if *c.left < 0 {
		return 0, io.EOF
	}
	n, err := c.r.Read(p)
	*c.left -= int64(n)
	return n, err
}

// inside reads a part of an office file for fields and links that fetch or run something.
// What is no XML is left to the program that will refuse it.
func inside(name, part string, r io.Reader) error {
	d := xml.NewDecoder(r)
	d.Strict = false
	var field strings.Builder
	for {
		t, err := d.Token()
		if err != nil {
			return nil
		}
		switch e := t.(type) {
		case xml.StartElement:
			attrs := map[string]string{}
			for _, a := range e.Attr {
				attrs[a.Name.Local] = a.Value
			}
			kind := strings.ToLower(path.Base(attrs["Type"]))
			switch {
			case e.Name.Local == "ddeLink" || e.Name.Local == "oleLink":
				return fault.Invalid.New("screen.dde", name)
			case e.Name.Local == "Relationship" && attrs["TargetMode"] == "External" && kind != "hyperlink" && kind != "image":
				return fault.Invalid.New("screen.link", name)
			case e.Name.Local == "Relationship" && kind == "vbaproject", strings.Contains(strings.ToLower(attrs["ContentType"]), "macroenabled"), strings.Contains(attrs["ContentType"], "vbaProject"):
				return fault.Invalid.New("screen.macro", name)
			case e.Name.Local == "fldSimple":
				field.WriteString(attrs["instr"])
			case e.Name.Local == "p":
				field.Reset()
			}
		case xml.CharData:
			if strings.HasSuffix(part, "workbook.xml") || field.Len() > 1<<16 {
				continue
			}
			field.Write(e)
		case xml.EndElement:
			if e.Name.Local != "instrText" && e.Name.Local != "fldSimple" && e.Name.Local != "f" {
				continue
			}
			for _, word := range strings.Fields(strings.ToUpper(field.String())) {
				if word == "DDE" || word == "DDEAUTO" || e.Name.Local == "f" && strings.HasPrefix(word, "CMD|") {
					return fault.Invalid.New("screen.dde", name)
				}
			}
		}
	}
}

// compound looks into an old office file (OLE): its directory's names tell whether it is
// locked, and whether it holds macros or objects of other programs.
func compound(name string, content []byte) error {
	for _, look := range []struct{ stream, word string }{
		{"EncryptedPackage", "locked"}, {"EncryptionInfo", "locked"}, {"_VBA_PROJECT", "macro"}, {"Macros", "macro"}, {"_VBA_PROJECT_CUR", "macro"},
		{"\x01Ole10Native", "ole"}, {"ObjectPool", ""},
	} {
		if look.word != "" && bytes.Contains(content, wide(look.stream)) {
			return fault.Invalid.New("screen."+look.word, name)
		}
	}
	return nil
}

func wide(s string) []byte {
	b := make([]byte, 0, 2*len(s))
	for i := range len(s) {
		b = append(b, s[i], 0)
	}
	return b
}
