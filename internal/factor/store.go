package factor

import (
	"encoding/base32"
	"errors"
	"time"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/fault"
)

var base32Text = base32.StdEncoding.WithPadding(base32.NoPadding)

// kept is an authenticator as it stands in the table.
type kept struct {
	sealed    string
	step      int64
	madeAt    time.Time
	confirmed *time.Time
}

func findCode(tx *db.Tx, person string) (kept, error) {
	return db.One(tx, func(row db.Row) (k kept, err error) {
		return k, row.Scan(&k.sealed, &k.step, &k.madeAt, &k.confirmed)
	}, `SELECT sealed, step, made_at, confirmed_at FROM factor_code WHERE person_id = $1`, person)
}

// has tells whether codes are asked of a person.
func has(tx *db.Tx, person string) (bool, error) {
	_, err := db.One(tx, db.Value[int], `SELECT 1 FROM factor_code WHERE person_id = $1 AND confirmed_at IS NOT NULL`, person)
	if errors.Is(err, fault.NotFound) {
		return false, nil
	}
	return err == nil, err
}

// find gives all that a person has set up.
func find(tx *db.Tx, person string) (*Factors, error) {
	f := &Factors{Person: person}
	k, err := findCode(tx, person)
	if err != nil && !errors.Is(err, fault.NotFound) {
		return nil, err
	}
	f.CodeAt = k.confirmed
	if f.Recovery, err = db.One(tx, db.Value[int], `SELECT count(*) FROM factor_recovery WHERE person_id = $1 AND used_at IS NULL`, person); err != nil {
		return nil, err
	}
	if f.Cleared, err = cleared(tx, person); err != nil {
		return nil, err
	}
	f.Passkeys, err = passkeys(tx, person)
	return f, err
}

func cleared(tx *db.Tx, person string) (*Cleared, error) {
	c, err := db.One(tx, func(row db.Row) (c Cleared, err error) { return c, row.Scan(&c.By, &c.At) },
		`SELECT coalesce(p.name, ''), c.at FROM factor_cleared c LEFT JOIN directory_person p ON p.id = c.by_id WHERE c.person_id = $1`, person)
	if errors.Is(err, fault.NotFound) {
		return nil, nil
	}
	return &c, err
}

// saveRecovery keeps fresh recovery codes in place of all that were there.
func (o *Office) saveRecovery(tx *db.Tx, person string, codes []string) error {
	if _, err := tx.Exec(`DELETE FROM factor_recovery WHERE person_id = $1`, person); err != nil {
		return err
	}
	rows := make([][]any, len(codes))
	for i, c := range codes {
		rows[i] = []any{person, o.recoveryHash(person, plain(c))}
	}
	return db.Insert(tx, "factor_recovery", []string{"person_id", "hash"}, "", rows)
}

func (o *Office) recoveryHash(person, code string) string {
	return o.Keys.Hash("recovery", person+"\x00"+code)
}

// drop takes a person's factors away, all of them.
func drop(tx *db.Tx, person string) error {
	for _, table := range []string{"factor_code", "factor_recovery", "factor_pending", "factor_passkey", "factor_cleared"} {
		if _, err := tx.Exec(`DELETE FROM `+table+` WHERE person_id = $1`, person); err != nil {
			return err
		}
	}
	return nil
}

// Waiting tells whether somebody took the actor's factors away and they have not set
// any up since.
func Waiting(tx *db.Tx) (bool, error) {
	me := auth.From(tx.Context())
	if me.ID == "" {
		return false, nil
	}
	c, err := cleared(tx, me.ID)
	return c != nil, err
}

// Has tells whether a person has codes or a passkey, which they could lose.
func (o *Office) Has(tx *db.Tx, person string) (bool, error) {
	n, err := db.One(tx, db.Value[int], `SELECT (SELECT count(*) FROM factor_code WHERE person_id = $1 AND confirmed_at IS NOT NULL)
		+ (SELECT count(*) FROM factor_passkey WHERE person_id = $1)`, person)
	return n > 0, err
}
