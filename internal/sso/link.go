package sso

import (
	"context"
	"slices"
	"strings"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/fault"
	"guildhall/internal/journal"
)

// Own is what a person sees of the providers by which they could sign in.
type Own struct {
	Links []OwnLink `json:"links"`
}

// OwnLink is a provider for the actor, and their link with it where there is one.
type OwnLink struct {
	Provider *Provider `json:"provider"`
	Link     *Link     `json:"link,omitempty"`
}

// Own gives the providers that are for the actor, or that they are linked with.
func (o *Office) Own(ctx context.Context) (Own, error) {
	me := auth.From(ctx).ID
	if err := policy.Allow(ctx, "sso.own.read", Subject{Person: me}); err != nil {
		return Own{}, err
	}
	return db.View(house(ctx), o.DB, func(tx *db.Tx) (own Own, err error) {
		posts, err := directory.Posts(tx, me)
		if err != nil {
			return own, err
		}
		all, err := db.All(tx, scanProvider, `SELECT `+providerColumns+` FROM sso_provider v ORDER BY v.name, v.id`)
		if err != nil {
			return own, err
		}
		for _, p := range all {
			l, err := linkOf(tx, p.ID, me)
			if err != nil {
				return own, err
			}
			if l != nil || p.Active && slices.ContainsFunc(posts, p.covers) {
				own.Links = append(own.Links, OwnLink{p, l})
			}
		}
		return own, nil
	})
}

// StartLink sends the actor, who knows their password, to a provider to say who they
// are there.
func (o *Office) StartLink(ctx context.Context, id, present string) (away, error) {
	me := auth.From(ctx).ID
	if err := policy.Allow(ctx, "sso.own.link", Subject{Person: me}); err != nil {
		return away{}, err
	}
	if err := o.Directory.Proves(ctx, present); err != nil {
		return away{}, err
	}
	return o.begin(ctx, id, me, "")
}

// link notes who the actor is at a provider.
func (o *Office) link(ctx context.Context, f flow, c claims) error {
	return db.Do(house(ctx), o.DB, func(tx *db.Tx) error {
		if err := policy.Allow(tx.Context(), "sso.own.link", Subject{Person: f.Person}); err != nil {
			return err
		}
		p, err := o.still(tx, f)
		if err != nil {
			return err
		}
		if _, err := admissible(tx, p, f.Person); err != nil {
			return err
		}
		had, err := o.linked(tx, p, c.subject)
		if err != nil {
			return err
		}
		if had != nil && had.Person == f.Person { // it is their own word from now on
			_, err := tx.Exec(`UPDATE sso_link SET matched = FALSE WHERE id = $1`, had.ID)
			return err
		}
		if had != nil {
			return broken("taken", nil)
		}
		mine, err := linkOf(tx, p.ID, f.Person)
		if err != nil {
			return err
		}
		if mine != nil {
			return broken("already", nil)
		}
		l, err := o.saveLink(tx, p, f.Person, c.subject, false)
		if err != nil {
			return err
		}
		return o.tell(tx, p, l, "sso.own.link")
	})
}

// tell writes a new link down and mails it to its person, who may not have made it.
func (o *Office) tell(tx *db.Tx, p *Provider, l *Link, action string) error {
	mailed, err := o.Directory.Tell(tx, l.Person, "sso.mail.linked", p.Name)
	if err != nil {
		return err
	}
	return journal.Record(tx, action, l.ID, map[string]any{"provider": p.ID, "person": l.Person, "mailed": mailed})
}

// match links, at the first sign-in of a subject, the one account of the provider's
// people that a claim equals, where whoever administers it has allowed that. Whether they
// may be signed in by it, admit looks at as with every link.
func (o *Office) match(tx *db.Tx, p *Provider, c claims) (*Link, error) {
	value := c.text(p.Match)
	if p.Match == "" || value == "" || p.MatchTo == "email" && !c.truth("email_verified") {
		return nil, broken("unlinked", nil)
	}
	column := "p.email"
	if p.MatchTo == "login" {
		column, value = "a.login", strings.ToLower(value)
	}
	var w db.Where
	w.And(column+" = ?", value)
	w.And("o.body_id = ? AND o.since <= ? AND (o.until IS NULL OR o.until > ?)", p.Body, tx.Now, tx.Now)
	if p.Unit != "" {
		w.And("o.unit_id = ?", p.Unit)
	}
	found, err := db.All(tx, db.Value[string], `SELECT DISTINCT p.id FROM directory_person p JOIN directory_account a ON a.person_id = p.id
		JOIN directory_post o ON o.person_id = p.id`+w.String()+` LIMIT 2`, w.Args...)
	if err != nil {
		return nil, err
	}
	if len(found) != 1 {
		return nil, broken("unmatched", nil)
	}
	if had, err := linkOf(tx, p.ID, found[0]); err != nil || had != nil {
		if err == nil {
			err = broken("already", nil)
		}
		return nil, err
	}
	return o.saveLink(tx, p, found[0], c.subject, true)
}

// Unlink takes one of the actor's links away.
func (o *Office) Unlink(ctx context.Context, id, present string) error {
	me := auth.From(ctx).ID
	if err := policy.Allow(ctx, "sso.own.unlink", Subject{Person: me}); err != nil {
		return err
	}
	if err := o.Directory.Proves(ctx, present); err != nil {
		return err
	}
	return db.Do(house(ctx), o.DB, func(tx *db.Tx) error {
		n, err := tx.Exec(`DELETE FROM sso_link WHERE id = $1 AND person_id = $2`, id, me)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.NotFound.New("fault.not_found")
		}
		return journal.Record(tx, "sso.own.unlink", id, map[string]string{"person": me})
	})
}
