package directory

import "guildhall/internal/db"

// MailWaiting counts the mails that wait, and those of them that could not be sent again
// and again.
func MailWaiting(tx *db.Tx) (waiting, stuck int64, err error) {
	p, err := db.One(tx, db.Pair[int64, int64], `SELECT count(*), count(*) FILTER (WHERE attempts >= 3) FROM directory_mail`)
	return p.A, p.B, err
}

// MailAgain lets the mails that could not be sent be tried again at once.
func MailAgain(tx *db.Tx) error {
	_, err := tx.Exec(`UPDATE directory_mail SET due_at = $1 WHERE attempts > 0`, tx.Now)
	return err
}
