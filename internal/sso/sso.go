// Package sso signs people in by the identity provider (统一身份认证) of their school or
// enterprise, with OpenID Connect: the authorization code flow with PKCE. Providers,
// and which of their subjects is whom here, stand under the pen of the house, as
// accounts do. Nobody gets an account by signing in; no account is found by an e-mail
// address alone.
package sso

import (
	"context"
	"embed"
	"net/http"
	"sync"
	"time"

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

// Room is the tables of the sign-in by identity providers.
var Room = db.Room{Name: "sso", Schema: schema}

// Page is where a person links their account.
const Page = "/me/sso"

// Office keeps the providers and signs people in by them.
type Office struct {
	DB        *db.DB
	Keys      *seal.Keys
	Directory *directory.Directory
	URL       string        // under which readers reach us
	Private   bool          // providers may stand at private addresses
	Patience  time.Duration // with one call to a provider; zero: ten seconds

	outside struct {
		once   sync.Once
		client *http.Client
	}
	known sync.Map // what providers tell of themselves, by issuer; see discover.go
}

// house gives the context in which providers and links are changed.
func house(ctx context.Context) context.Context { return db.In(ctx, db.House) }

// Callback is the address to which a provider sends people back; the provider has to
// know exactly this one.
func (o *Office) Callback(id string) string { return o.URL + "/sign-in/sso/" + id + "/callback" }
