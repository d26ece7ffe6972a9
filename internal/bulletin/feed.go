package bulletin

import (
	"context"
	"encoding/xml"
	"io"
	"net/url"
	"strings"
	"time"

	"guildhall/internal/i18n"
)

// atom is a feed after RFC 4287.
type atom struct {
	XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	Lang    string      `xml:"xml:lang,attr"`
	ID      string      `xml:"id"`
	Title   string      `xml:"title"`
	Updated string      `xml:"updated"`
	Author  *atomPerson `xml:"author,omitempty"`
	Links   []atomLink  `xml:"link"`
	Entries []atomEntry `xml:"entry"`
}

type atomPerson struct {
	Name string `xml:"name"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr"`
	Href string `xml:"href,attr"`
}

type atomEntry struct {
	ID        string      `xml:"id"`
	Title     string      `xml:"title"`
	Published string      `xml:"published"`
	Updated   string      `xml:"updated"`
	Author    *atomPerson `xml:"author,omitempty"`
	Links     []atomLink  `xml:"link"`
	Summary   string      `xml:"summary"`
}

// WriteAtom writes the issues as a feed, newest first. An entry never changes: one
// that revises another is an entry of its own.
func WriteAtom(ctx context.Context, w io.Writer, base, body string, issues []*Issue) error {
	base = strings.TrimSuffix(base, "/")
	f := atom{Lang: i18n.Language(ctx), ID: urn(body, ""), Title: say(ctx, "bulletins"), Updated: stamp(time.Unix(0, 0)),
		Links: []atomLink{{"self", "application/atom+xml", base + "/bulletins/feed.atom"}, {"alternate", "text/html", base + "/bulletins"}}}
	for i, b := range issues {
		if i == 0 {
			f.Updated = stamp(b.PublishedAt)
			f.Author = &atomPerson{b.Content.Publisher.In(ctx)}
		}
		f.Entries = append(f.Entries, b.entry(ctx, base, body))
	}
	if f.Author == nil {
		f.Author = &atomPerson{say(ctx, "bulletins")}
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(f); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func (b *Issue) entry(ctx context.Context, base, body string) atomEntry {
	at := base + "/bulletins/" + b.Number
	var said []string
	if b.Revises != "" {
		said = append(said, say(ctx, "revises", b.Revises, b.Why))
	}
	said = append(said, b.Content.said(ctx))
	return atomEntry{ID: urn(body, b.Number), Title: b.Content.Title.In(ctx) + say(ctx, "within", say(ctx, "number", b.Number)),
		Published: stamp(b.PublishedAt), Updated: stamp(b.PublishedAt), Author: &atomPerson{b.Content.Publisher.In(ctx)}, Summary: strings.Join(said, i18n.Pick(ctx, "", " ")),
		Links: []atomLink{{"alternate", "text/html", at}, {"enclosure", "application/pdf", at + "?format=pdf"}, {"enclosure", spreadsheet, at + "?format=xlsx"},
			{"enclosure", "application/json", at + "?format=json"}}}
}

// urn is a name that stays when the house moves to another address.
func urn(body, number string) string {
	name := "urn:guildhall:bulletin:" + url.PathEscape(body)
	if number != "" {
		name += ":" + number
	}
	return name
}

func stamp(at time.Time) string { return at.UTC().Format(time.RFC3339) }
