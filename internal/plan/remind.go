package plan

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"guildhall/internal/act"
	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/rule"
)

// Remind looks at every body's open tasks from time to time, until ctx is done, and posts
// what an older program that still serves has noted without the ledger.
func (p *Plan) Remind(ctx context.Context) {
	for {
		bodies, err := db.View(db.In(ctx, db.House), p.DB, directory.Bodies)
		for _, b := range bodies {
			_, also := p.RemindOnce(db.In(ctx, b.ID))
			_, posted := p.Settle(db.In(ctx, b.ID))
			err = errors.Join(err, also, posted)
		}
		if err != nil && ctx.Err() == nil {
			slog.ErrorContext(ctx, "plan: reminders", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(time.Hour):
		}
	}
}

// due is what the day asks about a task.
type due struct{ remind, late, escalate bool }

// asks tells what a day asks about an open task under a rule: a reminder before
// and, again and again, after its day; once, that it is late; once, that it goes
// up to those in charge.
func (t *Task) asks(day string, r Reminding) (d due) {
	if t.State != Open || t.Due == "" {
		return d
	}
	late := daysBetween(t.Due, day)
	switch {
	case late > 0:
		d.remind = t.RemindedOn == "" || t.RemindedOn <= t.Due || daysBetween(t.RemindedOn, day) >= r.EveryDays
		d.late = !t.lateNoted
		d.escalate = late >= r.EscalateDays && t.EscalatedOn == ""
	case -late <= r.BeforeDays:
		d.remind = t.RemindedOn == ""
	}
	return d
}

// RemindOnce reminds of the body's tasks what the day asks, and tells of how many.
// Done twice on one day, it does nothing the second time.
func (p *Plan) RemindOnce(ctx context.Context) (int, error) {
	return db.Update(ctx, p.DB, func(tx *db.Tx) (n int, err error) {
		held, err := rule.Today[Reminding](tx, "plan.reminding")
		if err != nil {
			return 0, err
		}
		var w db.Where
		last := tx.Now.AddDate(0, 0, held.Rule.BeforeDays+1).Format(time.DateOnly)
		w.And("t.body = ? AND t.state = 'open' AND t.due_on <> '' AND t.due_on <= ?", tx.Body, last)
		tasks, err := listTasks(tx, w, "due", false, "", 5000)
		if err != nil {
			return 0, err
		}
		day := today(tx)
		for _, t := range tasks {
			d := t.asks(day, held.Rule)
			if d == (due{}) {
				continue
			}
			n++
			if err := t.remind(tx, d, day); err != nil {
				return n, err
			}
		}
		return n, nil
	})
}

func (t *Task) remind(tx *db.Tx, d due, day string) error {
	var acts []act.Act
	if d.late {
		t.lateNoted = true
		acts = append(acts, t.act("plan.task.overdue", nil))
	}
	kind := "reminded"
	t.action = "plan.task.remind"
	if d.escalate {
		kind, t.action, t.EscalatedOn = "escalated", "plan.task.escalate", day
		acts = append(acts, t.act("plan.task.escalated", map[string]int64{"late": int64(t.late(day))}))
	}
	if d.remind || d.escalate {
		t.RemindedOn = day
	}
	if err := keepTask(tx, t, kind, ""); err != nil {
		return err
	}
	return act.Note(tx, acts...)
}
