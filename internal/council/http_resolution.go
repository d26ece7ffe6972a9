package council

import (
	"context"
	"net/http"

	"guildhall/internal/i18n"
	"guildhall/internal/sheet"
	"guildhall/internal/web"
)

type resolutionsAsked struct {
	ResolutionSearch
	Format string `json:"format"` // xlsx or csv: all that was asked for, as a file
}

func (c *Council) getResolutions(r *http.Request) (web.Reply, error) {
	a, err := web.Query[resolutionsAsked](r)
	if err != nil {
		return web.Reply{}, err
	}
	if a.Format != "" {
		return c.exportResolutions(r.Context(), a)
	}
	p, err := c.Resolutions(r.Context(), a.ResolutionSearch)
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: p, Page: resolutionsPage(p, a.ResolutionSearch)}, nil
}

// exportResolutions gives all that was asked for, page after page, as a file.
func (c *Council) exportResolutions(ctx context.Context, a resolutionsAsked) (web.Reply, error) {
	s := a.ResolutionSearch
	s.After, s.Limit = "", mostSize
	var all []*Resolution
	for {
		p, err := c.Resolutions(ctx, s)
		if err != nil {
			return web.Reply{}, err
		}
		all = append(all, p.Resolutions...)
		if s.After = p.Next; p.Next == "" {
			break
		}
	}
	var head []string
	for _, word := range []string{"number", "title", "class", "article", "result", "at"} {
		head = append(head, say(ctx, "column."+word))
	}
	return sheetReply(ctx, say(ctx, "resolutions"), a.Format, head, func(yield func(sheet.Row) bool) {
		for _, r := range all {
			if !yield(sheet.Row{r.Mark(), r.Title, r.Votes.Class, r.Votes.Article, r.tally(ctx), i18n.Time(ctx, r.At)}) {
				return
			}
		}
	})
}

func (c *Council) getResolution(r *http.Request) (web.Reply, error) {
	a, err := web.Query[printed](r)
	if err != nil {
		return web.Reply{}, err
	}
	one, err := c.Resolution(r.Context(), r.PathValue("id"))
	if err != nil {
		return web.Reply{}, err
	}
	if a.Format != "" {
		return c.print(r.Context(), resolutionPaper(r.Context(), one), a.Format)
	}
	return web.Reply{Data: one, Page: resolutionPage(one)}, nil
}

// tally tells what each choice got.
func (r *Resolution) tally(ctx context.Context) string {
	return tallyIn(ctx, &Ballot{Question: r.Votes.Question, Result: r.Votes.Result})
}

func yearOf(s ResolutionSearch) string {
	if s.Year == 0 {
		return ""
	}
	return itoa(s.Year)
}

func yearChoices(ctx context.Context, years []int) []web.Choice {
	list := []web.Choice{{Value: "", Text: say(ctx, "any")}}
	for _, y := range years {
		list = append(list, web.Choice{Value: itoa(y), Text: itoa(y)})
	}
	return list
}

func nextResolutions(ctx context.Context, p *ResolutionPage) string {
	if p.Next == "" {
		return ""
	}
	return web.With(web.URL(ctx), "after", p.Next)
}
