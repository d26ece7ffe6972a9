package talent

import (
	"context"
	"errors"
	"net/http"

	"guildhall/internal/fault"
	"guildhall/internal/sheet"
	"guildhall/internal/web"
)

func (t *Talent) getRounds(r *http.Request) (web.Reply, error) {
	list, err := t.Rounds(r.Context())
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

func (t *Talent) getRoundForm(r *http.Request) (web.Reply, error) {
	if err := policy.Allow(r.Context(), "talent.round.draft", Subject{}); err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Page: roundForm(RoundForm{Statuses: Seeking}, nil)}, nil
}

func (t *Talent) postRound(r *http.Request) (web.Reply, error) {
	in, err := web.Read[RoundForm](r)
	if err != nil {
		return web.Reply{Page: roundForm(in, err)}, err
	}
	round, err := t.Draft(r.Context(), in)
	if errors.Is(err, fault.Invalid) {
		return web.Reply{Page: roundForm(in, err)}, err
	}
	return shown(round, err)
}

func (t *Talent) getRound(r *http.Request) (web.Reply, error) {
	s, err := web.Query[RoundSearch](r)
	if err != nil {
		return web.Reply{}, err
	}
	v, err := t.Round(r.Context(), r.PathValue("id"), s)
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

func (t *Talent) postFreeze(r *http.Request) (web.Reply, error) {
	in, err := web.Read[freezing](r)
	if err != nil {
		return web.Reply{}, err
	}
	return shown(t.Freeze(r.Context(), r.PathValue("id"), in.Seed))
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

func (t *Talent) getResults(r *http.Request) (web.Reply, error) {
	s, err := web.Query[resultsAsked](r)
	if err != nil {
		return web.Reply{}, err
	}
	ctx, id := r.Context(), r.PathValue("id")
	if s.Format != "" {
		all, err := t.ExportResults(ctx, id, s.ResultSearch)
		if err != nil {
			return web.Reply{}, err
		}
		rows := make([]sheet.Row, len(all.List))
		for i, p := range all.List {
			rows[i] = sheet.Row{p.Name, p.SchoolName, nameOfCode(ctx, "programme", p.Programme), p.EnterpriseName, p.Title, p.Choice, points(p.Points)}
		}
		return download("results", s.Format, headers(ctx, "name", "school", "programme", "enterprise", "position", "choice", "merit"), rows), nil
	}
	found, err := t.Results(ctx, id, s.ResultSearch)
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: found, Page: resultsPage(found, s.ResultSearch)}, nil
}

func (t *Talent) getCertificate(r *http.Request) (web.Reply, error) {
	name, write, err := t.Certificate(r.Context(), r.PathValue("id"))
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{File: &web.File{Name: name, Type: "application/zip", Write: write}}, nil
}

func (t *Talent) getMine(r *http.Request) (web.Reply, error) {
	m, err := t.Mine(r.Context())
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: m, Page: minePage(m)}, nil
}

func (t *Talent) getWishes(r *http.Request) (web.Reply, error) {
	m, err := t.Mine(r.Context())
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

func (t *Talent) postWishes(r *http.Request) (web.Reply, error) {
	in, err := web.Read[wishing](r)
	if err != nil {
		return web.Reply{}, err
	}
	list, err := in.list()
	if err == nil {
		err = t.Wish(r.Context(), in.Round, list)
	}
	m, mineErr := t.Mine(r.Context())
	if mineErr != nil {
		return web.Reply{}, mineErr
	}
	if err != nil {
		m.Wishes = list
		return web.Reply{Page: wishesPage(m, err)}, err
	}
	return web.Reply{Data: m, Goto: "/my", Done: "talent.wished"}, nil
}

func (t *Talent) postMyConsent(r *http.Request) (web.Reply, error) {
	if _, err := t.Consent(r.Context(), ConsentForm{}); err != nil {
		return web.Reply{}, err
	}
	m, err := t.Mine(r.Context())
	return web.Reply{Data: m, Goto: "/my", Done: "talent.consented"}, err
}

func (t *Talent) postWithdrawal(r *http.Request) (web.Reply, error) {
	if err := t.Withdraw(r.Context()); err != nil {
		return web.Reply{}, err
	}
	m, err := t.Mine(r.Context())
	return web.Reply{Data: m, Goto: "/my", Done: "talent.withdrawn"}, err
}
