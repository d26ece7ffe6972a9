package council

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"guildhall/internal/fault"
	"guildhall/internal/web"

	"guildhall/ballot"
)

// Routes adds the routes of the council. What votes bear is kept nowhere but in
// the vote itself, so those routes are not among the repeated requests that the
// door remembers: a vote is kept once by its own rule.
func (c *Council) Routes(rs *web.Routes) {
	c.meetingRoutes(rs)
	rs.Add("GET /motions/{id}", "council.meeting.read", c.getMotion, web.Out[Sheet]())
	rs.Add("GET /motions/{id}/change", "council.motion.change", c.getMotionForm, web.Silent())
	rs.Add("POST /motions/{id}/changes", "council.motion.change", c.postMotion, web.In[ItemForm](), web.Out[Motion]())
	rs.Add("POST /motions/{id}/amendments", "council.motion.change", c.postAmendment, web.In[ItemForm](), web.Out[Motion]())
	rs.Add("POST /motions/{id}/asides", "council.motion.change", c.postAside, web.In[asideForm](), web.Out[Motion]())
	rs.Add("POST /motions/{id}/withdrawal", "council.motion.withdraw", c.onMotion(c.Withdraw, "council.done.withdrawn"), web.Out[Motion]())
	rs.Add("POST /motions/{id}/settlement", "council.ballot.settle", c.postSettlement, web.In[settlement](), web.Out[Motion]())
	rs.Add("POST /motions/{id}/opening", "council.ballot.open", c.postOpening, web.In[Opening](), web.Out[Ballot]())

	rs.Add("GET /ballots/{id}", "council.vote.cast", c.getBallot, web.Out[Paperslip]())
	rs.Add("POST /ballots/{id}/review", "council.vote.cast", c.postReview, web.In[voteForm](), web.Silent(), web.Unkept())
	rs.Add("POST /ballots/{id}/votes", "council.vote.cast", c.postVote, web.In[voteForm](), web.Out[Vote](), web.Unkept())
	rs.Add("POST /ballots/{id}/calls", "council.ballot.enter", c.postCall, web.In[callsForm](), web.Out[Ballot]())
	rs.Add("POST /ballots/{id}/hands", "council.ballot.enter", c.postHands, web.In[Hands](), web.Out[Ballot]())
	rs.Add("POST /ballots/{id}/closing", "council.ballot.close", c.postClosing, web.Out[Ballot]())
	rs.Add("POST /ballots/{id}/shares", "council.share.give", c.postShare, web.In[shareForm](), web.Out[Ballot](), web.Unkept())
	rs.Add("GET /ballots/{id}/board", "council.board.read", c.getBoard, web.Asks[boardAsked](), web.Out[Board]())
	rs.Add("GET /ballots/{id}/board.zip", "council.board.read", c.getBoardFile)

	rs.Add("GET /resolutions", "council.resolution.read", c.getResolutions, web.Asks[resolutionsAsked](), web.Out[ResolutionPage]())
	rs.Add("GET /resolutions/{id}", "council.resolution.read", c.getResolution, web.Asks[printed](), web.Out[Resolution]())
	rs.Add("GET /trustees", "council.trustee.read", c.getTrustees, web.Out[[]Trustee]())
	rs.Add("POST /trustees", "council.trustee.take", c.postTrustee, web.Silent(), web.Unkept())
	rs.Add("POST /trustees/{id}/ending", "council.trustee.end", c.postTrusteeEnd)
}

type asideForm struct {
	Unit   string `json:"unit"`
	Reason string `json:"reason"`
	Back   bool   `json:"back"` // takes part after all
}

type settlement struct {
	Carried bool `json:"carried"`
}

type voteForm struct {
	Unit    string   `json:"unit"`    // for which; empty means one's own
	Choice  string   `json:"choice"`  // yes, no, abstain; of an election codes with + between, or blank
	Choices []string `json:"choices"` // or one by one
}

// vote gives the choice as the count knows it.
func (v voteForm) vote(q *ballot.Question) string {
	if v.Choice != "" || q.Kind != ballot.Election {
		return v.Choice
	}
	var codes []string
	for _, c := range q.Choices {
		if slices.Contains(v.Choices, c.Code) {
			codes = append(codes, c.Code)
		}
	}
	if len(codes) == 0 {
		return ballot.Blank
	}
	return strings.Join(codes, "+")
}

type shareForm struct {
	Code string `json:"code"`
}

type boardAsked struct {
	Receipt string `json:"receipt"`
}

type printed struct {
	Format string `json:"format"` // pdf or docx
}

// mending answers with the page on which what is wrong can be mended, and with the
// error beside it.
func mending(err error, page func(err error) (templ.Component, error)) (web.Reply, error) {
	if !errors.Is(err, fault.Invalid) && !errors.Is(err, fault.Conflict) {
		return web.Reply{}, err
	}
	p, also := page(err)
	if also != nil {
		return web.Reply{}, also
	}
	return web.Reply{Page: p}, err
}

