package facility_test

import (
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"guildhall/internal/act"
	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/directory"
	"guildhall/internal/facility"
	"guildhall/internal/fault"
	"guildhall/internal/journal"
	"guildhall/internal/rule"
	"guildhall/internal/seal"
)

// desks runs a test with a piece that is booked at once from 08:00 to 18:00, over one
// handle of SQLite, and over two of PostgreSQL. cut breaks the way to the database off
// for as long as what it is given runs.
func desks(t *testing.T, test func(t *testing.T, handles []*house, piece string, cut func(func()))) {
	rooms := []db.Room{journal.Room, directory.Room, act.Room, rule.Room, facility.Room}
	begin := func(t *testing.T, ds ...*db.DB) (list []*house, piece string) {
		keys, err := seal.New(make([]byte, 32))
		if err != nil {
			t.Fatal(err)
		}
		units := []*directory.Unit{{Name: "壶城工学院", Class: "higher_vocational", Ref: "M00082"}, {Name: "公共实训基地", Class: "government", Ref: "M00003"}}
		if err := directory.New(ds[0], keys).EnrolUnits(li(t), units); err != nil {
			t.Fatal(err)
		}
		for _, d := range ds {
			list = append(list, &house{&facility.Facility{DB: d, Keys: keys}, units[0].ID, units[1].ID})
		}
		piece, _ = list[0].opened(t)
		if _, err := list[0].SetTerms(keeper(t, list[0]), piece, terms(func(f *facility.TermsForm) { f.Week.Wed, f.Least, f.Most = "08:00-18:00", 30, 600 })); err != nil {
			t.Fatal(err)
		}
		return list, piece
	}
	t.Run("sqlite", func(t *testing.T) {
		dir := t.TempDir()
		disk := dbtest.NewDisk(t, dir)
		list, piece := begin(t, dbtest.Open(t, filepath.Join(dir, "test.db"), rooms...))
		test(t, list, piece, func(run func()) { disk.Break(); run(); disk.Mend() })
	})
	t.Run("postgres", func(t *testing.T) {
		address := dbtest.Schema(t)
		list, piece := begin(t, dbtest.Open(t, address, rooms...), dbtest.Open(t, address))
		admin, err := sql.Open("pgx", os.Getenv(dbtest.Postgres))
		if err != nil {
			t.Fatal(err)
		}
		defer admin.Close()
		test(t, list, piece, func(run func()) {
			if _, err := admin.Exec(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1`, fmt.Sprint("guildhall-", os.Getpid())); err != nil {
				t.Error(err)
			}
			run()
		})
	})
}

const halves = 20 // half hours in which the piece is open on a day

func clock(half int) string { return fmt.Sprintf("%02d:%02d", 8+half/2, half%2*30) }

func span(day string, from, to int) facility.Form { return wants(day, clock(from), clock(to)) }

// held gives what is held of a day, half hour by half hour, by the bookings as they
// stand and by their slots, which must agree: the id of who holds it, or nothing.
func held(t *testing.T, h *house, piece, day string) (by [halves]string) {
	t.Helper()
	zone := time.FixedZone("", 8*3600)
	first, err := time.ParseInLocation("2006-01-02 15:04", day+" 08:00", zone)
	if err != nil {
		t.Fatal(err)
	}
	type row struct {
		id          string
		since, till time.Time
	}
	var slots [halves]string
	_, err = db.View(li(t), h.DB, func(tx *db.Tx) (int, error) {
		err := db.Each(tx, func(r db.Row) (b row, err error) { return b, r.Scan(&b.id, &b.since, &b.till) }, func(b row) error {
			for i := range by {
				if at := first.Add(time.Duration(i) * 30 * time.Minute); !at.Before(b.since) && at.Before(b.till) {
					if by[i] != "" {
						t.Errorf("%s %s is booked twice", day, clock(i))
					}
					by[i] = b.id
				}
			}
			return nil
		}, `SELECT id, since, until FROM facility_booking WHERE equipment_id = $1 AND state IN ('asked', 'approved')`, piece)
		if err != nil {
			return 0, err
		}
		return 0, db.Each(tx, db.Pair[int64, string], func(s struct {
			A int64
			B string
		}) error {
			if i := (s.A*900 - first.Unix()) / 1800; i >= 0 && i < halves {
				slots[i] = s.B
			}
			return nil
		}, `SELECT slot, booking_id FROM facility_slot WHERE equipment_id = $1`, piece)
	})
	if err != nil {
		t.Fatal(err)
	}
	if slots != by {
		t.Errorf("of %s bookings hold %q and slots %q", day, by, slots)
	}
	return by
}

// For each time many ask at once, over all handles; exactly one gets it, and the others
// are told that it is taken.
func TestP5EquipmentIsNeverBookedTwice(t *testing.T) {
	desks(t, func(t *testing.T, handles []*house, piece string, _ func(func())) {
		var got [halves]atomic.Int64
		var clients sync.WaitGroup
		for client := range 6 {
			h := handles[client%len(handles)]
			clients.Go(func() {
				for _, half := range rand.Perm(halves) {
					_, err := h.Book(staff(t, h.school), piece, span(tomorrow, half, half+1))
					switch {
					case err == nil:
						got[half].Add(1)
					case fault.At(err, "from") == nil || fault.At(err, "from").Key != "facility.booking.taken":
						t.Errorf("%s: %v", clock(half), err)
					}
				}
			})
		}
		clients.Wait()
		for half := range got {
			if n := got[half].Load(); n != 1 {
				t.Errorf("%s was given %d times", clock(half), n)
			}
		}
		for half, id := range held(t, handles[0], piece, tomorrow) {
			if id == "" {
				t.Errorf("nobody holds %s", clock(half))
			}
		}
		// Times of any length that overlap: who is told that they have it does, and nobody else.
		const day = "2026-03-04"
		var mu sync.Mutex
		mine := map[string][2]int{}
		for client := range 6 {
			h := handles[client%len(handles)]
			clients.Go(func() {
				for range 12 {
					from := rand.IntN(halves)
					to := min(halves, from+1+rand.IntN(6))
					b, err := h.Book(staff(t, h.school), piece, span(day, from, to))
					if err == nil {
						mu.Lock()
						mine[b.ID] = [2]int{from, to}
						mu.Unlock()
					} else if fault.At(err, "from") == nil {
						t.Errorf("%s to %s: %v", clock(from), clock(to), err)
					}
				}
			})
		}
		clients.Wait()
		var want [halves]string
		for id, s := range mine {
			for i := s[0]; i < s[1]; i++ {
				if want[i] != "" {
					t.Errorf("%s %s was given twice", day, clock(i))
				}
				want[i] = id
			}
		}
		if by := held(t, handles[0], piece, day); by != want {
			t.Errorf("held: %q\nand given: %q", by, want)
		}
	})
}

// What the pen and the lock are there for holds without them too: the database itself
// refuses a time that is taken, to whoever writes beside them.
func TestP5TheDatabaseItselfRefusesASecondBooking(t *testing.T) {
	desks(t, func(t *testing.T, handles []*house, piece string, _ func(func())) {
		h := handles[len(handles)-1]
		b := h.book(t, staff(t, h.school), piece, span(tomorrow, 2, 6))
		other := h.book(t, staff(t, h.school), piece, span(tomorrow, 8, 10))
		for about, query := range map[string]string{
			"a slot of another booking":     `UPDATE facility_slot SET slot = slot - 12 WHERE booking_id = $2 AND equipment_id = $1`,
			"a slot once more":              `INSERT INTO facility_slot (equipment_id, slot, body, booking_id) SELECT s.equipment_id, s.slot, s.body, o.id FROM facility_slot s JOIN facility_booking o ON o.id = $2 WHERE s.equipment_id = $1`,
			"a booking that begins with it": `UPDATE facility_booking SET since = (SELECT o.since FROM facility_booking o WHERE o.id <> $2 AND o.equipment_id = $1) WHERE id = $2`,
		} {
			err := db.Do(li(t), h.DB, func(tx *db.Tx) error { _, err := tx.Exec(query, piece, other.ID); return err })
			if !errors.Is(err, fault.Conflict) {
				t.Errorf("%s: %v", about, err)
			}
		}
		by := held(t, h, piece, tomorrow)
		if by[2] != b.ID || by[5] != b.ID || by[8] != other.ID || by[6] != "" {
			t.Errorf("held: %q", by)
		}
	})
}

// Whatever units and keepers do, in whatever order, the piece is held as a simple model
// says that it is.
func TestP5BookingsFollowASimpleModel(t *testing.T) {
	desks(t, func(t *testing.T, handles []*house, piece string, _ func(func())) {
		h, boss := handles[0], keeper(t, handles[0])
		school := staff(t, h.school)
		days := []string{"2026-03-30", "2026-03-31", "2026-04-01"} // over the end of a month
		if _, err := h.SetTerms(boss, piece, terms(func(f *facility.TermsForm) {
			f.Since, f.Week.Wed, f.Most, f.Approve = "2026-03-31", "08:00-18:00", 600, true
		})); err != nil {
			t.Fatal(err)
		}
		type kept struct {
			day      int
			from, to int
			state    facility.State
		}
		model := map[string]*kept{}
		var ids []string
		free := func(day, from, to int, but string) bool {
			for id, k := range model {
				if id != but && k.state.Live() && k.day == day && k.from < to && from < k.to {
					return false
				}
			}
			return true
		}
		n := 250
		if h.DB.Engine() != "sqlite" {
			n = 100
		}
		count := map[string]int{}
		for range n {
			day, from := rand.IntN(len(days)), rand.IntN(halves)
			to := min(halves, from+1+rand.IntN(5))
			id, k := "", (*kept)(nil)
			if len(ids) > 0 {
				id = ids[max(0, len(ids)-1-rand.IntN(12))]
				k = model[id]
			}
			became := map[bool]facility.State{true: facility.Asked, false: facility.Approved}[day > 0]
			what, may, err := "", false, error(nil)
			switch rand.IntN(9) {
			case 0, 1, 2, 3:
				var b *facility.Booking
				what, may = "book", free(day, from, to, "")
				if b, err = h.Book(school, piece, span(days[day], from, to)); err == nil {
					ids, model[b.ID] = append(ids, b.ID), &kept{day, from, to, became}
					if b.State != became {
						t.Fatalf("on %s it is %s", days[day], b.State)
					}
				}
			case 4:
				if k == nil {
					continue
				}
				what, may = "move", k.state.Live() && free(day, from, to, id)
				if _, err = h.Move(school, id, span(days[day], from, to)); err == nil {
					*k = kept{day, from, to, became}
				}
			default:
				if k == nil {
					continue
				}
				step := []struct {
					what  string
					from  []facility.State
					to    facility.State
					apply func() (*facility.Booking, error)
				}{
					{"cancel", []facility.State{facility.Asked, facility.Approved}, facility.Cancelled, func() (*facility.Booking, error) { return h.Cancel(school, id) }},
					{"approve", []facility.State{facility.Asked}, facility.Approved, func() (*facility.Booking, error) { return h.Approve(boss, id) }},
					{"refuse", []facility.State{facility.Asked}, facility.Refused, func() (*facility.Booking, error) { return h.Refuse(boss, id, "示例") }},
					{"withdraw", []facility.State{facility.Approved}, facility.Withdrawn, func() (*facility.Booking, error) { return h.Withdraw(boss, id, "示例") }},
				}[rand.IntN(4)]
				what, may = step.what, slices.Contains(step.from, k.state)
				if _, err = step.apply(); err == nil {
					k.state = step.to
				}
			}
			count[what+map[bool]string{true: "", false: " refused"}[err == nil]]++
			if (err == nil) != may {
				t.Fatalf("%s %s %s to %s of %+v: %v, want that it is done: %v", what, days[day], clock(from), clock(to), k, err, may)
			}
		}
		for i, day := range days {
			var want [halves]string
			for id, k := range model {
				for half := k.from; k.day == i && k.state.Live() && half < k.to; half++ {
					want[half] = id
				}
			}
			if by := held(t, h, piece, day); by != want {
				t.Errorf("%s is held by %q, want %q", day, by, want)
			}
		}
		t.Log(count)
	})
}

// ask is what a client does with a day of few half hours: takes some, gives back what it
// has, or looks. Each is a set of half hours.
type ask struct {
	what string // take, give, look
	set  uint32
}

// told is what it hears. What broke off may have been done or not.
type told struct {
	refused, unknown bool
	held             uint32 // to who looked
}

// day says what clients may be told where they come one by one.
var oneDay = porcupine.NondeterministicModel{
	Init: func() []any { return []any{uint32(0)} },
	Step: func(state, input, output any) []any {
		held, in, out := state.(uint32), input.(ask), output.(told)
		may, next := true, held
		switch in.what {
		case "look":
			may = out.held == held
		case "take":
			may, next = held&in.set == 0, held|in.set
		case "give":
			may, next = held&in.set == in.set, held&^in.set
		}
		switch {
		case out.unknown && may:
			return []any{held, next}
		case out.unknown, out.refused && !may:
			return []any{held}
		case out.refused || !may:
			return nil
		}
		return []any{next}
	},
}

// oneByOne tells how a history came about, if it cannot have one by one.
func oneByOne(t *testing.T, history []porcupine.Operation) error {
	t.Helper()
	switch porcupine.CheckOperationsTimeout(oneDay.ToModel(), history, time.Minute) {
	case porcupine.Unknown:
		t.Fatalf("a history of %d could not be judged in a minute", len(history))
	case porcupine.Illegal:
		var lines []string
		slices.SortFunc(history, func(a, b porcupine.Operation) int { return int(a.Call - b.Call) })
		for _, o := range history {
			lines = append(lines, fmt.Sprintf("%4d to %4d  client %d  %+v  %+v", o.Call, o.Return, o.ClientId, o.Input, o.Output))
		}
		return errors.New(strings.Join(lines, "\n"))
	}
	return nil
}

// Clients take times of a day, give them back, and look, over all handles, while the way
// to the database breaks off now and then. What all of them were told is as if they had
// come one by one, each at some moment between asking and hearing.
func TestP5BookingsAreAsIfOneByOne(t *testing.T) {
	desks(t, func(t *testing.T, handles []*house, piece string, cut func(func())) {
		const day = "2026-03-10"
		var tick atomic.Int64
		var mu sync.Mutex
		var history []porcupine.Operation
		does := func(client int, in ask, do func() (told, error)) bool {
			called := tick.Add(1)
			out, err := do()
			heard := tick.Add(1)
			switch {
			case errors.Is(err, fault.Away) && in.what == "look":
				return false
			case errors.Is(err, fault.Away):
				out, heard = told{unknown: true}, 1<<40 // it may still be done at any time
			case fault.At(err, "from") != nil:
				out = told{refused: true}
			case err != nil:
				t.Errorf("%+v: %v", in, err)
				return false
			}
			mu.Lock()
			defer mu.Unlock()
			history = append(history, porcupine.Operation{ClientId: client, Input: in, Call: called, Output: out, Return: heard})
			return !out.unknown && !out.refused
		}
		look := func(client int, h *house) {
			does(client, ask{what: "look"}, func() (told, error) {
				c, err := h.Calendar(staff(t, h.school), piece, day)
				var out told
				if err == nil {
					for _, p := range c.Days[1].Parts {
						for at := p.From; p.Sort == facility.Taken && at.Before(p.To); at = at.Add(30 * time.Minute) {
							out.held |= 1 << (at.Sub(p.From.Truncate(24*time.Hour)) / (30 * time.Minute))
						}
					}
				}
				return out, err
			})
		}
		var clients sync.WaitGroup
		for client := range 5 {
			h := handles[client%len(handles)]
			clients.Go(func() {
				type hold struct {
					id  string
					set uint32
				}
				var mine []hold
				for n := range 20 {
					one := func() {
						switch k := rand.IntN(10); {
						case k < 5:
							from := rand.IntN(10)
							to := from + 1 + rand.IntN(3)
							set := uint32(1<<to-1) &^ (1<<from - 1)
							id := ""
							if does(client, ask{"take", set}, func() (told, error) {
								b, err := h.Book(staff(t, h.school), piece, span(day, from, to))
								if err == nil {
									id = b.ID
								}
								return told{}, err
							}) {
								mine = append(mine, hold{id, set})
							}
						case k < 8 && len(mine) > 0:
							last := mine[len(mine)-1]
							mine = mine[:len(mine)-1] // where it broke off, nobody asks again
							does(client, ask{"give", last.set}, func() (told, error) {
								_, err := h.Cancel(staff(t, h.school), last.id)
								return told{}, err
							})
						default:
							look(client, h)
						}
					}
					if client == 0 && n%7 == 3 {
						cut(one)
					} else {
						one()
					}
				}
			})
		}
		clients.Wait()
		for client, h := range handles { // what stands there in the end
			look(client, h)
		}
		if err := oneByOne(t, history); err != nil {
			t.Errorf("this cannot have come about one by one:\n%v", err)
		}
		count := map[string]int{}
		for _, o := range history {
			out := o.Output.(told)
			count[o.Input.(ask).what+map[bool]string{true: " refused"}[out.refused]+map[bool]string{true: " broken off"}[out.unknown]]++
		}
		t.Log(count)
		if count["take"] == 0 || count["take refused"] == 0 || count["give"] == 0 {
			t.Error("nothing was scarce")
		}
	})
}

// Histories that are wrong are found, and those that are not are not.
func TestP5AWrongHistoryOfBookingsIsFound(t *testing.T) {
	const later = 1 << 40
	for _, c := range []struct {
		name    string
		right   bool
		history []porcupine.Operation
	}{
		{"one after the other", true, []porcupine.Operation{{Input: ask{"take", 3}, Call: 1, Return: 2}, {Input: ask{"take", 6}, Output: told{refused: true}, Call: 3, Return: 4}, {Input: ask{"look", 0}, Output: told{held: 3}, Call: 5, Return: 6}}},
		{"booked twice", false, []porcupine.Operation{{Input: ask{"take", 3}, Call: 1, Return: 3}, {Input: ask{"take", 2}, Call: 2, Return: 4}}},
		{"refused what was free", false, []porcupine.Operation{{Input: ask{"take", 3}, Output: told{refused: true}, Call: 1, Return: 2}}},
		{"given back and had by another", true, []porcupine.Operation{{Input: ask{"take", 3}, Call: 1, Return: 2}, {Input: ask{"give", 3}, Call: 3, Return: 5}, {Input: ask{"take", 2}, Call: 4, Return: 6}}},
		{"a stale look", false, []porcupine.Operation{{Input: ask{"take", 3}, Call: 1, Return: 2}, {Input: ask{"look", 0}, Call: 3, Return: 4}}},
		{"broken off, done and undone", false, []porcupine.Operation{{Input: ask{"take", 3}, Output: told{unknown: true}, Call: 1, Return: later}, {Input: ask{"look", 0}, Output: told{held: 3}, Call: 3, Return: 4}, {Input: ask{"look", 0}, Call: 5, Return: 6}}},
		{"broken off and not done", true, []porcupine.Operation{{Input: ask{"take", 3}, Output: told{unknown: true}, Call: 1, Return: later}, {Input: ask{"take", 2}, Call: 3, Return: 4}}},
	} {
		for i, o := range c.history {
			if o.Output == nil {
				c.history[i].Output = told{}
			}
		}
		if err := oneByOne(t, c.history); (err == nil) != c.right {
			t.Errorf("%s: it is taken for right: %v", c.name, err == nil)
		}
	}
}
