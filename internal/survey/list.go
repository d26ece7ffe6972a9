package survey

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/fault"
)

// Rounds lists the rounds that the actor may see, newest first.
func (s *Survey) Rounds(ctx context.Context) ([]*Round, error) {
	return db.View(ctx, s.DB, func(tx *db.Tx) ([]*Round, error) {
		if err := policy.Allow(ctx, "survey.round.read", about{state: Opened}); err != nil {
			return nil, err
		}
		all, err := listRounds(tx, auth.From(ctx).Runs())
		for _, r := range all {
			if r.CheckedAt == nil && r.State != Drafted && err == nil {
				var forms []*Form
				forms, err = formsOf(tx, r.ID)
				r.Counted = count(forms)
			}
		}
		return all, err
	})
}

// Search narrows and orders the forms of a round.
type Search struct {
	Text   string `json:"q"`
	State  string `json:"state"`
	Doubts bool   `json:"doubts"` // only those with doubts
	Sort   string `json:"sort"`   // name, weight, planned, answered; a minus before it: falling
	Page   int    `json:"page"`   // from 1
	Format string `json:"format"` // xlsx or csv: as a file
}

// PageSize is how many forms a page of the list has.
const PageSize = 100

// Entry is a form in the list.
type Entry struct {
	*Form
	Name    string `json:"name"`
	NameEN  string `json:"name_en"`
	Planned int64  `json:"planned"` // for the year
}

// Whole is a round with its forms, as far as the actor may see them.
type Whole struct {
	Round *Round  `json:"round"`
	Mine  *Form   `json:"mine,omitempty"` // of the enterprise for which the actor works
	Forms []Entry `json:"forms"`
	Match int     `json:"match"` // forms that were searched for
	More  bool    `json:"more"`
}

// Round gives a round; whoever runs the body sees its forms, an enterprise its own.
func (s *Survey) Round(ctx context.Context, id string, q Search) (*Whole, error) {
	return db.View(ctx, s.DB, func(tx *db.Tx) (*Whole, error) {
		r, err := see(tx, id)
		if err != nil {
			return nil, err
		}
		forms, err := formsOf(tx, id)
		if err != nil {
			return nil, err
		}
		if r.CheckedAt == nil {
			r.Counted = count(forms)
		}
		w := &Whole{Round: r}
		if a := auth.From(ctx); works(a) {
			if i := slices.IndexFunc(forms, func(f *Form) bool { return f.Unit == a.Unit }); i >= 0 {
				w.Mine = forms[i]
			}
		}
		if !policy.Can(ctx, "survey.form.list", about{state: r.State}) {
			return w, nil
		}
		units, err := directory.Units(tx)
		if err != nil {
			return nil, err
		}
		w.Forms = q.narrow(entries(forms, units))
		w.Match = len(w.Forms)
		if q.Format == "" {
			w.page(q.Page)
		}
		return w, nil
	})
}

func (w *Whole) page(n int) {
	from := min(max(n-1, 0)*PageSize, len(w.Forms))
	w.More = len(w.Forms) > from+PageSize
	w.Forms = w.Forms[from:min(from+PageSize, len(w.Forms))]
}

func entries(forms []*Form, units map[string]*directory.Unit) (list []Entry) {
	for _, f := range forms {
		e := Entry{Form: f, Name: f.Unit}
		if u := units[f.Unit]; u != nil {
			e.Name, e.NameEN = u.Short(), u.NameEN
		}
		for _, l := range f.Lines {
			e.Planned += l.Sum()
		}
		list = append(list, e)
	}
	return list
}

var sorts = map[string]func(a, b Entry) int{
	"name":    func(a, b Entry) int { return cmp.Compare(a.Name, b.Name) },
	"weight":  func(a, b Entry) int { return cmp.Compare(a.Weight, b.Weight) },
	"planned": func(a, b Entry) int { return cmp.Compare(a.Planned, b.Planned) },
	"answered": func(a, b Entry) int {
		at := func(e Entry) time.Time {
			if e.AnsweredAt == nil {
				return time.Time{}
			}
			return *e.AnsweredAt
		}
		return at(a).Compare(at(b))
	},
}

// order is the order that was asked for, or the largest enterprise first.
func (q Search) order() string {
	if sorts[strings.TrimPrefix(q.Sort, "-")] == nil {
		return "-weight"
	}
	return q.Sort
}