func (c *Council) getMotion(r *http.Request) (web.Reply, error) {
	s, err := c.Motion(r.Context(), r.PathValue("id"))
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: s, Page: motionPage(s, ItemForm{}, nil)}, nil
}

func (c *Council) motionAgain(r *http.Request, in ItemForm, err error) (web.Reply, error) {
	return mending(err, func(err error) (templ.Component, error) {
		s, also := c.Motion(r.Context(), r.PathValue("id"))
		return motionPage(s, in, err), also
	})
}

func (c *Council) getMotionForm(r *http.Request) (web.Reply, error) {
	s, err := c.Motion(r.Context(), r.PathValue("id"))
	if err != nil {
		return web.Reply{}, err
	}
	if err := policy.Allow(r.Context(), "council.motion.change", s.Meeting.thing()); err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: s.Motion, Page: motionForm(s, formOf(s.Motion), nil)}, nil
}

func (c *Council) postMotion(r *http.Request) (web.Reply, error) {
	in, err := web.Read[ItemForm](r)
	if err != nil {
		return web.Reply{}, err
	}
	m, err := c.Mend(r.Context(), r.PathValue("id"), in)
	if err != nil {
		return mending(err, func(err error) (templ.Component, error) {
			s, also := c.Motion(r.Context(), r.PathValue("id"))
			return motionForm(s, in, err), also
		})
	}
	return web.Reply{Data: m, Goto: "/motions/" + m.ID, Done: "council.done.changed"}, nil
}

func (c *Council) postAmendment(r *http.Request) (web.Reply, error) {
	in, err := web.Read[ItemForm](r)
	if err != nil {
		return web.Reply{}, err
	}
	m, err := c.Amend(r.Context(), r.PathValue("id"), in)
	if err != nil {
		return c.motionAgain(r, in, err)
	}
	return web.Reply{Data: m, Goto: "/motions/" + m.ID, Done: "council.done.amended"}, nil
}

func (c *Council) postAside(r *http.Request) (web.Reply, error) {
	in, err := web.Read[asideForm](r)
	if err != nil {
		return web.Reply{}, err
	}
	m, err := c.StandAside(r.Context(), r.PathValue("id"), in.Unit, in.Reason, !in.Back)
	if err != nil {
		return c.motionAgain(r, ItemForm{}, err)
	}
	return web.Reply{Data: m, Goto: "/motions/" + m.ID, Done: "council.done.aside"}, nil
}

func (c *Council) onMotion(do func(context.Context, string) (*Motion, error), done string) web.Handler {
	return func(r *http.Request) (web.Reply, error) {
		m, err := do(r.Context(), r.PathValue("id"))
		if err != nil {
			return c.motionAgain(r, ItemForm{}, err)
		}
		return web.Reply{Data: m, Goto: "/motions/" + m.ID, Done: done}, nil
	}
}

func (c *Council) postSettlement(r *http.Request) (web.Reply, error) {
	in, err := web.Read[settlement](r)
	if err != nil {
		return web.Reply{}, err
	}
	m, err := c.Settle(r.Context(), r.PathValue("id"), in.Carried)
	if err != nil {
		return c.motionAgain(r, ItemForm{}, err)
	}
	return web.Reply{Data: m, Goto: "/motions/" + m.ID, Done: "council.done.settled"}, nil
}

func (c *Council) postOpening(r *http.Request) (web.Reply, error) {
	in, err := web.Read[Opening](r)
	if err != nil {
		return web.Reply{}, err
	}
	b, err := c.Open(r.Context(), r.PathValue("id"), in)
	if err != nil {
		return c.motionAgain(r, ItemForm{}, err)
	}
	return web.Reply{Data: b, Goto: "/ballots/" + b.ID, Done: "council.done.opened"}, nil
}

func (c *Council) getBallot(r *http.Request) (web.Reply, error) {
	p, err := c.Slip(r.Context(), r.PathValue("id"))
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: p, Page: slipPage(p, nil)}, nil
}

func (c *Council) slipAgain(r *http.Request, err error) (web.Reply, error) {
	return mending(err, func(err error) (templ.Component, error) {
		p, also := c.Slip(r.Context(), r.PathValue("id"))
		return slipPage(p, err), also
	})
}

// postReview shows once more what is about to be cast. It is a POST so that the
// choice stands in no address and in no log.
func (c *Council) postReview(r *http.Request) (web.Reply, error) {
	in, err := web.Read[voteForm](r)
	if err != nil {
		return web.Reply{}, err
	}
	p, err := c.Slip(r.Context(), r.PathValue("id"))
	if err != nil {
		return web.Reply{}, err
	}
	choice := in.vote(&p.Ballot.Question)
	if err := checkChoice(p.Ballot, choice); err != nil {
		return web.Reply{Page: slipPage(p, err)}, err
	}
	i := slices.IndexFunc(p.Units, func(e *Elector) bool { return e.Unit == in.Unit })
	if i < 0 {
		return web.Reply{}, fault.Denied.New("council.vote.no_elector")
	}
	p.unit, p.text = in.Unit, choice
	return web.Reply{Page: reviewPage(p, p.Units[i])}, nil
}

