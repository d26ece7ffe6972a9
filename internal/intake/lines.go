package intake

import (
	"regexp"
	"strconv"
	"strings"

	"guildhall/internal/codes"
	"guildhall/internal/sheet"
)

var (
	subtotal  = regexp.MustCompile(`^(本页|本班|分项)?小\s*计([:：]|$)`)
	total     = regexp.MustCompile(`^(合|总|共)\s*计([:：]|$)|^total$`)
	signature = regexp.MustCompile(`(填表人|制表人?|审核人?|经办人|负责人|签字|签名|盖章|填报人|联系人)\s*([:：(（]|签)`)
	noteLine  = regexp.MustCompile(`填报(单位|日期|时间|说明)|^(注|备注|说明|填表说明)\s*[:：]|单位\s*[:：]|日期\s*[:：]`)
)

// what tells what a record below the head is, where it is no data.
func (cl *cleaner) what(r sheet.Record) string {
	if cl.repeats(r) {
		return "row_repeated_header"
	}
	n := filled(r)
	if n > max(3, len(cl.head.columns)/2) {
		return ""
	}
	first := firstText(r)
	switch {
	case subtotal.MatchString(first):
		return "row_subtotal"
	case total.MatchString(strings.ToLower(first)):
		return "footer_total"
	case n <= 3 && signature.MatchString(first):
		return "footer_signature"
	case n == 1 && len(cl.head.columns) > 3 && noteLine.MatchString(first):
		return "note_row"
	}
	return ""
}

// repeats tells whether a record is the head once more.
func (cl *cleaner) repeats(r sheet.Record) bool {
	same := 0
	for i, c := range cl.head.columns {
		if c.header == "" {
			continue
		}
		if i >= len(r.Cells) || codes.Fold(r.Cells[i].Text) != codes.Fold(c.header) {
			if same == 0 {
				return false
			}
			continue
		}
		same++
	}
	return same > 1 && same*2 > len(cl.head.columns)
}

func firstText(r sheet.Record) string {
	for _, c := range r.Cells {
		if s := strings.TrimSpace(c.Text); s != "" {
			return s
		}
	}
	return ""
}

// above tells of the records before the head.
func (cl *cleaner) above(sample []sheet.Record) {
	heads := map[int]bool{}
	for _, n := range cl.head.records {
		heads[n] = true
	}
	titled := false
	for _, r := range sample[:cl.head.first] {
		f := Finding{Row: r.Number, Fault: "title_row", Action: Skip, Read: firstText(r)}
		switch {
		case heads[r.Number]:
			continue
		case r.Blank():
			f.Fault = "row_blank"
		case titled || noteLine.MatchString(f.Read):
			f.Fault = "note_row"
		default:
			titled = true
		}
		cl.note(f)
	}
}

func args(n int) []string { return []string{strconv.Itoa(n)} }
