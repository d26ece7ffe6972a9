package bulletin

import (
	"context"
	"io"
	"math"
	"slices"
	"strings"

	"guildhall/internal/i18n"
	"guildhall/internal/paper"
	"guildhall/internal/sheet"
)

// cite is how an issue is named in others' writing.
func (b *Issue) cite(ctx context.Context) string {
	return say(ctx, "cite_text", b.Content.Publisher.In(ctx), b.Content.Title.In(ctx), b.Number, i18n.Date(ctx, b.PublishedAt))
}

// Paper lays an issue out as a document.
func (b *Issue) Paper(ctx context.Context) paper.Doc {
	c := &b.Content
	d := paper.Doc{Title: c.Title.In(ctx), Subtitle: say(ctx, "number", b.Number) + " · " + i18n.Day(ctx, b.PublishedAt), Author: c.Publisher.In(ctx), At: b.PublishedAt}
	add := func(parts ...paper.Part) { d.Parts = append(d.Parts, parts...) }
	head := func(word string) { add(paper.Heading{Level: 1, Text: say(ctx, "part."+word)}) }
	if b.Revises != "" {
		add(paper.Text{Text: say(ctx, "revises", b.Revises, b.Why)})
	}
	head("findings")
	add(paper.Text{Text: c.said(ctx)}, c.figures(ctx))
	head("charts")
	for i := range c.Charts {
		if part := c.drawn(ctx, &c.Charts[i]); part != nil {
			add(part)
		}
	}
	head("tables")
	for i := range c.Tables {
		t := &c.Tables[i]
		if len(t.Rows) == 0 {
			continue
		}
		add(t.paper(ctx))
		if note := t.remark(ctx); note != "" {
			add(paper.Text{Text: note, Small: true, Flat: true})
		}
	}
	head("notes")
	for _, n := range c.Notes {
		add(paper.Text{Text: n.Term.In(ctx) + say(ctx, "colon") + n.Text.In(ctx), Flat: true})
	}
	head("source")
	add(paper.Text{Text: b.cite(ctx), Flat: true})
	for _, f := range c.Made {
		add(paper.Text{Text: f.Name.In(ctx) + say(ctx, "colon") + f.Value, Small: true, Flat: true})
	}
	add(paper.Text{Text: say(ctx, "hash") + say(ctx, "colon") + b.Hash, Small: true, Flat: true})
	return d
}

func (c *Content) figures(ctx context.Context) paper.Table {
	t := paper.Table{Head: []string{say(ctx, "figure"), say(ctx, "value"), say(ctx, "remark")}, Right: []bool{false, true, false}, Widths: []float64{3, 2, 5}}
	for _, f := range c.Figures {
		t.Rows = append(t.Rows, []string{f.Name.In(ctx), f.Value.show(ctx, f.Kind) + f.Unit.In(ctx), f.Note.In(ctx)})
	}
	return t
}

func (c *Content) drawn(ctx context.Context, x *Chart) paper.Part {
	caption := x.Name.In(ctx)
	if more := x.Line.In(ctx); more != "" {
		caption += say(ctx, "within", more)
	}
	t := c.table(x.Table)
	switch {
	case x.Form == "line":
		return paper.Line{Caption: caption, Line: x.line(ctx)}
	case t == nil || len(x.rows(t)) == 0:
		return nil
	case x.Form == "pairs":
		return paper.Pairs{Caption: caption, Supply: say(ctx, "supply"), Demand: say(ctx, "demand"), Pairs: x.pairs(ctx, t)}
	}
	return paper.Bars{Caption: caption, Bars: x.bars(ctx, t)}
}

// shown gives the rows that pages and print have: those that are not withheld. Files
// for programs have them all.
func (t *Table) shown() [][]Cell {
	return slices.DeleteFunc(slices.Clone(t.Rows), t.withheld)
}

// remark is the table's note, with how many rows are left out.
func (t *Table) remark(ctx context.Context) string {
	note := t.Note.In(ctx)
	if n := len(t.Rows) - len(t.shown()); n > 0 {
		note = strings.TrimSpace(note + " " + say(ctx, "left", n))
	}
	return note
}

