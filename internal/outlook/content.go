package outlook

import (
	"context"
	"slices"

	"guildhall/forecast"
	"guildhall/internal/auth"
	"guildhall/internal/bulletin"
	"guildhall/internal/chart"
	"guildhall/internal/codes"
	"guildhall/internal/db"
	"guildhall/internal/i18n"
)

// account is all of a release that a bulletin is made from.
type account struct {
	release *Release
	gaps    []*Gap
	lines   []*Line // sums only: kinds, segments, the total
	advice  []*Advice
}

// draft writes a bulletin from what is kept of a release.
func draft(tx *db.Tx, r *Release) (*bulletin.Content, error) {
	t := account{release: r}
	var err error
	if t.gaps, err = listGaps(tx, r.ID); err != nil {
		return nil, err
	}
	if t.advice, err = listAdvice(tx, r.ID); err != nil {
		return nil, err
	}
	if t.lines, err = allLines(tx, r.ID); err != nil {
		return nil, err
	}
	return t.content(tx.Context()), nil
}

// content says in a bulletin what a stranger may see of a release, in every language.
func (t account) content(ctx context.Context) *bulletin.Content {
	r := t.release
	table := tableFor(auth.Actor{}, &Release{ID: r.ID, State: Published, AsOf: r.AsOf, Year: r.Year, Terms: r.Terms, Summary: r.Summary}, t.gaps, Search{})
	c := &bulletin.Content{Edition: bulletin.Edition, Title: both(ctx, "bulletin.title", r.Year), Publisher: r.Summary.Publisher, AsOf: r.AsOf, Year: r.Year,
		Findings: t.findings(ctx, table), Figures: keyFigures(ctx, table), Notes: notes(ctx, r), Made: basis(ctx, r),
		Links: []bulletin.Related{{Name: both(ctx, "gaps"), Path: "/gaps?release=" + r.ID}, {Name: both(ctx, "forecasts"), Path: "/forecasts?release=" + r.ID}}}
	c.Tables = t.tables(ctx, table)
	c.Charts = t.charts(ctx, table)
	return c
}

// both gives a word of the room in both languages.
func both(ctx context.Context, word string, args ...any) bulletin.Text {
	return bulletin.Say(ctx, "outlook."+word, args...)
}

func inBoth(ctx context.Context, say func(context.Context) string) bulletin.Text {
	return bulletin.Each(ctx, say)
}

func (t account) findings(ctx context.Context, table *Table) (list []bulletin.Text) {
	zh, en := findings(i18n.With(ctx, "zh-CN"), table), findings(i18n.With(ctx, "en"), table)
	for i := range zh {
		list = append(list, bulletin.Text{ZH: zh[i], EN: en[i]})
	}
	s := t.release.Summary
	if s.Listed > 0 {
		list = append(list, both(ctx, "finding.listed", s.Listed))
	}
	if b := s.Before; b != nil {
		list = append(list, both(ctx, "note.before_text", b.Number, i18n.Decimal(b.Expected, 0), i18n.Decimal(b.Happened, 0), b.Within, b.Values))
	}
	if t.release.Backdated {
		list = append(list, both(ctx, "finding.backdated", t.release.AsOf))
	}
	return list
}

// keyFigures are those of the head of the gap table.
func keyFigures(ctx context.Context, t *Table) []bulletin.Figure {
	s, g, persons := t.Release.Summary, t.Total, both(ctx, "persons")
	size := g
	size.Gap = abs(g.Gap)
	list := []bulletin.Figure{
		{Key: "demand", Name: both(ctx, "demand_of", t.Release.Year), Value: bulletin.Num(g.Demand), Kind: bulletin.Count, Unit: persons, Note: both(ctx, "of_hires", i18n.Count(g.Hires))},
		{Key: "supply", Name: both(ctx, "supply_of", t.Release.Year), Value: bulletin.Num(g.Supply), Kind: bulletin.Count, Unit: persons, Note: both(ctx, "schools_programmes", g.Schools, g.Programmes)},
		{Key: "gap", Name: both(ctx, gapWord(g)), Value: bulletin.Num(size.Gap), Kind: bulletin.Count, Unit: persons, Alarm: g.Gap > 0,
			Note: inBoth(ctx, func(ctx context.Context) string { return say(ctx, "between", signed(ctx, g.Lo80), signed(ctx, g.Hi80)) })},
		{Key: "ratio", Name: both(ctx, "column.ratio"), Value: numberOr(g.Ratio), Kind: bulletin.Ratio, Note: both(ctx, "openings_now", i18n.Count(g.Openings))},
		{Key: "hires", Name: both(ctx, "hires_ahead"), Value: bulletin.Num(g.Hires), Kind: bulletin.Count, Unit: persons, Note: both(ctx, "against_year", inPercent(g.Change))},
	}
	if s.Members > 0 {
		list = append(list, bulletin.Figure{Key: "coverage", Name: both(ctx, "coverage"), Value: bulletin.Num(float64(s.Enterprises) / float64(s.Members)), Kind: bulletin.Share,
			Note: both(ctx, "told_of", s.Enterprises, s.Members)})
	}
	return list
}

func numberOr(f forecast.Figure) bulletin.Cell {
	if !f.Known() {
		return bulletin.None()
	}
	return bulletin.Num(float64(f))
}

