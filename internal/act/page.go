package act

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"guildhall/internal/i18n"
	"guildhall/internal/web"
)

func nameOf(ctx context.Context, names map[string][2]string, unit string) string {
	n, ok := names[unit]
	if !ok {
		return unit
	}
	return i18n.Pick(ctx, n[0], n[1])
}

// amounts writes what an act bears: 学时 1,120 小时；金额 3 万元.
func amounts(ctx context.Context, a Act) string {
	k, _ := Find(a.Kind)
	var said []string
	for _, name := range slices.Sorted(maps.Keys(a.Amounts)) {
		m, ok := k.Amount(name)
		if !ok {
			m = Amount{Name: name, ZH: name, EN: name}
		}
		said = append(said, m.In(ctx)+" "+m.Shown(ctx, a.Amounts[name]))
	}
	return strings.Join(said, say(ctx, "and"))
}

func marks(a Act) string {
	var said []string
	for _, name := range slices.Sorted(maps.Keys(a.Marks)) {
		said = append(said, name+"="+a.Marks[name])
	}
	return strings.Join(said, " ")
}

func kindChoices(ctx context.Context) []web.Choice {
	choices := []web.Choice{{Text: say(ctx, "any")}}
	for _, k := range Vocabulary() {
		choices = append(choices, web.Choice{Value: k.Name, Text: k.In(ctx)})
	}
	return choices
}

func unitChoices(ctx context.Context, names map[string][2]string) []web.Choice {
	choices := []web.Choice{}
	for id := range names {
		choices = append(choices, web.Choice{Value: id, Text: nameOf(ctx, names, id)})
	}
	slices.SortFunc(choices, func(a, b web.Choice) int { return cmp.Or(cmp.Compare(a.Text, b.Text), cmp.Compare(a.Value, b.Value)) })
	return append([]web.Choice{{Text: say(ctx, "any")}}, choices...)
}

func dayIn(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}

func kindName(ctx context.Context, name string) string {
	k, ok := Find(name)
	if !ok {
		return name
	}
	return k.In(ctx)
}

func first(ctx context.Context, q Search) string {
	if q.After == "" {
		return ""
	}
	return web.With(web.URL(ctx), "after", "")
}

func next(ctx context.Context, p *Page) string {
	if p.Next == "" {
		return ""
	}
	return web.With(web.URL(ctx), "after", p.Next)
}
