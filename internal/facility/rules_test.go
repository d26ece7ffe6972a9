package facility

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"guildhall/internal/fault"
)

// The whole way of a booking: whether a step can be taken from a state, with time to
// cancel, after that, while it goes on, and after it.
const way = `
                              asked  approved  refused  cancelled  withdrawn  used  missed
facility.booking.approve      +++-   ----      ----     ----       ----       ----  ----
facility.booking.refuse       ++++   ----      ----     ----       ----       ----  ----
facility.booking.move         ++--   +---      ----     ----       ----       ----  ----
facility.booking.cancel       ++--   +---      ----     ----       ----       ----  ----
facility.booking.withdraw     ----   +++-      ----     ----       ----       ----  ----
facility.booking.note         ----   --++      ----     ----       ----       ----  ----
facility.booking.miss         ----   --++      ----     ----       ----       ----  ----
facility.booking.correct      ----   ----      ----     ----       ----       ++++  ++++
`

func TestTheWayOfABooking(t *testing.T) {
	from := time.Date(2026, 3, 3, 1, 0, 0, 0, time.UTC)
	moments := []time.Time{from.Add(-24 * time.Hour), from.Add(-24*time.Hour + time.Microsecond), from, from.Add(time.Hour)}
	var out strings.Builder
	fmt.Fprintf(&out, "\n%29s asked  approved  refused  cancelled  withdrawn  used  missed\n", "")
	for _, s := range Steps {
		line := fmt.Sprintf("%-30s", s.Action)
		for i, state := range States {
			marks := ""
			for _, now := range moments {
				b := &Booking{State: state, From: from, To: from.Add(time.Hour), CancelBy: from.Add(-24 * time.Hour)}
				mark := "-"
				if err := b.take(s.Action, "why", now); err == nil {
					if mark = "+"; s.To != "" && b.State != s.To || b.open(s.Action, now) && s.To != "" {
						t.Errorf("%s leads from %s to %s", s.Action, state, b.State)
					}
				} else if b.State != state {
					t.Errorf("%s of one that is %s fails and changes it", s.Action, state)
				}
				marks += mark
			}
			line += fmt.Sprintf("%-*s", []int{7, 10, 9, 11, 11, 6, 0}[i], marks)
		}
		out.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	if got := out.String(); got != way {
		t.Errorf("got:%s\nwant:%s", got, way)
	}
	for _, s := range Steps {
		b := &Booking{State: s.From[0], From: from, To: from.Add(time.Hour), CancelBy: from}
		if err := b.take(s.Action, "", from); s.Reason != (fault.At(err, "reason") != nil) {
			t.Errorf("%s without a reason: %v", s.Action, err)
		}
	}
}

func TestHoursAreRead(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "08:30-17:30": "[{510 1050}]", "8:30-12:00": "[{510 720}]", "08:30–12:00，14：00－17:30": "[{510 720} {840 1050}]", "00:00-24:00": "[{0 1440}]",
		"08:30": "!", "12:00-08:00": "!", "08:10-09:00": "!", "08:00-12:00 12:00-13:00": "!", "10:00-11:00 08:00-09:00": "!", "24:00-25:00": "!", "-": "!", "08:00-09:00-10:00": "!",
	} {
		got, err := readHours(text)
		if said := fmt.Sprint(got); (err != nil) != (want == "!") || err == nil && want != "" && said != want {
			t.Errorf("%q is read as %v, %v; want %s", text, got, err, want)
		}
	}
}

// All that is wrong with terms is told at once.
func TestTermsThatCannotBe(t *testing.T) {
	if err := usualTerms.Check(); err != nil {
		t.Errorf("the usual terms: %v", err)
	}
	err := Terms{Hours: Week{Mon: "x", Sun: "9-10"}, Closed: []string{"2026-02-30"}, Step: 20, Least: 10, Most: 5, Ahead: 0, Notice: -1, Open: 101}.Check()
	for _, place := range []string{"hours.mon", "hours.sun", "closed", "step", "least", "most", "ahead_days", "notice_hours", "open_most"} {
		if fault.At(err, place) == nil {
			t.Errorf("nothing is told of %s: %v", place, err)
		}
	}
	never := usualTerms
	never.Hours = Week{}
	if fault.At(never.Check(), "hours.mon") == nil {
		t.Error("it is open never, and nothing is told")
	}
	if fault.At(Tariff{Own: -1, Member: 1001}.Check(), "own_percent") == nil {
		t.Error("less than nothing can be asked for")
	}
}

