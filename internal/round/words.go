package round

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"guildhall/internal/codes"
	"guildhall/internal/directory"
	"guildhall/internal/i18n"
	"guildhall/internal/web"
)

func say(ctx context.Context, word string, args ...any) string {
	return i18n.T(ctx, "round."+word, args...)
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

func choices(ctx context.Context, prefix string, values []string) []web.Choice {
	list := []web.Choice{{Value: "", Text: say(ctx, "any")}}
	for _, v := range values {
		list = append(list, web.Choice{Value: v, Text: say(ctx, prefix+v)})
	}
	return list
}

func unitChoices(ctx context.Context, list []*directory.Unit) []web.Choice {
	out := []web.Choice{{Value: "", Text: say(ctx, "any")}}
	for _, u := range list {
		out = append(out, web.Choice{Value: u.ID, Text: i18n.Pick(ctx, u.Short(), u.NameEN)})
	}
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

func headers(ctx context.Context, words ...string) []string {
	list := make([]string, len(words))
	for i, w := range words {
		list[i] = say(ctx, w)
	}
	return list
}

// nameOf gives a unit's name for lists, or its id where the directory lost it.
func nameOf(all map[string]*directory.Unit, id string) string {
	if u := all[id]; u != nil {
		return u.Short()
	}
	return id
}

func sortedUnits(list []*directory.Unit) []*directory.Unit {
	slices.SortFunc(list, func(a, b *directory.Unit) int { return cmp.Compare(a.Short(), b.Short()) })
	return list
}

// limitOf gives how many entries a page has.
func limitOf(asked int) int {
	if asked <= 0 {
		return 50
	}
	return min(asked, 200)
}
