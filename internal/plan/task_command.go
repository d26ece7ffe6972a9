package plan

import (
	"context"
	"strconv"

	"guildhall/internal/act"
	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/fault"
	"guildhall/internal/files"
)

// Task gives one task with all that happened to it.
func (p *Plan) Task(ctx context.Context, id string) (*Task, error) {
	return db.View(ctx, p.DB, func(tx *db.Tx) (*Task, error) {
		t, err := seeTask(tx, id)
		if err != nil {
			return nil, err
		}
		if t.notes, err = notesOf(tx, id); err != nil {
			return nil, err
		}
		return t, nameTasks(tx, t)
	})
}

// Open puts a task on the plan.
func (p *Plan) Open(ctx context.Context, f TaskForm) (*Task, error) {
	return db.Update(ctx, p.DB, func(tx *db.Tx) (*Task, error) {
		if err := policy.Allow(ctx, "plan.task.open", Thing{}); err != nil {
			return nil, err
		}
		f.Origin = Hand
		if err := p.inspect(tx, &f, false); err != nil {
			return nil, err
		}
		return open(tx, f)
	})
}

// OpenDraft opens a task that a resolution, a warning or a demand asks for; whose
// it is and by when, the secretariat settles next. Something that was opened for
// one origin under one title is not opened again. It is called by readers of the
// journal, in their transaction.
func (p *Plan) OpenDraft(tx *db.Tx, f TaskForm) (*Task, error) {
	had, err := db.All(tx, scanTask, `SELECT `+taskColumns+` FROM plan_task t WHERE t.body = $1 AND t.origin = $2 AND t.origin_id = $3 AND t.title = $4`,
		tx.Body, f.Origin, f.OriginID, f.Title)
	if err != nil {
		return nil, err
	}
	if len(had) > 0 {
		return had[0], nil
	}
	if wrong := f.check(true); len(wrong) > 0 {
		return nil, wrong
	}
	return open(tx, f)
}

func open(tx *db.Tx, f TaskForm) (t *Task, err error) {
	t = &Task{ID: db.NewID(), Year: f.Year, Origin: f.Origin, OriginID: f.OriginID, OriginTitle: f.OriginTitle, OriginPath: f.OriginPath,
		State: Open, madeAt: tx.Now, action: "plan.task.open"}
	if t.Year == 0 {
		day := f.Due
		if day == "" {
			day = today(tx)
		}
		t.Year, _ = strconv.Atoi(day[:4])
	}
	t.fill(f)
	if t.Number, err = nextNumber(tx, t.Year); err != nil {
		return nil, err
	}
	if err := keepTask(tx, t, "opened", ""); err != nil {
		return nil, err
	}
	return t, act.Note(tx, t.act("plan.task.opened", nil))
}

// inspect checks a form, also whether the unit is one of the directory's and the
// person works there.
func (p *Plan) inspect(tx *db.Tx, f *TaskForm, draft bool) error {
	wrong := f.check(draft)
	if f.Owner != "" {
		if _, err := directory.FindUnit(tx, f.Owner); err != nil {
			wrong.Add("owner", "plan.wrong.unit")
		}
	}
	if f.Person != "" {
		staff, err := directory.StaffOf(tx, f.Owner)
		if err != nil {
			return err
		}
		if _, ok := staff[f.Person]; !ok {
			wrong.Add("person", "plan.wrong.person")
		}
	}
	return wrong.Err()
}

// Change says anew what a task is and whose.
func (p *Plan) Change(ctx context.Context, id string, f TaskForm) (*Task, error) {
	return db.Update(ctx, p.DB, func(tx *db.Tx) (*Task, error) {
		t, err := takeTask(tx, "plan.task.change", id)
		if err != nil {
			return nil, err
		}
		if t.Ended() {
			return nil, fault.Conflict.New("plan.ended")
		}
		if err := p.inspect(tx, &f, false); err != nil {
			return nil, err
		}
		later := t.Due != "" && f.Due > t.Due
		t.fill(f)
		if later {
			t.RemindedOn, t.EscalatedOn = "", ""
		}
		return t, keepTask(tx, t, "changed", "")
	})
}

// Report is what the owner of a task tells of it.
type Report struct {
	Progress int    `json:"progress"`
	Done     int64  `json:"done"`
	Hours    int64  `json:"hours"` // put into it so far
	Text     string `json:"text"`
	Finished bool   `json:"finished"`
}

