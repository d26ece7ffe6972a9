package factor

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"

	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/web"
)

const (
	ceremonyLasts = 5 * time.Minute
	ceremonyOpen  = 200 // sign-ins that wait of one address
)

// party is the house as passkeys know it: they are bound to the name under which
// readers reach it, and an address without a name has none.
func (o *Office) party(r *http.Request) (*webauthn.WebAuthn, error) {
	at := o.URL
	if at == "" {
		at = map[bool]string{true: "https://", false: "http://"}[web.Secure(r)] + r.Host
	}
	u, err := url.Parse(at)
	if err != nil || u.Hostname() == "" || net.ParseIP(u.Hostname()) != nil {
		return nil, fault.Conflict.New("factor.passkey.address", at)
	}
	name := web.BodyName(r.Context())
	if name == "" {
		name = "Guildhall"
	}
	return webauthn.New(&webauthn.Config{RPID: u.Hostname(), RPDisplayName: name, RPOrigins: []string{u.Scheme + "://" + u.Host}})
}

// begin keeps what the browser is asked, for the person who makes a passkey, or for
// whoever signs in from an origin.
func (o *Office) begin(ctx context.Context, person, origin string, session *webauthn.SessionData) (string, error) {
	text, err := json.Marshal(session)
	if err != nil {
		return "", err
	}
	key := newKey()
	return key, db.Do(house(ctx), o.DB, func(tx *db.Tx) error {
		if _, err := tx.Exec(`DELETE FROM factor_ceremony WHERE ends_at < $1`, tx.Now); err != nil {
			return err
		}
		open, err := db.One(tx, db.Value[int], `SELECT count(*) FROM factor_ceremony WHERE origin = $1 AND person_id = $2`, origin, person)
		if err != nil {
			return err
		}
		if open >= ceremonyOpen {
			return fault.Busy.New("fault.busy")
		}
		_, err = tx.Exec(`INSERT INTO factor_ceremony (key_hash, person_id, origin, session, ends_at) VALUES ($1, $2, $3, $4, $5)`,
			keyHash(key), person, origin, string(text), tx.Now.Add(ceremonyLasts))
		return err
	})
}

// end takes what the browser was asked, once.
func (o *Office) end(ctx context.Context, person, key string) (session webauthn.SessionData, err error) {
	text, err := db.Update(house(ctx), o.DB, func(tx *db.Tx) (string, error) {
		text, err := db.One(tx, db.Value[string], `SELECT session FROM factor_ceremony WHERE key_hash = $1 AND person_id = $2 AND ends_at > $3`,
			keyHash(key), person, tx.Now)
		if err != nil {
			return "", err
		}
		_, err = tx.Exec(`DELETE FROM factor_ceremony WHERE key_hash = $1`, keyHash(key))
		return text, err
	})
	if errors.Is(err, fault.NotFound) {
		return session, fault.Invalid.New("factor.passkey.over")
	}
	if err != nil {
		return session, err
	}
	return session, json.Unmarshal([]byte(text), &session)
}
