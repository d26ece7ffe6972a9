package council

import "guildhall/internal/db"

// Latest gives the latest resolutions, the newest first, for rooms that act by one.
func Latest(tx *db.Tx, limit int) ([]*Resolution, error) {
	return db.All(tx, scanResolution, `SELECT `+resolutionColumns+` FROM council_resolution r WHERE r.body = $1 ORDER BY r.year DESC, r.number DESC LIMIT $2`, tx.Body, limit)
}

// Term gives for how many years somebody is elected in the body, and the article
// that says so.
func Term(tx *db.Tx) (years int, article string, err error) {
	held, err := rules(tx)
	return held.Rule.TermYears, held.Rule.TermArticle, err
}
