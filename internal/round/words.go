package round

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"guildhall/internal/codes"
	"guildhall/internal/directory"
	"guildhall/internal/fault"
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

// list reads a form's wishes in the order of their numbers.
func (in wishing) list() ([]string, error) {
	if len(in.Rank) == 0 {
		return in.Position, nil
	}
	type wish struct {
		rank int
		id   string
	}
	var wishes []wish
	var wrong fault.List
	for i, id := range in.Position {
		if i >= len(in.Rank) || strings.TrimSpace(in.Rank[i]) == "" {
			continue
		}
		n, err := strconv.Atoi(strings.TrimSpace(in.Rank[i]))
		if err != nil || n < 1 {
			wrong.Add("list", "talent.wish.rank", in.Rank[i])
			continue
		}
		wishes = append(wishes, wish{n, id})
	}
	slices.SortStableFunc(wishes, func(a, b wish) int { return cmp.Compare(a.rank, b.rank) })
	list := make([]string, len(wishes))
	for i, w := range wishes {
		list[i] = w.id
	}
	return list, wrong.Err()
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
