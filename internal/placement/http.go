package placement

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/web"
)

// Routes adds the routes of placements.
func (o *Office) Routes(rs *web.Routes) {
	rs.Add("GET /placements", "placement.placement.list", o.getList, web.Asks[asked](), web.Out[List]())
	rs.Add("POST /placements", "placement.placement.draft", o.postPlacement, web.In[Form](), web.Out[Placement]())
	rs.Add("GET /placements/new", "placement.placement.draft", o.getNew, web.Silent())
	rs.Add("GET /placements/check", "placement.placement.list", o.getCheck, web.Asks[asked](), web.Out[List]())
	rs.Add("POST /placements/checks", "placement.placement.check", o.postChecks, web.In[checking]())
	rs.Add("POST /placements/admissions", "placement.placement.admit", o.postAdmission, web.In[Admitting](), web.Out[Admitted]())
	rs.Add("GET /placements/staff", "placement.staff.read", o.getStaff, web.Out[[]StaffLine]())
	rs.Add("POST /placements/staff", "placement.staff.tell", o.postStaff, web.In[Staff]())
	rs.Add("GET /placements/{id}", "placement.placement.read", o.getPlacement, web.Out[View]())
	rs.Add("GET /placements/{id}/terms", "placement.placement.describe", o.getTerms, web.Silent())
	rs.Add("POST /placements/{id}/terms", "placement.placement.describe", o.postTerms, web.In[Form](), web.Out[Placement]())
	rs.Add("GET /placements/{id}/rule", "placement.placement.read", o.getRule, web.Out[Regulation]())
	rs.Add("POST /placements/{id}/checks", "placement.placement.check", o.postCheck)
	rs.Add("POST /placements/{id}/signatures", "placement.placement.sign", o.postSignature, web.In[Signing](), web.Out[Placement]())
	rs.Add("POST /placements/{id}/links", "placement.placement.link", o.postLink, web.In[linking](), web.Out[linked]())
	rs.Add("POST /placements/{id}/start", "placement.placement.start", o.postStart, web.Out[Placement]())
	rs.Add("POST /placements/{id}/withdrawal", "placement.placement.withdraw", o.postWithdrawal, web.In[reason](), web.Out[Placement]())
	rs.Add("POST /placements/{id}/requests", "placement.placement.ask", o.postRequest, web.In[Asking](), web.Out[Request]())
	rs.Add("POST /placements/{id}/requests/{request}/answer", "placement.placement.answer", o.postAnswer, web.In[answering](), web.Out[Placement]())
	rs.Add("POST /placements/{id}/follow-ups", "placement.employment.follow", o.postFollow, web.In[Follow](), web.Out[Placement]())
	rs.Add("GET /signing/{body}/{key}", "placement.signing.read", o.getSigning, web.Silent())
	rs.Add("POST /signing/{body}/{key}", "placement.signing.sign", o.postSigning, web.In[Signing](), web.Silent(), web.Public())
}

type asked struct {
	Search
	Format string `json:"format"` // xlsx or csv: all that was asked for, as a file
}

type checking struct {
	IDs []string `json:"ids"` // none: all that have not started
}

type linking struct {
	Role string `json:"role"` // student or guardian
}

type linked struct {
	URL string `json:"url"`
}

type reason struct {
	Why string `json:"why"`
}

type answering struct {
	Agrees bool   `json:"agrees"`
	Words  string `json:"words"`
}

func (o *Office) getList(r *http.Request) (web.Reply, error) {
	a, err := web.Query[asked](r)
	if err != nil {
		return web.Reply{}, err
	}
	if a.Format != "" {
		return o.export(r, a, placementTable)
	}
	l, err := o.List(r.Context(), a.Search)
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: l, Page: listPage(l, a.Search)}, nil
}

func (o *Office) getCheck(r *http.Request) (web.Reply, error) {
	a, err := web.Query[asked](r)
	if err != nil {
		return web.Reply{}, err
	}
	a.Search.Before = true
	if a.Format != "" {
		return o.export(r, a, breachTable)
	}
	l, err := o.List(r.Context(), a.Search)
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: l, Page: checkPage(l, a.Search)}, nil
}

func (o *Office) postChecks(r *http.Request) (web.Reply, error) {
	in, err := web.Read[checking](r)
	if err != nil {
		return web.Reply{}, err
	}
	list, err := o.Check(r.Context(), in.IDs)
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: list, Goto: "/placements/check", Done: "placement.done.checked"}, nil
}

