package intake

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"guildhall/internal/codes"
	"guildhall/internal/sheet"
)

const day = "2006-01-02"

// The days that a number may mean: from 1920 to 2099. Ages, years and counts
// lie far below.
const (
	firstSerial = 7306
	lastSerial  = 73050
)

// A date with its parts in the order year, month, day, and what joins them.
var (
	dateForm   = regexp.MustCompile(`^(\d{4})([-/.年\\])(\d{1,2})([-/.月\\])(\d{1,2})(日|号)?(.*)$`)
	monthForm  = regexp.MustCompile(`^(\d{4})([-/.年\\])(\d{1,2})月?份?$`)
	yearForm   = regexp.MustCompile(`^(\d{4})(年|届|级)?$`)
	dayFirst   = regexp.MustCompile(`^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})$`)
	shortYear  = regexp.MustCompile(`^(\d{2})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$`)
	timeOfDay  = regexp.MustCompile(`^[t\s]*0{1,2}[:：时]0{2}([:：分]0{2}(\.0+)?)?z?$`)
	anyTime    = regexp.MustCompile(`^[t\s]*\d{1,2}[:：时]\d{2}([:：分]\d{2}(\.\d+)?)?(z|\+08:?00)?$`)
	hanDigits  = strings.NewReplacer("〇", "0", "○", "0", "零", "0", "一", "1", "二", "2", "三", "3", "四", "4", "五", "5", "六", "6", "七", "7", "八", "8", "九", "9")
	wordyDates = []string{"Jan 2, 2006", "2 Jan 2006", "January 2, 2006", "2 January 2006", "2-Jan-2006", "02-Jan-2006", "Jan 2 2006"}
)

// readDate reads a day in any of the usual forms. It guesses neither the order
// of day and month nor a century.
func (cl *cleaner) readDate(c *cell) {
	if c.raw.Kind == sheet.Date || c.raw.Kind == sheet.Number {
		c.numberDate(c.raw.Kind == sheet.Date && cl.typed[c.col])
		return
	}
	text := strings.TrimPrefix(c.text, "'")
	if len(text) == 10 && text[4] == '-' && text[7] == '-' { // as we write it
		if allDigits(text[:4] + text[5:7] + text[8:]) {
			c.dateParts(text[:4], text[5:7], text[8:])
			return
		}
	}
	c.textDate(text)
}

// numberDate reads a number cell: a serial day, or a day as eight digits. A cell
// that is shown as a date is no fault in a column where all are.
func (c *cell) numberDate(usual bool) {
	f, err := strconv.ParseFloat(c.text, 64)
	if err != nil {
		c.textDate(c.text)
		return
	}
	if len(c.text) == 8 && c.raw.Kind == sheet.Number {
		c.textDate(c.text)
		return
	}
	if f < firstSerial || f > lastSerial {
		if f >= 1900 && f < 2100 && c.raw.Kind == sheet.Number {
			c.textDate(c.text)
			return
		}
		c.flag("date_unreadable", c.text)
		return
	}
	if !usual {
		c.fix("date_serial")
	}
	c.keep(serialDay(f))
}

// serialDay gives the day of a spreadsheet's count, which takes 1900 for a leap year.
func serialDay(f float64) string {
	return time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC).AddDate(0, 0, int(math.Floor(f))).Format(day)
}

func (c *cell) textDate(text string) {
	folded := strings.ToLower(strings.TrimSpace(text))
	if strings.ContainsAny(folded, "〇○零一二三四五六七八九") && strings.Contains(folded, "年") {
		folded = hanNumbers(folded)
	}
	folded = strings.ReplaceAll(folded, " ", "")
	switch m := dateForm.FindStringSubmatch(folded); {
	case m != nil:
		c.joinedDate(text, m)
	case allDigits(folded):
		c.digitDate(folded)
	case monthForm.MatchString(folded):
		c.monthOnly(folded)
	case yearForm.MatchString(folded):
		c.flag("date_month_only", text)
	case shortYear.MatchString(folded):
		c.flag("date_short_year", text)
	default:
		c.otherDate(text, folded)
	}
}

