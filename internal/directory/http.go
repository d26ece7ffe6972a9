package directory

import (
	"errors"
	"net"
	"net/http"
	"slices"
	"strings"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/journal"
	"guildhall/internal/web"
)

// Routes adds the routes of signing in, of the actor's own account, and of the
// accounts and the journal that the actor looks after.
func (d *Directory) Routes(rs *web.Routes) {
	rs.Add("GET /sign-in", "directory.session.begin", d.getSignIn, web.Silent())
	rs.Add("POST /sign-in", "directory.session.begin", d.postSignIn, web.Silent(), web.Public())
	rs.Add("POST /sign-out", "directory.session.end", d.postSignOut, web.Silent(), web.Public())
	rs.Add("GET /forgotten", "directory.password.forget", func(*http.Request) (web.Reply, error) {
		return web.Reply{Page: forgottenPage(d.Mail != nil, false)}, nil
	}, web.Silent())
	rs.Add("POST /forgotten", "directory.password.forget", d.postForgotten, web.Silent(), web.Public())
	rs.Add("GET /links/{key}", "directory.password.choose", d.getLink, web.Silent())
	rs.Add("POST /links/{key}", "directory.password.choose", d.postLink, web.Silent(), web.Public())

	rs.Add("GET /me", "directory.session.read", d.getMe(rs), web.Out[Me]())
	rs.Add("POST /me/post", "directory.session.switch", d.postSwitch, web.Silent())
	rs.Add("POST /me/password", "directory.password.change", d.postPassword(rs), web.Silent())
	rs.Add("POST /me/sessions/{id}/ending", "directory.session.end", d.postEndSession, web.Silent())
	rs.Add("POST /me/tokens", "directory.token.make", d.postToken(rs), web.Silent())
	rs.Add("POST /me/tokens/{id}/ending", "directory.token.end", d.postEndToken, web.Silent())

	rs.Add("GET /accounts", "directory.account.list", d.getAccounts, web.Asks[AccountSearch](), web.Out[AccountList]())
	rs.Add("GET /accounts/new", "directory.account.invite", d.getInvite, web.Silent())
	rs.Add("POST /accounts", "directory.account.invite", d.postInvite, web.In[Invitation](), web.Out[Invited]())
	rs.Add("POST /accounts/{id}/reset", "directory.account.reset", d.postReset, web.Out[Link]())
	rs.Add("POST /accounts/{id}/locking", "directory.account.lock", d.postLock(true))
	rs.Add("POST /accounts/{id}/unlocking", "directory.account.lock", d.postLock(false))
	rs.Add("POST /posts/{id}/ending", "directory.post.end", d.postEndPost)

	d.dutyRoutes(rs)

	rs.Add("GET /bodies", "directory.body.list", d.getBodies, web.Out[[]*Body]())
	rs.Add("POST /bodies", "directory.body.found", d.postBody, web.In[Founding](), web.Out[Body]())
	rs.Add("POST /bodies/{id}", "directory.body.rename", d.postRename, web.In[Founding](), web.Out[Body]())
	rs.Add("POST /bodies/{id}/entering", "directory.body.enter", d.postEnter, web.Silent())

	rs.Add("GET /journal", "directory.journal.read", d.getJournal, web.Asks[JournalSearch](), web.Out[JournalList]())
}

// address gives where r came from, for counting failures: the proxy's word for
// it where a proxy on this machine stands before us.
func address(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsLoopback() {
		if via := r.Header.Get("X-Forwarded-For"); via != "" {
			parts := strings.Split(via, ",")
			return strings.TrimSpace(parts[len(parts)-1])
		}
	}
	return host
}

type signIn struct {
	Login    string `json:"login"`
	Password string `json:"password"`
	Next     string `json:"next"`
}

func (d *Directory) getSignIn(r *http.Request) (web.Reply, error) {
	next := r.URL.Query().Get("next")
	if web.Actor(r).ID != "" {
		return web.Reply{Goto: home(next)}, nil
	}
	return d.signInReply(r, signIn{Next: next}, nil)
}

