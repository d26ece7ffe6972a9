package plan

import (
	"context"
	"io"
	"net/http"
	"strconv"

	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/files"
	"guildhall/internal/i18n"
	"guildhall/internal/sheet"
	"guildhall/internal/web"
)

type fileTaken = files.File

const evidenceLimit = 20 << 20

func (p *Plan) taskRoutes(rs *web.Routes) {
	rs.Add("GET /tasks", "plan.task.read", p.getTasks, web.Asks[TaskSearch](), web.Out[TaskPage]())
	rs.Add("POST /tasks", "plan.task.open", p.postTask, web.In[TaskForm](), web.Out[Task]())
	rs.Add("GET /tasks/new", "plan.task.open", p.getNewTask, web.Silent())
	rs.Add("GET /tasks/{id}", "plan.task.read", p.getTask, web.Out[Task]())
	rs.Add("GET /tasks/{id}/change", "plan.task.change", p.getChange, web.Silent())
	rs.Add("POST /tasks/{id}/changes", "plan.task.change", p.postChange, web.In[TaskForm](), web.Out[Task]())
	rs.Add("POST /tasks/{id}/reports", "plan.task.report", p.postReport, web.In[Report](), web.Out[Task](), web.Upload(5*evidenceLimit))
	rs.Add("POST /tasks/{id}/verdicts", "plan.task.judge", p.postVerdict, web.In[verdict](), web.Out[Task]())
	rs.Add("POST /tasks/{id}/cancellation", "plan.task.cancel", p.postCancel, web.In[verdict](), web.Out[Task]())
	rs.Add("GET /tasks/{id}/evidence/{file}", "plan.task.read", p.getEvidence)
	rs.Add("GET /plans/{year}", "plan.task.read", p.getYear, web.Out[Year]())
	rs.Add("POST /plans/{year}", "plan.year.set", p.postYear, web.In[Year](), web.Out[Year]())
}

type verdict struct {
	Verdict string `json:"verdict"` // accept, return or fail
	Text    string `json:"text"`
}

func (p *Plan) getTasks(r *http.Request) (web.Reply, error) {
	s, err := web.Query[TaskSearch](r)
	if err != nil {
		return web.Reply{}, err
	}
	if s.Format != "" {
		return p.exportTasks(r.Context(), s)
	}
	page, err := p.Tasks(r.Context(), s)
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: page, Page: tasksPage(page, s)}, nil
}

func (p *Plan) exportTasks(ctx context.Context, s TaskSearch) (web.Reply, error) {
	s.After, s.limit = "", 100_000
	page, err := p.Tasks(ctx, s)
	if err != nil {
		return web.Reply{}, err
	}
	return export(ctx, s.Format, "tasks", []string{"number", "part", "title", "target", "goal", "done", "evidence", "owner", "due", "state", "progress", "late", "origin", "verdict"},
		func(yield func(sheet.Row) bool) {
			for _, t := range page.Tasks {
				if !yield(sheet.Row{t.Ref(), t.Part, t.Title, t.Target, t.Goal, t.Done, t.Evidence, t.OwnerName.in(ctx), t.Due, say(ctx, "state."+string(t.State)),
					t.Progress, t.Late, t.origin(ctx), t.Verdict}) {
					return
				}
			}
		})
}

// Ref is the number under which people know the task.
func (t *Task) Ref() string { return strconv.Itoa(t.Year) + "-" + strconv.Itoa(t.Number) }

func (p *Plan) getTask(r *http.Request) (web.Reply, error) { return p.taskReply(r, nil) }

// taskReply shows a task, with what was wrong with what was sent about it.
func (p *Plan) taskReply(r *http.Request, wrong error) (web.Reply, error) {
	t, err := p.Task(r.Context(), r.PathValue("id"))
	if err != nil {
		return web.Reply{}, err
	}
	shown, err := db.View(r.Context(), p.DB, func(tx *db.Tx) ([]*files.File, error) { return files.About(tx, t.ID) })
	if err != nil {
		return web.Reply{}, err
	}
	var persons []string
	for _, n := range t.notes {
		persons = append(persons, n.Person)
	}
	names, err := db.View(r.Context(), p.DB, func(tx *db.Tx) (map[string]string, error) { return directory.PersonNames(tx, persons) })
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: t, Page: taskPage(t, shown, names, wrong)}, wrong
}

func (p *Plan) getNewTask(r *http.Request) (web.Reply, error) {
	ctx := r.Context()
	if err := policy.Allow(ctx, "plan.task.open", Thing{}); err != nil {
		return web.Reply{}, err
	}
	units, err := p.units(ctx)
	year, _ := strconv.Atoi(r.URL.Query().Get("year"))
	return web.Reply{Page: taskFormPage("", TaskForm{Year: year, Kind: "task"}, units, nil, nil)}, err
}

