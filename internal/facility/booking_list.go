package facility

import (
	"context"
	"slices"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/fault"
	"guildhall/internal/i18n"
	"guildhall/internal/ical"
)

// BookingSearch asks for a part of the bookings. Empty fields narrow nothing.
type BookingSearch struct {
	Whose string `json:"whose"` // mine, unit: of the reader's unit, ours: of its equipment, all; empty: all for who runs the body, mine for others
	State string `json:"state"` // one of States, or live
	Piece string `json:"equipment"`
	After int64  `json:"after"` // the number of the last one of the page before
}

// The answers to whose bookings are asked for.
var whoses = []string{"mine", "unit", "ours", "all"}

func (s *BookingSearch) check(a auth.Actor) error {
	var wrong fault.List
	if s.Whose == "" {
		s.Whose = map[bool]string{true: "all", false: "mine"}[a.Runs()]
	}
	if !slices.Contains(whoses, s.Whose) {
		wrong.Add("whose", "facility.booking.whose_bad", s.Whose)
	}
	if s.State != "" && s.State != "live" && !slices.Contains(States, State(s.State)) {
		wrong.Add("state", "facility.booking.state_bad", s.State)
	}
	return wrong.Err()
}

func (s *BookingSearch) where(a auth.Actor) (w db.Where) {
	visibleBookings(a, &w)
	switch s.Whose {
	case "mine":
		w.And("b.person_id = ?", a.ID)
	case "unit":
		w.And("b.unit_id = ?", a.Unit)
	case "ours":
		w.And("e.owner_id = ?", a.Unit)
	}
	switch s.State {
	case "":
	case "live":
		w.And("b.state IN ('asked', 'approved')")
	default:
		w.And("b.state = ?", s.State)
	}
	if s.Piece != "" {
		w.And("b.equipment_id = ?", s.Piece)
	}
	if s.After > 0 {
		w.And("b.number < ?", s.After)
	}
	return w
}

// BookingPage is a part of the bookings, the newest first.
type BookingPage struct {
	Bookings []*Booking `json:"bookings"`
	Next     int64      `json:"next,omitempty"` // ask for what comes after this number; 0 at the end

	asked BookingSearch
}

// Bookings gives a part of the bookings that the actor may see.
func (f *Facility) Bookings(ctx context.Context, s BookingSearch) (*BookingPage, error) {
	return db.View(ctx, f.DB, func(tx *db.Tx) (*BookingPage, error) {
		if err := bookings.Allow(ctx, "facility.booking.list", nil); err != nil {
			return nil, err
		}
		if err := s.check(auth.From(ctx)); err != nil {
			return nil, err
		}
		p := &BookingPage{asked: s}
		var err error
		if p.Bookings, err = listBookings(tx, s.where(auth.From(ctx)), "b.number DESC", pageSize+1); err != nil {
			return nil, err
		}
		if len(p.Bookings) > pageSize {
			p.Bookings = p.Bookings[:pageSize]
			p.Next = p.Bookings[pageSize-1].Number
		}
		return p, furnish(tx, p.Bookings...)
	})
}

// Queue is what waits for those who look after equipment: requests, and what is over
// and was not noted. What comes first comes first.
type Queue struct {
	Asked []*Booking `json:"asked"`
	Over  []*Booking `json:"over"`
}

// Queue gives what waits for the actor.
func (f *Facility) Queue(ctx context.Context) (*Queue, error) {
	return db.View(ctx, f.DB, func(tx *db.Tx) (*Queue, error) {
		if err := bookings.Allow(ctx, "facility.booking.list", nil); err != nil {
			return nil, err
		}
		return queue(tx, "facility.booking.approve")
	})
}

// queue gives what waits and for which the actor may do an action.
func queue(tx *db.Tx, action string) (*Queue, error) {
	a := auth.From(tx.Context())
	var w db.Where
	visibleBookings(a, &w)
	if !a.Runs() {
		w.And("e.owner_id = ?", a.Unit)
	}
	w.And("b.state = 'asked' OR b.state = 'approved' AND b.until <= ?", tx.Now)
	list, err := listBookings(tx, w, "b.since, b.id", 1000)
	if err != nil {
		return nil, err
	}
	if err := furnish(tx, list...); err != nil {
		return nil, err
	}
	q := &Queue{Asked: []*Booking{}, Over: []*Booking{}}
	for _, b := range list {
		switch {
		case !bookings.Can(tx.Context(), action, b):
		case b.State == Asked:
			q.Asked = append(q.Asked, b)
		default:
			q.Over = append(q.Over, b)
		}
	}
	return q, nil
}

