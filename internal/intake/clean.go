package intake

import (
	"maps"
	"slices"
	"strings"

	"guildhall/internal/codes"
	"guildhall/internal/sheet"
)

// cleaner turns the records of one sheet into rows. It holds no more of the
// sheet than is needed to know a row again.
type cleaner struct {
	catalogue *codes.Catalogue
	head      *head
	kind      *Kind
	sink      Sink

	typed   map[*column]bool          // date columns that hold real dates alone
	carries map[int]bool              // columns that are filled for several rows at once
	carried []sheet.Cell              // the last filled cell of each of them
	levels  map[string]int            // how often programmes of each level are taught here
	classes map[string]map[string]int // by class: its programmes' codes, counted
	names   map[string]named
	works   map[string]string // codes of kinds of work by their written names
	firsts  map[string]map[rune][]codes.Code
	seen    *seen
	known   []map[string]*cell // by column: cells with few different texts, once understood
	cells   []cell
	blanks  []int // numbers of blank records that wait for one that is not
	merged  bool
	real    bool // some dates are real date cells
	wideID  bool
}

// few tells the cell kinds whose texts repeat so often that each is understood
// once.
func few(k Cell) bool {
	switch k {
	case Gender, Code, Codes, Skills, Education, Enum, YesNo, Quarter, Count, People, Money:
		return true
	}
	return false
}

const maxKnown = 4096

func newCleaner(catalogue *codes.Catalogue, h *head, sink Sink) *cleaner {
	cl := &cleaner{
		catalogue: catalogue, head: h, kind: h.kind, sink: sink,
		typed: map[*column]bool{}, carries: map[int]bool{}, levels: map[string]int{}, classes: map[string]map[string]int{}, names: map[string]named{}, works: map[string]string{},
		firsts: map[string]map[rune][]codes.Code{}, seen: newSeen(h),
		carried: make([]sheet.Cell, len(h.columns)), known: make([]map[string]*cell, len(h.columns)), cells: make([]cell, len(h.columns)),
	}
	for i, c := range h.columns {
		if c.field != extra && few(h.kind.Fields[c.field].Cell) {
			cl.known[i] = map[string]*cell{}
		}
	}
	return cl
}

// record takes one record below the head.
func (cl *cleaner) record(r sheet.Record) error {
	if r.Blank() {
		cl.blanks = append(cl.blanks, r.Number)
		return nil
	}
	cl.flushBlanks()
	switch what := cl.what(r); what {
	case "":
		return cl.data(r)
	default:
		cl.note(Finding{Row: r.Number, Fault: what, Action: Skip, Read: firstText(r)})
		return nil
	}
}

// flushBlanks tells of blank records, but not of those after the last other one.
func (cl *cleaner) flushBlanks() {
	for _, n := range cl.blanks {
		cl.note(Finding{Row: n, Fault: "row_blank", Action: Skip})
	}
	cl.blanks = cl.blanks[:0]
}

func (cl *cleaner) note(f Finding) { cl.sink.Note(f) }

// data understands a record and gives its row, or its rows where quarters stand
// as columns.
func (cl *cleaner) data(r sheet.Record) error {
	cl.fill(&r)
	for i := range cl.head.columns {
		cl.understand(i, r)
	}
	cl.together()
	twin, differs := cl.seen.look(r.Number, cl.cells)
	if twin > 0 && len(differs) == 0 {
		cl.note(Finding{Row: r.Number, Fault: "row_duplicate", Action: Skip, Args: args(twin)})
		return nil
	}
	base := cl.base(r)
	if twin > 0 {
		f := Finding{Row: r.Number, Fault: "row_duplicate_changed", Action: Flag, Args: append(args(twin), strings.Join(differs, "、"))}
		cl.note(f)
		base.Findings = append(base.Findings, f)
	}
	cl.report(r.Number, base, twin > 0)
	if cl.head.wide() {
		return cl.quarters(base)
	}
	return cl.sink.Row(base)
}