// withheld tells whether a row bears no gap where the others do.
func (t *Table) withheld(row []Cell) bool {
	at := t.Column("gap")
	return at >= 0 && row[at].Empty()
}

// paper lays a table out for print: without codes, minor columns and withheld rows.
func (t *Table) paper(ctx context.Context) paper.Table {
	p := paper.Table{Caption: t.Name.In(ctx)}
	var at []int
	for i, c := range t.Columns {
		if !c.Minor && !c.Code {
			at = append(at, i)
			p.Head, p.Right = append(p.Head, c.Name.In(ctx)), append(p.Right, c.Kind.Number())
		}
	}
	for _, row := range t.shown() {
		cells := make([]string, len(at))
		for k, i := range at {
			cells[k] = row[i].show(ctx, t.Columns[i].Kind)
		}
		p.Rows = append(p.Rows, cells)
	}
	return p
}

// Sheet lays a table out for a spreadsheet: every column, numbers as numbers.
func (t *Table) Sheet(ctx context.Context) (header []string, rows []sheet.Row) {
	for _, c := range t.Columns {
		header = append(header, c.Name.In(ctx))
	}
	for _, row := range t.Rows {
		line := make(sheet.Row, len(row))
		for i, c := range row {
			line[i] = c.raw(ctx)
		}
		rows = append(rows, line)
	}
	return header, rows
}

func (c Cell) raw(ctx context.Context) any {
	switch {
	case c.Text != nil:
		return c.Text.In(ctx)
	case math.IsNaN(c.N):
		return ""
	case c.N == math.Trunc(c.N) && math.Abs(c.N) < 1e15:
		return int64(c.N)
	}
	return c.N
}

// WriteCSV writes one table.
func (t *Table) WriteCSV(ctx context.Context, w io.Writer) error {
	header, rows := t.Sheet(ctx)
	return sheet.WriteCSV(w, header, slices.Values(rows))
}

// WriteXLSX writes a workbook: what it is about, then a sheet for each table.
func (b *Issue) WriteXLSX(ctx context.Context, w io.Writer) error {
	c := &b.Content
	about := []sheet.Row{{say(ctx, "title"), c.Title.In(ctx)}, {say(ctx, "issue"), b.Number}, {say(ctx, "publisher"), c.Publisher.In(ctx)},
		{say(ctx, "published"), i18n.Date(ctx, b.PublishedAt)}, {say(ctx, "as_of"), c.AsOf}}
	if b.Revises != "" {
		about = append(about, sheet.Row{say(ctx, "revision"), say(ctx, "revises", b.Revises, b.Why)})
	}
	for _, f := range c.Findings {
		about = append(about, sheet.Row{say(ctx, "finding"), f.In(ctx)})
	}
	for _, f := range c.Figures {
		about = append(about, sheet.Row{f.Name.In(ctx), f.Value.raw(ctx), f.Unit.In(ctx), f.Note.In(ctx)})
	}
	for _, n := range c.Notes {
		about = append(about, sheet.Row{n.Term.In(ctx), n.Text.In(ctx)})
	}
	for _, f := range c.Made {
		about = append(about, sheet.Row{f.Name.In(ctx), f.Value})
	}
	about = append(about, sheet.Row{say(ctx, "cite"), b.cite(ctx)}, sheet.Row{say(ctx, "hash"), b.Hash})
	tables := []sheet.Table{{Name: say(ctx, "about"), Header: []string{say(ctx, "item"), say(ctx, "value"), say(ctx, "unit"), say(ctx, "remark")}, Rows: slices.Values(about)}}
	for i := range c.Tables {
		header, rows := c.Tables[i].Sheet(ctx)
		tables = append(tables, sheet.Table{Name: c.Tables[i].Name.In(ctx), Header: header, Rows: slices.Values(rows)})
	}
	return sheet.WriteBook(w, tables)
}
