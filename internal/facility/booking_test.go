package facility_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"guildhall/internal/act"
	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/directory"
	"guildhall/internal/facility"
	"guildhall/internal/fault"
	"guildhall/internal/holding"
	"guildhall/internal/rule"
)

// A test takes place on Monday, 2 March 2026, at 20:00 by the body's clock.
const (
	tomorrow = "2026-03-03"
	saturday = "2026-03-07"
)

var register2 = []map[string]string{
	{"equipment_id": "E1", "owner_id": "M00003", "equipment": "三坐标测量机", "hourly_price": "280", "capacity": "4", "weekend": "no", "training_needed": "no", "status": "available", "location": "8号楼"},
	{"equipment_id": "E2", "owner_id": "M00003", "equipment": "电机对拖试验台", "hourly_price": "100", "weekend": "yes", "training_needed": "yes", "status": "available"},
}

// opened gives the house with two pieces of the base, the first of which is booked at
// once, and their ids.
func (h *house) opened(t *testing.T) (one, two string) {
	t.Helper()
	h.take(t, li(t), nil, register2...)
	p := h.list(t, li(t), facility.Search{})
	one, two = p.Pieces[0].ID, p.Pieces[1].ID
	if p.Pieces[0].Ref != "E1" {
		one, two = two, one
	}
	if _, err := h.SetTerms(keeper(t, h), one, terms(func(f *facility.TermsForm) {})); err != nil {
		t.Fatal(err)
	}
	return one, two
}

// keeper gives somebody who administers the base.
func keeper(t *testing.T, h *house) context.Context {
	return dbtest.As(t, auth.Actor{ID: "boss", Unit: h.base, Body: "b", Roles: []string{auth.UnitAdmin}})
}

func terms(change func(*facility.TermsForm)) facility.TermsForm {
	f := facility.TermsForm{Since: "2026-03-02", Article: "示例", Week: facility.Week{Mon: "08:00-18:00", Tue: "08:00-18:00", Wed: "08:00-12:00 13:00-18:00", Thu: "08:00-18:00", Fri: "08:00-24:00"},
		Step: 30, Least: 30, Most: 240, Ahead: 60, Notice: 24}
	change(&f)
	return f
}

func wants(day, from, to string) facility.Form {
	return facility.Form{Date: day, From: from, To: to, Purpose: "示例", Heads: 2}
}

