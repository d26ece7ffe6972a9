package plan

import (
	"net/http"

	"guildhall/internal/sheet"
	"guildhall/internal/web"
)

func (p *Plan) policyRoutes(rs *web.Routes) {
	rs.Add("GET /policies", "plan.policy.read", p.getPolicies, web.Asks[PolicySearch](), web.Out[PolicyList]())
	rs.Add("POST /policies", "plan.policy.list", p.postPolicy, web.In[SchemeForm](), web.Out[Scheme]())
	rs.Add("GET /policies/new", "plan.policy.list", p.getNewPolicy, web.Silent())
	rs.Add("GET /policies/{id}", "plan.policy.read", p.getPolicy, web.Asks[asksUnit](), web.Out[Weighed]())
	rs.Add("POST /policies/{id}/applications", "plan.policy.apply", p.postApplication, web.In[application](), web.Out[Grant]())
	rs.Add("POST /policies/{id}/applications/{grant}/verdict", "plan.grant.judge", p.postGrant, web.In[granting](), web.Out[Grant]())
	rs.Add("POST /policies/{id}/end", "plan.policy.end", p.postEnd, web.Out[Scheme]())
}

type asksUnit struct {
	Unit string `json:"unit"`
}

type application struct {
	Yuan  float64 `json:"yuan"`
	About string  `json:"about"`
}

type granting struct {
	Verdict string  `json:"verdict"` // grant or refuse
	Yuan    float64 `json:"yuan"`
	Text    string  `json:"text"`
}

func (p *Plan) getPolicies(r *http.Request) (web.Reply, error) {
	ctx := r.Context()
	s, err := web.Query[PolicySearch](r)
	if err != nil {
		return web.Reply{}, err
	}
	list, err := p.Policies(ctx, s)
	if err != nil {
		return web.Reply{}, err
	}
	if s.Format != "" {
		return export(ctx, s.Format, "policies", []string{"document", "title", "issuer", "kind", "gives", "cap", "who", "since", "until", "applied", "granted", "given"},
			func(yield func(sheet.Row) bool) {
				for _, w := range list.Policies {
					if !yield(sheet.Row{w.Document, w.Title, w.Issuer, say(ctx, "kind."+w.Kind), w.Words, float64(w.Cap) / 100, w.who(ctx), w.Since, w.Until, w.Applied, w.Granted, float64(w.Given) / 100}) {
						return
					}
				}
			})
	}
	return web.Reply{Data: list, Page: policiesPage(list, s)}, nil
}

func (p *Plan) getPolicy(r *http.Request) (web.Reply, error) { return p.policyReply(r, nil) }

func (p *Plan) policyReply(r *http.Request, wrong error) (web.Reply, error) {
	q, err := web.Query[asksUnit](r)
	if err != nil {
		return web.Reply{}, err
	}
	w, err := p.Policy(r.Context(), r.PathValue("id"), q.Unit)
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: w, Page: policyPage(w, wrong)}, wrong
}

func (p *Plan) getNewPolicy(r *http.Request) (web.Reply, error) {
	if err := policy.Allow(r.Context(), "plan.policy.list", Thing{}); err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Page: policyFormPage(SchemeForm{}, nil)}, nil
}

func (p *Plan) postPolicy(r *http.Request) (web.Reply, error) {
	f, err := web.Read[SchemeForm](r)
	var s *Scheme
	if err == nil {
		s, err = p.ListPolicy(r.Context(), f)
	}
	if mendable(err) {
		return web.Reply{Page: policyFormPage(f, err)}, err
	}
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: s, Goto: "/policies/" + s.ID, Done: "plan.done.listed"}, nil
}

func (p *Plan) postApplication(r *http.Request) (web.Reply, error) {
	in, err := web.Read[application](r)
	var g *Grant
	if err == nil {
		g, err = p.Apply(r.Context(), r.PathValue("id"), in.Yuan, in.About)
	}
	return p.policyDone(r, g, err, "plan.done.applied")
}

func (p *Plan) postGrant(r *http.Request) (web.Reply, error) {
	in, err := web.Read[granting](r)
	var g *Grant
	if err == nil {
		g, err = p.JudgeGrant(r.Context(), r.PathValue("grant"), in.Verdict == "grant", in.Yuan, in.Text)
	}
	return p.policyDone(r, g, err, "plan.done.grant_judged")
}

func (p *Plan) postEnd(r *http.Request) (web.Reply, error) {
	s, err := p.EndPolicy(r.Context(), r.PathValue("id"))
	return p.policyDone(r, s, err, "plan.done.policy_ended")
}

func (p *Plan) policyDone(r *http.Request, data any, err error, done string) (web.Reply, error) {
	if mendable(err) {
		return p.policyReply(r, err)
	}
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: data, Goto: "/policies/" + r.PathValue("id"), Done: done}, nil
}
