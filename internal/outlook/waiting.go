package outlook

import (
	"time"

	"guildhall/internal/db"
)

// Underway counts the forecasts of the body of tx, or of all, that are being computed, and
// those that failed lately.
func Underway(tx *db.Tx, all bool) (running, failed int64, err error) {
	var w db.Where
	w.And("r.state = 'computing' OR (r.state = 'failed' AND r.made_at > ?)", tx.Now.Add(-7*24*time.Hour))
	if !all {
		w.And("r.body = ?", tx.Body)
	}
	p, err := db.One(tx, db.Pair[int64, int64], `SELECT count(*) FILTER (WHERE r.state = 'computing'), count(*) FILTER (WHERE r.state = 'failed')
		FROM outlook_release r`+w.String(), w.Args...)
	return p.A, p.B, err
}