func (h *house) book(t *testing.T, ctx context.Context, piece string, f facility.Form) *facility.Booking {
	t.Helper()
	b, err := h.Book(ctx, piece, f)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// at lets the test take place at another time.
func (h *house) at(t time.Time) { h.DB.Now = func() time.Time { return t } }

// All that is wrong with what somebody wants is told at once, each with its place, and
// what is taken is named with what is free nearest to it.
func TestWhatCannotBeBooked(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		one, two := h.opened(t)
		school := staff(t, h.school)
		b := h.book(t, school, one, wants("2026-03-04", "09:00", "11:00"))
		if b.State != facility.Approved || b.Number != 1 || b.From.Format(time.RFC3339) != "2026-03-04T01:00:00Z" || *b.Price != 560_00 || b.Percent != 100 || b.Terms == "" || b.Tariff == "" {
			t.Errorf("booked: %+v", b)
		}
		for about, c := range map[string]struct {
			form   facility.Form
			places string
		}{
			"nothing":                 {facility.Form{}, "date facility.booking.no_date from facility.booking.clock to facility.booking.clock purpose facility.booking.purpose_bad"},
			"no day":                  {wants("2026-02-30", "09:00", "10:00"), "date fault.date"},
			"backwards":               {wants(tomorrow, "10:00", "09:00"), "to facility.booking.backwards"},
			"nothing long":            {wants(tomorrow, "10:00", "10:00"), "to facility.booking.backwards"},
			"the past":                {wants("2026-03-02", "17:00", "18:00"), "from facility.booking.past"},
			"too far":                 {wants("2026-05-04", "09:00", "10:00"), "date facility.booking.far"},
			"too long, and too many":  {facility.Form{Date: tomorrow, From: "08:00", To: "13:00", Purpose: strings.Repeat("长", 301), Heads: 5}, "to facility.booking.length purpose facility.booking.purpose_bad heads facility.booking.heads_bad"},
			"too short, off the grid": {wants(tomorrow, "09:10", "09:30"), "to facility.booking.length from facility.booking.step_bad from facility.booking.quarter"},
			"over noon":               {wants("2026-03-04", "11:30", "13:30"), "from facility.booking.hours_bad"},
			"a closed day":            {wants(saturday, "09:00", "10:00"), "date facility.booking.shut"},
			"what is taken":           {wants("2026-03-04", "10:30", "11:30"), "from facility.booking.taken"},
		} {
			_, err := h.Book(school, one, c.form)
			list, _ := errors.AsType[fault.List](err)
			want := strings.Fields(c.places)
			for i := 0; i+1 < len(want); i += 2 {
				found := false
				for _, item := range list {
					found = found || item.Place == want[i] && item.Err.Key == want[i+1]
				}
				if !found {
					t.Errorf("%s: nothing of %s at %s: %v", about, want[i+1], want[i], err)
				}
			}
			if len(list) != len(want)/2 {
				t.Errorf("%s: %v", about, err)
			}
		}
		_, err := h.Book(school, one, wants("2026-03-04", "10:30", "11:30"))
		if f := fault.At(err, "from"); f == nil || f.Args[0] != "2026-03-04 09:00–11:00" || f.Args[1] != "2026-03-04 08:00–09:00, 2026-03-04 11:00–12:00, 2026-03-04 13:00–18:00" {
			t.Errorf("what is taken, and what is free: %v", f)
		}
		if b := h.book(t, school, one, wants("2026-03-06", "23:00", "00:00")); b.To.Format(time.RFC3339) != "2026-03-06T16:00:00Z" {
			t.Errorf("until the end of the day: %v", b.To)
		}
		if _, err := h.Book(db.In(t.Context(), "b"), one, wants(tomorrow, "09:00", "10:00")); !errors.Is(err, fault.Unknown) {
			t.Errorf("a stranger: %v", err)
		}
		if _, err := h.Mark(keeper(t, h), two, facility.Maintenance); err != nil {
			t.Fatal(err)
		}
		if _, err := h.Book(school, two, wants(tomorrow, "09:00", "10:00")); !errors.Is(err, fault.Conflict) {
			t.Errorf("what is being mended: %v", err)
		}
		h.Members = func(*db.Tx, string) ([]string, error) { return []string{h.base}, nil }
		if _, err := h.Book(school, one, wants(tomorrow, "09:00", "10:00")); !errors.Is(err, fault.Denied) {
			t.Errorf("a unit that is no member: %v", err)
		}
	})
}

