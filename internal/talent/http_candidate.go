package talent

import (
	"context"
	"errors"
	"net/http"

	"guildhall/internal/fault"
	"guildhall/internal/web"
)

func (t *Talent) candidateRoutes(rs *web.Routes) {
	rs.Add("GET /candidates", "talent.candidate.list", t.getCandidates, web.Asks[candidatesAsked](), web.Out[Candidates]())
	rs.Add("GET /candidates/new", "talent.candidate.enter", t.getCandidateForm, web.Silent())
	rs.Add("POST /candidates", "talent.candidate.enter", t.postCandidate, web.In[CandidateForm](), web.Out[Candidate]())
	rs.Add("GET /candidates/{id}", "talent.candidate.read", t.getCandidate, web.Out[CandidateView]())
	rs.Add("GET /candidates/{id}/change", "talent.candidate.enter", t.getCandidateChange, web.Silent())
	rs.Add("POST /candidates/{id}", "talent.candidate.enter", t.postCandidateChange, web.In[CandidateForm](), web.Out[Candidate]())
	rs.Add("POST /candidates/{id}/wishes", "talent.candidate.wish", t.postWish, web.In[WishForm](), web.Out[Candidate]())
	rs.Add("POST /candidates/{id}/skills", "talent.candidate.vouch", t.postVouch, web.In[VouchForm](), web.Out[Candidate]())
	rs.Add("POST /candidates/consents", "talent.candidate.consent", t.postConsent, web.In[ConsentForm](), web.Out[counted]())
	rs.Add("GET /candidates/{id}/consents", "talent.candidate.read", t.getConsents, web.Out[ConsentView]())
	rs.Add("POST /candidates/{id}/consents", "talent.candidate.consent", t.postOneConsent, web.In[ConsentForm](), web.Out[counted]())
	rs.Add("POST /candidates/{id}/consents/withdrawal", "talent.candidate.consent", t.postWithdrawal, web.In[ConsentForm](), web.Out[counted]())
	rs.Add("GET /my/consents", "talent.candidate.consent", t.getConsents, web.Out[ConsentView]())
	rs.Add("POST /my/consents", "talent.candidate.consent", t.postOneConsent, web.In[ConsentForm](), web.Out[counted]())
	rs.Add("POST /my/consents/withdrawal", "talent.candidate.consent", t.postWithdrawal, web.In[ConsentForm](), web.Out[counted]())
}

type candidatesAsked struct {
	CandidateSearch
	Format string `json:"format"` // xlsx or csv: all that was asked for, as a sheet; noted in the journal
}

func (t *Talent) getCandidates(r *http.Request) (web.Reply, error) {
	s, err := web.Query[candidatesAsked](r)
	if err != nil {
		return web.Reply{}, err
	}
	if s.Format != "" {
		return t.exportCandidates(r.Context(), s)
	}
	found, err := t.Candidates(r.Context(), s.CandidateSearch)
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: found, Page: candidatesPage(found, s.CandidateSearch, ConsentForm{}, nil)}, nil
}

func (t *Talent) getCandidate(r *http.Request) (web.Reply, error) {
	c, err := t.Candidate(r.Context(), r.PathValue("id"))
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: c, Page: candidatePage(c, VouchForm{}, nil)}, nil
}

func (t *Talent) getCandidateForm(r *http.Request) (web.Reply, error) {
	in, err := web.Query[CandidateForm](r)
	if err != nil {
		return web.Reply{}, err
	}
	return t.candidateForm(r.Context(), "", in, nil)
}

// candidateForm shows the form of a new candidate, or of one that is there.
func (t *Talent) candidateForm(ctx context.Context, id string, in CandidateForm, wrong error) (web.Reply, error) {
	taught, kinds, err := t.ownProgrammes(ctx)
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Page: candidateFormPage(id, in, taught, kinds, wrong)}, wrong
}

func (t *Talent) postCandidate(r *http.Request) (web.Reply, error) {
	in, err := web.Read[CandidateForm](r)
	if err != nil {
		return web.Reply{}, err
	}
	c, err := t.EnterCandidate(r.Context(), in)
	if errors.Is(err, fault.Invalid) {
		return t.candidateForm(r.Context(), "", in, err)
	}
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: c, Goto: "/candidates/" + c.ID, Done: "talent.candidate_entered"}, nil
}

