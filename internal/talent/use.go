package talent

import (
	"time"

	"guildhall/internal/db"
)

// Posted gives the positions posted since a day, or changed since where no day of
// posting was told. Rooms that count how often the chain is used hear it by way of app.
func Posted(tx *db.Tx, since time.Time) ([]*Position, error) {
	return db.All(tx, scanPosition, `SELECT `+positionColumns+` FROM talent_position p
		WHERE p.body = $1 AND (p.posted >= $2 OR p.posted = '' AND p.changed_at >= $3) ORDER BY p.id`, tx.Body, since.Format(time.DateOnly), since)
}
