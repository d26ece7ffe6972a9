package sso

import (
	"errors"
	"log/slog"
	"net/http"

	"guildhall/internal/directory"
	"guildhall/internal/fault"
	"guildhall/internal/web"
)

// Routes adds the routes of signing in by a provider, of a person's links, and of the
// providers that somebody administers.
func (o *Office) Routes(rs *web.Routes) {
	// Whoever signs in has no session yet. A way to a provider and back is links alone:
	// the pages' policy lets no form lead to other sites.
	rs.Add("GET /sign-in/sso", "sso.session.enter", o.getDoors, web.Silent())
	rs.Add("GET /sign-in/sso/{id}", "sso.session.enter", o.getDoor, web.Silent())
	rs.Add("GET /sign-in/sso/{id}/callback", "sso.session.enter", o.getReturn, web.Silent(), web.Unkept())
	rs.Add("GET /sign-in/sso/{id}/left", "sso.session.enter", o.getLeft, web.Silent())

	rs.Add("GET /me/sso", "sso.own.read", o.getOwn, web.Silent())
	rs.Add("POST /me/sso/{id}/linking", "sso.own.link", o.postLink, web.Silent(), web.Unkept())
	rs.Add("POST /me/sso/{id}/ending", "sso.own.unlink", o.postUnlink, web.Silent(), web.Unkept())

	o.manageRoutes(rs)
}

func (o *Office) getDoors(r *http.Request) (web.Reply, error) {
	doors, err := o.Doors(r.Context())
	return web.Reply{Data: doors, Page: doorsPage(doors, r.URL.Query().Get("next"))}, err
}

func (o *Office) getDoor(r *http.Request) (web.Reply, error) {
	id, next := r.PathValue("id"), r.URL.Query().Get("next")
	a, err := o.begin(r.Context(), id, "", next)
	if err != nil {
		return o.failed(r, id, err)
	}
	return web.Reply{Goto: a.Address, Cookies: []*http.Cookie{directory.Cookie(r, flowCookie, a.Kept, flowLasts)}}, nil
}

func (o *Office) getReturn(r *http.Request) (web.Reply, error) {
	id := r.PathValue("id")
	out, err := o.Return(r.Context(), id, r.URL.Query(), directory.ReadCookie(r, flowCookie), r.UserAgent())
	over := directory.Cookie(r, flowCookie, "", 0)
	if err != nil {
		reply, err := o.failed(r, id, err)
		reply.Cookies = append(reply.Cookies, over)
		return reply, err
	}
	if out.Linked {
		return web.Reply{Goto: Page, Data: "ok", Done: "sso.done.linked", Cookies: []*http.Cookie{over}}, nil
	}
	return web.Reply{Goto: out.Entrance.Next(out.Next), Data: "ok",
		Cookies: append(out.Cookies(r), over, directory.Cookie(r, viaCookie, id, viaLasts))}, nil
}

// failed answers a sign-in that did not come about: what went wrong, why, and how to mend
// it. Neither the page nor the log holds what the address brought.
func (o *Office) failed(r *http.Request, id string, err error) (web.Reply, error) {
	if errors.Is(err, fault.Unknown) || fault.Of(err).Kind == fault.Internal {
		return web.Reply{}, err
	}
	slog.WarnContext(r.Context(), "sso: a sign-in did not come about", "provider", clip(id), "fault", fault.Of(err).Key, "why", why(err))
	return web.Reply{Page: failedPage(id, err, web.Actor(r).ID != "")}, err
}

func why(err error) string {
	if b, ok := errors.AsType[*breach](err); ok && b.why != nil {
		return b.why.Error()
	}
	return fault.Of(err).Error()
}

func (o *Office) getLeft(r *http.Request) (web.Reply, error) {
	p, address, err := o.Leaving(r.Context(), r.PathValue("id"))
	if err != nil {
		return web.Reply{Goto: "/"}, nil // there is nothing more to leave
	}
	return web.Reply{Page: leftPage(p, address)}, nil
}

func (o *Office) own(r *http.Request, wrong error) (web.Reply, error) {
	own, err := o.Own(r.Context())
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: own, Page: ownPage(own, wrong)}, wrong
}

func (o *Office) getOwn(r *http.Request) (web.Reply, error) { return o.own(r, nil) }

type presentForm struct {
	Present string `json:"present"`
}

func (o *Office) postLink(r *http.Request) (web.Reply, error) {
	in, err := web.Read[presentForm](r)
	if err != nil {
		return web.Reply{}, err
	}
	a, err := o.StartLink(r.Context(), r.PathValue("id"), in.Present)
	if errors.Is(err, fault.Unknown) || errors.Is(err, fault.Denied) {
		return web.Reply{}, err
	}
	if err != nil {
		return o.own(r, err)
	}
	return web.Reply{Data: "ok", Page: onwardPage(a.Address), Cookies: []*http.Cookie{directory.Cookie(r, flowCookie, a.Kept, flowLasts)}}, nil
}

func (o *Office) postUnlink(r *http.Request) (web.Reply, error) {
	in, err := web.Read[presentForm](r)
	if err != nil {
		return web.Reply{}, err
	}
	err = o.Unlink(r.Context(), r.PathValue("id"), in.Present)
	if errors.Is(err, fault.Invalid) {
		return o.own(r, err)
	}
	return web.Reply{Goto: Page, Data: "ok", Done: "sso.done.unlinked"}, err
}
