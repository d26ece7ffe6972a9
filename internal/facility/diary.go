package facility

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/i18n"
	"guildhall/internal/rule"
)

// Version is the terms of one piece as they hold from a day on. Without terms of its
// own it goes by the body's rule again.
type Version struct {
	ID      string    `json:"id"`
	Since   string    `json:"since"`
	Article string    `json:"article"`
	Terms   *Terms    `json:"terms,omitempty"`
	MadeAt  time.Time `json:"made_at"`
}

// Held is the terms that hold for a piece on a day.
type Held struct {
	ID      string `json:"id"` // of the piece's version, or of the body's
	Own     bool   `json:"own"`
	Since   string `json:"since"`
	Article string `json:"article"`
	Terms   Terms  `json:"terms"`
}

// diary knows by which terms a piece can be booked, on any day.
type diary struct {
	piece    *Equipment
	versions []*Version // the newest first
	zone     *time.Location
	held     map[string]*Held // by day
}

func openDiary(tx *db.Tx, e *Equipment) (*diary, error) {
	versions, err := versionsOf(tx, e.ID)
	return &diary{piece: e, versions: versions, zone: i18n.Zone(tx.Context()), held: map[string]*Held{}}, err
}

// on gives the terms of a day. Where a piece goes by the body's rule, the register
// says whether it can be had at weekends.
func (d *diary) on(tx *db.Tx, day string) (*Held, error) {
	if h := d.held[day]; h != nil {
		return h, nil
	}
	h := &Held{}
	i := slices.IndexFunc(d.versions, func(v *Version) bool { return v.Since <= day })
	if i >= 0 && d.versions[i].Terms != nil {
		v := d.versions[i]
		*h = Held{ID: v.ID, Own: true, Since: v.Since, Article: v.Article, Terms: *v.Terms}
	} else {
		body, err := rule.At[Terms](tx, "facility.booking", day)
		if err != nil {
			return nil, err
		}
		*h = Held{ID: body.ID, Since: body.Since, Article: body.Article, Terms: body.Rule}
		if !d.piece.Weekend {
			h.Terms.Hours.Sat, h.Terms.Hours.Sun = "", ""
		}
	}
	d.held[day] = h
	return h, nil
}

// Form is what somebody wants to have: a part of one day of the body's clock.
type Form struct {
	Date    string `json:"date"` // 2026-10-31
	From    string `json:"from"` // 09:00
	To      string `json:"to"`   // 10:30; 24:00 is the end of the day
	Purpose string `json:"purpose"`
	Heads   int64  `json:"heads"` // how many come; 1 if 0
}

// read gives the period that a form means, or adds what is wrong with it.
func (in *Form) read(zone *time.Location, wrong *fault.List) (s Span, ok bool) {
	in.Date, in.From, in.To = strings.TrimSpace(in.Date), strings.TrimSpace(in.From), strings.TrimSpace(in.To)
	before := len(*wrong)
	if _, err := time.Parse(time.DateOnly, in.Date); err != nil {
		wrong.Add("date", cmp.Or(map[bool]string{true: "facility.booking.no_date"}[in.Date == ""], "fault.date"), in.Date)
	}
	from, err := readClock(in.From)
	if err != nil {
		wrong.Add("from", "facility.booking.clock", in.From)
	}
	to, err2 := readClock(in.To)
	if to == 0 { // the end of the day, as fields for times write it
		to = 24 * 60
	}
	if err2 != nil {
		wrong.Add("to", "facility.booking.clock", in.To)
	} else if err == nil && to <= from {
		wrong.Add("to", "facility.booking.backwards")
	}
	if len(*wrong) > before {
		return s, false
	}
	s = Span{at(in.Date, from, zone), at(in.Date, to, zone)}
	if !s.From.Before(s.To) { // clocks that are put forward in between
		wrong.Add("to", "facility.booking.backwards")
	}
	return s, len(*wrong) == before
}

// describe reads what a booking is for.
func (in *Form) describe(b *Booking, e *Equipment, wrong *fault.List) {
	b.Purpose, b.Heads = strings.TrimSpace(in.Purpose), cmp.Or(in.Heads, 1)
	if n := len([]rune(b.Purpose)); n == 0 || n > mostPurpose {
		wrong.Add("purpose", "facility.booking.purpose_bad", mostPurpose)
	}
	if most := places(e); b.Heads < 1 || b.Heads > most {
		wrong.Add("heads", "facility.booking.heads_bad", most)
	}
}

// places is how many persons a piece has room for.
func places(e *Equipment) int64 {
	if e.Capacity != nil && *e.Capacity > 0 {
		return min(*e.Capacity, mostHeads)
	}
	return mostHeads
}

