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

// setupLasts is how long a secret waits for its first code.
const setupLasts = time.Hour

// Setup is an authenticator that waits for its first code.
type Setup struct {
	Secret string `json:"secret"`
	URL    string `json:"url"` // otpauth://
}

// Begin makes a secret for the actor, who knows their password, to put into an app.
func (o *Office) Begin(ctx context.Context, present string) error {
	me := auth.From(ctx).ID
	if err := policy.Allow(ctx, "factor.code.begin", me); err != nil {
		return err
	}
	if err := o.Directory.Proves(ctx, present); err != nil {
		return err
	}
	secret, _, err := newSecret("-", "-")
	if err != nil {
		return err
	}
	return db.Do(house(ctx), o.DB, func(tx *db.Tx) error {
		had, err := has(tx, me)
		if err != nil {
			return err
		}
		if had {
			return fault.Conflict.New("factor.code.there")
		}
		if _, err := tx.Exec(`
			INSERT INTO factor_code (person_id, sealed, made_at) VALUES ($1, $2, $3)
			ON CONFLICT (person_id) DO UPDATE SET sealed = excluded.sealed, made_at = excluded.made_at, step = 0`, me, o.Keys.Seal(secret), tx.Now); err != nil {
			return err
		}
		return journal.Record(tx, "factor.code.begin", me, nil)
	})
}

// Setup gives the actor's authenticator that waits for its first code; issuer is the
// name under which the app lists it.
func (o *Office) Setup(ctx context.Context, issuer string) (s Setup, err error) {
	me := auth.From(ctx).ID
	if err := policy.Allow(ctx, "factor.code.begin", me); err != nil {
		return s, err
	}
	_, err = db.View(house(ctx), o.DB, func(tx *db.Tx) (int, error) {
		if s.Secret, err = o.open(tx, me); err != nil {
			return 0, err
		}
		p, err := directory.FindPerson(tx, me)
		if err != nil {
			return 0, err
		}
		s.URL, err = address(issuer, p.Login, s.Secret)
		return 0, err
	})
	return s, err
}

// open gives a secret that waits for its first code.
func (o *Office) open(tx *db.Tx, person string) (string, error) {
	k, err := findCode(tx, person)
	if errors.Is(err, fault.NotFound) || err == nil && (k.confirmed != nil || tx.Now.Sub(k.madeAt) > setupLasts) {
		return "", fault.Conflict.New("factor.code.not_begun")
	}
	if err != nil {
		return "", err
	}
	return o.Keys.Open(k.sealed)
}

// Confirm takes the first code, from which on codes are asked for, ends the actor's
// other sessions, and gives the recovery codes, which are shown this once.
func (o *Office) Confirm(ctx context.Context, session, code string) ([]string, error) {
	me := auth.From(ctx).ID
	if err := policy.Allow(ctx, "factor.code.confirm", me); err != nil {
		return nil, err
	}
	if err := o.Directory.Try(ctx, "code", me, freeTries); err != nil {
		return nil, err
	}
	codes := newRecovery()
	return codes, db.Do(house(ctx), o.DB, func(tx *db.Tx) error {
		if _, err := o.open(tx, me); err != nil {
			return err
		}
		code = plain(code)
		if !digits(code) {
			code = "-" // a recovery code is none of this app
		}
		if err := o.take(tx, me, code); err != nil {
			return err
		}
		if _, err := tx.Exec(`UPDATE factor_code SET confirmed_at = $2 WHERE person_id = $1`, me, tx.Now); err != nil {
			return err
		}
		if _, err := tx.Exec(`DELETE FROM factor_cleared WHERE person_id = $1`, me); err != nil {
			return err
		}
		if err := errors.Join(o.saveRecovery(tx, me, codes), o.Directory.Forgive(tx, "code", me), directory.EndOthers(tx, me, session)); err != nil {
			return err
		}
		return journal.Record(tx, "factor.code.confirm", me, nil)
	})
}

// Renew gives the actor fresh recovery codes in place of all that they had.
func (o *Office) Renew(ctx context.Context, present string) ([]string, error) {
	me := auth.From(ctx).ID
	if err := policy.Allow(ctx, "factor.recovery.renew", me); err != nil {
		return nil, err
	}
	if err := o.Directory.Proves(ctx, present); err != nil {
		return nil, err
	}
	codes := newRecovery()
	return codes, db.Do(house(ctx), o.DB, func(tx *db.Tx) error {
		had, err := has(tx, me)
		if err != nil {
			return err
		}
		if !had {
			return fault.Conflict.New("factor.code.not_begun")
		}
		if err := o.saveRecovery(tx, me, codes); err != nil {
			return err
		}
		return journal.Record(tx, "factor.recovery.renew", me, nil)
	})
}

// End takes the actor's authenticator and recovery codes away.
func (o *Office) End(ctx context.Context, present string) error {
	me := auth.From(ctx).ID
	if err := policy.Allow(ctx, "factor.code.end", me); err != nil {
		return err
	}
	if err := o.Directory.Proves(ctx, present); err != nil {
		return err
	}
	defer o.free.Clear()
	return db.Do(house(ctx), o.DB, func(tx *db.Tx) error {
		for _, table := range []string{"factor_code", "factor_recovery", "factor_pending"} {
			if _, err := tx.Exec(`DELETE FROM `+table+` WHERE person_id = $1`, me); err != nil {
				return err
			}
		}
		return journal.Record(tx, "factor.code.end", me, nil)
	})
}

// Clear takes all factors of a person away who has lost them, for whoever looks after
// their account, ends their sessions, and tells them.
func (o *Office) Clear(ctx context.Context, person string) error {
	if err := policy.Allow(ctx, "factor.person.clear", person); err != nil {
		return err
	}
	defer o.free.Clear()
	return db.Do(house(ctx), o.DB, func(tx *db.Tx) error {
		if _, err := directory.Tends(tx, person); err != nil {
			return err
		}
		return o.clear(tx, person)
	})
}

func (o *Office) clear(tx *db.Tx, person string) error {
	f, err := find(tx, person)
	if err != nil {
		return err
	}
	if f.CodeAt == nil && len(f.Passkeys) == 0 {
		return fault.Conflict.New("factor.person.none")
	}
	if err := errors.Join(drop(tx, person), directory.EndOthers(tx, person, "")); err != nil {
		return err
	}
	by := auth.From(tx.Context()).ID
	if _, err := tx.Exec(`INSERT INTO factor_cleared (person_id, by_id, at) VALUES ($1, $2, $3)`, person, by, tx.Now); err != nil {
		return err
	}
	mailed, err := o.Directory.Tell(tx, person, "factor.mail.cleared")
	if err != nil {
		return err
	}
	return journal.Record(tx, "factor.person.clear", person, map[string]any{"codes": f.CodeAt != nil, "passkeys": len(f.Passkeys), "mailed": mailed})
}

// Rescue takes the factors of a login away from the machine itself, where whoever
// could do it on a page is the one who lost them.
func (o *Office) Rescue(ctx context.Context, login string) error {
	return db.Do(house(ctx), o.DB, func(tx *db.Tx) error {
		person, err := directory.PersonOf(tx, login)
		if err != nil {
			return err
		}
		return o.clear(tx, person)
	})
}
