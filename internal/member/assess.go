package member

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"guildhall/internal/act"
	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/journal"
)

// Assessment is a yearly assessment of the members (成员考核). It is counted from
// acts and frozen, announced, open to appeals for some days, and then concluded.
type Assessment struct {
	ID   string `json:"id"`
	Name string `json:"name"` // "2026 年度"
	Period
	State       string         `json:"state"` // draft, announced or concluded
	RuleID      string         `json:"rule_id"`
	Article     string         `json:"article"`
	Rule        AssessmentRule `json:"rule"`
	AppealUntil string         `json:"appeal_until,omitempty"` // the last day on which an appeal is taken
	CountedAt   time.Time      `json:"counted_at"`
	MadeAt      time.Time      `json:"made_at"`
	Results     []Result       `json:"results,omitempty"`
	Appeals     []Appeal       `json:"appeals,omitempty"`

	action string
}

// Appeal is a member's objection to its result (申诉).
type Appeal struct {
	ID      string    `json:"id"`
	Unit    string    `json:"unit"`
	Words   string    `json:"words"`
	State   string    `json:"state"` // open, upheld or dismissed
	Answer  string    `json:"answer,omitempty"`
	Points  int       `json:"points"` // by which the result was changed
	FiledAt time.Time `json:"filed_at"`
}

// AssessForm is what Assess needs to know.
type AssessForm struct {
	Name string `json:"name"`
	Period
}

// Assess counts what the members have given in a time and freezes it as a draft.
func (r *Roll) Assess(ctx context.Context, in AssessForm) (*Assessment, error) {
	return db.Update(ctx, r.DB, func(tx *db.Tx) (*Assessment, error) {
		a := &Assessment{ID: db.NewID(), Name: strings.TrimSpace(in.Name), State: "draft", MadeAt: tx.Now, action: "member.assessment.count"}
		if err := assessPolicy.Allow(ctx, a.action, a); err != nil {
			return nil, err
		}
		var wrong fault.List
		if n := len([]rune(a.Name)); n == 0 || n > 60 {
			wrong.Add("name", "member.assess.unnamed")
		}
		had, err := assessments(tx)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(had, func(x *Assessment) bool { return x.Name == a.Name }) {
			wrong.Add("name", "member.assess.twice", a.Name)
		}
		err = in.Period.check(tx)
		if list, ok := errors.AsType[fault.List](err); ok {
			wrong = append(wrong, list...)
		} else if err != nil {
			return nil, err
		}
		if err := wrong.Err(); err != nil {
			return nil, err
		}
		a.Period = in.Period
		return a, countAnew(tx, a)
	})
}

// Recount counts a draft anew; what was adjusted by hand stays.
func (r *Roll) Recount(ctx context.Context, id string) (*Assessment, error) {
	return db.Update(ctx, r.DB, func(tx *db.Tx) (*Assessment, error) {
		a, err := takeAssessment(tx, "member.assessment.count", id, "draft")
		if err != nil {
			return nil, err
		}
		return a, countAnew(tx, a)
	})
}

func countAnew(tx *db.Tx, a *Assessment) error {
	c, err := contributions(tx, a.Period)
	if err != nil {
		return err
	}
	had := map[string]Result{}
	for _, r := range a.Results {
		had[r.Unit] = r
	}
	for i := range c.Results {
		c.Results[i].Adjusted, c.Results[i].Reason = had[c.Results[i].Unit].Adjusted, had[c.Results[i].Unit].Reason
	}
	a.RuleID, a.Article, a.Rule, a.Results, a.CountedAt = c.Rule.ID, c.Rule.Article, c.Rule.Rule, c.Results, tx.Now
	finish(a.Results, a.Rule)
	if err := dropResults(tx, a.ID); err != nil {
		return err
	}
	return keepAssessment(tx, a, map[string]any{"name": a.Name, "since": a.Since, "until": a.Until, "rule": a.RuleID, "members": len(a.Results)})
}

