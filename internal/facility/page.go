package facility

import (
	"context"

	"guildhall/internal/i18n"
	"guildhall/internal/web"
)

// chip is a condition of the search that a reader can take out again.
type chip struct{ text, without string }

func chosen(ctx context.Context, s Search, p *Page) (chips []chip) {
	add := func(name, value, text string) {
		if value != "" {
			chips = append(chips, chip{text, web.With(web.URL(ctx), name, "", "after", "")})
		}
	}
	add("q", s.Text, s.Text)
	add("owner", s.Owner, nameIn(ctx, p.owners, s.Owner))
	if s.Skill != "" {
		add("skill", s.Skill, skill(s.Skill).in(ctx))
	}
	if s.Status != "" {
		add("status", s.Status, say(ctx, "status."+s.Status))
	}
	if s.Weekend {
		add("weekend", "1", say(ctx, "column.weekend"))
	}
	return chips
}

func nameIn(ctx context.Context, list []Named, code string) string {
	for _, n := range list {
		if n.Code == code {
			return n.in(ctx)
		}
	}
	return code
}

func (n Named) in(ctx context.Context) string { return i18n.Pick(ctx, n.Name, n.NameEN) }

func first(ctx context.Context, s Search) string {
	if s.After == "" {
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

func namedChoices(ctx context.Context, list []Named, code bool) []web.Choice {
	choices := []web.Choice{{Value: "", Text: say(ctx, "any")}}
	for _, n := range list {
		text := n.in(ctx)
		if code {
			text = n.Code + " " + text
		}
		choices = append(choices, web.Choice{Value: n.Code, Text: text})
	}
	return choices
}

func statusChoices(ctx context.Context) []web.Choice {
	choices := []web.Choice{{Value: "", Text: say(ctx, "any")}}
	for _, s := range Statuses {
		choices = append(choices, web.Choice{Value: string(s), Text: say(ctx, "status."+string(s))})
	}
	return choices
}

// price shows what an hour costs; that it costs nothing is said too.
func price(ctx context.Context, e *Equipment) string {
	switch {
	case e.Hourly == nil:
		return say(ctx, "unknown")
	case *e.Hourly == 0:
		return say(ctx, "free")
	}
	return i18n.Yuan(*e.Hourly)
}

func capacity(ctx context.Context, e *Equipment) string {
	if e.Capacity == nil {
		return say(ctx, "unknown")
	}
	return i18n.Count(*e.Capacity)
}

// statusTag is the tint of a status: it can be had, it waits, it is out of use.
func statusTag(s Status) string {
	switch s {
	case Available:
		return "tag go"
	case Maintenance:
		return "tag wait"
	}
	return "tag"
}

// between parts the entries of a list that is written in one line.
func between(ctx context.Context, i int) string {
	if i == 0 {
		return ""
	}
	return say(ctx, "and")
}

// langOf gives the language in which a name stands: the reader's, unless it has
// no English form.
func langOf(ctx context.Context, english string) string {
	if i18n.Chinese(ctx) || english == "" {
		return "zh-CN"
	}
	return "en"
}