// notes tell what the figures mean, how they were made, and how sure they are.
func notes(ctx context.Context, r *Release) (list []bulletin.Note) {
	s, rule := r.Summary, r.Terms.Assumed.Rule
	add := func(term string, text func(context.Context) string) {
		list = append(list, bulletin.Note{Term: both(ctx, "note."+term), Text: inBoth(ctx, text)})
	}
	add("meaning", func(ctx context.Context) string {
		return say(ctx, "note.meaning_text", r.AsOf, i18n.Percent(rule.Entrants), i18n.Percent(rule.Stay), i18n.Percent(rule.Reach))
	})
	add("method", func(ctx context.Context) string { return say(ctx, "note.method_text", s.Plans, s.PlansUsed) })
	add("sure", func(ctx context.Context) string { return sureText(ctx, s) })
	if s.Surveyed != nil {
		add("survey", func(ctx context.Context) string { return surveyText(ctx, s.Surveyed) })
	}
	add("supply", func(ctx context.Context) string {
		return say(ctx, "note.supply_text", i18n.Count(s.Roster), i18n.Count(s.Places), i18n.Percent(rule.Roster), i18n.Percent(s.Further))
	})
	add("withheld", func(ctx context.Context) string { return say(ctx, "note.withheld_text", s.Withheld) })
	if s.Thin > 0 {
		add("thin", func(ctx context.Context) string { return say(ctx, "note.thin_text", s.Thin, enough) })
	}
	add("index", func(ctx context.Context) string { return say(ctx, "note.index_text", i18n.Percent(rule.Relative)) })
	add("listing", func(ctx context.Context) string { return listingText(ctx, r.Terms.Listed.Rule) })
	add("advising", func(ctx context.Context) string { return advisingText(ctx, r.Terms.Advised.Rule) })
	return list
}

// basis tells what a bulletin was made from: the snapshot and the rules.
func basis(ctx context.Context, r *Release) []bulletin.Fact {
	t := r.Terms
	list := []bulletin.Fact{{Name: both(ctx, "snapshot"), Value: r.Summary.Hash}}
	for _, h := range []struct{ kind, id, since, article string }{{kindAssumption, t.Assumed.ID, t.Assumed.Since, t.Assumed.Article},
		{kindListing, t.Listed.ID, t.Listed.Since, t.Listed.Article}, {kindAdvising, t.Advised.ID, t.Advised.Since, t.Advised.Article}} {
		value := h.id
		if h.since != "" {
			value = h.since + " " + h.article + " " + h.id
		}
		list = append(list, bulletin.Fact{Name: bulletin.Say(ctx, h.kind), Value: value})
	}
	return list
}

// charts are those of the gap page, and of the forecast and how the last one came true.
func (t account) charts(ctx context.Context, table *Table) []bulletin.Chart {
	r := t.release
	list := []bulletin.Chart{
		{Key: "kinds", Form: "pairs", Name: both(ctx, "pairs_head"), Line: both(ctx, "pairs_line"), Table: "kinds", First: 12, Last: 6},
		drawn(ctx, "trend", "trend_head", "trend_line", func(ctx context.Context) chart.Line {
			return trend(ctx, r.Year, r.Terms.Assumed.Rule, table.Total, r.Summary.Outlook)
		}),
	}
	if i := slices.IndexFunc(t.lines, func(l *Line) bool { return l.Level == OfTotal }); i >= 0 {
		total := t.lines[i]
		list = append(list, drawn(ctx, "quarters", "course", "bands", total.course))
		if r.Summary.Before != nil && len(r.Summary.Before.Said) > 0 {
			list = append(list, drawn(ctx, "before", "came_true", "came_true_line", func(ctx context.Context) chart.Line {
				return total.against(ctx, r.Summary.Before)
			}))
		}
	}
	return append(list, bulletin.Chart{Key: "segments", Form: "bars", Name: both(ctx, "bars_head"), Line: both(ctx, "bars_line"), Table: "segments", First: 8, Last: 5})
}

// drawn keeps a line with its words in both languages.
func drawn(ctx context.Context, key, name, under string, draw func(context.Context) chart.Line) bulletin.Chart {
	zh, en := draw(i18n.With(ctx, "zh-CN")), draw(i18n.With(ctx, "en"))
	c := bulletin.Chart{Key: key, Form: "line", Name: both(ctx, name), Line: both(ctx, under), Title: bulletin.Text{ZH: zh.Title, EN: en.Title},
		Unit: bulletin.Text{ZH: zh.Unit, EN: en.Unit}, Labels: zh.Labels, Known: zh.Known, Boundary: bulletin.Text{ZH: zh.Boundary, EN: en.Boundary}}
	for i, t := range zh.Traces {
		trace := bulletin.Trace{Name: bulletin.Text{ZH: t.Name, EN: en.Traces[i].Name}, Kind: t.Kind, Y: asFigures(t.Y)}
		for _, b := range t.Bands {
			trace.Bands = append(trace.Bands, bulletin.Band{Lo: asFigures(b.Lo), Hi: asFigures(b.Hi)})
		}
		c.Traces = append(c.Traces, trace)
	}
	return c
}

func asFigures(ys []float64) []forecast.Figure {
	list := make([]forecast.Figure, len(ys))
	for i, y := range ys {
		list[i] = forecast.Figure(y)
	}
	return list
}

// programmeName gives the name of a programme of the list.
func programmeName(ctx context.Context, code string) string {
	c, ok := codes.Shipped().Get("programme", code)
	if !ok {
		return code
	}
	return codes.NameOf(ctx, c)
}
