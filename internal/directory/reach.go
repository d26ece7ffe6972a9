package directory

import (
	"guildhall/internal/db"
)

// Administrators gives the persons who administer a unit in the body of tx now:
// they are written to where a unit has named nobody for a matter.
func Administrators(tx *db.Tx, unit string) ([]string, error) {
	return db.All(tx, db.Value[string], `SELECT DISTINCT o.person_id FROM directory_post o
		WHERE o.body_id = $1 AND o.unit_id = $2 AND o.role = 'unit_admin' AND o.since <= $3 AND (o.until IS NULL OR o.until > $3)
		ORDER BY o.person_id`, tx.Body, unit, tx.Now)
}