// By the body's rule a keeper answers, weekends go by the register, and what needs
// training always waits for the keeper; a unit has so many bookings ahead and no more.
func TestTermsHoldFromTheirDay(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		one, two := h.opened(t)
		school := staff(t, h.school)
		if b := h.book(t, school, two, wants(saturday, "09:00", "10:00")); b.State != facility.Asked {
			t.Errorf("by the body's rule it is %s", b.State)
		}
		if b := h.book(t, keeper(t, h), two, wants(saturday, "10:00", "11:00")); b.State != facility.Approved || *b.Price != 0 || b.Percent != 0 {
			t.Errorf("its keeper's own is %s for %d", b.State, *b.Price)
		}
		old := h.book(t, school, one, wants("2026-03-12", "09:00", "10:00"))
		_, err := h.SetTerms(keeper(t, h), one, terms(func(f *facility.TermsForm) {
			f.Since, f.Week.Thu, f.Approve, f.Open, f.Closed = "2026-03-10", "13:00-18:00", true, 2, "2026-03-13 校庆\n"
		}))
		if err != nil {
			t.Fatal(err)
		}
		if b, err := h.Booking(school, old.ID); err != nil || b.State != facility.Approved || !b.From.Equal(old.From) || b.Terms != old.Terms {
			t.Errorf("what was booked before: %+v, %v", b, err)
		}
		if b := h.book(t, school, one, wants("2026-03-05", "09:00", "10:00")); b.State != facility.Approved || b.Terms != old.Terms {
			t.Errorf("before the new terms: %+v", b)
		}
		_, err = h.Book(school, one, wants("2026-03-13", "09:00", "10:00"))
		if f := fault.At(err, "date"); f == nil || f.Key != "facility.booking.shut_for" || f.Args[1] != "校庆" {
			t.Errorf("a closed day: %v", err)
		}
		if _, err := h.Book(school, one, wants("2026-03-12", "14:00", "15:00")); fault.At(err, "date") == nil || fault.At(err, "date").Key != "facility.booking.many" {
			t.Errorf("a third booking ahead: %v", err)
		}
		if b := h.book(t, staff(t, h.base), one, wants("2026-03-12", "14:00", "15:00")); b.State != facility.Approved {
			t.Errorf("nobody has the duty, so whoever works there answers: %s", b.State)
		}
		if _, err := h.SetTerms(keeper(t, h), one, facility.TermsForm{Since: "2026-03-20", Article: "示例", Body: true}); err != nil {
			t.Fatal(err)
		}
		p, err := h.Terms(school, one)
		if err != nil || len(p.Versions) != 3 || p.Versions[0].Terms != nil || !p.Today.Own || p.Today.Since != "2026-03-02" {
			t.Errorf("terms: %+v, %v", p, err)
		}
		c, err := h.Calendar(school, one, "2026-03-25")
		if err != nil || c.Terms.Own || c.Days[0].Parts[0].From.Format("15:04") != "00:30" {
			t.Errorf("by the body's rule again: %+v, %v", c, err)
		}
		if _, err := h.Book(school, one, wants("2026-03-28", "09:00", "10:00")); fault.At(err, "date") == nil || fault.At(err, "date").Key != "facility.booking.shut" {
			t.Errorf("a Saturday, of a piece that the register closes at weekends: %v", err)
		}
		_, err = h.SetTerms(keeper(t, h), one, facility.TermsForm{Since: "2026-03-01"})
		for _, place := range []string{"since", "article", "mon", "step", "least", "ahead_days"} {
			if fault.At(err, place) == nil {
				t.Errorf("nothing of %s: %v", place, err)
			}
		}
		if _, err := h.SetTerms(school, one, terms(func(*facility.TermsForm) {})); !errors.Is(err, fault.Denied) {
			t.Errorf("another unit sets terms: %v", err)
		}
	})
}

// A booking from asking to being used, with what is counted of it, and its correction.
func TestABookingIsUsed(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		_, two := h.opened(t)
		school, boss := staff(t, h.school), keeper(t, h)
		b := h.book(t, school, two, wants(tomorrow, "09:00", "11:00"))
		if _, err := h.Approve(school, b.ID); !errors.Is(err, fault.Denied) {
			t.Errorf("whoever asked approves: %v", err)
		}
		if w := h.waits(t, boss); w.Asked != 1 || w.Due != tomorrow {
			t.Errorf("what waits for the keeper: %+v", w)
		}
		if _, err := h.Approve(boss, b.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := h.Note(boss, b.ID, 60); !errors.Is(err, fault.Conflict) {
			t.Errorf("noted before it began: %v", err)
		}
		h.at(b.From.Add(90 * time.Minute))
		if _, err := h.Note(boss, b.ID, 0); fault.At(err, "minutes") == nil {
			t.Errorf("used for no time: %v", err)
		}
		if b, err := h.Note(boss, b.ID, 75); err != nil || b.State != facility.Used || *b.Minutes != 75 || *b.Charge != 125_00 {
			t.Fatalf("noted: %+v, %v", b, err)
		}
		if got := h.used(t); got != [3]int64{1, 75, 2} {
			t.Errorf("counted: %v", got)
		}
		if next := h.book(t, staff(t, h.school), two, wants(tomorrow, "10:30", "11:30")); next.State != facility.Asked {
			t.Errorf("the rest of the time: %+v", next)
		}
		if _, err := h.Correct(boss, b.ID, facility.Use{Minutes: 90}); fault.At(err, "reason") == nil {
			t.Errorf("corrected without a reason: %v", err)
		}
		if b, err := h.Correct(boss, b.ID, facility.Use{Minutes: 90, Reason: "记录有误"}); err != nil || *b.Charge != 150_00 {
			t.Errorf("corrected: %+v, %v", b, err)
		}
		if got := h.used(t); got != [3]int64{1, 90, 2} {
			t.Errorf("counted after that: %v", got)
		}
		if b, err := h.Correct(boss, b.ID, facility.Use{Reason: "没有来"}); err != nil || b.State != facility.Missed || *b.Charge != 0 || b.Minutes != nil {
			t.Errorf("nobody came: %+v, %v", b, err)
		}
		if got := h.used(t); got != [3]int64{} {
			t.Errorf("counted where nobody came: %v", got)
		}
		if b, err := h.Correct(boss, b.ID, facility.Use{Minutes: 30, Reason: "来过"}); err != nil || b.State != facility.Used {
			t.Errorf("somebody came after all: %+v, %v", b, err)
		}
		p, err := h.UseOf(school, two)
		if err != nil || len(p.Weeks) != 16 || p.Weeks[11].Booked != 120 || p.Weeks[11].Used != 30 || p.Weeks[11].Others != 120 || p.Weeks[11].Open != 5*540+2*420 {
			t.Errorf("use: %+v, %v", p.Weeks, err)
		}
	})
}

