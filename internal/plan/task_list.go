package plan

import (
	"context"
	"slices"
	"strings"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/fault"
)

// TaskSearch asks for a part of the tasks. Empty fields narrow nothing.
type TaskSearch struct {
	Text   string `json:"q"`
	Year   int    `json:"year"`
	State  string `json:"state"` // one of States, or late
	Owner  string `json:"owner"`
	Kind   string `json:"kind"`
	Origin string `json:"origin"`
	From   string `json:"of"`    // the id of what opened them
	Sort   string `json:"sort"`  // due, number, title or state; with a minus before it, falling
	After  string `json:"after"` // the last task of the page before
	Format string `json:"format"`

	limit int
}

// TaskPage is a part of the tasks.
type TaskPage struct {
	Found int     `json:"found"`
	Tasks []*Task `json:"tasks"`
	Next  string  `json:"next,omitempty"`
	Year  *Year   `json:"year,omitempty"` // the plan of the year that was asked for

	units []Named
	years []int
}

const pageSize = 50

func (s *TaskSearch) check() error {
	var wrong fault.List
	column, _ := strings.CutPrefix(s.Sort, "-")
	if s.Sort == "" {
		s.Sort = "due"
	} else if taskOrder[column] == "" {
		wrong.Add("sort", "plan.wrong.sort", s.Sort)
	}
	if s.State != "" && s.State != "late" && !slices.Contains(States, State(s.State)) {
		wrong.Add("state", "plan.wrong.state", s.State)
	}
	return wrong.Err()
}

func (s TaskSearch) where(tx *db.Tx) (w db.Where) {
	w.And("t.body = ?", tx.Body)
	w.Like(strings.TrimSpace(s.Text), "t.title", "t.part", "t.target", "t.origin_title")
	if s.Year != 0 {
		w.And("t.year = ?", s.Year)
	}
	switch s.State {
	case "":
	case "late":
		w.And("t.state = 'open' AND t.due_on <> '' AND t.due_on < ?", today(tx))
	default:
		w.And("t.state = ?", s.State)
	}
	for column, value := range map[string]string{"t.owner_id": s.Owner, "t.kind": s.Kind, "t.origin": s.Origin, "t.origin_id": s.From} {
		if value != "" {
			w.And(column+" = ?", value)
		}
	}
	return w
}

// Tasks gives a part of the tasks, as it stands in the address.
func (p *Plan) Tasks(ctx context.Context, s TaskSearch) (*TaskPage, error) {
	return db.View(ctx, p.DB, func(tx *db.Tx) (page *TaskPage, err error) {
		if err := policy.Allow(ctx, "plan.task.read", Thing{}); err != nil {
			return nil, err
		}
		if err := s.check(); err != nil {
			return nil, err
		}
		size := s.limit
		if size == 0 {
			size = pageSize
		}
		page = new(TaskPage)
		if page.Found, err = countTasks(tx, s.where(tx)); err != nil {
			return nil, err
		}
		column, falling := strings.CutPrefix(s.Sort, "-")
		if page.Tasks, err = listTasks(tx, s.where(tx), column, falling, s.After, size+1); err != nil {
			return nil, err
		}
		if len(page.Tasks) > size {
			page.Tasks = page.Tasks[:size]
			page.Next = page.Tasks[size-1].ID
		}
		if err := nameTasks(tx, page.Tasks...); err != nil {
			return nil, err
		}
		if s.Year != 0 {
			if page.Year, err = year(tx, s.Year); err != nil {
				return nil, err
			}
		}
		if page.years, err = db.All(tx, db.Value[int], `SELECT DISTINCT year FROM plan_task WHERE body = $1 ORDER BY year DESC`, tx.Body); err != nil {
			return nil, err
		}
		page.units, err = owners(tx, `SELECT DISTINCT owner_id FROM plan_task WHERE body = $1 AND owner_id <> ''`)
		return page, err
	})
}

// owners names the units that a query of one column gives.
func owners(tx *db.Tx, query string) ([]Named, error) {
	ids, err := db.All(tx, db.Value[string], query, tx.Body)
	if err != nil {
		return nil, err
	}
	units, err := directory.Units(tx)
	list := make([]Named, len(ids))
	for i, id := range ids {
		list[i] = named(units, id)
	}
	slices.SortFunc(list, func(a, b Named) int { return strings.Compare(a.Name+a.ID, b.Name+b.ID) })
	return list, err
}

// Waits is a task that waits for whoever asks.
type Waits struct {
	Task   *Task
	Assign bool // nobody's yet
	Judge  bool // reported, and to be judged
}

// Waiting gives the tasks that wait for the actor: their unit's own, and for the
// secretariat those that nobody has or that are to be judged.
func (p *Plan) Waiting(tx *db.Tx) (list []Waits, err error) {
	a := auth.From(tx.Context())
	if err := policy.Allow(tx.Context(), "plan.task.read", Thing{}); err != nil {
		return nil, err
	}
	var w db.Where
	w.And("t.body = ? AND t.state IN ('open', 'reported')", tx.Body)
	if a.Runs() {
		w.And("t.state = 'reported' OR t.owner_id = '' OR t.owner_id = ? OR t.person_id = ? OR t.escalated_on <> ''", a.Unit, a.ID)
	} else {
		w.And("t.state = 'open' AND t.owner_id = ?", a.Unit)
		if !a.Is(auth.UnitAdmin) {
			w.And("t.person_id = '' OR t.person_id = ?", a.ID)
		}
	}
	tasks, err := listTasks(tx, w, "due", false, "", 200)
	if err != nil {
		return nil, err
	}
	for _, t := range tasks {
		list = append(list, Waits{t, t.Owner == "", t.State == Reported})
	}
	return list, nameTasks(tx, tasks...)
}

// Unfinished gives the tasks that resolutions opened and that are not done, for
// the first item of the next agenda.
func (p *Plan) Unfinished(tx *db.Tx) ([]*Task, error) {
	var w db.Where
	w.And("t.body = ? AND t.origin = 'resolution' AND t.state IN ('open', 'reported')", tx.Body)
	tasks, err := listTasks(tx, w, "due", false, "", 200)
	if err != nil {
		return nil, err
	}
	return tasks, nameTasks(tx, tasks...)
}
