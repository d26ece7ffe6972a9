// Package dashboard (首页与工作台) shows what each kind of user sees first: the
// public home, and for those who have signed in what waits for them. It has
// nothing of its own: it asks the rooms, and app decides which of them answer.
package dashboard

import (
	"cmp"
	"context"
	"embed"
	"errors"
	"slices"
	"time"

	"github.com/a-h/templ"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/i18n"
)

//go:embed text/*.json
var text embed.FS

var _ = i18n.Add(text)

// Figure is a number that a room tells.
type Figure struct {
	Word  string `json:"word"` // key of its name
	Value int    `json:"value"`
	Link  string `json:"link,omitempty"` // where it comes from
}

// Task is something that waits for whoever asks, in three lines: what is to be
// done, the one figure that decides it, and what happens if nothing is done.
type Task struct {
	Word string `json:"word"` // key of a sentence: verb and subject
	Args []any  `json:"args,omitempty"`
	Due  string `json:"due,omitempty"` // day, 2026-10-31; empty where none is set
	Link string `json:"link"`          // where it is done

	Why      string `json:"why,omitempty"` // key of a sentence; empty where nothing is to be said
	WhyArgs  []any  `json:"why_args,omitempty"`
	Else     string `json:"else,omitempty"`
	ElseArgs []any  `json:"else_args,omitempty"`
	Decide   bool   `json:"decide,omitempty"` // it needs a decision or a signature, not work
}

// Entry is something public that goes on now, such as an open round.
type Entry struct {
	Title   string `json:"title"`
	TitleEN string `json:"title_en,omitempty"`
	Word    string `json:"word,omitempty"` // key of a sentence about it
	Args    []any  `json:"args,omitempty"`
	Link    string `json:"link"`
}

// News is the latest that was published.
type News struct {
	Number string          `json:"number"`
	Title  string          `json:"title"`
	Link   string          `json:"link"`
	At     time.Time       `json:"at"`
	Card   templ.Component `json:"-"` // shows it within a panel
}

// Dashboard gathers from the rooms. Every field may be empty; what a room may tell
// the one who asks, the room decides.
type Dashboard struct {
	DB      *db.DB
	Figures []func(tx *db.Tx) ([]Figure, error)
	Waiting []func(tx *db.Tx) ([]Task, error)
	Open    []func(tx *db.Tx) ([]Entry, error)
	News    func(tx *db.Tx) (*News, error) // nil News: none yet
}

// Home is what the public home shows.
type Home struct {
	Figures []Figure `json:"figures"`
	Open    []Entry  `json:"open"`
	News    *News    `json:"news,omitempty"`
}

// Desk is what the dashboard shows of those who have signed in.
type Desk struct {
	Waiting []Task   `json:"waiting"` // what is due first, first
	Today   string   `json:"today"`
	Decide  bool     `json:"decide"` // only what needs a decision is shown
	Others  int      `json:"others"` // things that wait and are not shown
	Figures []Figure `json:"figures"`
	News    *News    `json:"news,omitempty"`
}

// Home gathers the public home.
func (d *Dashboard) Home(ctx context.Context) (*Home, error) {
	return db.View(ctx, d.DB, func(tx *db.Tx) (*Home, error) {
		h := new(Home)
		var err error
		if h.Figures, err = gather(tx, d.Figures); err != nil {
			return nil, err
		}
		if h.Open, err = gather(tx, d.Open); err != nil {
			return nil, err
		}
		h.News, err = d.news(tx)
		return h, err
	})
}

// Desk gathers what waits for whoever asks, or only what needs a decision.
func (d *Dashboard) Desk(ctx context.Context, decide bool) (*Desk, error) {
	if err := policy.Allow(ctx, "dashboard.desk.read", struct{}{}); err != nil {
		return nil, err
	}
	return db.View(ctx, d.DB, func(tx *db.Tx) (*Desk, error) {
		k := &Desk{Today: tx.Now.In(i18n.Zone(ctx)).Format(time.DateOnly), Decide: decide}
		all, err := gather(tx, d.Waiting)
		if err != nil {
			return nil, err
		}
		k.Waiting = slices.DeleteFunc(slices.Clone(all), func(t Task) bool { return decide && !t.Decide })
		k.Others = len(all) - len(k.Waiting)
		if k.Figures, err = gather(tx, d.Figures); err != nil {
			return nil, err
		}
		slices.SortStableFunc(k.Waiting, func(a, b Task) int { return cmp.Compare(due(a), due(b)) })
		k.News, err = d.news(tx)
		return k, err
	})
}

func (d *Dashboard) news(tx *db.Tx) (*News, error) {
	if d.News == nil {
		return nil, nil
	}
	return d.News(tx)
}

// Part is what waits within a time: late, today, this week, later.
type Part struct {
	Word  string
	First int // the number of its first task
	Tasks []Task
}

// Parts divides what waits by when it is due. A week is the seven days from today.
func (k *Desk) Parts() (parts []Part) {
	week := k.Today
	if at, err := time.Parse(time.DateOnly, k.Today); err == nil {
		week = at.AddDate(0, 0, 6).Format(time.DateOnly)
	}
	for i, t := range k.Waiting {
		word := "later"
		switch {
		case t.Due == "":
			word = "some_day"
		case t.Due < k.Today:
			word = "late"
		case t.Due == k.Today:
			word = "today"
		case t.Due <= week:
			word = "week"
		}
		if len(parts) == 0 || parts[len(parts)-1].Word != word {
			parts = append(parts, Part{Word: word, First: i + 1})
		}
		last := &parts[len(parts)-1]
		last.Tasks = append(last.Tasks, t)
	}
	return parts
}

// count tells how many things wait within a part.
func (k *Desk) count(word string) int {
	for _, p := range k.Parts() {
		if p.Word == word {
			return len(p.Tasks)
		}
	}
	return 0
}

// due puts what is due on no day behind what is due on one.
func due(t Task) string {
	if t.Due == "" {
		return "9999"
	}
	return t.Due
}

// gather asks the rooms in their order. A room that refuses to tell this reader is
// passed over; an outage is not.
func gather[T any](tx *db.Tx, rooms []func(*db.Tx) ([]T, error)) ([]T, error) {
	all := []T{}
	for _, ask := range rooms {
		some, err := ask(tx)
		if errors.Is(err, fault.Denied) || errors.Is(err, fault.Unknown) || errors.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	return all, nil
}

// The rule book: the home is public, the dashboard is for those whom we know.
var policy = auth.Policy[struct{}]{
	"dashboard.home.read": auth.Everyone[struct{}],
	"dashboard.desk.read": auth.Known[struct{}],
}