func (d *Directory) signInReply(r *http.Request, in signIn, wrong error) (web.Reply, error) {
	ways := d.Ways
	if d.Doors != nil {
		more, err := d.Doors(r.Context())
		if err != nil {
			return web.Reply{}, err
		}
		ways = slices.Concat(more, ways)
	}
	return web.Reply{Page: signInPage(in, ways, wrong)}, wrong
}

func home(next string) string {
	if next == "" {
		return "/dashboard"
	}
	return web.Back(next)
}

func (d *Directory) postSignIn(r *http.Request) (web.Reply, error) {
	in, err := web.Read[signIn](r)
	if err != nil {
		return web.Reply{}, err
	}
	e, err := d.SignIn(r.Context(), in.Login, in.Password, FromOf(r))
	if err != nil {
		return d.signInReply(r, in, err)
	}
	return web.Reply{Goto: e.Next(in.Next), Data: e.told(), Cookies: e.Cookies(r)}, nil
}

func (d *Directory) postSignOut(r *http.Request) (web.Reply, error) {
	if err := d.SignOut(r.Context(), sessionKey(r)); err != nil {
		return web.Reply{}, err
	}
	reply := web.Reply{Goto: "/", Data: "ok", Cookies: []*http.Cookie{Cookie(r, sessionCookie, "", 0)}}
	if d.Left != nil {
		if to, over := d.Left(r); to != "" {
			reply.Goto, reply.Cookies = to, append(reply.Cookies, over)
		}
	}
	return reply, nil
}

func (d *Directory) postForgotten(r *http.Request) (web.Reply, error) {
	in, err := web.Read[signIn](r)
	if err != nil {
		return web.Reply{}, err
	}
	if err := d.Forget(r.Context(), in.Login, address(r)); err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Page: forgottenPage(d.Mail != nil, true), Data: "ok"}, nil
}

func (d *Directory) getLink(r *http.Request) (web.Reply, error) {
	h, err := d.Holder(r.Context(), r.PathValue("key"))
	if err != nil {
		return web.Reply{Page: overPage()}, err
	}
	return web.Reply{Data: h, Page: choosePage(h, nil)}, nil
}

func (d *Directory) postLink(r *http.Request) (web.Reply, error) {
	in, err := web.Read[struct{ Password, Again string }](r)
	if err != nil {
		return web.Reply{}, err
	}
	h, err := d.Holder(r.Context(), r.PathValue("key"))
	if err != nil {
		return web.Reply{Page: overPage()}, err
	}
	if in.Password != in.Again {
		var wrong fault.List
		wrong.Add("again", "directory.password.differs")
		return web.Reply{Page: choosePage(h, wrong.Err())}, wrong.Err()
	}
	e, err := d.Choose(r.Context(), r.PathValue("key"), in.Password, r.UserAgent())
	if err != nil {
		return web.Reply{Page: choosePage(h, err)}, err
	}
	return web.Reply{Goto: e.Next(""), Data: e.told(), Cookies: e.Cookies(r), Done: "directory.done.password"}, nil
}

// Me is the actor's own page.
type Me struct {
	Person   *Person   `json:"person"`
	Posts    []Entry   `json:"posts"`
	Sessions []Session `json:"sessions"`
	Tokens   []*Token  `json:"tokens"`
	Scopes   []string  `json:"scopes"` // that a token can be given
}

func (d *Directory) me(r *http.Request, scopes []string) (me Me, err error) {
	actor := web.Actor(r)
	if actor.ID == "" {
		return me, fault.Unknown.New("fault.unknown")
	}
	me.Scopes = scopes
	_, err = db.View(house(r.Context()), d.DB, func(tx *db.Tx) (int, error) {
		if me.Person, err = FindPerson(tx, actor.ID); err != nil {
			return 0, err
		}
		posts, err := Posts(tx, actor.ID)
		if err != nil {
			return 0, err
		}
		for _, o := range posts {
			u, err := FindUnit(tx, o.Unit)
			if err != nil {
				return 0, err
			}
			me.Posts = append(me.Posts, Entry{Post: o, UnitName: u.Name})
		}
		return 0, nil
	})
	if err != nil {
		return me, err
	}
	if me.Sessions, err = d.Sessions(r.Context(), sessionKey(r)); err != nil {
		return me, err
	}
	me.Tokens, err = d.Tokens(r.Context())
	return me, err
}

