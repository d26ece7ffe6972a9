package intake

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"guildhall/internal/codes"
	"guildhall/internal/sheet"
)

// cell is one cell on its way from what stood there to what is kept.
type cell struct {
	raw   sheet.Cell
	text  string // what is left to be understood
	field *Field
	col   *column
	value Value
	shown string // the value as people read it; empty: as its text
	flaws []flaw
}

// flaw is one fault of a cell.
type flaw struct {
	fault  string
	action Action
	mend   string
	args   []string
	grave  bool
}

func (c *cell) fix(fault string) { c.flaws = append(c.flaws, flaw{fault: fault, action: Fix}) }

// flag leaves the value empty.
func (c *cell) flag(fault string, args ...string) *flaw {
	c.value, c.shown = Value{}, ""
	c.flaws = append(c.flaws, flaw{fault: fault, action: Flag, args: args})
	return &c.flaws[len(c.flaws)-1]
}

func (c *cell) keep(text string) { c.value = Value{Text: text} }

func (c *cell) keepNumber(text string, n int64) { c.value = Value{text, n} }

// flagged tells whether a person must look at the cell.
func (c *cell) flagged() bool {
	for _, f := range c.flaws {
		if f.action == Flag {
			return true
		}
	}
	return false
}

// show gives what people are told is kept.
func (c *cell) show() string {
	if c.shown != "" {
		return c.shown
	}
	return c.value.Text
}

// read understands a cell. What it finds stands in flaws.
func (cl *cleaner) read(c *cell) {
	if c.raw.Kind == sheet.Error || formulaError(c.raw.Text) {
		c.flag("formula_error", c.raw.Text)
		return
	}
	c.text = c.raw.Text
	c.trim()
	if c.text == "" {
		if c.field.Missing != "" {
			cl.missing(c)
		}
		return
	}
	c.narrow()
	switch c.field.Cell {
	case Text:
		c.keep(sheet.Unsafe(c.text))
	case Ref:
		c.keep(strings.TrimLeft(sheet.Unsafe(c.text), "'"))
	case Name:
		c.readName()
	case Gender:
		c.readGender()
	case IDNumber:
		c.readID()
	case Credit:
		c.readCredit()
	case Phone:
		c.readPhone()
	case Date:
		cl.readDate(c)
	case Quarter:
		c.readQuarter()
	case Count, People:
		c.readCount()
	case Decimal:
		c.readDecimal()
	case Money:
		c.readMoney()
	case Wan:
		c.readWan()
	case PayRange:
		c.readPay()
	case Programme, Title:
		cl.readProgramme(c)
	case Code:
		cl.readCode(c)
	case Codes, Skills:
		cl.readList(c)
	case Education:
		c.readEducation()
	case Enum:
		c.readEnum()
	case YesNo:
		c.readYesNo()
	}
}

// missing notes an empty cell. A programme's code and a gender may yet be told
// by other cells of the row: these wait for them.
func (cl *cleaner) missing(c *cell) {
	if c.field.Cell == Programme || c.field.Cell == Gender {
		return
	}
	c.flag(c.field.Missing).grave = c.field.Essential
}

func formulaError(s string) bool {
	if len(s) < 4 || s[0] != '#' {
		return false
	}
	switch strings.TrimSpace(s) {
	case "#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!":
		return true
	}
	return false
}

// space tells the characters that surround a cell's text without being part of it.
func space(r rune) bool {
	return unicode.IsSpace(r) || r == '\u200b' || r == '\ufeff' || r == '\u200e' || r == '\u200f'
}

// trim takes away what surrounds the text, and tells of it.
func (c *cell) trim() {
	s := c.text
	if s == "" || s[0] > ' ' && s[0] < utf8.RuneSelf && s[len(s)-1] > ' ' && s[len(s)-1] < utf8.RuneSelf {
		return
	}
	left := strings.TrimLeftFunc(s, space)
	whole := strings.TrimRightFunc(left, space)
	if len(whole) == len(s) {
		return
	}
	c.text = whole
	if whole == "" {
		return
	}
	before, after := s[:len(s)-len(left)], left[len(whole):]
	if before != "" {
		c.fix(spaceFault(before, "leading_space"))
	}
	if after != "" {
		c.fix(spaceFault(after, "trailing_space"))
	}
}

func spaceFault(around, usual string) string {
	if strings.ContainsAny(around, "\u00a0\u200b\ufeff\u200e\u200f") {
		return "nonbreaking_space"
	}
	return usual
}

