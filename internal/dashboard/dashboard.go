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

// Task is something that waits for whoever asks.
type Task struct {
	Word string `json:"word"` // key of a sentence
	Args []any  `json:"args,omitempty"`
	Due  string `json:"due,omitempty"` // day, 2026-10-31; empty where none is set
	Link string `json:"link"`          // where it is done
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

// Desk gathers what waits for whoever asks.
func (d *Dashboard) Desk(ctx context.Context) (*Desk, error) {
	if err := policy.Allow(ctx, "dashboard.desk.read", struct{}{}); err != nil {
		return nil, err
	}
	return db.View(ctx, d.DB, func(tx *db.Tx) (*Desk, error) {
		k := new(Desk)
		var err error
		if k.Waiting, err = gather(tx, d.Waiting); err != nil {
			return nil, err
		}
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
