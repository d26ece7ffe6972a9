package round

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"

	"github.com/a-h/templ"

	"guildhall/internal/db"
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
	rs.Add("POST /rounds/{id}/previews", "round.round.preview", o.postPreview, web.In[Terms](), web.Out[Round]())
	rs.Add("POST /rounds/{id}/answers", "round.round.answer", onRound(o.EndAnswers), web.Out[Round]())
	rs.Add("POST /rounds/{id}/replies", "round.answer.gather", o.postReplies, web.In[AnswersForm]())
	rs.Add("POST /rounds/{id}/classes", "round.class.finish", o.postFinish, web.In[Finishing](), web.Out[Round]())
	rs.Add("POST /rounds/{id}/clearing", "round.round.clear", onRound(o.Clear), web.Out[Round]())
	rs.Add("POST /rounds/{id}/successor", "round.round.draft", onRound(o.Follow), web.Out[Round]())
	rs.Add("GET /rounds/{id}/positions/{position}", "round.post.look", o.getPost, web.Asks[postAsked](), web.Out[PostLook]())
	rs.Add("POST /rounds/{id}/positions/{position}", "round.post.set", o.postPost, web.In[PostTerms](), web.Out[PostLook]())
	rs.Add("POST /rounds/{id}/positions/{position}/ranking", "round.post.rank", o.postRanking, web.In[rankingForm](), web.Out[PostLook]())
	rs.Add("GET /rounds/{id}/results", "round.result.list", o.getResults, web.Asks[resultsAsked](), web.Out[Results]())
	rs.Add("GET /rounds/{id}/certificate", "round.round.certificate", o.getCertificate)
	rs.Add("GET /my", "round.result.mine", o.getMine, web.Out[Mine]())
	rs.Add("GET /my/wishes", "round.result.mine", o.getWishes, web.Out[Mine]())
	rs.Add("GET /my/why", "round.result.mine", o.getWhy, web.Asks[whyAsked](), web.Out[Why]())
	rs.Add("POST /my/answer", "round.answer.give", o.postAnswer, web.In[answering](), web.Out[Mine]())
	rs.Add("POST /my/wishes", "round.wish.save", o.postWishes, web.In[wishing](), web.Out[Mine]())
}

func (o *Office) getRounds(r *http.Request) (web.Reply, error) {
	list, err := o.List(r.Context())
	if err != nil {
		return web.Reply{}, err
	}
	for _, round := range list {
		if !round.State.Public() {
			round.secretly(web.Actor(r))
		}
	}
	return web.Reply{Data: list, Page: roundsPage(list)}, nil
}

