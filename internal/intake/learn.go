package intake

import (
	"strings"

	"guildhall/internal/codes"
	"guildhall/internal/sheet"
)

// learn looks over the first records below the head for what can be told only
// from many: dates that are all real dates, columns filled once for several
// rows, the level of schooling.
func (cl *cleaner) learn(sample []sheet.Record) {
	rows, class := 0, ""
	blank := make([]int, len(cl.head.columns))
	real, other := make([]int, len(blank)), make([]int, len(blank))
	for _, r := range sample {
		if filled(r)*2 < len(blank)-len(blank)/4 || cl.repeats(r) {
			continue
		}
		rows++
		for i := range blank {
			if i >= len(r.Cells) || r.Cells[i].Merged || strings.TrimSpace(r.Cells[i].Text) == "" {
				blank[i]++
			} else if r.Cells[i].Kind == sheet.Date {
				real[i]++
			} else if r.Cells[i].Kind != sheet.Error {
				other[i]++
			}
		}
		class = cl.learnProgramme(r, class)
	}
	for i := range cl.head.columns {
		c := &cl.head.columns[i]
		if c.field == extra {
			continue
		}
		f := &cl.kind.Fields[c.field]
		cl.real = cl.real || f.Cell == Date && real[i] > 0
		cl.typed[c] = f.Cell == Date && real[i] > 0 && other[i] == 0
		cl.carries[i] = f.Carried && c.quarter == "" && blank[i]*7 > rows && blank[i] < rows
	}
}

// learnProgramme counts the programme of a record, at its level and in its
// class, and gives the class, which may be written once for several rows.
func (cl *cleaner) learnProgramme(r sheet.Record, class string) string {
	code, title := "", ""
	for i, c := range cl.head.columns {
		if c.field == extra || i >= len(r.Cells) {
			continue
		}
		text := strings.TrimSpace(r.Cells[i].Text)
		switch f := &cl.kind.Fields[c.field]; {
		case f.Cell == Programme:
			code = text
		case f.Cell == Title:
			title = text
		case f.Key == "class" && text != "":
			class = text
		}
	}
	if p, ok := cl.programme(code); ok {
		cl.levels[p.Kind]++
		if class != "" && (title == "" || title == p.Name) {
			if cl.classes[class] == nil {
				cl.classes[class] = map[string]int{}
			}
			cl.classes[class][code]++
		}
	}
	return class
}

// usual gives the programme of nearly all others of a class.
func (cl *cleaner) usual() (codes.Code, bool) {
	class := cl.column("class")
	if class == nil {
		return codes.Code{}, false
	}
	all, most, code := 0, 0, ""
	for c, n := range cl.classes[strings.TrimSpace(class.raw.Text)] {
		all += n
		if n > most {
			most, code = n, c
		}
	}
	if most < 2 || most*5 < all*4 {
		return codes.Code{}, false
	}
	return cl.programme(code)
}