func (h *house) waits(t *testing.T, ctx context.Context) facility.Waiting {
	t.Helper()
	w, err := db.View(ctx, h.DB, h.Waits)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// used gives how many uses are counted, their minutes and their heads.
func (h *house) used(t *testing.T) [3]int64 {
	t.Helper()
	got, err := db.View(li(t), h.DB, func(tx *db.Tx) (got [3]int64, err error) {
		f := act.Filter{Kind: "facility.use.finished"}
		var errs [3]error
		got[0], errs[0] = act.Count(tx, f)
		got[1], errs[1] = act.Sum(tx, f, "minutes")
		got[2], errs[2] = act.Sum(tx, f, "heads")
		return got, errors.Join(errs[:]...)
	})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// Time that is given back can be had by others; time that is held cannot, and whoever
// is late with giving it back asks the keeper.
func TestTimeIsGivenBack(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		one, two := h.opened(t)
		school, boss := staff(t, h.school), keeper(t, h)
		ways := map[string]func(id string) error{
			"cancelled": func(id string) error { _, err := h.Cancel(school, id); return err },
			"withdrawn": func(id string) error { _, err := h.Withdraw(boss, id, "检修"); return err },
			"moved":     func(id string) error { _, err := h.Move(school, id, wants("2026-03-10", "09:00", "10:00")); return err },
		}
		for about, give := range ways {
			b := h.book(t, school, one, wants("2026-03-05", "09:00", "10:00"))
			if _, err := h.Book(boss, one, wants("2026-03-05", "09:30", "10:30")); fault.At(err, "from") == nil {
				t.Errorf("before it is %s: %v", about, err)
			}
			if err := give(b.ID); err != nil {
				t.Errorf("%s: %v", about, err)
			}
			next := h.book(t, boss, one, wants("2026-03-05", "09:30", "10:30"))
			if err := give(b.ID); about != "moved" && !errors.Is(err, fault.Conflict) {
				t.Errorf("%s twice: %v", about, err)
			}
			if _, err := h.Cancel(boss, next.ID); err != nil {
				t.Fatal(err)
			}
		}
		late := h.book(t, school, one, wants(tomorrow, "09:00", "10:00"))
		if _, err := h.Cancel(school, late.ID); !errors.Is(err, fault.Conflict) {
			t.Errorf("cancelled too late: %v", err)
		}
		asked := h.book(t, school, two, wants(tomorrow, "09:00", "10:00"))
		if _, err := h.Refuse(boss, asked.ID, " "); fault.At(err, "reason") == nil {
			t.Errorf("refused for nothing: %v", err)
		}
		if b, err := h.Refuse(boss, asked.ID, "未培训"); err != nil || b.State != facility.Refused || b.Reason != "未培训" {
			t.Errorf("refused: %+v, %v", b, err)
		}
		h.book(t, boss, two, wants(tomorrow, "09:00", "10:00"))
		if n := h.number(t, `SELECT count(*) FROM facility_slot`); n != 4+4+4 { // the one that was moved, the late one, the boss's
			t.Errorf("%d quarters are held", n)
		}
		if _, err := h.Mark(boss, one, facility.Retired); !errors.Is(err, fault.Conflict) {
			t.Errorf("a piece that is booked is taken out of use: %v", err)
		}
		row := map[string]string{"equipment_id": "E1", "owner_id": "M00003", "equipment": "三坐标测量机", "status": "retired"}
		if rows := h.take(t, li(t), nil, row); rows[0].Verdict.String() != "refused" || rows[0].Reasons[0].Key != "facility.import.booked" {
			t.Errorf("and by a sheet: %+v", rows[0])
		}
	})
}

