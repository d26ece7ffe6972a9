package outlook

import (
	"context"
	"slices"
	"strings"

	"guildhall/internal/bulletin"
	"guildhall/internal/codes"
	"guildhall/internal/i18n"
)

// column makes one of a bulletin's columns; its name is the room's word.
func column(ctx context.Context, key, word string, kind bulletin.Kind) bulletin.Column {
	return bulletin.Column{Key: key, Name: both(ctx, word), Kind: kind}
}

func minor(c bulletin.Column) bulletin.Column {
	c.Minor = true
	return c
}

func code(ctx context.Context, name string) bulletin.Column {
	c := column(ctx, "code", "column.code", bulletin.Words)
	c.Code, c.Name = true, both(ctx, name)
	return c
}

// tables are all that a bulletin tells in figures. Each is made of the cells as a
// stranger may see them; those that are withheld are named and left empty.
func (t account) tables(ctx context.Context, table *Table) []bulletin.Table {
	kinds := cellTable(ctx, "kinds", "detail", "", table.everything)
	kinds.Link = "/gaps/{code}?release=" + t.release.ID
	segments := cellTable(ctx, "segments", "by.segment", "", table.Segments)
	segments.Link = "/gaps?segment={code}&release=" + t.release.ID
	list := []bulletin.Table{kinds, segments,
		cellTable(ctx, "occupations", "by.occupation", "", table.of(OfOccupation)),
		cellTable(ctx, "grades", "by.grade", "by.grade_line", table.of(OfGrade)),
		cellTable(ctx, "programmes", "by.programme", "by.programme_line", table.of(OfProgramme)),
		catalogueTable(ctx, listed(table.everything)),
		adviceTable(ctx, shownAdvice(t.advice)),
		t.quarters(ctx),
		supplyYears(ctx, t.release),
	}
	if came := t.cameTrue(ctx, table); len(came.Rows) > 0 {
		list = append(list, came)
	}
	return list
}

// shownAdvice gives advice as a stranger may see it.
func shownAdvice(all []*Advice) (list []Advice) {
	for _, a := range all {
		list = append(list, a.masked())
	}
	return list
}

// cellTable lays cells of the gap table out.
func cellTable(ctx context.Context, key, name, note string, cells []Gap) bulletin.Table {
	t := bulletin.Table{Key: key, Name: both(ctx, name), Columns: []bulletin.Column{
		code(ctx, "column.code"), column(ctx, "name", "column.name", bulletin.Words), minor(column(ctx, "segments", "column.segments", bulletin.Words)),
		column(ctx, "demand", "demand", bulletin.Count), column(ctx, "supply", "supply", bulletin.Count), column(ctx, "gap", "column.gap", bulletin.Gap),
		minor(column(ctx, "lo80", "column.low80", bulletin.Gap)), minor(column(ctx, "hi80", "column.high80", bulletin.Gap)),
		column(ctx, "ratio", "column.ratio", bulletin.Ratio), minor(column(ctx, "index", "column.index", bulletin.Index)), column(ctx, "stars", "column.stars", bulletin.Stars),
		column(ctx, "verdict", "verdict", bulletin.Words), minor(column(ctx, "hires", "column.hires", bulletin.Count)), minor(column(ctx, "enterprises", "column.enterprises", bulletin.Count)),
		minor(column(ctx, "schools", "column.schools", bulletin.Count)), minor(column(ctx, "programmes", "column.programmes", bulletin.Count)),
		minor(column(ctx, "openings", "column.openings", bulletin.Count)), minor(column(ctx, "quarters", "column.told", bulletin.Count)), minor(column(ctx, "remark", "column.remark", bulletin.Words))}}
	if note != "" {
		t.Note = both(ctx, note)
	}
	for _, g := range (Search{}).narrow(cells) { // what is withheld last: its place would tell of it
		t.Rows = append(t.Rows, cellRow(ctx, g))
	}
	return t
}

func cellRow(ctx context.Context, g Gap) []bulletin.Cell {
	none := bulletin.None()
	name := bulletin.Word(inBoth(ctx, func(ctx context.Context) string { return g.name(ctx) }))
	segments := bulletin.Word(inBoth(ctx, func(ctx context.Context) string { return segmentNames(ctx, g.Segments) }))
	if blank(g) == 1 {
		return []bulletin.Cell{bulletin.Plain(g.Code), name, segments, none, bulletin.Num(g.Supply), none, none, none, none, none, none,
			bulletin.Word(both(ctx, "withheld")), none, none, bulletin.Num(g.Schools), bulletin.Num(g.Programmes), none, none, none}
	}
	stars, remark := none, none
	if n := g.Stars(); n > 0 {
		stars = bulletin.Num(n)
	}
	if g.Thin {
		remark = bulletin.Word(both(ctx, "thin", g.Quarters))
	}
	return []bulletin.Cell{bulletin.Plain(g.Code), name, segments, bulletin.Num(g.Demand), bulletin.Num(g.Supply), bulletin.Num(g.Gap), bulletin.Num(g.Lo80), bulletin.Num(g.Hi80),
		numberOr(g.Ratio), bulletin.Num(rounded(g.Index)), stars, bulletin.Word(both(ctx, "word."+string(g.Word))), bulletin.Num(g.Hires), bulletin.Num(g.Enterprises),
		bulletin.Num(g.Schools), bulletin.Num(g.Programmes), bulletin.Num(g.Openings), bulletin.Num(g.Quarters), remark}
}

