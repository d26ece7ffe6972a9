package codes

import (
	"context"
	"net/url"
	"slices"

	"guildhall/internal/i18n"
	"guildhall/internal/web"
)

// attributions gathers the words that licences ask to be shown, each once.
func attributions(all []Edition) (lines []string) {
	for _, e := range all {
		if e.Attribution != "" && !slices.Contains(lines, e.Attribution) {
			lines = append(lines, e.Attribution)
		}
	}
	return lines
}

// listAddress gives where an edition is shown.
func listAddress(e Edition) string {
	if e.Shipped {
		return "/codes/" + e.List
	}
	return "/codes/" + e.List + "?edition=" + url.QueryEscape(e.Edition)
}

// under gives where the entries below a code are shown.
func under(e Edition, code string) string {
	u, err := url.Parse(listAddress(e))
	if err != nil {
		return "/codes/" + e.List
	}
	return web.With(u, "under", code)
}

// address gives where a code is shown.
func address(c Code, e Edition) string {
	to := "/codes/" + c.List + "/" + url.PathEscape(c.Code)
	if !e.Shipped {
		to += "?edition=" + url.QueryEscape(e.Edition)
	}
	return to
}

func first(ctx context.Context, s Search) string {
	if s.After == "" {
		return ""
	}
	return web.With(web.URL(ctx), "after", "")
}

func next(ctx context.Context, l *Listing) string {
	if l.Next == "" {
		return ""
	}
	return web.With(web.URL(ctx), "after", l.Next)
}

func kindChoices(ctx context.Context, kinds []string) []web.Choice {
	choices := []web.Choice{{Value: "", Text: say(ctx, "any")}}
	for _, k := range kinds {
		choices = append(choices, web.Choice{Value: k, Text: kindWord(ctx, k)})
	}
	return choices
}

// inChain tells whether the chain's pages know of a code.
func inChain(c Code) bool {
	for _, relation := range Relations {
		first, second := Ends(relation)
		if first == c.List && len(Shipped().Related(relation, c.Code)) > 0 ||
			second == c.List && len(Shipped().RelatedTo(relation, c.Code)) > 0 {
			return c.List != "industry"
		}
	}
	return false
}

func otherName(ctx context.Context, c Code) string {
	if i18n.Chinese(ctx) {
		return c.NameEN
	}
	return c.Name
}

// attrValue says yes in the reader's language and shows all else as it is.
func attrValue(ctx context.Context, v string) string {
	if v == "yes" {
		return say(ctx, "yes")
	}
	return v
}

// langOf gives the language of the name that NameOf gives.
func langOf(ctx context.Context, c Code) string {
	if i18n.Chinese(ctx) && c.Name != "" || c.NameEN == "" {
		return "zh-CN"
	}
	return "en"
}

func anyDeeper(codes []Code, deeper map[string]bool) bool {
	return slices.ContainsFunc(codes, func(c Code) bool { return deeper[c.Code] })
}

func briefLicence(ctx context.Context, e Edition) string {
	if e.Licence == facts {
		return say(ctx, "licence.brief")
	}
	return e.Licence
}

func standingChoices(ctx context.Context) (choices []web.Choice) {
	for _, s := range []Standing{Official, Near, Own} {
		choices = append(choices, web.Choice{Value: string(s), Text: say(ctx, "standing."+string(s))})
	}
	return choices
}