func (h *house) number(t *testing.T, query string, args ...any) int {
	t.Helper()
	n, err := db.View(li(t), h.DB, func(tx *db.Tx) (int, error) { return db.One(tx, db.Value[int], query, args...) })
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// Whoever has the duty for a piece answers for it; colleagues do not, and the unit's
// administrator can.
func TestAKeeperAnswers(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		_, two := h.opened(t)
		school := staff(t, h.school)
		if err := db.Do(db.In(li(t), db.House), h.DB, func(tx *db.Tx) error {
			_, err := tx.Exec(`INSERT INTO directory_body (id, name, kind, made_at) VALUES ('b', '示例', 'city', $1)`, tx.Now)
			if err == nil {
				_, err = tx.Exec(`INSERT INTO directory_person (id, name, made_at) VALUES ('kim', '金', $1)`, tx.Now)
			}
			if err == nil {
				_, err = tx.Exec(`INSERT INTO directory_duty (id, body_id, unit_id, name, subject, about, person_id, since, until, made_at) VALUES ('d', 'b', $1, $2, $3, '', 'kim', '2026-01-01', '', $4)`, h.base, facility.Keeper, two, tx.Now)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		b := h.book(t, school, two, wants(tomorrow, "09:00", "10:00"))
		if w := h.waits(t, staff(t, h.base)); w.Asked != 0 {
			t.Errorf("it waits for a colleague: %+v", w)
		}
		if _, err := h.Approve(staff(t, h.base), b.ID); !errors.Is(err, fault.Denied) {
			t.Errorf("a colleague approves: %v", err)
		}
		if q, err := h.Queue(staff(t, h.base)); err != nil || len(q.Asked) != 0 {
			t.Errorf("a colleague's queue: %+v, %v", q, err)
		}
		kim := dbtest.As(t, auth.Actor{ID: "kim", Unit: h.base, Body: "b", Roles: []string{auth.Staff}})
		if w := h.waits(t, kim); w.Asked != 1 {
			t.Errorf("what waits for the keeper: %+v", w)
		}
		if _, err := h.Approve(kim, b.ID); err != nil {
			t.Errorf("the keeper approves: %v", err)
		}
		h.at(b.To)
		if w := h.waits(t, kim); w.Asked != 0 || w.Over != 1 {
			t.Errorf("what waits once it is over: %+v", w)
		}
		if w := h.waits(t, li(t)); w != (facility.Waiting{}) {
			t.Errorf("it waits for the secretariat: %+v", w)
		}
	})
}

// The list shows exactly what opens one by one, and others learn from the calendar only
// that the time is taken.
func TestBookingsAgreeWithTheRule(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		one, _ := h.opened(t)
		third := &directory.Unit{Name: "第三单位", Class: "enterprise"}
		if err := directory.New(h.DB, h.Keys).EnrolUnits(li(t), []*directory.Unit{third}); err != nil {
			t.Fatal(err)
		}
		secret := wants(tomorrow, "09:00", "10:00")
		secret.Purpose = "机密项目"
		b := h.book(t, staff(t, h.school), one, secret)
		for about, c := range map[string]struct {
			ctx  context.Context
			sees bool
		}{
			"secretariat":           {li(t), true},
			"own":                   {staff(t, h.school), true},
			"owner":                 {staff(t, h.base), true},
			"other":                 {staff(t, third.ID), false},
			"secretariat elsewhere": {dbtest.As(t, auth.Actor{ID: "wu", Body: "c", Roles: []string{auth.Secretariat}}), false},
			"student":               {dbtest.As(t, auth.Actor{ID: "s", Unit: h.school, Body: "b", Roles: []string{auth.Student}}), false},
		} {
			for _, whose := range []string{"all", "unit", "ours", "mine"} {
				p, err := h.Bookings(c.ctx, facility.BookingSearch{Whose: whose})
				if about == "student" && errors.Is(err, fault.Denied) {
					continue
				}
				if err != nil || len(p.Bookings) > 0 && !c.sees || whose == "all" && len(p.Bookings) > 0 != c.sees {
					t.Errorf("%s lists %s: %+v, %v", about, whose, p, err)
				}
			}
			if _, err := h.Booking(c.ctx, b.ID); (err == nil) != c.sees || err != nil && !errors.Is(err, fault.NotFound) {
				t.Errorf("%s opens it: %v", about, err)
			}
			cal, err := h.Calendar(c.ctx, one, tomorrow)
			if about == "secretariat elsewhere" {
				if !errors.Is(err, fault.NotFound) {
					t.Errorf("%s opens the calendar: %v", about, err)
				}
				continue
			}
			text, _ := json.Marshal(cal)
			if err != nil || strings.Contains(string(text), "机密项目") != c.sees || !strings.Contains(string(text), `"taken"`) || !c.sees && strings.Contains(string(text), h.school) {
				t.Errorf("%s is shown %s, %v", about, text, err)
			}
		}
		if _, err := h.Calendar(db.In(t.Context(), "b"), one, ""); !errors.Is(err, fault.Unknown) {
			t.Errorf("a stranger's calendar: %v", err)
		}
	})
}