// Adjust changes a member's points by hand, with the reason that everybody reads.
func (r *Roll) Adjust(ctx context.Context, id, unit string, points int, reason string) (*Assessment, error) {
	return db.Update(ctx, r.DB, func(tx *db.Tx) (*Assessment, error) {
		a, err := takeAssessment(tx, "member.assessment.adjust", id, "draft")
		if err != nil {
			return nil, err
		}
		if err := a.adjust(unit, points, reason); err != nil {
			return nil, err
		}
		return a, keepAssessment(tx, a, map[string]any{"unit": unit, "points": points, "reason": reason})
	})
}

func (a *Assessment) adjust(unit string, points int, reason string) error {
	i := slices.IndexFunc(a.Results, func(r Result) bool { return r.Unit == unit })
	if i < 0 {
		return fault.NotFound.New("fault.not_found")
	}
	var wrong fault.List
	reason = strings.TrimSpace(reason)
	if points < -100 || points > 100 {
		wrong.Add("points", "member.assess.adjusted", points)
	}
	if n := len([]rune(reason)); n > 500 || points != 0 && n == 0 {
		wrong.Add("reason", "member.assess.reason")
	}
	if err := wrong.Err(); err != nil {
		return err
	}
	a.Results[i].Adjusted, a.Results[i].Reason = points, reason
	finish(a.Results, a.Rule)
	return nil
}

// Announce shows the results to the members; from then on they can appeal.
func (r *Roll) Announce(ctx context.Context, id string) (*Assessment, error) {
	return db.Update(ctx, r.DB, func(tx *db.Tx) (*Assessment, error) {
		a, err := takeAssessment(tx, "member.assessment.announce", id, "draft")
		if err != nil {
			return nil, err
		}
		if a.Until > todayText(tx) {
			return nil, fault.Conflict.New("member.assess.running", a.Until)
		}
		a.State, a.AppealUntil = "announced", today(tx).AddDate(0, 0, a.Rule.AppealDays).Format(time.DateOnly)
		return a, keepAssessment(tx, a, map[string]any{"appeal_until": a.AppealUntil})
	})
}

// File files an appeal of the actor's unit.
func (r *Roll) File(ctx context.Context, id, words string) (*Assessment, error) {
	return db.Update(ctx, r.DB, func(tx *db.Tx) (*Assessment, error) {
		a, err := takeAssessment(tx, "member.assessment.appeal", id, "announced")
		if err != nil {
			return nil, err
		}
		unit := auth.From(ctx).Unit
		switch {
		case todayText(tx) > a.AppealUntil:
			return nil, fault.Conflict.New("member.assess.late", a.AppealUntil)
		case !slices.ContainsFunc(a.Results, func(r Result) bool { return r.Unit == unit }):
			return nil, fault.Denied.New("fault.denied")
		case slices.ContainsFunc(a.Appeals, func(x Appeal) bool { return x.Unit == unit }):
			return nil, fault.Conflict.New("member.assess.appealed")
		}
		words = strings.TrimSpace(words)
		if n := len([]rune(words)); n < 10 || n > 2000 {
			var wrong fault.List
			wrong.Add("words", "member.assess.words")
			return nil, wrong.Err()
		}
		x := Appeal{ID: db.NewID(), Unit: unit, Words: words, State: "open", FiledAt: tx.Now}
		a.Appeals = append(a.Appeals, x)
		return a, keepAssessment(tx, a, map[string]any{"appeal": x.ID, "unit": unit})
	})
}

// AnswerForm is what Answer needs to know.
type AnswerForm struct {
	Upheld bool   `json:"upheld"`
	Points int    `json:"points"` // more or fewer, where it is upheld
	Answer string `json:"answer"`
}

