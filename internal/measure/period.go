package measure

import (
	"context"
	"errors"
	"strings"
	"time"

	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/journal"
)

// Period is a report: a standard within days (考核期). It is counted live until it
// is frozen.
type Period struct {
	ID         string     `json:"id"`
	StandardID string     `json:"standard_id"`
	Name       string     `json:"name"`
	From       string     `json:"from"`
	To         string     `json:"to"`
	FrozenAt   *time.Time `json:"frozen_at,omitzero"`
	FrozenBy   string     `json:"frozen_by,omitempty"`
	Vocabulary string     `json:"vocabulary,omitempty"`
	MadeAt     time.Time  `json:"made_at"`
}

// Beginning is what a report is begun with.
type Beginning struct {
	Standard string `json:"standard"`
	Name     string `json:"name"`
	From     string `json:"from"`
	To       string `json:"to"`
}

// Begin begins a report.
func (m *Measure) Begin(ctx context.Context, in Beginning) (*Period, error) {
	return db.Update(ctx, m.DB, func(tx *db.Tx) (*Period, error) {
		if err := policy.Allow(ctx, "measure.report.begin", Thing{}); err != nil {
			return nil, err
		}
		var wrong fault.List
		in.Name = strings.TrimSpace(in.Name)
		if in.Name == "" || len(in.Name) > 200 {
			wrong.Add("name", "measure.wrong.empty")
		}
		if _, err := findStandard(tx, in.Standard); err != nil {
			wrong.Add("standard", "measure.wrong.standard")
		}
		for place, day := range map[string]string{"from": in.From, "to": in.To} {
			if _, err := time.Parse(time.DateOnly, day); err != nil {
				wrong.Add(place, "fault.date", day)
			}
		}
		if len(wrong) == 0 && in.To < in.From {
			wrong.Add("to", "measure.wrong.ends")
		}
		if len(wrong) > 0 {
			return nil, wrong
		}
		p := &Period{ID: db.NewID(), StandardID: in.Standard, Name: in.Name, From: in.From, To: in.To, MadeAt: tx.Now}
		if err := savePeriod(tx, p); err != nil {
			if errors.Is(err, fault.Conflict) {
				return nil, fault.Conflict.New("measure.report_twice", in.Name)
			}
			return nil, err
		}
		return p, journal.Record(tx, "measure.report.begin", p.ID, in)
	})
}

// Periods lists the reports, the latest first.
func (m *Measure) Periods(ctx context.Context) ([]*Period, error) {
	return db.View(ctx, m.DB, func(tx *db.Tx) ([]*Period, error) {
		if err := policy.Allow(ctx, "measure.report.read", Thing{}); err != nil {
			return nil, err
		}
		return periods(tx)
	})
}
