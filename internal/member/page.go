package member

import (
	"context"
	"strconv"
	"strings"
	"time"

	"guildhall/internal/directory"
	"guildhall/internal/i18n"
	"guildhall/internal/web"
)

// chip is a condition of the search that a reader can take out again.
type chip struct{ text, without string }

func chosen(ctx context.Context, s Search, ranks Ranks) (chips []chip) {
	add := func(name, value, text string) {
		if value != "" {
			chips = append(chips, chip{text, web.With(web.URL(ctx), name, "", "after", "")})
		}
	}
	add("q", s.Text, s.Text)
	add("class", s.Class, className(ctx, s.Class))
	rank, _ := ranks.Find(s.Rank)
	add("rank", s.Rank, rank.In(ctx))
	if p := place("region", s.Region); p != nil {
		add("region", s.Region, placeName(ctx, p))
	}
	if p := place("segment", s.Segment); p != nil {
		add("segment", s.Segment, placeName(ctx, p))
	}
	add("on", s.On, say(ctx, "as_of", s.On))
	return chips
}

// sorted gives the order that the list is in.
func (s Search) sorted() string {
	if s.Sort == "" {
		return "rank"
	}
	return s.Sort
}

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

// dayText shows a civil day as it stands in prose.
func dayText(ctx context.Context, day string) string {
	at, err := time.ParseInLocation(time.DateOnly, day, i18n.Zone(ctx))
	if err != nil {
		return day
	}
	return i18n.Day(ctx, at)
}

// quiet is the line under a unit's name: its short name and its credit code.
func quiet(ctx context.Context, e Entry) string {
	var said []string
	if e.ShortName != "" && e.ShortName != e.Name && i18n.Chinese(ctx) {
		said = append(said, e.ShortName)
	}
	if e.CreditCode != "" {
		said = append(said, e.CreditCode)
	}
	return strings.Join(said, " · ")
}

func barWidth(p *Page, c Count) string {
	_, width := barScale(p).Bar(float64(c.Count))
	return strconv.FormatFloat(width, 'f', 2, 64) + "%"
}

func classChoices(ctx context.Context, p *Page) []web.Choice {
	choices := []web.Choice{{Value: "", Text: say(ctx, "any")}}
	for _, c := range p.Classes {
		choices = append(choices, web.Choice{Value: c.Code, Text: className(ctx, c.Code)})
	}
	return choices
}

func allClasses(ctx context.Context) []web.Choice {
	choices := []web.Choice{{Value: "", Text: say(ctx, "choose")}}
	for _, c := range directory.Classes {
		choices = append(choices, web.Choice{Value: c, Text: className(ctx, c)})
	}
	return choices
}

func rankChoices(ctx context.Context, ranks Ranks) []web.Choice {
	choices := []web.Choice{{Value: "", Text: say(ctx, "any")}}
	for _, r := range ranks {
		choices = append(choices, web.Choice{Value: r.Code, Text: r.In(ctx)})
	}
	return choices
}

func placeChoices(ctx context.Context, places []Place) []web.Choice {
	choices := []web.Choice{{Value: "", Text: say(ctx, "any")}}
	for i := range places {
		choices = append(choices, web.Choice{Value: places[i].Code, Text: places[i].Code + " " + placeName(ctx, &places[i])})
	}
	return choices
}

// yes says whether something holds.
func yes(ctx context.Context, is bool) string {
	if is {
		return say(ctx, "yes")
	}
	return say(ctx, "no")
}

// span shows from when to when something held.
func span(ctx context.Context, since, until string) string {
	if until == "" {
		return say(ctx, "since", since)
	}
	return say(ctx, "from_until", since, until)
}

func endingName(ctx context.Context, ending string) string {
	if ending == "" {
		return ""
	}
	return say(ctx, "ending."+ending)
}

// optional is the label of a field that may stay empty.
func optional(ctx context.Context, word string) string {
	return say(ctx, "optional", i18n.Key("member."+word))
}

// number shows a figure in a field, nothing where there is none.
func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// unitLine is the quiet line under a unit's name on its page.
func unitLine(ctx context.Context, w *Whole) string {
	if t, ok := w.standing.On(w.Today); ok {
		return say(ctx, "unit_line", className(ctx, w.Class), dayText(ctx, t.Since))
	}
	if t := w.standing.open(); t != nil {
		return say(ctx, "unit_line_future", className(ctx, w.Class), dayText(ctx, t.Since))
	}
	last := w.standing.Terms[len(w.standing.Terms)-1]
	return say(ctx, "unit_line_gone", className(ctx, w.Class), dayText(ctx, last.Until))
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
