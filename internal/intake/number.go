package intake

import (
	"regexp"
	"strconv"
	"strings"

	"guildhall/internal/codes"
)

var (
	thousands  = regexp.MustCompile(`^\d{1,3}([,，]\d{3})+(\.\d+)?$`)
	countUnit  = regexp.MustCompile(`^(\d+)(人|名|位|个|台|套|年|分|级|人次|工位|座)$`)
	about      = regexp.MustCompile(`^(约|大约|近|>|<|≥|≤|超过|至少|不少于)|(左右|以上|以下|上下|余|多|\+|余人|多人)$`)
	decimal    = regexp.MustCompile(`^\d+(\.\d+)?$`)
	dashes     = map[string]bool{"-": true, "—": true, "–": true, "/": true, "——": true, "--": true, "无": true, "－": true}
	vagueCount = map[string]bool{"若干": true, "多名": true, "不限": true, "多人": true, "若干名": true, "数名": true, "大量": true, "待定": true}
)

// number reads a plain number of 0 or more with whatever people add to it that
// does not change it. What is no number gives ok false, with the flaw flagged.
func (c *cell) number() (text string, ok bool) {
	text = strings.TrimPrefix(c.text, "'")
	switch {
	case decimal.MatchString(text):
		return text, true
	case thousands.MatchString(text):
		c.fix("number_thousands")
		return strings.NewReplacer(",", "", "，", "").Replace(text), true
	case dashes[text]:
		c.fix("number_dash")
		return "0", true
	case vagueCount[text]:
		c.flag("count_vague", text)
	case about.MatchString(text):
		c.flag("number_about", text)
	case strings.HasPrefix(text, "-") && decimal.MatchString(text[1:]):
		c.flag("number_negative", text)
	default:
		if m := countUnit.FindStringSubmatch(text); m != nil {
			c.fix("count_with_unit")
			return m[1], true
		}
		c.flag("number_unreadable", text)
	}
	return "", false
}

