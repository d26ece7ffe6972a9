package member

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/i18n"
	"guildhall/internal/sheet"
	"guildhall/internal/web"
)

// assessmentRoutes adds the routes of contributions and assessments.
func (r *Roll) assessmentRoutes(rs *web.Routes) {
	rs.Add("GET /contributions", "member.contribution.read", r.getContributions, web.Asks[contributionsAsked](), web.Out[Contribution]())
	rs.Add("GET /assessments", "member.assessment.read", r.getAssessments, web.Out[[]*Assessment]())
	rs.Add("POST /assessments", "member.assessment.count", r.postAssessment, web.In[AssessForm](), web.Out[Assessment]())
	rs.Add("GET /assessments/{id}", "member.assessment.read", r.getAssessment, web.Asks[formatAsked](), web.Out[Assessment]())
	rs.Add("GET /assessments/{id}/{unit}", "member.assessment.read", r.getResult, web.Out[Result]())
	rs.Add("POST /assessments/{id}/counting", "member.assessment.count", r.postAssessed(r.Recount, "counted"), web.Out[Assessment]())
	rs.Add("POST /assessments/{id}/announcement", "member.assessment.announce", r.postAssessed(r.Announce, "announced"), web.Out[Assessment]())
	rs.Add("POST /assessments/{id}/conclusion", "member.assessment.conclude", r.postAssessed(r.Conclude, "concluded"), web.Out[Assessment]())
	rs.Add("POST /assessments/{id}/appeals", "member.assessment.appeal", r.postAppeal, web.In[appealForm](), web.Out[Assessment]())
	rs.Add("POST /assessments/{id}/{unit}/adjustment", "member.assessment.adjust", r.postAdjustment, web.In[adjustForm](), web.Out[Assessment]())
	rs.Add("POST /assessments/{id}/{unit}/answer", "member.assessment.answer", r.postAnswer, web.In[AnswerForm](), web.Out[Assessment]())
}

type contributionsAsked struct {
	Period
	Format string `json:"format"`
}

type formatAsked struct {
	Format string `json:"format"` // xlsx or csv
}

type appealForm struct {
	Words string `json:"words"`
}

type adjustForm struct {
	Points int    `json:"points"`
	Reason string `json:"reason"`
}

func (r *Roll) getContributions(req *http.Request) (web.Reply, error) {
	ctx := req.Context()
	a, err := web.Query[contributionsAsked](req)
	if err != nil {
		return web.Reply{}, err
	}
	c, err := r.Contributions(ctx, a.Period)
	if err != nil {
		return web.Reply{}, err
	}
	if a.Format != "" {
		return resultsFile(ctx, a.Format, say(ctx, "contributions")+"-"+c.Until, c.Rule.Rule, c.Results)
	}
	return web.Reply{Data: c, Page: contributionsPage(c)}, nil
}

// Assessments gives the assessments that the actor may see, the latest first.
func (r *Roll) Assessments(ctx context.Context) ([]*Assessment, error) {
	return db.View(ctx, r.DB, func(tx *db.Tx) ([]*Assessment, error) {
		if err := assessPolicy.Allow(ctx, "member.assessment.read", &Assessment{State: "announced"}); err != nil {
			return nil, err
		}
		list, err := assessments(tx)
		return slices.DeleteFunc(list, func(a *Assessment) bool { return !assessPolicy.Can(ctx, "member.assessment.read", a) }), err
	})
}

func (r *Roll) getAssessments(req *http.Request) (web.Reply, error) {
	return r.assessmentsReply(req, AssessForm{}, nil)
}

func (r *Roll) assessmentsReply(req *http.Request, in AssessForm, wrong error) (web.Reply, error) {
	list, err := r.Assessments(req.Context())
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: list, Page: assessmentsPage(list, in, wrong)}, wrong
}

func (r *Roll) postAssessment(req *http.Request) (web.Reply, error) {
	in, err := web.Read[AssessForm](req)
	if err != nil {
		return web.Reply{}, err
	}
	a, err := r.Assess(req.Context(), in)
	if errors.Is(err, fault.Invalid) {
		return r.assessmentsReply(req, in, err)
	}
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: a, Goto: "/assessments/" + a.ID, Done: "member.done.counted"}, nil
}

// Assessment gives one assessment that the actor may see. Appeals are seen by
// those who run the body, and by the unit that filed them.
func (r *Roll) Assessment(ctx context.Context, id string) (*Assessment, error) {
	return db.View(ctx, r.DB, func(tx *db.Tx) (*Assessment, error) {
		a, err := seeAssessment(tx, id)
		if err != nil {
			return nil, err
		}
		actor := auth.From(ctx)
		a.Appeals = slices.DeleteFunc(a.Appeals, func(x Appeal) bool { return !actor.Runs() && !actor.For(x.Unit) })
		return a, nil
	})
}

