package sso

import (
	"context"

	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/journal"
)

// Change puts a provider right. Under another issuer, or by another claim, nobody is the
// same person any more: the links go.
func (o *Office) Change(ctx context.Context, id string, in Draft) (*Provider, error) {
	return db.Update(house(ctx), o.DB, func(tx *db.Tx) (*Provider, error) {
		p, err := see(tx, "sso.provider.change", id)
		if err != nil {
			return nil, err
		}
		was := *p
		if err := p.take(in); err != nil {
			return nil, err
		}
		same := p.Issuer == was.Issuer && p.Subject == was.Subject && p.Client == was.Client
		p.trust(tx, was.MFA && same)
		if in.Secret != "" {
			p.secret = o.Keys.Seal(in.Secret)
		} else if p.Issuer != was.Issuer {
			p.secret = "" // it is the old one's, and no business of another
		}
		gone := int64(0)
		if !same {
			if gone, err = tx.Exec(`DELETE FROM sso_link WHERE provider_id = $1`, id); err != nil {
				return nil, err
			}
		}
		p.ChangedAt = tx.Now
		if err := save(tx, p); err != nil {
			return nil, err
		}
		return p, journal.Record(tx, "sso.provider.change", p.ID, map[string]any{"provider": p, "secret": in.Secret != "", "links_ended": gone})
	})
}

// Switch puts a provider on the page of signing in, or takes it off. Links stay.
func (o *Office) Switch(ctx context.Context, id string, on bool) error {
	return o.with(ctx, "sso.provider.switch", id, map[string]any{"active": on}, func(tx *db.Tx, p *Provider) error {
		p.Active, p.ChangedAt = on, tx.Now
		return save(tx, p)
	})
}

// End takes a provider away with all its links.
func (o *Office) End(ctx context.Context, id string) error {
	return o.with(ctx, "sso.provider.end", id, nil, func(tx *db.Tx, p *Provider) error {
		if _, err := tx.Exec(`DELETE FROM sso_link WHERE provider_id = $1`, id); err != nil {
			return err
		}
		_, err := tx.Exec(`DELETE FROM sso_provider WHERE id = $1`, id)
		return err
	})
}

// EndLink takes somebody's link away, for whoever administers the provider.
func (o *Office) EndLink(ctx context.Context, id, link string) error {
	return o.with(ctx, "sso.link.end", id, map[string]any{"link": link}, func(tx *db.Tx, _ *Provider) error {
		n, err := tx.Exec(`DELETE FROM sso_link WHERE id = $1 AND provider_id = $2`, link, id)
		if err == nil && n == 0 {
			err = fault.NotFound.New("fault.not_found")
		}
		return err
	})
}

func (o *Office) with(ctx context.Context, action, id string, tell any, do func(*db.Tx, *Provider) error) error {
	return db.Do(house(ctx), o.DB, func(tx *db.Tx) error {
		p, err := see(tx, action, id)
		if err != nil {
			return err
		}
		if err := do(tx, p); err != nil {
			return err
		}
		return journal.Record(tx, action, id, tell)
	})
}
