package talent

import (
	"context"
	"errors"
	"net/http"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/sheet"
	"guildhall/internal/web"
)

func (t *Talent) demandRoutes(rs *web.Routes) {
	rs.Add("GET /demands", "talent.demand.list", t.getDemands, web.Asks[demandsAsked](), web.Out[Demands]())
	rs.Add("GET /demands/new", "talent.demand.file", t.getDemandForm, web.Silent())
	rs.Add("POST /demands", "talent.demand.file", t.postDemand, web.In[DemandForm](), web.Out[Demand]())
	rs.Add("GET /demands/{id}", "talent.demand.read", t.getDemand, web.Out[DemandView]())
	rs.Add("GET /demands/{id}/change", "talent.demand.change", t.getDemandChange, web.Silent())
	rs.Add("POST /demands/{id}", "talent.demand.change", t.postDemandChange, web.In[DemandForm](), web.Out[Demand]())
	rs.Add("POST /demands/{id}/renewal", "talent.demand.renew", onDemandForm(t, func(ctx context.Context, id string, in demandWord) (*Demand, error) {
		return t.RenewDemand(ctx, id, in.ValidUntil)
	}, "talent.demand_renewed"), web.In[demandWord](), web.Out[Demand]())
	rs.Add("POST /demands/{id}/withdrawal", "talent.demand.withdraw", onDemandForm(t, func(ctx context.Context, id string, in demandWord) (*Demand, error) {
		return t.WithdrawDemand(ctx, id, in.Outcome)
	}, "talent.demand_ended"), web.In[demandWord](), web.Out[Demand]())
	rs.Add("POST /demands/{id}/closing", "talent.demand.close", onDemandForm(t, func(ctx context.Context, id string, in demandWord) (*Demand, error) {
		return t.CloseDemand(ctx, id, in.Outcome)
	}, "talent.demand_ended"), web.In[demandWord](), web.Out[Demand]())
	rs.Add("POST /demands/{id}/answers", "talent.demand.answer", onDemandForm(t, func(ctx context.Context, id string, in demandWord) (*Demand, error) {
		return t.AnswerDemand(ctx, id, in.Text)
	}, "talent.demand_answered"), web.In[demandWord](), web.Out[Demand]())
	rs.Add("POST /demands/{id}/resolution", "talent.demand.base", onDemandForm(t, func(ctx context.Context, id string, in demandWord) (*Demand, error) {
		return t.BaseDemand(ctx, id, in.Resolution)
	}, "talent.demand_based"), web.In[demandWord](), web.Out[Demand]())
	rs.Add("POST /demands/{id}/hires", "talent.demand.hired", onDemandForm(t, func(ctx context.Context, id string, in Hiring) (*Demand, error) {
		return t.HiredDemand(ctx, id, in)
	}, "talent.demand_hired"), web.In[Hiring](), web.Out[Demand]())
	rs.Add("POST /demands/{id}/position", "talent.demand.post", t.postDemandPosition, web.Out[Position]())
}

// demandWord is what the small forms on a line's page send.
type demandWord struct {
	ValidUntil string `json:"valid_until"`
	Outcome    string `json:"outcome"`
	Text       string `json:"text"`
	Resolution string `json:"resolution"` // its number, such as 2026-3
}

// onDemandForm answers one of the small forms on a line's page: with what was
// filled in where something is wrong with it.
func onDemandForm[T any](t *Talent, do func(context.Context, string, T) (*Demand, error), done string) web.Handler {
	return func(r *http.Request) (web.Reply, error) {
		in, err := web.Read[T](r)
		if err != nil {
			return web.Reply{}, err
		}
		id := r.PathValue("id")
		d, err := do(r.Context(), id, in)
		if errors.Is(err, fault.Invalid) {
			v, see := t.Demand(r.Context(), id)
			if see != nil {
				return web.Reply{}, see
			}
			return web.Reply{Page: demandPage(v, said(in), err)}, err
		}
		return web.Reply{Data: d, Goto: "/demands/" + id, Done: done}, err
	}
}

// said gives what a small form was filled in with.
func said(in any) demandSaid {
	switch in := in.(type) {
	case demandWord:
		return demandSaid{demandWord: in}
	case Hiring:
		return demandSaid{Hiring: in}
	}
	return demandSaid{}
}

type demandSaid struct {
	demandWord
	Hiring
}

type demandsAsked struct {
	DemandSearch
	Format string `json:"format"` // xlsx or csv: all that was asked for, as a sheet
}

func (t *Talent) getDemands(r *http.Request) (web.Reply, error) {
	s, err := web.Query[demandsAsked](r)
	if err != nil {
		return web.Reply{}, err
	}
	if s.Format != "" {
		return t.exportDemands(r.Context(), s)
	}
	found, err := t.Demands(r.Context(), s.DemandSearch)
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: found, Page: demandsPage(found, s.DemandSearch)}, nil
}