func (r *Roll) getAssessment(req *http.Request) (web.Reply, error) {
	ctx := req.Context()
	q, err := web.Query[formatAsked](req)
	if err != nil {
		return web.Reply{}, err
	}
	a, err := r.Assessment(ctx, req.PathValue("id"))
	if err != nil {
		return web.Reply{}, err
	}
	if q.Format != "" {
		return resultsFile(ctx, q.Format, a.Name, a.Rule, a.Results)
	}
	return web.Reply{Data: a, Page: assessmentPage(a)}, nil
}

func (r *Roll) getResult(req *http.Request) (web.Reply, error) { return r.resultReply(req, nil) }

// resultReply answers with one member's result, and what went wrong on its page.
func (r *Roll) resultReply(req *http.Request, wrong error) (web.Reply, error) {
	a, err := r.Assessment(req.Context(), req.PathValue("id"))
	if err != nil {
		return web.Reply{}, err
	}
	unit := req.PathValue("unit")
	if unit == "" {
		unit = auth.From(req.Context()).Unit
	}
	i := slices.IndexFunc(a.Results, func(x Result) bool { return x.Unit == unit })
	if i < 0 {
		return web.Reply{}, fault.NotFound.New("fault.not_found")
	}
	return web.Reply{Data: a.Results[i], Page: resultPage(a, a.Results[i], wrong)}, wrong
}

func (r *Roll) postAssessed(do func(context.Context, string) (*Assessment, error), word string) web.Handler {
	return func(req *http.Request) (web.Reply, error) {
		a, err := do(req.Context(), req.PathValue("id"))
		if err != nil {
			return web.Reply{}, err
		}
		return web.Reply{Data: a, Goto: "/assessments/" + a.ID, Done: "member.done." + word}, nil
	}
}

func (r *Roll) postAppeal(req *http.Request) (web.Reply, error) {
	in, err := web.Read[appealForm](req)
	if err != nil {
		return web.Reply{}, err
	}
	return r.resultDone(req, "appealed")(r.File(req.Context(), req.PathValue("id"), in.Words))
}

func (r *Roll) postAdjustment(req *http.Request) (web.Reply, error) {
	in, err := web.Read[adjustForm](req)
	if err != nil {
		return web.Reply{}, err
	}
	return r.resultDone(req, "adjusted")(r.Adjust(req.Context(), req.PathValue("id"), req.PathValue("unit"), in.Points, in.Reason))
}

func (r *Roll) postAnswer(req *http.Request) (web.Reply, error) {
	in, err := web.Read[AnswerForm](req)
	if err != nil {
		return web.Reply{}, err
	}
	a, err := r.Assessment(req.Context(), req.PathValue("id"))
	if err != nil {
		return web.Reply{}, err
	}
	i := slices.IndexFunc(a.Appeals, func(x Appeal) bool { return x.Unit == req.PathValue("unit") })
	if i < 0 {
		return web.Reply{}, fault.NotFound.New("fault.not_found")
	}
	return r.resultDone(req, "answered")(r.Answer(req.Context(), a.ID, a.Appeals[i].ID, in))
}

// resultDone leads back to the result, or shows what is wrong on its page.
func (r *Roll) resultDone(req *http.Request, word string) func(*Assessment, error) (web.Reply, error) {
	return func(a *Assessment, err error) (web.Reply, error) {
		if mendable(err) {
			return r.resultReply(req, err)
		}
		if err != nil {
			return web.Reply{}, err
		}
		unit := req.PathValue("unit")
		if unit == "" {
			unit = auth.From(req.Context()).Unit
		}
		return web.Reply{Data: a, Goto: "/assessments/" + a.ID + "/" + unit, Done: "member.done." + word}, nil
	}
}

// resultsFile gives results as a table.
func resultsFile(ctx context.Context, format, name string, rule AssessmentRule, list []Result) (web.Reply, error) {
	if format != "xlsx" && format != "csv" {
		return web.Reply{}, fault.Invalid.New("member.format", format)
	}
	header := []string{say(ctx, "column.name"), say(ctx, "column.class")}
	for _, m := range rule.Measures {
		header = append(header, m.In(ctx), m.In(ctx)+" "+say(ctx, "points"))
	}
	header = append(header, say(ctx, "points_counted"), say(ctx, "points_adjusted"), say(ctx, "reason"), say(ctx, "points_all"), say(ctx, "level"))
	rows := func(yield func(sheet.Row) bool) {
		for _, x := range list {
			row := sheet.Row{i18n.Pick(ctx, x.Name, x.NameEN), className(ctx, x.Class)}
			for i, f := range x.Figures {
				row = append(row, rule.Measures[i].shown(ctx, f.Value), f.Points)
			}
			if !yield(append(row, x.Counted, x.Adjusted, x.Reason, x.Points, x.Level.In(ctx))) {
				return
			}
		}
	}
	f := &web.File{Name: name + "." + format, Type: "text/csv; charset=utf-8",
		Write: func(w io.Writer) error { return sheet.WriteCSV(w, header, rows) }}
	if format == "xlsx" {
		f.Type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
		f.Write = func(w io.Writer) error { return sheet.WriteXLSX(w, say(ctx, "assessments"), header, rows) }
	}
	return web.Reply{File: f}, nil
}
