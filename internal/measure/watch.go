package measure

import (
	"context"
	"errors"
	"log/slog"
	"math/big"
	"time"

	"guildhall/internal/act"
	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/journal"
)

// Look looks, in every body, at the rows that must not be hit, until ctx is done.
func (m *Measure) Look(ctx context.Context) {
	for {
		bodies, err := db.View(db.In(ctx, db.House), m.DB, directory.Bodies)
		for _, b := range bodies {
			_, also := m.LookOnce(db.In(ctx, b.ID))
			err = errors.Join(err, also)
		}
		if err != nil && ctx.Err() == nil {
			slog.ErrorContext(ctx, "measure: watch", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(time.Hour):
		}
	}
}

// hit is a veto row as it stands now.
type hit struct {
	standard *Standard
	row      *Row
	value    *big.Rat
	is       bool
}

// LookOnce looks at the watched standards of a body now, raises a warning for each
// row that is hit and clears those of rows that are not any more, and tells how
// many it raised. It counts without the pen, and writes only where something
// changed.
func (m *Measure) LookOnce(ctx context.Context) (int, error) {
	hits, err := db.View(ctx, m.DB, hitsNow)
	if err != nil {
		return 0, err
	}
	standing, err := db.View(ctx, m.DB, func(tx *db.Tx) ([]*Warning, error) { return warnings(tx, ` AND w.cleared_at IS NULL`) })
	if err != nil {
		return 0, err
	}
	stands := map[[2]string]bool{}
	for _, w := range standing {
		stands[[2]string{w.Standard, w.Code}] = true
	}
	raised := 0
	for _, h := range hits {
		if h.is == stands[[2]string{h.standard.ID, h.row.Code}] {
			continue
		}
		if h.is {
			raised++
			err = errors.Join(err, m.raise(ctx, h))
		} else {
			err = errors.Join(err, m.clear(ctx, h))
		}
	}
	return raised, err
}

// hitsNow evaluates every veto row of the watched standards, over the year so far.
func hitsNow(tx *db.Tx) (list []hit, err error) {
	watched, err := standards(tx, true)
	if err != nil {
		return nil, err
	}
	day := today(tx)
	s, err := sightOf(tx, day[:4]+"-01-01", day)
	if err != nil {
		return nil, err
	}
	for _, w := range watched {
		whole, err := findStandard(tx, w.ID)
		if err != nil {
			return nil, err
		}
		for _, row := range whole.Rows {
			if row.Kind != Veto || !row.ready() || row.bound.op == "" {
				continue
			}
			v, err := row.figures[0].expr.eval(s)
			if err != nil {
				return nil, err
			}
			list = append(list, hit{whole, row, v, v != nil && row.bound.holds(v)})
		}
	}
	return list, nil
}

func (m *Measure) raise(ctx context.Context, h hit) error {
	return db.Do(ctx, m.DB, func(tx *db.Tx) error {
		w := Warning{ID: db.NewID(), Standard: h.standard.ID, Code: h.row.Code, Name: h.row.Name, Value: kept(h.value), RaisedAt: tx.Now}
		n, err := tx.Exec(`INSERT INTO measure_warning (id, body, standard_id, code, name, value, raised_at) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`,
			w.ID, tx.Body, w.Standard, w.Code, w.Name, w.Value, w.RaisedAt)
		if err != nil || n == 0 {
			return err // another replica was first
		}
		if err := journal.Record(tx, "measure.warning.raise", w.ID, w); err != nil {
			return err
		}
		return act.Note(tx, act.Act{Kind: "measure.warning.raised", Subject: w.Code, Title: w.Name})
	})
}

func (m *Measure) clear(ctx context.Context, h hit) error {
	return db.Do(ctx, m.DB, func(tx *db.Tx) error {
		n, err := tx.Exec(`UPDATE measure_warning SET cleared_at = $4 WHERE body = $1 AND standard_id = $2 AND code = $3 AND cleared_at IS NULL`,
			tx.Body, h.standard.ID, h.row.Code, tx.Now)
		if err != nil || n == 0 {
			return err
		}
		if err := journal.Record(tx, "measure.warning.clear", h.row.Code, map[string]any{"standard": h.standard.ID, "code": h.row.Code}); err != nil {
			return err
		}
		return act.Note(tx, act.Act{Kind: "measure.warning.cleared", Subject: h.row.Code, Title: h.row.Name})
	})
}

// Watched is a veto row with how it stands, and when it warned.
type Watched struct {
	Standard string     `json:"standard"`
	Row      *Row       `json:"row"`
	Value    string     `json:"value"`
	Hit      bool       `json:"hit"`
	Warnings []*Warning `json:"warnings"`

	value *big.Rat
}

// Warnings gives every watched row with its warnings, the latest first.
func (m *Measure) Warnings(ctx context.Context) ([]*Watched, error) {
	return db.View(ctx, m.DB, func(tx *db.Tx) ([]*Watched, error) {
		if err := policy.Allow(ctx, "measure.warning.read", Thing{}); err != nil {
			return nil, err
		}
		hits, err := hitsNow(tx)
		if err != nil {
			return nil, err
		}
		all, err := warnings(tx, "")
		list := make([]*Watched, 0, len(hits))
		for _, h := range hits {
			w := &Watched{Standard: h.standard.ID, Row: h.row, Value: kept(h.value), Hit: h.is, Warnings: []*Warning{}, value: h.value}
			for _, one := range all {
				if one.Standard == h.standard.ID && one.Code == h.row.Code {
					w.Warnings = append(w.Warnings, one)
				}
			}
			list = append(list, w)
		}
		return list, err
	})
}

// Standing gives the warnings that stand, for whoever runs the body.
func (m *Measure) Standing(tx *db.Tx) ([]*Warning, error) {
	if err := policy.Allow(tx.Context(), "measure.report.freeze", Thing{}); err != nil {
		return nil, err
	}
	return warnings(tx, ` AND w.cleared_at IS NULL`)
}
