package facility

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/journal"
	"guildhall/internal/rule"
)

// TermsForm is from when a piece is to be booked on which terms. The hours stand as
// fields of their own, the closed days one a line.
type TermsForm struct {
	Since   string `json:"since"`
	Article string `json:"article"` // who decided it, and where
	Body    bool   `json:"body"`    // from then on as the body's rule says
	Week
	Closed  string `json:"closed"`
	Step    int    `json:"step"`
	Least   int    `json:"least"`
	Most    int    `json:"most"`
	Ahead   int    `json:"ahead_days"`
	Notice  int    `json:"notice_hours"`
	Approve bool   `json:"approval"`
	Open    int    `json:"open_most"`
}

func (in *TermsForm) terms() Terms {
	t := Terms{Hours: in.Week, Closed: []string{}, Step: in.Step, Least: in.Least, Most: in.Most, Ahead: in.Ahead, Notice: in.Notice, Approve: in.Approve, Open: in.Open}
	for line := range strings.Lines(in.Closed) {
		if line = strings.TrimSpace(line); line != "" {
			t.Closed = append(t.Closed, line)
		}
	}
	return t
}

// form lays terms out to be changed.
func (t *Terms) form(since string) TermsForm {
	return TermsForm{Since: since, Week: t.Hours, Closed: strings.Join(t.Closed, "\n"), Step: t.Step, Least: t.Least, Most: t.Most,
		Ahead: t.Ahead, Notice: t.Notice, Approve: t.Approve, Open: t.Open}
}

// check gives the terms that a form means, or everything that is wrong with it.
func (in *TermsForm) check(today string) (*Terms, error) {
	var wrong fault.List
	in.Since, in.Article = strings.TrimSpace(in.Since), strings.TrimSpace(in.Article)
	day, err := time.Parse(time.DateOnly, in.Since)
	now, _ := time.Parse(time.DateOnly, today)
	switch {
	case in.Since == "":
		wrong.Add("since", "facility.booking.no_date")
	case err != nil:
		wrong.Add("since", "fault.date", in.Since)
	case in.Since < today || day.After(now.AddDate(1, 0, 0)):
		wrong.Add("since", "facility.terms.since", today)
	}
	if n := len([]rune(in.Article)); n == 0 || n > mostReason {
		wrong.Add("article", "facility.terms.article", mostReason)
	}
	if in.Body {
		return nil, wrong.Err()
	}
	t := in.terms()
	if list, ok := t.Check().(fault.List); ok {
		for _, item := range list {
			item.Place = strings.TrimPrefix(item.Place, "hours.")
			wrong = append(wrong, item)
		}
	}
	return &t, wrong.Err()
}

// SetTerms lets a piece be booked on other terms from a day on. What is booked stays
// as it was booked.
func (f *Facility) SetTerms(ctx context.Context, equipment string, in TermsForm) (*Version, error) {
	return db.Update(ctx, f.DB, func(tx *db.Tx) (*Version, error) {
		e, err := take(tx, "facility.terms.set", equipment)
		if err != nil {
			return nil, err
		}
		terms, err := in.check(day(tx))
		if err != nil {
			return nil, err
		}
		v := &Version{ID: db.NewID(), Since: in.Since, Article: in.Article, Terms: terms, MadeAt: tx.Now}
		if err := saveVersion(tx, e.ID, v); err != nil {
			return nil, err
		}
		return v, journal.Record(tx, e.action, e.ID, map[string]any{"version": v.ID, "since": v.Since, "article": v.Article, "terms": v.Terms})
	})
}

func saveVersion(tx *db.Tx, equipment string, v *Version) error {
	data := []byte{}
	if v.Terms != nil {
		var err error
		if data, err = json.Marshal(v.Terms); err != nil {
			return err
		}
	}
	_, err := tx.Exec(`INSERT INTO facility_terms (id, body, equipment_id, since, article, data, made_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		v.ID, tx.Body, equipment, v.Since, v.Article, string(data), v.MadeAt)
	return err
}

// TermsPage is the terms of a piece: those of today, and all that it had or will have.
type TermsPage struct {
	Equipment *Equipment        `json:"equipment"`
	Today     *Held             `json:"today"`
	Tariff    rule.Held[Tariff] `json:"tariff"`
	Versions  []*Version        `json:"versions"`

	day string
}

// Terms gives by which terms a piece can be booked.
func (f *Facility) Terms(ctx context.Context, equipment string) (*TermsPage, error) {
	return db.View(ctx, f.DB, func(tx *db.Tx) (*TermsPage, error) {
		e, err := f.open(tx, "facility.terms.read", equipment)
		if err != nil {
			return nil, err
		}
		d, err := openDiary(tx, e)
		if err != nil {
			return nil, err
		}
		p := &TermsPage{Equipment: e, Versions: d.versions, day: day(tx)}
		if p.Today, err = d.on(tx, p.day); err != nil {
			return nil, err
		}
		p.Tariff, err = rule.Today[Tariff](tx, "facility.tariff")
		return p, err
	})
}

// open gets a piece with its names, for an action that only looks.
func (f *Facility) open(tx *db.Tx, action, id string) (*Equipment, error) {
	e, err := take(tx, action, id)
	if err != nil {
		return nil, err
	}
	return e, f.name(tx, e)
}