// mePage answers with the actor's own page, and what went wrong on it.
func (d *Directory) meReply(r *http.Request, rs *web.Routes, made *Token, wrong error) (web.Reply, error) {
	me, err := d.me(r, rs.Scopes())
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: me, Page: mePage(me, d.Mine, made, wrong)}, wrong
}

func (d *Directory) getMe(rs *web.Routes) web.Handler {
	return func(r *http.Request) (web.Reply, error) { return d.meReply(r, rs, nil, nil) }
}

func (d *Directory) postSwitch(r *http.Request) (web.Reply, error) {
	in, err := web.Read[struct{ Post, Back string }](r)
	if err != nil {
		return web.Reply{}, err
	}
	if err := d.Switch(r.Context(), sessionKey(r), in.Post); err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Goto: "/dashboard", Data: "ok", Done: "directory.done.switched"}, nil
}

func (d *Directory) postPassword(rs *web.Routes) web.Handler {
	return func(r *http.Request) (web.Reply, error) {
		in, err := web.Read[struct{ Present, Password, Again string }](r)
		if err != nil {
			return web.Reply{}, err
		}
		if in.Password != in.Again {
			var wrong fault.List
			wrong.Add("again", "directory.password.differs")
			return d.meReply(r, rs, nil, wrong.Err())
		}
		if err := d.ChangePassword(r.Context(), sessionKey(r), in.Present, in.Password); errors.Is(err, fault.Invalid) {
			return d.meReply(r, rs, nil, err)
		} else if err != nil {
			return web.Reply{}, err
		}
		return web.Reply{Goto: "/me", Data: "ok", Done: "directory.done.password"}, nil
	}
}

func (d *Directory) postEndSession(r *http.Request) (web.Reply, error) {
	if err := d.EndSession(r.Context(), r.PathValue("id")); err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Goto: "/me", Data: "ok", Done: "directory.done.session"}, nil
}

func (d *Directory) postToken(rs *web.Routes) web.Handler {
	return func(r *http.Request) (web.Reply, error) {
		in, err := web.Read[struct {
			Name   string
			Scopes []string
			Days   int
		}](r)
		if err != nil {
			return web.Reply{}, err
		}
		t, err := d.MakeToken(r.Context(), in.Name, in.Scopes, rs.Scopes(), in.Days)
		if errors.Is(err, fault.Invalid) {
			return d.meReply(r, rs, nil, err)
		}
		if err != nil {
			return web.Reply{}, err
		}
		reply, err := d.meReply(r, rs, t, nil)
		reply.Data = t
		return reply, err
	}
}

func (d *Directory) postEndToken(r *http.Request) (web.Reply, error) {
	if err := d.EndToken(r.Context(), r.PathValue("id")); err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Goto: "/me", Data: "ok", Done: "directory.done.token"}, nil
}

// AccountList is a page of the list of accounts.
type AccountList struct {
	Entries []Entry       `json:"entries"`
	Next    string        `json:"next,omitempty"`
	Search  AccountSearch `json:"search"`
}

func (d *Directory) getAccounts(r *http.Request) (web.Reply, error) {
	s, err := web.Query[AccountSearch](r)
	if err != nil {
		return web.Reply{}, err
	}
	list, next, err := d.Accounts(r.Context(), s)
	if err != nil {
		return web.Reply{}, err
	}
	data := AccountList{list, next, s}
	return web.Reply{Data: data, Page: accountsPage(data, nil, Link{})}, nil
}

