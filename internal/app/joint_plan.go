package app

import (
	"encoding/json"
	"slices"

	"guildhall/internal/council"
	"guildhall/internal/dashboard"
	"guildhall/internal/db"
	"guildhall/internal/i18n"
	"guildhall/internal/journal"
	"guildhall/internal/plan"
)

// resolved is what a carried resolution tells in the journal, as far as the plan
// hears it.
type resolved struct {
	Number string `json:"number"`
	Title  string `json:"title"`
	Words  string `json:"words"`
	Kind   string `json:"kind"` // an election is carried out as it is carried
}

// openTasks makes the numbered clauses of a resolution into tasks on the plan,
// whose owners and days the secretariat settles next.
func (h *House) openTasks(tx *db.Tx, e journal.Entry) error {
	var r resolved
	if err := json.Unmarshal(e.Data, &r); err != nil || r.Title == "" || r.Kind == "election" {
		return err
	}
	origin := r.Title
	if r.Number != "" {
		origin = r.Number + " " + r.Title
	}
	for _, title := range plan.Clauses(r.Title, r.Words) {
		if runes := []rune(title); len(runes) > 200 {
			title = string(runes[:200])
		}
		_, err := h.Plan.OpenDraft(tx, plan.TaskForm{Title: title, Origin: plan.Resolution, OriginID: e.Subject, OriginTitle: origin, OriginPath: "/resolutions/" + e.Subject})
		if err != nil {
			return err
		}
	}
	return nil
}

// unfinished tells the council of the work that resolutions opened and that is
// not done, for the first item of the next agenda.
func (h *House) unfinished(tx *db.Tx) ([]council.Task, error) {
	tasks, err := h.Plan.Unfinished(tx)
	list := make([]council.Task, len(tasks))
	for i, t := range tasks {
		list[i] = council.Task{Title: t.Title, Owner: t.OwnerName.Name, Due: t.Due, Resolution: t.OriginTitle, Late: t.Late > 0}
	}
	return list, err
}

// tasksWaiting tells of tasks: their owner's own, and for the secretariat those
// that nobody has or that wait for a verdict.
func (h *House) tasksWaiting(tx *db.Tx) ([]dashboard.Task, error) {
	waiting, err := h.Plan.Waiting(tx)
	list := make([]dashboard.Task, 0, len(waiting))
	for _, w := range waiting {
		t := dashboard.Task{Word: "app.waiting.task", Args: []any{w.Task.Title}, Due: w.Task.Due, Link: "/tasks/" + w.Task.ID,
			Why: "app.waiting.task_why", WhyArgs: []any{w.Task.Progress}, Else: "app.waiting.task_else"}
		if w.Task.Late > 0 {
			t.Why, t.WhyArgs = "app.waiting.task_late", []any{w.Task.Late, w.Task.Progress}
		}
		switch {
		case w.Assign:
			t.Word, t.Else, t.Decide = "app.waiting.task_assign", "app.waiting.task_assign_else", true
			t.Why, t.WhyArgs = "app.waiting.task_assign_why", []any{w.Task.OriginTitle}
		case w.Judge:
			t.Word, t.Else, t.Decide = "app.waiting.task_judge", "app.waiting.task_judge_else", true
			t.Why, t.WhyArgs = "app.waiting.task_judge_why", []any{i18n.Pick(tx.Context(), w.Task.OwnerName.Name, w.Task.OwnerName.NameEN)}
		case w.Task.EscalatedOn != "":
			t.Else, t.Decide = "app.waiting.task_escalated_else", true
		}
		list = append(list, t)
	}
	return list, err
}

// grantsWaiting tells the secretariat of applications under policies.
func (h *House) grantsWaiting(tx *db.Tx) ([]dashboard.Task, error) {
	grants, err := h.Plan.Applications(tx)
	list := make([]dashboard.Task, 0, len(grants))
	for _, g := range grants {
		list = append(list, dashboard.Task{Word: "app.waiting.grant", Args: []any{i18n.Pick(tx.Context(), g.UnitName.Name, g.UnitName.NameEN)}, Link: "/policies/" + g.Scheme,
			Why: "app.waiting.grant_why", WhyArgs: []any{i18n.Yuan(g.Asked), len(g.Reasons)}, Else: "app.waiting.grant_else", Decide: true})
	}
	return list, err
}

// planReaders are what the plan hears of.
func (h *House) planReaders(readers map[string][]journal.Reader) {
	for _, action := range []string{"council.resolution.carry"} {
		readers[action] = append(slices.Clone(readers[action]), h.openTasks)
	}
}
