package sso

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"guildhall/internal/db"
	"guildhall/internal/fault"
)

const (
	flowLasts  = 10 * time.Minute
	flowCookie = "guildhall_sso_flow"
	flowMark   = "sso-flow\x00"
)

// flow is what a browser keeps, sealed, while its owner is at the provider. So a server
// need not know what another one began, and strangers leave no rows behind.
type flow struct {
	Provider string    `json:"p"`
	Issuer   string    `json:"i"`
	State    string    `json:"s"`
	Nonce    string    `json:"n"`
	Verifier string    `json:"v"`           // PKCE
	Person   string    `json:"o,omitempty"` // who links their account; empty: somebody signs in
	Next     string    `json:"t,omitempty"`
	Ends     time.Time `json:"e"`
}

// away is a browser on its way to a provider: where it goes, and what it keeps.
type away struct{ Address, Kept string }

// begin sends a browser to a provider.
func (o *Office) begin(ctx context.Context, id, person, next string) (a away, err error) {
	p, err := db.View(house(ctx), o.DB, func(tx *db.Tx) (*Provider, error) { return open(tx, id) })
	if err != nil {
		return a, err
	}
	m, err := o.discover(ctx, p.Issuer)
	if err != nil {
		return a, err
	}
	if len(next) > 1000 {
		next = ""
	}
	f := flow{Provider: p.ID, Issuer: p.Issuer, State: rand.Text(), Nonce: rand.Text(), Verifier: oauth2.GenerateVerifier(),
		Person: person, Next: next, Ends: o.DB.Now().UTC().Add(flowLasts)}
	text, err := json.Marshal(f)
	if err != nil {
		return a, err
	}
	config, err := o.config(p, m)
	if err != nil {
		return a, err
	}
	a.Kept = o.Keys.Seal(flowMark + string(text))
	a.Address = config.AuthCodeURL(f.State, oauth2.S256ChallengeOption(f.Verifier), oidc.Nonce(f.Nonce))
	return a, nil
}

// open gives a provider that is switched on.
func open(tx *db.Tx, id string) (*Provider, error) {
	p, err := find(tx, id)
	if errors.Is(err, fault.NotFound) || err == nil && !p.Active {
		return nil, broken("off", nil)
	}
	return p, err
}

func (o *Office) config(p *Provider, m *Metadata) (*oauth2.Config, error) {
	secret, err := o.Keys.Open(p.secret)
	if err != nil {
		return nil, err
	}
	e := oauth2.Endpoint{AuthURL: m.Authorization, TokenURL: m.Token, AuthStyle: m.style()}
	if secret == "" {
		e.AuthStyle = oauth2.AuthStyleInParams // a public client names itself alone
	}
	return &oauth2.Config{ClientID: p.Client, ClientSecret: secret, Endpoint: e, RedirectURL: o.Callback(p.ID),
		Scopes: append([]string{oidc.ScopeOpenID}, strings.Fields(p.Scopes)...)}, nil
}

// returned reads what a browser kept, where it is one that went to this provider and
// comes back with the state that it was given.
func (o *Office) returned(id, kept, state string) (f flow, err error) {
	text, err := o.Keys.Open(kept)
	text, ok := strings.CutPrefix(text, flowMark)
	if err != nil || !ok || json.Unmarshal([]byte(text), &f) != nil {
		return f, broken("browser", nil)
	}
	switch {
	case f.Provider != id:
		return f, broken("mixed", errors.New("it began at another provider"))
	case subtle.ConstantTimeCompare([]byte(f.State), []byte(state)) != 1:
		return f, broken("state", nil)
	case o.DB.Now().After(f.Ends):
		return f, broken("late", nil)
	}
	return f, nil
}

// broken says that a sign-in did not come about: by a word for the reader, and why for
// the log. Neither holds a code or a token.
func broken(word string, why error, args ...any) error { return &breach{word, args, why} }

type breach struct {
	word string
	args []any
	why  error
}

func (b *breach) Error() string {
	if b.why == nil {
		return "sso: " + b.word
	}
	return "sso: " + b.word + ": " + b.why.Error()
}

func (b *breach) Unwrap() error { return fault.Invalid.New("sso.fault."+b.word, b.args...) }
