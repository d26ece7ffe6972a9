package app

import (
	"context"
	"time"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/i18n"
	"guildhall/internal/round"
	"guildhall/internal/talent"
)

// demoRounds holds the demo's rounds: an order class that is being prepared, with
// a preview, and one for all of the 3,000 students who can take part, published
// and partly answered. It gives the published one.
func (h *House) demoRounds(ctx context.Context) (*round.Round, error) {
	if err := h.demoOrderClass(ctx); err != nil {
		return nil, err
	}
	everybody := []string{talent.Studying, talent.FinalYear, talent.Internship, talent.GraduatedSeeking}
	r, err := h.Rounds.RunRound(ctx, round.Form{Name: "2026 年秋季实习就业对接", Kind: round.Graduate, Statuses: everybody,
		Terms: round.Terms{CapPercent: 85}}, "guildhall-demo-2026")
	if err != nil {
		return nil, err
	}
	return r, h.demoAnswers(ctx, r)
}

// demoOrderClass drafts and opens an order class round, in which one enterprise's
// posts are classes that open with a minimum, and previews it.
func (h *House) demoOrderClass(ctx context.Context) error {
	r, err := h.Rounds.Draft(ctx, round.Form{Name: "2027 级订单班分班", Kind: round.OrderClass, Statuses: []string{talent.Studying},
		Until: time.Now().In(i18n.China).AddDate(0, 0, 21), Terms: round.Terms{Ties: "lottery", Closing: "worst_first", Reserves: "minimum_seats",
			Regions: "nested", CapBy: "none", SeatsBy: "school", ByHand: true, AnswerDays: 7, Silence: "decline"}})
	if err != nil {
		return err
	}
	firm, err := db.View(ctx, h.DB, func(tx *db.Tx) (*directory.Unit, error) { return directory.Resolve(tx, "M00011") })
	if err != nil || firm == nil {
		return err
	}
	found, err := h.Talent.Positions(ctx, talent.PositionSearch{Enterprise: firm.ID, Status: talent.Open, Sort: "-headcount", Limit: 6})
	if err != nil {
		return err
	}
	for _, p := range found.List {
		if err := h.Rounds.SetPost(ctx, r.ID, round.PostTerms{Position: p.ID, Minimum: (p.Headcount + 1) / 2}); err != nil {
			return err
		}
	}
	if r, err = h.Rounds.Open(ctx, r.ID); err != nil {
		return err
	}
	if _, err := h.Rounds.Preview(ctx, r.ID, round.Terms{}); err != nil {
		return err
	}
	h.Rounds.Wait()
	return nil
}

// demoAnswers lets some of those who were placed answer, most of them yes. Those
// for whom accounts are made have not answered yet.
func (h *House) demoAnswers(ctx context.Context, r *round.Round) error {
	open, err := h.Rounds.Telling(ctx, r.ID, len(demoStudents))
	if err != nil {
		return err
	}
	waits := map[string]bool{}
	for _, id := range open {
		waits[id] = true
	}
	body := auth.From(ctx).Body
	results, err := h.Rounds.Results(ctx, r.ID, round.ResultSearch{Placed: "yes", Limit: 200})
	if err != nil {
		return err
	}
	for i, p := range results.List {
		if waits[p.Candidate] || i%4 == 3 {
			continue
		}
		answer := round.Accept
		if i%9 == 5 {
			answer = round.Decline
		}
		who := auth.Actor{ID: "demo", Name: "demo", Body: body, Unit: p.School, About: p.Candidate, Roles: []string{auth.Student}}
		if err := h.Rounds.Answer(directory.As(ctx, who), r.ID, answer); err != nil {
			return err
		}
	}
	return nil
}
