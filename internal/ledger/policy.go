package ledger

import (
	"context"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/fault"
)

func runs(a auth.Actor, _ *Account) bool { return a.Runs() }

// works is the rule of those who work for a unit, on its own accounts; with no account
// in view, on the list of them.
func works(a auth.Actor, on *Account) bool { return a.For(a.Unit) && (on == nil || on.Unit == a.Unit) }

// The rule book of the ledger: the secretariat sees all of it, a unit its own accounts.
// Nobody posts by a page of the ledger; rooms do.
var policy = auth.Policy[*Account]{
	"ledger.account.read": auth.Any(runs, works),
	"ledger.entry.read":   auth.Any(runs, works),
}

// allow lets in whom the rule does. Who is known and may not know hears that there is no
// such thing.
func allow(ctx context.Context, action string, on *Account) error {
	if policy.Can(ctx, action, on) {
		return nil
	}
	if auth.From(ctx).ID == "" {
		return policy.Allow(ctx, action, on)
	}
	return fault.NotFound.New("fault.not_found")
}

// visible is the rule ledger.account.read as a search condition.
func visible(a auth.Actor) (w db.Where) {
	switch {
	case a.Runs():
	case a.For(a.Unit):
		w.And("a.unit_id = ?", a.Unit)
	default:
		w.And("1 = 0")
	}
	return w
}

// Of gives the account of a kind and owner, or nil. Whoever asks settles who may know.
func Of(tx *db.Tx, kind, owner string) (*Account, error) {
	list, err := accounts(tx, "a.kind = ? AND a.owner = ?", kind, owner)
	return first(list), err
}

// Readable gives the account of a kind and owner as far as the actor may look at it, or nil.
func Readable(tx *db.Tx, kind, owner string) (*Account, error) {
	a, err := Of(tx, kind, owner)
	if a != nil && policy.Can(tx.Context(), "ledger.account.read", a) {
		return a, err
	}
	return nil, err
}
