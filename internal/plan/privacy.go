package plan

import (
	"time"

	"guildhall/internal/db"
	"guildhall/internal/holding"
	"guildhall/internal/i18n"
)

// Keeper tells what a person was to do, and what they wrote about it. It was done for
// a unit, and is part of how the plan was carried out.
func Keeper() holding.Keeper {
	return holding.Keeper{Room: "plan", Kept: kept, Erase: func(*db.Tx, holding.Whom, holding.Terms) error { return nil }}
}

func kept(tx *db.Tx, w holding.Whom, _ holding.Terms) (list []holding.Holding, err error) {
	if w.Account == "" {
		return nil, nil
	}
	tasks, err := db.All(tx, db.Pair[string, string], `SELECT t.id, t.title FROM plan_task t WHERE t.person_id = $1 AND t.body = $2 ORDER BY t.id`, w.Account, tx.Body)
	if err != nil {
		return nil, err
	}
	for _, t := range tasks {
		list = append(list, holding.Holding{Kind: "plan.task", Subject: t.A, Path: "/tasks/" + t.A, Fate: holding.Nameless, Reason: "privacy.why.units_record", Fields: []holding.Field{{Name: "task", Value: t.B}}})
	}
	type note struct {
		task, text string
		at         time.Time
	}
	notes, err := db.All(tx, func(row db.Row) (n note, err error) { return n, row.Scan(&n.task, &n.text, &n.at) },
		`SELECT n.task_id, n.text, n.at FROM plan_note n WHERE n.person = $1 AND n.body = $2 ORDER BY n.id`, w.Account, tx.Body)
	for _, n := range notes {
		day := n.at.In(i18n.China).Format(time.DateOnly)
		list = append(list, holding.Holding{Kind: "plan.note", Subject: n.task, Path: "/tasks/" + n.task, Since: day, Fate: holding.Nameless, Reason: "privacy.why.units_record",
			Fields: []holding.Field{{Name: "written", Value: n.text}}})
	}
	return list, err
}