// catalogueTable is the shortage catalogue (紧缺人才目录).
func catalogueTable(ctx context.Context, cells []Gap) bulletin.Table {
	t := bulletin.Table{Key: "catalogue", Name: both(ctx, "catalogue"), Note: both(ctx, "catalogue_note"), Columns: []bulletin.Column{
		code(ctx, "column.code"), column(ctx, "name", "column.kind", bulletin.Words), column(ctx, "stars", "column.stars", bulletin.Stars),
		minor(column(ctx, "occupation", "column.occupation", bulletin.Words)), column(ctx, "grade", "column.grade", bulletin.Words), minor(column(ctx, "education", "column.education", bulletin.Words)),
		column(ctx, "gap", "column.gap", bulletin.Gap), column(ctx, "ratio", "column.ratio", bulletin.Ratio), minor(column(ctx, "index", "column.index", bulletin.Index)),
		minor(column(ctx, "leading", "programmes_for", bulletin.Words))}}
	for _, g := range cells {
		t.Rows = append(t.Rows, []bulletin.Cell{bulletin.Plain(g.Code), bulletin.Word(inBoth(ctx, func(ctx context.Context) string { return g.name(ctx) })), bulletin.Num(g.Stars()),
			bulletin.Word(inBoth(ctx, func(ctx context.Context) string { return occupationName(ctx, g.Code) })),
			bulletin.Word(inBoth(ctx, func(ctx context.Context) string { return gradeName(ctx, gradeOf(g.Code)) })),
			bulletin.Word(inBoth(ctx, func(ctx context.Context) string { return education(ctx, g.Education) })),
			bulletin.Num(g.Gap), numberOr(g.Ratio), bulletin.Num(rounded(g.Index)),
			bulletin.Word(inBoth(ctx, func(ctx context.Context) string { return leading(ctx, g.Code) }))})
	}
	return t
}

// occupationName gives the code and name of the occupation of a kind of work.
func occupationName(ctx context.Context, kind string) string {
	c, ok := codes.Shipped().Get("occupation", occupationOf(kind))
	if !ok {
		return ""
	}
	return c.Code + " " + codes.NameOf(ctx, c)
}

// leading names the programmes that lead to a kind of work.
func leading(ctx context.Context, kind string) string {
	var names []string
	for _, e := range codes.Shipped().Related("position-programme", kind) {
		if e.To != "" {
			names = append(names, programmeName(ctx, e.To)+" "+e.To)
		}
	}
	return strings.Join(names, i18n.Pick(ctx, "、", ", "))
}

// adviceTable is the advice on programmes with its evidence.
func adviceTable(ctx context.Context, all []Advice) bulletin.Table {
	t := bulletin.Table{Key: "advice", Name: both(ctx, "advice"), Note: both(ctx, "advice_note"), Columns: []bulletin.Column{
		code(ctx, "column.code"), column(ctx, "name", "programme", bulletin.Words), column(ctx, "education", "column.education", bulletin.Words), column(ctx, "word", "advice.word", bulletin.Words),
		column(ctx, "demand", "demand", bulletin.Count), column(ctx, "supply", "supply", bulletin.Count), column(ctx, "gap", "column.gap", bulletin.Gap), column(ctx, "ratio", "column.ratio", bulletin.Ratio),
		minor(column(ctx, "short", "advice.short", bulletin.Share)), minor(column(ctx, "spare", "advice.spare", bulletin.Share)), minor(column(ctx, "coming", "advice.coming", bulletin.Words)),
		minor(column(ctx, "kinds", "advice.kinds", bulletin.Words)), minor(column(ctx, "schools", "advice.schools", bulletin.Words)), minor(column(ctx, "places", "advice.places", bulletin.Count)),
		minor(column(ctx, "before", "advice.before", bulletin.Words))}}
	for _, a := range inOrderOfWord(all) {
		t.Rows = append(t.Rows, a.row(ctx))
	}
	return t
}

// inOrderOfWord puts what is to be done first, and what is not told last.
func inOrderOfWord(all []Advice) []Advice {
	at := map[string]int{Add: 0, Expand: 1, Stop: 2, Shrink: 3, Keep: 4, "": 5}
	all = slices.Clone(all)
	slices.SortStableFunc(all, func(a, b Advice) int { return at[a.Word] - at[b.Word] })
	return all
}

