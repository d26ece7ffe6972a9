package chain

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"

	"guildhall/internal/codes"
	"guildhall/internal/fault"
	"guildhall/internal/i18n"
	"guildhall/internal/web"
)

// Routes adds the routes of the chain.
func (c *Chain) Routes(rs *web.Routes) {
	rs.Add("GET /chain", "chain.node.read", c.getOverview, web.Asks[searched](), web.Out[Overview]())
	rs.Add("GET /chain/paths", "chain.node.read", c.getWays, web.Asks[between](), web.Out[Ways]())
	rs.Add("GET /chain/{kind}/{code}", "chain.node.read", c.getNode, web.Out[Detail]())
	c.edgeRoutes(rs)
}

type searched struct {
	Text string `json:"q"` // words that a node's name or code holds
}

func (c *Chain) getOverview(r *http.Request) (web.Reply, error) {
	q, err := web.Query[searched](r)
	if err != nil {
		return web.Reply{}, err
	}
	o, err := c.Overview(r.Context(), q.Text)
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: o, Page: overviewPage(o, q.Text)}, nil
}

func (c *Chain) getNode(r *http.Request) (web.Reply, error) {
	d, err := c.Node(r.Context(), r.PathValue("kind"), r.PathValue("code"))
	if err != nil {
		return web.Reply{}, err
	}
	if d.Ref.Code != r.PathValue("code") && !web.WantsJSON(r) {
		return web.Reply{Data: d, Goto: address(d.Ref)}, nil // another code took its place
	}
	return web.Reply{Data: d, Page: nodePage(d)}, nil
}

type between struct {
	From string `json:"from"` // kind:code, or a name
	To   string `json:"to"`   // kind:code, or a name
}

func (c *Chain) getWays(r *http.Request) (web.Reply, error) {
	q, err := web.Query[between](r)
	if err != nil {
		return web.Reply{}, err
	}
	w, err := c.Ways(r.Context(), q.From, q.To)
	if err != nil && !errors.Is(err, fault.Invalid) {
		return web.Reply{}, err
	}
	return web.Reply{Data: w, Page: waysPage(w, q, err)}, err
}

func say(ctx context.Context, word string, args ...any) string {
	return i18n.T(ctx, "chain."+word, args...)
}

func name(ctx context.Context, n Node) string { return i18n.Pick(ctx, n.Name, n.NameEN) }

// langOf gives the language of the name that name gives.
func langOf(ctx context.Context, n Node) string {
	if i18n.Chinese(ctx) && n.Name != "" || n.NameEN == "" {
		return "zh-CN"
	}
	return "en"
}

// other gives a node's name in the language that the reader does not read.
func other(ctx context.Context, n Node) (lang, text string) {
	if n.NameEN == "" {
		return "", ""
	}
	if i18n.Chinese(ctx) {
		return "en", n.NameEN
	}
	return "zh-CN", n.Name
}

func address(r Ref) string { return "/chain/" + r.Kind + "/" + url.PathEscape(r.Code) }

// pathAddress gives where the paths from one node to another are shown.
func pathAddress(from, to string) string {
	q := url.Values{}
	if from != "" {
		q.Set("from", from)
	}
	if to != "" {
		q.Set("to", to)
	}
	return "/chain/paths?" + q.Encode()
}

func kindWord(ctx context.Context, kind string) string { return say(ctx, "kind."+kind) }

// groupWord says the stage, category or level of schooling of a node.
func groupWord(ctx context.Context, n Node) string { return codes.KindWord(ctx, n.Group) }

func figure(n int) string {
	if n == 0 {
		return "–"
	}
	return strconv.Itoa(n)
}

// heading says what a group of neighbours is to the node.
func heading(ctx context.Context, g Group) string {
	return say(ctx, "group."+g.Kind) + " " + strconv.Itoa(len(g.Neighbours))
}

// has tells whether any edge of a group bears a figure, so that no empty column
// is shown.
func (g Group) has(figure func(*Edge) int) bool {
	for _, n := range g.Neighbours {
		if figure(n.Edge) != 0 {
			return true
		}
	}
	return false
}

func level(e *Edge) int  { return e.Level }
func weight(e *Edge) int { return e.Weight }

// pay writes a position's pay band.
func pay(c codes.Code) string {
	low, err1 := strconv.Atoi(c.Attr["monthly_low"])
	high, err2 := strconv.Atoi(c.Attr["monthly_high"])
	if err1 != nil || err2 != nil {
		return ""
	}
	return i18n.Count(low) + "–" + i18n.Count(high)
}

// summary says how a node stands in the chain.
func summary(ctx context.Context, d *Detail) string {
	line := kindWord(ctx, d.Kind) + " " + d.Ref.Code
	if d.Group != "" {
		line += " · " + groupWord(ctx, d.Node)
	}
	return line
}

// pictureWords says in a sentence what the picture shows.
func pictureWords(ctx context.Context, o *Overview) string {
	line := say(ctx, "picture")
	for _, s := range o.Stages {
		line += " " + say(ctx, "picture_stage", codes.KindWord(ctx, s.Stage), len(s.Segments))
	}
	return line
}

// educationWord says a level of schooling that the list writes in Chinese.
func educationWord(ctx context.Context, written string) string {
	if key := "chain.education." + written; i18n.Has(key) {
		return i18n.T(ctx, key)
	}
	return written
}
