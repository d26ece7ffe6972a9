package sso

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"guildhall/internal/fault"
)

// algorithms are those by which an ID token may be signed: with a key pair, never with
// the client's secret, and never not at all.
var algorithms = []string{oidc.RS256, oidc.RS384, oidc.RS512, oidc.PS256, oidc.PS384, oidc.PS512, oidc.ES256, oidc.ES384, oidc.ES512, oidc.EdDSA}

// Metadata is what a provider tells of itself (OpenID Connect Discovery 1.0).
type Metadata struct {
	Issuer        string   `json:"issuer"`
	Authorization string   `json:"authorization_endpoint"`
	Token         string   `json:"token_endpoint"`
	Keys          string   `json:"jwks_uri"`
	EndSession    string   `json:"end_session_endpoint"`
	Algorithms    []string `json:"id_token_signing_alg_values_supported"`
	Methods       []string `json:"token_endpoint_auth_methods_supported"`
	Responses     []string `json:"response_types_supported"`
	NamesItself   bool     `json:"authorization_response_iss_parameter_supported"` // RFC 9207

	provider *oidc.Provider
}

// style tells how the client's secret goes to the provider.
func (m *Metadata) style() oauth2.AuthStyle {
	if len(m.Methods) > 0 && !slices.Contains(m.Methods, "client_secret_basic") {
		return oauth2.AuthStyleInParams
	}
	return oauth2.AuthStyleInHeader
}

const (
	metadataLasts = 10 * time.Minute
	failureLasts  = 10 * time.Second // so that an outage costs few calls
)

type told struct {
	sync.Mutex
	metadata *Metadata
	err      error
	until    time.Time
}

// discover gives what an issuer tells of itself, now or some minutes ago.
func (o *Office) discover(ctx context.Context, issuer string) (*Metadata, error) {
	kept, _ := o.known.LoadOrStore(issuer, new(told))
	t := kept.(*told)
	t.Lock()
	defer t.Unlock()
	if time.Now().Before(t.until) {
		return t.metadata, t.err
	}
	t.metadata, t.err = o.ask(context.WithoutCancel(ctx), issuer) // others wait for it too
	t.until = time.Now().Add(metadataLasts)
	if t.err != nil {
		t.until = time.Now().Add(failureLasts)
	}
	return t.metadata, t.err
}

// ask reads the discovery document, and tells what keeps it from being used.
func (o *Office) ask(ctx context.Context, issuer string) (*Metadata, error) {
	m := new(Metadata)
	if err := o.fetch(ctx, strings.TrimSuffix(issuer, "/")+"/.well-known/openid-configuration", m); err != nil {
		return nil, err
	}
	if m.Issuer != issuer {
		return nil, fault.Conflict.New("sso.trial.issuer", clip(m.Issuer), issuer)
	}
	if len(m.Algorithms) == 0 {
		m.Algorithms = []string{oidc.RS256}
	}
	m.Algorithms = slices.DeleteFunc(m.Algorithms, func(a string) bool { return !slices.Contains(algorithms, a) })
	if err := m.check(); err != nil {
		return nil, err
	}
	c := oidc.ProviderConfig{IssuerURL: m.Issuer, AuthURL: m.Authorization, TokenURL: m.Token, JWKSURL: m.Keys, Algorithms: m.Algorithms}
	m.provider = c.NewProvider(o.abroad(context.Background()))
	return m, nil
}

func (m *Metadata) check() error {
	for _, e := range []struct{ name, at string }{{"authorization_endpoint", m.Authorization}, {"token_endpoint", m.Token}, {"jwks_uri", m.Keys}} {
		if u, err := url.Parse(e.at); err != nil || u.Host == "" || !secureURL(u) {
			return fault.Conflict.New("sso.trial.endpoint", e.name, clip(e.at))
		}
	}
	if u, err := url.Parse(m.EndSession); err != nil || m.EndSession != "" && (u.Host == "" || !secureURL(u)) {
		m.EndSession = ""
	}
	if len(m.Algorithms) == 0 {
		return fault.Conflict.New("sso.trial.algorithm", strings.Join(algorithms, " "))
	}
	if len(m.Responses) > 0 && !slices.Contains(m.Responses, "code") {
		return fault.Conflict.New("sso.trial.code")
	}
	basic, post := slices.Contains(m.Methods, "client_secret_basic"), slices.Contains(m.Methods, "client_secret_post")
	if len(m.Methods) > 0 && !basic && !post && !slices.Contains(m.Methods, "none") {
		return fault.Conflict.New("sso.trial.method", clip(strings.Join(m.Methods, " ")))
	}
	return nil
}

// fetch reads JSON from a provider.
func (o *Office) fetch(ctx context.Context, at string, to any) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, at, nil)
	if err != nil {
		return fault.Conflict.New("sso.wrong.issuer")
	}
	r.Header.Set("Accept", "application/json")
	w, err := o.client().Do(r)
	if err != nil {
		return outage(err, at)
	}
	defer w.Body.Close()
	body, err := io.ReadAll(w.Body)
	if err != nil {
		return outage(err, at)
	}
	if w.StatusCode >= 300 && w.StatusCode < 400 {
		return fault.Conflict.New("sso.trial.redirect", at, clip(w.Header.Get("Location")))
	}
	if w.StatusCode != http.StatusOK {
		return fault.Conflict.New("sso.trial.status", at, w.StatusCode)
	}
	kind, _, _ := mime.ParseMediaType(w.Header.Get("Content-Type"))
	if err := json.Unmarshal(body, to); err != nil {
		return fault.Conflict.New("sso.trial.json", at, clip(kind))
	}
	return nil
}

// outage says why a provider did not answer.
func outage(err error, at string) error {
	u, _ := url.Parse(at)
	var slow net.Error
	var certificate *tls.CertificateVerificationError
	switch {
	case errors.Is(err, errPrivate):
		return fault.Conflict.New("sso.trial.private", u.Hostname())
	case errors.Is(err, errLarge):
		return fault.Conflict.New("sso.trial.large", at)
	case errors.As(err, &certificate):
		return fault.Conflict.New("sso.trial.tls", u.Hostname())
	case errors.As(err, &slow) && slow.Timeout():
		return fault.Away.New("sso.trial.slow", u.Hostname())
	}
	return fault.Away.New("sso.trial.unreachable", u.Hostname())
}

// clip shortens what others say of themselves.
func clip(text string) string {
	if r := []rune(text); len(r) > 120 {
		return string(r[:120]) + "…"
	}
	return text
}
