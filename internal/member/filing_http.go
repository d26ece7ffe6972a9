package member

import (
	"context"
	"errors"
	"net/http"

	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/journal"
	"guildhall/internal/web"
)

// applicationRoutes adds the routes of applications: under /joining for whoever
// wants to belong, under /applications for those who run the body.
func (r *Roll) applicationRoutes(rs *web.Routes) {
	rs.Add("GET /joining", "member.application.send", r.getApplying, web.Silent())
	rs.Add("POST /joining", "member.application.send", r.postApplying, web.In[FilingForm](), web.Out[Sent](), web.Public())
	rs.Add("GET /joining/{key}", "member.application.read", r.getMine, web.Out[Filing]())
	rs.Add("POST /joining/{key}", "member.application.mend", r.postMended, web.In[FilingForm](), web.Out[Filing](), web.Public())
	rs.Add("POST /joining/{key}/withdrawal", "member.application.withdraw", r.postMineWithdrawn, web.Out[Filing](), web.Public())

	rs.Add("GET /applications", "member.application.read", r.getFilings, web.Asks[FilingSearch](), web.Out[FilingList]())
	rs.Add("GET /applications/{id}", "member.application.read", r.getFiling, web.Out[Filing]())
	rs.Add("POST /applications/{id}/contact", "member.application.contact", r.postContact, web.Out[Filing]())
	for _, s := range []struct{ path, action string }{{"return", "member.application.return"}, {"check", "member.application.check"},
		{"refusal", "member.application.refuse"}, {"withdrawal", "member.application.withdraw"}} {
		rs.Add("POST /applications/{id}/"+s.path, s.action, r.postStep(s.action), web.In[stepForm](), web.Out[Filing]())
	}
	rs.Add("POST /applications/{id}/admission", "member.application.admit", r.postAdmission, web.In[Admission](), web.Out[Filing]())
}

type stepForm struct {
	Reason string `json:"reason"`
}

// Sent is what whoever sent an application is told, once.
type Sent struct {
	Number string `json:"number"`
	Key    string `json:"key"` // keep it: the application is looked after at /joining/{key}
}

// sendsADay is how many applications one address sends before it has to wait.
const sendsADay = 10

func (r *Roll) getApplying(req *http.Request) (web.Reply, error) {
	ranks, err := r.Ranks(req.Context())
	return web.Reply{Page: applyingPage("/joining", FilingForm{Application: Application{Rank: Ordinary}}, ranks, nil)}, err
}

func (r *Roll) postApplying(req *http.Request) (web.Reply, error) {
	ctx := req.Context()
	in, err := web.Read[FilingForm](req)
	if _, ok := errors.AsType[fault.List](err); err != nil && !ok {
		return web.Reply{}, err
	}
	if also := r.Directory.Throttle(ctx, "application", req, sendsADay); also != nil {
		return web.Reply{}, also
	}
	var f *Filing
	var key string
	if err == nil {
		f, key, err = r.Send(ctx, in)
	} else {
		err = r.inspectFiling(ctx, &Filing{}, in, err)
	}
	if mendable(err) {
		ranks, also := r.Ranks(ctx)
		return web.Reply{Page: applyingPage("/joining", in, ranks, err)}, errors.Join(err, also)
	}
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: Sent{f.Number, key}, Page: sentPage(f, key)}, nil
}

// inspectFiling adds what is wrong with a form to what could not even be read.
func (r *Roll) inspectFiling(ctx context.Context, f *Filing, in FilingForm, unread error) error {
	wrong, _ := errors.AsType[fault.List](unread)
	_, err := db.View(ctx, r.DB, func(tx *db.Tx) (bool, error) { return true, in.inspect(tx, f.ID, &wrong) })
	in.check(&wrong)
	if err != nil {
		return err
	}
	return wrong
}

// mine gets the application of a key, with who to speak to, who is whoever asks.
func (r *Roll) mine(ctx context.Context, key string) (*Filing, error) {
	return db.View(ctx, r.DB, func(tx *db.Tx) (*Filing, error) {
		f, err := r.held(tx, "member.application.read", key)
		if err != nil {
			return nil, err
		}
		return f, r.unseal(f, true)
	})
}

func (r *Roll) getMine(req *http.Request) (web.Reply, error) {
	f, err := r.mine(req.Context(), req.PathValue("key"))
	if err != nil {
		return web.Reply{}, err
	}
	ranks, err := r.Ranks(req.Context())
	return web.Reply{Data: f, Page: minePage(f, req.PathValue("key"), ranks)}, err
}

func (r *Roll) postMended(req *http.Request) (web.Reply, error) {
	ctx, key := req.Context(), req.PathValue("key")
	in, err := web.Read[FilingForm](req)
	f, also := r.mine(ctx, key)
	if also != nil {
		return web.Reply{}, also
	}
	if _, ok := errors.AsType[fault.List](err); ok {
		err = r.inspectFiling(ctx, f, in, err)
	} else if err == nil {
		_, err = r.Mend(ctx, key, in)
	}
	if errors.Is(err, fault.Invalid) {
		ranks, also := r.Ranks(ctx)
		return web.Reply{Page: applyingPage("/joining/"+key, in, ranks, err)}, errors.Join(err, also)
	}
	return web.Reply{Data: f, Goto: "/joining/" + key, Done: "member.done.mended"}, err
}

func (r *Roll) postMineWithdrawn(req *http.Request) (web.Reply, error) {
	key := req.PathValue("key")
	f, err := r.WithdrawHeld(req.Context(), key)
	return web.Reply{Data: f, Goto: "/joining/" + key, Done: "member.done.withdrawn"}, err
}

