package talent

import (
	"context"
	"io"
	"net/http"

	"guildhall/internal/sheet"
	"guildhall/internal/web"
)

// Routes adds the routes of talent. A change of state is a thing that is made
// under the round: an opening, a freeze, a computation.
func (t *Talent) Routes(rs *web.Routes) {
	rs.Add("GET /programmes", "talent.programme.read", t.getProgrammes, web.Asks[programmesAsked](), web.Out[Programmes]())
	rs.Add("GET /programmes/{id}", "talent.programme.read", t.getProgramme, web.Out[ProgrammeView]())
	rs.Add("GET /positions", "talent.position.read", t.getPositions, web.Asks[positionsAsked](), web.Out[Positions]())
	rs.Add("GET /positions/{id}", "talent.position.read", t.getPosition, web.Out[PositionView]())
	t.demandRoutes(rs)
	rs.Add("GET /candidates", "talent.candidate.list", t.getCandidates, web.Asks[candidatesAsked](), web.Out[Candidates]())
	rs.Add("GET /candidates/{id}", "talent.candidate.read", t.getCandidate, web.Out[CandidateView]())
	rs.Add("POST /candidates/consents", "talent.candidate.consent", t.postConsent, web.In[ConsentForm](), web.Out[counted]())
	rs.Add("POST /my/consent", "talent.candidate.consent", t.postMyConsent, web.Out[counted]())
	rs.Add("POST /my/consent/withdrawal", "talent.candidate.consent", t.postWithdrawal, web.Out[counted]())
}

type programmesAsked struct {
	ProgrammeSearch
	Format string `json:"format"` // xlsx or csv: all that was asked for, as a sheet
}

func (t *Talent) getProgrammes(r *http.Request) (web.Reply, error) {
	s, err := web.Query[programmesAsked](r)
	if err != nil {
		return web.Reply{}, err
	}
	if s.Format != "" {
		return t.exportProgrammes(r.Context(), s)
	}
	found, err := t.Programmes(r.Context(), s.ProgrammeSearch)
	if err != nil {
		return web.Reply{}, err
	}
	schools, err := t.schools(r.Context())
	return web.Reply{Data: found, Page: programmesPage(found, s.ProgrammeSearch, schools)}, err
}

func (t *Talent) getProgramme(r *http.Request) (web.Reply, error) {
	p, err := t.Programme(r.Context(), r.PathValue("id"))
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: p, Page: programmePage(p)}, nil
}

type positionsAsked struct {
	PositionSearch
	Format string `json:"format"` // xlsx or csv: all that was asked for, as a sheet
}

func (t *Talent) getPositions(r *http.Request) (web.Reply, error) {
	s, err := web.Query[positionsAsked](r)
	if err != nil {
		return web.Reply{}, err
	}
	if s.Format != "" {
		return t.exportPositions(r.Context(), s)
	}
	found, err := t.Positions(r.Context(), s.PositionSearch)
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: found, Page: positionsPage(found, s.PositionSearch)}, nil
}

func (t *Talent) getPosition(r *http.Request) (web.Reply, error) {
	p, err := t.Position(r.Context(), r.PathValue("id"))
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: p, Page: positionPage(p)}, nil
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
	return web.Reply{Data: found, Page: candidatesPage(found, s.CandidateSearch)}, nil
}

func (t *Talent) getCandidate(r *http.Request) (web.Reply, error) {
	c, err := t.Candidate(r.Context(), r.PathValue("id"))
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: c, Page: candidatePage(c)}, nil
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
	return web.Reply{Data: counted{n}, Goto: "/candidates", Done: "talent.consented"}, err
}

func (t *Talent) postMyConsent(r *http.Request) (web.Reply, error) {
	n, err := t.Consent(r.Context(), ConsentForm{})
	return web.Reply{Data: counted{n}, Goto: "/my", Done: "talent.consented"}, err
}

func (t *Talent) postWithdrawal(r *http.Request) (web.Reply, error) {
	return web.Reply{Data: counted{1}, Goto: "/my", Done: "talent.withdrawn"}, t.Withdraw(r.Context())
}

// download gives rows as a workbook or as CSV.
func download(name, format string, header []string, rows []sheet.Row) web.Reply {
	seq := func(yield func(sheet.Row) bool) {
		for _, row := range rows {
			if !yield(row) {
				return
			}
		}
	}
	if format == "csv" {
		return web.Reply{File: &web.File{Name: name + ".csv", Type: "text/csv; charset=utf-8",
			Write: func(w io.Writer) error { return sheet.WriteCSV(w, header, seq) }}}
	}
	return web.Reply{File: &web.File{Name: name + ".xlsx", Type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
		Write: func(w io.Writer) error { return sheet.WriteXLSX(w, name, header, seq) }}}
}

func headers(ctx context.Context, words ...string) []string {
	list := make([]string, len(words))
	for i, w := range words {
		list[i] = say(ctx, w)
	}
	return list
}
