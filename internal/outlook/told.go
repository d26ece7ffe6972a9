package outlook

import (
	"guildhall/internal/db"
	"guildhall/internal/journal"
)

// What a survey asks of what was told, and what it tells. It acts for whoever runs
// the body, as the rule book knows them.

// Told gives one enterprise's whole hiring history and its plans.
func Told(tx *db.Tx, unit string) ([]Hire, []Plan, error) {
	hs, err := hiresOf(tx, []string{unit})
	if err != nil {
		return nil, nil, err
	}
	ps, err := plansOf(tx, []string{unit})
	return hs, ps, err
}

// NewestTold gives the last quarter of which hires were told, or nothing.
func NewestTold(tx *db.Tx) (string, error) { return newestTold(tx) }

// Later gives the quarter n quarters after q, or before it where n is negative.
func Later(q string, n int) string { return later(q, n) }

// HiredLately gives how many each enterprise hired in the last four quarters that
// are known.
func HiredLately(tx *db.Tx) (map[string]int64, error) {
	told, err := newestTold(tx)
	if err != nil || told == "" {
		return nil, err
	}
	rows, err := db.All(tx, db.Pair[string, int64], `SELECT unit_id, CAST(sum(hired) AS BIGINT) FROM outlook_hiring
		WHERE body = $1 AND quarter > $2 AND hired IS NOT NULL GROUP BY unit_id`, tx.Body, later(told, -4))
	by := make(map[string]int64, len(rows))
	for _, r := range rows {
		by[r.A] = r.B
	}
	return by, err
}

// Submit notes plans within a transaction, as Outlook.Plan does.
func Submit(tx *db.Tx, ps []Plan) error {
	if err := allowAll(tx, "outlook.plan.submit", ps, func(p Plan) string { return p.Unit }); err != nil {
		return err
	}
	if err := settleAll(ps, (*Plan).settle); err != nil {
		return err
	}
	if err := savePlans(tx, ps); err != nil {
		return err
	}
	return journal.Record(tx, "outlook.plan.submit", "plan", map[string]int{"records": len(ps)})
}
