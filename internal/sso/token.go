package sso

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// claims is what a provider says of whoever signed in there.
type claims struct {
	subject string // by the provider's claim
	all     map[string]json.RawMessage
}

// text gives a claim that is a text or a whole number, or "".
func (c claims) text(name string) string {
	var s string
	if json.Unmarshal(c.all[name], &s) == nil {
		return s
	}
	var n json.Number
	if json.Unmarshal(c.all[name], &n) == nil && strings.Trim(n.String(), "0123456789") == "" {
		return n.String()
	}
	return ""
}

// truth tells whether a claim is true; some write it as a text.
func (c claims) truth(name string) bool {
	return slices.Contains([]string{"true", `"true"`}, string(c.all[name]))
}

func (c claims) list(name string) (list []string) {
	json.Unmarshal(c.all[name], &list)
	return list
}

// exchange gives what the provider says, for the code that a browser brought.
func (o *Office) exchange(ctx context.Context, p *Provider, m *Metadata, f flow, code string) (c claims, err error) {
	config, err := o.config(p, m)
	if err != nil {
		return c, err
	}
	got, err := config.Exchange(o.abroad(ctx), code, oauth2.VerifierOption(f.Verifier))
	if err != nil {
		return c, refusedCode(err, m.Token)
	}
	raw, _ := got.Extra("id_token").(string)
	if raw == "" {
		return c, broken("token", errors.New("the answer holds no ID token"))
	}
	token, err := m.provider.Verifier(&oidc.Config{ClientID: p.Client, SupportedSigningAlgs: m.Algorithms, Now: o.DB.Now}).Verify(o.abroad(ctx), raw)
	if err != nil {
		if _, late := errors.AsType[*oidc.TokenExpiredError](err); late {
			return c, broken("expired", err)
		}
		return c, broken("token", err)
	}
	if err := token.Claims(&c.all); err != nil {
		return c, broken("token", err)
	}
	if err := o.holds(token, p, f, c); err != nil {
		return c, broken("token", err)
	}
	if token.AccessTokenHash != "" && token.VerifyAccessToken(got.AccessToken) != nil {
		return c, broken("token", errors.New("at_hash does not match"))
	}
	if c.subject = c.text(p.Subject); c.subject == "" || len(c.subject) > 255 {
		return c, broken("subject", nil, p.Subject)
	}
	return c, nil
}

// refusedCode tells why a provider gave nothing for a code: what it wrote may hold
// anything, so its error code alone goes on.
func refusedCode(err error, at string) error {
	if r, ok := errors.AsType[*oauth2.RetrieveError](err); ok {
		return broken("exchange", fmt.Errorf("status %d, error %q", r.Response.StatusCode, clip(r.ErrorCode)), errorCode(r.ErrorCode))
	}
	return outage(err, at)
}

// holds looks at what the library leaves to its users.
func (o *Office) holds(t *oidc.IDToken, p *Provider, f flow, c claims) error {
	azp := c.text("azp")
	switch {
	case t.Subject == "":
		return errors.New("it has no subject")
	case t.Issuer != p.Issuer:
		return errors.New("it is of another issuer")
	case subtle.ConstantTimeCompare([]byte(t.Nonce), []byte(f.Nonce)) != 1:
		return errors.New("its nonce is not ours")
	case azp != "" && azp != p.Client, c.all["azp"] != nil && azp == "":
		return errors.New("it was issued to another client (azp)")
	case len(t.Audience) > 1 && azp == "":
		return errors.New("it has several audiences and no azp")
	case t.IssuedAt.After(o.DB.Now().Add(5 * time.Minute)):
		return errors.New("it is issued in the future")
	}
	return nil
}

// errorCode gives an error code of OAuth, or a dash for what is none.
func errorCode(code string) string {
	if code == "" || len(code) > 60 || strings.Trim(code, "abcdefghijklmnopqrstuvwxyz_") != "" {
		return "–"
	}
	return code
}
