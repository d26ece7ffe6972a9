package files

import (
	"time"

	"guildhall/internal/db"
)

// Stored counts the files that are kept, and their bytes, of all bodies.
func Stored(tx *db.Tx) (n, bytes int64, err error) {
	p, err := db.One(tx, db.Pair[int64, int64], `SELECT count(*), COALESCE(CAST(sum(f.size) AS BIGINT), 0) FROM files_file f WHERE f.gone_at IS NULL`)
	return p.A, p.B, err
}

// Noted is what the database says of the file with an id.
type Noted struct {
	Gone bool
	At   time.Time
}

// All gives what is noted of the files of every body, by their ids.
func All(tx *db.Tx) (map[string]Noted, error) {
	noted := map[string]Noted{}
	_, err := db.All(tx, func(row db.Row) (struct{}, error) {
		var id string
		var gone *time.Time
		var n Noted
		err := row.Scan(&id, &gone, &n.At)
		n.Gone = gone != nil
		noted[id] = n
		return struct{}{}, err
	}, `SELECT f.id, f.gone_at, f.at FROM files_file f`)
	return noted, err
}
