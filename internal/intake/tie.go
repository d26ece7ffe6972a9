package intake

import "guildhall/internal/db"

// SentFor gives the imports of a unit that nobody has committed or given up yet.
func SentFor(tx *db.Tx, unit string) ([]*Job, error) {
	var w db.Where
	w.And("j.unit_id = ? AND j.state = ?", unit, Ready)
	return listJobs(tx, w, 100)
}
