package sso

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"
)

// What a provider tells of itself is taken whole or refused: never with an address that
// anybody on the way could read or answer.
func FuzzMetadata(f *testing.F) {
	for _, seed := range []string{
		`{"issuer":"https://a.example","authorization_endpoint":"https://a.example/a","token_endpoint":"https://a.example/t","jwks_uri":"https://a.example/k","id_token_signing_alg_values_supported":["RS256"]}`,
		`{"authorization_endpoint":"http://a.example/a","token_endpoint":"javascript:alert(1)","jwks_uri":"//a","end_session_endpoint":"https://a.example@b/"}`,
		`{"token_endpoint_auth_methods_supported":["private_key_jwt"],"response_types_supported":["token"]}`, `[]`, `{"issuer":7}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var m Metadata
		if json.Unmarshal(text, &m) != nil || m.check() != nil {
			return
		}
		m.style()
		for _, at := range []string{m.Authorization, m.Token, m.Keys, m.EndSession} {
			u, err := url.Parse(at)
			if err != nil || at != "" && u.Scheme != "https" && u.Hostname() != "127.0.0.1" && u.Hostname() != "localhost" {
				t.Errorf("taken: %q", at)
			}
		}
		if m.Authorization == "" || m.Token == "" || m.Keys == "" {
			t.Errorf("taken without an address: %+v", m)
		}
	})
}

// Claims of any kind are read as what they are or not at all.
func FuzzClaims(f *testing.F) {
	for _, seed := range []string{`{"sub":"x"}`, `{"sub":12345678901234567890}`, `{"sub":1e9,"email_verified":"true","amr":["mfa"]}`, `{"sub":null,"amr":"mfa","email_verified":1}`, `{"sub":{"a":[]}}`, `{"sub":-1}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var c claims
		if json.Unmarshal(text, &c.all) != nil {
			return
		}
		for name, raw := range c.all {
			c.truth(name)
			c.list(name)
			got := c.text(name)
			if got != "" && raw[0] != '"' && strings.Trim(got, "0123456789") != "" {
				t.Errorf("%s is read from %s as %q", name, raw, got)
			}
		}
	})
}
