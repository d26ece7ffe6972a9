package outlook

import (
	"context"
	"math"
	"slices"
	"strconv"
	"strings"

	"guildhall/forecast"
	"guildhall/internal/chart"
	"guildhall/internal/codes"
	"guildhall/internal/i18n"
	"guildhall/internal/web"
)

// name gives a line's name in the language of ctx, without its unit.
func (l *Line) name(ctx context.Context) string {
	if l.Level == OfTotal {
		return say(ctx, "all_kinds")
	}
	return i18n.Pick(ctx, l.Name, l.NameEN)
}

// title names a line wholly.
func (l *Line) title(ctx context.Context) string {
	if l.UnitName == "" {
		return l.name(ctx)
	}
	return l.UnitName + " · " + l.name(ctx)
}

// headed and below give the two lines by which a list names a line: what it is of
// first, or the enterprise first where all are of one kind of work.
func (l *Line) headed(ctx context.Context, byKind bool) string {
	if byKind || l.UnitName == "" {
		return l.name(ctx)
	}
	return l.UnitName
}

func (l *Line) below(ctx context.Context, byKind bool) string {
	if byKind && l.UnitName != "" {
		return l.UnitName + " · " + lineKind(ctx, l)
	}
	return lineKind(ctx, l)
}

// signed says a gap in words: 缺 848, 余 475.
func signed(ctx context.Context, gap int64) string {
	switch {
	case gap > 0:
		return say(ctx, "short", i18n.Count(gap))
	case gap < 0:
		return say(ctx, "spare", i18n.Count(-gap))
	}
	return say(ctx, "even")
}

// outstanding gives the first and the last of what can be shown; the table has
// them all.
func outstanding(all []Gap, first, last int) []Gap {
	all = shownKinds(all)
	if len(all) <= first+last {
		return all
	}
	return slices.Concat(all[:first], all[len(all)-last:])
}

// pairs draws demand and supply of kinds of work.
func pairs(ctx context.Context, kinds []Gap, link func(Gap) string) chart.Pairs {
	p := chart.Pairs{Head: say(ctx, "column.kind"), Tail: say(ctx, "column.gap"), Say: count}
	for _, g := range outstanding(kinds, 12, 6) {
		p.Rows = append(p.Rows, chart.Pair{Label: g.name(ctx), Link: link(g), Demand: float64(g.Demand), Supply: float64(g.Supply),
			Title: say(ctx, "pair", g.name(ctx), i18n.Count(g.Demand), i18n.Count(g.Supply)), Text: signed(ctx, g.Gap)})
	}
	return p
}

// bars draws the gaps of segments.
func bars(ctx context.Context, segments []Gap) (b chart.Bars) {
	for _, g := range outstanding(segments, 8, 5) {
		b.Rows = append(b.Rows, chart.Bar{Label: g.name(ctx), Link: "/gaps?segment=" + g.Code, Value: float64(g.Gap), Text: signed(ctx, g.Gap), More: " " + ratio(g)})
	}
	return b
}

func count(v float64) string { return i18n.Count(whole(v)) }

// trend draws demand for entrants and supply, by year of graduation.
func trend(ctx context.Context, year int, rule Rule, total Gap, supply []Annual) chart.Line {
	known := len(total.History)
	first := year - known
	n := known + max(1, len(supply))
	demand := chart.Trace{Name: say(ctx, "demand"), Kind: chart.Demand, Y: empty(n)}
	people := chart.Trace{Name: say(ctx, "supply"), Kind: chart.Supply, Y: empty(n)}
	band := chart.Band{Lo: empty(n), Hi: empty(n)}
	l := chart.Line{Unit: say(ctx, "persons"), Known: known, Boundary: say(ctx, "forecast"), Say: count}
	for i := range n {
		l.Labels = append(l.Labels, strconv.Itoa(first+i))
	}
	for i, h := range total.History {
		demand.Y[i] = float64(h) * rule.Entrants
	}
	demand.Y[known] = float64(total.Demand)
	band.Lo[known], band.Hi[known] = float64(total.Low), float64(total.High)
	if known > 0 {
		band.Lo[known-1], band.Hi[known-1] = demand.Y[known-1], demand.Y[known-1]
	}
	for i, a := range supply {
		people.Y[known+i] = float64(a.Mean)
	}
	demand.Bands = []chart.Band{band}
	l.Traces = []chart.Trace{demand, people}
	l.Title = say(ctx, "trend_title", first, year, i18n.Count(total.Demand), i18n.Count(total.Supply))
	return l
}

