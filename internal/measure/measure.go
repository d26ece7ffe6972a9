// Package measure tells how a body stands to a standard (建设标准与考核): the rows
// of a standard are counted from acts, frozen for a period with the records behind
// each value, watched where they must not be hit, and reported. What the acts
// cannot tell is stated by hand, and is marked so.
package measure

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"strings"
	"time"

	"guildhall/internal/act"
	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/i18n"
	"guildhall/internal/journal"
)

//go:embed schema/*.sql
var schema embed.FS

//go:embed text/*.json
var text embed.FS

// Draft is a working draft of the construction standard, not an official one.
//
//go:embed data/construction-standard-draft.csv
var Draft []byte

var _ = i18n.Add(text)

// Room is the tables of the measurement.
var Room = db.Room{Name: "measure", Schema: schema}

// Measure keeps standards and reports.
type Measure struct {
	DB    *db.DB
	Fonts string // of PDF files, as paper.Find takes them
}

var _ = act.Declare(
	act.Kind{Name: "measure.report.frozen", ZH: "考核报告定稿", EN: "Report frozen", Path: "/reports/{subject}",
		MeansZH: "一份对照标准的报告连同佐证记录定稿。", MeansEN: "A report against a standard was frozen with the records behind it."},
	act.Kind{Name: "measure.warning.raised", ZH: "否定性指标预警", EN: "Warning raised", Path: "/warnings",
		MeansZH: "一项否定性指标被触发。", MeansEN: "A row that must not be hit was hit."},
	act.Kind{Name: "measure.warning.cleared", ZH: "预警解除", EN: "Warning cleared", Path: "/warnings",
		MeansZH: "一项否定性指标不再触发。", MeansEN: "A row that had been hit is not any more."},
)

// Thing is what an action is about; everything here belongs to the body.
type Thing struct{}

func runs(a auth.Actor, _ Thing) bool { return a.Runs() }

func works(a auth.Actor, _ Thing) bool { return a.Runs() || a.For(a.Unit) }

// The rule book: members see how the body stands, the secretariat makes the reports.
var policy = auth.Policy[Thing]{
	"measure.standard.read":  auth.Everyone[Thing],
	"measure.standard.load":  runs,
	"measure.standard.watch": runs,
	"measure.report.read":    works,
	"measure.report.begin":   runs,
	"measure.report.freeze":  runs,
	"measure.report.export":  runs,
	"measure.entry.write":    runs,
	"measure.entry.review":   runs,
	"measure.warning.read":   works,
	"measure.fact.read":      works,
	"measure.fact.note":      runs,
	"measure.fact.end":       runs,
	"measure.fact.withdraw":  runs,
	"measure.evidence.check": runs,
}

// Loading is what a standard is loaded with.
type Loading struct {
	Name    string `json:"name"`
	Edition string `json:"edition"`
	Source  string `json:"source"`
	Draft   bool   `json:"draft"` // the working draft that is shipped, instead of a file
}

// LoadStandard takes a standard from a file, or none of it: all that is wrong is
// told at once.
func (m *Measure) LoadStandard(ctx context.Context, in Loading, content []byte) (*Standard, error) {
	if err := policy.Allow(ctx, "measure.standard.load", Thing{}); err != nil {
		return nil, err
	}
	rows, err := Load(content)
	wrong, _ := errors.AsType[fault.List](err)
	in.Name, in.Edition, in.Source = strings.TrimSpace(in.Name), strings.TrimSpace(in.Edition), strings.TrimSpace(in.Source)
	for _, f := range []struct{ place, text string }{{"name", in.Name}, {"edition", in.Edition}, {"source", in.Source}} {
		if f.text == "" || len(f.text) > 600 {
			wrong.Add(f.place, "measure.wrong.empty")
		}
	}
	if len(wrong) > 0 {
		return nil, wrong
	}
	sum := sha256.Sum256(content)
	return db.Update(ctx, m.DB, func(tx *db.Tx) (*Standard, error) {
		s := &Standard{ID: db.NewID(), Name: in.Name, Edition: in.Edition, Source: in.Source, SHA256: hex.EncodeToString(sum[:]), MadeAt: tx.Now, Rows: rows}
		if err := saveStandard(tx, s); err != nil {
			if errors.Is(err, fault.Conflict) {
				return nil, fault.Conflict.New("measure.standard_twice", in.Name, in.Edition)
			}
			return nil, err
		}
		return s, journal.Record(tx, "measure.standard.load", s.ID, map[string]any{"name": s.Name, "edition": s.Edition, "rows": len(rows), "sha256": s.SHA256})
	})
}

// Watch makes a standard the one whose rows that must not be hit are watched, or
// ends that.
func (m *Measure) Watch(ctx context.Context, id string, on bool) (*Standard, error) {
	s, err := db.Update(ctx, m.DB, func(tx *db.Tx) (*Standard, error) {
		if err := policy.Allow(ctx, "measure.standard.watch", Thing{}); err != nil {
			return nil, err
		}
		s, err := findStandard(tx, id)
		if err != nil {
			return nil, err
		}
		s.Watched = on
		if _, err := tx.Exec(`UPDATE measure_standard SET watched = $3 WHERE id = $1 AND body = $2`, id, tx.Body, on); err != nil {
			return nil, err
		}
		return s, journal.Record(tx, "measure.standard.watch", id, map[string]any{"watched": on})
	})
	if err == nil && on {
		_, err = m.LookOnce(ctx)
	}
	return s, err
}

// Standard gives one standard with its rows.
func (m *Measure) Standard(ctx context.Context, id string) (*Standard, error) {
	return db.View(ctx, m.DB, func(tx *db.Tx) (*Standard, error) { return findStandard(tx, id) })
}

// Standards lists the body's standards, the latest first.
func (m *Measure) Standards(ctx context.Context) ([]*Standard, error) {
	return db.View(ctx, m.DB, func(tx *db.Tx) ([]*Standard, error) { return standards(tx, false) })
}

func today(tx *db.Tx) string { return tx.Now.In(i18n.Zone(tx.Context())).Format(time.DateOnly) }
