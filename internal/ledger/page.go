package ledger

import (
	"context"
	"slices"
	"strings"
	"time"

	"guildhall/internal/i18n"
	"guildhall/internal/web"
)

func unitName(ctx context.Context, names map[string][2]string, unit string) string {
	n, ok := names[unit]
	if !ok {
		return unit
	}
	return i18n.Pick(ctx, n[0], n[1])
}

func kindName(ctx context.Context, kind string) string {
	k, ok := Find(kind)
	if !ok {
		return kind
	}
	return k.In(ctx)
}

// name names whose account it is.
func (a Account) name(ctx context.Context, names map[string][2]string) string {
	switch {
	case a.Title != "":
		return a.Title
	case a.Owner != "":
		return unitName(ctx, names, a.Owner)
	}
	return say(ctx, "nobody")
}

// heading names the account whole.
func (a Account) heading(ctx context.Context, names map[string][2]string) string {
	return kindName(ctx, a.Kind) + " · " + a.name(ctx, names)
}

// side says a balance with its side: 借 1,000, 贷 20, 平.
func side(ctx context.Context, fen int64) string {
	switch {
	case fen > 0:
		return say(ctx, "debit_of", i18n.Yuan(fen))
	case fen < 0:
		return say(ctx, "credit_of", i18n.Yuan(-fen))
	}
	return say(ctx, "even")
}

// debitYuan and creditYuan show an amount on its side, and nothing on the other.
func debitYuan(fen int64) string {
	if fen > 0 {
		return i18n.Yuan(fen)
	}
	return ""
}

func creditYuan(fen int64) string {
	if fen < 0 {
		return i18n.Yuan(-fen)
	}
	return ""
}

func kindChoices(ctx context.Context) []web.Choice {
	choices := []web.Choice{{Text: say(ctx, "any")}}
	for _, k := range Kinds() {
		choices = append(choices, web.Choice{Value: k.Name, Text: k.In(ctx)})
	}
	return choices
}

func unitChoices(ctx context.Context, names map[string][2]string) []web.Choice {
	choices := []web.Choice{}
	for id := range names {
		choices = append(choices, web.Choice{Value: id, Text: unitName(ctx, names, id)})
	}
	slices.SortFunc(choices, func(a, b web.Choice) int { return strings.Compare(a.Text+a.Value, b.Text+b.Value) })
	return append([]web.Choice{{Text: say(ctx, "any")}}, choices...)
}

func dayOf(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}

func firstPage(ctx context.Context, s StatementSearch) string {
	if s.After == 0 {
		return ""
	}
	return web.With(web.URL(ctx), "after", "")
}

func nextPage(ctx context.Context, st *Statement) string {
	if st.Next == 0 {
		return ""
	}
	return web.With(web.URL(ctx), "after", number(st.Next))
}
