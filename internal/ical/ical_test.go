package ical

import (
	"strings"
	"testing"
	"time"
)

func TestACalendar(t *testing.T) {
	at := time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)
	long := strings.Repeat("三坐标测量机", 20)
	got := Write("Facility", "https://hall.example:8443/x", Event{ID: "a", Made: at, From: at, To: at.Add(time.Hour), Summary: "a;b,c\\d\r\nBEGIN:VEVENT\r\x00", Description: long, Status: "TENTATIVE"},
		Event{ID: "b", Made: at, From: at, To: at.Add(time.Hour), Summary: "b", Alarm: "-P1D"})
	for _, line := range strings.SplitAfter(got, "\r\n") {
		if len(line) > 77 {
			t.Errorf("a line of %d octets: %q", len(line), line)
		}
		if rest := strings.TrimSuffix(line, "\r\n"); strings.ContainsAny(rest, "\r\n\x00") || line != "" && rest == line {
			t.Errorf("a line that does not end as lines do: %q", line)
		}
	}
	whole := strings.ReplaceAll(got, "\r\n ", "")
	for _, want := range []string{"UID:a@hall.example\r\n", "DTSTART:20260302T010000Z\r\nDTEND:20260302T020000Z\r\n", `SUMMARY:a\;b\,c\\d\nBEGIN:VEVENT` + "\r\n",
		"DESCRIPTION:" + long + "\r\n", "STATUS:TENTATIVE\r\n", "TRIGGER:-P1D\r\n"} {
		if !strings.Contains(whole, want) {
			t.Errorf("%q is not in\n%s", want, got)
		}
	}
	if n := strings.Count(whole, "\r\nBEGIN:VEVENT\r\n"); n != 2 {
		t.Errorf("%d events, want 2", n)
	}
	if !strings.Contains(Write("X", "", Event{ID: "c"}), "UID:c@guildhall\r\n") {
		t.Error("a house without an address has no name")
	}
}
