package facility

import (
	"context"
	"time"

	"guildhall/internal/db"
)

// UseWeek is how much of a week's open hours was booked and used, in minutes.
type UseWeek struct {
	Monday string `json:"monday"`
	Open   int64  `json:"open_minutes"`
	Booked int64  `json:"booked_minutes"` // approved, or used since
	Used   int64  `json:"used_minutes"`   // as it was noted
	Others int64  `json:"others_minutes"` // of what is booked, by other units than the owner
}

// Share is the part of the open hours that is booked; what is booked outside of them
// counts too, so that it can be more than one.
func (w UseWeek) Share() float64 {
	if w.Open == 0 {
		return 0
	}
	return float64(w.Booked) / float64(w.Open)
}

// UsePage is how a piece is used, week by week.
type UsePage struct {
	Equipment *Equipment `json:"equipment"`
	Weeks     []UseWeek  `json:"weeks"`

	thisWeek string
}

const (
	weeksBack  = 11
	weeksAhead = 4
)

// UseOf gives how a piece is used: the last weeks, this one, and those to come.
func (f *Facility) UseOf(ctx context.Context, equipment string) (*UsePage, error) {
	return db.View(ctx, f.DB, func(tx *db.Tx) (*UsePage, error) {
		e, err := f.open(tx, "facility.use.read", equipment)
		if err != nil {
			return nil, err
		}
		d, err := openDiary(tx, e)
		if err != nil {
			return nil, err
		}
		p := &UsePage{Equipment: e, thisWeek: monday(day(tx))}
		first := later(p.thisWeek, -7*weeksBack)
		at0, end := at(first, 0, d.zone), at(later(p.thisWeek, 7*(weeksAhead+1)), 0, d.zone)
		list, err := within(tx, e.ID, Span{at0, end})
		if err != nil {
			return nil, err
		}
		for n := range weeksBack + 1 + weeksAhead {
			w := UseWeek{Monday: later(first, 7*n)}
			if err := w.count(tx, d, list); err != nil {
				return nil, err
			}
			p.Weeks = append(p.Weeks, w)
		}
		return p, nil
	})
}

// count adds up a week. A booking belongs to the week in which it begins.
func (w *UseWeek) count(tx *db.Tx, d *diary, list []*Booking) error {
	for n := range 7 {
		name := later(w.Monday, n)
		h, err := d.on(tx, name)
		if err != nil {
			return err
		}
		for _, s := range h.Terms.windows(name, d.zone) {
			w.Open += s.minutes()
		}
	}
	begins, ends := at(w.Monday, 0, d.zone), at(later(w.Monday, 7), 0, d.zone)
	for _, b := range list {
		if b.State == Asked || b.From.Before(begins) || !b.From.Before(ends) {
			continue
		}
		w.Booked += b.length()
		if b.Unit != b.Owner {
			w.Others += b.length()
		}
		if b.Minutes != nil {
			w.Used += *b.Minutes
		}
	}
	return nil
}

func hours(minutes int64) float64 { return float64(minutes) / float64(time.Hour/time.Minute) }