// Days go on over the ends of months and years, and windows stand on the clock of the
// body's zone, whatever UTC has.
func TestDaysAndWindows(t *testing.T) {
	for _, c := range []struct {
		day  string
		n    int
		want string
	}{{"2026-02-28", 1, "2026-03-01"}, {"2028-02-28", 1, "2028-02-29"}, {"2026-12-31", 1, "2027-01-01"}, {"2026-03-01", -1, "2026-02-28"}, {"2026-01-31", 31, "2026-03-03"}} {
		if got := later(c.day, c.n); got != c.want {
			t.Errorf("%d days after %s is %s, want %s", c.n, c.day, got, c.want)
		}
	}
	for day, want := range map[string]string{"2026-03-01": "2026-02-23", "2026-03-02": "2026-03-02", "2027-01-03": "2026-12-28"} {
		if got := monday(day); got != want {
			t.Errorf("the week of %s begins on %s, want %s", day, got, want)
		}
	}
	terms := usualTerms
	terms.Closed = []string{"2026-10-01/2026-10-07 国庆", "2026-12-31"}
	for zone, want := range map[string]string{"Asia/Shanghai": "2026-02-28T01:00:00Z 2026-02-28T08:00:00Z", "Asia/Kathmandu": "2026-02-28T03:15:00Z 2026-02-28T10:15:00Z", "America/Los_Angeles": "2026-02-28T17:00:00Z 2026-03-01T00:00:00Z"} {
		at, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		w := terms.windows("2026-02-28", at) // a Saturday
		if len(w) != 1 || w[0].From.Format(time.RFC3339)+" "+w[0].To.Format(time.RFC3339) != want {
			t.Errorf("in %s it is open %v, want %s", zone, w, want)
		}
		for _, day := range []string{"2026-10-01", "2026-10-07", "2026-12-31"} {
			if len(terms.windows(day, at)) != 0 {
				t.Errorf("it is open on %s", day)
			}
		}
		if len(terms.windows("2026-10-08", at)) != 1 || len(terms.windows("2026-12-30", at)) != 1 {
			t.Errorf("it is closed on a day beside those")
		}
	}
	full := usualTerms
	full.Hours.Sat = "00:00-24:00"
	w := full.windows("2026-02-28", time.UTC)
	if got := clockSpan(w[0], "2026-02-28", time.UTC); got != "00:00–24:00" || w[0].To.Day() != 1 {
		t.Errorf("a whole day is %s, %v", got, w)
	}
}

// What is left of windows is what a look at every minute finds.
func TestWhatIsFree(t *testing.T) {
	begin := time.Date(2026, 2, 28, 0, 0, 0, 0, time.UTC)
	random := func(n, gap, most int) (list []Span) {
		at := 0
		for range n {
			at += gap + rand.IntN(8)
			end := at + 1 + rand.IntN(most)
			list = append(list, Span{begin.Add(time.Duration(at) * time.Minute), begin.Add(time.Duration(end) * time.Minute)})
			at = end
		}
		return list
	}
	in := func(list []Span, t time.Time) bool {
		return slices.ContainsFunc(list, func(s Span) bool { return !t.Before(s.From) && t.Before(s.To) })
	}
	for range 2000 {
		windows, taken := random(rand.IntN(4), 1, 30), random(rand.IntN(6), 0, 12)
		free := less(windows, taken)
		for m := range 200 {
			at := begin.Add(time.Duration(m) * time.Minute)
			if got, want := in(free, at), in(windows, at) && !in(taken, at); got != want {
				t.Fatalf("minute %d: free %v, want %v\nwindows %v\ntaken %v\nfree %v", m, got, want, windows, taken, free)
			}
		}
		for i, s := range free {
			if !s.From.Before(s.To) || i > 0 && s.From.Before(free[i-1].To) {
				t.Fatalf("free %v", free)
			}
		}
	}
}