func (o *Office) postAdmission(r *http.Request) (web.Reply, error) {
	in, err := web.Read[Admitting](r)
	if err != nil {
		return web.Reply{}, err
	}
	done, err := o.Admit(r.Context(), in)
	if mendable(err) {
		return web.Reply{Page: newPage(Form{}, in, err)}, err
	}
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: done, Goto: "/placements/check", Done: "placement.done.admitted"}, nil
}

func (o *Office) getNew(r *http.Request) (web.Reply, error) {
	a := auth.From(r.Context())
	if err := policy.Allow(r.Context(), "placement.placement.draft", &Placement{School: a.Unit}); err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Page: newPage(Form{Kind: Internship, PayWay: PayDirect, PayDays: 30, HoursDay: 8, HoursWeek: 40}, Admitting{Kind: Employment, Round: r.URL.Query().Get("round")}, nil)}, nil
}

func (o *Office) postPlacement(r *http.Request) (web.Reply, error) {
	in, err := web.Read[Form](r)
	var p *Placement
	if err == nil {
		p, err = o.Draft(r.Context(), in)
	}
	if mendable(err) {
		return web.Reply{Page: newPage(in, Admitting{Kind: Employment}, err)}, err
	}
	return done(p, err, "drafted")
}

func (o *Office) getPlacement(r *http.Request) (web.Reply, error) {
	v, err := o.Placement(r.Context(), r.PathValue("id"))
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: v, Page: placementPage(v, Asking{}, nil)}, nil
}

func (o *Office) getRule(r *http.Request) (web.Reply, error) {
	text, err := o.Snapshot(r.Context(), r.PathValue("id"))
	if err != nil {
		return web.Reply{}, err
	}
	var reg Regulation
	if err := json.Unmarshal([]byte(text), &reg); err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: reg, Page: rulePage(r.PathValue("id"), reg)}, nil
}

func (o *Office) getTerms(r *http.Request) (web.Reply, error) {
	v, err := o.Placement(r.Context(), r.PathValue("id"))
	if err != nil {
		return web.Reply{}, err
	}
	if err := policy.Allow(r.Context(), "placement.placement.describe", v.Placement); err != nil {
		return web.Reply{}, err
	}
	if !v.State.Before() {
		return web.Reply{}, fault.Conflict.New("placement.begun")
	}
	return web.Reply{Page: termsPage(v, v.form(), nil)}, nil
}

func (o *Office) postTerms(r *http.Request) (web.Reply, error) {
	in, err := web.Read[Form](r)
	var p *Placement
	if err == nil {
		p, err = o.Describe(r.Context(), r.PathValue("id"), in)
	}
	if mendable(err) {
		v, also := o.Placement(r.Context(), r.PathValue("id"))
		if also != nil {
			return web.Reply{}, also
		}
		return web.Reply{Page: termsPage(v, in, err)}, err
	}
	return done(p, err, "described")
}

func (o *Office) postCheck(r *http.Request) (web.Reply, error) {
	v, err := o.Placement(r.Context(), r.PathValue("id"))
	if err != nil {
		return web.Reply{}, err
	}
	if !v.State.Before() {
		return web.Reply{}, fault.Conflict.New("placement.begun")
	}
	if _, err := o.Check(r.Context(), []string{v.ID}); err != nil {
		return web.Reply{}, err
	}
	return done(v.Placement, nil, "checked")
}

func (o *Office) postSignature(r *http.Request) (web.Reply, error) {
	return act1(o, r, "signed", func(ctx context.Context, id string, in Signing) (*Placement, error) { return o.Sign(ctx, id, in) })
}

func (o *Office) postStart(r *http.Request) (web.Reply, error) {
	return act1(o, r, "started", func(ctx context.Context, id string, _ struct{}) (*Placement, error) { return o.Start(ctx, id) })
}

func (o *Office) postWithdrawal(r *http.Request) (web.Reply, error) {
	return act1(o, r, "withdrawn", func(ctx context.Context, id string, in reason) (*Placement, error) {
		return o.Withdraw(ctx, id, in.Why)
	})
}

func (o *Office) postRequest(r *http.Request) (web.Reply, error) {
	return act1(o, r, "asked", func(ctx context.Context, id string, in Asking) (*Placement, error) {
		req, err := o.Ask(ctx, id, in)
		if err != nil {
			return nil, err
		}
		return &Placement{ID: req.Placement}, nil
	})
}

