package sso

import (
	"errors"
	"net/http"

	"guildhall/internal/auth"
	"guildhall/internal/fault"
	"guildhall/internal/web"
)

func (o *Office) manageRoutes(rs *web.Routes) {
	rs.Add("GET /sso", "sso.provider.list", o.getProviders, web.Silent())
	rs.Add("GET /sso/new", "sso.provider.register", o.getNew, web.Silent())
	rs.Add("POST /sso", "sso.provider.register", o.postProvider, web.Silent(), web.Unkept()) // it bears a secret
	rs.Add("GET /sso/{id}", "sso.provider.list", o.getProvider, web.Silent())
	rs.Add("POST /sso/{id}", "sso.provider.change", o.postChange, web.Silent(), web.Unkept())
	rs.Add("POST /sso/{id}/opening", "sso.provider.switch", o.postSwitch(true), web.Silent())
	rs.Add("POST /sso/{id}/closing", "sso.provider.switch", o.postSwitch(false), web.Silent())
	rs.Add("POST /sso/{id}/trials", "sso.provider.test", o.postTrial, web.Silent(), web.Unkept())
	rs.Add("POST /sso/{id}/ending", "sso.provider.end", o.postEnd, web.Silent())
	rs.Add("POST /sso/{id}/links/{link}/ending", "sso.link.end", o.postEndLink, web.Silent())
}

func (o *Office) getProviders(r *http.Request) (web.Reply, error) {
	list, err := o.List(r.Context())
	return web.Reply{Data: list, Page: providersPage(list)}, err
}

func (o *Office) draftReply(r *http.Request, in Draft, wrong error) (web.Reply, error) {
	a := web.Actor(r)
	on := Subject{Body: a.Body, Unit: a.Unit}
	if err := policy.Allow(r.Context(), "sso.provider.register", on); err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Page: newPage(in, policy.Can(r.Context(), "sso.provider.trust", on), wrong)}, wrong
}

func (o *Office) getNew(r *http.Request) (web.Reply, error) {
	return o.draftReply(r, Draft{Scopes: "profile", Subject: "sub"}, nil)
}

func (o *Office) postProvider(r *http.Request) (web.Reply, error) {
	in, err := web.Read[Draft](r)
	if err != nil {
		return web.Reply{}, err
	}
	p, err := o.Register(r.Context(), in)
	if errors.Is(err, fault.Invalid) {
		return o.draftReply(r, in, err)
	}
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Goto: "/sso/" + p.ID, Data: p, Done: "sso.done.registered"}, nil
}

// provider answers with the page of a provider: as it stands, or with what was filled in
// and is wrong, or with what came of a trial.
func (o *Office) provider(r *http.Request, in *Draft, trial *Trial, wrong error) (web.Reply, error) {
	l, err := o.One(r.Context(), r.PathValue("id"))
	if err != nil {
		return web.Reply{}, err
	}
	d := l.draft()
	if in != nil {
		d = *in
	}
	data := any(l)
	if trial != nil {
		data = trial
	}
	return web.Reply{Data: data, Page: providerPage(providerView{Listed: l, Draft: d, Trial: trial, Wrong: wrong, Logout: o.URL + "/",
		Trusts: policy.Can(r.Context(), "sso.provider.trust", l.on())})}, wrong
}

func (o *Office) getProvider(r *http.Request) (web.Reply, error) { return o.provider(r, nil, nil, nil) }

func (o *Office) postChange(r *http.Request) (web.Reply, error) {
	in, err := web.Read[Draft](r)
	if err != nil {
		return web.Reply{}, err
	}
	p, err := o.Change(r.Context(), r.PathValue("id"), in)
	if errors.Is(err, fault.Invalid) {
		return o.provider(r, &in, nil, err)
	}
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Goto: "/sso/" + p.ID, Data: p, Done: "sso.done.changed"}, nil
}

func (o *Office) postSwitch(on bool) web.Handler {
	return func(r *http.Request) (web.Reply, error) {
		done := map[bool]string{true: "sso.done.on", false: "sso.done.off"}[on]
		return web.Reply{Goto: "/sso/" + r.PathValue("id"), Data: "ok", Done: done}, o.Switch(r.Context(), r.PathValue("id"), on)
	}
}

func (o *Office) postTrial(r *http.Request) (web.Reply, error) {
	t, err := o.Test(r.Context(), r.PathValue("id"))
	if errors.Is(err, fault.Conflict) || errors.Is(err, fault.Away) {
		return o.provider(r, nil, nil, err)
	}
	if err != nil {
		return web.Reply{}, err
	}
	return o.provider(r, nil, t, nil)
}

func (o *Office) postEnd(r *http.Request) (web.Reply, error) {
	return web.Reply{Goto: "/sso", Data: "ok", Done: "sso.done.ended"}, o.End(r.Context(), r.PathValue("id"))
}

func (o *Office) postEndLink(r *http.Request) (web.Reply, error) {
	id := r.PathValue("id")
	return web.Reply{Goto: "/sso/" + id, Data: "ok", Done: "sso.done.unlinked"}, o.EndLink(r.Context(), id, r.PathValue("link"))
}

// providerView is all that the page of a provider shows.
type providerView struct {
	*Listed
	Draft  Draft
	Trial  *Trial
	Trusts bool // may say that its second factor spares ours
	Logout string
	Wrong  error
}

// runsBody tells whether somebody may choose whose people a provider signs in.
func runsBody(a auth.Actor) bool { return a.Runs() }
