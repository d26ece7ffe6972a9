package facility

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"guildhall/internal/fault"
	"guildhall/internal/rule"
)

// Week tells when a piece is open on each day of the week: "08:30-12:00 14:00-17:30",
// or nothing.
type Week struct {
	Mon string `json:"mon"`
	Tue string `json:"tue"`
	Wed string `json:"wed"`
	Thu string `json:"thu"`
	Fri string `json:"fri"`
	Sat string `json:"sat"`
	Sun string `json:"sun"`
}

// Terms is how a piece can be booked. The body's rule has it for all; a piece can have
// its own.
type Terms struct {
	Hours   Week     `json:"hours"`
	Closed  []string `json:"closed"`       // days, "2026-10-01 国庆", or several, "2026-10-01/2026-10-07 国庆"
	Step    int      `json:"step"`         // minutes: bookings begin and end on it, counted from when it opens
	Least   int      `json:"least"`        // minutes
	Most    int      `json:"most"`         // minutes
	Ahead   int      `json:"ahead_days"`   // how far ahead
	Notice  int      `json:"notice_hours"` // before it begins, for who cancels what was approved
	Approve bool     `json:"approval"`     // the keeper answers first
	Open    int      `json:"open_most"`    // bookings of one unit that lie ahead; 0: any number
}

var usualTerms = Terms{Hours: Week{"08:30-17:30", "08:30-17:30", "08:30-17:30", "08:30-17:30", "08:30-17:30", "09:00-16:00", "09:00-16:00"},
	Closed: []string{}, Step: 30, Least: 30, Most: 480, Ahead: 60, Notice: 24, Approve: true}

var _ = rule.Declare("facility.booking", usualTerms)

// Days are the days of the week, as the fields of Week.
var Days = []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}

func (w Week) all() []string { return []string{w.Mon, w.Tue, w.Wed, w.Thu, w.Fri, w.Sat, w.Sun} }

// of gives what stands for a day of the week, 0 for Monday.
func (w Week) of(day int) string { return w.all()[day] }

// Check tells everything in the terms that cannot be.
func (t Terms) Check() error {
	var wrong fault.List
	open := false
	for i, text := range t.Hours.all() {
		spans, err := readHours(text)
		if err != nil {
			wrong.Add("hours."+Days[i], "facility.terms.hours", text)
		}
		open = open || len(spans) > 0
	}
	if !open && len(wrong) == 0 {
		wrong.Add("hours.mon", "facility.terms.never")
	}
	for _, line := range t.Closed {
		if _, _, _, err := readClosed(line); err != nil {
			wrong.Add("closed", "facility.terms.closed", line)
		}
	}
	if !slices.Contains([]int{15, 30, 60}, t.Step) {
		wrong.Add("step", "facility.terms.step")
	}
	if t.Least < 15 || t.Least%max(t.Step, 15) != 0 {
		wrong.Add("least", "facility.terms.least")
	}
	if t.Most < max(t.Least, 15) || t.Most > 24*60 {
		wrong.Add("most", "facility.terms.most")
	}
	if t.Ahead < 1 || t.Ahead > 365 {
		wrong.Add("ahead_days", "facility.terms.ahead")
	}
	if t.Notice < 0 || t.Notice > 30*24 {
		wrong.Add("notice_hours", "facility.terms.notice")
	}
	if t.Open < 0 || t.Open > 100 {
		wrong.Add("open_most", "facility.terms.open")
	}
	return wrong.Err()
}

// clock is a part of a day, in minutes from its beginning.
type clock struct{ from, to int }

// readHours reads the hours of a day. They stand in their order and do not touch.
func readHours(text string) (list []clock, err error) {
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return strings.ContainsRune(" ,;，；、", r) }) {
		from, to, ok := strings.Cut(strings.NewReplacer("–", "-", "—", "-", "－", "-", "：", ":").Replace(part), "-")
		a, err1 := readClock(from)
		b, err2 := readClock(to)
		if !ok || err1 != nil || err2 != nil || b <= a || a%15 != 0 || b%15 != 0 || len(list) > 0 && a <= list[len(list)-1].to {
			return nil, fmt.Errorf("hours %q", part)
		}
		list = append(list, clock{a, b})
	}
	return list, nil
}

// readClock reads "08:30" as minutes; "24:00" is the end of the day.
func readClock(text string) (int, error) {
	if text == "24:00" {
		return 24 * 60, nil
	}
	for _, form := range []string{"15:04", "15:04:05"} { // some browsers tell the seconds too
		if at, err := time.Parse(form, text); err == nil && at.Second() == 0 {
			return at.Hour()*60 + at.Minute(), nil
		}
	}
	return 0, fmt.Errorf("clock %q", text)
}

func clockText(minutes int) string { return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60) }

// readClosed reads days on which nothing opens, and why.
func readClosed(line string) (first, last, why string, err error) {
	days, why, _ := strings.Cut(strings.TrimSpace(line), " ")
	first, last, several := strings.Cut(days, "/")
	if !several {
		last = first
	}
	a, err := time.Parse(time.DateOnly, first)
	if err != nil {
		return "", "", "", err
	}
	b, err := time.Parse(time.DateOnly, last)
	if err != nil || b.Before(a) || b.Sub(a) > 366*24*time.Hour {
		return "", "", "", fmt.Errorf("days %q", days)
	}
	return first, last, strings.TrimSpace(why), nil
}

// shut tells whether nothing opens on a day, and why.
func (t *Terms) shut(day string) (is bool, why string) {
	for _, line := range t.Closed {
		if first, last, why, err := readClosed(line); err == nil && first <= day && day <= last {
			return true, why
		}
	}
	return false, ""
}

// Span is a time, half-open.
type Span struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

func (s Span) minutes() int64 { return int64(s.To.Sub(s.From) / time.Minute) }

// at gives the moment of a clock on a day of a zone.
func at(day string, minutes int, zone *time.Location) time.Time {
	d, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return time.Time{}
	}
	return time.Date(d.Year(), d.Month(), d.Day(), 0, minutes, 0, 0, zone).UTC()
}

// weekday gives which day of the week a day is, 0 for Monday.
func weekday(day string) int {
	d, _ := time.Parse(time.DateOnly, day)
	return (int(d.Weekday()) + 6) % 7
}

// later gives the day so many days after a day.
func later(day string, days int) string {
	d, _ := time.Parse(time.DateOnly, day)
	return d.AddDate(0, 0, days).Format(time.DateOnly)
}

// monday gives the first day of a day's week.
func monday(day string) string { return later(day, -weekday(day)) }

// windows gives when a piece is open on a day.
func (t *Terms) windows(day string, zone *time.Location) (list []Span) {
	if shut, _ := t.shut(day); shut {
		return nil
	}
	hours, _ := readHours(t.Hours.of(weekday(day)))
	for _, c := range hours {
		if s := (Span{at(day, c.from, zone), at(day, c.to, zone)}); s.From.Before(s.To) {
			list = append(list, s)
		}
	}
	return list
}

// less gives what is left of windows without what is taken, both in their order.
func less(windows, taken []Span) (free []Span) {
	for _, w := range windows {
		for _, t := range taken {
			if !t.From.Before(w.To) || !w.From.Before(t.To) {
				continue
			}
			if w.From.Before(t.From) {
				free = append(free, Span{w.From, t.From})
			}
			w.From = t.To
		}
		if w.From.Before(w.To) {
			free = append(free, w)
		}
	}
	return free
}
