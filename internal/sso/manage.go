package sso

import (
	"context"
	"errors"
	"strings"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/fault"
	"guildhall/internal/journal"
)

// Listed is a provider as whoever administers accounts sees it.
type Listed struct {
	*Provider
	UnitName string  `json:"unit_name"`
	Callback string  `json:"callback"`
	Secret   bool    `json:"secret"` // there is one
	Count    int     `json:"links"`  // accounts that are linked
	Links    []*Link `json:"linked,omitempty"`
}

const mostLinks = 200 // that are listed of a provider

// List gives the providers of the actor's body or unit.
func (o *Office) List(ctx context.Context) ([]*Listed, error) {
	a := auth.From(ctx)
	if err := policy.Allow(ctx, "sso.provider.list", Subject{Body: a.Body, Unit: a.Unit}); err != nil {
		return nil, err
	}
	return db.View(house(ctx), o.DB, func(tx *db.Tx) (list []*Listed, err error) {
		w := visible(a)
		all, err := db.All(tx, scanProvider, `SELECT `+providerColumns+` FROM sso_provider v`+w.String()+` ORDER BY v.name, v.id`, w.Args...)
		for _, p := range all {
			l, err := o.listed(tx, p)
			if err != nil {
				return nil, err
			}
			list = append(list, l)
		}
		return list, err
	})
}

func (o *Office) listed(tx *db.Tx, p *Provider) (l *Listed, err error) {
	l = &Listed{Provider: p, Callback: o.Callback(p.ID), Secret: p.secret != ""}
	if p.Unit != "" {
		u, err := directory.FindUnit(tx, p.Unit)
		if err != nil {
			return nil, err
		}
		l.UnitName = u.Short()
	}
	l.Count, err = db.One(tx, db.Value[int], `SELECT count(*) FROM sso_link WHERE provider_id = $1`, p.ID)
	return l, err
}

// One gives a provider with the accounts that are linked to it.
func (o *Office) One(ctx context.Context, id string) (*Listed, error) {
	return db.View(house(ctx), o.DB, func(tx *db.Tx) (*Listed, error) {
		p, err := see(tx, "sso.provider.list", id)
		if err != nil {
			return nil, err
		}
		l, err := o.listed(tx, p)
		if err != nil {
			return nil, err
		}
		l.Links, err = db.All(tx, func(row db.Row) (*Link, error) {
			k := new(Link)
			return k, row.Scan(&k.ID, &k.Provider, &k.Person, &k.Matched, &k.MadeAt, &k.UsedAt, &k.Name)
		}, `SELECT `+linkColumns+`, p.name FROM sso_link l JOIN directory_person p ON p.id = l.person_id WHERE l.provider_id = $1 ORDER BY l.id DESC LIMIT $2`, id, mostLinks)
		return l, err
	})
}

// see gives a provider to whoever may do action with it. Others are not told of it.
func see(tx *db.Tx, action, id string) (*Provider, error) {
	p, err := find(tx, id)
	if err == nil && !policy.Can(tx.Context(), action, p.on()) {
		if auth.From(tx.Context()).ID == "" {
			return nil, fault.Unknown.New("fault.unknown")
		}
		err = fault.NotFound.New("fault.not_found")
	}
	return p, err
}

// Register notes a provider, which is off until somebody switches it on.
func (o *Office) Register(ctx context.Context, in Draft) (*Provider, error) {
	return db.Update(house(ctx), o.DB, func(tx *db.Tx) (*Provider, error) {
		a := auth.From(tx.Context())
		p := &Provider{ID: db.NewID(), Body: a.Body, MadeAt: tx.Now, ChangedAt: tx.Now}
		if !a.Runs() {
			p.Unit = a.Unit
		}
		if err := policy.Allow(tx.Context(), "sso.provider.register", p.on()); err != nil {
			return nil, err
		}
		if err := together(p.take(in), p.settle(tx, in.Unit)); err != nil {
			return nil, err
		}
		p.trust(tx, false)
		p.secret = o.Keys.Seal(in.Secret)
		if err := save(tx, p); err != nil {
			return nil, err
		}
		return p, journal.Record(tx, "sso.provider.register", p.ID, p)
	})
}

// together puts what is wrong at several places into one list.
func together(errs ...error) error {
	var all fault.List
	for _, err := range errs {
		list, ok := errors.AsType[fault.List](err)
		if err != nil && !ok {
			return err
		}
		all = append(all, list...)
	}
	return all.Err()
}

// settle finds the unit whose people a provider signs in, where whoever registers it may
// choose.
func (p *Provider) settle(tx *db.Tx, text string) error {
	text = strings.TrimSpace(text)
	if !auth.From(tx.Context()).Runs() || text == "" {
		return nil
	}
	u, err := directory.FindUnit(tx, text)
	if errors.Is(err, fault.NotFound) {
		u, err = directory.Resolve(tx, text)
	}
	if errors.Is(err, fault.NotFound) || errors.Is(err, fault.Conflict) {
		var wrong fault.List
		wrong.Add("unit", fault.Of(err).Key, text)
		return wrong.Err()
	}
	if err == nil {
		p.Unit = u.ID
	}
	return err
}

// trust takes the word of a provider for a second factor away that whoever changes it
// may not give; had tells that it was given before, for the same issuer.
func (p *Provider) trust(tx *db.Tx, had bool) {
	if !policy.Can(tx.Context(), "sso.provider.trust", p.on()) {
		p.MFA = had
	}
}
