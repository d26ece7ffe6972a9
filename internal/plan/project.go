package plan

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"guildhall/internal/fault"
	"guildhall/internal/ledger"
)

// Sources lists where money comes from.
var Sources = []string{"fiscal", "enterprise", "school", "other"}

// ProjectKinds lists what projects are for.
var ProjectKinds = []string{"industry_college", "training_base", "teaching", "technology", "staff_training", "other"}

// Project is a project of the body (项目).
type Project struct {
	ID     string `json:"id"`
	Kind   string `json:"kind"` // one of ProjectKinds
	Number int    `json:"number"`
	Name   string `json:"name"`
	Goal   string `json:"goal"`
	Owner  string `json:"owner"`
	Starts string `json:"starts"`
	Ends   string `json:"ends,omitempty"`
	State  string `json:"state"` // running, finished or stopped
	Result string `json:"result,omitempty"`

	Partners   []string    `json:"partners"`
	Money      []Money     `json:"money,omitempty"` // for those who work here
	Milestones []Milestone `json:"milestones"`

	OwnerName    Named   `json:"owner_name"`
	PartnerNames []Named `json:"partner_names"`
	Promised     int64   `json:"promised_fen,omitempty"`
	Received     int64   `json:"received_fen,omitempty"`

	Accounts []ledger.Account `json:"accounts,omitempty"` // in the ledger, that the actor may look at

	madeAt  time.Time
	action  string
	entryID string // the ledger's entry that the action posted
}

// ProjectStates lists what a project can be.
var ProjectStates = []string{"running", "finished", "stopped"}

// Money is what one source has promised to a project, and what of it came in.
type Money struct {
	ID         string `json:"id"`
	Source     string `json:"source"` // one of Sources
	Payer      string `json:"payer,omitempty"`
	Promised   int64  `json:"promised_fen"`
	Received   int64  `json:"received_fen"`
	ReceivedOn string `json:"received_on,omitempty"`
	About      string `json:"about,omitempty"`
	PayerName  Named  `json:"payer_name"`

	Receipts []CameIn `json:"receipts,omitempty"`
}

// Milestone is a point that a project is to reach by a day.
type Milestone struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Due     string `json:"due"`
	Reached string `json:"reached,omitempty"`
	Result  string `json:"result,omitempty"`
}

// ProjectForm is what a project is filled in with.
type ProjectForm struct {
	Kind       string `json:"kind"` // one of ProjectKinds; empty: other
	Name       string `json:"name"`
	Goal       string `json:"goal"`
	Owner      string `json:"owner"`
	Partners   string `json:"partners"` // names of units, one a line
	Starts     string `json:"starts"`
	Ends       string `json:"ends"`
	Milestones string `json:"milestones"` // one a line: 2026-06-30 name
}

// check tells all that is wrong with the form, and reads its milestones.
func (f *ProjectForm) check() (stones []Milestone, wrong fault.List) {
	f.Name, f.Goal, f.Kind = strings.TrimSpace(f.Name), strings.TrimSpace(f.Goal), cmp.Or(strings.TrimSpace(f.Kind), "other")
	if !slices.Contains(ProjectKinds, f.Kind) {
		wrong.Add("kind", "plan.wrong.project_kind", f.Kind)
	}
	if f.Name == "" || !short(f.Name, 200) {
		wrong.Add("name", "plan.wrong.title", 200)
	}
	if f.Goal == "" || !short(f.Goal, 2000) {
		wrong.Add("goal", "plan.wrong.title", 2000)
	}
	if f.Owner == "" {
		wrong.Add("owner", "plan.wrong.owner")
	}
	if !isDay(f.Starts) {
		wrong.Add("starts", "fault.date", f.Starts)
	}
	if f.Ends != "" && !isDay(f.Ends) {
		wrong.Add("ends", "fault.date", f.Ends)
	} else if f.Ends != "" && f.Ends < f.Starts {
		wrong.Add("ends", "plan.wrong.ends")
	}
	n := 0
	for line := range strings.SplitSeq(f.Milestones, "\n") {
		n++
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		day, name, _ := strings.Cut(line, " ")
		if name = strings.TrimSpace(name); !isDay(day) || name == "" || !short(name, 200) {
			wrong.Add("milestones", "plan.wrong.milestone", n)
			continue
		}
		stones = append(stones, Milestone{Name: name, Due: day})
	}
	return stones, wrong
}

// MoneyForm is what a promise of money is filled in with; yuan, for people.
type MoneyForm struct {
	Source string  `json:"source"`
	Payer  string  `json:"payer"`
	Yuan   float64 `json:"yuan"`
	About  string  `json:"about"`
}

func (f *MoneyForm) check() (fen int64, wrong fault.List) {
	if !slices.Contains(Sources, f.Source) {
		wrong.Add("source", "plan.wrong.source", f.Source)
	}
	if !short(f.About, 200) {
		wrong.Add("about", "plan.wrong.long", 200)
	}
	fen, ok := fenOf(f.Yuan)
	if !ok || fen == 0 {
		wrong.Add("yuan", "plan.wrong.money")
	}
	return fen, wrong
}

// fenOf gives yuan in fen, or false where they are none that can be.
func fenOf(yuan float64) (int64, bool) {
	if !(yuan >= 0 && yuan <= 1e12) {
		return 0, false
	}
	return int64(yuan*100 + 0.5), true
}

// receive notes money that came in; no more than was promised is noted.
func (m *Money) receive(fen int64, day string) error {
	var wrong fault.List
	if fen <= 0 || m.Received+fen > m.Promised {
		wrong.Add("yuan", "plan.wrong.received")
	}
	if !isDay(day) {
		wrong.Add("day", "fault.date", day)
	}
	if len(wrong) > 0 {
		return wrong
	}
	m.Received, m.ReceivedOn = m.Received+fen, day
	return nil
}

// finish ends a project with what came of it, or stops it with why.
func (p *Project) finish(state, result string) error {
	if p.State != "running" {
		return fault.Conflict.New("plan.project_ended")
	}
	var wrong fault.List
	if state != "finished" && state != "stopped" {
		wrong.Add("state", "plan.wrong.state", state)
	}
	if strings.TrimSpace(result) == "" {
		wrong.Add("result", "plan.wrong.result")
	}
	if len(wrong) > 0 {
		return wrong
	}
	p.State, p.Result = state, strings.TrimSpace(result)
	return nil
}
