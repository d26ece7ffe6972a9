package outlook

import (
	"guildhall/internal/db"
)

const hireColumns = `h.quarter, h.unit_id, h.position, h.segment, h.planned, h.applied, h.hired, h.departed`

func scanHire(row db.Row) (h Hire, err error) {
	err = row.Scan(&h.Quarter, &h.Unit, &h.Position, &h.Segment, &h.Planned, &h.Applied, &h.Hired, &h.Left)
	return h, err
}

// hires gives the body's whole history, each line's quarters together.
func hires(tx *db.Tx) ([]Hire, error) {
	return db.All(tx, scanHire, `SELECT `+hireColumns+` FROM outlook_hiring h WHERE h.body = $1
		ORDER BY h.unit_id, h.position, h.quarter`, tx.Body)
}

// findHire gives what is known under a record's natural key.
func findHire(tx *db.Tx, quarter, unit, position string) (Hire, error) {
	return db.One(tx, scanHire, `SELECT `+hireColumns+` FROM outlook_hiring h
		WHERE h.body = $1 AND h.quarter = $2 AND h.unit_id = $3 AND h.position = $4`, tx.Body, quarter, unit, position)
}

// saveHires writes records by their natural key. A figure that is not told
// leaves what was told before.
func saveHires(tx *db.Tx, hs []Hire) error {
	rows := make([][]any, len(hs))
	for i, h := range hs {
		rows[i] = []any{tx.Body, h.Quarter, h.Unit, h.Position, h.Segment, h.Planned, h.Applied, h.Hired, h.Left, tx.Now}
	}
	return db.Insert(tx, "outlook_hiring",
		[]string{"body", "quarter", "unit_id", "position", "segment", "planned", "applied", "hired", "departed", "changed_at"},
		`ON CONFLICT (body, quarter, unit_id, position) DO UPDATE SET segment = excluded.segment,
			planned = coalesce(excluded.planned, outlook_hiring.planned), applied = coalesce(excluded.applied, outlook_hiring.applied),
			hired = coalesce(excluded.hired, outlook_hiring.hired), departed = coalesce(excluded.departed, outlook_hiring.departed),
			changed_at = excluded.changed_at`, rows)
}

const planColumns = `p.quarter, p.unit_id, p.position, p.planned, p.confidence, p.submitted_on`

func scanPlan(row db.Row) (p Plan, err error) {
	err = row.Scan(&p.Quarter, &p.Unit, &p.Position, &p.Planned, &p.Confidence, &p.SubmittedOn)
	return p, err
}

// plans gives all plans of the body.
func plans(tx *db.Tx) ([]Plan, error) {
	return db.All(tx, scanPlan, `SELECT `+planColumns+` FROM outlook_plan p WHERE p.body = $1
		ORDER BY p.unit_id, p.position, p.quarter`, tx.Body)
}

// findPlan gives what is known under a plan's natural key.
func findPlan(tx *db.Tx, quarter, unit, position string) (Plan, error) {
	return db.One(tx, scanPlan, `SELECT `+planColumns+` FROM outlook_plan p
		WHERE p.body = $1 AND p.quarter = $2 AND p.unit_id = $3 AND p.position = $4`, tx.Body, quarter, unit, position)
}

// savePlans writes plans by their natural key.
func savePlans(tx *db.Tx, ps []Plan) error {
	rows := make([][]any, len(ps))
	for i, p := range ps {
		rows[i] = []any{tx.Body, p.Quarter, p.Unit, p.Position, p.Planned, p.Confidence, p.SubmittedOn, tx.Now}
	}
	return db.Insert(tx, "outlook_plan",
		[]string{"body", "quarter", "unit_id", "position", "planned", "confidence", "submitted_on", "changed_at"},
		`ON CONFLICT (body, quarter, unit_id, position) DO UPDATE SET planned = excluded.planned,
			confidence = excluded.confidence, submitted_on = excluded.submitted_on, changed_at = excluded.changed_at`, rows)
}