// What hangs on a unit and on a person, what is kept of a person, and what becomes of it.
func TestWhatIsKeptOfWhoAsked(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		one, _ := h.opened(t)
		wei := staff(t, h.school)
		past := h.book(t, wei, one, wants(tomorrow, "09:00", "10:00"))
		recent := h.book(t, wei, one, wants("2026-03-04", "09:00", "10:00"))
		ahead := h.book(t, wei, one, wants("2026-03-05", "09:00", "10:00"))
		h.at(recent.To.Add(time.Hour))
		err := db.Do(li(t), h.DB, func(tx *db.Tx) error {
			for unit, want := range map[string][2]int{h.school: {1, 0}, h.base: {0, 1}} {
				ties, err := facility.TiedUnit(tx, unit)
				if err != nil || ties[0].Count != want[0] || ties[1].Count != want[1] {
					t.Errorf("ties of a unit: %+v, %v", ties, err)
				}
			}
			ties, err := facility.TiedPerson(tx, "wei")
			if err != nil || ties[0].Count != 1 || ties[0].Items[0].Path != "/bookings/"+ahead.ID {
				t.Errorf("ties of a person: %+v, %v", ties, err)
			}
			if n, err := facility.Pass(tx, "wei", "kim"); n != 1 || err != nil {
				t.Errorf("%d handed over, %v", n, err)
			}
			if n, err := facility.Pass(tx, "kim", "wei"); n != 1 || err != nil {
				t.Errorf("%d handed back, %v", n, err)
			}
			k := h.Keeper()
			kept, err := k.Kept(tx, holding.Whom{Account: "wei"}, nil)
			if err != nil || len(kept) != 3 || kept[0].Kind != "facility.booking" {
				t.Errorf("kept: %+v, %v", kept, err)
			}
			x := facility.Expiry()
			if n, err := x.Due(tx, "2026-03-03", nil); n != 0 || err != nil {
				t.Errorf("%d due too early, %v", n, err)
			}
			if n, err := x.Due(tx, "2026-03-04", []string{"wei"}); n != 0 || err != nil {
				t.Errorf("%d due on hold, %v", n, err)
			}
			if n, err := x.Due(tx, "2026-03-04", nil); n != 1 || err != nil {
				t.Errorf("%d due, %v", n, err)
			}
			if n, err := x.Remove(tx, "2026-03-04", []string{"li"}, 10); n != 1 || err != nil {
				t.Errorf("%d went, %v", n, err)
			}
			return k.Erase(tx, holding.Whom{Account: "wei"}, nil)
		})
		if err != nil {
			t.Fatal(err)
		}
		if n := h.number(t, `SELECT count(*) FROM facility_booking WHERE person_id <> ''`); n != 0 {
			t.Errorf("%d lead to who asked", n)
		}
		b, err := h.Booking(wei, ahead.ID)
		if err != nil || b.Purpose == "" || b.State != facility.Approved {
			t.Errorf("what lies ahead stands for the unit: %+v, %v", b, err)
		}
		for _, id := range []string{past.ID, recent.ID} {
			if b, err := h.Booking(wei, id); err != nil || b.Purpose != "" {
				t.Errorf("what is over: %+v, %v", b, err)
			}
		}
	})
}

