package factor

import (
	"time"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/rule"
)

// Required is the rule by which a body asks those who run it for a second factor
// (GB/T 22239-2019 8.1.4.1 d: two or more ways to tell who somebody is).
type Required struct {
	Administrator bool `json:"administrator"` // the platform's
	Secretariat   bool `json:"secretariat"`
}

// Check finds nothing that cannot be.
func (Required) Check() error { return nil }

// RequiredKind is the name of the rule.
const RequiredKind = "factor.required"

var _ = rule.Declare(RequiredKind, Required{Administrator: true, Secretariat: true})

// Bound keeps whoever runs a body to the page on which codes are set up, where the
// rule asks for them and there are none. It is asked with every request, so who is
// found to be free is remembered for some seconds.
func (o *Office) Bound(tx *db.Tx, a auth.Actor) (string, error) {
	if !a.Runs() {
		return "", nil
	}
	key := a.ID + " " + a.Body
	if until, ok := o.free.Load(key); ok && tx.Now.Before(until.(time.Time)) {
		return "", nil
	}
	had, err := has(tx, a.ID)
	if err != nil {
		return "", err
	}
	if !had {
		must, err := asked(tx, a)
		if err != nil || must {
			return Page, err
		}
	}
	o.free.Store(key, tx.Now.Add(freeLasts))
	return "", nil
}

const freeLasts = 15 * time.Second

// Page is where a person sets up their factors.
const Page = "/me/factors"

// asked tells whether the rule asks an actor for codes: the secretariat that of its
// own body, and the platform's administrator that of the first, whose rules the house
// goes by.
func asked(tx *db.Tx, a auth.Actor) (bool, error) {
	if a.Is(auth.Secretariat) {
		held, err := requiredIn(tx, a.Body)
		if err != nil || held.Rule.Secretariat {
			return err == nil, err
		}
	}
	if !a.Is(auth.Admin) {
		return false, nil
	}
	held, err := requiredFirst(tx)
	return held.Rule.Administrator, err
}

// requiredFirst gives the rule of the first body, or the usual one before there is any.
func requiredFirst(tx *db.Tx) (rule.Held[Required], error) {
	bodies, err := directory.Bodies(tx)
	if err != nil {
		return rule.Held[Required]{}, err
	}
	if len(bodies) == 0 {
		return requiredIn(tx, db.House)
	}
	return requiredIn(tx, bodies[0].ID)
}

// requiredIn gives the rule of a body today, whichever body tx is in.
func requiredIn(tx *db.Tx, body string) (rule.Held[Required], error) {
	in := *tx
	in.Body = body
	return rule.Today[Required](&in, RequiredKind)
}
