package directory

import (
	"errors"
	"net/http"
	"slices"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/web"
)

// dutyRoutes adds the routes of duties and handovers.
func (d *Directory) dutyRoutes(rs *web.Routes) {
	rs.Add("GET /duties", "directory.duty.read", d.getDuties, web.Asks[dutiesAsked](), web.Out[DutyList]())
	rs.Add("GET /duties/new", "directory.duty.assign", d.getAssigning, web.Asks[DutyForm](), web.Silent())
	rs.Add("POST /duties", "directory.duty.assign", d.postDuty, web.In[DutyForm](), web.Out[Duty]())
	rs.Add("POST /duties/{id}/ending", "directory.duty.end", d.postEndDuty, web.In[dayForm](), web.Out[Duty]())
	rs.Add("GET /handovers/{person}", "directory.duty.hand", d.getHandover, web.Out[Handover]())
	rs.Add("POST /handovers/{person}", "directory.duty.hand", d.postHandover, web.In[HandForm](), web.Out[Handed]())
}

type dutiesAsked struct {
	DutyQuery
	Format string `json:"format"` // xlsx or csv: all that was asked for, as a file
}

type dayForm struct {
	Day string `json:"day"`
}

func (d *Directory) getDuties(r *http.Request) (web.Reply, error) {
	a, err := web.Query[dutiesAsked](r)
	if err != nil {
		return web.Reply{}, err
	}
	if a.Format != "" {
		return d.exportDuties(r.Context(), a.DutyQuery, a.Format)
	}
	l, err := d.Duties(r.Context(), a.DutyQuery)
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: l, Page: dutiesPage(l)}, nil
}

// assigning is the form by which a duty is given.
type assigning struct {
	DutyForm
	unit   *Unit
	units  []*Unit // to choose from, while none is chosen
	people []heir
	things map[string][]DutySubject // by kind of duty
}

// assigning prepares the form for the unit that it names: the actor's own, for
// whoever does not run the body.
func (d *Directory) assigning(r *http.Request, in DutyForm) (*assigning, error) {
	actor := web.Actor(r)
	if in.Unit == "" && !actor.Runs() {
		in.Unit = actor.Unit
	}
	return db.View(r.Context(), d.DB, func(tx *db.Tx) (*assigning, error) {
		if err := policy.Allow(tx.Context(), "directory.duty.assign", Subject{Unit: in.Unit, Body: actor.Body}); err != nil {
			return nil, err
		}
		f := &assigning{DutyForm: in, things: map[string][]DutySubject{}}
		if in.Since == "" {
			f.Since = Today(tx)
		}
		var err error
		if in.Unit == "" {
			f.units, err = d.units(r)
			return f, err
		}
		if f.unit, err = FindUnit(tx, in.Unit); err != nil {
			return nil, err
		}
		there, err := workers(tx, actor.Body, in.Unit)
		if err != nil {
			return nil, err
		}
		for id, name := range there {
			f.people = append(f.people, heir{id: id, name: name})
		}
		slices.SortFunc(f.people, heir.compare)
		for _, k := range DutyKinds() {
			if k.Subjects != nil {
				if f.things[k.Name], err = k.Subjects(tx, actor.Body, in.Unit); err != nil {
					return nil, err
				}
			}
		}
		return f, f.present(tx, actor.Body)
	})
}

// present fills the form with who holds the duty now.
func (f *assigning) present(tx *db.Tx, body string) error {
	if f.Name == "" || f.Person != "" {
		return nil
	}
	had, err := duties(tx, DutySearch{Body: body, Unit: f.Unit, Name: f.Name, Subject: &f.Subject, Open: true})
	if err == nil && len(had) > 0 {
		f.Person, f.Deputies = had[0].Person, had[0].Deputies
	}
	return err
}

func (d *Directory) getAssigning(r *http.Request) (web.Reply, error) {
	in, err := web.Query[DutyForm](r)
	if err != nil {
		return web.Reply{}, err
	}
	f, err := d.assigning(r, in)
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Page: assigningPage(f, nil)}, nil
}

func (d *Directory) postDuty(r *http.Request) (web.Reply, error) {
	in, err := web.Read[DutyForm](r)
	if err != nil {
		return web.Reply{}, err
	}
	duty, err := d.Assign(r.Context(), in)
	if errors.Is(err, fault.Invalid) {
		f, also := d.assigning(r, in)
		if also != nil {
			return web.Reply{}, also
		}
		return web.Reply{Page: assigningPage(f, err)}, err
	}
	return web.Reply{Data: duty, Goto: "/duties?unit=" + in.Unit, Done: "directory.done.assigned"}, err
}

func (d *Directory) postEndDuty(r *http.Request) (web.Reply, error) {
	in, err := web.Read[dayForm](r)
	if err != nil {
		return web.Reply{}, err
	}
	duty, err := d.EndDuty(r.Context(), r.PathValue("id"), in.Day)
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: duty, Goto: "/duties?unit=" + duty.Unit, Done: "directory.done.duty_ended"}, nil
}

func (d *Directory) getHandover(r *http.Request) (web.Reply, error) {
	h, err := d.Handover(r.Context(), r.PathValue("person"))
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: h, Page: handoverPage(h, HandForm{Day: h.Today}, nil)}, nil
}

func (d *Directory) postHandover(r *http.Request) (web.Reply, error) {
	ctx, person := r.Context(), r.PathValue("person")
	in, err := web.Read[HandForm](r)
	if err != nil {
		return web.Reply{}, err
	}
	done, err := d.Hand(ctx, person, in)
	if errors.Is(err, fault.Invalid) {
		h, also := d.Handover(ctx, person)
		if also != nil {
			return web.Reply{}, also
		}
		return web.Reply{Page: handoverPage(h, in, err)}, err
	}
	return web.Reply{Data: done, Goto: "/handovers/" + person, Done: "directory.done.handed"}, err
}

// after tells where to go when a post has ended: to the handover, if anything
// waits on whoever held it.
func (d *Directory) after(r *http.Request, person string) string {
	h, err := d.Handover(r.Context(), person)
	if err != nil || h.Open() == 0 {
		return "/accounts"
	}
	return "/handovers/" + person
}

// Idle tells whether the duties wait on somebody without a post in the body.
func (h *Handover) Idle() bool {
	return !slices.ContainsFunc(h.Posts, func(e Entry) bool { return e.Post.Role != auth.Student })
}
