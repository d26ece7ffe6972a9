package sso

import (
	"context"
	"errors"
	"net/url"
	"strings"

	"guildhall/internal/fault"
	"guildhall/internal/i18n"
	"guildhall/internal/web"
)

func say(ctx context.Context, word string, args ...any) string {
	return i18n.T(ctx, "sso."+word, args...)
}

// called is the name of a provider in the reader's language.
func called(ctx context.Context, p *Provider) string { return i18n.Pick(ctx, p.Name, p.NameEN) }

// mend says how a sign-in that did not come about is put right.
func mend(ctx context.Context, err error) string {
	if b, ok := errors.AsType[*breach](err); ok {
		return say(ctx, "mend."+b.word)
	}
	if errors.Is(err, fault.Away) {
		return say(ctx, "mend.away")
	}
	return say(ctx, "mend.provider")
}

func door(id, next string) string {
	if next == "" {
		return "/sign-in/sso/" + id
	}
	return "/sign-in/sso/" + id + "?next=" + url.QueryEscape(next)
}

func matchChoices(ctx context.Context) []web.Choice {
	return []web.Choice{{Value: "login", Text: say(ctx, "match_login")}, {Value: "email", Text: say(ctx, "match_email")}}
}

func host(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.TrimPrefix(u.Hostname(), "www.")
}

// whose says whose people a provider signs in.
func whose(ctx context.Context, l *Listed) string {
	if l.Unit == "" {
		return say(ctx, "of_all")
	}
	return say(ctx, "of_unit", l.UnitName)
}
