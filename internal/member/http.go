package member

import (
	"context"
	"errors"
	"net/http"

	"github.com/a-h/templ"

	"guildhall/internal/fault"
	"guildhall/internal/i18n"
	"guildhall/internal/web"
)

// Routes adds the routes of the roll. A change is a thing that is made under the
// unit: an appointment, the ending of one, a leaving.
func (r *Roll) Routes(rs *web.Routes) {
	rs.Add("GET /members", "member.roll.read", r.getRoll, web.Asks[asked](), web.Out[Page]())
	rs.Add("POST /members", "member.unit.join", r.postMember, web.In[Application](), web.Out[Standing]())
	rs.Add("GET /members/joining", "member.unit.join", r.getJoining, web.Silent())
	rs.Add("GET /members/ranks", "member.roll.read", r.getRanks, web.Out[Ranks]())
	rs.Add("POST /members/ranks", "member.rank.define", r.postRank, web.In[Rank](), web.Out[Ranks]())
	rs.Add("GET /members/{unit}", "member.roll.read", r.getUnit, web.Out[Whole]())
	rs.Add("GET /members/{unit}/appointments", "member.rank.appoint", r.getAppointing, web.Silent())
	rs.Add("POST /members/{unit}/appointments", "member.rank.appoint", r.postAppointment, web.In[change](), web.Out[Standing]())
	rs.Add("GET /members/{unit}/relief", "member.rank.relieve", r.getRelieving, web.Asks[change](), web.Silent())
	rs.Add("POST /members/{unit}/relief", "member.rank.relieve", r.postRelief, web.In[change](), web.Out[Standing]())
	rs.Add("GET /members/{unit}/leaving", "member.unit.leave", r.getLeaving, web.Silent())
	rs.Add("POST /members/{unit}/leaving", "member.unit.leave", r.postLeaving, web.In[change](), web.Out[Standing]())
	r.applicationRoutes(rs)
	r.assessmentRoutes(rs)
}

type asked struct {
	Search
	Format string `json:"format"` // xlsx or csv: all that was asked for, as a file
}

// change is what the forms under a unit send.
type change struct {
	Rank       string `json:"rank"`
	Day        string `json:"day"`
	Ending     string `json:"ending"` // of a leaving: left or removed
	Resolution string `json:"resolution"`
}

func (r *Roll) getRoll(req *http.Request) (web.Reply, error) {
	a, err := web.Query[asked](req)
	if err != nil {
		return web.Reply{}, err
	}
	if a.Format != "" {
		return r.export(req, a)
	}
	p, err := r.List(req.Context(), a.Search)
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: p, Page: rollPage(p, a.Search)}, nil
}

func (r *Roll) getUnit(req *http.Request) (web.Reply, error) {
	w, err := r.Unit(req.Context(), req.PathValue("unit"))
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: w, Page: unitPage(w)}, nil
}

func (r *Roll) getJoining(req *http.Request) (web.Reply, error) {
	ctx := req.Context()
	if err := policy.Allow(ctx, "member.unit.join", nil); err != nil {
		return web.Reply{}, err
	}
	ranks, err := r.Ranks(ctx)
	return web.Reply{Page: joiningPage(Application{Rank: Ordinary}, ranks, nil)}, err
}

func (r *Roll) postMember(req *http.Request) (web.Reply, error) {
	in, err := web.Read[Application](req)
	var s *Standing
	if wrong, ok := errors.AsType[fault.List](err); ok { // say also what is wrong with the rest
		err = r.inspect(req.Context(), in, wrong)
	} else if err == nil {
		s, err = r.Admit(req.Context(), in)
	}
	if mendable(err) {
		ranks, also := r.Ranks(req.Context())
		return web.Reply{Page: joiningPage(in, ranks, err)}, errors.Join(err, also)
	}
	return done(s, err, "member.done.joined")
}

func (r *Roll) getRanks(req *http.Request) (web.Reply, error) {
	ranks, err := r.Ranks(req.Context())
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: ranks, Page: ranksPage(ranks, Rank{}, nil)}, nil
}

