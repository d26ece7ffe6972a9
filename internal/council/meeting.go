package council

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"guildhall/internal/fault"
	"guildhall/internal/i18n"
)

// Status is how far a meeting has come.
type Status string

const (
	Draft     Status = "draft"
	Notified  Status = "notified"  // its members were told
	Checking  Status = "checking"  // members check in
	InSession Status = "open"      //
	Closed    Status = "closed"    //
	Minuted   Status = "minuted"   // the minutes are drafted
	Confirmed Status = "confirmed" // the chair has confirmed them
	Archived  Status = "archived"
)

// Statuses lists them in their order.
var Statuses = []Status{Draft, Notified, Checking, InSession, Closed, Minuted, Confirmed, Archived}

// Organs lists who can meet: all members, the council, its standing part.
var Organs = []string{"assembly", "council", "standing"}

// steps tells for each action from which status to which it leads.
var steps = map[string]struct{ from, to Status }{
	"council.meeting.notify":  {Draft, Notified},
	"council.meeting.check":   {Notified, Checking},
	"council.meeting.open":    {Checking, InSession},
	"council.meeting.close":   {InSession, Closed},
	"council.minutes.mend":    {Closed, Minuted},
	"council.minutes.confirm": {Minuted, Confirmed},
	"council.meeting.archive": {Confirmed, Archived},
}

// Meeting is a meeting (会议) of an organ of the body: in a hall, or in writing.
type Meeting struct {
	ID          string     `json:"id"`
	Number      int        `json:"number"` // counts up from 1 in the body
	Organ       string     `json:"organ"`  // one of Organs
	Form        string     `json:"form"`   // hall, or written: votes by correspondence until it ends
	Title       string     `json:"title"`
	Place       string     `json:"place"`
	Link        string     `json:"link,omitempty"` // for those who take part from elsewhere
	StartsAt    time.Time  `json:"starts_at"`
	EndsAt      time.Time  `json:"ends_at"`
	Urgent      bool       `json:"urgent"` // extraordinary
	Status      Status     `json:"status"`
	ChairUnit   string     `json:"chair_unit"`
	Chair       string     `json:"chair"`
	Secretary   string     `json:"secretary"`
	Minutes     string     `json:"minutes,omitempty"`
	NotifiedAt  *time.Time `json:"notified_at,omitzero"`
	OpenedAt    *time.Time `json:"opened_at,omitzero"`
	ClosedAt    *time.Time `json:"closed_at,omitzero"`
	ConfirmedAt *time.Time `json:"confirmed_at,omitzero"`
	ConfirmedBy string     `json:"confirmed_by,omitempty"`

	door   string // what the QR code at the door bears
	action string // for which it was taken; keep tells the journal
}

func (m *Meeting) written() bool { return m.Form == "written" }

// takesHands tells whether somebody's coming can be noted now.
func (m *Meeting) takesHands() bool {
	return m.Status == Checking || m.Status == InSession || m.Status == Notified
}

func (m *Meeting) thing() Thing { return Thing{Draft: m.Status == Draft, Chair: m.ChairUnit} }

// MeetingForm is what a meeting is called with. Day and times are those of the
// body's zone.
type MeetingForm struct {
	Organ     string `json:"organ"`
	Form      string `json:"form"`
	Title     string `json:"title"`
	Place     string `json:"place"`
	Link      string `json:"link"`
	Day       string `json:"day"`   // 2026-12-11
	From      string `json:"from"`  // 09:30
	Until     string `json:"until"` // 12:00; of a written one, the last moment to vote
	LastDay   string `json:"last_day"`
	Urgent    bool   `json:"urgent"`
	ChairUnit string `json:"chair_unit"`
	Chair     string `json:"chair"`
	Secretary string `json:"secretary"`
}

