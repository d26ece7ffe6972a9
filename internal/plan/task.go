package plan

import (
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"guildhall/internal/act"
	"guildhall/internal/fault"
)

// State tells how far a task is.
type State string

const (
	Open      State = "open"      // is being worked on
	Reported  State = "reported"  // its owner says that it is done
	Accepted  State = "accepted"  // done
	Failed    State = "failed"    // judged not done
	Cancelled State = "cancelled" // no longer wanted
)

// States lists what a task can be.
var States = []State{Open, Reported, Accepted, Failed, Cancelled}

// Where tasks come from.
const (
	Hand       = "hand"
	Resolution = "resolution"
	Warning    = "warning" // an indicator that must not be hit
	Demand     = "demand"
)

// Task is a piece of work that somebody owes the body (任务).
type Task struct {
	ID       string `json:"id"`
	Year     int    `json:"year"`
	Number   int    `json:"number"`
	Kind     string `json:"kind"` // task, or rectification (整改)
	Part     string `json:"part,omitempty"`
	Title    string `json:"title"`
	Target   string `json:"target,omitempty"`
	Goal     int64  `json:"goal,omitempty"` // the target in numbers, where it is one
	Done     int64  `json:"done,omitempty"`
	Hours    int64  `json:"hours,omitempty"`    // that its owner has put into it
	Evidence string `json:"evidence,omitempty"` // what must be shown
	Owner    string `json:"owner,omitempty"`
	Person   string `json:"person,omitempty"`
	Due      string `json:"due,omitempty"`

	Origin      string `json:"origin"`
	OriginID    string `json:"origin_id,omitempty"`
	OriginTitle string `json:"origin_title,omitempty"`
	OriginPath  string `json:"origin_path,omitempty"`

	State    State      `json:"state"`
	Progress int        `json:"progress"`
	Verdict  string     `json:"verdict,omitempty"`
	JudgedAt *time.Time `json:"judged_at,omitzero"`

	RemindedOn  string    `json:"reminded_on,omitempty"`
	EscalatedOn string    `json:"escalated_on,omitempty"`
	ChangedAt   time.Time `json:"changed_at"`

	OwnerName  Named  `json:"owner_name"`
	PersonName string `json:"person_name,omitempty"`
	Late       int    `json:"late,omitempty"` // days

	lateNoted bool
	madeAt    time.Time
	action    string
	notes     []Note
}

// Note is something that happened to a task.
type Note struct {
	ID       string    `json:"id"`
	At       time.Time `json:"at"`
	Person   string    `json:"person,omitempty"`
	Kind     string    `json:"kind"` // opened, changed, progress, reported, returned, accepted, failed, cancelled, reminded, escalated
	Progress int       `json:"progress"`
	Text     string    `json:"text,omitempty"`
}

// TaskForm is what a task is filled in with.
type TaskForm struct {
	Year     int    `json:"year"`
	Kind     string `json:"kind"`
	Part     string `json:"part"`
	Title    string `json:"title"`
	Target   string `json:"target"`
	Goal     int64  `json:"goal"`
	Evidence string `json:"evidence"`
	Owner    string `json:"owner"`  // a unit's id
	Person   string `json:"person"` // one who works there
	Due      string `json:"due"`

	Origin, OriginID, OriginTitle, OriginPath string `json:"-"`
}

func short(text string, most int) bool { return utf8.RuneCountInString(text) <= most }

// check tells all that is wrong with the form. Drafts need neither owner nor day.
func (f *TaskForm) check(draft bool) (wrong fault.List) {
	for _, text := range []*string{&f.Part, &f.Title, &f.Target, &f.Evidence} {
		*text = strings.TrimSpace(*text)
	}
	if f.Kind == "" {
		f.Kind = "task"
	}
	if f.Title == "" || !short(f.Title, 200) {
		wrong.Add("title", "plan.wrong.title", 200)
	}
	if !short(f.Part, 60) {
		wrong.Add("part", "plan.wrong.long", 60)
	}
	if !short(f.Target, 1000) {
		wrong.Add("target", "plan.wrong.long", 1000)
	}
	if !short(f.Evidence, 1000) {
		wrong.Add("evidence", "plan.wrong.long", 1000)
	}
	if f.Goal < 0 {
		wrong.Add("goal", "plan.wrong.negative")
	}
	if f.Kind != "task" && f.Kind != "rectification" {
		wrong.Add("kind", "plan.wrong.kind", f.Kind)
	}
	if f.Due != "" && !isDay(f.Due) {
		wrong.Add("due", "fault.date", f.Due)
	} else if f.Due == "" && !draft {
		wrong.Add("due", "plan.wrong.due")
	}
	if f.Owner == "" && !draft {
		wrong.Add("owner", "plan.wrong.owner")
	}
	if f.Year != 0 && (f.Year < 2000 || f.Year > 2100) {
		wrong.Add("year", "plan.wrong.year")
	}
	return wrong
}

