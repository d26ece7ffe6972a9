package agreement

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"time"

	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/journal"
	"guildhall/internal/seal"
)

const (
	linkLasts = 7 * 24 * time.Hour
	mostTries = 5 // at the signer's name
)

// Link lets a party without an account sign once: a guardian, by phone. It gives
// the key that stands in its address and is kept here only as its hash. A newer
// link of the same party puts the older out of use, as does a new version.
func Link(tx *db.Tx, a *Agreement, role string) (key string, err error) {
	if p, ok := a.Party(role); !ok || p.Person == "" {
		return "", fault.NotFound.New("agreement.no_party", role)
	}
	if _, done := a.Has(role); done {
		return "", fault.Conflict.New("agreement.signed_already")
	}
	if a.State.Over() {
		return "", fault.Conflict.New("agreement.over")
	}
	if err := dropLinks(tx, a.ID, role); err != nil {
		return "", err
	}
	key = rand.Text()
	if err := saveLink(tx, keyHash(key), a, role, tx.Now.Add(linkLasts)); err != nil {
		return "", err
	}
	return key, journal.Record(tx, "agreement.agreement.link", a.ID, map[string]any{"party": role, "version": a.Version, "until": tx.Now.Add(linkLasts)})
}

// ByKey gives the agreement that a link leads to, and as whom its bearer signs.
// NotFound where the link is used, old, or of nobody.
func ByKey(tx *db.Tx, keys *seal.Keys, key string) (a *Agreement, role string, err error) {
	gone := fault.NotFound.New("agreement.link_gone")
	l, err := findLink(tx, keyHash(key))
	if errors.Is(err, fault.NotFound) {
		return nil, "", gone
	}
	if err != nil {
		return nil, "", err
	}
	if !l.endsAt.After(tx.Now) || l.tries >= mostTries {
		return nil, "", gone
	}
	if a, err = Find(tx, keys, l.agreement); err != nil {
		return nil, "", err
	}
	if a.Version != l.version || a.State.Over() {
		return nil, "", gone
	}
	return a, l.role, nil
}

// Missed counts a name that was not the party's: after some, the link is dead.
func Missed(tx *db.Tx, key string) error { return countTry(tx, keyHash(key)) }

func keyHash(key string) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:])
}