func empty(n int) []float64 {
	y := make([]float64, n)
	for i := range y {
		y[i] = math.NaN()
	}
	return y
}

// course draws a line's history and what is expected of it.
func (l *Line) course(ctx context.Context) chart.Line {
	n := len(l.Hired) + len(l.Ahead4)
	t := chart.Trace{Name: say(ctx, "hires"), Kind: chart.Demand, Y: empty(n)}
	wide, narrow := chart.Band{Lo: empty(n), Hi: empty(n)}, chart.Band{Lo: empty(n), Hi: empty(n)}
	c := chart.Line{Unit: say(ctx, "persons"), Known: len(l.Hired), Boundary: say(ctx, "forecast"), Say: count}
	for i := range n {
		c.Labels = append(c.Labels, later(l.Start, i))
	}
	for i, v := range l.Hired {
		t.Y[i] = float64(v)
	}
	if k := len(l.Hired) - 1; k >= 0 {
		for _, b := range []chart.Band{wide, narrow} {
			b.Lo[k], b.Hi[k] = t.Y[k], t.Y[k]
		}
	}
	for i, q := range l.Ahead4 {
		k := len(l.Hired) + i
		t.Y[k] = float64(q.Whole)
		wide.Lo[k], wide.Hi[k] = float64(q.Lo95), float64(q.Hi95)
		narrow.Lo[k], narrow.Hi[k] = float64(q.Lo80), float64(q.Hi80)
	}
	t.Bands = []chart.Band{wide, narrow}
	c.Traces = []chart.Trace{t}
	c.Title = say(ctx, "course_title", l.title(ctx), i18n.Count(l.Recent), i18n.Count(l.Ahead))
	return c
}

// plain gives a history for a sparkline, and tells it in words.
func plain(hired []forecast.Figure) (ys []float64, words string) {
	var told []string
	for _, v := range hired {
		ys = append(ys, float64(v))
		if v.Known() {
			told = append(told, count(float64(v)))
		} else {
			told = append(told, "–")
		}
	}
	return ys, strings.Join(told, ", ")
}

func plainCounts(hires []int64) (ys []float64, words string) {
	var told []string
	for _, v := range hires {
		ys = append(ys, float64(v))
		told = append(told, i18n.Count(v))
	}
	return ys, strings.Join(told, ", ")
}

// changed says a change as a share, with its sign.
func inPercent(v float64) string {
	if v > 0 {
		return "+" + i18n.Percent(v)
	}
	return i18n.Percent(v)
}

// arrow is the class of a change that goes up or down.
func arrow(v float64) string {
	switch {
	case v > 0:
		return "up"
	case v < 0:
		return "down"
	}
	return ""
}

// tint is the class of a state's tag.
func tint(s State) string {
	switch s {
	case Published:
		return "go"
	case Failed:
		return "none"
	}
	return "wait"
}

// yearChoices, segmentChoices and the like fill the filters.
func yearChoices(ctx context.Context, years []int) []web.Choice {
	all := []web.Choice{{Value: "", Text: say(ctx, "newest")}}
	for _, y := range years {
		all = append(all, web.Choice{Value: strconv.Itoa(y), Text: say(ctx, "class_of", y)})
	}
	return all
}

func segmentChoices(ctx context.Context) []web.Choice {
	all := []web.Choice{{Value: "", Text: say(ctx, "all_segments")}}
	for _, c := range codes.Shipped().All("segment") {
		all = append(all, web.Choice{Value: c.Code, Text: codes.NameOf(ctx, c)})
	}
	return all
}

