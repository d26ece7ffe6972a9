package app

import (
	"encoding/json"

	"guildhall/internal/dashboard"
	"guildhall/internal/db"
	"guildhall/internal/i18n"
	"guildhall/internal/journal"
	"guildhall/internal/measure"
	"guildhall/internal/member"
	"guildhall/internal/plan"
)

// rectify opens a task for a row that must not be hit and was.
func (h *House) rectify(tx *db.Tx, e journal.Entry) error {
	var w measure.Warning
	if err := json.Unmarshal(e.Data, &w); err != nil {
		return err
	}
	_, err := h.Plan.OpenDraft(tx, plan.TaskForm{Kind: "rectification", Title: i18n.T(i18n.With(tx.Context(), "zh-CN"), "app.rectify", w.Name),
		Origin: plan.Warning, OriginID: w.ID, OriginTitle: w.Code + " " + w.Name, OriginPath: "/warnings"})
	return err
}

// measureReaders are what the rooms hear of the measurement.
func (h *House) measureReaders(readers map[string][]journal.Reader) {
	readers["measure.warning.raise"] = append(readers["measure.warning.raise"], h.rectify)
}

// warningsWaiting tells the secretariat of rows that must not be hit and are.
func (h *House) warningsWaiting(tx *db.Tx) ([]dashboard.Task, error) {
	standing, err := h.Measure.Standing(tx)
	list := make([]dashboard.Task, 0, len(standing))
	for _, w := range standing {
		list = append(list, dashboard.Task{Word: "app.waiting.warning", Args: []any{w.Name}, Due: i18n.Date(tx.Context(), w.RaisedAt), Link: "/warnings",
			Why: "app.waiting.warning_why", WhyArgs: []any{w.Code, w.Value}, Else: "app.waiting.warning_else", Decide: true})
	}
	return list, err
}

// reportsWaiting tells the secretariat of statements to review and of reports whose
// days are over.
func (h *House) reportsWaiting(tx *db.Tx) (list []dashboard.Task, err error) {
	waiting, err := h.Measure.Waiting(tx)
	for _, w := range waiting {
		if w.Review > 0 {
			list = append(list, dashboard.Task{Word: "app.waiting.review", Args: []any{w.Name, w.Review}, Due: w.To, Link: "/reports/" + w.ID,
				Why: "app.waiting.review_why", WhyArgs: []any{w.Review}, Else: "app.waiting.review_else", Decide: true})
		}
		if w.Freeze {
			list = append(list, dashboard.Task{Word: "app.waiting.freeze", Args: []any{w.Name}, Due: w.To, Link: "/reports/" + w.ID,
				Why: "app.waiting.freeze_why", WhyArgs: []any{w.To}, Else: "app.waiting.freeze_else", Decide: true})
		}
	}
	return list, err
}

// assessmentsWaiting tells the secretariat what an assessment waits for, and members
// until when they can appeal.
func assessmentsWaiting(tx *db.Tx) (list []dashboard.Task, err error) {
	waiting, err := member.AssessmentsWaiting(tx)
	for _, w := range waiting {
		t := dashboard.Task{Word: "app.waiting.assess_" + w.Word, Args: []any{w.Name}, Due: w.Due, Link: "/assessments/" + w.ID,
			Why: "app.waiting.assess_" + w.Word + "_why", WhyArgs: []any{w.Count}, Else: "app.waiting.assess_" + w.Word + "_else", Decide: w.Word != "look"}
		list = append(list, t)
	}
	return list, err
}
