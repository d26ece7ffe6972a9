package measure

import (
	"context"
	"slices"

	"guildhall/internal/db"
)

// Report gives a report, live or as it was frozen, beside another one of the same
// standard where with names one.
func (m *Measure) Report(ctx context.Context, id, with string) (*Report, error) {
	return db.View(ctx, m.DB, func(tx *db.Tx) (*Report, error) {
		if err := policy.Allow(ctx, "measure.report.read", Thing{}); err != nil {
			return nil, err
		}
		r, err := report(tx, id)
		if err != nil {
			return nil, err
		}
		if r.names, err = r.others(tx); err != nil || with == "" {
			return r, err
		}
		_, err = r.compared(tx, with)
		return r, err
	})
}

// report gives a report with its lines. only, where it is told, names the line whose
// figures are asked for: a live report then counts no others.
func report(tx *db.Tx, id string, only ...string) (*Report, error) {
	p, err := findPeriod(tx, id)
	if err != nil {
		return nil, err
	}
	s, err := findStandard(tx, p.StandardID)
	if err != nil {
		return nil, err
	}
	r := &Report{Period: p, Standard: s}
	if p.FrozenAt != nil {
		err = r.frozen(tx)
	} else {
		err = r.live(tx, only)
	}
	if err != nil {
		return nil, err
	}
	return r, r.stated(tx)
}

// live counts every line, or only those that are named.
func (r *Report) live(tx *db.Tx, only []string) error {
	s, err := sightOf(tx, r.From, r.To)
	if err != nil {
		return err
	}
	for _, row := range r.Standard.Rows {
		l := &Line{Row: row}
		r.Lines = append(r.Lines, l)
		if row.Calculator == "" || len(only) > 0 && !slices.Contains(only, row.Code) {
			continue
		}
		if !row.ready() {
			l.Broken = true
			continue
		}
		for _, f := range row.figures {
			v, err := f.expr.eval(s)
			if err != nil {
				return err
			}
			l.Figures = append(l.Figures, Figure{Label: f.label, Value: v, Text: kept(v)})
		}
	}
	return nil
}

// frozen reads the lines as they were kept.
func (r *Report) frozen(tx *db.Tx) error {
	values, err := valuesOf(tx, r.ID)
	if err != nil {
		return err
	}
	byCode := map[string]*Line{}
	for _, row := range r.Standard.Rows {
		row.ready()
		l := &Line{Row: row}
		r.Lines, byCode[row.Code] = append(r.Lines, l), l
	}
	for _, v := range values {
		if l := byCode[v.code]; l != nil {
			l.Figures, l.ByHand = append(l.Figures, Figure{Label: v.label, Value: read(v.value), Text: v.value}), v.byHand
		}
	}
	return nil
}

// stated adds what people stated and how each line stands.
func (r *Report) stated(tx *db.Tx) error {
	entries, err := entriesOf(tx, r.ID)
	if err != nil {
		return err
	}
	raised, err := warnings(tx, ` AND w.standard_id = $2`, r.StandardID)
	if err != nil {
		return err
	}
	s, err := sightOf(tx, r.From, r.To)
	if err != nil {
		return err
	}
	for _, l := range r.Lines {
		if l.Entry = entries[l.Code]; l.Entry != nil && l.Kind == Quantitative && l.Entry.Value != "" && r.FrozenAt == nil {
			l.Figures, l.ByHand = []Figure{{Value: read(l.Entry.Value), Text: l.Entry.Value}}, true
		}
		for _, w := range raised {
			if w.Code == l.Code && w.RaisedAt.Before(s.until) && (w.ClearedAt == nil || !w.ClearedAt.Before(s.from)) {
				l.Warning = w // the earliest, for they come the latest first
			}
		}
		l.Verdict = l.stands()
	}
	return nil
}

// stands tells how a line stands to its bound.
func (l *Line) stands() string {
	v := l.Value()
	switch {
	case l.Kind == Group:
		return ""
	case l.Kind == Veto && (l.Warning != nil || v != nil && l.bound.op != "" && l.bound.holds(v)):
		return "hit"
	case l.Kind == Veto && v != nil:
		return "clear"
	case l.Entry != nil && l.Entry.Verdict != "" && !l.has():
		return l.Entry.Verdict
	case v == nil || l.bound.op == "":
		return "open"
	case l.bound.holds(v):
		return "met"
	}
	return "not_met"
}
