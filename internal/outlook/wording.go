package outlook

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"guildhall/forecast"
	"guildhall/internal/chart"
	"guildhall/internal/i18n"
	"guildhall/internal/web"
)

// gapsLine stands under the title of the gap table.
func gapsLine(ctx context.Context, t *Table) string {
	return say(ctx, "gaps_line", t.Release.Year, t.All, t.Release.AsOf, later(t.Release.AsOf, 1), later(t.Release.AsOf, Horizon))
}

func gapWord(g Gap) string {
	if g.Gap < 0 {
		return "surplus"
	}
	return "shortage"
}

// scaleOf is the one scale of the bars in a table.
func scaleOf(gaps []Gap) chart.Scale {
	s := chart.NewScale()
	for i, g := range gaps {
		if i == 0 {
			s = chart.NewScale(float64(g.Gap))
		} else {
			s = chart.NewScale(s.Min, s.Max, float64(g.Gap))
		}
	}
	return s
}

func stars(g Gap) string { return strings.Repeat("★", g.Stars()) }

// lineKind says what a line is a forecast of, and where it stands on the chain.
func lineKind(ctx context.Context, l *Line) string {
	if l.Level == OfLine {
		return segmentName(ctx, l.Segment)
	}
	return say(ctx, "level."+string(l.Level))
}

func sortWord(a Ask) string {
	column, falling := a.order()
	if falling {
		return "-" + column
	}
	return column
}

func firstPage(ctx context.Context, a Ask) string {
	if a.After == "" {
		return ""
	}
	return web.With(web.URL(ctx), "after", "")
}

func nextPage(ctx context.Context, l *List) string {
	if l.Next == "" {
		return ""
	}
	return web.With(web.URL(ctx), "after", l.Next)
}

// plannedAhead adds up what the enterprise itself plans, where it told all quarters.
func plannedAhead(l *Line) string {
	sum := forecast.Figure(0)
	for _, q := range l.Ahead4 {
		if q.Plan == nil || !q.Plan.Declared.Known() {
			return "–"
		}
		sum += q.Plan.Declared
	}
	if len(l.Ahead4) == 0 {
		return "–"
	}
	return count(float64(sum))
}

func errorShare(wape float64) string {
	if wape < 0 {
		return "–"
	}
	return i18n.Percent(wape)
}

func decimal(f forecast.Figure, places int) string {
	if !f.Known() {
		return "–"
	}
	return i18n.Decimal(float64(f), places)
}

func percent(f forecast.Figure) string {
	if !f.Known() {
		return "–"
	}
	return i18n.Percent(float64(f))
}

// better says whether a forecast beat "as in the same quarter last year", also
// where it did not.
func better(ctx context.Context, l *Line) string {
	if !l.Score.MASE.Known() || !l.Score.NaiveMASE.Known() {
		return ""
	}
	if l.Score.MASE < l.Score.NaiveMASE {
		return say(ctx, "score.better")
	}
	return say(ctx, "score.worse")
}

// method says by which route a forecast was made.
func method(ctx context.Context, l *Line) string {
	key := "outlook.method." + string(l.Method.Class)
	if !i18n.Has(key) {
		return l.Method.Text
	}
	return i18n.T(ctx, key, l.Method.Observations, l.Method.Pool)
}

// noteWords says one peculiarity of a history.
func noteWords(ctx context.Context, n forecast.Note) string {
	key := "outlook.noted." + string(n.Code)
	if !i18n.Has(key) {
		return n.Text
	}
	switch n.Code {
	case forecast.Outlier:
		return i18n.T(ctx, key, n.Period, decimal(n.Value, 0), decimal(n.Used, 1))
	case forecast.LeadingGap, forecast.Filled, forecast.CutGap, forecast.Stale, forecast.Shift, forecast.Holiday:
		return i18n.T(ctx, key, n.Period)
	}
	return i18n.T(ctx, key)
}

// refusals says why a line could not be forecast.
func refusals(ctx context.Context, l *Line) string {
	var all []string
	for _, r := range l.Refused {
		if key := "outlook.refusal." + strings.ReplaceAll(r, " ", "_"); i18n.Has(key) {
			r = i18n.T(ctx, key)
		}
		all = append(all, r)
	}
	return strings.Join(all, "; ")
}