// narrow brings full-width letters and digits to half width. Marks follow them
// where the cell holds no running text; in Chinese text they stay, but for
// those that join letters and digits, as in ＺＣ－０１.
func (c *cell) narrow() {
	wide, mark := false, false
	for i := 0; i+2 < len(c.text); i++ {
		if c.text[i] != 0xEF || c.text[i+1] != 0xBC && c.text[i+1] != 0xBD {
			continue
		}
		r, _ := utf8.DecodeRuneInString(c.text[i:])
		if r >= '！' && r <= '～' {
			mark = true
			n := r - '！' + '!'
			wide = wide || n >= '0' && n <= '9' || n >= 'A' && n <= 'Z' || n >= 'a' && n <= 'z'
		}
	}
	if !mark {
		return
	}
	running := c.field.Cell == Text || c.field.Cell == Name || c.field.Cell == Title || c.field.Cell == Skills
	if running && !wide {
		return
	}
	if wide {
		c.fix("fullwidth")
	}
	c.text = half(c.text, running)
}

func half(s string, running bool) string {
	in := []rune(s)
	out := make([]rune, len(in))
	for i, r := range in {
		out[i] = r
		if r < '！' || r > '～' {
			continue
		}
		n := r - '！' + '!'
		if !running || unicode.IsDigit(n) || unicode.IsLetter(n) || strings.ContainsRune("-_./#+&@", n) && i > 0 && i < len(in)-1 {
			out[i] = n
		}
	}
	return string(out)
}

// readName joins a Chinese name that was spread with spaces.
func (c *cell) readName() {
	name := c.text
	if strings.ContainsFunc(name, space) {
		han := strings.ContainsFunc(name, func(r rune) bool { return unicode.Is(unicode.Han, r) })
		joined := strings.Join(strings.FieldsFunc(name, space), map[bool]string{true: "", false: " "}[han])
		if joined != name {
			c.fix("name_inner_space")
		}
		name = joined
	}
	c.keep(sheet.Unsafe(name))
}

var genders = map[string]string{
	"男": "M", "m": "M", "male": "M", "男性": "M", "1": "M", "男生": "M",
	"女": "F", "f": "F", "female": "F", "女性": "F", "2": "F", "女生": "F",
}

func (c *cell) readGender() {
	g, ok := genders[codes.Fold(c.text)]
	if !ok {
		c.flag("value_unknown", c.text)
		return
	}
	usual := c.text == "男" || c.text == "女" || c.col.english && (c.text == "M" || c.text == "F")
	if !usual {
		c.fix("gender_variant")
	}
	c.keep(g)
	c.shown = genderWord(g)
}

func genderWord(g string) string { return map[string]string{"M": "男", "F": "女"}[g] }

// educations is what people write for the schooling they ask for.
var educations = func() map[string]string {
	m := map[string]string{}
	for kept, variants := range map[string]string{
		"初中": "初中", "高中": "高中",
		"中职":   "中职 中专 技校 中专/技校 技校/中专 中职/中专 职高 中专及以上 中职及以上 高中/中专 中等职业 技工",
		"高职":   "高职 大专 专科 大专及以上 高职高专 专科及以上 高职及以上 大学专科 高职专科 大专以上",
		"职业本科": "职业本科 职教本科 本科(职业) 高职本科 职业本科及以上",
		"本科":   "本科 大学本科 本科及以上 全日制本科 普通本科 大学 学士 本科以上",
		"研究生":  "研究生 硕士 硕士研究生 博士 博士研究生 硕士及以上 研究生及以上",
		"不限":   "不限 无 无要求 学历不限",
	} {
		for v := range strings.FieldsSeq(variants) {
			m[v] = kept
		}
	}
	return m
}()

func (c *cell) readEducation() {
	e, ok := educations[codes.Fold(c.text)]
	if !ok {
		c.flag("value_unknown", c.text)
		return
	}
	if e != c.text {
		c.fix("education_variant")
	}
	c.keep(e)
}

func (c *cell) readEnum() {
	folded := codes.Fold(c.text)
	w, ok := c.field.Words[folded]
	if !ok {
		c.flag("value_unknown", c.text)
		return
	}
	c.keep(w)
	c.shown = c.text
}

func (c *cell) readYesNo() {
	switch codes.Fold(c.text) {
	case "yes", "y", "是", "true", "1", "有", "√", "✓", "对", "接受", "需要":
		c.keepNumber("yes", 1)
	case "no", "n", "否", "false", "0", "无", "×", "x", "不", "不接受", "不需要":
		c.keepNumber("no", 0)
	default:
		c.flag("value_unknown", c.text)
	}
}

func (c *cell) readQuarter() {
	quarter, rest := quarterOf(c.text)
	if quarter == "" || strings.Trim(rest, "末底") != "" {
		c.flag("quarter_unreadable", c.text).grave = true
		return
	}
	if quarter != c.text {
		c.fix("quarter_form")
	}
	c.keep(quarter)
}
