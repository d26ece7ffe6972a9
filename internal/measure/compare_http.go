package measure

import (
	"cmp"
	"context"
	"io"
	"iter"
	"net/http"
	"slices"

	"guildhall/internal/chart"
	"guildhall/internal/fault"
	"guildhall/internal/sheet"
	"guildhall/internal/web"
)

// comparing asks for a part of a comparison.
type comparing struct {
	With   string `json:"with"`   // the report to compare with; empty: the one before
	Turned string `json:"turned"` // better, worse or same; empty: all
	Format string `json:"format"` // xlsx or csv
}

func (m *Measure) getComparison(r *http.Request) (web.Reply, error) {
	ctx := r.Context()
	q, err := web.Query[comparing](r)
	if err != nil {
		return web.Reply{}, err
	}
	if q.Turned != "" && !slices.Contains(turns, q.Turned) {
		return web.Reply{}, fault.Invalid.New("measure.compare.no_turn", q.Turned)
	}
	c, err := m.Compare(ctx, r.PathValue("id"), q.With)
	if err != nil {
		return web.Reply{}, err
	}
	name := c.Report.Name + " " + say(ctx, "compare.title")
	switch q.Format {
	case "":
		return web.Reply{Data: c, Page: comparisonPage(c, q)}, nil
	case "csv":
		return web.Reply{File: &web.File{Name: name + ".csv", Type: "text/csv; charset=utf-8",
			Write: func(w io.Writer) error { return sheet.WriteCSV(w, c.head(ctx), c.table(ctx, q.Turned)) }}}, nil
	case "xlsx":
		return web.Reply{File: &web.File{Name: name + ".xlsx", Type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
			Write: func(w io.Writer) error {
				return sheet.WriteXLSX(w, say(ctx, "compare.title"), c.head(ctx), c.table(ctx, q.Turned))
			}}}, nil
	}
	return web.Reply{}, fault.Invalid.New("measure.format", q.Format)
}

func (c *Comparison) head(ctx context.Context) []string {
	with := say(ctx, "compare.was")
	if c.With != nil {
		with = c.With.Name
	}
	return []string{say(ctx, "column.code"), say(ctx, "column.name"), say(ctx, "column.unit"), with, c.Report.Name, say(ctx, "column.change"), say(ctx, "compare.verdicts")}
}

func (c *Comparison) table(ctx context.Context, turned string) iter.Seq[sheet.Row] {
	return func(yield func(sheet.Row) bool) {
		for _, ch := range c.wanted(turned) {
			if !yield(sheet.Row{ch.Code, ch.in(ctx), ch.Unit, ch.beforeText(), ch.text(), ch.change(), ch.verdicts(ctx)}) {
				return
			}
		}
	}
}

var turns = []string{"better", "worse", "same"}

// wanted gives the rows that turned so, or all with their groups.
func (c *Comparison) wanted(turned string) []*Change {
	if turned == "" {
		return c.Changes
	}
	return slices.DeleteFunc(slices.Clone(c.Changes), func(ch *Change) bool { return ch.Turned != turned })
}

func (c *Comparison) line(ctx context.Context) string {
	if c.With == nil {
		return c.Report.Name
	}
	return say(ctx, "compare.line", c.Report.Name, c.With.Name)
}

func (c *Comparison) withID() string {
	if c.With == nil {
		return ""
	}
	return c.With.ID
}

func otherChoices(list []*Period) (all []web.Choice) {
	for _, p := range list {
		all = append(all, web.Choice{Value: p.ID, Text: p.Name})
	}
	return all
}

func turnedChoices(ctx context.Context) []web.Choice {
	all := []web.Choice{{Text: say(ctx, "compare.all")}}
	for _, t := range turns {
		all = append(all, web.Choice{Value: t, Text: say(ctx, "compare."+t)})
	}
	return all
}

// pastLine draws a row over its reports, where more than one has a value.
func pastLine(ctx context.Context, l *Line, list []Past) (chart.Line, bool) {
	d := chart.Line{Title: l.in(ctx), Unit: l.Unit, Known: len(list)}
	var y []float64
	for _, p := range list {
		if p.Value == nil {
			continue
		}
		v, _ := p.Value.Float64()
		y, d.Labels = append(y, v), append(d.Labels, cmp.Or(p.To[:7], p.Name))
	}
	d.Known = len(y)
	d.Traces = []chart.Trace{{Name: say(ctx, "column.value"), Kind: chart.Demand, Y: y}}
	return d, len(y) > 1
}
