package measure

import (
	"guildhall/internal/auth"
	"guildhall/internal/db"
)

// ReportWaits is a report that waits for whoever makes the reports.
type ReportWaits struct {
	*Period
	Review int  // statements that wait for a verdict of theirs
	Freeze bool // its days are over
}

// Waiting tells those who make the reports which statements they can review and
// which reports can be frozen.
func (m *Measure) Waiting(tx *db.Tx) (list []ReportWaits, err error) {
	if err := policy.Allow(tx.Context(), "measure.report.freeze", Thing{}); err != nil {
		return nil, err
	}
	all, err := periods(tx)
	if err != nil {
		return nil, err
	}
	for _, p := range all {
		if p.FrozenAt != nil {
			continue
		}
		entries, err := entriesOf(tx, p.ID)
		if err != nil {
			return nil, err
		}
		w := ReportWaits{Period: p, Freeze: p.To < today(tx)}
		for _, e := range entries {
			if e.Verdict == "" && e.Person != auth.From(tx.Context()).ID {
				w.Review++
			}
		}
		if w.Review > 0 || w.Freeze {
			list = append(list, w)
		}
	}
	return list, nil
}