func (c *cell) readCount() {
	text, ok := c.number()
	if !ok {
		return
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || n > 1e12 || n != float64(int64(n)) {
		c.flag("number_unreadable", c.text)
		return
	}
	c.keepNumber(strconv.FormatInt(int64(n), 10), int64(n))
}

func (c *cell) readDecimal() {
	text, ok := c.number()
	if !ok {
		return
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || n > 1e12 {
		c.flag("number_unreadable", c.text)
		return
	}
	c.keepNumber(strconv.FormatFloat(n, 'f', -1, 64), int64(n))
}

// fen reads an amount without unit, times so many fen, exactly.
func fen(digits string, each int64) (int64, bool) {
	whole, fraction, _ := strings.Cut(digits, ".")
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil || n > 1e12/max(1, each/100) {
		return 0, false
	}
	n *= each
	for _, d := range strings.TrimRight(fraction, "0") {
		if d < '0' || d > '9' || each%10 != 0 {
			return 0, false
		}
		each /= 10
		n += int64(d-'0') * each
	}
	return n, true
}

// yuan writes fen as yuan, without a fraction where there is none.
func yuan(fen int64) string {
	if fen%100 == 0 {
		return strconv.FormatInt(fen/100, 10)
	}
	return strings.TrimRight(strconv.FormatFloat(float64(fen)/100, 'f', 2, 64), "0")
}

// amount is what one written amount or one end of a range means.
type amount struct {
	digits string
	each   int64 // fen of one; 0 where no unit was written
	unit   string
	period string // 月 年 天 小时, or empty
}

var amountForm = regexp.MustCompile(`^[¥￥]?([\d,，]*\d(?:\.\d+)?)(k|千元?|w|万元?|元|块)?(?:/|每|一)?(人/?月|月|年|天|日|小时|时|h|台时)?$`)

func amountOf(text string) (a amount, ok bool) {
	m := amountForm.FindStringSubmatch(strings.ToLower(strings.ReplaceAll(text, " ", "")))
	if m == nil {
		return a, false
	}
	a.digits = m[1]
	if strings.ContainsAny(a.digits, ",，") {
		if !thousands.MatchString(a.digits) {
			return a, false
		}
		a.digits = strings.NewReplacer(",", "", "，", "").Replace(a.digits)
	}
	switch {
	case strings.HasPrefix(m[2], "k"), strings.HasPrefix(m[2], "千"):
		a.each, a.unit = 100_000, "k"
	case strings.HasPrefix(m[2], "w"), strings.HasPrefix(m[2], "万"):
		a.each, a.unit = 1_000_000, "wan"
	case m[2] != "":
		a.each, a.unit = 100, "yuan"
	}
	switch a.period = m[3]; {
	case strings.HasSuffix(a.period, "月"):
		a.period = "月"
	case a.period == "日":
		a.period = "天"
	case a.period != "" && strings.Contains("小时h台时", a.period):
		a.period = "小时"
	}
	return a, true
}

var openPay = []string{"面议", "面谈", "待定", "详谈", "协商"}

// readMoney reads an amount in yuan. A head such as 期望薪资（千元） gives the
// unit of cells that bear none.
func (c *cell) readMoney() {
	if containsAny(c.text, openPay) {
		c.flag("pay_open", c.text)
		return
	}
	a, ok := amountOf(c.text)
	if !ok {
		if _, plain := c.number(); plain {
			c.keepFen(0)
		}
		return
	}
	if strings.ContainsAny(c.text, ",，") {
		c.fix("number_thousands")
	}
	c.payFault(a)
	c.keepAmount(a, c.headUnit(100))
}

// headUnit gives the fen of one unit that the column's head names.
func (c *cell) headUnit(otherwise int64) int64 {
	switch unit := c.col.unit; {
	case strings.HasPrefix(unit, "万"):
		return 1_000_000
	case strings.HasPrefix(unit, "千"), unit == "k":
		return 100_000
	case strings.HasPrefix(unit, "元"):
		return 100
	}
	return otherwise
}

func (c *cell) payFault(a amount) {
	switch {
	case a.unit == "k":
		c.fix("pay_k")
	case a.unit == "wan":
		c.fix("pay_wan")
	case a.unit == "yuan" || a.period != "":
		c.fix("pay_unit")
	}
}

func (c *cell) keepAmount(a amount, each int64) {
	if a.each != 0 {
		each = a.each
	}
	n, ok := fen(a.digits, each)
	if !ok {
		c.flag("number_unreadable", c.text)
		return
	}
	c.keepFen(n)
}

func (c *cell) keepFen(n int64) { c.keepNumber(yuan(n), n) }

// readWan reads an amount of which the head says that it is in 10,000 yuan. A
// cell that names another unit is brought to it.
func (c *cell) readWan() {
	a, ok := amountOf(c.text)
	if !ok {
		if _, plain := c.number(); plain {
			c.keepNumber("0", 0)
		}
		return
	}
	if strings.ContainsAny(c.text, ",，") {
		c.fix("number_thousands")
	}
	switch a.unit {
	case "wan":
		c.fix("value_unit")
	case "yuan", "k":
		c.fix("value_in_yuan")
	}
	each := c.headUnit(1_000_000)
	if a.each != 0 {
		each = a.each
	}
	n, ok := fen(a.digits, each)
	if !ok {
		c.flag("number_unreadable", c.text)
		return
	}
	text := strconv.FormatInt(n/1_000_000, 10)
	if rest := n % 1_000_000; rest != 0 {
		text += strings.TrimRight("."+pad(rest, 6), "0")
	}
	c.keepNumber(text, n)
}

func pad(n int64, width int) string {
	s := strconv.FormatInt(n, 10)
	return strings.Repeat("0", max(0, width-len(s))) + s
}

var (
	payDash  = regexp.MustCompile(`\s*(?:-|—|–|~|～|至|到|--|——)\s*`)
	plainPay = regexp.MustCompile(`^\d+-\d+$`)
)

// readPay reads a range of monthly pay. A unit or period at the end holds for
// both ends. Pay by the year is brought to months; by the day or hour it cannot
// be, without the hours of a month.
func (c *cell) readPay() {
	if containsAny(c.text, openPay) || c.text == "不限" {
		c.flag("pay_open", c.text)
		return
	}
	if strings.Contains(c.text, "薪") || strings.HasSuffix(c.text, "以上") || strings.HasSuffix(c.text, "起") || strings.HasSuffix(c.text, "+") || strings.HasPrefix(c.text, "约") {
		c.flag("number_about", c.text)
		return
	}
	ends := payDash.Split(c.text, -1)
	if len(ends) > 2 {
		c.flag("pay_unreadable", c.text)
		return
	}
	high, ok := amountOf(ends[len(ends)-1])
	low, ok2 := amountOf(ends[0])
	if !ok || !ok2 {
		c.flag("pay_unreadable", c.text)
		return
	}
	c.payEnds(low, high)
}

func (c *cell) payEnds(low, high amount) {
	if low.each == 0 {
		low.each = high.each
	}
	if high.period == "天" || high.period == "小时" {
		c.flag("pay_period", c.text)
		return
	}
	for _, a := range []*amount{&low, &high} {
		if a.each == 0 {
			a.each = c.headUnit(100)
		}
	}
	l, ok := fen(low.digits, low.each)
	h, ok2 := fen(high.digits, high.each)
	if !ok || !ok2 || l == 0 && h == 0 {
		c.flag("pay_unreadable", c.text)
		return
	}
	c.payFault(high)
	if high.period == "年" {
		c.fix("pay_year")
		l, h = l/12, h/12
	}
	text := strconv.FormatInt(l/100, 10) + "-" + strconv.FormatInt(h/100, 10)
	if l > h {
		f := c.flag("pay_reversed", c.text)
		f.mend = strconv.FormatInt(h/100, 10) + "-" + strconv.FormatInt(l/100, 10)
		return
	}
	if len(c.flaws) == 0 && text != c.text && !plainPay.MatchString(codes.Fold(c.text)) {
		c.fix("pay_form")
	}
	c.keep(text)
}

func containsAny(s string, words []string) bool {
	for _, w := range words {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}
