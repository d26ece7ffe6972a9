package chain

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"

	"guildhall/internal/codes"
	"guildhall/internal/fault"
	"guildhall/internal/i18n"
	"guildhall/internal/sheet"
	"guildhall/internal/web"
)

func (c *Chain) edgeRoutes(rs *web.Routes) {
	rs.Add("GET /chain/map", "chain.node.read", c.getMap, web.Asks[mapped](), web.Out[Map]())
	rs.Add("GET /chain/edges", "chain.node.read", c.getEdges, web.Asks[edgesAsked](), web.Out[EdgePage]())
	rs.Add("GET /chain/edges/{from}/{to}", "chain.node.read", c.getEdge, web.Out[EdgeView]())
	if c.DB == nil {
		return
	}
	rs.Add("POST /chain/edges", "chain.edge.join", c.postEdge, web.In[EdgeForm](), web.Out[Version]())
	rs.Add("POST /chain/edges/{from}/{to}/versions", "chain.edge.amend", c.postVersion, web.In[EdgeForm](), web.Out[Version]())
	rs.Add("POST /chain/edges/{from}/{to}/confirmations", "chain.edge.confirm", c.postConfirmation, web.Out[Version]())
	rs.Add("POST /chain/edges/{from}/{to}/endings", "chain.edge.end", c.postEnding, web.Out[Version]())
	rs.Add("POST /chain/imports", "chain.edge.import", c.postImport, web.Out[Taken](), web.Upload(importBytes))
	rs.Add("POST /chain/redirects", "chain.code.redirect", c.postRedirect, web.In[Redirect](), web.Out[Redirect]())
}

type mapped struct {
	At string `json:"at"` // kind:code
}

type edgesAsked struct {
	EdgeSearch
	Format string `json:"format"` // xlsx or csv: all that was asked for, as a file
}

func (c *Chain) getMap(r *http.Request) (web.Reply, error) {
	q, err := web.Query[mapped](r)
	if err != nil {
		return web.Reply{}, err
	}
	m, err := c.Map(r.Context(), q.At)
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: m, Page: mapPage(m)}, nil
}

func (c *Chain) getEdges(r *http.Request) (web.Reply, error) {
	q, err := web.Query[edgesAsked](r)
	if err != nil {
		return web.Reply{}, err
	}
	if q.Format != "" {
		return c.export(r.Context(), q)
	}
	return c.edgesPage(r.Context(), q.EdgeSearch, EdgeForm{}, nil)
}

// edgesPage shows the table, with a form that somebody filled in and what is wrong
// with it.
func (c *Chain) edgesPage(ctx context.Context, s EdgeSearch, f EdgeForm, wrong error) (web.Reply, error) {
	p, err := c.Edges(ctx, s)
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: p, Page: edgesPageOf(p, s, f, wrong, c.DB != nil)}, wrong
}

func (c *Chain) export(ctx context.Context, q edgesAsked) (web.Reply, error) {
	if q.Format != "xlsx" && q.Format != "csv" {
		return web.Reply{}, fault.Invalid.New("chain.edge.bad_format", q.Format)
	}
	q.Page = 1
	p, err := c.edges(ctx, q.EdgeSearch, 1<<30)
	if err != nil {
		return web.Reply{}, err
	}
	header, rows := sheetOf(ctx, p.Edges)
	file := &web.File{Name: say(ctx, "edges") + "." + q.Format, Type: "text/csv; charset=utf-8",
		Write: func(w io.Writer) error { return sheet.WriteCSV(w, header, rows) }}
	if q.Format == "xlsx" {
		file.Type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
		file.Write = func(w io.Writer) error { return sheet.WriteXLSX(w, say(ctx, "edges"), header, rows) }
	}
	return web.Reply{File: file}, nil
}

func (c *Chain) getEdge(r *http.Request) (web.Reply, error) {
	v, err := c.Edge(r.Context(), r.PathValue("from"), r.PathValue("to"))
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: v, Page: edgePage(v, v.form(), nil)}, nil
}

func (c *Chain) postEdge(r *http.Request) (web.Reply, error) {
	f, err := web.Read[EdgeForm](r)
	if err != nil {
		return web.Reply{}, err
	}
	v, err := c.Join(r.Context(), f)
	if errors.Is(err, fault.Invalid) {
		return c.edgesPage(r.Context(), EdgeSearch{}, f, err)
	}
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: v, Goto: edgeAddress(v.A, v.B), Done: "chain.done.joined"}, nil
}

func (c *Chain) postVersion(r *http.Request) (web.Reply, error) {
	f, err := web.Read[EdgeForm](r)
	if err != nil {
		return web.Reply{}, err
	}
	v, err := c.Amend(r.Context(), r.PathValue("from"), r.PathValue("to"), f)
	if errors.Is(err, fault.Invalid) {
		view, failed := c.Edge(r.Context(), r.PathValue("from"), r.PathValue("to"))
		if failed != nil {
			return web.Reply{}, failed
		}
		return web.Reply{Page: edgePage(view, f, err)}, err
	}
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: v, Goto: edgeAddress(v.A, v.B), Done: "chain.done.amended"}, nil
}

