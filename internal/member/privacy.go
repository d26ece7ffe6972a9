package member

import (
	"time"

	"guildhall/internal/db"
	"guildhall/internal/holding"
	"guildhall/internal/i18n"
)

// Expiry takes out of applications that were decided long ago whom to speak to.
func Expiry() holding.Expiry {
	const over = ` FROM member_application WHERE body = $1 AND state IN ('admitted', 'refused', 'withdrawn') AND contact_seal || mobile_seal || email_seal <> '' AND changed_at < $2`
	return holding.Expiry{Kind: "member.application",
		Due: func(tx *db.Tx, before string, _ []string) (int, error) {
			return db.One(tx, db.Value[int], `SELECT count(*)`+over, tx.Body, morning(before))
		},
		Remove: func(tx *db.Tx, before string, _ []string, most int) (int, error) {
			n, err := tx.Exec(`UPDATE member_application SET contact_seal = '', mobile_seal = '', email_seal = '' WHERE id IN (SELECT id`+over+` ORDER BY id LIMIT $3)`, tx.Body, morning(before), most)
			return int(n), err
		}}
}

// morning gives when a day begins.
func morning(day string) time.Time {
	t, _ := time.ParseInLocation(time.DateOnly, day, i18n.China)
	return t.UTC()
}