// ReportOn notes how far a task is. The files are evidence, which the store has
// taken in already. A task for which something must be shown is not reported done
// without.
func (p *Plan) ReportOn(ctx context.Context, id string, r Report, evidence []*files.File) (*Task, error) {
	return db.Update(ctx, p.DB, func(tx *db.Tx) (*Task, error) {
		t, err := takeTask(tx, "plan.task.report", id)
		if err != nil {
			return nil, err
		}
		shown, err := files.About(tx, id)
		if err != nil {
			return nil, err
		}
		if r.Finished && t.Evidence != "" && len(shown)+len(evidence) == 0 {
			var wrong fault.List
			wrong.Add("file", "plan.wrong.evidence", t.Evidence)
			return nil, wrong
		}
		if err := t.report(r.Progress, r.Done, r.Hours, r.Finished); err != nil {
			return nil, err
		}
		for _, f := range evidence {
			if err := files.Keep(tx, f, "plan.evidence", id); err != nil {
				return nil, err
			}
		}
		kind := "progress"
		if r.Finished {
			kind = "reported"
		}
		return t, keepTask(tx, t, kind, r.Text)
	})
}

// Judge accepts what was reported, gives it back, or finds the task not done.
func (p *Plan) Judge(ctx context.Context, id, verdict, text string) (*Task, error) {
	return db.Update(ctx, p.DB, func(tx *db.Tx) (*Task, error) {
		t, err := takeTask(tx, "plan.task.judge", id)
		if err != nil {
			return nil, err
		}
		if err := t.judge(verdict, text, tx.Now); err != nil {
			return nil, err
		}
		kind := map[State]string{Accepted: "accepted", Open: "returned", Failed: "failed"}[t.State]
		on, err := reportedOn(tx, id)
		if err != nil {
			return nil, err
		}
		if err := keepTask(tx, t, kind, t.Verdict); err != nil {
			return nil, err
		}
		switch t.State {
		case Accepted:
			late, timely := 0, "yes"
			if t.Due != "" && on > t.Due {
				late, timely = daysBetween(t.Due, on), "no"
			}
			return t, act.Note(tx, t.act("plan.task.accepted", map[string]int64{"late": int64(late), "hours": t.Hours}, "timely", timely))
		case Failed:
			return t, act.Note(tx, t.act("plan.task.failed", nil))
		}
		return t, nil
	})
}

// Cancel takes a task off the plan, with a reason; it stays to be read, and no
// longer counts as opened.
func (p *Plan) Cancel(ctx context.Context, id, reason string) (*Task, error) {
	return db.Update(ctx, p.DB, func(tx *db.Tx) (*Task, error) {
		t, err := takeTask(tx, "plan.task.cancel", id)
		if err != nil {
			return nil, err
		}
		if err := t.cancel(reason); err != nil {
			return nil, err
		}
		if err := keepTask(tx, t, "cancelled", reason); err != nil {
			return nil, err
		}
		_, err = act.TakeBack(tx, "plan.task.opened", t.ID, reason)
		return t, err
	})
}

// Evidence gives a file that was shown for a task.
func (p *Plan) Evidence(ctx context.Context, task, file string) (*files.File, []byte, error) {
	f, err := db.View(ctx, p.DB, func(tx *db.Tx) (*files.File, error) {
		if _, err := seeTask(tx, task); err != nil {
			return nil, err
		}
		f, err := files.Find(tx, file)
		if err == nil && f.Subject != task {
			return nil, notFound()
		}
		return f, err
	})
	if err != nil {
		return nil, nil, err
	}
	content, err := p.Files.Read(f)
	return f, content, err
}

func seeTask(tx *db.Tx, id string) (*Task, error) {
	if auth.From(tx.Context()).ID == "" {
		return nil, policy.Allow(tx.Context(), "plan.task.read", Thing{})
	}
	t, err := findTask(tx, id)
	if err == nil && !policy.Can(tx.Context(), "plan.task.read", Thing{t.Owner}) {
		return nil, notFound()
	}
	return t, err
}

func takeTask(tx *db.Tx, action, id string) (*Task, error) {
	t, err := seeTask(tx, id)
	if err != nil {
		return nil, err
	}
	t.action = action
	return t, policy.Allow(tx.Context(), action, Thing{t.Owner})
}