// Answer upholds an appeal, which changes the result, or dismisses it.
func (r *Roll) Answer(ctx context.Context, id, appeal string, in AnswerForm) (*Assessment, error) {
	return db.Update(ctx, r.DB, func(tx *db.Tx) (*Assessment, error) {
		a, err := takeAssessment(tx, "member.assessment.answer", id, "announced")
		if err != nil {
			return nil, err
		}
		i := slices.IndexFunc(a.Appeals, func(x Appeal) bool { return x.ID == appeal })
		if i < 0 {
			return nil, fault.NotFound.New("fault.not_found")
		}
		if a.Appeals[i].State != "open" {
			return nil, fault.Conflict.New("member.assess.answered")
		}
		if err := a.answer(i, in); err != nil {
			return nil, err
		}
		return a, keepAssessment(tx, a, map[string]any{"appeal": appeal, "state": a.Appeals[i].State, "points": a.Appeals[i].Points})
	})
}

func (a *Assessment) answer(i int, in AnswerForm) error {
	x := &a.Appeals[i]
	var wrong fault.List
	if x.Answer = strings.TrimSpace(in.Answer); x.Answer == "" || len([]rune(x.Answer)) > 1000 {
		wrong.Add("answer", "member.assess.answer")
	}
	if in.Upheld && (in.Points == 0 || in.Points < -100 || in.Points > 100) {
		wrong.Add("points", "member.assess.adjusted", in.Points)
	}
	if err := wrong.Err(); err != nil {
		return err
	}
	x.State = "dismissed"
	if in.Upheld {
		x.State, x.Points = "upheld", in.Points
		at := slices.IndexFunc(a.Results, func(r Result) bool { return r.Unit == x.Unit })
		return a.adjust(x.Unit, a.Results[at].Adjusted+in.Points, x.Answer)
	}
	return nil
}

// Conclude makes the results final, once the days of appeals are over and every
// appeal has its answer.
func (r *Roll) Conclude(ctx context.Context, id string) (*Assessment, error) {
	return db.Update(ctx, r.DB, func(tx *db.Tx) (*Assessment, error) {
		a, err := takeAssessment(tx, "member.assessment.conclude", id, "announced")
		if err != nil {
			return nil, err
		}
		if todayText(tx) <= a.AppealUntil {
			return nil, fault.Conflict.New("member.assess.early", a.AppealUntil)
		}
		if slices.ContainsFunc(a.Appeals, func(x Appeal) bool { return x.State == "open" }) {
			return nil, fault.Conflict.New("member.assess.unanswered")
		}
		a.State = "concluded"
		if err := keepAssessment(tx, a, map[string]any{"members": len(a.Results)}); err != nil {
			return nil, err
		}
		acts := make([]act.Act, len(a.Results))
		for i, x := range a.Results {
			acts[i] = act.Act{Kind: "member.unit.assessed", Unit: x.Unit, Subject: a.ID, Title: a.Name,
				Amounts: map[string]int64{"points": int64(x.Points) * 100}, Marks: map[string]string{"level": x.Level.Name}}
		}
		return a, act.Note(tx, acts...)
	})
}

// takeAssessment gets an assessment in a state for an action.
func takeAssessment(tx *db.Tx, action, id, state string) (*Assessment, error) {
	a, err := seeAssessment(tx, id)
	if err != nil {
		return nil, err
	}
	a.action = action
	if err := assessPolicy.Allow(tx.Context(), action, a); err != nil {
		return nil, err
	}
	if a.State != state {
		return nil, fault.Conflict.New("member.assess.state." + a.State)
	}
	return a, nil
}

// seeAssessment gets an assessment, if the actor may so much as know of it.
func seeAssessment(tx *db.Tx, id string) (*Assessment, error) {
	a, err := findAssessment(tx, id)
	if err == nil && !assessPolicy.Can(tx.Context(), "member.assessment.read", a) {
		return nil, fault.NotFound.New("fault.not_found")
	}
	return a, err
}

// keepAssessment saves an assessment with its results, and lets the journal tell
// what was done.
func keepAssessment(tx *db.Tx, a *Assessment, did map[string]any) error {
	if a.action == "" {
		panic("member: an assessment is kept that was taken for no action")
	}
	if err := saveAssessment(tx, a); err != nil {
		return err
	}
	return journal.Record(tx, a.action, a.ID, did)
}
