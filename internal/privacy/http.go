package privacy

import (
	"context"
	"io"
	"net/http"

	"guildhall/internal/web"
)

// Routes adds the routes of the rights: a person's own, those of a candidate for whom
// an administrator of their school acts, and the list of what is to be answered.
func (o *Office) Routes(rs *web.Routes) {
	for _, base := range []string{"/me/data", "/candidates/{id}/data"} {
		rs.Add("GET "+base, "privacy.data.read", o.getData, web.Out[Export]())
		rs.Add("POST "+base+"/exports", "privacy.data.export", o.postExport, web.In[Asked](), web.Unkept())
		rs.Add("POST "+base+"/corrections", "privacy.request.correct", o.filing(o.AskCorrection, "privacy.done.asked"), web.In[Asked](), web.Out[Request]())
		rs.Add("POST "+base+"/reviews", "privacy.request.review", o.filing(o.AskReview, "privacy.done.asked"), web.In[Asked](), web.Out[Request]())
		rs.Add("GET "+base+"/erasure", "privacy.request.erase", o.getErasure, web.Silent())
		rs.Add("POST "+base+"/erasures", "privacy.request.erase", o.postErasure, web.In[Asked](), web.Out[Request](), web.Unkept())
	}
	rs.Add("GET /rights", "privacy.request.list", o.getList, web.Asks[Search](), web.Out[Page]())
	rs.Add("GET /rights/retention", "privacy.retention.read", o.getRetention, web.Out[Kept]())
	rs.Add("POST /rights/holds", "privacy.hold.set", o.postHold, web.In[Holding](), web.Out[Hold]())
	rs.Add("POST /rights/holds/{id}/lifting", "privacy.hold.lift", o.postLift, web.Out[Hold]())
	rs.Add("GET /rights/{id}", "privacy.request.read", o.getRequest, web.Out[Asking]())
	rs.Add("POST /rights/{id}/answers", "privacy.request.answer", o.postAnswer, web.In[Answered](), web.Out[Request]())
	rs.Add("POST /rights/{id}/withdrawal", "privacy.request.take", o.postTakeBack, web.Out[Request]())
}

func (o *Office) getData(r *http.Request) (web.Reply, error) {
	v, err := o.See(r.Context(), r.PathValue("id"))
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: v.told(r.Context(), o.DB.Now().UTC()), Page: dataPage(v, Asked{}, "", nil)}, nil
}

// again shows the page anew with what is wrong on it.
func (o *Office) again(r *http.Request, in Asked, form string, err error) (web.Reply, error) {
	v, failed := o.See(r.Context(), r.PathValue("id"))
	if failed != nil {
		return web.Reply{}, err
	}
	in.Password = ""
	return web.Reply{Page: dataPage(v, in, form, err)}, err
}

func (o *Office) postExport(r *http.Request) (web.Reply, error) {
	in, err := web.Read[Asked](r)
	if err != nil {
		return web.Reply{}, err
	}
	ctx := r.Context()
	e, err := o.Export(ctx, r.PathValue("id"), in)
	if err != nil {
		return o.again(r, in, "export", err)
	}
	return web.Reply{File: &web.File{Name: say(ctx, "export_file") + ".zip", Type: "application/zip",
		Write: func(w io.Writer) error { return e.Write(ctx, w) }}}, nil
}

func (o *Office) filing(ask func(context.Context, string, Asked) (*Request, error), done string) web.Handler {
	return func(r *http.Request) (web.Reply, error) {
		in, err := web.Read[Asked](r)
		if err != nil {
			return web.Reply{}, err
		}
		q, err := ask(r.Context(), r.PathValue("id"), in)
		if err != nil {
			form := "correct"
			if in.Round != "" {
				form = "review"
			}
			return o.again(r, in, form, err)
		}
		return web.Reply{Data: q, Goto: "/rights/" + q.ID, Done: done}, nil
	}
}

func (o *Office) getErasure(r *http.Request) (web.Reply, error) {
	v, err := o.Preview(r.Context(), r.PathValue("id"))
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Page: erasurePage(v, Asked{}, nil)}, nil
}

func (o *Office) postErasure(r *http.Request) (web.Reply, error) {
	in, err := web.Read[Asked](r)
	if err != nil {
		return web.Reply{}, err
	}
	q, err := o.AskErasure(r.Context(), r.PathValue("id"), in)
	if err != nil {
		v, failed := o.Preview(r.Context(), r.PathValue("id"))
		if failed != nil {
			return web.Reply{}, err
		}
		in.Password = ""
		return web.Reply{Page: erasurePage(v, in, err)}, err
	}
	return web.Reply{Data: q, Goto: "/rights/" + q.ID, Done: "privacy.done.erasing"}, nil
}

func (o *Office) getList(r *http.Request) (web.Reply, error) {
	s, err := web.Query[Search](r)
	if err != nil {
		return web.Reply{}, err
	}
	p, err := o.List(r.Context(), s)
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: p, Page: listPage(p, s)}, nil
}

func (o *Office) getRequest(r *http.Request) (web.Reply, error) {
	a, err := o.Request(r.Context(), r.PathValue("id"))
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: a, Page: requestPage(a, nil)}, nil
}

func (o *Office) postAnswer(r *http.Request) (web.Reply, error) {
	in, err := web.Read[Answered](r)
	if err != nil {
		return web.Reply{}, err
	}
	q, err := o.Answer(r.Context(), r.PathValue("id"), in)
	if err != nil {
		a, failed := o.Request(r.Context(), r.PathValue("id"))
		if failed != nil {
			return web.Reply{}, err
		}
		return web.Reply{Page: requestPage(a, err)}, err
	}
	return web.Reply{Data: q, Goto: "/rights/" + q.ID, Done: "privacy.done.answered"}, nil
}

func (o *Office) postTakeBack(r *http.Request) (web.Reply, error) {
	q, err := o.TakeBack(r.Context(), r.PathValue("id"))
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: q, Goto: "/rights/" + q.ID, Done: "privacy.done.withdrawn"}, nil
}

func (o *Office) getRetention(r *http.Request) (web.Reply, error) {
	v, err := o.Retention(r.Context())
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: v, Page: retentionPage(v, Holding{}, nil)}, nil
}

func (o *Office) postHold(r *http.Request) (web.Reply, error) {
	in, err := web.Read[Holding](r)
	if err != nil {
		return web.Reply{}, err
	}
	h, err := o.SetHold(r.Context(), in)
	if err != nil {
		v, failed := o.Retention(r.Context())
		if failed != nil {
			return web.Reply{}, err
		}
		return web.Reply{Page: retentionPage(v, in, err)}, err
	}
	return web.Reply{Data: h, Goto: "/rights/retention", Done: "privacy.done.held"}, nil
}

func (o *Office) postLift(r *http.Request) (web.Reply, error) {
	h, err := o.LiftHold(r.Context(), r.PathValue("id"))
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: h, Goto: "/rights/retention", Done: "privacy.done.lifted"}, nil
}