func (t *Talent) getCandidateChange(r *http.Request) (web.Reply, error) {
	v, err := t.Candidate(r.Context(), r.PathValue("id"))
	if err != nil {
		return web.Reply{}, err
	}
	return t.candidateForm(r.Context(), v.Candidate.ID, formOfCandidate(v.Candidate), nil)
}

func (t *Talent) postCandidateChange(r *http.Request) (web.Reply, error) {
	in, err := web.Read[CandidateForm](r)
	if err != nil {
		return web.Reply{}, err
	}
	id := r.PathValue("id")
	c, err := t.ChangeCandidate(r.Context(), id, in)
	if errors.Is(err, fault.Invalid) {
		return t.candidateForm(r.Context(), id, in, err)
	}
	return web.Reply{Data: c, Goto: "/candidates/" + id, Done: "talent.candidate_changed"}, err
}

func (t *Talent) postWish(r *http.Request) (web.Reply, error) {
	in, err := web.Read[WishForm](r)
	if err != nil {
		return web.Reply{}, err
	}
	id := r.PathValue("id")
	c, err := t.Wish(r.Context(), id, in)
	return t.mended(r, id, c, VouchForm{}, "talent.wished", err)
}

func (t *Talent) postVouch(r *http.Request) (web.Reply, error) {
	in, err := web.Read[VouchForm](r)
	if err != nil {
		return web.Reply{}, err
	}
	id := r.PathValue("id")
	c, err := t.Vouch(r.Context(), id, in)
	return t.mended(r, id, c, in, "talent.vouched", err)
}

// mended answers a small form on a candidate's page: with what was filled in where
// something is wrong with it.
func (t *Talent) mended(r *http.Request, id string, c *Candidate, said VouchForm, done string, err error) (web.Reply, error) {
	if errors.Is(err, fault.Invalid) {
		v, see := t.Candidate(r.Context(), id)
		if see != nil {
			return web.Reply{}, see
		}
		return web.Reply{Page: candidatePage(v, said, err)}, err
	}
	return web.Reply{Data: c, Goto: "/candidates/" + id, Done: done}, err
}

// counted tells how many things a command touched.
type counted struct {
	Count int `json:"count"`
}

func (t *Talent) postConsent(r *http.Request) (web.Reply, error) {
	in, err := web.Read[ConsentForm](r)
	if err != nil {
		return web.Reply{}, err
	}
	n, err := t.Consent(r.Context(), in)
	if errors.Is(err, fault.Invalid) {
		found, see := t.Candidates(r.Context(), CandidateSearch{})
		if see != nil {
			return web.Reply{}, see
		}
		return web.Reply{Page: candidatesPage(found, CandidateSearch{}, in, err)}, err
	}
	return web.Reply{Data: counted{n}, Goto: "/candidates", Done: "talent.consented"}, err
}

func (t *Talent) getConsents(r *http.Request) (web.Reply, error) {
	v, err := t.ConsentsOf(r.Context(), r.PathValue("id"))
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: v, Page: consentsPage(v, ConsentForm{}, nil)}, nil
}

func (t *Talent) postOneConsent(r *http.Request) (web.Reply, error) {
	return t.onConsent(r, "talent.consented", t.Consent)
}

func (t *Talent) postWithdrawal(r *http.Request) (web.Reply, error) {
	return t.onConsent(r, "talent.withdrawn", t.WithdrawConsent)
}

func (t *Talent) onConsent(r *http.Request, done string, do func(context.Context, ConsentForm) (int, error)) (web.Reply, error) {
	in, err := web.Read[ConsentForm](r)
	if err != nil {
		return web.Reply{}, err
	}
	in.Candidate = r.PathValue("id")
	n, err := do(r.Context(), in)
	if errors.Is(err, fault.Invalid) {
		v, see := t.ConsentsOf(r.Context(), in.Candidate)
		if see != nil {
			return web.Reply{}, see
		}
		return web.Reply{Page: consentsPage(v, in, err)}, err
	}
	to := "/my/consents"
	if in.Candidate != "" {
		to = "/candidates/" + in.Candidate + "/consents"
	}
	return web.Reply{Data: counted{n}, Goto: to, Done: done}, err
}
