package round

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"guildhall/internal/chart"
	"guildhall/internal/directory"
	"guildhall/internal/i18n"
	"guildhall/internal/web"
	"guildhall/matching"
)

var leftReasons = []string{LeftPlaced, LeftConsent, LeftAge, LeftYoung, LeftGuardian}

// number writes a whole number as a form holds it: nothing for none.
func number(n int64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

func dash(text string) string {
	if text == "" {
		return "–"
	}
	return text
}

func dateText(ctx context.Context, at *time.Time) string {
	if at == nil {
		return "–"
	}
	return i18n.Date(ctx, *at)
}

func timeText(ctx context.Context, at *time.Time) string {
	if at == nil {
		return "–"
	}
	return i18n.Time(ctx, *at)
}

func consentText(ctx context.Context, at *time.Time) string {
	if at == nil {
		return say(ctx, "consent_none")
	}
	return say(ctx, "consent_since", i18n.Date(ctx, *at))
}

func statusNames(ctx context.Context, list []string) string {
	names := make([]string, len(list))
	for i, s := range list {
		names[i] = say(ctx, "is."+s)
	}
	return strings.Join(names, say(ctx, "comma"))
}

// partsText tells the parts of a merit that count.
func partsText(ctx context.Context, o Offer) string {
	var list []string
	for _, p := range o.Parts {
		if p.Points > 0 {
			list = append(list, say(ctx, "part."+p.Name)+" "+points(p.Points))
		}
	}
	return strings.Join(list, " + ") + " = " + points(o.Merit)
}

func dayInput(f Form) string {
	if f.Until.IsZero() {
		return ""
	}
	return f.Until.Format(time.DateOnly)
}

func roundLine(ctx context.Context, r *Round) string {
	line := say(ctx, "round_number", r.Number) + " · " + say(ctx, "state."+string(r.State))
	if r.PublishedAt != nil {
		line += " · " + say(ctx, "published_on", i18n.Day(ctx, *r.PublishedAt))
	}
	return line
}

func share(part, whole int) string {
	if whole == 0 {
		return "–"
	}
	return i18n.Percent(float64(part) / float64(whole))
}

type choiceRow struct {
	label, text, share, class string
	value                     float64
}

// choiceRows tells how many got which choice: the first five, the rest together,
// and nobody's.
func choiceRows(ctx context.Context, r *Round) ([]choiceRow, chart.Scale) {
	var rows []choiceRow
	add := func(label string, n int) {
		rows = append(rows, choiceRow{label, i18n.Count(n), share(n, r.Candidates), "b-supply", float64(n)})
	}
	rest := 0
	for i, n := range r.Figures.ByChoice {
		if i < 5 {
			add(say(ctx, "choice_no", i+1), n)
		} else {
			rest += n
		}
	}
	if rest > 0 {
		add(say(ctx, "choice_rest"), rest)
	}
	add(say(ctx, "unmatched"), r.Candidates-r.Figures.Matched)
	rows[len(rows)-1].class = "f-gap"
	values := make([]float64, len(rows))
	for i, row := range rows {
		values[i] = row.value
	}
	return rows, chart.NewScale(values...)
}

func percent(v float64) string { return strconv.FormatFloat(v, 'f', 2, 64) + "%" }

func ruleLine(ctx context.Context, r Scoring) string {
	if r.Since == "" {
		return say(ctx, "rule_shipped")
	}
	return say(ctx, "rule_since", r.Since, dash(r.Article))
}

func lastText(p int) string {
	if p == 0 {
		return "–"
	}
	return points(p)
}

func backFrom(ctx context.Context, after int) string {
	if after == 0 {
		return ""
	}
	return web.With(web.URL(ctx), "after", "")
}

func valuesOf(all map[string]*directory.Unit) []*directory.Unit {
	list := make([]*directory.Unit, 0, len(all))
	for _, u := range all {
		if u.School() || u.Class == "enterprise" {
			list = append(list, u)
		}
	}
	return list
}

func mineLine(ctx context.Context, m *Mine) string {
	if m.Round == nil {
		return m.Candidate.SchoolName
	}
	return m.Round.Name + " · " + say(ctx, "published_on", i18n.Day(ctx, *m.Round.PublishedAt))
}

// mineNoneLine says why somebody has no result, and what comes next.
func mineNoneLine(ctx context.Context, m *Mine) string {
	switch {
	case m.Candidate.ConsentAt == nil:
		return say(ctx, "mine_no_consent")
	case m.Open != nil:
		return say(ctx, "mine_open", m.Open.Name)
	}
	return say(ctx, "mine_wait")
}

func gotLine(ctx context.Context, m *Mine) string {
	g := m.Got
	line := say(ctx, "got_place", g.Places, g.Place)
	if g.Shown && g.Last > 0 {
		line = say(ctx, "got_place_last", g.Places, g.Place, points(g.Last), points(g.Merit))
	}
	if g.Number > 1 {
		line += say(ctx, "got_higher", g.Number-1)
	}
	return line
}

func whyClass(w Why) string {
	switch matching.ReasonCode(w.Code) {
	case matching.Placed:
		return "go"
	case "":
		return ""
	case matching.LotLost, matching.NotOpened:
		return "wait"
	}
	return "none"
}

func whyTag(ctx context.Context, w Why) string {
	switch matching.ReasonCode(w.Code) {
	case matching.Placed:
		return say(ctx, "why_got")
	case "":
		return say(ctx, "why_unused")
	case matching.LotLost:
		return say(ctx, "why_lot_tag")
	case matching.CapFull:
		return say(ctx, "why_cap_tag")
	}
	if w.Shown && w.Need > w.Merit {
		return say(ctx, "why_short", points(w.Need-w.Merit))
	}
	return say(ctx, "why_full_tag")
}

// whyText says in a sentence, with its numbers, what became of a choice.
func whyText(ctx context.Context, w Why) string {
	switch matching.ReasonCode(w.Code) {
	case matching.Placed:
		return say(ctx, "why_placed", w.Places, w.Place)
	case matching.LotLost:
		return say(ctx, "why_lot", w.Places, w.Place)
	case matching.CapFull:
		return say(ctx, "why_cap", w.Places-w.Placed, w.Cap, w.Place)
	case matching.Full:
		return say(ctx, "why_full", w.Places, w.Place, w.Place-w.Places, w.Place-1)
	}
	return say(ctx, "why_other", w.Places, w.Placed)
}

// at lays points on the line of versus, which leaves room for words at its ends.
func at(p int) string { return percent(12 + 0.66*float64(p)/100) }

func versusClass(w Why) string {
	if w.Merit >= w.Last {
		return "v-over"
	}
	return "v-need"
}

func anchor(right bool) string {
	if right {
		return "start"
	}
	return "end"
}

func shifted(right bool) string {
	if right {
		return "4"
	}
	return "-4"
}

func changeHead(ctx context.Context, s Step) string {
	if s.Accept != "" {
		return say(ctx, "change_accept_"+s.Accept, s.Opens)
	}
	return say(ctx, "change_skill", nameOfCode(ctx, "skill", s.Skill), s.Level, s.Opens)
}

func changeText(ctx context.Context, s Step) string {
	if s.Better > 0 {
		return say(ctx, "change_better", s.Better, s.Title)
	}
	return say(ctx, "change_such", s.Title)
}

func wishesLine(ctx context.Context, m *Mine) string {
	if m.Open == nil {
		return ""
	}
	if m.Open.Until != "" {
		return m.Open.Name + " · " + say(ctx, "wishes_until", m.Open.Until)
	}
	return m.Open.Name
}

// wishOrder gives what was wished for first, then the recommendations.
func wishOrder(m *Mine) []Offer {
	list := slices.Clone(m.Best)
	slices.SortStableFunc(list, func(a, b Offer) int { return wishAt(m, a.ID) - wishAt(m, b.ID) })
	return list
}

func wishAt(m *Mine, id string) int {
	if i := slices.Index(m.Wishes, id); i >= 0 {
		return i
	}
	return len(m.Wishes)
}

func wishRank(m *Mine, id string) string {
	if i := slices.Index(m.Wishes, id); i >= 0 {
		return strconv.Itoa(i + 1)
	}
	return ""
}
