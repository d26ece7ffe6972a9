package round

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"

	"github.com/a-h/templ"

	"guildhall/internal/fault"
	"guildhall/internal/sheet"
	"guildhall/internal/web"
)

// Routes adds the routes of rounds. A change of state is a thing that is made
// under the round: an opening, a freeze, a computation.
func (o *Office) Routes(rs *web.Routes) {
	rs.Add("GET /rounds", "round.round.read", o.getRounds, web.Out[[]*Round]())
	rs.Add("GET /rounds/new", "round.round.draft", o.getForm, web.Silent())
	rs.Add("POST /rounds", "round.round.draft", o.postRound, web.In[Form](), web.Out[Round]())
	rs.Add("GET /rounds/{id}", "round.round.read", o.getRound, web.Asks[Search](), web.Out[RoundView]())
	rs.Add("POST /rounds/{id}/opening", "round.round.open", onRound(o.Open), web.Out[Round]())
	rs.Add("POST /rounds/{id}/freeze", "round.round.freeze", o.postFreeze, web.In[freezing](), web.Out[Round]())
	rs.Add("POST /rounds/{id}/computation", "round.round.compute", onRound(o.Start), web.Out[Round]())
	rs.Add("POST /rounds/{id}/verification", "round.round.verify", onRound(o.Verify), web.Out[Round]())
	rs.Add("POST /rounds/{id}/publication", "round.round.publish", onRound(o.Publish), web.Out[Round]())
	rs.Add("GET /rounds/{id}/results", "round.result.list", o.getResults, web.Asks[resultsAsked](), web.Out[Results]())
	rs.Add("GET /rounds/{id}/certificate", "round.round.certificate", o.getCertificate)
	rs.Add("GET /my", "round.result.mine", o.getMine, web.Out[Mine]())
	rs.Add("GET /my/wishes", "round.result.mine", o.getWishes, web.Out[Mine]())
	rs.Add("POST /my/wishes", "round.wish.save", o.postWishes, web.In[wishing](), web.Out[Mine]())
}

func (o *Office) getRounds(r *http.Request) (web.Reply, error) {
	list, err := o.List(r.Context())
	if err != nil {
		return web.Reply{}, err
	}
	for _, round := range list {
		if round.State != Published {
			round.secretly(web.Actor(r))
		}
	}
	return web.Reply{Data: list, Page: roundsPage(list)}, nil
}

func (o *Office) getForm(r *http.Request) (web.Reply, error) {
	if err := policy.Allow(r.Context(), "round.round.draft", Subject{}); err != nil {
		return web.Reply{}, err
	}
	_, seeking := o.Talent.Statuses()
	return web.Reply{Page: o.form(Form{Statuses: seeking}, nil)}, nil
}

func (o *Office) postRound(r *http.Request) (web.Reply, error) {
	in, err := web.Read[Form](r)
	if err != nil {
		return web.Reply{Page: o.form(in, err)}, err
	}
	round, err := o.Draft(r.Context(), in)
	if errors.Is(err, fault.Invalid) {
		return web.Reply{Page: o.form(in, err)}, err
	}
	return shown(round, err)
}

func (o *Office) getRound(r *http.Request) (web.Reply, error) {
	s, err := web.Query[Search](r)
	if err != nil {
		return web.Reply{}, err
	}
	v, err := o.Round(r.Context(), r.PathValue("id"), s)
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: v, Page: roundPage(v, s)}, nil
}

// freezing is what a freeze may be given: the seed of the lottery, such as a
// number drawn in public. Without it the program draws one.
type freezing struct {
	Seed string `json:"seed"`
}

func (o *Office) postFreeze(r *http.Request) (web.Reply, error) {
	in, err := web.Read[freezing](r)
	if err != nil {
		return web.Reply{}, err
	}
	return shown(o.Freeze(r.Context(), r.PathValue("id"), in.Seed))
}

// onRound serves what needs no more than the round's name.
func onRound(do func(context.Context, string) (*Round, error)) web.Handler {
	return func(r *http.Request) (web.Reply, error) { return shown(do(r.Context(), r.PathValue("id"))) }
}

// shown leads people to the round that they just changed.
func shown(r *Round, err error) (web.Reply, error) {
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: r, Goto: "/rounds/" + r.ID}, nil
}

type resultsAsked struct {
	ResultSearch
	Format string `json:"format"` // xlsx or csv: all that was asked for, as a sheet; noted in the journal
}

func (o *Office) getResults(r *http.Request) (web.Reply, error) {
	s, err := web.Query[resultsAsked](r)
	if err != nil {
		return web.Reply{}, err
	}
	ctx, id := r.Context(), r.PathValue("id")
	if s.Format != "" {
		all, err := o.ExportResults(ctx, id, s.ResultSearch)
		if err != nil {
			return web.Reply{}, err
		}
		rows := make([]sheet.Row, len(all.List))
		for i, p := range all.List {
			rows[i] = sheet.Row{p.Name, p.SchoolName, nameOfCode(ctx, "programme", p.Programme), p.EnterpriseName, p.Title, p.Choice, points(p.Points)}
		}
		return download("results", s.Format, headers(ctx, "name", "school", "programme", "enterprise", "position", "choice", "merit"), rows), nil
	}
	found, err := o.Results(ctx, id, s.ResultSearch)
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: found, Page: resultsPage(found, s.ResultSearch)}, nil
}

func (o *Office) getCertificate(r *http.Request) (web.Reply, error) {
	name, write, err := o.Certificate(r.Context(), r.PathValue("id"))
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{File: &web.File{Name: name, Type: "application/zip", Write: write}}, nil
}

func (o *Office) getMine(r *http.Request) (web.Reply, error) {
	m, err := o.Mine(r.Context())
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: m, Page: minePage(m)}, nil
}

func (o *Office) getWishes(r *http.Request) (web.Reply, error) {
	m, err := o.Mine(r.Context())
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: m, Page: wishesPage(m, nil)}, nil
}

// wishing is a candidate's list as the form sends it: positions, each with its
// number on the list, or as programs do, in order.
type wishing struct {
	Round    string   `json:"round"`
	Position []string `json:"position"` // ids
	Rank     []string `json:"rank"`     // beside each: 1 is wanted most; empty: not wanted. Without ranks the order counts
}

func (o *Office) postWishes(r *http.Request) (web.Reply, error) {
	in, err := web.Read[wishing](r)
	if err != nil {
		return web.Reply{}, err
	}
	list, err := in.list()
	if err == nil {
		err = o.Wish(r.Context(), in.Round, list)
	}
	m, mineErr := o.Mine(r.Context())
	if mineErr != nil {
		return web.Reply{}, mineErr
	}
	if err != nil {
		m.Wishes = list
		return web.Reply{Page: wishesPage(m, err)}, err
	}
	return web.Reply{Data: m, Goto: "/my", Done: "round.wished"}, nil
}

// download gives rows as a workbook or as CSV.
func download(name, format string, header []string, rows []sheet.Row) web.Reply {
	if format == "csv" {
		return web.Reply{File: &web.File{Name: name + ".csv", Type: "text/csv; charset=utf-8",
			Write: func(w io.Writer) error { return sheet.WriteCSV(w, header, slices.Values(rows)) }}}
	}
	return web.Reply{File: &web.File{Name: name + ".xlsx", Type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
		Write: func(w io.Writer) error { return sheet.WriteXLSX(w, name, header, slices.Values(rows)) }}}
}

func (o *Office) form(f Form, err error) templ.Component {
	all, _ := o.Talent.Statuses()
	return roundForm(f, all, err)
}