func (t *Talent) getDemand(r *http.Request) (web.Reply, error) {
	v, err := t.Demand(r.Context(), r.PathValue("id"))
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: v, Page: demandPage(v, demandSaid{}, nil)}, nil
}

// getDemandForm shows the form, empty, filled in so far, or as a copy of a line:
// then wanted a year later.
func (t *Talent) getDemandForm(r *http.Request) (web.Reply, error) {
	in, err := web.Query[DemandForm](r)
	if err != nil {
		return web.Reply{}, err
	}
	ctx := r.Context()
	if err := t.mayFile(ctx); err != nil {
		return web.Reply{}, err
	}
	if in.Like != "" && in.Title == "" {
		if in, err = t.CopyDemand(ctx, in.Like); err != nil {
			return web.Reply{}, err
		}
	}
	page, err := t.demandFormPage(ctx, "", in, nil)
	return web.Reply{Page: page}, err
}

// mayFile tells whether the actor can file a demand at all: for their own
// enterprise, or for any where they run the body.
func (t *Talent) mayFile(ctx context.Context) error {
	a := auth.From(ctx)
	if err := policy.Allow(ctx, "talent.demand.file", Subject{Enterprise: a.Unit}); err != nil || a.Runs() {
		return err
	}
	_, err := db.View(ctx, t.DB, func(tx *db.Tx) (bool, error) { return true, hires(tx, a.Unit) })
	return err
}

func (t *Talent) postDemand(r *http.Request) (web.Reply, error) {
	in, err := web.Read[DemandForm](r)
	if err == nil {
		var d *Demand
		if d, err = t.FileDemand(r.Context(), in); err == nil {
			return web.Reply{Data: d, Goto: "/demands/" + d.ID, Done: "talent.demand_filed"}, nil
		}
	}
	return t.demandAgain(r.Context(), "", in, err)
}

func (t *Talent) getDemandChange(r *http.Request) (web.Reply, error) {
	id := r.PathValue("id")
	in, err := db.View(r.Context(), t.DB, func(tx *db.Tx) (DemandForm, error) {
		d, err := takeDemand(tx, "talent.demand.change", id)
		if err != nil {
			return DemandForm{}, err
		}
		return t.formOf(d)
	})
	if err != nil {
		return web.Reply{}, err
	}
	page, err := t.demandFormPage(r.Context(), id, in, nil)
	return web.Reply{Page: page}, err
}

func (t *Talent) postDemandChange(r *http.Request) (web.Reply, error) {
	in, err := web.Read[DemandForm](r)
	id := r.PathValue("id")
	if err == nil {
		var d *Demand
		if d, err = t.ChangeDemand(r.Context(), id, in); err == nil {
			return web.Reply{Data: d, Goto: "/demands/" + id, Done: "talent.demand_changed"}, nil
		}
	}
	return t.demandAgain(r.Context(), id, in, err)
}

// demandAgain shows the form again with what is wrong with it.
func (t *Talent) demandAgain(ctx context.Context, id string, in DemandForm, err error) (web.Reply, error) {
	if !errors.Is(err, fault.Invalid) {
		return web.Reply{}, err
	}
	page, see := t.demandFormPage(ctx, id, in, err)
	if see != nil {
		return web.Reply{}, see
	}
	return web.Reply{Page: page}, err
}

func (t *Talent) postDemandPosition(r *http.Request) (web.Reply, error) {
	p, err := t.PostDemand(r.Context(), r.PathValue("id"))
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: p, Goto: "/positions/" + p.ID, Done: "talent.demand_posted"}, nil
}

func (t *Talent) exportDemands(ctx context.Context, s demandsAsked) (web.Reply, error) {
	all, err := t.ExportDemands(ctx, s.DemandSearch)
	if err != nil {
		return web.Reply{}, err
	}
	rows := make([]sheet.Row, len(all))
	for i, d := range all {
		rows[i] = sheet.Row{d.Name(), d.UnitName, d.Title, nameOfCode(ctx, "position", d.Position), d.Occupation, nameOfCode(ctx, "occupation", d.Occupation),
			d.Quantity, d.Filled, d.From, d.By, certaintyName(ctx, d.Certainty), education(ctx, d.Education), gradeName(ctx, d.Grade),
			d.PayLow / 100, d.PayHigh / 100, shiftName(ctx, d.Shift), regionName(ctx, d.Region), modeNames(ctx, d.Modes), d.ValidUntil, stateName(ctx, d), d.Outcome}
	}
	return download("demands", s.Format, headers(ctx, "demand_no", "enterprise", "position", "kind", "code", "occupation", "quantity", "filled", "from", "by",
		"certainty", "education", "grade", "pay_low", "pay_high", "shift", "region", "modes", "valid_until", "state", "outcome"), rows), nil
}
