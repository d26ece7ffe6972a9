package talent

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"guildhall/internal/codes"
	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/i18n"
	"guildhall/internal/sheet"
	"guildhall/internal/web"
)

func say(ctx context.Context, word string, args ...any) string {
	return i18n.T(ctx, "talent."+word, args...)
}

// nameOfCode gives a code's name in the reader's language, or the code where no
// list has it.
func nameOfCode(ctx context.Context, list, code string) string {
	if c, ok := codes.Shipped().Get(list, code); ok {
		return codes.NameOf(ctx, c)
	}
	return code
}

// regionName names a district with its city.
func regionName(ctx context.Context, code string) string {
	path := codes.Shipped().Path("region", code)
	if len(path) == 0 {
		return code
	}
	var names []string
	for _, c := range path[min(1, len(path)-1):] {
		names = append(names, codes.NameOf(ctx, c))
	}
	if !i18n.Chinese(ctx) {
		return strings.Join(names, ", ")
	}
	return strings.Join(names, "")
}

// points shows hundredths of a point.
func points(p int) string { return i18n.Decimal(float64(p)/100, 2) }

// marks shows tenths.
func marks(score *int) string {
	if score == nil {
		return "–"
	}
	return i18n.Decimal(float64(*score)/10, 1)
}

// pay shows what a position pays in a month.
func pay(ctx context.Context, low, high int64) string {
	switch {
	case low == 0 && high == 0:
		return say(ctx, "pay_open")
	case low == high || high == 0:
		return say(ctx, "pay_one", i18n.Yuan(low))
	case low == 0:
		return say(ctx, "pay_one", i18n.Yuan(high))
	}
	return say(ctx, "pay_range", i18n.Yuan(low), i18n.Yuan(high))
}

func levelName(ctx context.Context, level string) string {
	if level == "" {
		return "–"
	}
	return codes.KindWord(ctx, level)
}

func education(ctx context.Context, word string) string {
	if word == "" {
		word = "不限"
	}
	return say(ctx, "education."+word)
}

func choices(ctx context.Context, prefix string, values []string) []web.Choice {
	list := []web.Choice{{Value: "", Text: say(ctx, "any")}}
	for _, v := range values {
		list = append(list, web.Choice{Value: v, Text: say(ctx, prefix+v)})
	}
	return list
}

func levelChoices(ctx context.Context) []web.Choice {
	list := []web.Choice{{Value: "", Text: say(ctx, "any")}}
	for _, v := range Levels {
		list = append(list, web.Choice{Value: v, Text: levelName(ctx, v)})
	}
	return list
}

func codeChoices(ctx context.Context, list string) []web.Choice {
	out := []web.Choice{{Value: "", Text: say(ctx, "any")}}
	for _, c := range codes.Shipped().All(list) {
		out = append(out, web.Choice{Value: c.Code, Text: codes.NameOf(ctx, c)})
	}
	return out
}

func unitChoices(ctx context.Context, list []*directory.Unit) []web.Choice {
	out := []web.Choice{{Value: "", Text: say(ctx, "any")}}
	for _, u := range list {
		out = append(out, web.Choice{Value: u.ID, Text: i18n.Pick(ctx, u.Short(), u.NameEN)})
	}
	return out
}

func programmeChoices(ctx context.Context, all map[string]*Programme, school string) []web.Choice {
	out := []web.Choice{{Value: "", Text: say(ctx, "any")}}
	for _, p := range all {
		if p.School == school {
			out = append(out, web.Choice{Value: p.ID, Text: p.Name + " " + p.Code})
		}
	}
	slices.SortFunc(out[1:], func(a, b web.Choice) int { return cmp.Compare(a.Text, b.Text) })
	return out
}

// forward gives the address of a list's next page, back that of its first.
func forward(ctx context.Context, next string) string {
	if next == "" {
		return ""
	}
	return web.With(web.URL(ctx), "after", next)
}

