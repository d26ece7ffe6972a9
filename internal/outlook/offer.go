package outlook

import (
	"guildhall/internal/auth"
	"guildhall/internal/db"
)

// What other rooms ask of this one; app joins them.

// Figure is a number for the dashboard.
type Figure struct {
	Word  string `json:"word"` // key of its name
	Value int    `json:"value"`
	Link  string `json:"link"`
}

// Task is something that waits for the actor: the key of a sentence with its
// arguments, and where it is done.
type Task struct {
	Word string `json:"word"`
	Args []any  `json:"args"`
	Link string `json:"link"`
}

// Figures gives the totals of the newest release that the actor may see.
func (o *Outlook) Figures(tx *db.Tx) ([]Figure, error) {
	r, err := shown(tx, "", 0)
	if err != nil || r == nil {
		return nil, err
	}
	gaps, err := listGaps(tx, r.ID)
	if err != nil {
		return nil, err
	}
	t := tableFor(auth.From(tx.Context()), r, gaps, Search{})
	short := 0
	for _, g := range t.everything {
		if blank(g) == 0 && g.Word == "shortage" {
			short++
		}
	}
	return []Figure{
		{"outlook.figure.demand", int(t.Total.Demand), "/gaps"},
		{"outlook.figure.supply", int(t.Total.Supply), "/gaps"},
		{"outlook.figure.short", short, "/gaps?short=1"},
	}, nil
}

// Waiting gives what waits for the actor: for whoever runs the body, releases that
// want a next step; for an enterprise, plans that it has not told yet.
func (o *Outlook) Waiting(tx *db.Tx) ([]Task, error) {
	a := auth.From(tx.Context())
	switch {
	case a.Runs():
		return o.releasesWaiting(tx)
	case a.For(a.Unit):
		return plansWaiting(tx, a.Unit)
	}
	return nil, nil
}

func (o *Outlook) releasesWaiting(tx *db.Tx) (list []Task, err error) {
	newest, err := latest(tx, []State{Computing, Failed, Computed, Reviewed, Published}, 0, 0)
	if err != nil {
		return nil, err
	}
	told, err := newestTold(tx)
	if err != nil {
		return nil, err
	}
	switch {
	case newest == nil && told != "":
		list = append(list, Task{"outlook.waiting.first", []any{told}, "/releases"})
	case newest == nil:
	case newest.State == Computed:
		list = append(list, Task{"outlook.waiting.review", []any{newest.Number}, "/releases/" + newest.ID})
	case newest.State == Reviewed:
		list = append(list, Task{"outlook.waiting.publish", []any{newest.Number}, "/releases/" + newest.ID})
	case newest.State == Failed:
		list = append(list, Task{"outlook.waiting.failed", []any{newest.Number}, "/releases/" + newest.ID})
	case newest.State == Published && told > newest.AsOf:
		list = append(list, Task{"outlook.waiting.again", []any{told, newest.AsOf}, "/releases"})
	}
	return list, nil
}

// newestTold gives the last quarter of which hires were told, or nothing.
func newestTold(tx *db.Tx) (string, error) {
	return db.One(tx, db.Value[string], `SELECT coalesce(max(quarter), '') FROM outlook_hiring WHERE body = $1 AND hired IS NOT NULL`, tx.Body)
}

// plansWaiting tells an enterprise of how many of its kinds of work it has not told
// a plan for the quarters ahead.
func plansWaiting(tx *db.Tx, unit string) ([]Task, error) {
	told, err := newestTold(tx)
	if err != nil || told == "" {
		return nil, err
	}
	n, err := db.One(tx, db.Value[int], `SELECT count(DISTINCT h.position) FROM outlook_hiring h
		WHERE h.body = $1 AND h.unit_id = $2 AND h.quarter > $3 AND NOT EXISTS (SELECT 1 FROM outlook_plan p
			WHERE p.body = h.body AND p.unit_id = h.unit_id AND p.position = h.position AND p.quarter > $4)`,
		tx.Body, unit, later(told, -4), told)
	if err != nil || n == 0 {
		return nil, err
	}
	return []Task{{"outlook.waiting.plans", []any{n, later(told, 1)}, "/imports"}}, nil
}
