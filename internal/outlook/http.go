package outlook

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"guildhall/internal/fault"
	"guildhall/internal/web"
)

// Routes adds the routes of the outlook.
func (o *Outlook) Routes(rs *web.Routes) {
	rs.Add("GET /gaps", "outlook.gap.read", o.getGaps, web.Asks[Search](), web.Out[Table]())
	rs.Add("GET /gaps/{kind}", "outlook.gap.read", o.getKind, web.Asks[which](), web.Out[Kind]())
	rs.Add("GET /forecasts", "outlook.line.read", o.getLines, web.Asks[Ask](), web.Out[List]())
	rs.Add("GET /forecasts/{key}", "outlook.line.read", o.getLine, web.Asks[which](), web.Out[Forecast]())
	rs.Add("GET /catalogue", "outlook.catalogue.read", o.getCatalogue, web.Asks[which](), web.Out[Catalogue]())
	rs.Add("GET /advice", "outlook.advice.read", o.getAdvice, web.Asks[Want](), web.Out[Counsel]())
	rs.Add("GET /releases", "outlook.release.read", o.getReleases, web.Out[[]*Release]())
	rs.Add("POST /releases", "outlook.release.run", o.postRelease, web.In[Beginning](), web.Out[Release]())
	rs.Add("GET /releases/{id}", "outlook.release.read", o.getRelease, web.Out[Release]())
	rs.Add("GET /releases/{id}/verification", "outlook.release.verify", o.getVerification, web.Out[Verification]())
	rs.Add("POST /releases/{id}/review", "outlook.release.review", onRelease(o.Review, "outlook.done.reviewed"), web.Out[Release]())
	rs.Add("POST /releases/{id}/publication", "outlook.release.publish", onRelease(o.Publish, "outlook.done.published"), web.Out[Release]())
	rs.Add("POST /hiring", "outlook.hiring.report", o.postHiring, web.In[reported](), web.Upload(16<<20))
	rs.Add("POST /hiring-plans", "outlook.plan.submit", o.postPlans, web.In[submitted](), web.Upload(16<<20))
}

// which names a release: the newest, if empty.
type which struct {
	Release string `json:"release"`
	Format  string `json:"format"`
}

func (o *Outlook) getGaps(r *http.Request) (web.Reply, error) {
	s, err := web.Query[Search](r)
	if err != nil {
		return web.Reply{}, err
	}
	t, err := o.Gaps(r.Context(), s)
	if err != nil {
		return web.Reply{}, err
	}
	if t != nil && s.Format != "" {
		return exported(r.Context(), s.Format, "gaps", gapSheet(r.Context(), t))
	}
	return web.Reply{Data: t, Page: gapsPage(t, s)}, nil
}

func (o *Outlook) getKind(r *http.Request) (web.Reply, error) {
	q, err := web.Query[which](r)
	if err != nil {
		return web.Reply{}, err
	}
	k, err := o.Kind(r.Context(), r.PathValue("kind"), q.Release)
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: k, Page: kindPage(k)}, nil
}

func (o *Outlook) getLines(r *http.Request) (web.Reply, error) {
	a, err := web.Query[Ask](r)
	if err != nil {
		return web.Reply{}, err
	}
	if a.Format != "" {
		a.After = ""
		l, err := o.lines(r.Context(), a, mostLines)
		if err != nil {
			return web.Reply{}, err
		}
		if l != nil {
			return exported(r.Context(), a.Format, "forecasts", lineSheet(r.Context(), l.Lines))
		}
	}
	l, err := o.Lines(r.Context(), a)
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: l, Page: linesPage(l, a)}, nil
}

// mostLines is how many lines go into one sheet.
const mostLines = 100_000

func (o *Outlook) getLine(r *http.Request) (web.Reply, error) {
	q, err := web.Query[which](r)
	if err != nil {
		return web.Reply{}, err
	}
	f, err := o.Line(r.Context(), r.PathValue("key"), q.Release)
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: f, Page: linePage(f)}, nil
}

func (o *Outlook) getCatalogue(r *http.Request) (web.Reply, error) {
	q, err := web.Query[which](r)
	if err != nil {
		return web.Reply{}, err
	}
	c, err := o.Catalogue(r.Context(), q.Release)
	if err != nil {
		return web.Reply{}, err
	}
	if c != nil && q.Format != "" {
		return exported(r.Context(), q.Format, "catalogue", laid(r.Context(), catalogueTable(r.Context(), c.Kinds)))
	}
	return web.Reply{Data: c, Page: cataloguePage(c)}, nil
}

func (o *Outlook) getAdvice(r *http.Request) (web.Reply, error) {
	q, err := web.Query[Want](r)
	if err != nil {
		return web.Reply{}, err
	}
	c, err := o.Counsel(r.Context(), q)
	if err != nil {
		return web.Reply{}, err
	}
	if c != nil && q.Format != "" {
		return exported(r.Context(), q.Format, "advice", laid(r.Context(), adviceTable(r.Context(), c.Advice)))
	}
	return web.Reply{Data: c, Page: advicePage(c, q)}, nil
}

func (o *Outlook) getVerification(r *http.Request) (web.Reply, error) {
	v, err := o.Verify(r.Context(), r.PathValue("id"))
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: v, Page: verificationPage(v)}, nil
}

func (o *Outlook) getReleases(r *http.Request) (web.Reply, error) {
	all, err := o.Releases(r.Context())
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: all, Page: releasesPage(all, Beginning{}, nil)}, nil
}

func (o *Outlook) postRelease(r *http.Request) (web.Reply, error) {
	in, err := web.Read[Beginning](r)
	if err != nil {
		return web.Reply{}, err
	}
	made, err := o.Begin(r.Context(), in)
	if errors.Is(err, fault.Invalid) || errors.Is(err, fault.Conflict) {
		all, bad := o.Releases(r.Context())
		if bad != nil {
			return web.Reply{}, bad
		}
		return web.Reply{Page: releasesPage(all, in, err)}, err
	}
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: made, Goto: "/releases/" + made.ID}, nil
}

func (o *Outlook) getRelease(r *http.Request) (web.Reply, error) {
	one, err := o.Release(r.Context(), r.PathValue("id"))
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: one, Page: releasePage(one)}, nil
}

// onRelease serves what needs no more than the release's id.
func onRelease(do func(context.Context, string) (*Release, error), done string) web.Handler {
	return func(r *http.Request) (web.Reply, error) {
		one, err := do(r.Context(), r.PathValue("id"))
		if err != nil {
			return web.Reply{}, err
		}
		return web.Reply{Data: one, Goto: "/releases/" + one.ID, Done: done}, nil
	}
}

// reported and submitted are records as programs send them.
type reported struct {
	Records []Hire `json:"records"`
}

type submitted struct {
	Records []Plan `json:"records"`
}

func (o *Outlook) postHiring(r *http.Request) (web.Reply, error) {
	in, err := web.Read[reported](r)
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Goto: "/forecasts"}, o.Report(r.Context(), in.Records)
}

func (o *Outlook) postPlans(r *http.Request) (web.Reply, error) {
	in, err := web.Read[submitted](r)
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Goto: "/forecasts"}, o.Plan(r.Context(), in.Records)
}

// at puts the release into an address, where it is not the one shown anyhow.
func at(path string, u *url.URL) string {
	if id := u.Query().Get("release"); id != "" {
		return path + "?release=" + url.QueryEscape(id)
	}
	return path
}
