package facility

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"time"

	"guildhall/internal/auth"
	"guildhall/internal/chart"
	"guildhall/internal/db"
	"guildhall/internal/i18n"
	"guildhall/internal/journal"
	"guildhall/internal/rule"
	"guildhall/internal/web"
)

// Ask is what somebody who asks for a piece sees: its terms on the day, what is free
// then, and what it will cost.
type Ask struct {
	Equipment *Equipment
	Held      *Held
	Tariff    rule.Held[Tariff]
	Form      Form
	Booking   *Booking // that is moved; nil where one is asked for anew

	free    []Span
	percent int64
	day     string
	zone    *time.Location
}

// Asking gives the form by which the actor's unit asks for a piece.
func (f *Facility) Asking(ctx context.Context, equipment string, in Form) (*Ask, error) {
	return db.View(ctx, f.DB, func(tx *db.Tx) (*Ask, error) {
		e, err := f.open(tx, "facility.calendar.read", equipment)
		if err != nil {
			return nil, err
		}
		if err := bookings.Allow(ctx, "facility.booking.ask", nil); err != nil {
			return nil, err
		}
		return f.ask(tx, e, nil, in)
	})
}

// Moving gives the form by which a booking is given another time.
func (f *Facility) Moving(ctx context.Context, id string, in Form) (*Ask, error) {
	return db.View(ctx, f.DB, func(tx *db.Tx) (*Ask, error) {
		b, err := seeBooking(tx, id)
		if err != nil {
			return nil, err
		}
		if err := bookings.Allow(ctx, "facility.booking.move", b); err != nil {
			return nil, err
		}
		e, err := find(tx, b.Equipment)
		if err != nil {
			return nil, err
		}
		if err := f.name(tx, e); err != nil {
			return nil, err
		}
		if in == (Form{}) {
			zone := i18n.Zone(ctx)
			in = Form{Date: dayOf(b.From, zone), From: b.From.In(zone).Format("15:04"), To: b.To.In(zone).Format("15:04"), Purpose: b.Purpose, Heads: b.Heads}
		}
		return f.ask(tx, e, b, in)
	})
}

func (f *Facility) ask(tx *db.Tx, e *Equipment, b *Booking, in Form) (*Ask, error) {
	d, err := openDiary(tx, e)
	if err != nil {
		return nil, err
	}
	p := &Ask{Equipment: e, Booking: b, Form: in, zone: d.zone, day: day(tx)}
	if at, err := time.Parse(time.DateOnly, in.Date); err == nil && at.Year() > 2000 && at.Year() < 2200 {
		p.day = in.Date
	}
	p.Form.Date, p.Form.Heads = cmp.Or(in.Date, p.day), cmp.Or(in.Heads, 1)
	if p.Held, err = d.on(tx, p.day); err != nil {
		return nil, err
	}
	if p.Tariff, err = rule.At[Tariff](tx, "facility.tariff", p.day); err != nil {
		return nil, err
	}
	p.percent = p.Tariff.Rule.percent(auth.From(tx.Context()).Unit == e.Owner)
	return p, p.fill(tx, d)
}

// fill finds what is free on the day of the form.
func (p *Ask) fill(tx *db.Tx, d *diary) error {
	c := &Calendar{Equipment: p.Equipment, today: day(tx), now: tx.Now, zone: d.zone}
	list, err := within(tx, p.Equipment.ID, Span{at(p.day, 0, d.zone), at(later(p.day, 1), 0, d.zone)})
	if err != nil {
		return err
	}
	if p.Booking != nil {
		list = slices.DeleteFunc(list, func(b *Booking) bool { return b.ID == p.Booking.ID })
	}
	for _, part := range c.lay(tx.Context(), p.day, &p.Held.Terms, list).Parts {
		if part.Sort == Free {
			p.free = append(p.free, part.Span)
		}
	}
	return nil
}

// view is a booking's page.
type view struct {
	*Booking
	Terms   *Held
	Tariff  rule.Held[Tariff]
	History []journal.Entry
	now     time.Time
}

func (f *Facility) view(ctx context.Context, id string) (*view, error) {
	return db.View(ctx, f.DB, func(tx *db.Tx) (*view, error) {
		b, err := seeBooking(tx, id)
		if err != nil {
			return nil, err
		}
		v := &view{Booking: b, now: tx.Now}
		if v.Tariff, err = rule.Under[Tariff](tx, "facility.tariff", b.Tariff); err != nil {
			return nil, err
		}
		v.History, err = journal.About(tx, b.ID)
		return v, err
	})
}

// may tells whether the reader can take a step with a booking now.
func (v *view) may(ctx context.Context, action string) bool {
	return bookings.Can(ctx, action, v.Booking) && v.open(action, v.now)
}

// cell is a part of a day in the picture of a week: so many rows high.
type cell struct {
	*Part // nil: it is closed then
	day   string
	rows  int
}

// line is one row of the picture, with the cells that begin there.
type line struct {
	label string
	cells []cell
}

// lines lays a week out as a table: a row for each half hour, or for each quarter
// where something begins or ends on one, and a column for each day.
func (c *Calendar) lines() (list []line) {
	lo, hi, unit := 24*60, 0, 30
	for _, d := range c.Days {
		for _, p := range d.Parts {
			from, to := c.clocks(d.Day, p)
			lo, hi = min(lo, from), max(hi, to)
			if from%30 != 0 || to%30 != 0 {
				unit = 15
			}
		}
	}
	lo, hi = lo/60*60, (hi+59)/60*60
	next := make([]int, len(c.Days)) // the part of each day that comes next
	until := make([]int, len(c.Days))
	for m := lo; m < hi; m += unit {
		l := line{}
		if m%60 == 0 {
			l.label = clockText(m)
		}
		for i, d := range c.Days {
			if until[i] > m {
				continue
			}
			x := cell{day: d.Day}
			end := hi
			for next[i] < len(d.Parts) {
				from, to := c.clocks(d.Day, d.Parts[next[i]])
				if to <= m {
					next[i]++
					continue
				}
				if end = from; from <= m {
					x.Part, end = d.Parts[next[i]], to
					next[i]++
				}
				break
			}
			x.rows, until[i] = (end-m+unit-1)/unit, end
			l.cells = append(l.cells, x)
		}
		list = append(list, l)
	}
	return list
}

