package measure

import (
	"context"
	"slices"
	"strings"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/journal"
)

// State notes what somebody states by hand about a row, which replaces what was
// stated before and waits to be reviewed.
func (m *Measure) State(ctx context.Context, id, code, value, words string) (*Entry, error) {
	return m.enter(ctx, "measure.entry.write", id, code, func(tx *db.Tx, row *Row, _ *Entry) (*Entry, error) {
		var wrong fault.List
		value, words = strings.TrimSpace(value), strings.TrimSpace(words)
		if words == "" || len(words) > 6000 {
			wrong.Add("words", "measure.wrong.words")
		}
		v := read(value)
		switch {
		case row.Kind == Group || row.Kind == Veto:
			wrong.Add("value", "measure.wrong.not_by_hand")
		case row.Kind == Quantitative && (v == nil || len(value) > 30):
			wrong.Add("value", "measure.wrong.value")
		case row.Kind == Qualitative && value != "":
			wrong.Add("value", "measure.wrong.no_value")
		}
		if len(wrong) > 0 {
			return nil, wrong
		}
		return &Entry{Code: code, Value: kept(v), Words: words, Person: auth.From(ctx).ID, At: tx.Now}, nil
	})
}

// Review gives a verdict on what was stated. Nobody reviews their own words.
func (m *Measure) Review(ctx context.Context, id, code, verdict string) (*Entry, error) {
	return m.enter(ctx, "measure.entry.review", id, code, func(_ *db.Tx, _ *Row, e *Entry) (*Entry, error) {
		if e == nil {
			return nil, fault.Conflict.New("measure.not_stated")
		}
		if !slices.Contains([]string{"met", "partly", "not_met"}, verdict) {
			var wrong fault.List
			wrong.Add("verdict", "measure.wrong.verdict", verdict)
			return nil, wrong
		}
		if e.Person == auth.From(ctx).ID {
			return nil, fault.Conflict.New("measure.own_words")
		}
		e.Verdict, e.Reviewer = verdict, auth.From(ctx).ID
		return e, nil
	})
}

func (m *Measure) enter(ctx context.Context, action, id, code string, do func(*db.Tx, *Row, *Entry) (*Entry, error)) (*Entry, error) {
	return db.Update(ctx, m.DB, func(tx *db.Tx) (*Entry, error) {
		if err := policy.Allow(ctx, action, Thing{}); err != nil {
			return nil, err
		}
		p, err := findPeriod(tx, id)
		if err != nil {
			return nil, err
		}
		s, err := findStandard(tx, p.StandardID)
		if err != nil {
			return nil, err
		}
		row := s.Row(code)
		if row == nil {
			return nil, fault.NotFound.New("fault.not_found")
		}
		if p.FrozenAt != nil {
			return nil, fault.Conflict.New("measure.frozen")
		}
		had, err := entriesOf(tx, id)
		if err != nil {
			return nil, err
		}
		e, err := do(tx, row, had[code])
		if err != nil {
			return nil, err
		}
		if err := saveEntry(tx, id, e); err != nil {
			return nil, err
		}
		return e, journal.Record(tx, action, id, map[string]any{"code": code, "value": e.Value, "verdict": e.Verdict})
	})
}