func (o *Office) postAnswer(r *http.Request) (web.Reply, error) {
	return act1(o, r, "answered", func(ctx context.Context, id string, in answering) (*Placement, error) {
		return o.Answer(ctx, id, r.PathValue("request"), in.Agrees, in.Words)
	})
}

func (o *Office) postFollow(r *http.Request) (web.Reply, error) {
	return act1(o, r, "followed", func(ctx context.Context, id string, in Follow) (*Placement, error) { return o.Tell(ctx, id, in) })
}

// act1 does what a form on a placement's page asks for, and shows the page again
// where it can be mended.
func act1[T any](o *Office, r *http.Request, word string, do func(context.Context, string, T) (*Placement, error)) (web.Reply, error) {
	in, err := web.Read[T](r)
	var p *Placement
	if err == nil {
		p, err = do(r.Context(), r.PathValue("id"), in)
	}
	if mendable(err) {
		v, also := o.Placement(r.Context(), r.PathValue("id"))
		if also != nil {
			return web.Reply{}, also
		}
		asking, _ := any(in).(Asking)
		return web.Reply{Page: placementPage(v, asking, err)}, err
	}
	return done(p, err, word)
}

// postLink shows the link once, on the page from which it was asked for: it is not
// kept.
func (o *Office) postLink(r *http.Request) (web.Reply, error) {
	in, err := web.Read[linking](r)
	if err != nil {
		return web.Reply{}, err
	}
	url, err := o.Link(r.Context(), r.PathValue("id"), in.Role)
	if err != nil && !mendable(err) {
		return web.Reply{}, err
	}
	v, also := o.Placement(r.Context(), r.PathValue("id"))
	if also != nil {
		return web.Reply{}, also
	}
	v.Link, v.LinkRole = url, in.Role
	return web.Reply{Data: linked{url}, Page: placementPage(v, Asking{}, err)}, err
}

// house reads in the body that a link is of: its bearer acts in none.
func house(r *http.Request) context.Context { return db.In(r.Context(), r.PathValue("body")) }

func (o *Office) getSigning(r *http.Request) (web.Reply, error) {
	f, err := o.ByLink(house(r), r.PathValue("key"))
	if errors.Is(err, fault.NotFound) {
		return web.Reply{Page: gonePage(err)}, err
	}
	if err != nil {
		return web.Reply{}, err
	}
	f.Path = r.URL.Path
	return web.Reply{Data: f, Page: signingPage(f, Signing{}, nil)}, nil
}

func (o *Office) postSigning(r *http.Request) (web.Reply, error) {
	in, err := web.Read[Signing](r)
	if err != nil {
		return web.Reply{}, err
	}
	var f *Offered
	f, err = o.SignByLink(house(r), r.PathValue("key"), in)
	switch {
	case errors.Is(err, fault.NotFound):
		return web.Reply{Page: gonePage(err)}, err
	case mendable(err):
		again, also := o.ByLink(house(r), r.PathValue("key"))
		if errors.Is(also, fault.NotFound) {
			return web.Reply{Page: gonePage(also)}, also
		}
		if also != nil {
			return web.Reply{}, also
		}
		again.Path = r.URL.Path
		return web.Reply{Page: signingPage(again, in, err)}, err
	case err != nil:
		return web.Reply{}, err
	}
	return web.Reply{Data: f, Page: signingPage(f, in, nil)}, nil
}

func (o *Office) getStaff(r *http.Request) (web.Reply, error) {
	list, err := o.StaffLines(r.Context())
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: list, Page: staffPage(list, nil)}, nil
}

func (o *Office) postStaff(r *http.Request) (web.Reply, error) {
	in, err := web.Read[Staff](r)
	if err == nil {
		_, err = o.TellStaff(r.Context(), in)
	}
	if mendable(err) {
		list, also := o.StaffLines(r.Context())
		return web.Reply{Page: staffPage(list, err)}, errors.Join(err, also)
	}
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: in, Goto: "/placements/staff", Done: "placement.done.staff"}, nil
}

// mendable tells whether what was sent can be mended on its form.
func mendable(err error) bool { return errors.Is(err, fault.Invalid) || errors.Is(err, fault.Conflict) }

// done leads people to the placement that they just changed.
func done(p *Placement, err error, word string) (web.Reply, error) {
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: p, Goto: "/placements/" + p.ID, Done: "placement.done." + word}, nil
}