// yearRow is one year of a history.
type yearRow struct {
	year   string
	values [4]string
}

func byYear(l *Line) (rows []yearRow) {
	for i, v := range l.Hired {
		p := period(later(l.Start, i))
		year := strconv.Itoa(p.Year)
		if len(rows) == 0 || rows[len(rows)-1].year != year {
			rows = append(rows, yearRow{year: year})
		}
		rows[len(rows)-1].values[p.Sub-1] = decimal(v, 0)
	}
	return rows
}

// ruleField is one share of a rule as a page shows it.
type ruleField struct{ name, value string }

func ruleFields(r Rule) []ruleField {
	text := func(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
	return []ruleField{{"entrants", text(r.Entrants)}, {"stay", text(r.Stay)}, {"reach", text(r.Reach)},
		{"roster", text(r.Roster)}, {"alike", text(r.Alike)}, {"relative", text(r.Relative)}}
}

// sureText tells how good the forecasts were.
func sureText(ctx context.Context, s Summary) string {
	text := say(ctx, "note.sure_text", s.Enterprises, s.Lines, s.Quarters)
	if s.Skill != nil {
		text += i18n.Pick(ctx, "", " ") + say(ctx, "note.skill_text", i18n.Percent(s.Skill.WAPE), i18n.Decimal(s.Skill.MASE, 2), i18n.Decimal(s.Skill.NaiveMASE, 2), i18n.Percent(s.Skill.Coverage80))
	}
	return text
}

// surveyText tells how far the survey reached.
func surveyText(ctx context.Context, s *Surveyed) string {
	rate := 0.0
	if s.Asked > 0 {
		rate = float64(s.Answered) / float64(s.Asked)
	}
	return say(ctx, "note.survey_text", s.Title, s.Asked, s.Answered, i18n.Percent(rate), i18n.Percent(s.Coverage))
}

// listingText and advisingText tell rules in a sentence.
func listingText(ctx context.Context, l Listing) string {
	var steps []string
	for _, s := range l.Stars {
		steps = append(steps, i18n.Decimal(s.Index, 2))
	}
	return say(ctx, "note.listing_text", i18n.Count(l.Least), i18n.Decimal(l.Ratio, 2), strings.Join(steps, i18n.Pick(ctx, "、", ", ")))
}

func advisingText(ctx context.Context, a Advising) string {
	return say(ctx, "note.advising_text", i18n.Decimal(a.Expand, 2), i18n.Count(a.Least), i18n.Percent(a.Sure), i18n.Decimal(a.Shrink, 2), i18n.Decimal(a.Stop, 2), i18n.Decimal(a.Add, 2))
}

func (a Advice) name(ctx context.Context) string { return i18n.Pick(ctx, a.Name, a.NameEN) }

// comingWords tells the graduates of the years to come: 120 → 118 → 131.
func (a Advice) comingWords(context.Context) string {
	var said []string
	for _, n := range a.Coming {
		said = append(said, i18n.Count(n))
	}
	return strings.Join(said, " → ")
}

// kindWords tells the kinds of work that advice rests on, with their gaps.
func (a Advice) kindWords(ctx context.Context) string {
	var said []string
	for _, k := range a.Kinds {
		said = append(said, k.name(ctx)+" "+signed(ctx, k.Gap))
	}
	return strings.Join(said, i18n.Pick(ctx, "；", "; "))
}

func (p Part) name(ctx context.Context) string { return i18n.Pick(ctx, p.Name, p.NameEN) }

// adviceTint is the class of a word of advice.
func adviceTint(word string) string {
	switch word {
	case Add, Expand:
		return "none"
	case Shrink, Stop:
		return "go"
	}
	return ""
}

// shownKinds gives the kinds of work of which figures are shown.
func shownKinds(kinds []Gap) []Gap {
	return slices.DeleteFunc(slices.Clone(kinds), func(g Gap) bool { return blank(g) == 1 })
}
