package intake

import (
	"time"

	"guildhall/internal/db"
)

// Open counts the imports of the body of tx, or of all, that are worked on, those of them
// on which nobody has worked for long, and those that failed lately.
func Open(tx *db.Tx, all bool) (running, left, failed int64, err error) {
	var w db.Where
	w.And("j.state IN ('reading', 'committing') OR (j.state = 'failed' AND j.changed_at > ?)", tx.Now.Add(-7*24*time.Hour))
	if !all {
		w.And("j.body = ?", tx.Body)
	}
	where := w.String()
	err = db.Each(tx, func(row db.Row) (j struct {
		state string
		beat  time.Time
	}, err error) {
		return j, row.Scan(&j.state, &j.beat)
	}, func(j struct {
		state string
		beat  time.Time
	}) error {
		switch {
		case j.state == "failed":
			failed++
		case tx.Now.Sub(j.beat) > 3*Lease:
			left++
		default:
			running++
		}
		return nil
	}, `SELECT j.state, j.beat_at FROM intake_job j`+where, w.Args...)
	return running, left, failed, err
}
