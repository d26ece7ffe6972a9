package factor

import (
	"encoding/json"
	"errors"
	"net/http"

	"guildhall/internal/directory"
	"guildhall/internal/fault"
	"guildhall/internal/web"
)

// Routes adds the routes of the second step of signing in, of passkeys, and of the
// page on which a person sets up both.
func (o *Office) Routes(rs *web.Routes) {
	// Whoever takes the second step is not signed in yet.
	rs.Add("GET /sign-in/code", "factor.session.prove", o.getSecond, web.Silent())
	rs.Add("POST /sign-in/code", "factor.session.prove", o.postSecond, web.Silent(), web.Public(), web.Unkept())
	// Whoever signs in with a passkey has no session yet either.
	rs.Add("GET /sign-in/passkey", "factor.session.enter", o.getEntry, web.Silent())
	rs.Add("POST /sign-in/passkey/options", "factor.session.enter", o.postAskEntry, web.Silent(), web.Public(), web.Unkept())
	rs.Add("POST /sign-in/passkey", "factor.session.enter", o.postEntry, web.Silent(), web.Public(), web.Unkept())

	rs.Add("GET /me/factors", "factor.own.read", o.getMine, web.Silent())
	rs.Add("POST /me/factors/code", "factor.code.begin", o.postBegin, web.Silent(), web.Unkept())
	rs.Add("GET /me/factors/code", "factor.code.begin", o.getSetup, web.Silent())
	rs.Add("POST /me/factors/code/confirmation", "factor.code.confirm", o.postConfirm, web.Silent(), web.Unkept())
	rs.Add("POST /me/factors/code/ending", "factor.code.end", o.postEnd, web.Silent(), web.Unkept())
	rs.Add("POST /me/factors/recovery", "factor.recovery.renew", o.postRenew, web.Silent(), web.Unkept())
	rs.Add("POST /me/factors/passkeys/options", "factor.passkey.add", o.postAskKey, web.Silent(), web.Unkept())
	rs.Add("POST /me/factors/passkeys", "factor.passkey.add", o.postKey, web.Silent(), web.Unkept())
	rs.Add("POST /me/factors/passkeys/{id}/naming", "factor.passkey.name", o.postNameKey, web.Silent())
	rs.Add("POST /me/factors/passkeys/{id}/ending", "factor.passkey.end", o.postEndKey, web.Silent())

	rs.Add("POST /accounts/{id}/factors/ending", "factor.person.clear", o.postClear, web.Silent())
}

type secondForm struct {
	Code string `json:"code"`
	Next string `json:"next"`
}

func (o *Office) getSecond(r *http.Request) (web.Reply, error) {
	in, err := web.Query[secondForm](r)
	if err != nil {
		return web.Reply{}, err
	}
	if err := o.Waits(r.Context(), directory.WaitingKey(r)); err != nil {
		return web.Reply{Page: overPage(in.Next)}, err
	}
	return web.Reply{Page: secondPage(in, nil)}, nil
}

func (o *Office) postSecond(r *http.Request) (web.Reply, error) {
	in, err := web.Read[secondForm](r)
	if err != nil {
		return web.Reply{}, err
	}
	e, err := o.Answer(r.Context(), directory.WaitingKey(r), in.Code, r.UserAgent())
	if errors.Is(err, errOver) {
		return web.Reply{Page: overPage(in.Next)}, err
	}
	if err != nil {
		return web.Reply{Page: secondPage(in, err)}, err
	}
	return web.Reply{Goto: e.Next(in.Next), Data: "ok", Cookies: e.Cookies(r)}, nil
}

func (o *Office) mine(r *http.Request, wrong error) (web.Reply, error) {
	f, err := o.Mine(r.Context())
	if err != nil {
		return web.Reply{}, err
	}
	_, away := o.party(r)
	return web.Reply{Data: f, Page: minePage(f, away, wrong)}, wrong
}

func (o *Office) getMine(r *http.Request) (web.Reply, error) { return o.mine(r, nil) }

type presentForm struct {
	Present string `json:"present"`
}

// proved answers a form that asks for the present password: with what comes next, or
// with the page and what is wrong.
func (o *Office) proved(r *http.Request, do func(present string) (web.Reply, error)) (web.Reply, error) {
	in, err := web.Read[presentForm](r)
	if err != nil {
		return web.Reply{}, err
	}
	reply, err := do(in.Present)
	if errors.Is(err, fault.Invalid) {
		return o.mine(r, err)
	}
	return reply, err
}

func (o *Office) postBegin(r *http.Request) (web.Reply, error) {
	return o.proved(r, func(present string) (web.Reply, error) {
		return web.Reply{Goto: "/me/factors/code", Data: "ok"}, o.Begin(r.Context(), present)
	})
}

