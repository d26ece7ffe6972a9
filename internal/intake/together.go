package intake

import (
	"guildhall/internal/codes"
)

// together mends and checks what only several cells of a row can tell.
func (cl *cleaner) together() {
	code, title := cl.cellOf(Programme), cl.cellOf(Title)
	if code != nil || title != nil {
		cl.reconcile(code, title)
	}
	gender, id := cl.cellOf(Gender), cl.cellOf(IDNumber)
	birth, sex, ok := "", "", false
	if id != nil && id.value.Text != "" {
		birth, sex, ok = birthOf(id.value.Text)
	}
	if gender != nil && gender.value.Text == "" && !gender.flagged() && gender.field.Missing != "" {
		if ok {
			gender.fix("missing_gender")
			gender.keep(sex)
			gender.shown = genderWord(sex)
		} else {
			gender.flag("missing_gender")
		}
	} else if gender != nil && ok && gender.value.Text != "" && gender.value.Text != sex {
		gender.flag("gender_conflict").mend = sex
	}
	if born := cl.column("birth"); born != nil && ok {
		switch {
		case born.flagged():
			born.flaws[len(born.flaws)-1].mend = birth
		case born.value.Text != "" && born.value.Text != birth:
			born.flag("birth_conflict").mend = birth
		}
	}
}

// cellOf gives the cell of the first column of a cell kind, or nil.
func (cl *cleaner) cellOf(k Cell) *cell {
	for i := range cl.cells {
		if f := cl.cells[i].field; f != nil && f.Cell == k {
			return &cl.cells[i]
		}
	}
	return nil
}

// column gives the cell of a field, or nil.
func (cl *cleaner) column(key string) *cell {
	for i := range cl.cells {
		if f := cl.cells[i].field; f != nil && f.Key == key && cl.cells[i].col.quarter == "" {
			return &cl.cells[i]
		}
	}
	return nil
}

// derive fills the kind of work that a row's name of it tells, where no column
// does and the name is sure: rooms count by kinds of work.
func (cl *cleaner) derive(row *Row) {
	at, f := cl.kind.Field("position_code")
	if f == nil || row.Values[at].Text != "" || cl.head.has(at) {
		return
	}
	name := row.Text("position")
	if name == "" {
		name = row.Text("title")
	}
	if name == "" {
		return
	}
	code, ok := cl.works[name]
	if !ok {
		if m := cl.catalogue.MatchPosition(undecorated(name)); len(m) > 0 && m[0].Confidence >= codes.Sure {
			code = m[0].Code.Code
		}
		if len(cl.works) < maxKnown {
			cl.works[name] = code
		}
	}
	row.Values[at] = Value{Text: code}
}

// essential refuses a row that lacks what it cannot be without: the fields that
// say so, and at least one of its keys.
func (cl *cleaner) essential(row *Row) {
	for i := range cl.kind.Fields {
		if f := &cl.kind.Fields[i]; f.Essential && row.Values[i].Text == "" && !(f.Cell == Quarter && cl.head.wide()) {
			row.Refuse(f.Key, "intake.lacks", "intake.field."+f.Key)
		}
	}
}
