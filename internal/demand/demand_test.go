package demand_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/demand"
	"guildhall/internal/fault"
	"guildhall/internal/journal"
)

// do runs fn as somebody of a unit.
func do(t *testing.T, d *db.DB, unit string, fn func(tx *db.Tx) error) {
	t.Helper()
	if err := try(t, d, unit, fn); err != nil {
		t.Fatal(err)
	}
}

func try(t *testing.T, d *db.DB, unit string, fn func(tx *db.Tx) error) error {
	t.Helper()
	return db.Do(ctx(t, unit), d, fn)
}

func ctx(t *testing.T, unit string) context.Context {
	return dbtest.As(t, auth.Actor{ID: "someone of " + unit, Unit: unit, Body: "b", Roles: []string{auth.Staff}})
}

func testers() *demand.Line {
	return &demand.Line{Kind: "talent", Unit: "firm", Title: "动力电池包测试员", Quantity: 30, From: "2026-09-01", By: "2027-06-30",
		Codes: []demand.Code{{List: "occupation", Code: "6-31-03-05", Edition: "2022"}, {List: "segment", Code: "M07"}}}
}

// A line from the day it is filed to the day it is full, and what others make of
// it on the way.
func TestALineIsFollowed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		d := dbtest.Open(t, address, journal.Room, demand.Room)
		l := testers()
		do(t, d, "firm", func(tx *db.Tx) error { return demand.File(tx, l) })
		if l.Number != 1 || l.State != demand.Open || l.ValidUntil != "2026-05-31" || l.Certainty != demand.Firm {
			t.Fatalf("filed as %+v", l)
		}
		second := testers()
		second.Quantity = 5
		do(t, d, "firm", func(tx *db.Tx) error {
			if err := demand.File(tx, second); err != nil {
				return err
			}
			alike, err := demand.Alike(tx, second, "occupation")
			if len(alike) != 1 || alike[0].ID != l.ID {
				t.Errorf("alike are %v, want the first line", alike)
			}
			return err
		})
		if second.Number != 2 {
			t.Errorf("the second line has number %d", second.Number)
		}

		d.Now = func() time.Time { return dbtest.Noon.Add(26 * time.Hour) }
		do(t, d, "firm", func(tx *db.Tx) error { return demand.Answer(tx, l, "补充说明：有夜班") })
		if l.State != demand.Open {
			t.Error("its owner's own word ended the wait")
		}
		do(t, d, "school", func(tx *db.Tx) error { return demand.Answer(tx, l, "可组织订单班") })
		if l.State != demand.Underway || l.AnsweredBy != "school" || l.Waited(dbtest.Noon.Add(99*time.Hour)) != 26*time.Hour {
			t.Errorf("after an answer: %+v", l)
		}

		class := demand.Link{Line: l.ID, Kind: "class", Subject: "class 1", Quantity: 30, Text: "2026 电池订单班"}
		hire := demand.Link{Line: l.ID, Kind: "hire", Subject: "round 1", Quantity: 25}
		for range 2 { // whoever hears of it twice does no harm
			do(t, d, "school", func(tx *db.Tx) error {
				_, err := demand.Cause(tx, class)
				if err != nil {
					return err
				}
				_, err = demand.Fill(tx, hire)
				return err
			})
		}
		hire.Subject, hire.Quantity = "round 2", 5
		do(t, d, "school", func(tx *db.Tx) (err error) {
			l, err = demand.Fill(tx, hire)
			return err
		})
		if l.State != demand.Filled || l.Filled != 30 || l.EndedAt == nil {
			t.Errorf("after all are there: %+v", l)
		}
		hire.Quantity = 3 // two did not come
		do(t, d, "school", func(tx *db.Tx) (err error) {
			l, err = demand.Fill(tx, hire)
			return err
		})
		if l.State != demand.Underway || l.Filled != 28 || l.EndedAt != nil {
			t.Errorf("after two were taken back: %+v", l)
		}
		do(t, d, "firm", func(tx *db.Tx) error { return demand.Close(tx, l, "另外 2 人改由内部转岗") })
		if l.State != demand.Closed {
			t.Errorf("closed as %+v", l)
		}
		do(t, d, "firm", func(tx *db.Tx) error {
			read, err := demand.Find(tx, l.ID)
			if err != nil {
				return err
			}
			if !slices.Equal(read.Of("occupation"), []string{"6-31-03-05"}) || read.Codes[0].Edition != "2022" || read.Outcome == "" || read.Filled != 28 {
				t.Errorf("kept as %+v", read)
			}
			links, err := demand.Links(tx, l.ID)
			if len(links) != 3 || links[0].Text != "2026 电池订单班" || links[0].Unit != "school" {
				t.Errorf("links are %+v", links)
			}
			if err != nil {
				return err
			}
			replies, err := demand.Replies(tx, l.ID)
			if len(replies) != 2 {
				t.Errorf("replies are %+v", replies)
			}
			if err != nil {
				return err
			}
			told, err := journal.About(tx, l.ID)
			var words []string
			for _, e := range told {
				words = append(words, e.Action)
			}
			if want := []string{"demand.line.answer", "demand.line.answer", "demand.line.cause", "demand.line.fill", "demand.line.fill", "demand.line.fill"}; !slices.Equal(words, want) {
				t.Errorf("the journal tells %v, want %v", words, want)
			}
			return err
		})
		if err := try(t, d, "school", func(tx *db.Tx) error { return demand.Answer(tx, l, "还要吗") }); !errors.Is(err, fault.Conflict) {
			t.Errorf("an answer to a closed line: %v", err)
		}
		do(t, d, "office", func(tx *db.Tx) error {
			waits, waiting, err := demand.Waits(tx, "talent", dbtest.Noon.AddDate(0, -1, 0))
			if len(waits) != 1 || waits[0] != 26*time.Hour || waiting != 1 {
				t.Errorf("waits %v, %d still waiting", waits, waiting)
			}
			return err
		})
	})
}

