package sso

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/go-jose/go-jose/v4"

	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/journal"
)

// Trial is what a provider told of itself when it was asked whether it works.
type Trial struct {
	Metadata *Metadata `json:"metadata"`
	Keys     int       `json:"keys"` // by which it signs
}

// Test reads what a provider tells of itself and the keys by which it signs, and says
// what is wrong. Nobody is signed in by it, and the client's secret is not sent.
func (o *Office) Test(ctx context.Context, id string) (*Trial, error) {
	p, err := db.View(house(ctx), o.DB, func(tx *db.Tx) (*Provider, error) { return see(tx, "sso.provider.test", id) })
	if err != nil {
		return nil, err
	}
	o.known.Delete(p.Issuer) // what was found out before may be mended by now
	t, err := o.try(ctx, p.Issuer)
	if told := o.note(ctx, id, err); told != nil {
		return nil, told
	}
	return t, err
}

func (o *Office) note(ctx context.Context, id string, found error) error {
	word := "ok"
	if found != nil {
		word = fault.Of(found).Key
	}
	return db.Do(house(ctx), o.DB, func(tx *db.Tx) error {
		return journal.Record(tx, "sso.provider.test", id, map[string]string{"found": word})
	})
}

func (o *Office) try(ctx context.Context, issuer string) (*Trial, error) {
	m, err := o.discover(ctx, issuer)
	if err != nil {
		return nil, err
	}
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := o.fetch(ctx, m.Keys, &set); err != nil {
		return nil, err
	}
	t := &Trial{Metadata: m}
	for _, raw := range set.Keys {
		var k jose.JSONWebKey
		if k.UnmarshalJSON(raw) == nil && k.IsPublic() && (k.Use == "" || k.Use == "sig") {
			t.Keys++
		}
	}
	if t.Keys == 0 {
		return nil, fault.Conflict.New("sso.trial.keys", m.Keys)
	}
	return t, nil
}

func (t *Trial) algorithms() string { return strings.Join(t.Metadata.Algorithms, " ") }