func back(ctx context.Context, after string) string {
	if after == "" {
		return ""
	}
	return web.With(web.URL(ctx), "after", "")
}

func (t *Talent) schools(ctx context.Context) ([]*directory.Unit, error) {
	return db.View(ctx, t.DB, func(tx *db.Tx) ([]*directory.Unit, error) {
		all, err := units(tx)
		return schoolsOf(all), err
	})
}

func (t *Talent) exportProgrammes(ctx context.Context, s programmesAsked) (web.Reply, error) {
	s.After, s.Limit = "", 200
	var rows []sheet.Row
	for {
		found, err := t.Programmes(ctx, s.ProgrammeSearch)
		if err != nil {
			return web.Reply{}, err
		}
		for _, p := range found.List {
			rows = append(rows, sheet.Row{p.Ref, p.SchoolName, levelName(ctx, p.Level), p.Code, p.Name, p.Years, p.Plan, found.Counts[p.ID]})
		}
		if s.After = found.Next; found.Next == "" {
			break
		}
	}
	return download("programmes", s.Format, headers(ctx, "ref", "school", "level", "code", "programme", "years", "plan", "in_training"), rows), nil
}

func (t *Talent) exportPositions(ctx context.Context, s positionsAsked) (web.Reply, error) {
	s.After, s.Limit = "", 200
	var rows []sheet.Row
	for {
		found, err := t.Positions(ctx, s.PositionSearch)
		if err != nil {
			return web.Reply{}, err
		}
		for _, p := range found.List {
			rows = append(rows, sheet.Row{p.Ref, p.EnterpriseName, p.Title, nameOfCode(ctx, "position", p.Kind), regionName(ctx, p.Region), p.Headcount,
				education(ctx, p.Education), p.PayLow / 100, p.PayHigh / 100, shiftName(ctx, p.Shift), say(ctx, "status."+p.Status), p.Posted, p.Closes})
		}
		if s.After = found.Next; found.Next == "" {
			break
		}
	}
	return download("positions", s.Format, headers(ctx, "ref", "enterprise", "position", "kind", "region", "headcount", "education", "pay_low", "pay_high",
		"shift", "status", "posted", "closes"), rows), nil
}

func (t *Talent) exportCandidates(ctx context.Context, s candidatesAsked) (web.Reply, error) {
	all, programmes, err := t.Export(ctx, s.CandidateSearch)
	if err != nil {
		return web.Reply{}, err
	}
	rows := make([]sheet.Row, len(all))
	for i, c := range all {
		rows[i] = sheet.Row{c.Ref, c.Number, c.Name, c.SchoolName, programmeName(ctx, programmes, c), levelName(ctx, c.Level), c.Class, c.Graduates,
			say(ctx, "is."+c.Status), marks(c.Score), kindNames(ctx, c.WantKinds), c.WantPay / 100, yes(ctx, c.ConsentAt != nil)}
	}
	return download("candidates", s.Format, headers(ctx, "ref", "number", "name", "school", "programme", "level", "class", "graduates", "status", "score",
		"want_kinds", "want_pay", "consent"), rows), nil
}

func programmeName(ctx context.Context, all map[string]*Programme, c *Candidate) string {
	if p := all[c.Programme]; p != nil {
		return p.Name
	}
	return nameOfCode(ctx, "programme", c.ProgrammeCode)
}

func kindNames(ctx context.Context, list []string) string { return namesOf(ctx, "position", list) }

func namesOf(ctx context.Context, list string, values []string) string {
	names := make([]string, len(values))
	for i, v := range values {
		if names[i] = nameOfCode(ctx, list, v); list == "region" {
			names[i] = regionName(ctx, v)
		}
	}
	return strings.Join(names, say(ctx, "comma"))
}

func yes(ctx context.Context, v bool) string {
	if v {
		return say(ctx, "yes")
	}
	return say(ctx, "no")
}

func shiftName(ctx context.Context, shift string) string {
	if shift == "" {
		return "–"
	}
	return say(ctx, "shift."+shift)
}