// joinedDate reads year, month and day with something between them.
func (c *cell) joinedDate(text string, m []string) {
	form := map[string]string{"/": "date_slash", ".": "date_dot", "年": "date_chinese", "-": "date_unpadded", `\`: "date_slash"}[m[2]]
	if m[7] != "" && !anyTime.MatchString(m[7]) {
		c.flag("date_unreadable", text)
		return
	}
	if !c.dateParts(m[1], m[3], m[5]) {
		return
	}
	if m[7] != "" && !timeOfDay.MatchString(m[7]) {
		form = "date_time"
	} else if m[7] != "" && form == "date_unpadded" {
		form = "date_time"
	}
	c.fix(form)
}

// digitDate reads a date of digits alone.
func (c *cell) digitDate(digits string) {
	n, _ := strconv.Atoi(digits)
	switch {
	case len(digits) == 8 && digits[0] != '0':
		if c.dateParts(digits[:4], digits[4:6], digits[6:]) {
			c.fix("date_compact")
		}
	case len(digits) == 6 && n >= 190001 && n <= 209912:
		c.flag("date_month_only", digits)
	case len(digits) == 4 && n >= 1900 && n <= 2099:
		c.flag("date_month_only", digits)
	case n >= firstSerial && n <= lastSerial && len(digits) == 5:
		c.fix("date_serial")
		c.keep(serialDay(float64(n)))
	default:
		c.flag("date_unreadable", digits)
	}
}

func (c *cell) monthOnly(text string) {
	m := monthForm.FindStringSubmatch(text)
	if n, _ := strconv.Atoi(m[3]); n < 1 || n > 12 {
		c.flag("date_impossible", text)
		return
	}
	c.flag("date_month_only", text)
}

// otherDate reads the rarer forms: day or month before the year, and months in
// English.
func (c *cell) otherDate(text, folded string) {
	if m := dayFirst.FindStringSubmatch(folded); m != nil {
		a, _ := strconv.Atoi(m[1])
		b, _ := strconv.Atoi(m[2])
		switch {
		case a > 12 && b <= 12:
			m[1], m[2] = m[2], m[1]
		case b > 12 && a <= 12, a == b:
		default:
			c.flag("date_ambiguous", text)
			return
		}
		if c.dateParts(m[3], m[1], m[2]) {
			c.fix("date_day_first")
		}
		return
	}
	for _, form := range wordyDates {
		if t, err := time.Parse(form, strings.TrimSpace(text)); err == nil {
			c.fix("date_words")
			c.keep(t.Format(day))
			return
		}
	}
	c.flag("date_unreadable", text)
}

// dateParts keeps a day that exists, between 1900 and 2100.
func (c *cell) dateParts(year, month, date string) bool {
	y, err := strconv.Atoi(year)
	m, err2 := strconv.Atoi(month)
	d, err3 := strconv.Atoi(date)
	if err != nil || err2 != nil || err3 != nil {
		c.flag("date_unreadable", c.text)
		return false
	}
	t := time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
	if t.Day() != d || int(t.Month()) != m || y < 1900 || y > 2100 {
		c.flag("date_impossible", c.text)
		return false
	}
	if len(year) == 4 && len(month) == 2 && len(date) == 2 && strings.HasPrefix(c.text, year+"-"+month+"-"+date) {
		c.keep(c.text[:10]) // shares the memory of what was read
	} else {
		c.keep(t.Format(day))
	}
	return true
}

// hanNumbers writes a date's Chinese numbers as digits: 二〇二六年十一月二十日.
func hanNumbers(s string) string {
	var b strings.Builder
	for _, part := range strings.SplitAfter(strings.NewReplacer("年", "年|", "月", "月|", "日", "日|").Replace(s), "|") {
		part = strings.TrimSuffix(part, "|")
		tens, ones, ten := strings.Cut(part, "十")
		if !ten {
			b.WriteString(hanDigits.Replace(part))
			continue
		}
		if tens == "" {
			tens = "一"
		}
		if r := []rune(ones); len(r) == 0 || !strings.ContainsRune("一二三四五六七八九", r[0]) {
			ones = "零" + ones
		}
		b.WriteString(hanDigits.Replace(tens + ones))
	}
	return b.String()
}

func allDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// birthOf gives what an identity number tells, where it is right.
func birthOf(id string) (birth, gender string, ok bool) {
	r, err := codes.CheckResidentID(id)
	if err != nil {
		return "", "", false
	}
	if r.Female {
		return r.Birth.Format(day), "F", true
	}
	return r.Birth.Format(day), "M", true
}
