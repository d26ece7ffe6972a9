package measure

import (
	"cmp"
	"context"
	"math/big"
	"slices"

	"guildhall/internal/db"
	"guildhall/internal/fault"
)

// Change is how a row stands in a report beside the report before.
type Change struct {
	*Line
	Was    string `json:"was"`    // the verdict before
	Delta  string `json:"delta"`  // as a fraction; empty where either has no value
	Turned string `json:"turned"` // better, worse or same, by the verdicts; empty for groups
}

// Comparison holds two reports of one standard against each other.
type Comparison struct {
	Report  *Report   `json:"report"`
	With    *Period   `json:"with"`
	Changes []*Change `json:"changes"`

	was Tally
}

// Count tells how many rows turned better, worse, or stayed.
func (c *Comparison) Count(turned string) (n int) {
	for _, ch := range c.Changes {
		if ch.Turned == turned {
			n++
		}
	}
	return n
}

// previous gives the report before one, or nil: of the frozen ones the latest that
// had ended when this one begins, or else the latest that begins and ends earlier.
func (r *Report) previous() (found *Period) {
	for _, p := range r.names {
		if p.FrozenAt == nil || p.From >= r.From || p.To >= r.To {
			continue
		}
		if found == nil || apart(p, r) && !apart(found, r) || apart(p, r) == apart(found, r) && p.To > found.To {
			found = p
		}
	}
	return found
}

func apart(p *Period, r *Report) bool { return p.To < r.From }

// Compare holds a report against another of its standard; without one against the
// one before.
func (m *Measure) Compare(ctx context.Context, id, with string) (*Comparison, error) {
	return db.View(ctx, m.DB, func(tx *db.Tx) (*Comparison, error) {
		if err := policy.Allow(ctx, "measure.report.read", Thing{}); err != nil {
			return nil, err
		}
		r, err := report(tx, id)
		if err != nil {
			return nil, err
		}
		if r.names, err = r.others(tx); err != nil {
			return nil, err
		}
		return r.compared(tx, with)
	})
}

// compared holds the report against another one, or against the one before; where
// there is none the comparison names none.
func (r *Report) compared(tx *db.Tx, with string) (*Comparison, error) {
	c := &Comparison{Report: r, Changes: []*Change{}}
	if with == "" {
		p := r.previous()
		if p == nil {
			return c, nil
		}
		with = p.ID
	}
	other, err := report(tx, with)
	if err != nil {
		return nil, err
	}
	if other.StandardID != r.StandardID {
		return nil, fault.NotFound.New("fault.not_found")
	}
	c.With, r.With, c.was = other.Period, other.Period, other.Tally()
	had := map[string]*Line{}
	for _, l := range other.Lines {
		had[l.Code] = l
	}
	for _, l := range r.Lines {
		ch := &Change{Line: l}
		if before := had[l.Code]; before != nil {
			l.Before, ch.Was = before.Figures, before.Verdict
		}
		if v := l.before(); v != nil && l.Value() != nil {
			ch.Delta = kept(new(big.Rat).Sub(l.Value(), v))
		}
		if l.Kind != Group {
			ch.Turned = turned(ch.Was, l.Verdict)
		}
		c.Changes = append(c.Changes, ch)
	}
	return c, nil
}

// others lists the reports of the same standard.
func (r *Report) others(tx *db.Tx) (list []*Period, err error) {
	all, err := periods(tx)
	for _, p := range all {
		if p.StandardID == r.StandardID && p.ID != r.ID {
			list = append(list, p)
		}
	}
	return list, err
}

// before gives the first figure of the report that the line is compared with.
func (l *Line) before() *big.Rat {
	if len(l.Before) == 0 {
		return nil
	}
	return l.Before[0].Value
}

// grade orders verdicts: what is open lies with what is not met, for neither counts.
func grade(verdict string) int {
	switch verdict {
	case "met", "clear":
		return 2
	case "partly":
		return 1
	}
	return 0
}

func turned(was, is string) string {
	switch a, b := grade(was), grade(is); {
	case b > a:
		return "better"
	case b < a:
		return "worse"
	}
	return "same"
}

// Past is what a row was in one report.
type Past struct {
	*Period
	Value   *big.Rat `json:"-"`
	Text    string   `json:"value"`
	Verdict string   `json:"verdict"`
}

// Past gives what a row was in the frozen reports of its standard and in this one, the
// oldest first.
func (m *Measure) Past(ctx context.Context, r *Report, l *Line) ([]Past, error) {
	if l.Kind != Quantitative && l.Kind != Veto {
		return []Past{}, nil
	}
	return db.View(ctx, m.DB, func(tx *db.Tx) ([]Past, error) { return r.pasts(tx, l) })
}

// pasts gives a row's values in all frozen reports of the standard and in this
// one, the earliest first.
func (r *Report) pasts(tx *db.Tx, l *Line) (list []Past, err error) {
	others, err := r.others(tx)
	if err != nil {
		return nil, err
	}
	for i := len(others) - 1; i >= 0; i-- {
		p := others[i]
		if p.FrozenAt == nil {
			continue
		}
		values, err := db.All(tx, db.Value[string], `SELECT value FROM measure_value WHERE period_id = $1 AND code = $2 AND place = 0`, p.ID, l.Code)
		if err != nil {
			return nil, err
		}
		past := Past{Period: p}
		if len(values) > 0 {
			past.Text, past.Value = values[0], read(values[0])
		}
		list = append(list, past)
	}
	list = append(list, Past{Period: r.Period, Value: l.Value(), Text: kept(l.Value()), Verdict: l.Verdict})
	slices.SortStableFunc(list, func(a, b Past) int { return cmp.Or(cmp.Compare(a.To, b.To), cmp.Compare(a.From, b.From)) })
	return list, nil
}