// fill puts what the form says into the task.
func (t *Task) fill(f TaskForm) {
	t.Kind, t.Part, t.Title, t.Target, t.Goal, t.Evidence = f.Kind, f.Part, f.Title, f.Target, f.Goal, f.Evidence
	t.Owner, t.Person, t.Due = f.Owner, f.Person, f.Due
}

// Ended tells whether nothing more is to be done about the task.
func (t *Task) Ended() bool { return t.State != Open && t.State != Reported }

// late counts the days by which a task that is still open has passed its own.
func (t *Task) late(day string) int {
	if t.State != Open || t.Due == "" || t.Due >= day {
		return 0
	}
	return daysBetween(t.Due, day)
}

// report notes how far the owner is; done says that it is done.
func (t *Task) report(progress int, done, hours int64, finished bool) error {
	var wrong fault.List
	if progress < 0 || progress > 100 {
		wrong.Add("progress", "plan.wrong.progress")
	}
	if done < 0 {
		wrong.Add("done", "plan.wrong.negative")
	}
	if hours < 0 || hours > 100_000 {
		wrong.Add("hours", "plan.wrong.hours")
	}
	if len(wrong) > 0 {
		return wrong
	}
	if t.State != Open {
		return fault.Conflict.New("plan.not_open")
	}
	t.Progress, t.Done, t.Hours = progress, done, hours
	if finished {
		t.State, t.Progress = Reported, 100
	}
	return nil
}

// The verdicts on a report.
const (
	Accept = "accept"
	Return = "return"
	Fail   = "fail"
)

func (t *Task) judge(verdict, text string, now time.Time) error {
	switch {
	case verdict != Accept && verdict != Return && verdict != Fail:
		var wrong fault.List
		wrong.Add("verdict", "plan.wrong.verdict", verdict)
		return wrong
	case verdict != Accept && strings.TrimSpace(text) == "":
		var wrong fault.List
		wrong.Add("text", "plan.wrong.reason")
		return wrong
	case t.State != Reported && !(verdict == Fail && t.State == Open):
		return fault.Conflict.New("plan.not_reported")
	}
	t.Verdict, t.JudgedAt = strings.TrimSpace(text), &now
	t.State = map[string]State{Accept: Accepted, Return: Open, Fail: Failed}[verdict]
	return nil
}

func (t *Task) cancel(reason string) error {
	if t.Ended() {
		return fault.Conflict.New("plan.ended")
	}
	if strings.TrimSpace(reason) == "" {
		var wrong fault.List
		wrong.Add("text", "plan.wrong.reason")
		return wrong
	}
	t.State, t.Verdict = Cancelled, strings.TrimSpace(reason)
	return nil
}

// act gives an act about the task.
func (t *Task) act(kind string, amounts map[string]int64, marks ...string) act.Act {
	m := map[string]string{"kind": t.Kind, "origin": t.Origin}
	for i := 0; i+1 < len(marks); i += 2 {
		m[marks[i]] = marks[i+1]
	}
	return act.Act{Kind: kind, Unit: t.Owner, Subject: t.ID, Title: t.Title, Amounts: amounts, Marks: m}
}

var clause = regexp.MustCompile(`^\s*(?:[（(]?[一二三四五六七八九十]+[）)、.．]|[（(]?[0-9]+[）)、.．])\s*(.+)$`)

// Clauses gives the numbered clauses of a resolution, each of which is a task; a
// resolution without them is one task as a whole, which its title names.
func Clauses(title, words string) (list []string) {
	for line := range strings.SplitSeq(words, "\n") {
		if m := clause.FindStringSubmatch(line); m != nil {
			list = append(list, strings.TrimRight(strings.TrimSpace(m[1]), "；;。."))
		}
	}
	if len(list) == 0 {
		return []string{title}
	}
	return list
}
