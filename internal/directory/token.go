package directory

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/journal"
)

// Token is a personal access token (个人访问令牌): a program acts with it as its
// owner in one post, within its scopes.
type Token struct {
	ID     string     `json:"id"`
	Name   string     `json:"name"`
	Scopes []string   `json:"scopes"`
	MadeAt time.Time  `json:"made_at"`
	UsedAt *time.Time `json:"used_at,omitzero"`
	EndsAt time.Time  `json:"ends_at"`
	Key    string     `json:"key,omitempty"` // shown once, as it is made

	person, post string
}

// tokenPrefix lets secret scanners recognise a token.
const tokenPrefix = "ghall_"

// MakeToken makes a token of the actor's, good for so many days.
func (d *Directory) MakeToken(ctx context.Context, name string, scopes, known []string, days int) (*Token, error) {
	me := auth.From(ctx)
	return db.Update(house(ctx), d.DB, func(tx *db.Tx) (*Token, error) {
		if me.Token {
			return nil, fault.Denied.New("directory.token.by_token")
		}
		if err := policy.Allow(tx.Context(), "directory.token.make", Subject{Person: me.ID}); err != nil {
			return nil, err
		}
		t := &Token{ID: db.NewID(), Name: strings.TrimSpace(name), Scopes: scopes, MadeAt: tx.Now, EndsAt: tx.Now.AddDate(0, 0, days), person: me.ID, post: me.Post}
		if err := t.check(known, days); err != nil {
			return nil, err
		}
		t.Key = tokenPrefix + newKey()
		if _, err := tx.Exec(`
			INSERT INTO directory_token (id, key_hash, person_id, post_id, name, scopes, made_at, ends_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
			t.ID, keyHash(t.Key), t.person, t.post, t.Name, strings.Join(t.Scopes, " "), t.MadeAt, t.EndsAt); err != nil {
			return nil, err
		}
		return t, journal.Record(tx, "directory.token.make", t.ID, map[string]any{"scopes": t.Scopes, "ends_at": t.EndsAt})
	})
}

func (t *Token) check(known []string, days int) error {
	var wrong fault.List
	if t.Name == "" || utf8.RuneCountInString(t.Name) > 60 {
		wrong.Add("name", "directory.token.unnamed")
	}
	if len(t.Scopes) == 0 {
		wrong.Add("scopes", "directory.token.no_scope")
	}
	for _, s := range t.Scopes {
		if !slices.Contains(known, s) {
			wrong.Add("scopes", "directory.token.scope", s)
		}
	}
	if days < 1 || days > 366 {
		wrong.Add("days", "directory.token.days")
	}
	return wrong.Err()
}

const tokenColumns = `t.id, t.person_id, t.post_id, t.name, t.scopes, t.made_at, t.used_at, t.ends_at`

func scanToken(row db.Row) (*Token, error) {
	t := new(Token)
	var scopes string
	err := row.Scan(&t.ID, &t.person, &t.post, &t.Name, &scopes, &t.MadeAt, &t.UsedAt, &t.EndsAt)
	t.Scopes = strings.Fields(scopes)
	return t, err
}

// Tokens lists the actor's tokens, the newest first.
func (d *Directory) Tokens(ctx context.Context) ([]*Token, error) {
	return db.View(house(ctx), d.DB, func(tx *db.Tx) ([]*Token, error) {
		return db.All(tx, scanToken, `SELECT `+tokenColumns+` FROM directory_token t WHERE t.person_id = $1 AND t.ends_at > $2 ORDER BY t.id DESC`,
			auth.From(ctx).ID, tx.Now)
	})
}

// EndToken ends one of the actor's tokens.
func (d *Directory) EndToken(ctx context.Context, id string) error {
	return db.Do(house(ctx), d.DB, func(tx *db.Tx) error {
		t, err := db.One(tx, scanToken, `SELECT `+tokenColumns+` FROM directory_token t WHERE t.id = $1`, id)
		if err != nil {
			return err
		}
		if !policy.Can(tx.Context(), "directory.token.end", Subject{Person: t.person}) {
			return fault.NotFound.New("fault.not_found")
		}
		if _, err := tx.Exec(`DELETE FROM directory_token WHERE id = $1`, id); err != nil {
			return err
		}
		return journal.Record(tx, "directory.token.end", id, nil)
	})
}

// byToken gives the actor of a token. A token that does not hold is told, for a
// program would not notice that it goes on as a stranger.
func (d *Directory) byToken(ctx context.Context, key string) (a auth.Actor, err error) {
	var t *Token
	_, err = db.View(house(ctx), d.DB, func(tx *db.Tx) (int, error) {
		t, err = db.One(tx, scanToken, `SELECT `+tokenColumns+` FROM directory_token t JOIN directory_account c ON c.person_id = t.person_id
			WHERE t.key_hash = $1 AND t.ends_at > $2 AND c.locked = FALSE`, keyHash(key), tx.Now)
		if err != nil {
			return 0, err
		}
		a, err = d.actor(tx, t.person, t.post)
		return 0, err
	})
	if errors.Is(err, fault.NotFound) {
		return auth.Actor{}, fault.Unknown.New("directory.token.over")
	}
	if err != nil {
		return auth.Actor{}, err
	}
	if a.Post != t.post {
		return auth.Actor{}, fault.Unknown.New("directory.token.over") // the post for which it was made has ended
	}
	a.Token, a.Scopes = true, t.Scopes
	if now := d.DB.Now(); t.UsedAt == nil || now.Sub(*t.UsedAt) > time.Hour {
		err = db.Do(house(ctx), d.DB, func(tx *db.Tx) error {
			_, err := tx.Exec(`UPDATE directory_token SET used_at = $2 WHERE id = $1`, t.ID, tx.Now)
			return err
		})
	}
	return a, err
}
