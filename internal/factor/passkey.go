package factor

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/fault"
	"guildhall/internal/journal"
)

// Passkey is a key (通行密钥) that a person's device keeps for this house: whoever
// unlocks the device with a finger, a face or its code signs in with it, and needs
// no password and no code.
type Passkey struct {
	ID     string     `json:"id"`
	Name   string     `json:"name"`
	MadeAt time.Time  `json:"made_at"`
	UsedAt *time.Time `json:"used_at,omitzero"`

	person     string
	credential string
}

const (
	mostPasskeys = 20
	nameRunes    = 60
)

// owner is a person as the library asks of them.
type owner struct {
	person *directory.Person
	keys   []*Passkey
}

func (o owner) WebAuthnID() []byte          { return []byte(o.person.ID) }
func (o owner) WebAuthnName() string        { return o.person.Login }
func (o owner) WebAuthnDisplayName() string { return o.person.Name }
func (o owner) WebAuthnCredentials() (list []webauthn.Credential) {
	for _, k := range o.keys {
		var c webauthn.Credential
		if json.Unmarshal([]byte(k.credential), &c) == nil {
			list = append(list, c)
		}
	}
	return list
}

func findOwner(tx *db.Tx, person string) (owner, error) {
	p, err := directory.FindPerson(tx, person)
	if err != nil {
		return owner{}, err
	}
	keys, err := passkeys(tx, person)
	return owner{p, keys}, err
}

// AskKey begins the making of a passkey for the actor, who knows their password: what
// the browser is asked, and the key under which its answer is taken.
func (o *Office) AskKey(ctx context.Context, party *webauthn.WebAuthn, present string) (*protocol.CredentialCreation, string, error) {
	me := auth.From(ctx).ID
	if err := policy.Allow(ctx, "factor.passkey.add", me); err != nil {
		return nil, "", err
	}
	if err := o.Directory.Proves(ctx, present); err != nil {
		return nil, "", err
	}
	who, err := db.View(house(ctx), o.DB, func(tx *db.Tx) (owner, error) { return findOwner(tx, me) })
	if err != nil {
		return nil, "", err
	}
	if len(who.keys) >= mostPasskeys {
		return nil, "", fault.Conflict.New("factor.passkey.many", mostPasskeys)
	}
	options, session, err := party.BeginRegistration(who,
		webauthn.WithAuthenticatorSelection(protocol.AuthenticatorSelection{ResidentKey: protocol.ResidentKeyRequirementRequired,
			RequireResidentKey: protocol.ResidentKeyRequired(), UserVerification: protocol.VerificationRequired}),
		webauthn.WithExclusions(webauthn.Credentials(who.WebAuthnCredentials()).CredentialDescriptors()))
	if err != nil {
		return nil, "", err
	}
	key, err := o.begin(ctx, me, "", session)
	return options, key, err
}

// AddKey keeps the passkey that the actor's browser has made.
func (o *Office) AddKey(ctx context.Context, party *webauthn.WebAuthn, key, name string, answer []byte) (*Passkey, error) {
	me := auth.From(ctx).ID
	if err := policy.Allow(ctx, "factor.passkey.add", me); err != nil {
		return nil, err
	}
	k := &Passkey{ID: db.NewID(), Name: name, person: me}
	if err := k.check("name"); err != nil {
		return nil, err
	}
	session, err := o.end(ctx, me, key)
	if err != nil {
		return nil, err
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(answer)
	if err != nil {
		return nil, refused(err)
	}
	who, err := db.View(house(ctx), o.DB, func(tx *db.Tx) (owner, error) { return findOwner(tx, me) })
	if err != nil {
		return nil, err
	}
	c, err := party.CreateCredential(who, session, parsed)
	if err != nil {
		return nil, refused(err)
	}
	return k, db.Do(house(ctx), o.DB, func(tx *db.Tx) error {
		k.MadeAt = tx.Now
		if err := k.hold(c); err != nil {
			return err
		}
		if _, err := tx.Exec(`INSERT INTO factor_passkey (id, person_id, credential_id, name, credential, made_at) VALUES ($1, $2, $3, $4, $5, $6)`,
			k.ID, k.person, credentialID(c.ID), k.Name, k.credential, k.MadeAt); err != nil {
			return err
		}
		return journal.Record(tx, "factor.passkey.add", k.ID, map[string]string{"person": me})
	})
}

// check puts what is wrong with the name at place, the id of its field.
func (k *Passkey) check(place string) error {
	var wrong fault.List
	if k.Name = strings.TrimSpace(k.Name); k.Name == "" || utf8.RuneCountInString(k.Name) > nameRunes {
		wrong.Add(place, "factor.passkey.unnamed", nameRunes)
	}
	return wrong.Err()
}

func (k *Passkey) hold(c *webauthn.Credential) error {
	text, err := json.Marshal(c)
	k.credential = string(text)
	return err
}

// AskEntry begins a sign-in with a passkey, for a stranger at an address.
func (o *Office) AskEntry(ctx context.Context, party *webauthn.WebAuthn, address string) (*protocol.CredentialAssertion, string, error) {
	options, session, err := party.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return nil, "", err
	}
	key, err := o.begin(ctx, "", o.Keys.Hash("passkey-address", address), session)
	return options, key, err
}