func (c *Chain) postConfirmation(r *http.Request) (web.Reply, error) {
	return stepped("chain.done.confirmed")(c.Confirm(r.Context(), r.PathValue("from"), r.PathValue("to")))
}

func (c *Chain) postEnding(r *http.Request) (web.Reply, error) {
	return stepped("chain.done.ended")(c.End(r.Context(), r.PathValue("from"), r.PathValue("to")))
}

func stepped(done string) func(*Version, error) (web.Reply, error) {
	return func(v *Version, err error) (web.Reply, error) {
		if err != nil {
			return web.Reply{}, err
		}
		return web.Reply{Data: v, Goto: edgeAddress(v.A, v.B), Done: done}, nil
	}
}

func (c *Chain) postImport(r *http.Request) (web.Reply, error) {
	if err := policy.Allow(r.Context(), "chain.edge.import", Node{}); err != nil {
		return web.Reply{}, err
	}
	lines, err := sent(r)
	if err == nil {
		var done *Taken
		if done, err = c.Import(r.Context(), lines); err == nil {
			return web.Reply{Data: done, Goto: "/chain/edges", Done: "chain.done.imported"}, nil
		}
	}
	if errors.Is(err, fault.Invalid) {
		return c.edgesPage(r.Context(), EdgeSearch{}, EdgeForm{}, err)
	}
	return web.Reply{}, err
}

func (c *Chain) postRedirect(r *http.Request) (web.Reply, error) {
	in, err := web.Read[Redirect](r)
	if err != nil {
		return web.Reply{}, err
	}
	done, err := c.Lead(r.Context(), in)
	if errors.Is(err, fault.Invalid) {
		return c.edgesPage(r.Context(), EdgeSearch{}, EdgeForm{}, err)
	}
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: done, Goto: address(Ref{done.Kind, done.Successor}), Done: "chain.done.redirected"}, nil
}

// form gives what the form of a new version begins with.
func (v *EdgeView) form() EdgeForm {
	return EdgeForm{Role: v.Now.Role, Level: v.Now.Level, Share: v.Now.Share, Source: v.Now.Source, Dated: v.Now.Dated, Note: v.Now.Note}
}

func edgeAddress(a, b Ref) string {
	return "/chain/edges/" + url.PathEscape(a.String()) + "/" + url.PathEscape(b.String())
}

func mapAddress(r Ref) string { return "/chain/map?" + url.Values{"at": {r.String()}}.Encode() }

func usedWord(ctx context.Context, u Used) string {
	return say(ctx, "used", u.Posts, u.Placements, u.Classes)
}

// evidenceWord says what an edge stands on.
func evidenceWord(ctx context.Context, v codes.Evidence) string {
	if v == ByBody {
		return say(ctx, "by_body")
	}
	return i18n.T(ctx, "codes.evidence."+string(v))
}

// relationWord says what an edge means, for edges that a body added by its ends.
func relationWord(ctx context.Context, r string) string {
	if key := "codes.relation." + r; i18n.Has(key) {
		return i18n.T(ctx, key)
	}
	a, b := codes.Ends(r)
	return kindWord(ctx, a) + " – " + kindWord(ctx, b)
}

func kindChoices(ctx context.Context, any string) []web.Choice {
	list := []web.Choice{{Value: "", Text: any}}
	for _, kind := range Kinds {
		list = append(list, web.Choice{Value: kind, Text: kindWord(ctx, kind)})
	}
	return list
}

func roleChoices(ctx context.Context) []web.Choice {
	return []web.Choice{{Value: "", Text: "–"}, {Value: "core", Text: say(ctx, "role.core")}, {Value: "common", Text: say(ctx, "role.common")}}
}

func nodeChoices(ctx context.Context, nodes []Node) (list []web.Choice) {
	for _, n := range nodes {
		list = append(list, web.Choice{Value: n.String(), Text: name(ctx, n)})
	}
	return list
}

func firstEdges(ctx context.Context, s EdgeSearch) string {
	if s.Page < 2 {
		return ""
	}
	return web.With(web.URL(ctx), "page", "")
}

func nextEdges(ctx context.Context, p *EdgePage) string {
	if p.Next == 0 {
		return ""
	}
	return web.With(web.URL(ctx), "page", strconv.Itoa(p.Next))
}

// edgeOf gives where the edge between two nodes is shown.
func edgeOf(x, y Ref) string { return edgeAddress(inOrder(x, y)) }

func sortedBy(s EdgeSearch) string {
	if s.Sort == "" {
		return "from"
	}
	return s.Sort
}
