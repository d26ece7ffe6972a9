package bulletin

import (
	"context"
	"math"
	"slices"
	"strings"

	"guildhall/forecast"
	"guildhall/internal/chart"
	"guildhall/internal/i18n"
)

func count(v float64) string { return i18n.Count(int64(math.Round(v))) }

func plain(list []forecast.Figure) []float64 {
	ys := make([]float64, len(list))
	for i, v := range list {
		ys[i] = float64(v)
	}
	return ys
}

// line gives a line as charts draw it.
func (c *Chart) line(ctx context.Context) chart.Line {
	l := chart.Line{Title: c.Title.In(ctx), Unit: c.Unit.In(ctx), Labels: c.Labels, Known: c.Known, Boundary: c.Boundary.In(ctx), Say: count}
	for _, t := range c.Traces {
		trace := chart.Trace{Name: t.Name.In(ctx), Kind: t.Kind, Y: plain(t.Y)}
		for _, b := range t.Bands {
			trace.Bands = append(trace.Bands, chart.Band{Lo: plain(b.Lo), Hi: plain(b.Hi)})
		}
		l.Traces = append(l.Traces, trace)
	}
	return l
}

// rows gives those of a table that a chart shows: the first and the last that have
// figures. The table has them all.
func (c *Chart) rows(t *Table) [][]Cell {
	gap := t.Column("gap")
	all := slices.DeleteFunc(slices.Clone(t.Rows), func(r []Cell) bool { return gap < 0 || r[gap].Empty() })
	if len(all) <= c.First+c.Last {
		return all
	}
	return slices.Concat(all[:c.First], all[len(all)-c.Last:])
}

// link gives the page of a row, or nothing.
func (t *Table) link(row []Cell) string {
	at := t.Column("code")
	if t.Link == "" || at < 0 || row[at].Text == nil {
		return ""
	}
	return strings.ReplaceAll(t.Link, "{code}", row[at].Text.ZH)
}

func (t *Table) cell(row []Cell, key string) Cell {
	if at := t.Column(key); at >= 0 {
		return row[at]
	}
	return None()
}

// pairs draws demand and supply of the rows of a table.
func (c *Chart) pairs(ctx context.Context, t *Table) chart.Pairs {
	p := chart.Pairs{Head: say(ctx, "kind"), Tail: say(ctx, "gap"), Say: count}
	for _, r := range c.rows(t) {
		name, demand, supply := t.cell(r, "name").show(ctx, Words), t.cell(r, "demand"), t.cell(r, "supply")
		p.Rows = append(p.Rows, chart.Pair{Label: name, Link: t.link(r), Demand: demand.N, Supply: supply.N,
			Title: say(ctx, "pair", name, count(demand.N), count(supply.N)), Text: t.cell(r, "gap").show(ctx, Gap)})
	}
	return p
}

// bars draws the gaps of the rows of a table.
func (c *Chart) bars(ctx context.Context, t *Table) (b chart.Bars) {
	for _, r := range c.rows(t) {
		gap := t.cell(r, "gap")
		b.Rows = append(b.Rows, chart.Bar{Label: t.cell(r, "name").show(ctx, Words), Link: t.link(r), Value: gap.N, Text: gap.show(ctx, Gap),
			More: " " + t.cell(r, "ratio").show(ctx, Ratio)})
	}
	return b
}
