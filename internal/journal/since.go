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
