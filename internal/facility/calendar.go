package facility

import (
	"context"
	"slices"
	"time"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/fault"
)

// Calendar is a week of one piece.
type Calendar struct {
	Equipment *Equipment `json:"equipment"`
	Monday    string     `json:"monday"`
	Terms     *Held      `json:"terms"` // of its first day that is not past
	Days      []*Day     `json:"days"`

	today string
	books bool // the reader can ask for it
	now   time.Time
	zone  *time.Location
}

// Day is one day of a Calendar.
type Day struct {
	Day    string  `json:"day"`
	Closed string  `json:"closed,omitempty"` // why, where the terms name the day
	Parts  []*Part `json:"parts"`
}

// The sorts of Part.
const (
	Free  = "free"  // can be asked for
	Taken = "taken" // is held
	Gone  = "gone"  // is past
	Far   = "far"   // cannot be asked for yet
	Short = "short" // is free, but not for as long as a booking is at least
)

// Part is a time of a day. Of what is taken, the reader is told more only where they
// may know of the booking.
type Part struct {
	Span
	Sort    string   `json:"sort"`
	Booking *Booking `json:"booking,omitempty"`
}

// Calendar gives the week of a piece in which a day lies; the week of today where none
// is named.
func (f *Facility) Calendar(ctx context.Context, equipment, of string) (*Calendar, error) {
	return db.View(ctx, f.DB, func(tx *db.Tx) (*Calendar, error) {
		e, err := f.open(tx, "facility.calendar.read", equipment)
		if err != nil {
			return nil, err
		}
		if of == "" {
			of = day(tx)
		} else if at, err := time.Parse(time.DateOnly, of); err != nil || at.Year() < 2000 || at.Year() > 2200 {
			return nil, fault.Invalid.New("fault.date", of)
		}
		d, err := openDiary(tx, e)
		if err != nil {
			return nil, err
		}
		c := &Calendar{Equipment: e, Monday: monday(of), today: day(tx), now: tx.Now, zone: d.zone}
		c.books = e.Status == Available && bookings.Can(ctx, "facility.booking.ask", nil)
		if c.Terms, err = d.on(tx, max(c.Monday, min(c.today, later(c.Monday, 6)))); err != nil {
			return nil, err
		}
		return c, c.fill(tx, d)
	})
}

// fill lays out the days.
func (c *Calendar) fill(tx *db.Tx, d *diary) error {
	week := Span{at(c.Monday, 0, c.zone), at(later(c.Monday, 7), 0, c.zone)}
	list, err := within(tx, c.Equipment.ID, week)
	if err != nil {
		return err
	}
	if err := furnish(tx, list...); err != nil {
		return err
	}
	for n := range 7 {
		h, err := d.on(tx, later(c.Monday, n))
		if err != nil {
			return err
		}
		c.Days = append(c.Days, c.lay(tx.Context(), later(c.Monday, n), &h.Terms, list))
	}
	return nil
}

// lay gives a day: what is taken, and between that what is free, past or too far ahead.
func (c *Calendar) lay(ctx context.Context, name string, t *Terms, list []*Booking) *Day {
	whole := Span{at(name, 0, c.zone), at(later(name, 1), 0, c.zone)}
	out := &Day{Day: name, Parts: []*Part{}}
	if shut, why := t.shut(name); shut {
		out.Closed = why
	}
	var taken []Span
	end := whole.From
	for _, b := range list { // what was used and given back may reach into what follows: it is shown until then
		s := Span{latest(b.From, end), b.To}
		if b.To.After(whole.To) {
			s.To = whole.To
		}
		if !s.From.Before(s.To) {
			continue
		}
		end = s.To
		p := &Part{Span: s, Sort: Taken}
		if bookings.Can(ctx, "facility.booking.read", b) {
			p.Booking = b
		}
		taken, out.Parts = append(taken, s), append(out.Parts, p)
	}
	last := at(later(c.today, t.Ahead+1), 0, c.zone)
	for _, s := range less(t.windows(name, c.zone), taken) {
		switch {
		case !s.From.Before(last):
			out.Parts = append(out.Parts, &Part{Span: s, Sort: Far})
		case !c.now.Before(s.To):
			out.Parts = append(out.Parts, &Part{Span: s, Sort: Gone})
		default:
			if begins := nextStep(s.From, c.now, t.Step); begins.After(s.From) {
				begins = earlier(begins, s.To)
				out.Parts = append(out.Parts, &Part{Span: Span{s.From, begins}, Sort: Gone})
				s.From = begins
			}
			switch n := s.minutes(); {
			case n >= int64(t.Least):
				out.Parts = append(out.Parts, &Part{Span: s, Sort: Free})
			case n > 0:
				out.Parts = append(out.Parts, &Part{Span: s, Sort: Short})
			}
		}
	}
	slices.SortFunc(out.Parts, func(a, b *Part) int { return a.From.Compare(b.From) })
	return out
}

// nextStep gives the first step from a moment on that is not before now.
func nextStep(from, now time.Time, minutes int) time.Time {
	if step := time.Duration(minutes) * time.Minute; from.Before(now) {
		from = from.Add((now.Sub(from) + step - 1) / step * step)
	}
	return from
}

func latest(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// mine tells whether a booking is of the reader's unit.
func mine(ctx context.Context, b *Booking) bool { return b != nil && asks(auth.From(ctx), b) }
