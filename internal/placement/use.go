package placement

import (
	"time"

	"guildhall/internal/db"
)

// Begun is how many placements of a kind of work and a programme began.
type Begun struct {
	Kind, Programme string // codes
	Count           int
}

// BegunSince counts the placements that began since a day. Rooms that count how often
// the chain is used hear it by way of app.
func BegunSince(tx *db.Tx, since time.Time) ([]Begun, error) {
	return db.All(tx, func(row db.Row) (b Begun, err error) {
		return b, row.Scan(&b.Kind, &b.Programme, &b.Count)
	}, `SELECT p.post_kind, p.programme, count(*) FROM placement_placement p
		WHERE p.body = $1 AND p.state IN ('started', 'changed', 'ended') AND p.since >= $2
		GROUP BY p.post_kind, p.programme ORDER BY p.post_kind, p.programme`, tx.Body, since.Format(time.DateOnly))
}