// A line lapses the day after its validity, is asked about before that, and its
// owner can wake it.
func TestALineLapsesAndIsRenewed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		d := dbtest.Open(t, address, journal.Room, demand.Room)
		l := testers()
		l.ValidUntil = "2026-03-12"
		do(t, d, "firm", func(tx *db.Tx) error { return demand.File(tx, l) })
		lapsed := func(day string) (n int) {
			at, _ := time.Parse(time.DateOnly, day)
			d.Now = func() time.Time { return at.Add(6 * time.Hour) }
			do(t, d, "", func(tx *db.Tx) error {
				over, err := demand.Lapse(tx)
				n = len(over)
				return err
			})
			return n
		}
		do(t, d, "firm", func(tx *db.Tx) error {
			for days, want := range map[int]int{9: 0, 10: 1} {
				if soon, err := demand.Ending(tx, "talent", "firm", days); err != nil || len(soon) != want {
					t.Errorf("within %d days %d end, want %d (%v)", days, len(soon), want, err)
				}
			}
			return nil
		})
		if lapsed("2026-03-12") != 0 {
			t.Error("it lapsed on its last day")
		}
		if lapsed("2026-03-13") != 1 || lapsed("2026-03-14") != 0 {
			t.Error("it did not lapse once, on the day after its last")
		}
		do(t, d, "firm", func(tx *db.Tx) (err error) {
			if l, err = demand.Find(tx, l.ID); err != nil {
				return err
			}
			return demand.Renew(tx, l, "2026-06-30")
		})
		if l.State != demand.Open || l.EndedAt != nil {
			t.Errorf("renewed as %+v", l)
		}
		if lapsed("2026-06-30") != 0 {
			t.Error("it lapsed within its new validity")
		}
	})
}

func TestWhatIsWrongWithALine(t *testing.T) {
	const today = "2026-03-02"
	good := func() *demand.Line {
		l := testers()
		l.Certainty, l.ValidUntil = demand.Firm, "2026-06-01"
		return l
	}
	for _, c := range []struct {
		what, place, key string
		spoil            func(*demand.Line)
	}{
		{"no unit", "unit", "demand.no_unit", func(l *demand.Line) { l.Unit = "" }},
		{"no title", "title", "demand.no_title", func(l *demand.Line) { l.Title = "" }},
		{"none wanted", "quantity", "demand.quantity", func(l *demand.Line) { l.Quantity = 0 }},
		{"no day", "by", "demand.no_by", func(l *demand.Line) { l.By = "" }},
		{"a day that is none", "by", "demand.day", func(l *demand.Line) { l.By = "2027-02-30" }},
		{"ends before it begins", "by", "demand.order", func(l *demand.Line) { l.From = "2027-07-01" }},
		{"wanted yesterday", "by", "demand.past", func(l *demand.Line) { l.From, l.By = "", "2026-03-01" }},
		{"wanted in ten years", "by", "demand.far", func(l *demand.Line) { l.By = "2036-01-01" }},
		{"how sure is unknown", "certainty", "demand.certainty", func(l *demand.Line) { l.Certainty = "sure" }},
		{"valid for ever", "valid_until", "demand.valid_long", func(l *demand.Line) { l.ValidUntil = "2027-03-04" }},
		{"not valid any more", "valid_until", "demand.past", func(l *demand.Line) { l.ValidUntil = "2026-03-01" }},
	} {
		l := good()
		c.spoil(l)
		err := l.Check(today)
		if at := fault.At(err, c.place); at == nil || at.Key != c.key {
			t.Errorf("%s: told %v at %s, want %s", c.what, err, c.place, c.key)
		}
	}
	if err := good().Check(today); err != nil {
		t.Errorf("a good line is refused: %v", err)
	}
	everything := &demand.Line{}
	if list, ok := errors.AsType[fault.List](everything.Check(today)); !ok || len(list) < 6 {
		t.Errorf("an empty line has faults %v, want all at once", list)
	}
}
