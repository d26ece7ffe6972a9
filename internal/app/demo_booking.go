package app

import (
	"context"
	"fmt"
	"time"

	"guildhall/internal/auth"
	"guildhall/internal/directory"
	"guildhall/internal/facility"
	"guildhall/internal/i18n"
)

// demoUse is one booking that the demo tells: in which week, 0 for this one, on which
// day of it, 0 for Monday, by whom, and for how long the piece was used once it is over.
type demoUse struct {
	week, day int
	from, to  string
	by        int // of demoUsers' units, as demoBookings has them
	purpose   string
	minutes   int64 // 0: nobody came
	waits     bool  // for its keeper, where it lies ahead
}

// demoBookings lets units book the equipment of a school, week by week with the clock
// turned back, and again for the weeks to come.
func (h *House) demoBookings(ctx context.Context) error {
	now := h.DB.Now
	defer func() { h.DB.Now = now }()
	units, err := h.demoUnits(ctx, "M00075", "M00011", "M00082")
	if err != nil {
		return err
	}
	d := &demoDesk{House: h, ctx: ctx, real: now(), units: units, people: map[string]string{}}
	for _, unit := range units {
		list, _, err := h.Directory.Accounts(ctx, directory.AccountSearch{Unit: unit})
		if err != nil {
			return err
		}
		for _, e := range list {
			if e.Post.Role == auth.UnitAdmin {
				d.people[unit] = e.Person.ID
			}
		}
	}
	d.first = d.monday(0)
	h.DB.Now = func() time.Time { return d.first.AddDate(0, 0, -7*10) }
	printer, scanner, err := d.pieces()
	if err != nil {
		return err
	}
	_, err = h.Facility.SetTerms(d.as(0), printer, facility.TermsForm{Since: d.monday(-10).In(i18n.China).Format(time.DateOnly), Article: "壶职大实训中心管理办法（示例）",
		Week: facility.Week{Mon: "08:30-12:00 14:00-17:30", Tue: "08:30-12:00 14:00-17:30", Wed: "08:30-12:00 14:00-17:30", Thu: "08:30-12:00 14:00-17:30", Fri: "08:30-12:00"},
		Step: 30, Least: 60, Most: 240, Ahead: 30, Notice: 24, Approve: true, Open: 6})
	if err != nil {
		return fmt.Errorf("terms: %w", err)
	}
	for week := -8; week < 0; week++ { // busier from week to week
		for n := range 2 + (week+8)/2 {
			u := demoUse{week: week, day: n % 5, from: "09:00", to: "11:30", by: n % 3, purpose: []string{"课程实训", "样件打印", "毕业设计"}[n%3], minutes: int64(120 + 15*(n%3))}
			if n == 4 {
				u.from, u.to, u.minutes = "08:30", "10:00", 0
			}
			if err := d.tell(printer, u); err != nil {
				return fmt.Errorf("week %d: %w", week, err)
			}
		}
	}
	for _, u := range []demoUse{
		{week: 0, day: 0, from: "09:00", to: "11:00", by: 1, purpose: "电机壳体样件打印", minutes: 110}, {week: 0, day: 1, from: "14:00", to: "16:00", by: 0, purpose: "课程实训", minutes: 120},
		{week: 0, day: 2, from: "09:00", to: "12:00", by: 2, purpose: "毕业设计", minutes: 165}, {week: 0, day: 3, from: "14:30", to: "17:30", by: 1, purpose: "夹具试制", minutes: 180},
		{week: 1, day: 0, from: "08:30", to: "10:30", by: 0, purpose: "课程实训"}, {week: 1, day: 1, from: "14:00", to: "17:00", by: 1, purpose: "端盖样件打印"},
		{week: 1, day: 2, from: "09:00", to: "11:00", by: 2, purpose: "竞赛训练", waits: true}, {week: 1, day: 3, from: "09:00", to: "12:00", by: 1, purpose: "夹具试制", waits: true},
		{week: 2, day: 0, from: "14:00", to: "16:00", by: 1, purpose: "端盖样件打印", waits: true},
	} {
		if err := d.tell(printer, u); err != nil {
			return fmt.Errorf("%d %d: %w", u.week, u.day, err)
		}
	}
	return d.tell(scanner, demoUse{week: 1, day: 2, from: "09:00", to: "10:30", by: 1, purpose: "铸件内部缺陷检测", waits: true})
}

// demoDesk is where the demo's bookings are told.
type demoDesk struct {
	*House
	ctx    context.Context
	real   time.Time
	first  time.Time // this week's Monday, noon
	units  []string
	people map[string]string // who administers a unit and can sign in
}

func (d *demoDesk) monday(weeks int) time.Time {
	at := d.real.In(i18n.China)
	return time.Date(at.Year(), at.Month(), at.Day()-(int(at.Weekday())+6)%7+7*weeks, 12, 0, 0, 0, i18n.China)
}

// as gives somebody who administers a unit.
func (d *demoDesk) as(unit int) context.Context {
	a := auth.From(demoFor(d.ctx, d.units[unit]))
	if id := d.people[a.Unit]; id != "" {
		a.ID = id
	}
	return directory.As(d.ctx, a)
}

func (d *demoDesk) pieces() (printer, scanner string, err error) {
	for ref, id := range map[string]*string{"E00051": &printer, "E00064": &scanner} {
		p, err := d.Facility.List(d.ctx, facility.Search{Text: ref})
		if err != nil || len(p.Pieces) != 1 {
			return "", "", fmt.Errorf("%s: %d pieces: %w", ref, len(p.Pieces), err)
		}
		*id = p.Pieces[0].ID
	}
	return printer, scanner, nil
}

// tell lets a booking be asked for some days before, and go as far as it has come now.
func (d *demoDesk) tell(piece string, u demoUse) error {
	day := d.monday(u.week).AddDate(0, 0, u.day)
	asked := day.AddDate(0, 0, -5)
	if asked.After(d.real) {
		asked = d.real
	}
	d.DB.Now = func() time.Time { return asked.UTC() }
	b, err := d.Facility.Book(d.as(u.by), piece, facility.Form{Date: day.Format(time.DateOnly), From: u.from, To: u.to, Purpose: u.purpose + "（示例）", Heads: 2})
	if err != nil {
		return err
	}
	if b.State == facility.Asked && !(u.waits && b.From.After(d.real)) {
		if _, err := d.Facility.Approve(d.as(0), b.ID); err != nil {
			return err
		}
	}
	if b.To.After(d.real) {
		return nil
	}
	d.DB.Now = func() time.Time { return b.To }
	if u.minutes == 0 {
		_, err = d.Facility.Miss(d.as(0), b.ID)
	} else {
		_, err = d.Facility.Note(d.as(0), b.ID, u.minutes)
	}
	return err
}
