package intake

import (
	"regexp"
	"strings"

	"guildhall/internal/codes"
	"guildhall/internal/sheet"
)

// column is one column of a sheet, once its head is understood.
type column struct {
	header  string // as written
	field   int    // place in the kind's fields; extra where there is none
	quarter string // of a column that holds one quarter: 2026Q3
	unit    string // that the head names in brackets: 万元, 元, 人
	english bool   // the head is the name that programs use
}

const extra = -1

// head is what was understood of a sheet's first records.
type head struct {
	kind    *Kind
	columns []column
	records []int // numbers of the records that make the head
	first   int   // place in the sample of the first record below it
	score   int
}

// wide tells whether quarters stand as columns.
func (h *head) wide() bool {
	for _, c := range h.columns {
		if c.quarter != "" {
			return true
		}
	}
	return false
}

// findHead looks among the first records for the one that is the head of a kind
// of sheet: the one with the most columns that the kind knows. A head of two
// lines is tried joined, and taken so where that tells more.
func findHead(sample []sheet.Record, only *Kind) *head {
	var best *head
	for i := range sample {
		lower := texts(sample[i])
		tries := [][]string{lower}
		if i > 0 && filled(sample[i-1]) > 1 {
			tries = append(tries, joined(texts(sample[i-1]), lower))
		}
		for n, headers := range tries {
			for _, k := range Kinds {
				if only != nil && k != only {
					continue
				}
				h := match(k, headers)
				if h == nil || best != nil && h.score <= best.score {
					continue
				}
				h.first, h.records = i+1, []int{sample[i].Number}
				if n == 1 || groups(sample, i) {
					h.records = []int{sample[i-1].Number, sample[i].Number}
				}
				best = h
			}
		}
	}
	return best
}

// settle decides by what stands below them what columns hold whose head means
// either a code or a name, such as 岗位类别.
func (h *head) settle(catalogue *codes.Catalogue, below []sheet.Record) {
	for i := range h.columns {
		c := &h.columns[i]
		if c.field == extra || c.quarter != "" || h.kind.Fields[c.field].Cell != Code {
			continue
		}
		fields, _, _ := meanings(h.kind, c.header)
		for _, other := range fields {
			if h.kind.Fields[other].Cell == Text && !h.has(other) && !mostlyCodes(catalogue, h.kind.Fields[c.field].List, below, i) {
				c.field = other
				break
			}
		}
	}
}

func (h *head) has(field int) bool {
	for _, c := range h.columns {
		if c.field == field {
			return true
		}
	}
	return false
}

func mostlyCodes(catalogue *codes.Catalogue, list string, below []sheet.Record, column int) bool {
	are, all := 0, 0
	for _, r := range below {
		if column < len(r.Cells) && strings.TrimSpace(r.Cells[column].Text) != "" {
			all++
			if _, ok := catalogue.Get(list, strings.TrimSpace(r.Cells[column].Text)); ok {
				are++
			}
		}
	}
	return are*2 >= all
}

// groups tells whether the record above a head holds the names of groups of
// columns.
func groups(sample []sheet.Record, at int) bool {
	if at == 0 || sample[at-1].Number != sample[at].Number-1 {
		return false
	}
	n := filled(sample[at-1])
	return n > 1 && n < filled(sample[at])
}

func texts(r sheet.Record) []string {
	out := make([]string, len(r.Cells))
	for i, c := range r.Cells {
		out[i] = strings.TrimSpace(c.Text)
	}
	return out
}

// filled counts the cells that are not empty nor repeat a merged one.
func filled(r sheet.Record) (n int) {
	for _, c := range r.Cells {
		if !c.Merged && strings.TrimSpace(c.Text) != "" {
			n++
		}
	}
	return n
}

// joined makes one line of heads of two: a group's name, which reaches to the
// next one, then the column's.
func joined(upper, lower []string) []string {
	out := make([]string, max(len(upper), len(lower)))
	group := ""
	for i := range out {
		if i < len(upper) && upper[i] != "" {
			group = upper[i]
		}
		low := ""
		if i < len(lower) {
			low = lower[i]
		}
		switch {
		case low == "" && i < len(upper):
			out[i] = upper[i]
		case low == group:
			out[i] = low
		default:
			out[i] = group + low
		}
	}
	return out
}