// Enter signs in whoever's passkey has answered. It is all that is asked: the device
// has seen that it is they.
func (o *Office) Enter(ctx context.Context, party *webauthn.WebAuthn, key string, answer []byte, device string) (directory.Entrance, error) {
	session, err := o.end(ctx, "", key)
	if err != nil {
		return directory.Entrance{}, err
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return directory.Entrance{}, refused(err)
	}
	who, err := db.View(house(ctx), o.DB, func(tx *db.Tx) (owner, error) { return findOwner(tx, string(parsed.Response.UserHandle)) })
	if errors.Is(err, fault.NotFound) {
		return directory.Entrance{}, refused(err)
	}
	if err != nil {
		return directory.Entrance{}, err
	}
	_, c, err := party.ValidatePasskeyLogin(func(_, _ []byte) (webauthn.User, error) { return who, nil }, session, parsed)
	if err != nil || c.Authenticator.CloneWarning {
		return directory.Entrance{}, refused(err)
	}
	return db.Update(house(auth.With(ctx, auth.Actor{ID: who.person.ID})), o.DB, func(tx *db.Tx) (directory.Entrance, error) {
		used := new(Passkey)
		if err := used.hold(c); err != nil {
			return directory.Entrance{}, err
		}
		n, err := tx.Exec(`UPDATE factor_passkey SET credential = $3, used_at = $4 WHERE person_id = $1 AND credential_id = $2`,
			who.person.ID, credentialID(c.ID), used.credential, tx.Now)
		if err != nil {
			return directory.Entrance{}, err
		}
		if n == 0 {
			return directory.Entrance{}, refused(nil) // taken away in between
		}
		return o.Directory.Begin(tx, who.person.ID, device)
	})
}

// refused says that a passkey did not hold, and to the log why.
func refused(err error) error {
	return &refusal{err}
}

type refusal struct{ why error }

func (r *refusal) Error() string {
	if r.why == nil {
		return "factor: a passkey was refused"
	}
	return "factor: a passkey was refused: " + r.why.Error()
}
func (r *refusal) Unwrap() error { return fault.Invalid.New("factor.passkey.refused") }

// NameKey gives one of the actor's passkeys another name.
func (o *Office) NameKey(ctx context.Context, id, name string) error {
	return o.withKey(ctx, "factor.passkey.name", id, func(tx *db.Tx, k *Passkey) error {
		k.Name = name
		if err := k.check("name-" + k.ID); err != nil {
			return err
		}
		_, err := tx.Exec(`UPDATE factor_passkey SET name = $2 WHERE id = $1`, id, k.Name)
		return err
	})
}

// EndKey takes one of the actor's passkeys away.
func (o *Office) EndKey(ctx context.Context, id string) error {
	return o.withKey(ctx, "factor.passkey.end", id, func(tx *db.Tx, _ *Passkey) error {
		_, err := tx.Exec(`DELETE FROM factor_passkey WHERE id = $1`, id)
		return err
	})
}

func (o *Office) withKey(ctx context.Context, action, id string, do func(*db.Tx, *Passkey) error) error {
	return db.Do(house(ctx), o.DB, func(tx *db.Tx) error {
		k, err := db.One(tx, scanPasskey, `SELECT `+passkeyColumns+` FROM factor_passkey k WHERE k.id = $1`, id)
		if err != nil {
			return err
		}
		if !policy.Can(ctx, action, k.person) {
			return fault.NotFound.New("fault.not_found")
		}
		if err := do(tx, k); err != nil {
			return err
		}
		return journal.Record(tx, action, id, map[string]string{"person": k.person})
	})
}

const passkeyColumns = `k.id, k.person_id, k.name, k.credential, k.made_at, k.used_at`

func scanPasskey(row db.Row) (*Passkey, error) {
	k := new(Passkey)
	return k, row.Scan(&k.ID, &k.person, &k.Name, &k.credential, &k.MadeAt, &k.UsedAt)
}

func passkeys(tx *db.Tx, person string) ([]*Passkey, error) {
	return db.All(tx, scanPasskey, `SELECT `+passkeyColumns+` FROM factor_passkey k WHERE k.person_id = $1 ORDER BY k.id`, person)
}

func credentialID(id []byte) string { return base64.RawURLEncoding.EncodeToString(id) }