func (d *Directory) units(r *http.Request) ([]*Unit, error) {
	return db.View(house(r.Context()), d.DB, func(tx *db.Tx) ([]*Unit, error) {
		a := web.Actor(r)
		if !a.Runs() {
			u, err := FindUnit(tx, a.Unit)
			return []*Unit{u}, err
		}
		return db.All(tx, scanUnit, `SELECT `+unitColumns+` FROM directory_unit u ORDER BY u.name LIMIT 2000`)
	})
}

func (d *Directory) inviteReply(r *http.Request, in Invitation, wrong error) (web.Reply, error) {
	a := web.Actor(r)
	if err := policy.Allow(r.Context(), "directory.account.invite", Subject{Unit: a.Unit, Body: a.Body, Role: auth.Staff}); err != nil {
		return web.Reply{}, err
	}
	units, err := d.units(r)
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Page: invitePage(in, units, wrong)}, wrong
}

func (d *Directory) getInvite(r *http.Request) (web.Reply, error) {
	return d.inviteReply(r, Invitation{Role: auth.Staff, Unit: web.Actor(r).Unit}, nil)
}

// Invited is what an invitation gives: who was invited, and the link where it
// was not mailed.
type Invited struct {
	Person *Person `json:"person"`
	Link   Link    `json:"link"`
}

func (d *Directory) postInvite(r *http.Request) (web.Reply, error) {
	in, err := web.Read[Invitation](r)
	if err != nil {
		return web.Reply{}, err
	}
	p, link, err := d.Invite(r.Context(), in)
	if errors.Is(err, fault.Invalid) {
		return d.inviteReply(r, in, err)
	}
	if err != nil {
		return web.Reply{}, err
	}
	if link.Mailed {
		link.Path = ""
	}
	return web.Reply{Data: Invited{p, link}, Page: linkPage(p, link, d.URL)}, nil
}

func (d *Directory) postReset(r *http.Request) (web.Reply, error) {
	link, err := d.Reset(r.Context(), r.PathValue("id"))
	if err != nil {
		return web.Reply{}, err
	}
	p, err := db.View(house(r.Context()), d.DB, func(tx *db.Tx) (*Person, error) { return FindPerson(tx, r.PathValue("id")) })
	if err != nil {
		return web.Reply{}, err
	}
	if link.Mailed {
		link.Path = ""
	}
	return web.Reply{Data: link, Page: linkPage(p, link, d.URL)}, nil
}

func (d *Directory) postLock(locked bool) web.Handler {
	return func(r *http.Request) (web.Reply, error) {
		if err := d.Lock(r.Context(), r.PathValue("id"), locked); err != nil {
			return web.Reply{}, err
		}
		return web.Reply{Goto: "/accounts", Data: "ok", Done: "directory.done.lock"}, nil
	}
}

func (d *Directory) postEndPost(r *http.Request) (web.Reply, error) {
	o, err := d.EndPost(r.Context(), r.PathValue("id"))
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Goto: d.after(r, o.Person), Data: "ok", Done: "directory.done.post"}, nil
}

// bodyForm is what was sent of a body, and what is wrong with it: of the one with
// the id At, or where that is empty of one to be founded.
type bodyForm struct {
	At  string
	In  Founding
	Err error
}

// at gives what was sent of a body, or else what is known of it.
func (f bodyForm) at(b *Body) (Founding, error) {
	if f.At == b.ID {
		return f.In, f.Err
	}
	return Founding{Name: b.Name, NameEN: b.NameEN, Industry: b.Industry, Region: b.Region, Zone: b.Zone}, nil
}

// founding gives what was sent of a body to be founded.
func (f bodyForm) founding() (Founding, error) {
	if f.At == "" && f.Err != nil {
		return f.In, f.Err
	}
	return Founding{Kind: "city", Zone: usualZone}, nil
}

