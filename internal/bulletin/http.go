package bulletin

import (
	"bytes"
	"context"
	"io"
	"net/http"

	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/paper"
	"guildhall/internal/web"
)

const spreadsheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// Routes adds the routes of the bulletins and of the open data.
func (p *Press) Routes(rs *web.Routes) {
	rs.Add("GET /bulletins", "bulletin.issue.read", p.getIssues, web.Out[[]*Issue]())
	rs.Add("GET /bulletins/feed.atom", "bulletin.issue.read", p.getFeed)
	rs.Add("GET /bulletins/{number}", "bulletin.issue.read", p.getIssue, web.Asks[asked](), web.Out[Issue]())
	rs.Add("GET /bulletins/{number}/{table}", "bulletin.issue.read", p.getTable, web.Out[Table]())
	rs.Add("GET /open-data", "bulletin.issue.read", p.getOpenData, web.Out[[]*Issue]())
	rs.Add("GET /open-data/postings", "bulletin.posting.read", p.getPostings)
}

type asked struct {
	Format string `json:"format"` // pdf, docx, xlsx or json: as a file
}

func (p *Press) getIssues(r *http.Request) (web.Reply, error) {
	all, err := p.Issues(r.Context())
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: all, Page: issuesPage(all)}, nil
}

func (p *Press) getOpenData(r *http.Request) (web.Reply, error) {
	all, err := db.View(r.Context(), p.DB, func(tx *db.Tx) ([]*Issue, error) { return newest(tx, 20) })
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: all, Page: openDataPage(all)}, nil
}

func (p *Press) getIssue(r *http.Request) (web.Reply, error) {
	q, err := web.Query[asked](r)
	if err != nil {
		return web.Reply{}, err
	}
	b, err := p.Issue(r.Context(), r.PathValue("number"))
	if err != nil {
		return web.Reply{}, err
	}
	if q.Format != "" {
		return p.file(r.Context(), b, q.Format)
	}
	return web.Reply{Data: b, Page: issuePage(b)}, nil
}

// file gives an issue as a file. It is written whole before the first byte leaves,
// so that a missing font is told as a fault.
func (p *Press) file(ctx context.Context, b *Issue, format string) (web.Reply, error) {
	var out bytes.Buffer
	kind, err := "", error(nil)
	switch format {
	case "pdf":
		var fonts paper.Fonts
		if fonts, err = paper.Find(p.Fonts); err == nil {
			kind, err = "application/pdf", paper.WritePDF(ctx, &out, b.Paper(ctx), fonts)
		}
	case "docx":
		kind, err = "application/vnd.openxmlformats-officedocument.wordprocessingml.document", paper.WriteWord(&out, b.Paper(ctx))
	case "xlsx":
		kind, err = spreadsheet, b.WriteXLSX(ctx, &out)
	case "json":
		kind = "application/json"
		out.Write(b.kept)
	default:
		err = fault.Invalid.New("bulletin.format", format)
	}
	if err != nil {
		return web.Reply{}, err
	}
	return sent(say(ctx, "file", b.Number)+"."+format, kind, &out), nil
}

func sent(name, kind string, content *bytes.Buffer) web.Reply {
	return web.Reply{File: &web.File{Name: name, Type: kind, Write: func(w io.Writer) error { _, err := w.Write(content.Bytes()); return err }}}
}

// getTable gives one table of an issue: kinds.csv as a file, kinds as data.
func (p *Press) getTable(r *http.Request) (web.Reply, error) {
	b, err := p.Issue(r.Context(), r.PathValue("number"))
	if err != nil {
		return web.Reply{}, err
	}
	key, csv := cutExt(r.PathValue("table"), ".csv")
	t := b.Content.table(key)
	if t == nil {
		return web.Reply{}, fault.NotFound.New("fault.not_found")
	}
	if !csv && web.WantsJSON(r) {
		return web.Reply{Data: t}, nil
	}
	var out bytes.Buffer
	if err := t.WriteCSV(r.Context(), &out); err != nil {
		return web.Reply{}, err
	}
	return sent(say(r.Context(), "file", b.Number)+"-"+t.Name.In(r.Context())+".csv", "text/csv; charset=utf-8", &out), nil
}

func cutExt(name, ext string) (string, bool) {
	if len(name) > len(ext) && name[len(name)-len(ext):] == ext {
		return name[:len(name)-len(ext)], true
	}
	return name, false
}

func (p *Press) getFeed(r *http.Request) (web.Reply, error) {
	all, err := p.Issues(r.Context())
	if err != nil {
		return web.Reply{}, err
	}
	var out bytes.Buffer
	if err := WriteAtom(r.Context(), &out, p.URL, db.Body(r.Context()), all); err != nil {
		return web.Reply{}, err
	}
	return sent("bulletins.atom", "application/atom+xml; charset=utf-8", &out), nil
}

func (p *Press) getPostings(r *http.Request) (web.Reply, error) {
	if err := policy.Allow(r.Context(), "bulletin.posting.read", struct{}{}); err != nil {
		return web.Reply{}, err
	}
	var all []Posting
	if p.Postings != nil {
		var err error
		if all, err = db.View(r.Context(), p.DB, p.Postings); err != nil {
			return web.Reply{}, err
		}
	}
	var out bytes.Buffer
	if err := WritePostings(r.Context(), &out, p.URL, all); err != nil {
		return web.Reply{}, err
	}
	return sent("postings.jsonld", "application/ld+json; charset=utf-8", &out), nil
}
