package outlook

import (
	"context"

	"guildhall/internal/i18n"
)

// findings says in sentences what a table shows, in the language of ctx. They are
// made from the figures that the reader may see, and say nothing beyond them.
func findings(ctx context.Context, t *Table) (lines []string) {
	return append(append(lines, ofTotal(ctx, t)...), parts(ctx, t)...)
}

// ofTotal speaks of the total.
func ofTotal(ctx context.Context, t *Table) []string {
	g := t.Total
	args := []any{t.Release.Year, i18n.Count(g.Demand), i18n.Count(g.Supply), i18n.Count(abs(g.Gap))}
	switch g.Word {
	case "shortage", "surplus":
		return []string{say(ctx, "finding.total_"+string(g.Word), append(args, i18n.Count(abs(nearer(g))), i18n.Count(abs(farther(g))))...)}
	}
	return []string{say(ctx, "finding.balance", args...)}
}

// nearer and farther give the bounds of the gap by their distance from zero.
func nearer(g Gap) int64 {
	if abs(g.Lo80) < abs(g.Hi80) {
		return g.Lo80
	}
	return g.Hi80
}

func farther(g Gap) int64 { return g.Lo80 + g.Hi80 - nearer(g) }

// parts speaks of the segments and kinds of work that stand out.
func parts(ctx context.Context, t *Table) (lines []string) {
	var short int64
	for _, s := range t.Segments {
		short += max(0, s.Gap)
	}
	if len(t.Segments) > 1 && t.Segments[0].Gap > 0 && t.Segments[0].Gap < short {
		s := t.Segments[0]
		lines = append(lines, say(ctx, "finding.segment", s.name(ctx), i18n.Percent(float64(s.Gap)/float64(short))))
	}
	var worst, spare *Gap
	n := 0
	for i := range t.everything {
		switch g := &t.everything[i]; {
		case blank(*g) == 1:
		case g.Word == "shortage":
			n++
			if worst == nil || g.Index > worst.Index {
				worst = g
			}
		case g.Word == "surplus" && (spare == nil || g.Gap < spare.Gap):
			spare = g
		}
	}
	if worst != nil {
		lines = append(lines, say(ctx, "finding.worst", n, worst.name(ctx), i18n.Count(worst.Gap), ratio(*worst)))
	}
	if spare != nil {
		lines = append(lines, say(ctx, "finding.spare", spare.name(ctx), i18n.Count(-spare.Gap)))
	}
	return lines
}

// name gives a cell's name in the language of ctx.
func (g Gap) name(ctx context.Context) string {
	if g.Level == OfTotal {
		return say(ctx, "all_kinds")
	}
	return i18n.Pick(ctx, g.Name, g.NameEN)
}

// ratio shows openings to seekers.
func ratio(g Gap) string {
	if !g.Ratio.Known() {
		return "–"
	}
	return i18n.Decimal(float64(g.Ratio), 2)
}

func say(ctx context.Context, word string, args ...any) string {
	return i18n.T(ctx, "outlook."+word, args...)
}
