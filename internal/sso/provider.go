package sso

import (
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"guildhall/internal/fault"
)

// Provider is an identity provider (身份提供方) by which the people of a unit, or of a
// whole body, sign in.
type Provider struct {
	ID        string    `json:"id"`
	Body      string    `json:"body"`
	Unit      string    `json:"unit"` // whose people it signs in; empty: of all units
	Name      string    `json:"name"`
	NameEN    string    `json:"name_en"`
	Issuer    string    `json:"issuer"`
	Client    string    `json:"client"`
	Scopes    string    `json:"scopes"`      // asked for beside openid
	Subject   string    `json:"subject"`     // the claim by which a person stays known
	Match     string    `json:"match_claim"` // the claim that links an account at the first sign-in; empty: none does
	MatchTo   string    `json:"match_to"`    // what of the account it equals: login or email
	MFA       bool      `json:"mfa"`         // "mfa" in amr spares the second step
	Active    bool      `json:"active"`
	MadeAt    time.Time `json:"made_at"`
	ChangedAt time.Time `json:"changed_at"`

	secret string // sealed
}

func (p *Provider) on() Subject { return Subject{Body: p.Body, Unit: p.Unit} }

// Draft is what a form tells of a provider.
type Draft struct {
	Name    string `json:"name"`
	NameEN  string `json:"name_en"`
	Unit    string `json:"unit"` // id or name; only as it is registered
	Issuer  string `json:"issuer"`
	Client  string `json:"client"`
	Secret  string `json:"secret"` // empty keeps the one that is there
	Scopes  string `json:"scopes"`
	Subject string `json:"subject"`
	Match   string `json:"match_claim"`
	MatchTo string `json:"match_to"`
	MFA     bool   `json:"mfa"`
}

func (p *Provider) draft() Draft {
	return Draft{Name: p.Name, NameEN: p.NameEN, Issuer: p.Issuer, Client: p.Client, Scopes: p.Scopes, Subject: p.Subject,
		Match: p.Match, MatchTo: p.MatchTo, MFA: p.MFA}
}

// claimName tells whether s can be the name of a claim.
func claimName(s string) bool {
	return named(s, func(r rune) bool {
		return 'A' <= r && r <= 'Z' || 'a' <= r && r <= 'z' || '0' <= r && r <= '9' || strings.ContainsRune("_.:/-", r)
	})
}

// scopeName tells whether s can be the name of a scope (RFC 6749, 3.3).
func scopeName(s string) bool {
	return named(s, func(r rune) bool { return '!' <= r && r <= '~' && r != '"' && r != '\\' })
}

// named tells whether s is one to a hundred of the characters that may stand in it.
func named(s string, may func(rune) bool) bool {
	return 0 < len(s) && len(s) <= 100 && !strings.ContainsFunc(s, func(r rune) bool { return !may(r) })
}

// take reads a draft into the provider, or tells all that is wrong with it.
func (p *Provider) take(in Draft) error {
	var wrong fault.List
	p.Name, p.NameEN = strings.TrimSpace(in.Name), strings.TrimSpace(in.NameEN)
	p.Issuer, p.Client, p.MFA = strings.TrimSpace(in.Issuer), strings.TrimSpace(in.Client), in.MFA
	p.Scopes, p.Subject = strings.Join(strings.Fields(in.Scopes), " "), strings.TrimSpace(in.Subject)
	p.Match, p.MatchTo = strings.TrimSpace(in.Match), in.MatchTo
	if n := utf8.RuneCountInString(p.Name); n == 0 || n > 40 {
		wrong.Add("name", "sso.wrong.name", 40)
	}
	if utf8.RuneCountInString(p.NameEN) > 80 {
		wrong.Add("name_en", "sso.wrong.name", 80)
	}
	if key := issuerWrong(p.Issuer); key != "" {
		wrong.Add("issuer", key)
	}
	if p.Client == "" || len(p.Client) > 300 {
		wrong.Add("client", "sso.wrong.client")
	}
	if len(in.Secret) > 1000 {
		wrong.Add("secret", "sso.wrong.secret")
	}
	p.claims(&wrong)
	return wrong.Err()
}

func (p *Provider) claims(wrong *fault.List) {
	for _, s := range strings.Fields(p.Scopes) {
		if !scopeName(s) {
			wrong.Add("scopes", "sso.wrong.scopes", s)
		}
	}
	if p.Subject == "" {
		p.Subject = "sub"
	}
	if !claimName(p.Subject) || p.Subject == "email" {
		wrong.Add("subject", "sso.wrong.subject") // addresses are given to others
	}
	switch {
	case p.Match == "":
		p.MatchTo = ""
	case !claimName(p.Match):
		wrong.Add("match_claim", "sso.wrong.claim")
	case p.MatchTo != "login" && p.MatchTo != "email":
		wrong.Add("match_to", "sso.wrong.match_to")
	case (p.MatchTo == "email") != (p.Match == "email"):
		wrong.Add("match_claim", "sso.wrong.match_email") // email_verified tells of the claim email alone
	}
}

// issuerWrong tells what keeps an address from being that of an issuer.
func issuerWrong(issuer string) string {
	u, err := url.Parse(issuer)
	switch {
	case err != nil || u.Host == "" || len(issuer) > 300 || u.User != nil || strings.ContainsAny(issuer, "?# "):
		return "sso.wrong.issuer"
	case !secureURL(u):
		return "sso.wrong.https"
	}
	return ""
}

// secureURL tells whether a call to u is kept from others: it goes over TLS, or does
// not leave the machine.
func secureURL(u *url.URL) bool {
	return u.Scheme == "https" || u.Scheme == "http" && (u.Hostname() == "127.0.0.1" || u.Hostname() == "localhost")
}
