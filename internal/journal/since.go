package journal

import "guildhall/internal/db"

// Last gives the id of the body's newest entry, empty where there is none. Whoever
// keeps something in memory asks by it whether anything has happened since.
func Last(tx *db.Tx) (string, error) {
	return db.One(tx, db.Value[string], `SELECT coalesce(max(e.id), '') FROM journal_entry e WHERE e.body = $1`, tx.Body)
}

// Since gives the actions of the body's entries after one, each once.
func Since(tx *db.Tx, id string) ([]string, error) {
	return db.All(tx, db.Value[string], `SELECT DISTINCT e.action FROM journal_entry e WHERE e.body = $1 AND e.id > $2`, tx.Body, id)
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