func TestBookingPages(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.URL = "https://hall.example"
		one, two := h.opened(t)
		school, boss, stranger := staff(t, h.school), keeper(t, h), db.In(t.Context(), "b")
		piece := "/equipment/" + two
		holds(t, "the form", send(t, h, school, "GET", piece+"/bookings/new?date="+tomorrow+"&from=09:00&to=10:00", nil), 200, "电机对拖试验台", `value="09:00"`, "08:30–17:30", "须先培训", "100%")
		holds(t, "nothing filled in", send(t, h, school, "POST", piece+"/bookings", url.Values{"date": {"x"}}), 422, `href="#date"`, `href="#from"`, `href="#purpose"`, `id="date-wrong"`)
		form := url.Values{"date": {tomorrow}, "from": {"09:00"}, "to": {"10:30"}, "purpose": {"<b>电机</b>测试"}, "heads": {"3"}}
		w := send(t, h, school, "POST", piece+"/bookings", form)
		page := w.Header().Get("Location")
		if w.Code != 303 || !strings.HasPrefix(page, "/bookings/") {
			t.Fatalf("booking: %d %s", w.Code, w.Body)
		}
		holds(t, "what is taken", send(t, h, school, "POST", piece+"/bookings", form, "Accept-Language", "en"), 422, "Taken: 2026-03-03 09:00–10:30", "Free nearest to it: ")
		holds(t, "for programs", send(t, h, school, "POST", piece+"/bookings", form, "Accept", "application/json"), 422, `"facility.booking.taken"`, `"place":"from"`)
		holds(t, "the booking", send(t, h, school, "GET", page, nil), 200, "&lt;b&gt;电机", "待同意", "取消预约", "改时间", "150 元", "!登记机时</h2>", "!撤回预约</button>")
		holds(t, "for its keeper", send(t, h, boss, "GET", page, nil, "Accept-Language", "en"), 200, "asked for", "Approve", "Refuse", "!Cancel the booking")
		holds(t, "for a stranger", send(t, h, stranger, "GET", page, nil), 404)
		holds(t, "the queue", send(t, h, boss, "GET", "/bookings/queue", nil), 200, "待同意（1）", "B1", "不同意 B1")
		holds(t, "refused for nothing", send(t, h, boss, "POST", page+"/refusal", url.Values{"back": {"queue"}}), 422, `id="reason-wrong"`)
		if w := send(t, h, boss, "POST", page+"/approval", url.Values{"back": {"queue"}}); w.Code != 303 || w.Header().Get("Location") != "/bookings/queue" {
			t.Errorf("approving: %d %s", w.Code, w.Header())
		}
		holds(t, "too late", send(t, h, school, "POST", page+"/cancellation", url.Values{}), 409, "已过自行取消")
		holds(t, "moving too late", send(t, h, school, "POST", page+"/moves", form), 409)
		holds(t, "the calendar", send(t, h, school, "GET", piece+"/calendar?week="+tomorrow, nil), 200, "2026-03-02 至 2026-03-08", "工学院", "空闲", "bookings/new?date=2026-03-04", "已过")
		holds(t, "in English", send(t, h, school, "GET", piece+"/calendar?week=2026-05-04", nil, "Accept-Language", "en"), 200, "Mon 05-04", "not open yet", "The usual rule")
		holds(t, "no week", send(t, h, school, "GET", piece+"/calendar?week=x", nil), 422)
		holds(t, "a stranger's", send(t, h, stranger, "GET", piece+"/calendar", nil, "Accept", "application/json"), 401)
		holds(t, "the terms", send(t, h, school, "GET", "/equipment/"+one+"/terms", nil), 200, "08:00-12:00 13:00-18:00", "单台规则", "!保存</button>")
		holds(t, "terms that cannot be", send(t, h, boss, "POST", "/equipment/"+one+"/terms", url.Values{"since": {"2026-03-09"}, "article": {"示例"}, "mon": {"x"}, "step": {"7"}}), 422, `id="mon-wrong"`, `id="step-wrong"`, `href="#most"`)
		ok := url.Values{"since": {"2026-03-09"}, "article": {"示例"}, "mon": {"09:00-10:00"}, "step": {"30"}, "least": {"30"}, "most": {"60"}, "ahead_days": {"5"}, "notice_hours": {"1"}, "open_most": {"0"}}
		if w := send(t, h, boss, "POST", "/equipment/"+one+"/terms", ok); w.Code != 303 {
			t.Errorf("terms: %d %s", w.Code, w.Body)
		}
		holds(t, "my bookings", send(t, h, school, "GET", "/bookings", nil), 200, "电机对拖试验台", "已同意", "2026-03-03 09:00–10:30")
		holds(t, "none of mine", send(t, h, boss, "GET", "/bookings?whose=mine", nil), 200, "没有预约")
		holds(t, "as it cannot be listed", send(t, h, boss, "GET", "/bookings?whose=x&state=y", nil), 422)
		w = send(t, h, school, "GET", "/bookings/calendar.ics", nil)
		holds(t, "the calendar file", w, 200, "BEGIN:VEVENT", "DTSTART:20260303T010000Z", "STATUS:CONFIRMED", "https://hall.example/bookings/")
		if !strings.HasPrefix(w.Header().Get("Content-Type"), "text/calendar") {
			t.Errorf("it is %s", w.Header().Get("Content-Type"))
		}
		h.at(time.Date(2026, 3, 3, 3, 0, 0, 0, time.UTC))
		holds(t, "to be noted", send(t, h, boss, "GET", "/bookings/queue", nil), 200, "待登记机时（1）")
		holds(t, "no minutes", send(t, h, boss, "POST", page+"/use", url.Values{"minutes": {"x"}}), 422, `id="minutes-wrong"`)
		if w := send(t, h, boss, "POST", page+"/use", url.Values{"minutes": {"60"}}); w.Code != 303 {
			t.Errorf("noting: %d %s", w.Code, w.Body)
		}
		holds(t, "noted", send(t, h, boss, "GET", page, nil), 200, "已使用", "1 小时", "100 元", "更正", "登记机时")
		holds(t, "use", send(t, h, boss, "GET", piece+"/use", nil), 200, "各周利用情况", "（本周）", "1.5")
		holds(t, "the piece", send(t, h, school, "GET", piece, nil), 200, piece+"/calendar")
		if w := send(t, h, boss, "POST", page+"/absence", url.Values{}); w.Code != 409 {
			t.Errorf("missed once it was noted: %d", w.Code)
		}
	})
}

