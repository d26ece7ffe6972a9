package plan

import (
	"net/http"

	"guildhall/internal/sheet"
	"guildhall/internal/web"
)

func (p *Plan) projectRoutes(rs *web.Routes) {
	rs.Add("GET /projects", "plan.project.read", p.getProjects, web.Asks[ProjectSearch](), web.Out[ProjectList]())
	rs.Add("POST /projects", "plan.project.start", p.postProject, web.In[ProjectForm](), web.Out[Project]())
	rs.Add("GET /projects/new", "plan.project.start", p.getNewProject, web.Silent())
	rs.Add("GET /projects/{id}", "plan.project.read", p.getProject, web.Out[Project]())
	rs.Add("POST /projects/{id}/money", "plan.money.promise", p.postMoney, web.In[MoneyForm](), web.Out[Project]())
	rs.Add("POST /projects/{id}/money/{money}/receipts", "plan.money.receive", p.postReceipt, web.In[receipt](), web.Out[Project]())
	rs.Add("GET /projects/{id}/receipts/{entry}/correction", "plan.money.correct", p.getCorrection, web.Out[Correction]())
	rs.Add("POST /projects/{id}/receipts/{entry}/correction", "plan.money.correct", p.postCorrection, web.In[correcting](), web.Out[Project]())
	rs.Add("POST /projects/{id}/milestones/{stone}/reaching", "plan.project.change", p.postReaching, web.In[receipt](), web.Out[Project]())
	rs.Add("POST /projects/{id}/finish", "plan.project.finish", p.postFinish, web.In[finish](), web.Out[Project]())
}

// receipt notes what came in, or was reached, on a day.
type receipt struct {
	Yuan   float64 `json:"yuan"`
	Day    string  `json:"day"`
	Result string  `json:"result"`
}

// correcting says why a receipt is taken back.
type correcting struct {
	Reason string `json:"reason"`
}

type finish struct {
	State  string `json:"state"` // finished or stopped
	Result string `json:"result"`
}

func (p *Plan) getProjects(r *http.Request) (web.Reply, error) {
	ctx := r.Context()
	s, err := web.Query[ProjectSearch](r)
	if err != nil {
		return web.Reply{}, err
	}
	list, err := p.Projects(ctx, s)
	if err != nil {
		return web.Reply{}, err
	}
	if s.Format != "" {
		words := []string{"number", "name", "kind", "goal", "owner", "partners", "starts", "ends", "state", "milestones", "result"}
		inside := policy.Can(ctx, "plan.money.read", Thing{})
		if inside {
			words = append(words, "promised", "received")
		}
		return export(ctx, s.Format, "projects", words, func(yield func(sheet.Row) bool) {
			for _, pr := range list.Projects {
				row := sheet.Row{pr.Number, pr.Name, say(ctx, "project_kind."+pr.Kind), pr.Goal, pr.OwnerName.in(ctx), namesIn(ctx, pr.PartnerNames), pr.Starts, pr.Ends, say(ctx, "project."+pr.State), pr.stones(ctx), pr.Result}
				if inside {
					row = append(row, float64(pr.Promised)/100, float64(pr.Received)/100)
				}
				if !yield(row) {
					return
				}
			}
		})
	}
	return web.Reply{Data: list, Page: projectsPage(list, s)}, nil
}

func (p *Plan) getProject(r *http.Request) (web.Reply, error) { return p.projectReply(r, nil) }

func (p *Plan) projectReply(r *http.Request, wrong error) (web.Reply, error) {
	pr, err := p.Project(r.Context(), r.PathValue("id"))
	if err != nil {
		return web.Reply{}, err
	}
	units, err := p.units(r.Context())
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: pr, Page: projectPage(pr, units, wrong)}, wrong
}

func (p *Plan) getNewProject(r *http.Request) (web.Reply, error) {
	if err := policy.Allow(r.Context(), "plan.project.start", Thing{}); err != nil {
		return web.Reply{}, err
	}
	units, err := p.units(r.Context())
	return web.Reply{Page: projectFormPage(ProjectForm{}, units, nil)}, err
}

func (p *Plan) postProject(r *http.Request) (web.Reply, error) {
	f, err := web.Read[ProjectForm](r)
	var pr *Project
	if err == nil {
		pr, err = p.Start(r.Context(), f)
	}
	if mendable(err) {
		units, also := p.units(r.Context())
		if also != nil {
			return web.Reply{}, also
		}
		return web.Reply{Page: projectFormPage(f, units, err)}, err
	}
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: pr, Goto: "/projects/" + pr.ID, Done: "plan.done.started"}, nil
}

func (p *Plan) postMoney(r *http.Request) (web.Reply, error) {
	f, err := web.Read[MoneyForm](r)
	var pr *Project
	if err == nil {
		pr, err = p.Promise(r.Context(), r.PathValue("id"), f)
	}
	return p.projectDone(r, pr, err, "plan.done.promised")
}

func (p *Plan) postReceipt(r *http.Request) (web.Reply, error) {
	f, err := web.Read[receipt](r)
	var pr *Project
	if err == nil {
		pr, err = p.Receive(r.Context(), r.PathValue("id"), r.PathValue("money"), f.Yuan, f.Day)
	}
	return p.projectDone(r, pr, err, "plan.done.received")
}

func (p *Plan) getCorrection(r *http.Request) (web.Reply, error) {
	return p.correctionReply(r, "", nil)
}

func (p *Plan) correctionReply(r *http.Request, reason string, wrong error) (web.Reply, error) {
	c, err := p.CorrectionOf(r.Context(), r.PathValue("id"), r.PathValue("entry"))
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: c, Page: correctionPage(c, reason, wrong)}, wrong
}

func (p *Plan) postCorrection(r *http.Request) (web.Reply, error) {
	in, err := web.Read[correcting](r)
	var pr *Project
	if err == nil {
		pr, err = p.Correct(r.Context(), r.PathValue("id"), r.PathValue("entry"), in.Reason)
	}
	if mendable(err) {
		return p.correctionReply(r, in.Reason, err)
	}
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: pr, Goto: "/projects/" + pr.ID, Done: "plan.done.corrected"}, nil
}

func (p *Plan) postReaching(r *http.Request) (web.Reply, error) {
	f, err := web.Read[receipt](r)
	var pr *Project
	if err == nil {
		pr, err = p.Reach(r.Context(), r.PathValue("id"), r.PathValue("stone"), f.Day, f.Result)
	}
	return p.projectDone(r, pr, err, "plan.done.reached")
}

func (p *Plan) postFinish(r *http.Request) (web.Reply, error) {
	f, err := web.Read[finish](r)
	var pr *Project
	if err == nil {
		pr, err = p.Finish(r.Context(), r.PathValue("id"), f.State, f.Result)
	}
	return p.projectDone(r, pr, err, "plan.done.finished")
}

func (p *Plan) projectDone(r *http.Request, pr *Project, err error, done string) (web.Reply, error) {
	if mendable(err) {
		return p.projectReply(r, err)
	}
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: pr, Goto: "/projects/" + pr.ID, Done: done}, nil
}
