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

// hiresOf gives the history of some units.
func hiresOf(tx *db.Tx, units []string) ([]Hire, error) {
	var w db.Where
	w.And("h.body = ?", tx.Body)
	w.In("h.unit_id", units)
	return db.All(tx, scanHire, `SELECT `+hireColumns+` FROM outlook_hiring h`+w.String(), w.Args...)
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

// plansOf gives the plans of some units.
func plansOf(tx *db.Tx, units []string) ([]Plan, error) {
	var w db.Where
	w.And("p.body = ?", tx.Body)
	w.In("p.unit_id", units)
	return db.All(tx, scanPlan, `SELECT `+planColumns+` FROM outlook_plan p`+w.String(), w.Args...)
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
