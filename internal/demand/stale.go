package demand

import (
	"time"

	"guildhall/internal/db"
)

// Staleness counts the running lines of the body, those that nobody has touched for three
// months, and those that lapse within two weeks unless somebody renews them.
type Staleness struct{ Running, Untouched, Lapsing int64 }

// Stale tells how old the body's demand is.
func Stale(tx *db.Tx) (s Staleness, err error) {
	soon := tx.Now.AddDate(0, 0, 14).Format(time.DateOnly)
	return db.One(tx, func(row db.Row) (s Staleness, err error) {
		return s, row.Scan(&s.Running, &s.Untouched, &s.Lapsing)
	}, `SELECT count(*), count(*) FILTER (WHERE d.changed_at < $2), count(*) FILTER (WHERE d.valid_until <= $3)
		FROM demand_line d WHERE d.body = $1 AND d.state IN ('open', 'underway')`, tx.Body, tx.Now.AddDate(0, -3, 0), soon)
}
