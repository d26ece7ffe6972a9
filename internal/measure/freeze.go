package measure

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"

	"guildhall/internal/act"
	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/fault"
	"guildhall/internal/journal"
)

// Freeze keeps every value of a report for good, with the acts behind it.
func (m *Measure) Freeze(ctx context.Context, id string) (*Period, error) {
	return db.Update(ctx, m.DB, func(tx *db.Tx) (*Period, error) {
		if err := policy.Allow(ctx, "measure.report.freeze", Thing{}); err != nil {
			return nil, err
		}
		r, err := report(tx, id)
		if err != nil {
			return nil, err
		}
		if r.FrozenAt != nil {
			return nil, fault.Conflict.New("measure.frozen")
		}
		if r.From > today(tx) {
			return nil, fault.Conflict.New("measure.not_begun")
		}
		if err := r.keep(tx); err != nil {
			return nil, err
		}
		r.FrozenAt, r.FrozenBy, r.Vocabulary = &tx.Now, auth.From(ctx).ID, act.EditionMark()
		if err := savePeriod(tx, r.Period); err != nil {
			return nil, err
		}
		t := r.Tally()
		if err := journal.Record(tx, "measure.report.freeze", id, map[string]any{"name": r.Name, "counted": t.Counted, "by_hand": t.ByHand, "hit": t.Hit}); err != nil {
			return nil, err
		}
		return r.Period, act.Note(tx, act.Act{Kind: "measure.report.frozen", Subject: id, Title: r.Name})
	})
}

// keep writes the values and the records behind them.
func (r *Report) keep(tx *db.Tx) error {
	s, err := sightOf(tx, r.From, r.To)
	if err != nil {
		return err
	}
	var values, records [][]any
	for _, l := range r.Lines {
		for i, f := range l.Figures {
			values = append(values, []any{r.ID, l.Code, i, f.Label, f.Text, l.ByHand})
		}
		if l.ByHand || len(l.figures) == 0 {
			continue
		}
		acts, err := s.acts(l.calls(), 0)
		if err != nil {
			return err
		}
		for _, a := range acts {
			records = append(records, []any{r.ID, l.Code, a.ID, hash(a)})
		}
	}
	if err := db.Insert(tx, "measure_value", []string{"period_id", "code", "place", "label", "value", "by_hand"}, "", values); err != nil {
		return err
	}
	return db.Insert(tx, "measure_record", []string{"period_id", "code", "act_id", "sha256"}, "", records)
}

func (r *Row) calls() (list []*call) {
	for _, f := range r.figures {
		list = append(list, f.calls...)
	}
	return list
}

// hash is the mark of all that an act says; that it was taken back later is said
// by another act.
func hash(a act.Act) string {
	a.TakenBack = ""
	a.At, a.NotedAt = a.At.UTC(), a.NotedAt.UTC()
	text, err := json.Marshal(a)
	if err != nil {
		panic(err)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// Record is an act behind a value.
type Record struct {
	act.Act
	SHA256  string `json:"sha256"`
	Check   *Check `json:"check,omitempty"`   // what a sample of it found
	Changed bool   `json:"changed,omitempty"` // the act does not say any more what it said when it was frozen
}

// Records gives the acts behind a line: those that were frozen with it, or those
// that count now.
func (m *Measure) Records(ctx context.Context, id, code string) (*Report, *Line, []Record, error) {
	type found struct {
		r    *Report
		l    *Line
		list []Record
	}
	f, err := db.View(ctx, m.DB, func(tx *db.Tx) (f found, err error) {
		if err := policy.Allow(ctx, "measure.report.read", Thing{}); err != nil {
			return f, err
		}
		if f.r, err = report(tx, id, code); err != nil {
			return f, err
		}
		i := slices.IndexFunc(f.r.Lines, func(l *Line) bool { return l.Code == code })
		if i < 0 {
			return f, fault.NotFound.New("fault.not_found")
		}
		f.l = f.r.Lines[i]
		if f.l.Entry != nil {
			names, err := directory.PersonNames(tx, []string{f.l.Entry.Person, f.l.Entry.Reviewer})
			if err != nil {
				return f, err
			}
			f.l.Entry.personName, f.l.Entry.reviewerName = names[f.l.Entry.Person], names[f.l.Entry.Reviewer]
		}
		f.list, err = f.r.records(tx, f.l)
		return f, err
	})
	return f.r, f.l, f.list, err
}

// records gives the acts behind a line; what was frozen is looked up and compared.
func (r *Report) records(tx *db.Tx, l *Line) (list []Record, err error) {
	if r.FrozenAt == nil {
		if l.ByHand || len(l.figures) == 0 {
			return nil, nil
		}
		s, err := sightOf(tx, r.From, r.To)
		if err != nil {
			return nil, err
		}
		acts, err := s.acts(l.calls(), 0)
		for _, a := range acts {
			list = append(list, Record{Act: a, SHA256: hash(a)})
		}
		return list, err
	}
	kept, err := db.All(tx, db.Pair[string, string], `SELECT act_id, sha256 FROM measure_record WHERE period_id = $1 AND code = $2`, r.ID, l.Code)
	if err != nil || len(kept) == 0 {
		return nil, err
	}
	marks := map[string]string{}
	ids := make([]string, len(kept))
	for i, k := range kept {
		marks[k.A], ids[i] = k.B, k.A
	}
	checked, err := checksOf(tx, r.ID, l.Code)
	if err != nil {
		return nil, err
	}
	acts, err := act.ByID(tx, ids)
	for _, a := range acts {
		list = append(list, Record{Act: a, SHA256: marks[a.ID], Changed: hash(a) != marks[a.ID], Check: checked[a.ID]})
	}
	slices.SortStableFunc(list, func(a, b Record) int { return b.At.Compare(a.At) })
	return list, err
}