// clocks gives when a part begins and ends, in minutes of its day.
func (c *Calendar) clocks(day string, p *Part) (from, to int) {
	minutes := func(t time.Time) int { t = t.In(c.zone); return t.Hour()*60 + t.Minute() }
	if from, to = minutes(p.From), minutes(p.To); p.To.In(c.zone).Format(time.DateOnly) > day {
		to = 24 * 60
	}
	return from, to
}

// newLink leads to the form for a free part: an hour of it, or as much as there must be.
func (c *Calendar) newLink(day string, p *Part) string {
	length := time.Duration(max(60, c.Terms.Terms.Least)) * time.Minute
	to := earlier(p.From.Add(min(length, time.Duration(c.Terms.Terms.Most)*time.Minute)), p.To)
	return "/equipment/" + c.Equipment.ID + "/bookings/new?date=" + day + "&from=" + p.From.In(c.zone).Format("15:04") + "&to=" + to.In(c.zone).Format("15:04")
}

func (c *Calendar) weekLink(days int) string {
	return "/equipment/" + c.Equipment.ID + "/calendar?week=" + later(c.Monday, days)
}

func (c *Calendar) clock(day string, p *Part) string { return clockSpan(p.Span, day, c.zone) }

// dayWord names a day of the week with its date: 周一 11-30.
func dayWord(ctx context.Context, day string) string {
	return say(ctx, "day."+Days[weekday(day)]) + " " + day[5:]
}

// bookingTag is the tint of a state.
func bookingTag(s State) string {
	switch s {
	case Approved, Used:
		return "tag go"
	case Asked:
		return "tag wait"
	case Refused, Withdrawn, Missed:
		return "tag none"
	}
	return "tag"
}

func bookingState(ctx context.Context, s State) string { return say(ctx, "booking.state."+string(s)) }

// money shows a sum; that it is nothing, or not known, is said too.
func money(ctx context.Context, fen *int64) string {
	switch {
	case fen == nil:
		return say(ctx, "unknown")
	case *fen == 0:
		return say(ctx, "free")
	}
	return say(ctx, "yuan", i18n.Yuan(*fen))
}

// minutesText shows a length in hours and minutes.
func minutesText(ctx context.Context, n int64) string {
	switch {
	case n%60 == 0:
		return say(ctx, "hours_only", n/60)
	case n < 60:
		return say(ctx, "minutes_only", n)
	}
	return say(ctx, "hours_minutes", n/60, n%60)
}

func ref(b *Booking) string { return "B" + strconv.FormatInt(b.Number, 10) }

func stateChoices(ctx context.Context) []web.Choice {
	list := []web.Choice{{Value: "", Text: say(ctx, "any")}, {Value: "live", Text: say(ctx, "booking.live")}}
	for _, s := range States {
		list = append(list, web.Choice{Value: string(s), Text: bookingState(ctx, s)})
	}
	return list
}

// whoseChoices gives whose bookings a reader can ask for.
func whoseChoices(ctx context.Context) (list []web.Choice) {
	a := auth.From(ctx)
	for _, w := range whoses {
		if a.Runs() != (w == "all") {
			continue
		}
		list = append(list, web.Choice{Value: w, Text: say(ctx, "booking.whose."+w)})
	}
	return list
}

func stepChoices(ctx context.Context) (list []web.Choice) {
	for _, n := range []int{15, 30, 60} {
		list = append(list, web.Choice{Value: strconv.Itoa(n), Text: minutesText(ctx, int64(n))})
	}
	return list
}

func nextBookings(ctx context.Context, p *BookingPage) string {
	if p.Next == 0 {
		return ""
	}
	return web.With(web.URL(ctx), "after", strconv.FormatInt(p.Next, 10))
}

func firstBookings(ctx context.Context, s BookingSearch) string {
	if s.After == 0 {
		return ""
	}
	return web.With(web.URL(ctx), "after", "")
}

// bars is the picture of how a piece is used, in per cent of its open hours.
func (p *UsePage) bars(ctx context.Context) chart.Bars {
	b := chart.Bars{Plain: true}
	for _, w := range p.Weeks {
		b.Rows = append(b.Rows, chart.Bar{Label: p.label(ctx, w), Value: w.Share() * 100, Text: share1(w), More: say(ctx, "use_hours", i18n.Decimal(hours(w.Booked), 1))})
	}
	return b
}

func (p *UsePage) label(ctx context.Context, w UseWeek) string {
	if w.Monday == p.thisWeek {
		return say(ctx, "use_this", w.Monday)
	}
	return w.Monday
}

func share1(w UseWeek) string {
	if w.Open == 0 {
		return "–"
	}
	return i18n.Percent(w.Share())
}

func number10(n int) string { return strconv.Itoa(n) }

func text10(n int64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

// noted gives for how many minutes a piece was used, as far as it was noted.
func noted(b *Booking) int64 {
	if b.Minutes == nil {
		return 0
	}
	return *b.Minutes
}

// minutesOr gives what a field for minutes shows: what was sent, or what is usual.
func minutesOr(sent, usual int64) string {
	if sent == 0 {
		sent = usual
	}
	return strconv.FormatInt(sent, 10)
}
