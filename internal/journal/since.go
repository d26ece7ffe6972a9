package journal

import "guildhall/internal/db"

// Stand gives how many entries the body's chain has. Whoever keeps something in memory
// asks by it whether anything has happened since: unlike ids, places in the chain do not
// follow the clocks of those who write.
func Stand(tx *db.Tx) (int64, error) {
	return db.One(tx, db.Value[int64], `SELECT coalesce(max(e.seq), -1) + 1 FROM journal_entry e WHERE e.body = $1`, tx.Body)
}

// Since gives the actions of the body's entries after the first so many, each once.
func Since(tx *db.Tx, stand int64) ([]string, error) {
	return db.All(tx, db.Value[string], `SELECT DISTINCT e.action FROM journal_entry e WHERE e.body = $1 AND e.seq >= $2`, tx.Body, stand)
}

// Count tells how many entries of the body are of an action.
func Count(tx *db.Tx, action string) (int64, error) {
	return db.One(tx, db.Value[int64], `SELECT count(*) FROM journal_entry e WHERE e.body = $1 AND e.action = $2`, tx.Body, action)
}

// Some gives entries of the body by their ids.
func Some(tx *db.Tx, ids []string) (map[string]Entry, error) {
	var w db.Where
	w.And("e.body = ?", tx.Body)
	w.In("e.id", ids)
	list, err := db.All(tx, scan, `SELECT `+columns+` FROM journal_entry e`+w.String(), w.Args...)
	found := map[string]Entry{}
	for _, e := range list {
		found[e.ID] = e
	}
	return found, err
}
