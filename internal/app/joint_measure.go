package app

import (
	"encoding/json"

	"guildhall/internal/dashboard"
	"guildhall/internal/db"
	"guildhall/internal/i18n"
	"guildhall/internal/journal"
	"guildhall/internal/measure"
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
