package files

import "guildhall/internal/db"

// Stored counts the files that are kept, and their bytes, of all bodies.
func Stored(tx *db.Tx) (n, bytes int64, err error) {
	p, err := db.One(tx, db.Pair[int64, int64], `SELECT count(*), COALESCE(CAST(sum(f.size) AS BIGINT), 0) FROM files_file f WHERE f.gone_at IS NULL`)
	return p.A, p.B, err
}