func (r *Roll) postRank(req *http.Request) (web.Reply, error) {
	in, err := web.Read[Rank](req)
	var ranks Ranks
	if err == nil {
		ranks, err = r.Define(req.Context(), in)
	}
	if mendable(err) {
		had, also := r.Ranks(req.Context())
		return web.Reply{Page: ranksPage(had, in, err)}, errors.Join(err, also)
	}
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: ranks, Goto: "/members/ranks", Done: "member.done.defined"}, nil
}

func (r *Roll) getAppointing(req *http.Request) (web.Reply, error) {
	return r.form(req, "member.rank.appoint", func(w *Whole, c change) templ.Component { return appointingPage(w, c, nil) })
}

func (r *Roll) postAppointment(req *http.Request) (web.Reply, error) {
	return r.change(req, "member.done.appointed", func(ctx context.Context, unit string, c change) (*Standing, error) {
		return r.Appoint(ctx, unit, c.Rank, c.Day, c.Resolution)
	}, appointingPage)
}

func (r *Roll) getRelieving(req *http.Request) (web.Reply, error) {
	return r.form(req, "member.rank.relieve", func(w *Whole, c change) templ.Component {
		if held := w.now(); c.Rank == "" && len(held) > 0 {
			c.Rank = held[0].Rank // its highest, which the page names
		}
		return relievingPage(w, c, nil)
	})
}

func (r *Roll) postRelief(req *http.Request) (web.Reply, error) {
	return r.change(req, "member.done.relieved", func(ctx context.Context, unit string, c change) (*Standing, error) {
		return r.Relieve(ctx, unit, c.Rank, c.Day, c.Resolution)
	}, relievingPage)
}

func (r *Roll) getLeaving(req *http.Request) (web.Reply, error) {
	return r.form(req, "member.unit.leave", func(w *Whole, c change) templ.Component { return leavingPage(w, c, nil) })
}

func (r *Roll) postLeaving(req *http.Request) (web.Reply, error) {
	return r.change(req, "member.done.left", func(ctx context.Context, unit string, c change) (*Standing, error) {
		return r.Leave(ctx, unit, c.Day, c.Ending, c.Resolution)
	}, leavingPage)
}

// form shows a form about a unit to those who may send it.
func (r *Roll) form(req *http.Request, action string, page func(*Whole, change) templ.Component) (web.Reply, error) {
	ctx := req.Context()
	c, err := web.Query[change](req)
	if err != nil {
		return web.Reply{}, err
	}
	w, err := r.Unit(ctx, req.PathValue("unit"))
	if err != nil {
		return web.Reply{}, err
	}
	if err := policy.Allow(ctx, action, w.standing); err != nil {
		return web.Reply{}, err
	}
	if !w.belongs() {
		return web.Reply{}, fault.Conflict.New("member.unit.gone")
	}
	if c.Day == "" {
		c.Day = w.Today
	}
	return web.Reply{Data: w, Page: page(w, c)}, nil
}

// change does what a form about a unit asks for, and shows the form again where
// it can be mended.
func (r *Roll) change(req *http.Request, word string, do func(context.Context, string, change) (*Standing, error),
	page func(*Whole, change, error) templ.Component) (web.Reply, error) {
	ctx, unit := req.Context(), req.PathValue("unit")
	c, err := web.Read[change](req)
	if err != nil {
		return web.Reply{}, err
	}
	s, err := do(ctx, unit, c)
	if mendable(err) {
		w, also := r.Unit(ctx, unit)
		if also != nil {
			return web.Reply{}, also
		}
		return web.Reply{Page: page(w, c, err)}, err
	}
	return done(s, err, word)
}

// mendable tells whether what was sent can be mended on its form.
func mendable(err error) bool { return errors.Is(err, fault.Invalid) || errors.Is(err, fault.Conflict) }

// done leads people to the unit that they just changed.
func done(s *Standing, err error, word string) (web.Reply, error) {
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: s, Goto: "/members/" + s.Unit, Done: word}, nil
}

func say(ctx context.Context, word string, args ...any) string {
	return i18n.T(ctx, "member."+word, args...)
}