// FilingSearch narrows the applications.
type FilingSearch struct {
	Text  string `json:"q"`
	State string `json:"state"` // open, if empty: those that wait; all for every one
	After string `json:"after"`
}

// FilingList is a part of the applications, the latest first.
type FilingList struct {
	Filings []*Filing `json:"filings"`
	Next    string    `json:"next,omitempty"`

	search FilingSearch
}

func (r *Roll) getFilings(req *http.Request) (web.Reply, error) {
	s, err := web.Query[FilingSearch](req)
	if err != nil {
		return web.Reply{}, err
	}
	l, err := r.Filings(req.Context(), s)
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: l, Page: filingsPage(l)}, nil
}

// Filings gives a part of the applications to those who run the body.
func (r *Roll) Filings(ctx context.Context, s FilingSearch) (*FilingList, error) {
	return db.View(ctx, r.DB, func(tx *db.Tx) (*FilingList, error) {
		if err := filingPolicy.Allow(ctx, "member.application.read", nil); err != nil {
			return nil, err
		}
		states := []string{s.State}
		switch s.State {
		case "":
			states = []string{"submitted", "returned", "checked"}
		case "all":
			states = nil
		}
		l := &FilingList{search: s}
		var err error
		if l.Filings, err = filings(tx, states, s.Text, s.After, pageSize+1); err != nil {
			return nil, err
		}
		if len(l.Filings) > pageSize {
			l.Filings = l.Filings[:pageSize]
			l.Next = l.Filings[pageSize-1].ID
		}
		for _, f := range l.Filings {
			if err := r.unseal(f, false); err != nil {
				return nil, err
			}
		}
		return l, nil
	})
}

// checking is an application on the page of those who check it.
type checking struct {
	*Filing
	known       *knownUnit
	resolutions []Resolution
	ranks       Ranks
}

type knownUnit struct{ id, name string }

// checking gives an application with what the house knows of its unit.
func (r *Roll) checking(ctx context.Context, id string, whole bool) (*checking, error) {
	return db.View(ctx, r.DB, func(tx *db.Tx) (*checking, error) {
		f, err := takeFiling(tx, "member.application.read", id)
		if err != nil {
			return nil, err
		}
		c := &checking{Filing: f}
		if c.ranks, err = ranksOf(tx); err != nil {
			return nil, err
		}
		if c.resolutions, err = r.resolutions(tx); err != nil {
			return nil, err
		}
		var ignored fault.List
		a := f.Application
		if u, err := a.known(tx, &ignored); err != nil {
			return nil, err
		} else if u != nil {
			c.known = &knownUnit{u.ID, u.Name}
		}
		return c, r.unseal(f, whole)
	})
}

func (r *Roll) getFiling(req *http.Request) (web.Reply, error) {
	c, err := r.checking(req.Context(), req.PathValue("id"), false)
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: c.Filing, Page: filingPage(c, stepForm{}, Admission{Rank: c.Rank}, nil)}, nil
}

// postContact shows who to speak to, and notes that they were looked at.
func (r *Roll) postContact(req *http.Request) (web.Reply, error) {
	ctx, id := req.Context(), req.PathValue("id")
	c, err := r.checking(ctx, id, true)
	if err == nil {
		err = filingPolicy.Allow(ctx, "member.application.contact", c.Filing)
	}
	if err == nil {
		err = journal.Note(ctx, r.DB, "member.application.contact", id, map[string]string{"number": c.Number})
	}
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: c.Filing, Page: filingPage(c, stepForm{}, Admission{Rank: c.Rank}, nil)}, nil
}

func (r *Roll) postStep(action string) web.Handler {
	return func(req *http.Request) (web.Reply, error) {
		ctx, id := req.Context(), req.PathValue("id")
		in, err := web.Read[stepForm](req)
		if err != nil {
			return web.Reply{}, err
		}
		f, err := r.Step(ctx, action, id, in.Reason)
		if errors.Is(err, fault.Invalid) {
			c, also := r.checking(ctx, id, false)
			if also != nil {
				return web.Reply{}, also
			}
			return web.Reply{Page: filingPage(c, in, Admission{Rank: c.Rank}, err)}, err
		}
		return web.Reply{Data: f, Goto: "/applications/" + id, Done: "member.done.stepped"}, err
	}
}

func (r *Roll) postAdmission(req *http.Request) (web.Reply, error) {
	ctx, id := req.Context(), req.PathValue("id")
	in, err := web.Read[Admission](req)
	if err != nil {
		return web.Reply{}, err
	}
	f, err := r.AdmitFiling(ctx, id, in)
	if errors.Is(err, fault.Invalid) {
		c, also := r.checking(ctx, id, false)
		if also != nil {
			return web.Reply{}, also
		}
		return web.Reply{Page: filingPage(c, stepForm{}, in, err)}, err
	}
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: f, Goto: "/members/" + f.Unit, Done: "member.done.joined"}, nil
}

// FilingsWaiting counts the applications that wait for those who run the body:
// to be checked, and to be decided.
func FilingsWaiting(tx *db.Tx) (check, decide int, err error) {
	if !filingPolicy.Can(tx.Context(), "member.application.check", nil) {
		return 0, 0, nil
	}
	open, err := filings(tx, []string{"submitted", "checked"}, "", "", 1000)
	for _, f := range open {
		if f.State == "submitted" {
			check++
		} else {
			decide++
		}
	}
	return check, decide, err
}