func (p *Plan) postTask(r *http.Request) (web.Reply, error) {
	f, err := web.Read[TaskForm](r)
	var t *Task
	if err == nil {
		t, err = p.Open(r.Context(), f)
	}
	if mendable(err) {
		units, also := p.units(r.Context())
		if also != nil {
			return web.Reply{}, also
		}
		return web.Reply{Page: taskFormPage("", f, units, nil, err)}, err
	}
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: t, Goto: "/tasks/" + t.ID, Done: "plan.done.opened"}, nil
}

func (p *Plan) getChange(r *http.Request) (web.Reply, error) {
	t, err := p.Task(r.Context(), r.PathValue("id"))
	if err == nil {
		err = policy.Allow(r.Context(), "plan.task.change", Thing{t.Owner})
	}
	if err != nil {
		return web.Reply{}, err
	}
	f := TaskForm{Year: t.Year, Kind: t.Kind, Part: t.Part, Title: t.Title, Target: t.Target, Goal: t.Goal, Evidence: t.Evidence, Owner: t.Owner, Person: t.Person, Due: t.Due}
	return p.changeForm(r, t.ID, f, nil)
}

func (p *Plan) changeForm(r *http.Request, id string, f TaskForm, wrong error) (web.Reply, error) {
	units, err := p.units(r.Context())
	if err != nil {
		return web.Reply{}, err
	}
	staff, err := db.View(r.Context(), p.DB, func(tx *db.Tx) (map[string]string, error) { return directory.StaffOf(tx, f.Owner) })
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Page: taskFormPage(id, f, units, staff, wrong)}, wrong
}

func (p *Plan) postChange(r *http.Request) (web.Reply, error) {
	f, err := web.Read[TaskForm](r)
	var t *Task
	if err == nil {
		t, err = p.Change(r.Context(), r.PathValue("id"), f)
	}
	if mendable(err) {
		return p.changeForm(r, r.PathValue("id"), f, err)
	}
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: t, Goto: "/tasks/" + t.ID, Done: "plan.done.changed"}, nil
}

func (p *Plan) postReport(r *http.Request) (web.Reply, error) {
	in, err := web.Read[Report](r)
	var shown []*files.File
	if err == nil {
		shown, err = p.received(r, "file")
	}
	var t *Task
	if err == nil {
		t, err = p.ReportOn(r.Context(), r.PathValue("id"), in, shown)
	}
	return p.taskDone(r, t, err, "plan.done.reported")
}

func (p *Plan) postVerdict(r *http.Request) (web.Reply, error) {
	in, err := web.Read[verdict](r)
	var t *Task
	if err == nil {
		t, err = p.Judge(r.Context(), r.PathValue("id"), in.Verdict, in.Text)
	}
	return p.taskDone(r, t, err, "plan.done.judged")
}

func (p *Plan) postCancel(r *http.Request) (web.Reply, error) {
	in, err := web.Read[verdict](r)
	var t *Task
	if err == nil {
		t, err = p.Cancel(r.Context(), r.PathValue("id"), in.Text)
	}
	return p.taskDone(r, t, err, "plan.done.cancelled")
}

func (p *Plan) taskDone(r *http.Request, t *Task, err error, done string) (web.Reply, error) {
	if mendable(err) {
		return p.taskReply(r, err)
	}
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: t, Goto: "/tasks/" + t.ID, Done: done}, nil
}

func (p *Plan) getEvidence(r *http.Request) (web.Reply, error) {
	f, content, err := p.Evidence(r.Context(), r.PathValue("id"), r.PathValue("file"))
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{File: &web.File{Name: f.Name, Type: "application/octet-stream",
		Write: func(w io.Writer) error { _, err := w.Write(content); return err }}}, nil
}

func (p *Plan) yearOf(r *http.Request) (*Year, error) {
	return db.View(r.Context(), p.DB, func(tx *db.Tx) (*Year, error) {
		if err := policy.Allow(r.Context(), "plan.task.read", Thing{}); err != nil {
			return nil, err
		}
		number, err := strconv.Atoi(r.PathValue("year"))
		if err != nil || number < 2000 || number > 2100 {
			return nil, notFound()
		}
		return year(tx, number)
	})
}

func (p *Plan) getYear(r *http.Request) (web.Reply, error) {
	y, err := p.yearOf(r)
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: y, Page: yearPage(y, nil)}, nil
}

func (p *Plan) postYear(r *http.Request) (web.Reply, error) {
	in, err := web.Read[Year](r)
	in.Year, _ = strconv.Atoi(r.PathValue("year"))
	var y *Year
	if err == nil {
		y, err = p.SetYear(r.Context(), in)
	}
	if mendable(err) {
		return web.Reply{Page: yearPage(&in, err)}, err
	}
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: y, Goto: "/tasks?year=" + strconv.Itoa(y.Year), Done: "plan.done.year"}, nil
}

func (t *Task) origin(ctx context.Context) string {
	said := say(ctx, "origin."+t.Origin)
	if t.OriginTitle != "" {
		said = i18n.T(ctx, "plan.origin_of", said, t.OriginTitle)
	}
	return said
}
