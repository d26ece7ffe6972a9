package outlook

import (
	"context"
	"io"
	"slices"

	"guildhall/internal/bulletin"
	"guildhall/internal/codes"
	"guildhall/internal/fault"
	"guildhall/internal/i18n"
	"guildhall/internal/sheet"
	"guildhall/internal/web"
)

// laidOut is a table for a spreadsheet.
type laidOut struct {
	header []string
	rows   []sheet.Row
}

// exported gives a table as a file: xlsx or csv.
func exported(ctx context.Context, format, name string, l laidOut) (web.Reply, error) {
	f := &web.File{Name: name + "." + format}
	switch format {
	case sheet.Workbook:
		f.Type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
		f.Write = func(w io.Writer) error { return sheet.WriteXLSX(w, say(ctx, name), l.header, slices.Values(l.rows)) }
	case sheet.Delimited:
		f.Type = "text/csv; charset=utf-8"
		f.Write = func(w io.Writer) error { return sheet.WriteCSV(w, l.header, slices.Values(l.rows)) }
	default:
		return web.Reply{}, fault.Invalid.New("outlook.format", format)
	}
	return web.Reply{File: f}, nil
}

// laid lays a table of a bulletin out as a spreadsheet.
func laid(ctx context.Context, t bulletin.Table) laidOut {
	header, rows := t.Sheet(ctx)
	return laidOut{header, rows}
}

func gapSheet(ctx context.Context, t *Table) (l laidOut) {
	for _, word := range []string{"level", "code", "name", "segments", "education", "hires", "demand", "supply", "gap", "low80", "high80", "low95", "high95",
		"chance", "index", "ratio", "enterprises", "schools", "programmes", "openings", "change", "withheld"} {
		l.header = append(l.header, say(ctx, "column."+word))
	}
	for _, g := range t.exported() {
		row := sheet.Row{say(ctx, "level."+string(g.Level)), g.Code, g.name(ctx), segmentNames(ctx, g.Segments), education(ctx, g.Education)}
		if blank(g) == 1 {
			row = append(row, "", "", g.Supply, "", "", "", "", "", "", "", "", "", g.Schools, g.Programmes, "", "")
		} else {
			row = append(row, g.Hires, g.Demand, g.Supply, g.Gap, g.Lo80, g.Hi80, g.Lo95, g.Hi95, rounded(g.Chance), rounded(g.Index), figure(float64(g.Ratio)),
				g.Enterprises, g.Schools, g.Programmes, g.Openings, rounded(g.Change))
		}
		l.rows = append(l.rows, append(row, yes(ctx, g.Withheld)))
	}
	return l
}

// exported gives the rows of a table's file: the total, and what it is by; with kinds
// of work, the segments too.
func (t *Table) exported() []Gap {
	if t.By == OfKind {
		return slices.Concat([]Gap{t.Total}, t.Segments, t.Kinds)
	}
	return slices.Concat([]Gap{t.Total}, t.Cells)
}

func lineSheet(ctx context.Context, lines []*Line) (l laidOut) {
	for _, word := range []string{"level", "unit", "code", "name", "segments", "quarter", "mean", "persons", "low80", "high80", "low95", "high95", "plan", "weight", "wape"} {
		l.header = append(l.header, say(ctx, "column."+word))
	}
	for _, one := range lines {
		for _, q := range one.Ahead4 {
			row := sheet.Row{say(ctx, "level."+string(one.Level)), one.UnitName, one.Position + one.segmentCode(), one.name(ctx), segmentName(ctx, one.Segment),
				q.Quarter, rounded(q.Mean), q.Whole, q.Lo80, q.Hi80, q.Lo95, q.Hi95}
			if q.Plan != nil {
				row = append(row, figure(float64(q.Plan.Declared)), rounded(q.Plan.Weight))
			} else {
				row = append(row, "", "")
			}
			wape := any("")
			if one.WAPE() >= 0 {
				wape = rounded(one.WAPE())
			}
			l.rows = append(l.rows, append(row, wape))
		}
	}
	return l
}

// segmentCode is the code of a segment's own line.
func (l *Line) segmentCode() string {
	if l.Level == OfSegment {
		return l.Segment
	}
	return ""
}

func rounded(v float64) float64 { return float64(whole(v*1000)) / 1000 }

// figure leaves the cell of a number that does not exist empty.
func figure(v float64) any {
	if v != v {
		return ""
	}
	return rounded(v)
}

func yes(ctx context.Context, v bool) string {
	if v {
		return say(ctx, "yes")
	}
	return ""
}

// segmentName gives a segment's name in the language of ctx, or its code.
func segmentName(ctx context.Context, code string) string {
	c, ok := codes.Shipped().Get("segment", code)
	if !ok {
		return code
	}
	return codes.NameOf(ctx, c)
}

func segmentNames(ctx context.Context, list []string) (names string) {
	for i, code := range list {
		if i > 0 {
			names += i18n.Pick(ctx, "、", ", ")
		}
		names += segmentName(ctx, code)
	}
	return names
}

// education says a level of schooling as the code lists write it.
func education(ctx context.Context, written string) string {
	if key := "outlook.education." + written; written != "" && i18n.Has(key) {
		return i18n.T(ctx, key)
	}
	return written
}