func kindChoices(ctx context.Context) []web.Choice {
	all := []web.Choice{{Value: "", Text: say(ctx, "all_kinds")}}
	for _, c := range codes.Shipped().All("position") {
		all = append(all, web.Choice{Value: c.Code, Text: codes.NameOf(ctx, c)})
	}
	return all
}

func educationChoices(ctx context.Context) []web.Choice {
	all := []web.Choice{{Value: "", Text: say(ctx, "all_levels")}}
	for _, written := range []string{"中职", "高职", "职业本科", "本科"} {
		all = append(all, web.Choice{Value: written, Text: education(ctx, written)})
	}
	return all
}

func levelChoices(ctx context.Context) []web.Choice {
	all := []web.Choice{{Value: "", Text: say(ctx, "all_lines")}}
	for _, l := range []Level{OfLine, OfKind, OfSegment, OfTotal} {
		all = append(all, web.Choice{Value: string(l), Text: say(ctx, "level."+string(l))})
	}
	return all
}

func number(n int64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

// against draws what was said of the last quarters by an earlier issue beside what
// happened.
func (l *Line) against(ctx context.Context, before *CameSo) chart.Line {
	from := max(0, len(l.Hired)-3*Horizon)
	labels := make([]string, 0, len(l.Hired)-from)
	n := len(l.Hired) - from
	happened := chart.Trace{Name: say(ctx, "happened"), Kind: chart.Demand, Y: empty(n)}
	said := chart.Trace{Name: say(ctx, "said_before"), Kind: chart.Supply, Y: empty(n)}
	band := chart.Band{Lo: empty(n), Hi: empty(n)}
	at := map[string]int{}
	for i := range n {
		labels = append(labels, later(l.Start, from+i))
		at[labels[i]] = i
		happened.Y[i] = float64(l.Hired[from+i])
	}
	for _, q := range before.Said {
		if i, ok := at[q.Quarter]; ok {
			said.Y[i], band.Lo[i], band.Hi[i] = float64(q.Whole), float64(q.Lo80), float64(q.Hi80)
		}
	}
	said.Bands = []chart.Band{band}
	return chart.Line{Title: say(ctx, "came_true_title", i18n.Decimal(before.Expected, 0), i18n.Decimal(before.Happened, 0)), Unit: say(ctx, "persons"),
		Labels: labels, Known: n, Traces: []chart.Trace{said, happened}, Say: count}
}

// byChoices fills the choice of what the gap table is by.
func byChoices(ctx context.Context) (all []web.Choice) {
	for _, l := range tableLevels {
		all = append(all, web.Choice{Value: string(l), Text: say(ctx, "by."+string(l))})
	}
	return all
}

// cellLink gives the page of a cell.
func cellLink(ctx context.Context, g Gap) string {
	switch g.Level {
	case OfSegment:
		return web.With(web.URL(ctx), "by", "", "segment", g.Code, "sort", "")
	case OfOccupation:
		return "/codes/occupation/" + g.Code
	case OfGrade:
		return ""
	case OfProgramme:
		return at("/advice", web.URL(ctx)) + "#" + g.Code
	}
	return at("/gaps/"+g.Code, web.URL(ctx))
}

// under is the quiet line below the name of a cell.
func (g Gap) under(ctx context.Context) string {
	switch g.Level {
	case OfKind:
		return segmentNames(ctx, g.Segments) + " · " + education(ctx, g.Education)
	case OfProgramme:
		return g.Code + " · " + education(ctx, g.Education)
	}
	return g.Code
}

// adviceChoices fills the choice of a word of advice, each with how often it is given.
func adviceChoices(ctx context.Context, c *Counsel) []web.Choice {
	all := []web.Choice{{Text: say(ctx, "all_lines")}}
	for _, word := range AdviceWords {
		all = append(all, web.Choice{Value: word, Text: say(ctx, "advice."+word) + " " + strconv.Itoa(c.Words[word])})
	}
	return all
}
