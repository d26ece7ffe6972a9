// Package ical writes calendar files (RFC 5545) that calendars of people can read.
package ical

import (
	"cmp"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"
)

// Event is one entry of a calendar.
type Event struct {
	ID          string // never that of another thing of the house
	Made        time.Time
	From, To    time.Time
	Summary     string
	Description string
	URL         string
	Place       string
	Status      string // CONFIRMED, TENTATIVE, CANCELLED; empty: not told
	Alarm       string // how long before it is told of, "-P1D"; empty: not at all
}

const form = "20060102T150405Z"

// Write gives the events as one file. who is which part of the house wrote it, and
// house the address of the house, by whose name its events are told from others'.
func Write(who, house string, events ...Event) string {
	host := "guildhall"
	if u, err := url.Parse(house); err == nil {
		host = cmp.Or(u.Hostname(), host)
	}
	lines := []string{"BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Guildhall//" + who + "//ZH", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"}
	for _, e := range events {
		lines = append(lines, e.lines(host)...)
	}
	var b strings.Builder
	for _, l := range append(lines, "END:VCALENDAR") {
		b.WriteString(folded(l))
	}
	return b.String()
}

func (e Event) lines(host string) []string {
	lines := []string{"BEGIN:VEVENT", "UID:" + e.ID + "@" + host, "DTSTAMP:" + e.Made.UTC().Format(form),
		"DTSTART:" + e.From.UTC().Format(form), "DTEND:" + e.To.UTC().Format(form), "SUMMARY:" + escaped(e.Summary)}
	for _, p := range []struct{ name, value string }{{"DESCRIPTION", escaped(e.Description)}, {"URL", e.URL}, {"LOCATION", escaped(e.Place)}, {"STATUS", e.Status}} {
		if p.value != "" {
			lines = append(lines, p.name+":"+p.value)
		}
	}
	if e.Alarm != "" {
		lines = append(lines, "BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER:"+e.Alarm, "DESCRIPTION:"+escaped(e.Summary), "END:VALARM")
	}
	return append(lines, "END:VEVENT")
}

// escaped writes a text so that nothing in it ends it or begins another line; other
// control characters mean nothing in a calendar and are left out.
func escaped(text string) string {
	text = strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\r\n", `\n`, "\n", `\n`).Replace(text)
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' || r == 0x7f {
			return -1
		}
		return r
	}, text)
}

// folded breaks a line after at most 75 octets, never within a character: the
// standard counts octets, and a Chinese character has three.
func folded(line string) string {
	var b strings.Builder
	room := 75
	for _, r := range line {
		n := utf8.RuneLen(r)
		if n < 0 {
			continue
		}
		if n > room {
			b.WriteString("\r\n ")
			room = 74
		}
		b.WriteRune(r)
		room -= n
	}
	return b.String() + "\r\n"
}