// Waiting is what waits for those who look after equipment, for the page where they
// begin.
type Waiting struct {
	Asked, Over int
	Due         string // day on which the first of the requests begins
}

// Waits tells what waits for the actor as a keeper. The secretariat can do what keepers
// do, and is not asked for it.
func (f *Facility) Waits(tx *db.Tx) (w Waiting, err error) {
	a := auth.From(tx.Context())
	if !a.For(a.Unit) {
		return w, nil
	}
	q, err := queue(tx, "facility.booking.approve")
	if err != nil {
		return w, err
	}
	if w.Asked, w.Over = len(q.Asked), len(q.Over); w.Asked > 0 {
		w.Due = dayOf(q.Asked[0].From, i18n.Zone(tx.Context()))
	}
	return w, nil
}

// calendarDays is how long what is over stays in a calendar file.
const calendarDays = 30

// CalendarFile gives the actor's own bookings as a calendar file.
func (f *Facility) CalendarFile(ctx context.Context) (string, error) {
	return db.View(ctx, f.DB, func(tx *db.Tx) (string, error) {
		if err := bookings.Allow(ctx, "facility.booking.list", nil); err != nil {
			return "", err
		}
		a := auth.From(ctx)
		var w db.Where
		visibleBookings(a, &w)
		w.And("b.person_id = ? AND b.until > ? AND b.state <> 'refused'", a.ID, tx.Now.AddDate(0, 0, -calendarDays))
		list, err := listBookings(tx, w, "b.since, b.id", 1000)
		events := make([]ical.Event, len(list))
		for i, b := range list {
			page := f.URL + "/bookings/" + b.ID
			events[i] = ical.Event{ID: b.ID, Made: b.ChangedAt, From: b.From, To: b.To, Summary: say(ctx, "ics_title", b.Name), Place: b.Location, URL: page,
				Description: say(ctx, "booking.state."+string(b.State)) + "\n" + b.Purpose + "\n" + page, Status: icsStatus[b.State]}
		}
		return ical.Write("Facility", f.URL, events...), err
	})
}

var icsStatus = map[State]string{Asked: "TENTATIVE", Approved: "CONFIRMED", Used: "CONFIRMED", Missed: "CONFIRMED", Cancelled: "CANCELLED", Withdrawn: "CANCELLED"}

// TiedUnit tells which bookings that lie ahead hang on a unit: those it has asked for,
// and others' of its equipment. They are for the unit and the secretariat to know of.
func TiedUnit(tx *db.Tx, unit string) ([]directory.Tie, error) {
	a := auth.From(tx.Context())
	if !a.Runs() && !a.For(unit) {
		return nil, nil
	}
	asked, err := tiedBookings(tx, "facility.tied.asked", "/bookings?whose=all&state=live", "facility.tied.asked_decides", "b.unit_id = ?", unit)
	if err != nil {
		return nil, err
	}
	owned, err := tiedBookings(tx, "facility.tied.owned", "/bookings?whose=all&state=live", "facility.tied.owned_decides", "e.owner_id = ? AND b.unit_id <> ?", unit, unit)
	return []directory.Tie{asked, owned}, err
}

// TiedPerson tells which bookings that lie ahead a person has asked for.
func TiedPerson(tx *db.Tx, person string) ([]directory.Tie, error) {
	t, err := tiedBookings(tx, "facility.tied.asked", "/bookings?whose=unit&state=live", "facility.tied.asked_decides", "b.person_id = ?", person)
	return []directory.Tie{t}, err
}

func tiedBookings(tx *db.Tx, word, path, decide, term string, args ...any) (directory.Tie, error) {
	t := directory.Tie{Word: word, Path: path, Decide: decide}
	list, err := live(tx, term, args...)
	for _, b := range list {
		t.Add(directory.TieItem{Text: b.Name, Day: dayOf(b.From, i18n.Zone(tx.Context())), Path: "/bookings/" + b.ID})
	}
	return t, err
}

// live gives the bookings that lie ahead and answer a term, in order.
func live(tx *db.Tx, term string, args ...any) ([]*Booking, error) {
	var w db.Where
	w.And("b.state IN ('asked', 'approved') AND b.until > ?", tx.Now)
	w.And(term, args...)
	return listBookings(tx, w, "b.since, b.id", 1000)
}

// Pass gives the bookings of one person that lie ahead to another, and tells how many
// they were. Who may hand over what is settled before it is asked.
func Pass(tx *db.Tx, from, to string) (int, error) {
	list, err := live(tx, "b.person_id = ?", from)
	for _, b := range list {
		b.Person, b.action, b.had = to, "facility.booking.pass", b.State
		if err := keepBooking(tx, b); err != nil {
			return 0, err
		}
	}
	return len(list), err
}
