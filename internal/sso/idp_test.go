package sso_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
)

const (
	clientID = "guildhall"
	secret   = "s3cret&%+ü"
)

var (
	rsaKey, _   = rsa.GenerateKey(rand.Reader, 2048)
	otherKey, _ = rsa.GenerateKey(rand.Reader, 2048)
	ecKey, _    = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
)

// idp is an identity provider: it lets in whoever it is told to, and signs by its keys.
type idp struct {
	*httptest.Server
	t     *testing.T
	now   func() time.Time
	mu    sync.Mutex
	codes map[string]url.Values // what was asked for, by the code that was given

	claims  map[string]any             // in place of the usual ones; nil takes one out
	sign    func(claims []byte) string // in place of RS256
	tell    func(document map[string]any)
	refuses bool // every code
}

func newIDP(t *testing.T, now func() time.Time) *idp {
	p := &idp{t: t, now: now, codes: map[string]url.Values{}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", p.document)
	mux.HandleFunc("GET /keys", func(w http.ResponseWriter, _ *http.Request) {
		json.NewEncoder(w).Encode(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: rsaKey.Public(), KeyID: "r", Use: "sig"}, {Key: ecKey.Public(), KeyID: "e", Use: "sig"}}})
	})
	mux.HandleFunc("POST /token", p.token)
	p.Server = httptest.NewServer(mux)
	t.Cleanup(p.Close)
	return p
}

func (p *idp) document(w http.ResponseWriter, _ *http.Request) {
	d := map[string]any{"issuer": p.URL, "authorization_endpoint": p.URL + "/auth", "token_endpoint": p.URL + "/token", "jwks_uri": p.URL + "/keys",
		"end_session_endpoint": p.URL + "/logout", "response_types_supported": []string{"code"}, "id_token_signing_alg_values_supported": []string{"RS256", "ES256", "HS256", "none"}}
	if p.tell != nil {
		p.tell(d)
	}
	json.NewEncoder(w).Encode(d)
}

// answer is what the provider sends a browser back with that came to at.
func (p *idp) answer(at string) *url.URL {
	p.t.Helper()
	u, err := url.Parse(at)
	if err != nil {
		p.t.Fatal(err)
	}
	q := u.Query()
	if q.Get("response_type") != "code" || q.Get("client_id") != clientID || q.Get("code_challenge_method") != "S256" || len(q.Get("nonce")) < 20 || len(q.Get("state")) < 20 {
		p.t.Errorf("it is asked %s", u.RawQuery)
	}
	code := rand.Text()
	p.mu.Lock()
	p.codes[code] = q
	p.mu.Unlock()
	back, err := url.Parse(q.Get("redirect_uri"))
	if err != nil {
		p.t.Fatal(err)
	}
	back.RawQuery = url.Values{"code": {code}, "state": {q.Get("state")}}.Encode()
	return back
}

func (p *idp) token(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	asked := p.codes[r.FormValue("code")]
	delete(p.codes, r.FormValue("code")) // once
	user, pass, _ := r.BasicAuth()
	pass, _ = url.QueryUnescape(pass)
	sum := sha256.Sum256([]byte(r.FormValue("code_verifier")))
	w.Header().Set("Content-Type", "application/json")
	if p.refuses || asked == nil || user != clientID || pass != secret || r.FormValue("redirect_uri") != asked.Get("redirect_uri") ||
		base64.RawURLEncoding.EncodeToString(sum[:]) != asked.Get("code_challenge") {
		w.WriteHeader(http.StatusBadRequest)
		w.Write([]byte(`{"error":"invalid_grant","error_description":"secret-token-in-a-description"}`))
		return
	}
	claims := map[string]any{"iss": p.URL, "sub": "1001", "aud": clientID, "nonce": asked.Get("nonce"), "iat": p.now().Unix(), "exp": p.now().Add(5 * time.Minute).Unix()}
	maps.Copy(claims, p.claims)
	maps.DeleteFunc(claims, func(_ string, v any) bool { return v == nil })
	text, _ := json.Marshal(claims)
	sign := p.sign
	if sign == nil {
		sign = signed(jose.RS256, rsaKey, "r")
	}
	json.NewEncoder(w).Encode(map[string]any{"access_token": "a", "token_type": "Bearer", "id_token": sign(text)})
}

func signed(by jose.SignatureAlgorithm, with any, id string) func([]byte) string {
	return func(text []byte) string {
		s, err := jose.NewSigner(jose.SigningKey{Algorithm: by, Key: jose.JSONWebKey{Key: with, KeyID: id}}, nil)
		if err != nil {
			panic(err)
		}
		o, err := s.Sign(text)
		if err != nil {
			panic(err)
		}
		out, _ := o.CompactSerialize()
		return out
	}
}

// unsigned is a token that says it need not be signed.
func unsigned(text []byte) string {
	return base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none"}`)) + "." + base64.RawURLEncoding.EncodeToString(text) + "."
}

// publicSecret signs with the public key as if it were a secret.
func publicSecret(text []byte) string {
	der, _ := x509.MarshalPKIXPublicKey(rsaKey.Public())
	return signed(jose.HS256, der, "r")(text)
}
