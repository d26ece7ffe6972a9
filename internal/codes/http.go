package codes

import (
	"context"
	"io"
	"iter"
	"maps"
	"net/http"
	"slices"

	"guildhall/internal/i18n"
	"guildhall/internal/sheet"
	"guildhall/internal/web"
)

// Routes adds the routes of the code lists.
func (c *Codes) Routes(rs *web.Routes) {
	rs.Add("GET /codes", "codes.list.read", c.getLists, web.Out[[]Edition]())
	rs.Add("GET /codes/{list}", "codes.list.read", c.getList, web.Asks[asked](), web.Out[Listing]())
	rs.Add("GET /codes/{list}/{code}", "codes.list.read", c.getCode, web.Asks[chosen](), web.Out[Entry]())
	rs.Add("GET /codes/{list}/editions/new", "codes.edition.publish", c.getEditionForm, web.Silent())
	rs.Add("POST /codes/{list}/editions", "codes.edition.publish", c.postEdition, web.In[publication](), web.Out[Edition](), web.Upload(32<<20))
	rs.Add("POST /codes/{list}/mappings", "codes.mapping.draw", c.postMapping, web.In[Mapping](), web.Out[Mapping]())
}

func (c *Codes) getLists(r *http.Request) (web.Reply, error) {
	all, err := c.Editions(r.Context())
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: all, Page: listsPage(all)}, nil
}

type asked struct {
	Search
	Format string `json:"format"` // xlsx: all that was asked for, as a workbook
}

func (c *Codes) getList(r *http.Request) (web.Reply, error) {
	s, err := web.Query[asked](r)
	if err != nil {
		return web.Reply{}, err
	}
	if s.Format == "xlsx" {
		return c.export(r, s.Search)
	}
	l, err := c.List(r.Context(), r.PathValue("list"), s.Search)
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: l, Page: listPage(l, s.Search)}, nil
}

type chosen struct {
	Edition string `json:"edition"` // the one in force today, if empty
}

func (c *Codes) getCode(r *http.Request) (web.Reply, error) {
	q, err := web.Query[chosen](r)
	if err != nil {
		return web.Reply{}, err
	}
	e, err := c.Entry(r.Context(), r.PathValue("list"), q.Edition, r.PathValue("code"))
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: e, Page: entryPage(e)}, nil
}

// publication is a whole edition as a program sends it.
type publication struct {
	heading
	Codes []Code `json:"codes"`
}

// heading is an Edition under a name that does not hide its field Edition.
type heading Edition

// postEdition takes an edition as JSON, or as a form with a sheet.
func (c *Codes) postEdition(r *http.Request) (web.Reply, error) {
	in, err := web.Read[publication](r)
	if err != nil {
		return web.Reply{}, err
	}
	in.List = r.PathValue("list")
	if err := policy.Allow(r.Context(), "codes.edition.publish", Edition(in.heading)); err != nil {
		return web.Reply{}, err // before a sheet is read
	}
	if r.MultipartForm != nil {
		in.Codes, err = uploaded(r, kinds(c.Catalogue.All(in.List)))
	}
	var e *Edition
	if err == nil {
		e, err = c.Publish(r.Context(), Edition(in.heading), in.Codes)
	}
	if err != nil {
		return web.Reply{Page: editionForm(Edition(in.heading), err)}, err
	}
	return web.Reply{Data: e, Goto: listAddress(*e), Done: "codes.edition.published"}, nil
}

func (c *Codes) postMapping(r *http.Request) (web.Reply, error) {
	in, err := web.Read[Mapping](r)
	if err != nil {
		return web.Reply{}, err
	}
	in.FromList = r.PathValue("list")
	m, err := c.Draw(r.Context(), in)
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: m, Goto: "/codes/" + m.FromList + "/" + m.FromCode}, nil
}

// export gives all that was asked for, on every level, as a workbook.
func (c *Codes) export(r *http.Request, s Search) (web.Reply, error) {
	s.After, s.Limit, s.Deep = "", mostSize, true
	list := r.PathValue("list")
	var all []Code
	for {
		l, err := c.List(r.Context(), list, s)
		if err != nil {
			return web.Reply{}, err
		}
		all = append(all, l.Codes...)
		if s.After = l.Next; l.Next == "" {
			break
		}
	}
	return web.Reply{File: &web.File{
		Name: list + ".xlsx",
		Type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
		Write: func(w io.Writer) error {
			header, rows := table(r.Context(), all)
			return sheet.WriteXLSX(w, list, header, rows)
		},
	}}, nil
}

// table lays codes out in columns: what all lists have, then what these have.
func table(ctx context.Context, codes []Code) (header []string, rows iter.Seq[sheet.Row]) {
	seen := map[string]bool{}
	for _, code := range codes {
		for name := range code.Attr {
			seen[name] = true
		}
	}
	attrs := slices.Sorted(maps.Keys(seen))
	for _, word := range []string{"code", "name", "name_en", "kind", "level", "parent", "edition"} {
		header = append(header, say(ctx, word))
	}
	for _, name := range attrs {
		header = append(header, say(ctx, "attr."+name))
	}
	return header, func(yield func(sheet.Row) bool) {
		for _, code := range codes {
			row := sheet.Row{code.Code, code.Name, code.NameEN, kindWord(ctx, code.Kind), code.Level, code.Parent, code.Edition}
			for _, name := range attrs {
				row = append(row, code.Attr[name])
			}
			if !yield(row) {
				return
			}
		}
	}
}

func say(ctx context.Context, word string, args ...any) string {
	return i18n.T(ctx, "codes."+word, args...)
}

// kindWord says what a list tells apart, or shows it as it is.
func kindWord(ctx context.Context, kind string) string {
	if key := "codes.kind." + kind; kind != "" && i18n.Has(key) {
		return i18n.T(ctx, key)
	}
	return kind
}

// NameOf gives a code's name in the language of ctx.
func NameOf(ctx context.Context, c Code) string { return i18n.Pick(ctx, c.Name, c.NameEN) }

// KindWord says a code's kind in the language of ctx: 上游 is upstream.
func KindWord(ctx context.Context, kind string) string { return kindWord(ctx, kind) }

// sourceOf says where an edition comes from: of shipped ones we know it in every
// language.
func sourceOf(ctx context.Context, e Edition) string {
	if key := "codes.source." + e.List; e.Shipped && i18n.Has(key) {
		return i18n.T(ctx, key)
	}
	return e.Source
}

func licenceOf(ctx context.Context, e Edition) string {
	if e.Licence == facts {
		return say(ctx, "licence.facts")
	}
	return e.Licence
}