func (c *Council) postVote(r *http.Request) (web.Reply, error) {
	in, err := web.Read[voteForm](r)
	if err != nil {
		return web.Reply{}, err
	}
	choice := in.Choice
	if len(in.Choices) > 0 {
		p, err := c.Slip(r.Context(), r.PathValue("id"))
		if err != nil {
			return web.Reply{}, err
		}
		choice = in.vote(&p.Ballot.Question)
	}
	v, err := c.Cast(r.Context(), r.PathValue("id"), in.Unit, choice)
	if err != nil {
		return c.slipAgain(r, err)
	}
	if web.WantsJSON(r) {
		return web.Reply{Data: v}, nil
	}
	p, err := c.Slip(r.Context(), v.Ballot)
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Page: receiptPage(p, v)}, nil
}

// callsForm is what was heard at a roll call: of one unit, or of many.
type callsForm struct {
	Unit   string   `json:"unit"`
	Choice string   `json:"choice"`
	Calls  []string `json:"calls"` // a unit, a colon, and what it said; empty ones were not called yet
}

func (f callsForm) calls() (list []Call) {
	if f.Unit != "" {
		list = append(list, Call{f.Unit, f.Choice})
	}
	for _, line := range f.Calls {
		if unit, choice, ok := strings.Cut(line, ":"); ok {
			list = append(list, Call{unit, choice})
		}
	}
	return list
}

func (c *Council) postCall(r *http.Request) (web.Reply, error) {
	in, err := web.Read[callsForm](r)
	if err != nil {
		return web.Reply{}, err
	}
	b, err := c.CallRoll(r.Context(), r.PathValue("id"), in.calls()...)
	if err != nil {
		return c.slipAgain(r, err)
	}
	return web.Reply{Data: b, Goto: "/ballots/" + b.ID + "#roll", Done: "council.done.called_roll"}, nil
}

func (c *Council) postHands(r *http.Request) (web.Reply, error) {
	in, err := web.Read[Hands](r)
	if err != nil {
		return web.Reply{}, err
	}
	b, err := c.Enter(r.Context(), r.PathValue("id"), in)
	if err != nil {
		return c.slipAgain(r, err)
	}
	return web.Reply{Data: b, Goto: "/ballots/" + b.ID, Done: "council.done.closed"}, nil
}

func (c *Council) postClosing(r *http.Request) (web.Reply, error) {
	b, err := c.Close(r.Context(), r.PathValue("id"))
	if err != nil {
		return c.slipAgain(r, err)
	}
	return web.Reply{Data: b, Goto: "/ballots/" + b.ID, Done: "council.done.closed"}, nil
}

func (c *Council) postShare(r *http.Request) (web.Reply, error) {
	in, err := web.Read[shareForm](r)
	if err != nil {
		return web.Reply{}, err
	}
	b, err := c.Give(r.Context(), r.PathValue("id"), in.Code)
	if err != nil {
		return c.slipAgain(r, err)
	}
	return web.Reply{Data: b, Goto: "/ballots/" + b.ID, Done: "council.done.share"}, nil
}

func (c *Council) getBoard(r *http.Request) (web.Reply, error) {
	a, err := web.Query[boardAsked](r)
	if err != nil {
		return web.Reply{}, err
	}
	b, err := c.Board(r.Context(), r.PathValue("id"), a.Receipt)
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: b, Page: boardPage(b)}, nil
}

func (c *Council) getBoardFile(r *http.Request) (web.Reply, error) {
	b, err := c.Published(r.Context(), r.PathValue("id"))
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{File: &web.File{Name: "ballot-" + b.ID + ".zip", Type: "application/zip",
		Write: func(w io.Writer) error { return writeBoard(r.Context(), w, b) }}}, nil
}

func (c *Council) getTrustees(r *http.Request) (web.Reply, error) {
	list, err := c.Trustees(r.Context())
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: list, Page: trusteesPage(list, "")}, nil
}

// postTrustee shows the code once; it is on no other page and in no table.
func (c *Council) postTrustee(r *http.Request) (web.Reply, error) {
	_, code, err := c.Entrust(r.Context())
	if err != nil {
		return web.Reply{}, err
	}
	list, err := c.Trustees(r.Context())
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Page: trusteesPage(list, code)}, nil
}

func (c *Council) postTrusteeEnd(r *http.Request) (web.Reply, error) {
	if err := c.Dismiss(r.Context(), r.PathValue("id")); err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Goto: "/trustees", Data: map[string]string{"id": r.PathValue("id")}, Done: "council.done.dismissed"}, nil
}
