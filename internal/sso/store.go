package sso

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"time"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/fault"
)

const providerColumns = `v.id, v.body_id, v.unit_id, v.name, v.name_en, v.issuer, v.client, v.secret_sealed, v.scopes, v.subject, v.match_claim, v.match_to, v.mfa, v.active, v.made_at, v.changed_at`

func scanProvider(row db.Row) (*Provider, error) {
	p := new(Provider)
	return p, row.Scan(&p.ID, &p.Body, &p.Unit, &p.Name, &p.NameEN, &p.Issuer, &p.Client, &p.secret, &p.Scopes, &p.Subject, &p.Match, &p.MatchTo,
		&p.MFA, &p.Active, &p.MadeAt, &p.ChangedAt)
}

func find(tx *db.Tx, id string) (*Provider, error) {
	return db.One(tx, scanProvider, `SELECT `+providerColumns+` FROM sso_provider v WHERE v.id = $1`, id)
}

// visible is the rule sso.provider.list as a search condition.
func visible(a auth.Actor) (w db.Where) {
	switch {
	case a.Runs() && !a.Token:
		w.And("v.body_id = ?", a.Body)
	case a.Is(auth.UnitAdmin) && !a.Token:
		w.And("v.body_id = ? AND v.unit_id = ? AND v.unit_id <> ''", a.Body, a.Unit)
	default:
		w.And("1 = 0")
	}
	return w
}

func save(tx *db.Tx, p *Provider) error {
	_, err := tx.Exec(`
		INSERT INTO sso_provider (id, body_id, unit_id, name, name_en, issuer, client, secret_sealed, scopes, subject, match_claim, match_to, mfa, active, made_at, changed_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
		ON CONFLICT (id) DO UPDATE SET name = excluded.name, name_en = excluded.name_en, issuer = excluded.issuer, client = excluded.client,
			secret_sealed = excluded.secret_sealed, scopes = excluded.scopes, subject = excluded.subject, match_claim = excluded.match_claim,
			match_to = excluded.match_to, mfa = excluded.mfa, active = excluded.active, changed_at = excluded.changed_at`,
		p.ID, p.Body, p.Unit, p.Name, p.NameEN, p.Issuer, p.Client, p.secret, p.Scopes, p.Subject, p.Match, p.MatchTo, p.MFA, p.Active, p.MadeAt, p.ChangedAt)
	return err
}

// Link is an account that signs in as a subject of a provider.
type Link struct {
	ID       string     `json:"id"`
	Provider string     `json:"provider"`
	Person   string     `json:"-"`
	Name     string     `json:"name"`    // of the person, or of the provider, for whoever reads
	Matched  bool       `json:"matched"` // by a claim; its person has not confirmed it
	MadeAt   time.Time  `json:"made_at"`
	UsedAt   *time.Time `json:"used_at,omitzero"`
}

const linkColumns = `l.id, l.provider_id, l.person_id, l.matched, l.made_at, l.used_at`

func scanLink(row db.Row) (*Link, error) {
	l := new(Link)
	return l, row.Scan(&l.ID, &l.Provider, &l.Person, &l.Matched, &l.MadeAt, &l.UsedAt)
}

// linked gives the link of a subject, or nil.
func (o *Office) linked(tx *db.Tx, p *Provider, subject string) (*Link, error) {
	return none(db.One(tx, scanLink, `SELECT `+linkColumns+` FROM sso_link l WHERE l.provider_id = $1 AND l.subject_hash = $2`, p.ID, o.subjectHash(p, subject)))
}

// linkOf gives a person's link with a provider, or nil.
func linkOf(tx *db.Tx, provider, person string) (*Link, error) {
	return none(db.One(tx, scanLink, `SELECT `+linkColumns+` FROM sso_link l WHERE l.provider_id = $1 AND l.person_id = $2`, provider, person))
}

func none(l *Link, err error) (*Link, error) {
	if errors.Is(err, fault.NotFound) {
		return nil, nil
	}
	return l, err
}

func (o *Office) saveLink(tx *db.Tx, p *Provider, person, subject string, matched bool) (*Link, error) {
	l := &Link{ID: db.NewID(), Provider: p.ID, Person: person, Matched: matched, MadeAt: tx.Now}
	_, err := tx.Exec(`INSERT INTO sso_link (id, provider_id, person_id, subject_hash, matched, made_at) VALUES ($1, $2, $3, $4, $5, $6)`,
		l.ID, p.ID, person, o.subjectHash(p, subject), matched, tx.Now)
	return l, err
}

// subjectHash is how a subject is kept. The issuer is in it, so a provider that is given
// another issuer knows nobody any more.
func (o *Office) subjectHash(p *Provider, subject string) string {
	return o.Keys.Hash("sso-subject", p.Issuer+"\x00"+p.Subject+"\x00"+subject)
}

// spend notes that a sign-in came back, or tells that it did before.
func spend(tx *db.Tx, state string) error {
	if _, err := tx.Exec(`DELETE FROM sso_used WHERE ends_at < $1`, tx.Now); err != nil {
		return err
	}
	sum := sha256.Sum256([]byte(state))
	n, err := tx.Exec(`INSERT INTO sso_used (state_hash, ends_at) VALUES ($1, $2) ON CONFLICT (state_hash) DO NOTHING`,
		hex.EncodeToString(sum[:]), tx.Now.Add(2*flowLasts))
	if err == nil && n == 0 {
		err = broken("replayed", nil)
	}
	return err
}
