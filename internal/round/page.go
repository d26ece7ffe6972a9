package round

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"guildhall/internal/chart"
	"guildhall/internal/codes"
	"guildhall/internal/directory"
	"guildhall/internal/i18n"
	"guildhall/internal/web"
	"guildhall/matching"
)

var leftReasons = []string{LeftPlaced, LeftConsent, LeftAge, LeftYoung, LeftGuardian}

// amount writes a whole number as a form holds it: nothing for none.
func amount(n int64) string {
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
func partsText(ctx context.Context, parts []Part, merit int) string {
	var list []string
	for _, p := range parts {
		if p.Points > 0 {
			list = append(list, say(ctx, "part."+p.Name)+" "+points(p.Points))
		}
	}
	return strings.Join(list, " + ") + " = " + points(merit)
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

// capNames are the units by id, to name whose cap it was.
type capNames = map[string]*directory.Unit

func whyClass(w Why) string {
	switch matching.ReasonCode(w.Code) {
	case matching.Placed:
		return "go"
	case "", Unlisted:
		return ""
	case matching.LotLost, matching.NotOpened:
		return "wait"
	}
	return "none"
}

func whyTag(ctx context.Context, w Why) string {
	if w.Shown && w.Need > w.Merit && matching.ReasonCode(w.Code) == matching.Full {
		return say(ctx, "why_short", points(w.Need-w.Merit))
	}
	return say(ctx, "why_tag."+either(w.Code, "unused"))
}

func either(first, second string) string {
	if first != "" {
		return first
	}
	return second
}

// whyText says in a sentence, with its numbers, what became of a choice.
func whyText(ctx context.Context, w Why, units capNames) string {
	switch matching.ReasonCode(w.Code) {
	case matching.Placed:
		return say(ctx, "why_placed", w.Places, w.Place)
	case matching.LotLost:
		return say(ctx, "why_lot", w.Places, w.Place)
	case matching.CapFull:
		if w.CapSort == "" || w.CapSort == "enterprise" {
			return say(ctx, "why_cap", w.Places-w.Placed, w.Cap, w.Place)
		}
		return say(ctx, "why_cap_group", w.Places-w.Placed, capName(ctx, units, w.CapSort, w.CapOf), w.Cap, w.Place)
	case matching.Full:
		if w.ByHand {
			return say(ctx, "why_full_hand", w.Places, w.Place, w.Place-1)
		}
		return say(ctx, "why_full", w.Places, w.Place, w.Place-w.Places, w.Place-1)
	case matching.NotOpened:
		return say(ctx, "why_not_opened", w.Minimum, w.More)
	case matching.Reserved:
		return say(ctx, "why_reserved", w.Places, strings.ReplaceAll(w.Seats, ";", say(ctx, "comma")))
	case matching.GroupBig:
		return say(ctx, "why_group", w.Places)
	case matching.NoTurn:
		return say(ctx, "why_no_turn", w.Places)
	case PostClosed:
		return say(ctx, "why_closed")
	case NotYours:
		return say(ctx, "why_programme")
	case Unlisted:
		if w.Shown {
			return say(ctx, "why_unlisted_last", points(w.Merit), w.Places, w.Placed, points(w.Last))
		}
		return say(ctx, "why_unlisted", points(w.Merit), w.Places, w.Placed)
	case "":
		return say(ctx, "why_unused_line")
	}
	if i18n.Has("round.why_bar." + w.Code) {
		return say(ctx, "why_bar."+w.Code)
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

// words gives the words of a list to choose from.
func words(ctx context.Context, prefix string, values []string) []web.Choice {
	list := make([]web.Choice, len(values))
	for i, v := range values {
		list[i] = web.Choice{Value: v, Text: say(ctx, prefix+v)}
	}
	return list
}

// termsText tells terms line by line, each with its name.
func termsText(ctx context.Context, t Terms) (list [][2]string) {
	add := func(word, text string) { list = append(list, [2]string{say(ctx, word), text}) }
	if t.CapPercent > 0 {
		add("terms.kinds.cap_percent", strconv.Itoa(t.CapPercent)+"%")
	}
	if t.CapBy != "none" && len(t.Caps) > 0 {
		add("caps", say(ctx, "by."+t.CapBy)+say(ctx, "colon")+strings.Join(t.Caps, say(ctx, "comma")))
	}
	if t.SeatsBy != "none" {
		add("seats_by", say(ctx, "by."+t.SeatsBy))
		add("terms.kinds.reserves", say(ctx, "terms.kinds.reserves."+t.Reserves))
	}
	add("terms.kinds.ties", say(ctx, "terms.kinds.ties."+t.Ties))
	add("terms.kinds.closing", say(ctx, "terms.kinds.closing."+t.Closing))
	if t.Regions != "nested" {
		add("terms.kinds.regions", say(ctx, "terms.kinds.regions."+t.Regions))
	}
	add("terms.kinds.by_hand", yes(ctx, t.ByHand))
	add("terms.kinds.answer_days", strconv.Itoa(t.AnswerDays))
	add("terms.kinds.silence", say(ctx, "terms.kinds.silence."+t.Silence))
	return list
}

// termsLine tells in what terms differ from the round's own.
func termsLine(ctx context.Context, own, t Terms) string {
	had := termsText(ctx, own)
	var list []string
	for _, f := range termsText(ctx, t) {
		if !slices.Contains(had, f) {
			list = append(list, f[0]+say(ctx, "colon")+f[1])
		}
	}
	if own.CapPercent > 0 && t.CapPercent == 0 {
		list = append(list, say(ctx, "no_cap"))
	}
	if len(own.Caps) > 0 && len(t.Caps) == 0 {
		list = append(list, say(ctx, "no_caps"))
	}
	if len(list) == 0 {
		return say(ctx, "terms_own")
	}
	return strings.Join(list, say(ctx, "semicolon"))
}

func placesText(p OwnPost) string {
	if p.Terms.Places > 0 && p.Terms.Places < p.Places {
		return i18n.Count(p.Terms.Places) + "/" + i18n.Count(p.Places)
	}
	return i18n.Count(p.Places)
}

func cutClass(c *CutView) string {
	switch {
	case c.Closed || c.Unopened || c.Placed == 0:
		return "none"
	case c.Placed < c.Places:
		return "wait"
	}
	return ""
}

func cutHead(ctx context.Context, c *CutView) string {
	if c.Closed {
		return say(ctx, "cut_closed")
	}
	if c.Unopened {
		return say(ctx, "cut_unopened")
	}
	return say(ctx, "cut_head", c.Placed, c.Places)
}

// cutText tells an enterprise why places are empty.
func cutText(ctx context.Context, c *CutView) string {
	switch {
	case c.Closed:
		return say(ctx, "cut_closed_line")
	case c.Unopened:
		return say(ctx, "cut_unopened_line", c.Minimum)
	case c.Placed >= c.Places:
		return say(ctx, "cut_full_line", c.Refused)
	case c.Capped:
		return say(ctx, "cut_capped_line", c.Places-c.Placed)
	case c.Listed == 0:
		return say(ctx, "cut_nobody_line")
	}
	return say(ctx, "cut_short_line", c.Places-c.Placed, c.Elsewhere)
}

func moreText(ctx context.Context, m *More) string {
	if *m == (More{}) {
		return say(ctx, "more_nothing")
	}
	text := say(ctx, "more_line", m.Placed, m.Better)
	if m.Worse+m.Lost > 0 {
		text += say(ctx, "more_worse", m.Worse, m.Lost)
	}
	return text
}

// cutLink leads those who may look closer to the post within the round, others to
// the post.
func cutLink(ctx context.Context, v *RoundView, c CutView) string {
	if may(ctx, "round.post.look", Subject{State: v.State, Enterprise: c.Enterprise}) {
		return "/rounds/" + v.ID + "/positions/" + c.Position
	}
	return "/positions/" + c.Position
}

func answerHead(ctx context.Context, m *Mine) string {
	if m.Answer == nil {
		return say(ctx, "answer_open")
	}
	return say(ctx, "answer_is_"+m.Answer.Answer+"_"+m.Answer.Way, i18n.Date(ctx, m.Answer.At))
}

func levelName(ctx context.Context, level string) string {
	if level == "" {
		return "–"
	}
	return codes.KindWord(ctx, level)
}
