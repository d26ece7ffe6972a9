package measure

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"guildhall/internal/chart"
	"guildhall/internal/db"
	"guildhall/internal/i18n"
	"guildhall/internal/paper"
	"guildhall/internal/web"
)

// Printed is all that a printed report holds.
type Printed struct {
	*Comparison
	Records map[string][]Record
	At      time.Time // when it was frozen, or counted
}

// Gather collects a report for printing, beside another one or the one before.
func (m *Measure) Gather(ctx context.Context, id, with string) (*Printed, error) {
	return db.View(ctx, m.DB, func(tx *db.Tx) (*Printed, error) {
		if err := policy.Allow(ctx, "measure.report.read", Thing{}); err != nil {
			return nil, err
		}
		r, err := report(tx, id)
		if err != nil {
			return nil, err
		}
		return r.gather(tx, with)
	})
}

func (r *Report) gather(tx *db.Tx, with string) (*Printed, error) {
	p := &Printed{Records: map[string][]Record{}, At: tx.Now}
	if r.FrozenAt != nil {
		p.At = *r.FrozenAt
	}
	var err error
	if r.names, err = r.others(tx); err != nil {
		return nil, err
	}
	if p.Comparison, err = r.compared(tx, with); err != nil {
		return nil, err
	}
	for _, l := range r.Lines {
		if p.Records[l.Code], err = r.records(tx, l); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// print gives a report as a file. It is written whole before the first byte leaves,
// so that a missing font is told as a fault.
func (m *Measure) print(ctx context.Context, p *Printed, format string) (web.Reply, error) {
	d := p.paper(ctx)
	var out bytes.Buffer
	var err error
	kind := "application/pdf"
	if format == "pdf" {
		var fonts paper.Fonts
		if fonts, err = paper.Find(m.Fonts); err == nil {
			err = paper.WritePDF(ctx, &out, d, fonts)
		}
	} else {
		kind, err = "application/vnd.openxmlformats-officedocument.wordprocessingml.document", paper.WriteWord(&out, d)
	}
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{File: &web.File{Name: p.Report.Name + "." + format, Type: kind,
		Write: func(w io.Writer) error { _, err := w.Write(out.Bytes()); return err }}}, nil
}

// pdf writes the report as PDF, or tells that there is no font to write it with.
func (m *Measure) pdf(ctx context.Context, p *Printed) ([]byte, error) {
	fonts, err := paper.Find(m.Fonts)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = paper.WritePDF(ctx, &out, p.paper(ctx), fonts)
	return out.Bytes(), err
}

// paper lays the report out: cover, summary, what must not be hit, the rows by tree,
// words and entries by hand, the period before, the evidence, and where to sign.
func (p *Printed) paper(ctx context.Context) paper.Doc {
	r := p.Report
	d := paper.Doc{Title: r.Name, Subtitle: r.Standard.Name + "　" + r.Standard.Edition, Author: web.BodyName(ctx), At: p.At, Cover: true}
	d.Parts = append(d.Parts, p.cover(ctx), paper.Break{})
	d.Parts = append(d.Parts, p.summary(ctx)...)
	d.Parts = append(d.Parts, p.vetoes(ctx)...)
	d.Parts = append(d.Parts, p.rows(ctx)...)
	d.Parts = append(d.Parts, p.words(ctx)...)
	d.Parts = append(d.Parts, p.before(ctx)...)
	d.Parts = append(d.Parts, p.evidence(ctx)...)
	d.Parts = append(d.Parts, paper.Text{Text: say(ctx, "print.closing"), Small: true, Flat: true},
		paper.Sign{Places: []string{say(ctx, "print.made_by"), say(ctx, "print.checked_by"), say(ctx, "print.approved_by")}, Date: say(ctx, "print.date"), Seal: say(ctx, "print.seal")})
	return d
}

func (p *Printed) cover(ctx context.Context) paper.Table {
	r := p.Report
	state, vocabulary := say(ctx, "print.live", i18n.Time(ctx, p.At)), r.Vocabulary
	if r.FrozenAt != nil {
		state = say(ctx, "print.frozen", i18n.Time(ctx, p.At))
	}
	with := say(ctx, "with_none")
	if p.With != nil {
		with = p.With.Name + "（" + p.With.From + " – " + p.With.To + "）"
	}
	rows := [][]string{
		{say(ctx, "print.body"), web.BodyName(ctx)},
		{say(ctx, "print.days"), r.From + " – " + r.To},
		{say(ctx, "standard"), r.Standard.Name + " " + r.Standard.Edition},
		{say(ctx, "source"), r.Standard.Source},
		{say(ctx, "print.file"), r.Standard.SHA256},
		{say(ctx, "print.state"), state},
		{say(ctx, "with"), with},
	}
	if vocabulary != "" {
		rows = append(rows, []string{say(ctx, "print.vocabulary"), vocabulary})
	}
	return paper.Table{Head: []string{say(ctx, "print.about"), ""}, Rows: rows, Widths: []float64{1, 3}}
}

// part is the rows under one of the highest rows of the tree.
type part struct {
	name  string
	lines []*Line
}

func (r *Report) parts() (list []part) {
	for _, l := range r.Lines {
		if l.Depth == 0 {
			list = append(list, part{name: l.Name})
		}
		if len(list) > 0 && l.Kind != Group {
			list[len(list)-1].lines = append(list[len(list)-1].lines, l)
		}
	}
	return list
}

func (p part) tally() Tally {
	r := Report{Lines: p.lines}
	return r.Tally()
}

func (p *Printed) summary(ctx context.Context) []paper.Part {
	t := p.Report.Tally()
	parts := []paper.Part{paper.Heading{Level: 1, Text: say(ctx, "print.summary")},
		paper.Text{Text: say(ctx, "print.tally", t.Rows, t.Counted, t.Registered, t.ByHand, t.Open)},
		paper.Text{Text: say(ctx, "print.stands", t.Met, t.NotMet, t.Hit)}}
	if p.With != nil {
		parts = append(parts, paper.Text{Text: say(ctx, "print.turned", p.With.Name, p.Count("better"), p.Count("worse"), p.Count("same"))})
	}
	table := paper.Table{Caption: say(ctx, "print.by_part"), Head: []string{say(ctx, "column.name"), say(ctx, "kpi.rows"), say(ctx, "kpi.counted"), say(ctx, "kpi.registered"),
		say(ctx, "kpi.hand"), say(ctx, "kpi.open"), say(ctx, "kpi.met"), say(ctx, "kpi.not_met"), say(ctx, "kpi.hit")}, Right: []bool{false, true, true, true, true, true, true, true, true},
		Widths: []float64{3.4, 1, 1.2, 1.2, 1.2, 1.2, 1, 1.1, 1}}
	bars := paper.Bars{Caption: say(ctx, "print.met_share"), Bars: chart.Bars{Plain: true}}
	for _, part := range p.Report.parts() {
		t := part.tally()
		row := []string{part.name}
		for _, n := range []int{t.Rows, t.Counted, t.Registered, t.ByHand, t.Open, t.Met, t.NotMet, t.Hit} {
			row = append(row, strconv.Itoa(n))
		}
		table.Rows = append(table.Rows, row)
		if judged := t.Met + t.NotMet + t.Hit; judged > 0 {
			bars.Rows = append(bars.Rows, chart.Bar{Label: part.name, Value: float64(t.Met) * 100 / float64(judged), Text: say(ctx, "print.met_of", t.Met, judged)})
		}
	}
	return append(parts, table, bars)
}

// vetoes lists the rows that must not be hit, those that are hit first.
func (p *Printed) vetoes(ctx context.Context) []paper.Part {
	t := paper.Table{Head: []string{say(ctx, "column.code"), say(ctx, "column.name"), say(ctx, "column.value"), say(ctx, "print.trigger"), say(ctx, "column.verdict"), say(ctx, "print.warned")},
		Right: []bool{false, false, true}, Widths: []float64{1.3, 3, 1, 1, 1, 3}}
	var list []*Line
	for _, l := range p.Report.Lines {
		if l.Kind == Veto {
			list = append(list, l)
		}
	}
	slices.SortStableFunc(list, func(a, b *Line) int { return cmp.Compare(b2i(b.Verdict == "hit"), b2i(a.Verdict == "hit")) })
	for _, l := range list {
		t.Rows = append(t.Rows, []string{l.Code, l.in(ctx), l.valued(), l.Threshold, say(ctx, "verdict."+l.Verdict), l.warned(ctx)})
	}
	if len(t.Rows) == 0 {
		return nil
	}
	return []paper.Part{paper.Heading{Level: 1, Text: say(ctx, "print.vetoes")}, paper.Text{Text: say(ctx, "print.vetoes_line")}, t}
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// warned tells when the row warned, and when that was over.
func (l *Line) warned(ctx context.Context) string {
	switch w := l.Warning; {
	case w == nil:
		return ""
	case w.ClearedAt == nil:
		return say(ctx, "warned_on", i18n.Date(ctx, w.RaisedAt))
	default:
		return say(ctx, "warned_and_cleared", i18n.Date(ctx, w.RaisedAt), i18n.Date(ctx, *w.ClearedAt))
	}
}

// rows gives a table for each part of the tree; rows between carry the way to a row.
func (p *Printed) rows(ctx context.Context) []paper.Part {
	parts := []paper.Part{paper.Heading{Level: 1, Text: say(ctx, "print.rows")}, paper.Text{Text: say(ctx, "print.rows_line")}}
	var way []string
	var t *paper.Table
	flush := func() {
		if t != nil && len(t.Rows) > 0 {
			parts = append(parts, *t)
		}
		t = nil
	}
	for _, l := range p.Report.Lines {
		if l.Kind == Group {
			flush()
			way = append(way[:min(l.Depth, len(way))], l.Name)
			if l.Depth == 0 {
				parts = append(parts, paper.Heading{Level: 2, Text: l.Name})
			}
			continue
		}
		if t == nil {
			caption := ""
			if l.Depth > 1 && l.Depth <= len(way) {
				caption = strings.Join(way[1:l.Depth], " · ")
			}
			t = &paper.Table{Caption: caption, Head: []string{say(ctx, "column.code"), say(ctx, "column.name"), say(ctx, "column.value"), say(ctx, "column.threshold"), say(ctx, "column.verdict"), say(ctx, "column.how")},
				Right: []bool{false, false, true}, Widths: []float64{1.35, 5, 1.5, 1, 1.1, 1.6}}
		}
		name := l.in(ctx)
		if more := l.others(ctx); more != "" {
			name += "\n" + more
		}
		t.Rows = append(t.Rows, []string{l.Code, name, l.valued(), l.Threshold, say(ctx, "verdict."+cmp.Or(l.Verdict, "open")), l.how(ctx)})
	}
	flush()
	return parts
}

// words gives what was stated by hand: figures, and words on qualitative rows.
func (p *Printed) words(ctx context.Context) []paper.Part {
	parts := []paper.Part{paper.Heading{Level: 1, Text: say(ctx, "print.words")}}
	for _, l := range p.Report.Lines {
		if l.Entry == nil {
			continue
		}
		head := l.Code + "　" + l.in(ctx) + "　" + say(ctx, "print.by_hand", say(ctx, "kind."+l.Kind))
		parts = append(parts, paper.Heading{Level: 3, Text: head})
		if l.Entry.Value != "" {
			parts = append(parts, paper.Text{Text: say(ctx, "column.value") + "：" + l.valued(), Flat: true})
		}
		reviewed := say(ctx, "print.unreviewed")
		if l.Entry.Verdict != "" {
			reviewed = say(ctx, "print.reviewed", i18n.Key("measure.verdict."+l.Entry.Verdict))
		}
		parts = append(parts, paper.Text{Text: l.Entry.Words}, paper.Text{Text: say(ctx, "print.stated_at", i18n.Time(ctx, l.Entry.At)) + "　" + reviewed, Small: true, Flat: true})
	}
	if len(parts) == 1 {
		parts = append(parts, paper.Text{Text: say(ctx, "print.no_words")})
	}
	return parts
}

// before holds the rows against the period before.
func (p *Printed) before(ctx context.Context) []paper.Part {
	parts := []paper.Part{paper.Heading{Level: 1, Text: say(ctx, "print.before")}}
	if p.With == nil {
		return append(parts, paper.Text{Text: say(ctx, "print.no_before")})
	}
	parts = append(parts, paper.Text{Text: say(ctx, "print.before_line", p.With.Name, p.With.From, p.With.To)})
	if pairs := p.pairs(ctx); len(pairs.Rows) > 0 {
		parts = append(parts, paper.Pairs{Caption: say(ctx, "compare.percent"), Supply: p.With.Name, Demand: p.Report.Name, Pairs: pairs})
	}
	t := paper.Table{Head: []string{say(ctx, "column.code"), say(ctx, "column.name"), say(ctx, "compare.was"), say(ctx, "compare.is"), say(ctx, "column.change"), say(ctx, "compare.verdicts")},
		Right: []bool{false, false, true, true, true}, Widths: []float64{1.35, 4, 1.4, 1.4, 1.3, 2.2}}
	for _, c := range p.Changes {
		if c.Kind != Group && (len(c.Figures) > 0 || len(c.Before) > 0 || c.Was != c.Verdict) {
			t.Rows = append(t.Rows, []string{c.Code, c.in(ctx), c.beforeText(), c.valued(), c.change(), c.verdicts(ctx)})
		}
	}
	return append(parts, t)
}

// verdicts tells how the row stood, and how it stands.
func (c *Change) verdicts(ctx context.Context) string {
	is := say(ctx, "verdict."+cmp.Or(c.Verdict, "open"))
	if c.Was == "" || c.Was == c.Verdict {
		return is
	}
	return say(ctx, "verdict."+c.Was) + " → " + is
}

// pairs draws the rows in per cent, which are alike enough to stand on one scale.
func (c *Comparison) pairs(ctx context.Context) chart.Pairs {
	d := chart.Pairs{Head: say(ctx, "column.name"), Tail: say(ctx, "column.change"), Say: func(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) + "%" }}
	for _, ch := range c.Changes {
		v, was := ch.Value(), ch.before()
		if ch.Unit != "%" || v == nil || was == nil {
			continue
		}
		is, _ := v.Float64()
		before, _ := was.Float64()
		d.Rows = append(d.Rows, chart.Pair{Label: ch.in(ctx), Link: rowPath(c.Report.ID, ch.Code), Demand: is, Supply: before, Text: ch.change(),
			Title: say(ctx, "compare.pair", ch.in(ctx), ch.beforeText(), ch.valued())})
	}
	return d
}

// evidence counts the records behind each row, with one mark over all of theirs.
func (p *Printed) evidence(ctx context.Context) []paper.Part {
	t := paper.Table{Head: []string{say(ctx, "column.code"), say(ctx, "column.name"), say(ctx, "print.records"), say(ctx, "print.samples"), say(ctx, "print.mark")},
		Right: []bool{false, false, true, true}, Widths: []float64{1.3, 3.6, 0.9, 1.3, 3.2}}
	all := 0
	for _, l := range p.Report.Lines {
		list := p.Records[l.Code]
		if len(list) == 0 {
			continue
		}
		all += len(list)
		t.Rows = append(t.Rows, []string{l.Code, l.in(ctx), i18n.Count(int64(len(list))), samples(ctx, list), markOf(list)[:32]})
	}
	return []paper.Part{paper.Heading{Level: 1, Text: say(ctx, "print.evidence")}, paper.Text{Text: say(ctx, "print.evidence_line", all, len(t.Rows))}, t}
}

// samples tells how many records were held against their evidence, and how many of
// them did not stand it.
func samples(ctx context.Context, list []Record) string {
	n, bad := 0, 0
	for _, r := range list {
		if r.Check != nil {
			n++
			bad += b2i(r.Check.Verdict != "agrees")
		}
	}
	if n == 0 {
		return "–"
	}
	return say(ctx, "print.sampled", n, bad)
}

// markOf is one mark over the marks of records, whatever their order.
func markOf(list []Record) string {
	marks := make([]string, len(list))
	for i, r := range list {
		marks[i] = r.ID + " " + r.SHA256
	}
	slices.Sort(marks)
	sum := sha256.New()
	for _, m := range marks {
		fmt.Fprintln(sum, m)
	}
	return hex.EncodeToString(sum.Sum(nil))
}
