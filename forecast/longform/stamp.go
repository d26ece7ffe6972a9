package longform

import (
	"strconv"
	"time"
)

// Stamp (时间写法) is how the times of a series are written.
type Stamp uint8

// The ways of writing a time.
const (
	Integer Stamp = iota // 17
	Quarter              // 2026Q3
	Month                // 2026-07
	Day                  // 2026-07-31
	Second               // 2026-07-31 14:00:00
)

var stampNames = [...]string{"an integer", "a quarter", "a month", "a date", "a date with time"}

// String says it in words.
func (s Stamp) String() string { return stampNames[s] }

// stamp reads a time and gives it as a number that counts the units of its writing:
// as it stands, quarters, months, days or seconds.
func stamp(s string) (at int64, how Stamp, ok bool) {
	n := len(s)
	if n > 0 && n < 19 && (s[0] >= '0' && s[0] <= '9' || s[0] == '-' || s[0] == '+') {
		if v, err := strconv.ParseInt(s, 10, 64); err == nil {
			return v, Integer, true
		}
	}
	switch {
	case n == 6 && (s[4] == 'Q' || s[4] == 'q'):
		return part(s[:4], s[5:], 4, Quarter)
	case n == 7 && s[4] == '-' && (s[5] == 'Q' || s[5] == 'q'):
		return part(s[:4], s[6:], 4, Quarter)
	case n == 7 && (s[4] == '-' || s[4] == '/'):
		return part(s[:4], s[5:], 12, Month)
	case n == 10 && (s[4] == '-' || s[4] == '/') && s[7] == s[4]:
		return day(s)
	}
	for _, layout := range [...]string{"2006-01-02 15:04:05", "2006-01-02T15:04:05", "2006-01-02 15:04", "2006-01-02T15:04", time.RFC3339} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.Unix(), Second, true
		}
	}
	return 0, 0, false
}

func part(year, sub string, m int64, how Stamp) (int64, Stamp, bool) {
	y, ok1 := digits(year)
	q, ok2 := digits(sub)
	if !ok1 || !ok2 || q < 1 || q > m {
		return 0, 0, false
	}
	return y*m + q - 1, how, true
}

func day(s string) (int64, Stamp, bool) {
	y, ok1 := digits(s[:4])
	m, ok2 := digits(s[5:7])
	d, ok3 := digits(s[8:])
	if !ok1 || !ok2 || !ok3 || m < 1 || m > 12 || d < 1 {
		return 0, 0, false
	}
	t := time.Date(int(y), time.Month(m), int(d), 0, 0, 0, 0, time.UTC)
	if t.Day() != int(d) {
		return 0, 0, false
	}
	return t.Unix() / 86400, Day, true
}

func digits(s string) (int64, bool) {
	v := int64(0)
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		v = v*10 + int64(s[i]-'0')
	}
	return v, len(s) > 0
}

// grid is the regular time axis of a series: times are base + i*step units, or
// months where months is set.
type grid struct {
	how    Stamp
	months bool // of dates: step counts months
	last   bool // dates are the last days of their months
	dayOf  int  // else this day of the month
	base   int64
	step   int64
}

// label writes the i-th time of the grid as the input does.
func (g *grid) label(i int) string {
	v := g.base + int64(i)*g.step
	if g.months {
		first := time.Date(int(floorDiv(v, 12)), time.Month(v-12*floorDiv(v, 12)+1), 1, 0, 0, 0, 0, time.UTC)
		if g.last {
			return first.AddDate(0, 1, -1).Format(time.DateOnly)
		}
		return first.AddDate(0, 0, min(g.dayOf, first.AddDate(0, 1, -1).Day())-1).Format(time.DateOnly)
	}
	switch g.how {
	case Quarter:
		return strconv.FormatInt(floorDiv(v, 4), 10) + "Q" + strconv.FormatInt(v-4*floorDiv(v, 4)+1, 10)
	case Month:
		return time.Date(int(floorDiv(v, 12)), time.Month(v-12*floorDiv(v, 12)+1), 1, 0, 0, 0, 0, time.UTC).Format("2006-01")
	case Day:
		return time.Unix(v*86400, 0).UTC().Format(time.DateOnly)
	case Second:
		return time.Unix(v, 0).UTC().Format(time.DateTime)
	}
	return strconv.FormatInt(v, 10)
}

// season is the number of periods in the season that is usual for the grid.
func (g *grid) season() int {
	switch {
	case g.how == Quarter && g.step == 1, g.months && g.step == 3:
		return 4
	case g.how == Month && g.step == 1, g.months && g.step == 1:
		return 12
	case g.how == Month && g.step == 3:
		return 4
	case g.how == Day && !g.months && g.step == 7:
		return 52
	case g.how == Day && !g.months && g.step == 1:
		return 7
	case g.how == Second && g.step == 3600:
		return 24
	}
	return 1
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// gridOf finds the regular axis of sorted, distinct times; false where there is none
// of which at least half is there.
func gridOf(how Stamp, t []int64) (grid, bool) {
	g := grid{how: how, base: t[0], step: 1}
	if how == Day {
		if m, ok := monthly(t); ok {
			return m, true
		}
	}
	if len(t) < 2 {
		return g, true
	}
	g.step = 0
	for i := 1; i < len(t); i++ {
		g.step = gcd(g.step, t[i]-t[i-1])
	}
	span := (t[len(t)-1]-t[0])/g.step + 1
	return g, span <= 2*int64(len(t))+20
}

// monthly reads dates that are all the same day of the month, or all its last, as
// months.
func monthly(t []int64) (grid, bool) {
	if len(t) < 2 {
		return grid{}, false
	}
	g := grid{how: Day, months: true, last: true}
	same := true
	var before int64
	for i, v := range t {
		d := time.Unix(v*86400, 0).UTC()
		m := int64(d.Year())*12 + int64(d.Month()) - 1
		if i == 0 {
			g.base, g.dayOf = m, d.Day()
		} else {
			g.step = gcd(g.step, m-before)
		}
		same = same && d.Day() == g.dayOf
		g.last = g.last && d.AddDate(0, 0, 1).Day() == 1
		before = m
	}
	if !same && !g.last || g.step == 0 {
		return grid{}, false
	}
	span := (before-g.base)/g.step + 1
	return g, span <= 2*int64(len(t))+20
}

// position is where a time stands on the grid.
func (g *grid) position(v int64) int {
	if g.months {
		d := time.Unix(v*86400, 0).UTC()
		v = int64(d.Year())*12 + int64(d.Month()) - 1
	}
	return int((v - g.base) / g.step)
}

func gcd(a, b int64) int64 {
	for b != 0 {
		a, b = b, a%b
	}
	if a < 0 {
		return -a
	}
	return a
}