// match understands a line as the head of a kind, or gives nil.
func match(k *Kind, headers []string) *head {
	h := &head{kind: k, columns: make([]column, len(headers))}
	taken := make([]bool, len(k.Fields))
	assign := func(only int) { // columns with one meaning choose first
		for i, text := range headers {
			if h.columns[i].field != extra || text == "" || h.columns[i].quarter != "" {
				continue
			}
			fields, unit, english := meanings(k, text)
			if only > 0 && len(fields) > only {
				continue
			}
			for _, f := range fields {
				if !taken[f] {
					taken[f] = true
					h.columns[i].field, h.columns[i].unit, h.columns[i].english = f, unit, english
					h.score += 2
					break
				}
			}
		}
	}
	quarters := 0
	for i, text := range headers {
		h.columns[i] = column{header: text, field: extra}
		if quarter, measure := quarterHead(k, text); quarter != "" {
			h.columns[i].quarter, h.columns[i].field = quarter, measure
			quarters++
		}
	}
	assign(1)
	assign(0)
	if quarters > 0 {
		if q, _ := k.Field("quarter"); q >= 0 {
			taken[q] = true
		}
		for _, c := range h.columns {
			if c.quarter != "" {
				taken[c.field] = true
			}
		}
		h.score += 3 + quarters
	}
	filled := 0
	for _, text := range headers {
		if text != "" {
			filled++
		}
	}
	if !satisfied(k, taken) || h.score < filled/2 {
		return nil
	}
	return h
}

func satisfied(k *Kind, taken []bool) bool {
	for _, group := range k.Needs {
		ok := false
		for _, key := range group {
			if i, f := k.Field(key); f != nil {
				ok = ok || taken[i]
			}
		}
		if !ok {
			return false
		}
	}
	return true
}

var bracketed = regexp.MustCompile(`^(.*?)\(([^()]*)\)$`)

// meanings gives the fields that a head may mean, its primary words before its
// others, and the unit that it names in brackets.
func meanings(k *Kind, text string) (fields []int, unit string, english bool) {
	folded := strings.Trim(codes.Fold(text), "*＊:：")
	for {
		for _, m := range k.heads[folded] {
			fields = append(fields, m.field)
			english = english || m.english
		}
		if fields != nil || !strings.HasSuffix(folded, ")") {
			return fields, unit, english
		}
		m := bracketed.FindStringSubmatch(folded)
		if m == nil {
			return nil, unit, false
		}
		folded, unit = m[1], m[2]
	}
}

var (
	quarterForm  = regexp.MustCompile(`^(\d{4})年?[-/.]?(?:第|q)?([1-4一二三四])季?度?(.*)$`)
	quarterForm2 = regexp.MustCompile(`^q([1-4])[-/]?(\d{4})(.*)$`)
)

// quarterOf reads a quarter in the forms 2026Q3, 2026年3季度, 2026年第三季度 and
// Q3/2026; rest is what follows it.
func quarterOf(text string) (quarter, rest string) {
	folded := codes.Fold(text)
	if m := quarterForm.FindStringSubmatch(folded); m != nil && strings.ContainsAny(folded, "q季") {
		return m[1] + "Q" + ordinal(m[2]), m[3]
	}
	if m := quarterForm2.FindStringSubmatch(folded); m != nil {
		return m[2] + "Q" + m[1], m[3]
	}
	return "", text
}

func ordinal(s string) string {
	return strings.NewReplacer("一", "1", "二", "2", "三", "3", "四", "4").Replace(s)
}

var measureWords = []struct{ field, words string }{
	{"planned", "计划 拟招 需求 plan"}, {"applied", "应聘 报名 投递 appl"},
	{"left", "离职 流失 left"}, {"hired", "录用 招聘 实招 入职 hire"},
}

// quarterHead reads the head of a column that holds one quarter of a kind's measure.
func quarterHead(k *Kind, text string) (quarter string, measure int) {
	if k.Measures == nil {
		return "", 0
	}
	quarter, rest := quarterOf(text)
	if quarter == "" {
		return "", 0
	}
	for _, m := range measureWords {
		for w := range strings.FieldsSeq(m.words) {
			if strings.Contains(rest, w) {
				for _, have := range k.Measures {
					if have == m.field {
						i, _ := k.Field(have)
						return quarter, i
					}
				}
				return "", 0
			}
		}
	}
	i, _ := k.Field(k.Measures[0])
	if k.Name == "hiring_plans" { // a plan must be called one
		return "", 0
	}
	return quarter, i
}