func (o *Office) getForm(r *http.Request) (web.Reply, error) {
	if err := policy.Allow(r.Context(), "round.round.draft", Subject{}); err != nil {
		return web.Reply{}, err
	}
	in, err := web.Query[Form](r)
	if err != nil {
		return web.Reply{}, err
	}
	if !slices.Contains(Kinds, in.Kind) {
		in.Kind = Graduate
	}
	if len(in.Statuses) == 0 {
		_, in.Statuses = o.Talent.Statuses()
	}
	in.Terms, err = db.View(r.Context(), o.DB, func(tx *db.Tx) (Terms, error) {
		t, _, err := usual(tx, in.Kind)
		return t, err
	})
	return web.Reply{Page: o.form(in, nil)}, err
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

// postReplies takes in what a school's students have answered, as it gathered it.
func (o *Office) postReplies(r *http.Request) (web.Reply, error) {
	in, err := web.Read[AnswersForm](r)
	if err != nil {
		return web.Reply{}, err
	}
	id := r.PathValue("id")
	n, err := o.AnswerFor(r.Context(), id, in)
	return web.Reply{Data: map[string]int{"count": n}, Goto: "/rounds/" + id, Done: "round.gathered"}, err
}

func (o *Office) postFinish(r *http.Request) (web.Reply, error) {
	in, err := web.Read[Finishing](r)
	if err != nil {
		return web.Reply{}, err
	}
	id := r.PathValue("id")
	round, err := o.Finish(r.Context(), id, in)
	if errors.Is(err, fault.Invalid) {
		v, see := o.Round(r.Context(), id, Search{})
		if see != nil {
			return web.Reply{}, see
		}
		v.finishing, v.wrong = in, err
		return web.Reply{Page: roundPage(v, Search{})}, err
	}
	return web.Reply{Data: round, Goto: "/rounds/" + id, Done: "round.finished"}, err
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
	list, err := numbered(in.Position, in.Rank)
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

func (o *Office) postPreview(r *http.Request) (web.Reply, error) {
	in, err := web.Read[Terms](r)
	if err != nil {
		return web.Reply{}, err
	}
	return shown(o.Preview(r.Context(), r.PathValue("id"), in))
}

type postAsked struct {
	More bool `json:"more"` // what one more place would change, by a new run
}

func (o *Office) getPost(r *http.Request) (web.Reply, error) {
	in, err := web.Query[postAsked](r)
	if err != nil {
		return web.Reply{}, err
	}
	v, err := o.Post(r.Context(), r.PathValue("id"), r.PathValue("position"), in.More)
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: v, Page: postPage(v, v.Terms, nil)}, nil
}

func (o *Office) postPost(r *http.Request) (web.Reply, error) {
	in, err := web.Read[PostTerms](r)
	in.Position, in.Seats = r.PathValue("position"), splitLines(in.Seats)
	if err == nil {
		err = o.SetPost(r.Context(), r.PathValue("id"), in)
	}
	return o.postAgain(r, in, err, "round.post_kept")
}

type rankingForm struct {
	Code []string `json:"code"`
	Rank []string `json:"rank"` // beside each: 1 is wanted most; empty: not ranked. Without ranks the order counts
}

func (o *Office) postRanking(r *http.Request) (web.Reply, error) {
	in, err := web.Read[rankingForm](r)
	if err != nil {
		return web.Reply{}, err
	}
	codes, err := numbered(in.Code, in.Rank)
	if err == nil {
		err = o.Rank(r.Context(), r.PathValue("id"), r.PathValue("position"), codes)
	}
	return o.postAgain(r, PostTerms{}, err, "round.ranking_kept")
}

// postAgain shows the post after something was sent for it, with what is wrong.
func (o *Office) postAgain(r *http.Request, t PostTerms, err error, done string) (web.Reply, error) {
	id, position := r.PathValue("id"), r.PathValue("position")
	if err != nil && !errors.Is(err, fault.Invalid) {
		return web.Reply{}, err
	}
	v, lookErr := o.Post(r.Context(), id, position, false)
	if lookErr != nil {
		return web.Reply{}, lookErr
	}
	if err != nil {
		if t.Position == "" {
			t = v.Terms
		}
		return web.Reply{Page: postPage(v, t, err)}, err
	}
	return web.Reply{Data: v, Goto: "/rounds/" + id + "/positions/" + position, Done: done}, nil
}

// answering is what a candidate answers to their place.
type answering struct {
	Round  string `json:"round"`
	Answer string `json:"answer"` // accept or decline
}

func (o *Office) postAnswer(r *http.Request) (web.Reply, error) {
	in, err := web.Read[answering](r)
	if err != nil {
		return web.Reply{}, err
	}
	if err := o.Answer(r.Context(), in.Round, in.Answer); err != nil {
		return web.Reply{}, err
	}
	m, err := o.Mine(r.Context())
	return web.Reply{Data: m, Goto: "/my", Done: "round.answer_kept"}, err
}

type whyAsked struct {
	Round    string `json:"round"`
	Position string `json:"position"` // id
	Ref      string `json:"ref"`      // or its number
}

func (o *Office) getWhy(r *http.Request) (web.Reply, error) {
	in, err := web.Query[whyAsked](r)
	if err != nil {
		return web.Reply{}, err
	}
	w, round, units, err := o.whyNotBy(r.Context(), in)
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: w, Page: whyPage(w, round, units)}, nil
}
