package directory

import (
	"context"
	"encoding/base32"
	"errors"
	"slices"
	"strings"
	"time"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/journal"
)

var base32Text = base32.HexEncoding.WithPadding(base32.NoPadding)

const (
	sessionIdle  = 12 * time.Hour      // after which an unused session ends
	sessionLong  = 14 * 24 * time.Hour // after which every session ends
	sessionTouch = 5 * time.Minute     // how exactly "last seen" is kept
)

// Session is one signed-in device.
type Session struct {
	ID      string    `json:"id"`
	Person  string    `json:"-"`
	Post    string    `json:"-"`
	Device  string    `json:"device"`
	BeganAt time.Time `json:"began_at"`
	SeenAt  time.Time `json:"seen_at"`
	EndsAt  time.Time `json:"ends_at"`
	Here    bool      `json:"here"` // the one that asks
}

// SignIn lets in whoever knows the password of a login, or asks for their second
// factor. An unknown login, a wrong password and a locked account are answered
// alike and as slowly. Each failure counts before the password is judged.
func (d *Directory) SignIn(ctx context.Context, login, password string, from From) (Entrance, error) {
	login = strings.ToLower(strings.TrimSpace(login))
	counters := d.counters(login, from)
	if err := db.Do(house(ctx), d.DB, func(tx *db.Tx) error { return count(tx, counters) }); err != nil {
		return Entrance{}, err
	}
	account, err := db.View(house(ctx), d.DB, func(tx *db.Tx) (account, error) { return findAccount(tx, login) })
	if err != nil && !errors.Is(err, fault.NotFound) {
		return Entrance{}, err
	}
	known, err := d.matches(ctx, password, account.password)
	if err != nil {
		return Entrance{}, err
	}
	if !known || account.locked {
		return Entrance{}, fault.Invalid.New("directory.sign_in.wrong")
	}
	return db.Update(house(auth.With(ctx, auth.Actor{ID: account.person})), d.DB, func(tx *db.Tx) (Entrance, error) {
		if err := forgive(tx, counters); err != nil {
			return Entrance{}, err
		}
		return d.Admit(tx, account.person, from.Device)
	})
}

type account struct {
	person, password string
	locked           bool
}

func findAccount(tx *db.Tx, login string) (account, error) {
	return db.One(tx, func(row db.Row) (a account, err error) {
		return a, row.Scan(&a.person, &a.password, &a.locked)
	}, `SELECT person_id, password, locked FROM directory_account WHERE login = $1`, login)
}

// begin makes a session and gives the key of its cookie.
func (d *Directory) begin(tx *db.Tx, person, device string) (string, error) {
	key := newKey()
	if len(device) > 200 {
		device = device[:200]
	}
	s := Session{ID: db.NewID(), Person: person, Device: strings.ToValidUTF8(device, ""), BeganAt: tx.Now, SeenAt: tx.Now, EndsAt: tx.Now.Add(sessionLong)}
	if _, err := tx.Exec(`
		INSERT INTO directory_session (id, key_hash, person_id, device, began_at, seen_at, ends_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		s.ID, keyHash(key), s.Person, s.Device, s.BeganAt, s.SeenAt, s.EndsAt); err != nil {
		return "", err
	}
	return key, journal.Record(tx, "directory.session.begin", person, map[string]string{"session": s.ID})
}

const sessionColumns = `s.id, s.person_id, s.post_id, s.device, s.began_at, s.seen_at, s.ends_at`

func scanSession(row db.Row) (s Session, err error) {
	return s, row.Scan(&s.ID, &s.Person, &s.Post, &s.Device, &s.BeganAt, &s.SeenAt, &s.EndsAt)
}

func findSession(tx *db.Tx, key string) (Session, error) {
	return db.One(tx, scanSession, `SELECT `+sessionColumns+` FROM directory_session s JOIN directory_account a ON a.person_id = s.person_id
		WHERE s.key_hash = $1 AND s.ends_at > $2 AND s.seen_at > $3 AND a.locked = FALSE`, keyHash(key), tx.Now, tx.Now.Add(-sessionIdle))
}

// SignOut ends the session of a key.
func (d *Directory) SignOut(ctx context.Context, key string) error {
	return db.Do(house(ctx), d.DB, func(tx *db.Tx) error {
		s, err := findSession(tx, key)
		if errors.Is(err, fault.NotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		return end(tx, s)
	})
}

func end(tx *db.Tx, s Session) error {
	if _, err := tx.Exec(`DELETE FROM directory_session WHERE id = $1`, s.ID); err != nil {
		return err
	}
	return journal.Record(tx, "directory.session.end", s.Person, map[string]string{"session": s.ID})
}

// endAll ends all sessions of a person but the one with this key, if any.
func endAll(tx *db.Tx, person, but string) error {
	_, err := tx.Exec(`DELETE FROM directory_session WHERE person_id = $1 AND key_hash <> $2`, person, keyHash(but))
	return err
}

// Sessions lists the actor's sessions, the one last seen first.
func (d *Directory) Sessions(ctx context.Context, key string) ([]Session, error) {
	me := auth.From(ctx).ID
	return db.View(house(ctx), d.DB, func(tx *db.Tx) ([]Session, error) {
		if err := policy.Allow(tx.Context(), "directory.session.read", Subject{Person: me}); err != nil {
			return nil, err
		}
		here, err := findSession(tx, key)
		if err != nil && !errors.Is(err, fault.NotFound) {
			return nil, err
		}
		list, err := db.All(tx, scanSession, `SELECT `+sessionColumns+` FROM directory_session s
			WHERE s.person_id = $1 AND s.ends_at > $2 AND s.seen_at > $3 ORDER BY s.seen_at DESC, s.id`, me, tx.Now, tx.Now.Add(-sessionIdle))
		for i := range list {
			list[i].Here = list[i].ID == here.ID
		}
		return list, err
	})
}

// EndSession ends one of the actor's own sessions.
func (d *Directory) EndSession(ctx context.Context, id string) error {
	return db.Do(house(ctx), d.DB, func(tx *db.Tx) error {
		s, err := db.One(tx, scanSession, `SELECT `+sessionColumns+` FROM directory_session s WHERE s.id = $1`, id)
		if err != nil {
			return err
		}
		if !policy.Can(tx.Context(), "directory.session.end", Subject{Person: s.Person}) {
			return fault.NotFound.New("fault.not_found")
		}
		return end(tx, s)
	})
}

// Switch makes the actor act in another of their posts from now on, in the
// session of this key.
func (d *Directory) Switch(ctx context.Context, key, post string) error {
	me := auth.From(ctx).ID
	return db.Do(house(ctx), d.DB, func(tx *db.Tx) error {
		s, err := findSession(tx, key)
		if err != nil || s.Person != me {
			return fault.Unknown.New("fault.unknown")
		}
		posts, err := Posts(tx, me)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(posts, func(o *Post) bool { return o.ID == post }) {
			return fault.NotFound.New("fault.not_found")
		}
		if _, err := tx.Exec(`UPDATE directory_session SET post_id = $2 WHERE id = $1`, s.ID, post); err != nil {
			return err
		}
		return journal.Record(tx, "directory.session.switch", post, map[string]string{"session": s.ID})
	})
}