func (a Advice) row(ctx context.Context) []bulletin.Cell {
	none := bulletin.None()
	text := func(say func(context.Context) string) bulletin.Cell { return bulletin.Word(inBoth(ctx, say)) }
	row := []bulletin.Cell{bulletin.Plain(a.Code), text(a.name), text(func(ctx context.Context) string { return education(ctx, a.Education) })}
	coming, schools := text(a.comingWords), bulletin.Word(bulletin.Text{ZH: strings.Join(a.Schools, "、"), EN: strings.Join(a.Schools, ", ")})
	if a.Word == "" {
		return append(row, bulletin.Word(both(ctx, "withheld")), none, bulletin.Num(a.Supply), none, none, none, none, coming, none, schools, bulletin.Num(a.Places), none)
	}
	before := none
	if a.Before != "" {
		before = bulletin.Word(both(ctx, "advice."+a.Before))
	}
	return append(row, bulletin.Word(both(ctx, "advice."+a.Word)), bulletin.Num(a.Demand), bulletin.Num(a.Supply), bulletin.Num(a.Gap), numberOr(a.Ratio),
		bulletin.Num(rounded(a.Short)), bulletin.Num(rounded(a.Spare)), coming, text(a.kindWords), schools, bulletin.Num(a.Places), before)
}

// quarters tells what is expected of each quarter, over all kinds of work.
func (t account) quarters(ctx context.Context) bulletin.Table {
	out := bulletin.Table{Key: "quarters", Name: both(ctx, "expected"), Note: both(ctx, "all_kinds"), Columns: []bulletin.Column{
		column(ctx, "name", "column.quarter", bulletin.Words), column(ctx, "hires", "expected", bulletin.Count), column(ctx, "lo80", "column.low80", bulletin.Count), column(ctx, "hi80", "column.high80", bulletin.Count),
		minor(column(ctx, "lo95", "column.low95", bulletin.Count)), minor(column(ctx, "hi95", "column.high95", bulletin.Count))}}
	for _, l := range t.lines {
		if l.Level == OfTotal {
			for _, q := range l.Ahead4 {
				out.Rows = append(out.Rows, []bulletin.Cell{bulletin.Plain(q.Quarter), bulletin.Num(q.Whole), bulletin.Num(q.Lo80), bulletin.Num(q.Hi80), bulletin.Num(q.Lo95), bulletin.Num(q.Hi95)})
			}
		}
	}
	return out
}

// supplyYears tells how many graduates the years to come will send.
func supplyYears(ctx context.Context, r *Release) bulletin.Table {
	t := bulletin.Table{Key: "supply", Name: both(ctx, "supply_years"), Columns: []bulletin.Column{
		column(ctx, "name", "column.year", bulletin.Words), column(ctx, "people", "supply", bulletin.Count), column(ctx, "lo80", "column.low80", bulletin.Count), column(ctx, "hi80", "column.high80", bulletin.Count)}}
	for _, a := range r.Summary.Outlook {
		t.Rows = append(t.Rows, []bulletin.Cell{bulletin.Word(both(ctx, "class_of", a.Year)), bulletin.Num(a.Mean), bulletin.Num(a.Lo80), bulletin.Num(a.Hi80)})
	}
	return t
}

// cameTrue sets what the issue before said against what happened: all kinds of work
// together, then each that is shown now and was shown then.
func (t account) cameTrue(ctx context.Context, table *Table) bulletin.Table {
	out := bulletin.Table{Key: "came-true", Name: both(ctx, "came_true"), Note: both(ctx, "came_true_note"), Columns: []bulletin.Column{
		code(ctx, "column.code"), column(ctx, "name", "column.name", bulletin.Words), column(ctx, "expected", "column.said", bulletin.Count), column(ctx, "happened", "column.happened", bulletin.Count),
		column(ctx, "error", "column.error", bulletin.Share), column(ctx, "within", "column.within", bulletin.Words)}}
	shown := map[string]bool{}
	for _, g := range table.everything {
		shown[g.Code] = blank(g) == 0
	}
	for _, l := range slices.Backward(t.lines) {
		if l.Before == nil || l.Level != OfTotal && (l.Level != OfKind || !shown[l.Position] || l.Before.Withheld) {
			continue
		}
		wrong := bulletin.None()
		if l.Before.WAPE >= 0 {
			wrong = bulletin.Num(rounded(l.Before.WAPE))
		}
		out.Rows = append(out.Rows, []bulletin.Cell{bulletin.Plain(l.Position), bulletin.Word(inBoth(ctx, l.name)), bulletin.Num(rounded(l.Before.Expected)), bulletin.Num(l.Before.Happened),
			wrong, bulletin.Word(both(ctx, "within_of", l.Before.Within, l.Before.Values))})
	}
	slices.SortStableFunc(out.Rows, func(a, b []bulletin.Cell) int { // the total first, then by what happened
		if x, y := a[0].Text.ZH == "", b[0].Text.ZH == ""; x != y {
			return map[bool]int{true: -1, false: 1}[x]
		}
		return int(b[3].N) - int(a[3].N)
	})
	return out
}
