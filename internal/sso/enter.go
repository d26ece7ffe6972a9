package sso

import (
	"context"
	"net/url"
	"slices"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/journal"
)

// Outcome is what came of a browser's way to a provider and back: an entrance, or where
// Linked is true an account that is linked now.
type Outcome struct {
	directory.Entrance
	Linked bool
	Next   string
}

// Return takes a browser that comes back from a provider: what it brings in the address,
// and what it kept.
func (o *Office) Return(ctx context.Context, id string, brings url.Values, kept, device string) (out Outcome, err error) {
	f, err := o.returned(id, kept, brings.Get("state"))
	if err != nil {
		return out, err
	}
	if f.Person != "" && f.Person != auth.From(ctx).ID {
		return out, broken("other", nil)
	}
	p, err := db.View(house(ctx), o.DB, func(tx *db.Tx) (*Provider, error) { return o.still(tx, f) })
	if err != nil {
		return out, err
	}
	m, err := o.discover(ctx, p.Issuer)
	if err != nil {
		return out, err
	}
	// RFC 9207: an answer of another provider is none of this one's.
	if iss := brings.Get("iss"); iss != p.Issuer && (iss != "" || m.NamesItself) {
		return out, broken("mixed", nil)
	}
	if err := db.Do(house(ctx), o.DB, func(tx *db.Tx) error { return spend(tx, f.State) }); err != nil {
		return out, err
	}
	if code := brings.Get("error"); code == "access_denied" {
		return out, broken("cancelled", nil)
	} else if code != "" || brings.Get("code") == "" {
		return out, broken("refused", nil, errorCode(code))
	}
	c, err := o.exchange(ctx, p, m, f, brings.Get("code"))
	if err != nil {
		return out, err
	}
	out.Next = f.Next
	if f.Person != "" {
		out.Linked = true
		return out, o.link(ctx, f, c)
	}
	out.Entrance, err = o.admit(ctx, f, c, device)
	return out, err
}

// still gives the provider of a flow, as long as it is on and what it was.
func (o *Office) still(tx *db.Tx, f flow) (*Provider, error) {
	p, err := open(tx, f.Provider)
	if err == nil && p.Issuer != f.Issuer {
		err = broken("off", nil)
	}
	return p, err
}

// admit lets in whoever a subject is linked to.
func (o *Office) admit(ctx context.Context, f flow, c claims, device string) (directory.Entrance, error) {
	return db.Update(house(ctx), o.DB, func(tx *db.Tx) (e directory.Entrance, err error) {
		p, err := o.still(tx, f)
		if err != nil {
			return e, err
		}
		l, err := o.linked(tx, p, c.subject)
		if err != nil {
			return e, err
		}
		fresh := l == nil
		if fresh {
			if l, err = o.match(tx, p, c); err != nil {
				return e, err
			}
		}
		posts, err := admissible(tx, p, l.Person)
		if err != nil {
			return e, err
		}
		if l.Matched && p.narrower(posts) {
			return e, broken("wider", nil)
		}
		if _, err := tx.Exec(`UPDATE sso_link SET used_at = $2 WHERE id = $1`, l.ID, tx.Now); err != nil {
			return e, err
		}
		err = tx.For(auth.With(tx.Context(), auth.Actor{ID: l.Person}), func() error {
			if fresh {
				if err := o.tell(tx, p, l, "sso.own.match"); err != nil {
					return err
				}
			}
			e, err = o.enter(tx, p, l, c, device)
			return err
		})
		return e, err
	})
}

// enter begins the session as a password does, or asks for the second factor, unless
// the provider has seen one and is trusted with it. Whoever must have codes here
// (factor.required) must have them all the same.
func (o *Office) enter(tx *db.Tx, p *Provider, l *Link, c claims, device string) (e directory.Entrance, err error) {
	seen := p.MFA && slices.Contains(c.list("amr"), "mfa")
	if seen {
		e, err = o.Directory.Begin(tx, l.Person, device)
	} else {
		e, err = o.Directory.Admit(tx, l.Person, device)
	}
	if err != nil {
		return e, err
	}
	return e, journal.Record(tx, "sso.session.enter", l.Person, map[string]any{"provider": p.ID, "link": l.ID, "mfa": seen})
}

// admissible gives a person whom a provider may sign in: one with an account that is not
// locked and a post among those whom it is for. The platform's administrator signs in
// here and nowhere else.
func admissible(tx *db.Tx, p *Provider, person string) ([]*directory.Post, error) {
	who, err := directory.FindPerson(tx, person)
	if err != nil {
		return nil, err
	}
	switch {
	case who.Locked || who.Login == "":
		return nil, broken("locked", nil)
	case who.Admin:
		return nil, broken("admin", nil)
	}
	posts, err := directory.Posts(tx, person)
	if err == nil && !slices.ContainsFunc(posts, p.covers) {
		err = broken("post", nil)
	}
	return posts, err
}

// covers tells whether a post is among those whose holders the provider signs in.
func (p *Provider) covers(o *directory.Post) bool {
	return o.Body == p.Body && (p.Unit == "" || o.Unit == p.Unit)
}

// narrower tells whether a person is more than the provider's administrator has a say
// over. Whoever runs a provider could say anything, so an account is not linked by its
// word alone then.
func (p *Provider) narrower(posts []*directory.Post) bool {
	return slices.ContainsFunc(posts, func(o *directory.Post) bool { return o.Role == auth.Secretariat || !p.covers(o) })
}
