package forecast

import (
	"fmt"
	"strconv"
	"strings"
)

// Freq (频率) is the number of periods in a season: 4 for quarters of a year, 12
// for months, 1 where there is no season. Any positive number is allowed.
type Freq int

// The frequencies that have names.
const (
	Yearly    Freq = 1
	Quarterly Freq = 4
	Monthly   Freq = 12
)

// Period (时期) is one period of a series, such as the third quarter of 2026. Sub
// counts from 1 to the frequency; for yearly series it is 1.
type Period struct {
	Year int `json:"year"`
	Sub  int `json:"sub"`
}

// Add gives the period n periods later, or earlier where n is negative.
func (p Period) Add(n int, f Freq) Period {
	if f < 1 {
		f = 1
	}
	at := p.Year*int(f) + p.Sub - 1 + n
	year := at / int(f)
	if at%int(f) < 0 {
		year--
	}
	return Period{Year: year, Sub: at - year*int(f) + 1}
}

// Minus tells how many periods p is after o.
func (p Period) Minus(o Period, f Freq) int {
	return (p.Year-o.Year)*int(f) + p.Sub - o.Sub
}

// Label writes the period as people do: 2026, 2026Q3, 2026-07, or 2026.13 for
// other frequencies.
func (p Period) Label(f Freq) string {
	switch f {
	case Yearly:
		return strconv.Itoa(p.Year)
	case Quarterly:
		return fmt.Sprintf("%dQ%d", p.Year, p.Sub)
	case Monthly:
		return fmt.Sprintf("%04d-%02d", p.Year, p.Sub)
	}
	return fmt.Sprintf("%d.%d", p.Year, p.Sub)
}

// ParsePeriod reads 2026, 2026Q3, 2026-Q3 or 2026-07 and tells the frequency that
// the form stands for.
func ParsePeriod(s string) (Period, Freq, error) {
	t := strings.ToUpper(strings.TrimSpace(s))
	head, tail, f := t, "1", Yearly
	if i := strings.IndexByte(t, 'Q'); i > 0 {
		head, tail, f = strings.TrimSuffix(t[:i], "-"), t[i+1:], Quarterly
	} else if i := strings.IndexByte(t, '-'); i > 0 {
		head, tail, f = t[:i], t[i+1:], Monthly
	}
	year, e1 := strconv.Atoi(head)
	sub, e2 := strconv.Atoi(tail)
	if e1 != nil || e2 != nil || sub < 1 || sub > int(f) || year < 0 || year > 9999 {
		return Period{}, 0, fmt.Errorf("%q is not a period such as 2026, 2026Q3 or 2026-07", s)
	}
	return Period{year, sub}, f, nil
}
