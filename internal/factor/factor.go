// Package factor knows the second factors (双因素认证) of persons: one-time codes
// from an authenticator app, recovery codes for when it is lost, and passkeys. The
// directory asks it whether a sign-in needs a second step; it tells whom a rule of
// the house keeps from everything until they have set one up.
package factor

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"strings"
	"sync"
	"time"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/i18n"
	"guildhall/internal/seal"
)

//go:embed schema/*.sql
var schema embed.FS

//go:embed text/*.json
var text embed.FS

var _ = i18n.Add(text)

// Room is the tables of the second factors.
var Room = db.Room{Name: "factor", Schema: schema}

// Office keeps the second factors.
type Office struct {
	DB        *db.DB
	Keys      *seal.Keys
	Directory *directory.Directory
	URL       string // under which readers reach us; empty: whatever they reached us under

	free sync.Map // who was found not to be bound, and until when; see bound.go
}

// house gives the context in which factors are changed: they belong to no body.
func house(ctx context.Context) context.Context { return db.In(ctx, db.House) }

// newKey gives a random key of 160 bits for a cookie.
func newKey() string { return strings.ToLower(rand.Text()) + strings.ToLower(rand.Text()[:6]) }

// keyHash is how a key is kept: whoever reads the table cannot use it.
func keyHash(key string) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:])
}

// Factors is what a person has set up.
type Factors struct {
	Person   string     `json:"-"`
	CodeAt   *time.Time `json:"code_at,omitzero"` // since when codes are asked for
	Recovery int        `json:"recovery"`         // codes that are left
	Passkeys []*Passkey `json:"passkeys"`
	Cleared  *Cleared   `json:"cleared,omitempty"` // somebody took them away
	Bound    bool       `json:"bound"`             // nothing else opens before codes are set up
	Asked    bool       `json:"asked"`             // the rule asks this person for codes
	Waived   string     `json:"waived,omitempty"`  // the article by which it does not ask one who runs the body
}

// Cleared tells who took a person's factors away, and when.
type Cleared struct {
	By string    `json:"by"` // their name
	At time.Time `json:"at"`
}

// Mine gives what the actor has set up.
func (o *Office) Mine(ctx context.Context) (*Factors, error) {
	a := auth.From(ctx)
	return db.View(house(ctx), o.DB, func(tx *db.Tx) (*Factors, error) {
		if err := policy.Allow(ctx, "factor.own.read", a.ID); err != nil {
			return nil, err
		}
		f, err := find(tx, a.ID)
		if err != nil {
			return nil, err
		}
		f.Asked, err = asked(tx, a)
		if err != nil {
			return nil, err
		}
		f.Bound = f.Asked && f.CodeAt == nil
		if a.Runs() && !f.Asked {
			held, err := requiredIn(tx, a.Body)
			f.Waived = held.Article
			return f, err
		}
		return f, nil
	})
}
