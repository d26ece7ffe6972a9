package plan

import (
	"strings"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/i18n"
	"guildhall/internal/journal"
	"time"
)

const taskColumns = `t.id, t.year, t.number, t.kind, t.part, t.title, t.target, t.goal, t.done, t.evidence, t.owner_id, t.person_id, t.due_on,
	t.origin, t.origin_id, t.origin_title, t.origin_path, t.state, t.progress, t.verdict, t.judged_at, t.reminded_on, t.escalated_on, t.late_noted,
	t.made_at, t.changed_at, t.hours`

func scanTask(row db.Row) (*Task, error) {
	t := new(Task)
	err := row.Scan(&t.ID, &t.Year, &t.Number, &t.Kind, &t.Part, &t.Title, &t.Target, &t.Goal, &t.Done, &t.Evidence, &t.Owner, &t.Person, &t.Due,
		&t.Origin, &t.OriginID, &t.OriginTitle, &t.OriginPath, &t.State, &t.Progress, &t.Verdict, &t.JudgedAt, &t.RemindedOn, &t.EscalatedOn, &t.lateNoted,
		&t.madeAt, &t.ChangedAt, &t.Hours)
	return t, err
}

func findTask(tx *db.Tx, id string) (*Task, error) {
	return db.One(tx, scanTask, `SELECT `+taskColumns+` FROM plan_task t WHERE t.id = $1 AND t.body = $2`, id, tx.Body)
}

// taskOrder are the orders of the list; what is due on no day stands last.
var taskOrder = map[string]string{
	"due":    "CASE WHEN t.due_on = '' THEN '9999' ELSE t.due_on END",
	"number": "t.year * 100000 + t.number",
	"title":  "t.title",
	"state":  "t.state",
}

func listTasks(tx *db.Tx, w db.Where, sort string, falling bool, after string, limit int) ([]*Task, error) {
	by, than, order := taskOrder[sort], ">", ""
	if falling {
		than, order = "<", " DESC"
	}
	if after != "" {
		w.And(`(`+by+`, t.id) `+than+` (SELECT `+strings.ReplaceAll(by, "t.", "x.")+`, x.id FROM plan_task x WHERE x.id = ? AND x.body = ?)`, after, tx.Body)
	}
	where := w.String()
	return db.All(tx, scanTask, `SELECT `+taskColumns+` FROM plan_task t`+where+` ORDER BY `+by+order+`, t.id`+order+` LIMIT `+w.Next(limit), w.Args...)
}

func countTasks(tx *db.Tx, w db.Where) (int, error) {
	return db.One(tx, db.Value[int], `SELECT count(*) FROM plan_task t`+w.String(), w.Args...)
}

func nextNumber(tx *db.Tx, year int) (int, error) {
	return db.One(tx, db.Value[int], `SELECT coalesce(max(number), 0) + 1 FROM plan_task WHERE body = $1 AND year = $2`, tx.Body, year)
}

func saveTask(tx *db.Tx, t *Task) error {
	t.ChangedAt = tx.Now
	_, err := tx.Exec(`
		INSERT INTO plan_task (id, body, year, number, kind, part, title, target, goal, done, evidence, owner_id, person_id, due_on, origin, origin_id, origin_title,
			origin_path, state, progress, verdict, judged_at, reminded_on, escalated_on, late_noted, made_at, changed_at, hours)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28)
		ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, part = excluded.part, title = excluded.title, target = excluded.target, goal = excluded.goal,
			done = excluded.done, evidence = excluded.evidence, owner_id = excluded.owner_id, person_id = excluded.person_id, due_on = excluded.due_on,
			state = excluded.state, progress = excluded.progress, verdict = excluded.verdict, judged_at = excluded.judged_at,
			reminded_on = excluded.reminded_on, escalated_on = excluded.escalated_on, late_noted = excluded.late_noted, changed_at = excluded.changed_at,
			hours = excluded.hours`,
		t.ID, tx.Body, t.Year, t.Number, t.Kind, t.Part, t.Title, t.Target, t.Goal, t.Done, t.Evidence, t.Owner, t.Person, t.Due, t.Origin, t.OriginID, t.OriginTitle,
		t.OriginPath, string(t.State), t.Progress, t.Verdict, t.JudgedAt, t.RemindedOn, t.EscalatedOn, t.lateNoted, t.madeAt, t.ChangedAt, t.Hours)
	return err
}

func scanNote(row db.Row) (n Note, err error) {
	return n, row.Scan(&n.ID, &n.At, &n.Person, &n.Kind, &n.Progress, &n.Text)
}

func notesOf(tx *db.Tx, task string) ([]Note, error) {
	return db.All(tx, scanNote, `SELECT n.id, n.at, n.person, n.kind, n.progress, n.text FROM plan_note n WHERE n.task_id = $1 AND n.body = $2 ORDER BY n.id`, task, tx.Body)
}

// reportedOn gives the civil day of the report that waits.
func reportedOn(tx *db.Tx, task string) (string, error) {
	days, err := db.All(tx, db.Value[time.Time], `SELECT n.at FROM plan_note n WHERE n.task_id = $1 AND n.body = $2 AND n.kind = 'reported' ORDER BY n.id DESC LIMIT 1`, task, tx.Body)
	if err != nil || len(days) == 0 {
		return today(tx), err
	}
	return days[0].In(i18n.Zone(tx.Context())).Format(time.DateOnly), nil
}

// keepTask saves what was done with a task, notes it under the task, and lets the
// journal tell of it.
func keepTask(tx *db.Tx, t *Task, kind, text string) error {
	if t.action == "" {
		panic("plan: a task is kept that was taken for no action")
	}
	if err := saveTask(tx, t); err != nil {
		return err
	}
	n := Note{ID: db.NewID(), At: tx.Now, Person: auth.From(tx.Context()).ID, Kind: kind, Progress: t.Progress, Text: text}
	if _, err := tx.Exec(`INSERT INTO plan_note (id, body, task_id, at, person, kind, progress, text) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		n.ID, tx.Body, t.ID, n.At, n.Person, n.Kind, n.Progress, n.Text); err != nil {
		return err
	}
	return journal.Record(tx, t.action, t.ID, map[string]any{"title": t.Title, "owner": t.Owner, "due": t.Due, "state": t.State, "progress": t.Progress, "note": kind})
}

// nameTasks fills in who owns tasks and by how much they are late.
func nameTasks(tx *db.Tx, tasks ...*Task) error {
	units, err := directory.Units(tx)
	if err != nil {
		return err
	}
	var persons []string
	for _, t := range tasks {
		t.OwnerName, t.Late = named(units, t.Owner), t.late(today(tx))
		if t.Person != "" {
			persons = append(persons, t.Person)
		}
	}
	names, err := directory.PersonNames(tx, persons)
	for _, t := range tasks {
		t.PersonName = names[t.Person]
	}
	return err
}
