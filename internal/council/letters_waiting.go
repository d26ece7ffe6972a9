package council

import "guildhall/internal/db"

// LettersWaiting counts the invitations that wait to be sent, of the body of tx or of all,
// and those of them that could not be sent again and again.
func LettersWaiting(tx *db.Tx, all bool) (waiting, stuck int64, err error) {
	var w db.Where
	if !all {
		w.And("l.body = ?", tx.Body)
	}
	p, err := db.One(tx, db.Pair[int64, int64], `SELECT count(*), count(*) FILTER (WHERE l.attempts >= 3) FROM council_letter l`+w.String(), w.Args...)
	return p.A, p.B, err
}

// LettersAgain lets the body's invitations that could not be sent be tried again at once.
func LettersAgain(tx *db.Tx) error {
	_, err := tx.Exec(`UPDATE council_letter SET due_at = $2 WHERE body = $1 AND attempts > 0`, tx.Body, tx.Now)
	return err
}
