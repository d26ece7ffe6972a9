package round

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"guildhall/internal/fault"
	"guildhall/internal/i18n"
	"guildhall/matching"
)

// State is how far a round has come.
type State string

// The states of a round, in their order: nothing is skipped, and nothing that
// was not verified is published.
const (
	Draft      State = "draft"     // being prepared; the secretariat alone sees it
	Collecting State = "open"      // candidates may give their wishes
	Frozen     State = "frozen"    // candidates, wishes and positions are fixed, and the seed is known
	Computed   State = "computed"  // a result is there, which nobody has checked
	Verified   State = "verified"  // the independent verifier found nothing amiss
	Published  State = "published" // everybody sees what concerns them, and candidates answer
	Answered   State = "answered"  // everybody has answered, or is taken to have by silence
	Cleared    State = "cleared"   // what was accepted stands; what is left goes to the next round
)

// States lists the states in their order.
var States = []State{Draft, Collecting, Frozen, Computed, Verified, Published, Answered, Cleared}

// public is the condition that everybody sees a round's result.
const public = `r.state IN ('published', 'answered', 'cleared')`

// Public tells whether everybody sees the result of a round in this state.
func (s State) Public() bool { return s == Published || s == Answered || s == Cleared }

// Round is a matching round (撮合轮次). Its methods are the rules of procedure;
// they know of no database and no web.
type Round struct {
	ID         string         `json:"id"`
	Number     int            `json:"number"` // within the body, from 1
	Name       string         `json:"name"`
	State      State          `json:"state"`
	Statuses   []string       `json:"statuses"`   // of the candidates who take part
	Until      string         `json:"until"`      // last day for wishes, as announced; empty where none was set
	Kind       string         `json:"kind"`       // of Kinds
	Terms      Terms          `json:"terms"`      // by which it is decided
	RuleID     string         `json:"rule_id"`    // the version of the body's rule from which the terms were filled
	After      string         `json:"after"`      // the round whose left-overs this one takes, by id; empty for a first one
	Line       string         `json:"line"`       // the demand line for which it is held, whose posts alone take part; empty: all
	AnswerBy   string         `json:"answer_by"`  // last day for answers; set by the publication
	Scoring    Scoring        `json:"scoring"`    // the rule of scoring, as it was when the round was drafted
	Seed       string         `json:"seed"`       // of the lottery; set at the freeze
	Candidates int            `json:"candidates"` // frozen
	Positions  int            `json:"positions"`
	Places     int            `json:"places"`
	LeftOut    map[string]int `json:"left_out"` // candidates of these statuses who could not take part, by reason
	Figures    Figures        `json:"figures"`
	Print      string         `json:"fingerprint"` // of the result, as guildhall verify prints it
	Verified   bool           `json:"verified"`
	Report     Finding        `json:"report"`

	MadeAt      time.Time  `json:"made_at"`
	OpenedAt    *time.Time `json:"opened_at,omitempty"`
	FrozenAt    *time.Time `json:"frozen_at,omitempty"`
	ComputedAt  *time.Time `json:"computed_at,omitempty"`
	VerifiedAt  *time.Time `json:"verified_at,omitempty"`
	PublishedAt *time.Time `json:"published_at,omitempty"`
	AnsweredAt  *time.Time `json:"answered_at,omitempty"`
	ClearedAt   *time.Time `json:"cleared_at,omitempty"`

	secret string // sealed; persons' codes come from it
	run    string // whose result rows count
	action string // for which it was taken; keep tells the journal
}

// Figures are what a round came to.
type Figures struct {
	Choices  int   `json:"choices"`   // on all lists together
	Matched  int   `json:"matched"`   // candidates who were placed
	Unlisted int   `json:"unlisted"`  // candidates for whom no position was open and within reach
	ByChoice []int `json:"by_choice"` // [k]: placed at choice k+1
	Filled   int   `json:"filled"`    // positions that have all they wanted
	Capped   int   `json:"capped"`    // candidates whom a cap turned away
	Closed   int   `json:"closed"`    // positions that did not open, since too few would have come
	Claims   int   `json:"claims"`    // of these, those that enough would have come to in the end
	Overrun  int   `json:"overrun"`   // placed above capacities, where groups of equals are taken wholly
	Accepted int   `json:"accepted"`  // of the matched
	Declined int   `json:"declined"`
	Silent   int   `json:"silent"` // of both, by silence
}

// First is how many got their first choice.
func (f Figures) First() int {
	if len(f.ByChoice) == 0 {
		return 0
	}
	return f.ByChoice[0]
}

// Finding is what the verifier found.
type Finding struct {
	OK       bool           `json:"ok"`
	Matched  int            `json:"matched"`
	Blocking int            `json:"blocking"` // pairs that would both rather have each other
	Pairs    int            `json:"pairs"`    // scores that were counted again
	Amiss    int            `json:"amiss"`    // of these, not as the rule gives them
	Counts   map[string]int `json:"violations,omitempty"`
	Print    string         `json:"fingerprint"`
}