func (q Search) narrow(all []Entry) []Entry {
	text := strings.ToLower(strings.TrimSpace(q.Text))
	some := slices.DeleteFunc(all, func(e Entry) bool {
		return text != "" && !strings.Contains(strings.ToLower(e.Name+" "+e.NameEN), text) ||
			q.State != "" && string(e.State) != q.State || q.Doubts && (len(e.Doubts) == 0 || e.State != Answered)
	})
	column, falling := strings.CutPrefix(q.order(), "-")
	by := sorts[column]
	slices.SortStableFunc(some, func(a, b Entry) int {
		if falling {
			a, b = b, a
		}
		return cmp.Or(by(a, b), cmp.Compare(a.Unit, b.Unit))
	})
	return some
}

// Facts are what a bulletin tells of the survey that it rests on.
type Facts struct {
	Number   int
	Title    string
	Asked    int
	Answered int
	Rate     float64
	Coverage float64
}

// Latest gives the facts of the newest round that was checked, or nil.
func Latest(tx *db.Tx) (*Facts, error) {
	all, err := listRounds(tx, false)
	if err != nil {
		return nil, err
	}
	for _, r := range all {
		if r.CheckedAt != nil {
			c := r.Counted
			return &Facts{r.Number, r.Title, c.Asked, c.Answered, c.Rate(), c.Coverage()}, nil
		}
	}
	return nil, nil
}

// Task is something that waits for the actor; app shows it in the one list.
type Task struct {
	Word     string
	Args     []any
	Due      string
	Link     string
	Why      string
	WhyArgs  []any
	Else     string
	ElseArgs []any
	Decide   bool
}

// Waiting gives what waits for the actor: an enterprise its form, until the day on
// which the round closes; whoever runs the body the next step of each round.
func (s *Survey) Waiting(tx *db.Tx) (list []Task, err error) {
	a := auth.From(tx.Context())
	switch {
	case a.Runs():
		return roundsWaiting(tx)
	case !works(a):
		return nil, nil
	}
	forms, err := openForms(tx, a.Unit)
	for _, f := range forms {
		var r *Round
		if r, err = findRound(tx, f.Round); err != nil {
			return nil, err
		}
		t := Task{Word: "survey.waiting.answer", Args: []any{r.Title}, Due: r.Closes, Link: "/surveys/" + r.ID + "/forms/" + f.Unit,
			Why: "survey.waiting.answer_why", Else: "survey.waiting.answer_else"}
		switch {
		case f.State == Returned:
			t.Why, t.WhyArgs = "survey.waiting.returned_why", []any{f.Why}
		case f.Reminded > 0:
			t.Why, t.WhyArgs = "survey.waiting.reminded_why", []any{f.Reminded}
		}
		list = append(list, t)
	}
	return list, err
}

func roundsWaiting(tx *db.Tx) (list []Task, err error) {
	all, err := listRounds(tx, true)
	if err != nil {
		return nil, err
	}
	for _, r := range all {
		t := Task{Args: []any{r.Title}, Link: "/surveys/" + r.ID, Decide: true}
		switch {
		case r.State == Drafted:
			t.Word, t.Why, t.Else = "survey.waiting.open", "survey.waiting.open_why", "survey.waiting.open_else"
		case r.State == Opened:
			forms, err := formsOf(tx, r.ID)
			if err != nil {
				return nil, err
			}
			c := count(forms)
			t.Word, t.Due, t.Why, t.WhyArgs, t.Else = "survey.waiting.remind", r.Closes, "survey.waiting.remind_why", []any{c.Answered, c.Asked}, "survey.waiting.remind_else"
			if today(tx) > r.Closes || c.Answered == c.Asked {
				t.Word = "survey.waiting.close"
			}
		case r.State == Closed:
			t.Word, t.Why, t.Else = "survey.waiting.check", "survey.waiting.check_why", "survey.waiting.check_else"
		case (r.State == Checked || r.State == Revised) && r.Release == "":
			t.Word, t.Why, t.Else = "survey.waiting.model", "survey.waiting.model_why", "survey.waiting.model_else"
		default:
			continue
		}
		list = append(list, t)
	}
	return list, nil
}

// formats are those in which a list can be had.
func format(f string) error {
	if f != "xlsx" && f != "csv" {
		return fault.Invalid.New("survey.format", f)
	}
	return nil
}
