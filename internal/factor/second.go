package factor

import (
	"context"
	"errors"
	"time"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/fault"
	"guildhall/internal/journal"
)

const (
	pendingLasts = 5 * time.Minute
	pendingTries = 5  // at one sign-in, after which it begins with the password again
	freeTries    = 10 // of a person a day, before each one waits
)

// Ask begins the second step of a sign-in for whoever has codes.
func (o *Office) Ask(tx *db.Tx, person string) (string, error) {
	had, err := has(tx, person)
	if err != nil || !had {
		return "", err
	}
	if _, err := tx.Exec(`DELETE FROM factor_pending WHERE ends_at < $1`, tx.Now); err != nil {
		return "", err
	}
	key := newKey()
	_, err = tx.Exec(`INSERT INTO factor_pending (key_hash, person_id, ends_at) VALUES ($1, $2, $3)`, keyHash(key), person, tx.Now.Add(pendingLasts))
	return key, err
}

// errOver says that a sign-in waited too long for its second step, or was tried too
// often: it begins anew.
var errOver = fault.Invalid.New("factor.pending.over")

// pending gives who waits for their second step under a key.
func pending(tx *db.Tx, key string) (string, error) {
	person, err := db.One(tx, db.Value[string], `SELECT person_id FROM factor_pending WHERE key_hash = $1 AND ends_at > $2 AND attempts < $3`,
		keyHash(key), tx.Now, pendingTries)
	if errors.Is(err, fault.NotFound) {
		err = errOver
	}
	return person, err
}

// Waits tells whether a sign-in waits under a key.
func (o *Office) Waits(ctx context.Context, key string) error {
	_, err := db.View(house(ctx), o.DB, func(tx *db.Tx) (string, error) { return pending(tx, key) })
	return err
}

// Answer takes the code of a sign-in's second step, from the app or one of the
// recovery codes, and lets its owner in. The attempt counts before it is judged.
func (o *Office) Answer(ctx context.Context, key, code, device string) (directory.Entrance, error) {
	code = plain(code)
	person, err := db.Update(house(ctx), o.DB, func(tx *db.Tx) (string, error) {
		person, err := pending(tx, key)
		if err != nil {
			return "", err
		}
		_, err = tx.Exec(`UPDATE factor_pending SET attempts = attempts + 1 WHERE key_hash = $1`, keyHash(key))
		return person, err
	})
	if err != nil {
		return directory.Entrance{}, err
	}
	if err := o.Directory.Try(ctx, "code", person, freeTries); err != nil {
		return directory.Entrance{}, err
	}
	return db.Update(house(auth.With(ctx, auth.Actor{ID: person})), o.DB, func(tx *db.Tx) (e directory.Entrance, err error) {
		gone, err := tx.Exec(`DELETE FROM factor_pending WHERE key_hash = $1 AND ends_at > $2`, keyHash(key), tx.Now)
		if err != nil {
			return e, err
		}
		if gone == 0 {
			return e, errOver
		}
		if err := o.take(tx, person, code); err != nil {
			return e, err // undoes all: the sign-in waits on for another try
		}
		if err := o.Directory.Forgive(tx, "code", person); err != nil {
			return e, err
		}
		return o.Directory.Begin(tx, person, device)
	})
}

// take takes one code of a person's, which is then spent, or says that it is wrong.
func (o *Office) take(tx *db.Tx, person, code string) error {
	var wrong fault.List
	wrong.Add("code", "factor.code.wrong")
	if !digits(code) {
		n, err := tx.Exec(`UPDATE factor_recovery SET used_at = $3 WHERE person_id = $1 AND hash = $2 AND used_at IS NULL`,
			person, o.recoveryHash(person, code), tx.Now)
		if err != nil {
			return err
		}
		if n == 0 {
			return wrong.Err()
		}
		return journal.Record(tx, "factor.recovery.use", person, nil)
	}
	k, err := findCode(tx, person)
	if errors.Is(err, fault.NotFound) {
		return wrong.Err()
	}
	if err != nil {
		return err
	}
	secret, err := o.Keys.Open(k.sealed)
	if err != nil {
		return err
	}
	step, ok := stepOf(code, secret, tx.Now, k.step)
	if !ok {
		return wrong.Err()
	}
	n, err := tx.Exec(`UPDATE factor_code SET step = $2 WHERE person_id = $1 AND step < $2`, person, step)
	if err == nil && n == 0 {
		err = wrong.Err() // its twin came first
	}
	return err
}