// Why somebody of the right status cannot take part.
const (
	LeftConsent  = "consent"  // no consent to being matched
	LeftGuardian = "guardian" // under age, and no guardian's consent
	LeftYoung    = "young"    // under sixteen
	LeftAge      = "age"      // the date of birth is not known
	LeftPlaced   = "placed"   // placed by an earlier round
)

// MatchingRule gives the rule by which the round is decided.
func (r *Round) MatchingRule() matching.Rule { return r.Terms.matching(r.Seed) }

func (r *Round) subject() Subject { return Subject{State: r.State} }

// settle gives the round its name and scope, or tells all that is wrong with them.
func (r *Round) settle(f Form, statuses []string) error {
	var wrong fault.List
	r.Name = strings.TrimSpace(f.Name)
	if r.Name == "" {
		wrong.Add("name", "round.round.unnamed")
	}
	if n := utf8.RuneCountInString(r.Name); n > 80 {
		wrong.Add("name", "round.round.long", n)
	}
	if len(f.Statuses) == 0 {
		wrong.Add("statuses", "round.round.nobody")
	}
	for _, s := range f.Statuses {
		if !slices.Contains(statuses, s) {
			wrong.Add("statuses", "round.round.status", s)
		}
	}
	if !slices.Contains(Kinds, f.Kind) {
		wrong.Add("kind", "round.round.kind", f.Kind)
	}
	f.Caps = splitLines(f.Caps)
	f.Terms.check(&wrong, "")
	r.Statuses, r.Kind, r.Terms = f.Statuses, f.Kind, f.Terms
	if !f.Until.IsZero() {
		r.Until = f.Until.Format(time.DateOnly)
	}
	return wrong.Err()
}

// Form is what a round is drafted from.
type Form struct {
	Name     string    `json:"name"`
	Kind     string    `json:"kind"`
	Statuses []string  `json:"statuses"`
	Until    time.Time `json:"until"`
	After    string    `json:"after"` // a round whose left-overs this one takes
	Line     string    `json:"line"`  // a demand line, whose posts alone take part
	Terms
}

// step moves the round on by one state, from the state before it.
func (r *Round) step(from, to State) error {
	if r.State != from {
		return fault.Conflict.New("round.round.not_"+string(from), r.Number)
	}
	r.State = to
	return nil
}

func (r *Round) open(now time.Time) error {
	r.OpenedAt = &now
	return r.step(Draft, Collecting)
}

// freeze fixes what the round is decided on. The seed is drawn at this moment,
// after the last wish: nobody can fit wishes to it.
func (r *Round) freeze(seed string, now time.Time) error {
	if n := utf8.RuneCountInString(seed); n > 100 {
		return fault.Invalid.New("round.round.seed", n)
	}
	r.Seed, r.FrozenAt = seed, &now
	return r.step(Collecting, Frozen)
}

// computable tells whether a result may be computed, again or for the first time.
func (r *Round) computable() error {
	if r.State != Frozen && r.State != Computed && r.State != Verified {
		return fault.Conflict.New("round.round.not_frozen", r.Number)
	}
	if r.Candidates == 0 || r.Positions == 0 {
		return fault.Conflict.New("round.round.empty", r.Candidates, r.Positions)
	}
	return nil
}

// compute takes in what a run decided, in place of any run before.
func (r *Round) compute(run string, f Figures, print string, now time.Time) error {
	if err := r.computable(); err != nil {
		return err
	}
	r.State, r.run, r.Figures, r.Print, r.ComputedAt = Computed, run, f, print, &now
	r.Verified, r.Report, r.VerifiedAt = false, Finding{}, nil
	return nil
}

// verify takes in what the verifier found of the result with this fingerprint.
func (r *Round) verify(found Finding, now time.Time) error {
	if found.Print != r.Print {
		return fault.Conflict.New("round.round.moved")
	}
	r.Report = found
	if !found.OK {
		return nil
	}
	r.Verified, r.VerifiedAt = true, &now
	return r.step(Computed, Verified)
}

// publish lets everybody see the result, if it is the one that was checked.
func (r *Round) publish(checked Finding, now time.Time) error {
	if !r.Verified || !checked.OK || checked.Print != r.Print {
		return fault.Conflict.New("round.round.not_verified", r.Number)
	}
	r.PublishedAt = &now
	r.AnswerBy = now.In(i18n.China).AddDate(0, 0, r.Terms.AnswerDays).Format(time.DateOnly)
	return r.step(Verified, Published)
}

// answerable tells whether answers are taken on a day.
func (r *Round) answerable(day string) error {
	switch {
	case r.State != Published:
		return fault.Conflict.New("round.answer.closed", r.Number)
	case day > r.AnswerBy:
		return fault.Conflict.New("round.answer.late", r.AnswerBy)
	}
	return nil
}

// answer ends the answering: after its last day, or when nobody is left to answer.
func (r *Round) answer(open int, now time.Time) error {
	if r.State == Published && open > 0 && now.In(i18n.China).Format(time.DateOnly) <= r.AnswerBy {
		return fault.Conflict.New("round.answer.open", open, r.AnswerBy)
	}
	r.AnsweredAt = &now
	return r.step(Published, Answered)
}

func (r *Round) clear(now time.Time) error {
	r.ClearedAt = &now
	return r.step(Answered, Cleared)
}