// allows adds everything in the terms of the day that a period does not keep.
func (h *Held) allows(day string, s Span, zone *time.Location, now time.Time, wrong *fault.List) {
	t := &h.Terms
	if s.From.Before(now) {
		wrong.Add("from", "facility.booking.past")
	}
	if last := later(now.In(zone).Format(time.DateOnly), t.Ahead); day > last {
		wrong.Add("date", "facility.booking.far", t.Ahead, last)
	}
	if n := s.minutes(); n < int64(t.Least) || n > int64(t.Most) {
		wrong.Add("to", "facility.booking.length", t.Least, t.Most)
	}
	windows := t.windows(day, zone)
	i := slices.IndexFunc(windows, func(w Span) bool { return !s.From.Before(w.From) && !s.To.After(w.To) })
	switch shut, why := t.shut(day); {
	case shut && why != "":
		wrong.Add("date", "facility.booking.shut_for", day, why)
	case len(windows) == 0:
		wrong.Add("date", "facility.booking.shut", day)
	case i < 0:
		wrong.Add("from", "facility.booking.hours_bad", said(windows, day, zone))
	default:
		step := time.Duration(t.Step) * time.Minute
		if s.From.Sub(windows[i].From)%step != 0 {
			wrong.Add("from", "facility.booking.step_bad", t.Step, windows[i].From.In(zone).Format("15:04"))
		}
		if s.To.Sub(windows[i].From)%step != 0 {
			wrong.Add("to", "facility.booking.step_bad", t.Step, windows[i].From.In(zone).Format("15:04"))
		}
	}
	if s.From.Unix()%int64(slotLength/time.Second) != 0 || s.To.Unix()%int64(slotLength/time.Second) != 0 {
		wrong.Add("from", "facility.booking.quarter")
	}
}

// said writes spans of one day in a line: 08:30–12:00, 14:00–17:30.
func said(spans []Span, day string, zone *time.Location) string {
	list := make([]string, len(spans))
	for i, s := range spans {
		list[i] = clockSpan(s, day, zone)
	}
	return strings.Join(list, ", ")
}

// clockSpan writes a span by the clock of a day; its end is 24:00 where it is that of
// the day.
func clockSpan(s Span, day string, zone *time.Location) string {
	to := s.To.In(zone).Format("15:04")
	if s.To.In(zone).Format(time.DateOnly) > day {
		to = "24:00"
	}
	return s.From.In(zone).Format("15:04") + "–" + to
}

// when writes a period with its day: 2026-10-31 09:00–10:30.
func when(ctx context.Context, s Span) string {
	zone := i18n.Zone(ctx)
	day := s.From.In(zone).Format(time.DateOnly)
	return day + " " + clockSpan(s, day, zone)
}

const (
	lookAround = 14 // days before and after, within which another time is looked for
	mostFree   = 3
)

// collides adds that a period is taken, by what until when, and when the piece is free
// nearest to it for as long.
func (d *diary) collides(tx *db.Tx, b *Booking, s Span, wrong *fault.List) error {
	taken, err := claims(tx, d.piece.ID, s, b.ID)
	if err != nil || len(taken) == 0 {
		return err
	}
	free, err := d.nearest(tx, b, s)
	if err != nil {
		return err
	}
	list := make([]string, len(taken))
	for i, t := range taken {
		list[i] = when(tx.Context(), t)
	}
	key, near := "facility.booking.taken", make([]string, len(free))
	for i, f := range free {
		near[i] = when(tx.Context(), f)
	}
	if len(free) == 0 {
		key = "facility.booking.taken_all"
	}
	wrong.Add("from", key, strings.Join(list, ", "), strings.Join(near, ", "))
	return nil
}

// nearest gives the free times around a period that are long enough for it, the
// nearest first.
func (d *diary) nearest(tx *db.Tx, b *Booking, s Span) ([]Span, error) {
	today := tx.Now.In(d.zone).Format(time.DateOnly)
	wanted := s.From.In(d.zone).Format(time.DateOnly)
	length := s.To.Sub(s.From)
	var all []Span
	for n := -lookAround; n <= lookAround; n++ {
		day := later(wanted, n)
		h, err := d.on(tx, day)
		if err != nil {
			return nil, err
		}
		if day < today || day > later(today, h.Terms.Ahead) {
			continue
		}
		all = append(all, h.Terms.windows(day, d.zone)...)
	}
	if len(all) == 0 {
		return nil, nil
	}
	taken, err := claims(tx, d.piece.ID, Span{all[0].From, all[len(all)-1].To}, b.ID)
	if err != nil {
		return nil, err
	}
	if past := (Span{all[0].From, tx.Now}); past.From.Before(past.To) {
		taken = append([]Span{past}, taken...)
	}
	free := slices.DeleteFunc(less(all, taken), func(f Span) bool { return f.To.Sub(f.From) < length })
	slices.SortStableFunc(free, func(a, c Span) int { return cmp.Compare(away(a, s), away(c, s)) })
	free = free[:min(len(free), mostFree)]
	slices.SortFunc(free, func(a, c Span) int { return a.From.Compare(c.From) })
	return free, nil
}

// away tells how far a period must be moved to stand within a free time.
func away(free, s Span) time.Duration {
	switch {
	case s.From.Before(free.From):
		return free.From.Sub(s.From)
	case s.To.After(free.To):
		return s.To.Sub(free.To)
	}
	return 0
}

// cancelBy is until when whoever asked can cancel what was approved.
func (h *Held) cancelBy(from time.Time) time.Time {
	return from.Add(-time.Duration(h.Terms.Notice) * time.Hour)
}

func scanVersion(row db.Row) (*Version, error) {
	v := new(Version)
	var data string
	if err := row.Scan(&v.ID, &v.Since, &v.Article, &data, &v.MadeAt); err != nil || data == "" {
		return v, err
	}
	terms := usualTerms // a field that a later edition adds is as usual
	v.Terms = &terms
	return v, json.Unmarshal([]byte(data), v.Terms)
}

// versionsOf gives the terms of a piece, the newest first.
func versionsOf(tx *db.Tx, equipment string) ([]*Version, error) {
	return db.All(tx, scanVersion, `SELECT t.id, t.since, t.article, t.data, t.made_at FROM facility_terms t
		WHERE t.equipment_id = $1 AND t.body = $2 ORDER BY t.since DESC, t.id DESC`, equipment, tx.Body)
}