// A price is divided once, half a fen up, and never overflows.
func TestWhatItCosts(t *testing.T) {
	fen := func(n int64) *int64 { return &n }
	for _, c := range []struct {
		hourly           *int64
		minutes, percent int64
		want             string
	}{{fen(28000), 90, 100, "42000"}, {fen(1), 30, 100, "1"}, {fen(1), 29, 100, "0"}, {fen(100), 1, 100, "2"}, {fen(100), 60, 0, "0"}, {nil, 60, 100, "?"}, {nil, 60, 0, "0"}, {fen(333), 20, 50, "56"}} {
		got := "?"
		if v := cost(c.hourly, c.minutes, c.percent); v != nil {
			got = fmt.Sprint(*v)
		}
		if got != c.want {
			t.Errorf("%v for %d minutes at %d%% is %s, want %s", c.hourly, c.minutes, c.percent, got, c.want)
		}
	}
	for range 5000 {
		hourly, minutes, percent := rand.Int64()>>rand.IntN(63), rand.Int64N(mostUsed)+1, rand.Int64N(mostPercent)+1
		exact := new(big.Int).Mul(new(big.Int).Mul(big.NewInt(hourly), big.NewInt(minutes)), big.NewInt(percent))
		exact.Add(exact, big.NewInt(3000)).Div(exact, big.NewInt(6000))
		if !exact.IsInt64() {
			exact.SetInt64(1<<63 - 1)
		}
		if got := *cost(&hourly, minutes, percent); got != exact.Int64() {
			t.Fatalf("%d for %d minutes at %d%% is %d, want %d", hourly, minutes, percent, got, exact)
		}
	}
}

// What was noted settles what it comes to: the time used, or a part of the price where
// nobody came.
func TestWhatWasNoted(t *testing.T) {
	hourly, price := int64(6000), int64(12000)
	b := &Booking{Hourly: &hourly, Percent: 50, Price: &price}
	b.noted(90, Tariff{Missed: 30})
	if b.State != Used || *b.Minutes != 90 || *b.Charge != 4500 {
		t.Errorf("used: %+v", b)
	}
	b.noted(0, Tariff{Missed: 30})
	if b.State != Missed || b.Minutes != nil || *b.Charge != 3600 {
		t.Errorf("missed: %+v", b)
	}
}

// The picture of a week covers each day from its first to its last row once, and each
// part stands in it once.
func TestThePictureOfAWeek(t *testing.T) {
	zone := time.FixedZone("body", 8*3600)
	for range 500 {
		c := &Calendar{Equipment: &Equipment{}, Monday: "2026-02-23", today: "2026-02-25", now: at("2026-02-25", 600, zone), zone: zone}
		parts := 0
		for n := range 7 {
			terms, name := usualTerms, later(c.Monday, n)
			terms.Hours.Wed, terms.Hours.Sun = "00:00-24:00", ""
			var list []*Booking
			for m := rand.IntN(600); m < 1300; m += 15 * rand.IntN(20) {
				m = m / 15 * 15
				length := 15 * (1 + rand.IntN(12))
				list = append(list, &Booking{From: at(name, m, zone), To: at(name, min(m+length, 1440), zone), State: Approved})
				m += 15
			}
			d := c.lay(t.Context(), name, &terms, list)
			for i, p := range d.Parts {
				if !p.From.Before(p.To) || i > 0 && p.From.Before(d.Parts[i-1].To) {
					t.Fatalf("%s: %v", name, d.Parts)
				}
			}
			parts += len(d.Parts)
			c.Days = append(c.Days, d)
		}
		lines := c.lines()
		rows, shown := 0, 0
		for _, l := range lines {
			for _, x := range l.cells {
				if rows += x.rows; x.Part != nil {
					shown++
				}
				if x.rows < 1 {
					t.Fatalf("a cell of %d rows", x.rows)
				}
			}
		}
		if rows != 7*len(lines) || shown != parts {
			t.Fatalf("%d cells in 7 columns of %d rows; %d of %d parts", rows, len(lines), shown, parts)
		}
	}
}

// The picture in the manual is that of the steps.
func TestTheManualShowsTheWay(t *testing.T) {
	page, err := os.ReadFile("../../docs/facility.md")
	if err != nil {
		t.Fatal(err)
	}
	_, drawn, _ := strings.Cut(string(page), "stateDiagram-v2\n")
	drawn, _, _ = strings.Cut(drawn, "```")
	got := strings.Fields(strings.ReplaceAll(strings.ReplaceAll(drawn, " ", "_"), "____", ""))
	want := []string{"[*]_-->_asked_:_ask", "[*]_-->_approved_:_ask"}
	for _, s := range Steps {
		to := []State{s.To}
		switch s.Action {
		case "facility.booking.move":
			to = []State{Asked, Approved}
		case "facility.booking.correct":
			to = []State{Used, Missed}
		}
		for _, from := range s.From {
			for _, to := range to {
				want = append(want, fmt.Sprintf("%s_-->_%s_:_%s", from, to, strings.TrimPrefix(s.Action, "facility.booking.")))
			}
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("it draws %q\nwant %q", got, want)
	}
}