// setup answers with the page on which a secret goes into an app.
func (o *Office) setup(r *http.Request, wrong error) (web.Reply, error) {
	issuer := web.BodyName(r.Context())
	if issuer == "" {
		issuer = "Guildhall"
	}
	s, err := o.Setup(r.Context(), issuer)
	if err != nil {
		return web.Reply{}, err
	}
	c, err := qr(s.URL)
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: s, Page: setupPage(s, c, wrong)}, wrong
}

func (o *Office) getSetup(r *http.Request) (web.Reply, error) { return o.setup(r, nil) }

// Recovery is what is shown once.
type Recovery struct {
	Codes []string `json:"codes"`
}

func (o *Office) postConfirm(r *http.Request) (web.Reply, error) {
	in, err := web.Read[secondForm](r)
	if err != nil {
		return web.Reply{}, err
	}
	codes, err := o.Confirm(r.Context(), directory.SessionKey(r), in.Code)
	if errors.Is(err, fault.Invalid) {
		return o.setup(r, err)
	}
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: Recovery{codes}, Page: recoveryPage(codes)}, nil
}

func (o *Office) postRenew(r *http.Request) (web.Reply, error) {
	return o.proved(r, func(present string) (web.Reply, error) {
		codes, err := o.Renew(r.Context(), present)
		return web.Reply{Data: Recovery{codes}, Page: recoveryPage(codes)}, err
	})
}

func (o *Office) postEnd(r *http.Request) (web.Reply, error) {
	return o.proved(r, func(present string) (web.Reply, error) {
		return web.Reply{Goto: Page, Data: "ok", Done: "factor.done.ended"}, o.End(r.Context(), present)
	})
}

func (o *Office) postClear(r *http.Request) (web.Reply, error) {
	if err := o.Clear(r.Context(), r.PathValue("id")); err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Goto: "/accounts", Data: "ok", Done: "factor.done.cleared"}, nil
}

// asking is what a browser is asked, and the key under which its answer is taken.
type asking struct {
	Key     string `json:"key"`
	Options any    `json:"options"`
}

// answered is what a browser answers.
type answered struct {
	Key        string          `json:"key"`
	Name       string          `json:"name"`
	Next       string          `json:"next"`
	Credential json.RawMessage `json:"credential"`
}

// led tells a script where to lead.
type led struct {
	Goto string `json:"goto"`
}

func (o *Office) postAskKey(r *http.Request) (web.Reply, error) {
	in, err := web.Read[presentForm](r)
	if err != nil {
		return web.Reply{}, err
	}
	party, err := o.party(r)
	if err != nil {
		return web.Reply{}, err
	}
	options, key, err := o.AskKey(r.Context(), party, in.Present)
	return web.Reply{Data: asking{key, options}}, err
}

func (o *Office) postKey(r *http.Request) (web.Reply, error) {
	in, err := web.Read[answered](r)
	if err != nil {
		return web.Reply{}, err
	}
	party, err := o.party(r)
	if err != nil {
		return web.Reply{}, err
	}
	_, err = o.AddKey(r.Context(), party, in.Key, in.Name, in.Credential)
	return web.Reply{Data: led{Page}}, err
}

func (o *Office) postNameKey(r *http.Request) (web.Reply, error) {
	in, err := web.Read[answered](r)
	if err != nil {
		return web.Reply{}, err
	}
	err = o.NameKey(r.Context(), r.PathValue("id"), in.Name)
	if errors.Is(err, fault.Invalid) {
		return o.mine(r, err)
	}
	return web.Reply{Goto: Page, Data: "ok", Done: "factor.done.named"}, err
}

func (o *Office) postEndKey(r *http.Request) (web.Reply, error) {
	return web.Reply{Goto: Page, Data: "ok", Done: "factor.done.key_ended"}, o.EndKey(r.Context(), r.PathValue("id"))
}

func (o *Office) getEntry(r *http.Request) (web.Reply, error) {
	in, err := web.Query[secondForm](r)
	if err != nil {
		return web.Reply{}, err
	}
	_, away := o.party(r)
	return web.Reply{Page: entryPage(in, away)}, nil
}

func (o *Office) postAskEntry(r *http.Request) (web.Reply, error) {
	party, err := o.party(r)
	if err != nil {
		return web.Reply{}, err
	}
	options, key, err := o.AskEntry(r.Context(), party, directory.FromOf(r).Address)
	return web.Reply{Data: asking{key, options}}, err
}

func (o *Office) postEntry(r *http.Request) (web.Reply, error) {
	in, err := web.Read[answered](r)
	if err != nil {
		return web.Reply{}, err
	}
	party, err := o.party(r)
	if err != nil {
		return web.Reply{}, err
	}
	e, err := o.Enter(r.Context(), party, in.Key, in.Credential, r.UserAgent())
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: led{e.Next(in.Next)}, Cookies: e.Cookies(r)}, nil
}