// bodies answers with the bodies that the actor may look after, and what went
// wrong with the one that was sent.
func (d *Directory) bodies(r *http.Request, form bodyForm) (web.Reply, error) {
	a := web.Actor(r)
	if err := policy.Allow(r.Context(), "directory.body.list", Subject{Body: a.Body}); err != nil {
		return web.Reply{}, err
	}
	list, err := db.View(house(r.Context()), d.DB, Bodies)
	if err != nil {
		return web.Reply{}, err
	}
	if !a.Is(auth.Admin) {
		list = slices.DeleteFunc(list, func(b *Body) bool { return b.ID != a.Body })
	}
	return web.Reply{Data: list, Page: bodiesPage(list, form)}, form.Err
}

func (d *Directory) getBodies(r *http.Request) (web.Reply, error) {
	return d.bodies(r, bodyForm{})
}

func (d *Directory) postBody(r *http.Request) (web.Reply, error) {
	in, err := web.Read[Founding](r)
	if err != nil {
		return web.Reply{}, err
	}
	b, err := d.FoundWithOffice(r.Context(), in)
	if errors.Is(err, fault.Invalid) {
		return d.bodies(r, bodyForm{In: in, Err: err})
	}
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: b, Goto: "/bodies", Done: "directory.done.founded"}, nil
}

func (d *Directory) postRename(r *http.Request) (web.Reply, error) {
	in, err := web.Read[Founding](r)
	if err != nil {
		return web.Reply{}, err
	}
	b, err := d.Rename(r.Context(), r.PathValue("id"), *in.body())
	if errors.Is(err, fault.Invalid) {
		return d.bodies(r, bodyForm{At: r.PathValue("id"), In: in, Err: err})
	}
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: b, Goto: "/bodies", Done: "directory.done.renamed"}, nil
}

func (d *Directory) postEnter(r *http.Request) (web.Reply, error) {
	if err := d.Enter(r.Context(), sessionKey(r), r.PathValue("id")); err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: "ok", Goto: "/dashboard", Done: "directory.done.entered"}, nil
}

// JournalSearch narrows the journal.
type JournalSearch struct {
	Action  string `json:"action"`
	Subject string `json:"subject"`
	Actor   string `json:"actor"`
	Before  string `json:"before"`
	House   bool   `json:"house"` // the platform's own entries, for its administrator
}

// JournalList is a page of the journal.
type JournalList struct {
	Entries []journal.Entry   `json:"entries"`
	Names   map[string]string `json:"names"` // of the actors
	Next    string            `json:"next,omitempty"`
	Search  JournalSearch     `json:"search"`

	Checkpoint *journal.Checkpoint `json:"checkpoint,omitempty"` // the newest
	Verifier   string              `json:"verifier,omitempty"`   // key that checkpoints are signed under
}

const journalPage = 50

func (d *Directory) getJournal(r *http.Request) (web.Reply, error) {
	s, err := web.Query[JournalSearch](r)
	if err != nil {
		return web.Reply{}, err
	}
	ctx := r.Context()
	if err := policy.Allow(ctx, "directory.journal.read", Subject{}); err != nil {
		return web.Reply{}, err
	}
	if s.House && web.Actor(r).Is(auth.Admin) {
		ctx = house(ctx)
	}
	data := JournalList{Search: s, Verifier: d.Verifier}
	_, err = db.View(ctx, d.DB, func(tx *db.Tx) (int, error) {
		data.Entries, err = journal.List(tx, journal.Search{Action: s.Action, Subject: s.Subject, Actor: s.Actor, Before: s.Before, Limit: journalPage + 1})
		if err != nil {
			return 0, err
		}
		if len(data.Entries) > journalPage {
			data.Entries = data.Entries[:journalPage]
			data.Next = data.Entries[journalPage-1].ID
		}
		var ids []string
		for _, e := range data.Entries {
			ids = append(ids, e.Actor)
		}
		if data.Names, err = PersonNames(tx, ids); err != nil {
			return 0, err
		}
		data.Checkpoint, err = journal.LastCheckpoint(tx)
		if errors.Is(err, fault.NotFound) {
			err = nil
		}
		return 0, err
	})
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: data, Page: journalPageOf(data)}, nil
}
