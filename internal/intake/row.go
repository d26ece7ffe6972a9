package intake

import (
	"strconv"
	"strings"
)

// Value is a cleaned cell. Text is empty where there is none; else it is the
// one form in which we keep it, by the field's cell kind:
//
//	Text, Name       as written, trimmed, digits and letters half width
//	Gender           M or F
//	IDNumber, Credit 18 characters, checked
//	Phone            11 digits, or a fixed line as 0772-1234567
//	Date             2026-09-01
//	Quarter          2026Q3
//	Count, People    digits; Num is the number
//	Decimal          76.4
//	Money            yuan; Num is fen
//	Wan              units of 10,000 yuan; Num is fen
//	PayRange         5000-7000 yuan a month; see Row.Pay
//	Programme, Code  the code in its list
//	Title            the published name, where the programme is known
//	Codes            codes with semicolons between them
//	Skills           as Codes, each with its level where one was written: SAF04:3;COA02
//	Education        中职, 高职, 职业本科, 本科, 研究生, 高中, 初中 or 不限
//	Enum             one of the field's words
//	YesNo            yes or no; Num is 1 or 0
//	Ref              the key as written
type Value struct {
	Text string
	Num  int64
}

// Verdict says what becomes of a row.
type Verdict byte

const (
	Unweighed Verdict = iota
	New               // not known yet: will be added
	Changed           // known, with other values: will be changed
	Same              // known, as it is: nothing to do
	Decision          // a person must decide first
	Refused           // cannot be taken as it is: to be mended in the sheet
)

// Verdicts lists the verdicts in the order in which people read them, with
// their words.
var Verdicts = []Verdict{New, Changed, Same, Decision, Refused}

func (v Verdict) String() string {
	return [...]string{"unweighed", "new", "changed", "same", "decision", "refused"}[v]
}

// Reason says why a row is refused or must be decided: the key of a message
// with its arguments, and the field it is about, if one.
type Reason struct {
	Field string   `json:"field,omitempty"`
	Key   string   `json:"key"`
	Args  []string `json:"args,omitempty"`
}

// Change is what a row would change of what is known.
type Change struct {
	Field string `json:"field"`
	Old   string `json:"old"`
	New   string `json:"new"`
}

// Row is one row of a sheet, cleaned. A Taker reads it by field keys and says
// what becomes of it.
type Row struct {
	Kind     *Kind
	Number   int // record in the file, counted from 1
	Values   []Value
	Findings []Finding
	Raw      []string // the cells as read; kept only where the row is not plain
	Verdict  Verdict
	Reasons  []Reason
	Changes  []Change

	known bool // as its Taker last said
}

// Value gives a field's value.
func (r *Row) Value(field string) Value {
	if i, ok := r.Kind.index[field]; ok {
		return r.Values[i]
	}
	return Value{}
}

// Set puts a value in a field's place. Takers do not need it.
func (r *Row) Set(field string, v Value) {
	if i, ok := r.Kind.index[field]; ok {
		r.Values[i] = v
	}
}

// Text gives a field's text, empty where the cell was empty or its value flagged.
func (r *Row) Text(field string) string { return r.Value(field).Text }

// Has tells whether a field has a value. What a sheet does not tell changes
// nothing of what is known.
func (r *Row) Has(field string) bool { return r.Value(field).Text != "" }

// Int gives a Count's or People's number.
func (r *Row) Int(field string) int { return int(r.Value(field).Num) }

// Fen gives the amount of a Money or Wan field.
func (r *Row) Fen(field string) int64 { return r.Value(field).Num }

// Float gives a Decimal.
func (r *Row) Float(field string) float64 {
	f, _ := strconv.ParseFloat(r.Text(field), 64)
	return f
}

// Yes tells whether a YesNo field says yes.
func (r *Row) Yes(field string) bool { return r.Value(field).Num == 1 }

// Pay gives both ends of a PayRange in fen.
func (r *Row) Pay(field string) (low, high int64) {
	l, h, _ := strings.Cut(r.Text(field), "-")
	low, _ = strconv.ParseInt(l, 10, 64)
	high, _ = strconv.ParseInt(h, 10, 64)
	return low * 100, high * 100
}

// Item is one entry of a Codes or Skills field.
type Item struct {
	Code  string
	Level int // 0 where none was written
}

// Items gives the entries of a Codes or Skills field.
func (r *Row) Items(field string) (items []Item) {
	text := r.Text(field)
	if text == "" {
		return nil
	}
	for part := range strings.SplitSeq(text, ";") {
		code, level, _ := strings.Cut(part, ":")
		n, _ := strconv.Atoi(level)
		items = append(items, Item{code, n})
	}
	return items
}

// Refuse says that the row cannot be taken. Key is a message of the room.
func (r *Row) Refuse(field, key string, args ...string) {
	r.Verdict = Refused
	r.Reasons = append(r.Reasons, Reason{field, key, args})
}

// Ask says that a person must decide whether the row is taken.
func (r *Row) Ask(field, key string, args ...string) {
	if r.Verdict != Refused {
		r.Verdict = Decision
	}
	r.Reasons = append(r.Reasons, Reason{field, key, args})
}

// Differs notes what the row would change.
func (r *Row) Differs(field, old, new string) {
	r.Changes = append(r.Changes, Change{field, old, new})
}

// Weighed ends the weighing of a row, refused or not. It gives the verdict of one
// that is neither refused nor to be decided: New where it is not known, Changed where Differs noted something, else Same.
func (r *Row) Weighed(known bool) {
	r.known = known
	switch {
	case r.Verdict == Refused || r.Verdict == Decision:
	case !known:
		r.Verdict = New
	case len(r.Changes) > 0:
		r.Verdict = Changed
	default:
		r.Verdict = Same
	}
}
