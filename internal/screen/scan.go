// Package screen looks a file over that somebody sent, before it is kept: what its content
// is against what its name says, whether it unpacks to more than it should, whether it
// holds programs, and, where there is one, what a virus scanner says. Pictures are made
// anew without what a camera wrote beside them.
package screen

import (
	"bytes"
	"context"
	"embed"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"

	"guildhall/internal/fault"
	"guildhall/internal/i18n"
)

//go:embed text/*.json
var text embed.FS

var _ = i18n.Add(text)

// Scanner looks files over. Its zero value asks no virus scanner.
type Scanner struct {
	Clam Clam
}

// names lists, for each kind of content, the endings that a name may have.
var names = map[string][]string{
	"pdf":  {".pdf"},
	"png":  {".png"},
	"jpeg": {".jpg", ".jpeg"},
	"gif":  {".gif"},
	"word": {".docx"}, "excel": {".xlsx"}, "slides": {".pptx"},
	"odf":  {".odt", ".ods", ".odp"},
	"zip":  {".zip"},
	"ole":  {".doc", ".xls", ".ppt", ".wps", ".et", ".dps"},
	"text": {".txt", ".csv", ".tsv", ".md", ".ics", ".log"},
}

// Endings lists the endings of names that are taken.
func Endings() (all []string) {
	for _, list := range names {
		all = append(all, list...)
	}
	slices.Sort(all)
	return all
}

// Look gives the content as it may be kept, or says what is wrong with it. What the
// virus scanner does not answer is an outage, and never a pass.
func (s *Scanner) Look(ctx context.Context, name string, content []byte) ([]byte, error) {
	kind := Kind(content)
	if kind == "" {
		return nil, fault.Invalid.New("screen.unknown", name)
	}
	if ending := strings.ToLower(path.Ext(name)); !slices.Contains(names[kind], ending) {
		return nil, fault.Invalid.New("screen.name", name, strings.Join(names[kind], " "))
	}
	if err := s.Clam.Look(ctx, name, content); err != nil {
		return nil, err
	}
	switch kind {
	case "png", "jpeg", "gif":
		return picture(name, kind, content)
	case "pdf":
		return content, document(name, content)
	case "ole":
		return content, compound(name, content)
	case "word", "excel", "slides", "odf", "zip":
		return content, archive(name, kind, content)
	}
	return content, nil
}

// Kind tells what a content is by its first bytes and not by its name; empty: nothing
// that is taken, such as a program or a web page.
func Kind(content []byte) string {
	head := content[:min(len(content), 1<<10)]
	switch {
	case bytes.HasPrefix(head, []byte("%PDF-")):
		return "pdf"
	case bytes.HasPrefix(head, []byte("\x89PNG\r\n\x1a\n")):
		return "png"
	case bytes.HasPrefix(head, []byte("\xff\xd8\xff")):
		return "jpeg"
	case bytes.HasPrefix(head, []byte("GIF87a")), bytes.HasPrefix(head, []byte("GIF89a")):
		return "gif"
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte("PK\x05\x06")):
		return packed(content)
	case bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
		return "ole"
	case plain(content) && !active(head):
		return "text"
	}
	return ""
}

// plain tells whether a content is text: UTF-8, UTF-16 with its mark, or GB18030.
func plain(content []byte) bool {
	if bytes.HasPrefix(content, []byte("\xff\xfe")) || bytes.HasPrefix(content, []byte("\xfe\xff")) {
		return len(content)%2 == 0
	}
	for _, b := range content {
		if b < ' ' && b != '\t' && b != '\n' && b != '\r' && b != '\f' {
			return false
		}
	}
	if utf8.Valid(content) {
		return true
	}
	s, err := simplifiedchinese.GB18030.NewDecoder().Bytes(content)
	return err == nil && !bytes.ContainsRune(s, utf8.RuneError)
}

// active tells whether a text begins as a page, a picture with scripts, or a program.
func active(head []byte) bool {
	lower := bytes.ToLower(bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\ufeff")), " \t\r\n\f"))
	for _, start := range []string{"<!doctype", "<html", "<head", "<body", "<script", "<svg", "<?xml", "<?php", "<iframe", "#!", "@echo", "{\\rtf", "mime-version:"} {
		if bytes.HasPrefix(lower, []byte(start)) {
			return true
		}
	}
	return bytes.Contains(lower, []byte("<script")) || bytes.Contains(lower, []byte("<svg"))
}