// fill takes the form over; it gives all that is wrong with it.
func (m *Meeting) fill(ctx context.Context, in MeetingForm, now time.Time) error {
	var wrong fault.List
	m.Organ, m.Form, m.Urgent, m.ChairUnit = in.Organ, in.Form, in.Urgent, in.ChairUnit
	if m.Form == "" {
		m.Form = "hall"
	}
	if !slices.Contains(Organs, m.Organ) {
		wrong.Add("organ", "council.meeting.organ")
	}
	if m.Form != "hall" && m.Form != "written" {
		wrong.Add("form", "council.meeting.form")
	}
	m.Title = line(&wrong, "title", in.Title, 100, true)
	m.Place = line(&wrong, "place", in.Place, 100, m.Form == "hall")
	m.Chair, m.Secretary = line(&wrong, "chair", in.Chair, 50, true), line(&wrong, "secretary", in.Secretary, 50, true)
	if m.Link = line(&wrong, "link", in.Link, 300, false); m.Link != "" && !strings.HasPrefix(m.Link, "https://") && !strings.HasPrefix(m.Link, "http://") {
		wrong.Add("link", "council.meeting.link")
	}
	m.StartsAt = moment(ctx, &wrong, "day", "from", in.Day, in.From)
	if in.LastDay == "" {
		m.EndsAt = moment(ctx, &wrong, "day", "until", in.Day, in.Until)
	} else {
		m.EndsAt = moment(ctx, &wrong, "last_day", "until", in.LastDay, in.Until)
	}
	if len(wrong) == 0 && !m.EndsAt.After(m.StartsAt) {
		wrong.Add("until", "council.meeting.ends")
	}
	if len(wrong) == 0 && m.EndsAt.Before(now) {
		wrong.Add("day", "council.meeting.past")
	}
	return wrong.Err()
}

// line reads one line of text of at most so many characters.
func line(wrong *fault.List, place, text string, most int, needed bool) string {
	text = strings.Join(strings.Fields(text), " ")
	if n := utf8.RuneCountInString(text); n > most {
		wrong.Add(place, "council.text.long", most, n)
	} else if needed && n == 0 {
		wrong.Add(place, "council.text.none")
	}
	return text
}

// passage reads a text of several lines.
func passage(wrong *fault.List, place, text string, most int) string {
	text = strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n"))
	if n := utf8.RuneCountInString(text); n > most {
		wrong.Add(place, "council.text.long", most, n)
	}
	return text
}

func moment(ctx context.Context, wrong *fault.List, dayPlace, timePlace, day, clock string) time.Time {
	d, err := time.ParseInLocation(time.DateOnly, day, i18n.Zone(ctx))
	if err != nil && fault.At(*wrong, dayPlace) == nil {
		wrong.Add(dayPlace, "fault.date", day)
	}
	c, err := time.Parse("15:04", clock)
	if err != nil {
		wrong.Add(timePlace, "council.meeting.clock", clock)
	}
	return d.Add(time.Duration(c.Hour())*time.Hour + time.Duration(c.Minute())*time.Minute).UTC()
}

// advance moves the meeting on by the action for which it was taken.
func (m *Meeting) advance(now time.Time) error {
	s := steps[m.action]
	from := s.from
	if m.written() && m.action == "council.meeting.open" {
		from = Notified // nobody checks in to a meeting in writing
	}
	if m.Status != from || m.written() && s.to == Checking {
		return fault.Conflict.New("council.meeting.step", i18n.Key("council.status."+string(m.Status)))
	}
	switch m.Status = s.to; s.to {
	case Notified:
		m.NotifiedAt = &now
	case InSession:
		m.OpenedAt = &now
	case Closed:
		m.ClosedAt = &now
	case Confirmed:
		m.ConfirmedAt = &now
	}
	return nil
}

// ready tells everything that keeps the members from being told of the meeting:
// each reason with the article that it comes from.
func (m *Meeting) ready(ctx context.Context, r *Rules, items []*Item, seats int, now time.Time) error {
	var wrong fault.List
	days := r.notice(m.Urgent)
	begins, _ := time.Parse(time.DateOnly, dayOf(ctx, m.StartsAt))
	told, _ := time.Parse(time.DateOnly, dayOf(ctx, now))
	if lead := int(begins.Sub(told).Hours() / 24); lead < days {
		wrong.Add("day", "council.meeting.short_notice", days, lead, r.NoticeArticle)
	}
	if len(items) == 0 {
		wrong.Add("items", "council.meeting.no_items", r.NoticeArticle)
	}
	if seats == 0 {
		wrong.Add("organ", "council.meeting.no_seats")
	}
	if m.written() && !r.Correspondence {
		wrong.Add("form", "council.meeting.not_written", r.WrittenArticle)
	}
	return wrong.Err()
}