// The tariff of the body prices what is asked for from its day on, and nothing before.
func TestThePriceIsThatOfItsDay(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		one, _ := h.opened(t)
		school := staff(t, h.school)
		before := h.book(t, school, one, wants("2026-03-09", "09:00", "10:00"))
		rules := rule.Rules{DB: h.DB}
		if _, err := rules.Set(li(t), "facility.tariff", rule.Change{Since: "2026-03-09", Article: "理事会决议", Data: json.RawMessage(`{"own_percent": 10, "member_percent": 55, "missed_percent": 50}`)}); err != nil {
			t.Fatal(err)
		}
		after := h.book(t, school, one, wants("2026-03-09", "10:00", "11:00"))
		own := h.book(t, keeper(t, h), one, wants("2026-03-09", "11:00", "11:30"))
		if *before.Price != 280_00 || *after.Price != 154_00 || *own.Price != 14_00 || before.Tariff == after.Tariff {
			t.Errorf("prices %d, %d and %d", *before.Price, *after.Price, *own.Price)
		}
		h.at(after.To)
		if b, err := h.Miss(keeper(t, h), after.ID); err != nil || *b.Charge != 77_00 {
			t.Errorf("nobody came: %+v, %v", b, err)
		}
		if b, err := h.Miss(keeper(t, h), before.ID); err != nil || *b.Charge != 0 {
			t.Errorf("nobody came to what was asked for before: %+v, %v", b, err)
		}
	})
}