// fill gives the cells below a filled one what stands there, where the sheet is
// written so. A cell that must not be empty is filled only with its fellows.
func (cl *cleaner) fill(r *sheet.Record) {
	if len(cl.carries) == 0 {
		return
	}
	all := true
	for i, c := range cl.head.columns {
		if c.field != extra && cl.kind.Fields[c.field].Carried && i < len(r.Cells) && !r.Cells[i].Merged && strings.TrimSpace(r.Cells[i].Text) != "" {
			all = false
		}
	}
	for i, on := range cl.carries {
		if !on {
			continue
		}
		for len(r.Cells) <= i {
			r.Cells = append(r.Cells, sheet.Cell{})
		}
		c := &r.Cells[i]
		switch {
		case strings.TrimSpace(c.Text) != "":
			cl.carried[i] = *c
			cl.merged = cl.merged || c.Merged
		case all || cl.kind.Fields[cl.head.columns[i].field].Missing == "":
			*c = cl.carried[i]
			cl.merged = true
		}
	}
}

// understand reads the cell in one column into cl.cells.
func (cl *cleaner) understand(i int, r sheet.Record) {
	col := &cl.head.columns[i]
	c := &cl.cells[i]
	*c = cell{col: col, flaws: c.flaws[:0]}
	if i < len(r.Cells) {
		c.raw = r.Cells[i]
	}
	if col.field == extra {
		return
	}
	c.field = &cl.kind.Fields[col.field]
	if known := cl.known[i]; known != nil && c.raw.Kind == sheet.Text {
		if k, ok := known[c.raw.Text]; ok {
			c.value, c.shown, c.text = k.value, k.shown, k.text
			c.flaws = append(c.flaws, k.flaws...)
			return
		}
		cl.read(c)
		if len(known) < maxKnown {
			k := *c
			k.flaws = slices.Clone(c.flaws)
			known[strings.Clone(c.raw.Text)] = &k
		}
		return
	}
	cl.read(c)
	cl.wideID = cl.wideID || c.field.Cell == IDNumber && c.raw.Kind == sheet.Number
}

// base makes the row of a record, quarters that stand as columns left out.
func (cl *cleaner) base(r sheet.Record) *Row {
	row := &Row{Kind: cl.kind, Number: r.Number, Values: make([]Value, len(cl.kind.Fields)), Raw: make([]string, len(r.Cells))}
	for i, c := range r.Cells {
		row.Raw[i] = c.Text
	}
	for i := range cl.cells {
		if c := &cl.cells[i]; c.field != nil && c.col.quarter == "" {
			row.Values[c.col.field] = c.value
		}
	}
	cl.derive(row)
	cl.essential(row)
	return row
}

// report tells of the flaws of a record's cells. Of a line that repeats another
// with changes, the other has told already.
func (cl *cleaner) report(number int, row *Row, quiet bool) {
	for i := range cl.cells {
		c := &cl.cells[i]
		if c.field == nil {
			continue
		}
		for _, w := range c.flaws {
			f := Finding{Row: number, Column: i + 1, Header: c.col.header, Field: c.field.Key, Fault: w.fault, Action: w.action,
				Read: c.raw.Text, Kept: c.show(), Mend: w.mend, Args: w.args, Grave: w.grave}
			if c.col.quarter != "" {
				f.Field, f.Group = c.col.quarter, c.field.Key
			}
			if w.action == Flag && c.col.quarter == "" {
				row.Findings = append(row.Findings, f)
			}
			if !quiet {
				cl.note(f)
			}
		}
	}
}

// quarters gives a row for each quarter and its measures.
func (cl *cleaner) quarters(base *Row) error {
	at, _ := cl.kind.Field("quarter")
	byQuarter := map[string]*Row{}
	for i := range cl.cells {
		c := &cl.cells[i]
		if c.col.quarter == "" || c.value.Text == "" && len(c.flaws) == 0 {
			continue
		}
		row := byQuarter[c.col.quarter]
		if row == nil {
			copied := *base
			row = &copied
			row.Values = slices.Clone(base.Values)
			row.Values[at] = Value{Text: c.col.quarter}
			row.Findings = slices.Clone(base.Findings)
			byQuarter[c.col.quarter] = row
		}
		row.Values[c.col.field] = c.value
		for _, w := range c.flaws {
			if w.action == Flag {
				row.Findings = append(row.Findings, Finding{Row: base.Number, Column: i + 1, Header: c.col.header, Field: c.field.Key,
					Fault: w.fault, Action: Flag, Read: c.raw.Text, Mend: w.mend, Args: w.args, Grave: w.grave})
			}
		}
	}
	for _, q := range slices.Sorted(maps.Keys(byQuarter)) {
		if err := cl.sink.Row(byQuarter[q]); err != nil {
			return err
		}
	}
	return nil
}
