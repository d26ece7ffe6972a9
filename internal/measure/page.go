package measure

import (
	"context"
	"maps"
	"math/big"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"guildhall/internal/act"
	"guildhall/internal/i18n"
	"guildhall/internal/web"
)

func say(ctx context.Context, word string, args ...any) string {
	return i18n.T(ctx, "measure."+word, args...)
}

// in gives the row's name in the reader's language; the drafts have English for
// the whole row rather than for its name.
func (r *Row) in(ctx context.Context) string {
	if i18n.Chinese(ctx) || r.NameEN == "" || r.Kind == Group {
		return r.Name
	}
	return r.NameEN
}

func (r *Row) lang(ctx context.Context) string {
	if i18n.Chinese(ctx) || r.NameEN == "" || r.Kind == Group {
		return "zh-CN"
	}
	return "en"
}

// text writes the line's value.
func (l *Line) text() string {
	switch {
	case len(l.Figures) > 0:
		return shown(l.Value())
	case l.Entry != nil:
		return l.Entry.Value
	}
	return ""
}

// valued writes the value with its unit.
func (l *Line) valued() string {
	if len(l.Figures) == 0 {
		return "–"
	}
	return strings.TrimSpace(shown(l.Value()) + " " + l.Unit)
}

// others writes the figures beside the first.
func (l *Line) others(ctx context.Context) string {
	var said []string
	for i, f := range l.Figures {
		if i > 0 || f.Label != "" {
			said = append(said, strings.TrimSpace(f.Label+" "+shown(f.Value)))
		}
	}
	return strings.Join(said, say(ctx, "and"))
}

// how says how the line came about.
func (l *Line) how(ctx context.Context) string {
	switch {
	case l.Kind == Group:
		return ""
	case l.Broken:
		return say(ctx, "how.broken")
	case l.ByHand:
		return say(ctx, "how.hand")
	case l.Registered():
		return say(ctx, "how.registered")
	case l.has():
		return say(ctx, "how.counted")
	case l.Entry != nil:
		return say(ctx, "how.stated")
	}
	return say(ctx, "how.none")
}

func (l *Line) words() string {
	if l.Entry == nil {
		return ""
	}
	return l.Entry.Words
}

// change tells how the value differs from that of the report before.
func (l *Line) change() string {
	if len(l.Before) == 0 || l.Before[0].Value == nil || l.Value() == nil {
		return ""
	}
	d := new(big.Rat).Sub(l.Value(), l.Before[0].Value)
	if d.Sign() > 0 {
		return "+" + shown(d)
	}
	return shown(d)
}

func (l *Line) beforeText() string {
	if len(l.Before) == 0 {
		return "–"
	}
	return shown(l.Before[0].Value)
}

func tint(verdict string) string {
	switch verdict {
	case "met", "clear":
		return "tag go"
	case "hit", "not_met":
		return "tag none"
	case "partly":
		return "tag wait"
	}
	return "tag"
}

func amountsOf(ctx context.Context, a act.Act) string {
	k, _ := act.Find(a.Kind)
	var said []string
	for _, name := range slices.Sorted(maps.Keys(a.Amounts)) {
		m, ok := k.Amount(name)
		if !ok {
			m = act.Amount{Name: name, ZH: name, EN: name}
		}
		said = append(said, m.In(ctx)+" "+m.Shown(ctx, a.Amounts[name]))
	}
	return strings.Join(said, say(ctx, "and"))
}

func periodChoices(ctx context.Context, list []*Period) []web.Choice {
	all := []web.Choice{{Text: say(ctx, "with_none")}}
	for _, p := range list {
		all = append(all, web.Choice{Value: p.ID, Text: p.Name})
	}
	return all
}

func standardChoices(list []*Standard) (all []web.Choice) {
	for _, s := range list {
		all = append(all, web.Choice{Value: s.ID, Text: s.Name + " " + s.Edition})
	}
	return all
}

// indent is the class of a row's depth in the tree.
func indent(depth int) string { return "d" + strconv.Itoa(min(depth, 3)) }

func kindName(ctx context.Context, name string) string {
	k, ok := act.Find(name)
	if !ok {
		return name
	}
	return k.In(ctx)
}

// rowPath is the page of a line; a code may hold any mark.
func rowPath(report, code string) string {
	return "/reports/" + report + "/rows/" + url.PathEscape(code)
}
