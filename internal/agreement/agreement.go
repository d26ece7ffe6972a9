// Package agreement keeps agreements (协议): who the parties are, what they agree
// on clause by clause, which version of it each of them signed, and from when to
// when it is in force. Placements, order classes and contracts share it.
//
// The functions here run in the transaction of the room that makes the agreement.
// Who may draft, change, sign or end one is settled by that room's rule book; what
// was done is told to the journal here, for many rooms do it.
//
// A signature holds for one version. Where a clause changes there is a new version,
// and everybody signs anew; what they signed before can be read for ever.
//
// Names of natural persons stand sealed. They are part of what is signed, so the
// fingerprint of a version covers them.
package agreement

import (
	"embed"
	"slices"

	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/i18n"
	"guildhall/internal/journal"
	"guildhall/internal/seal"
)

//go:embed schema/*.sql
var schema embed.FS

//go:embed text/*.json
var text embed.FS

var _ = i18n.Add(text)

// Room is the tables of agreements.
var Room = db.Room{Name: "agreement", Schema: schema}

// Draft keeps a new agreement as its first version. It gets its id and the next
// number of its kind in the body.
func Draft(tx *db.Tx, keys *seal.Keys, a *Agreement) error {
	if err := a.check(); err != nil {
		return err
	}
	last, err := lastNumber(tx, a.Kind)
	if err != nil {
		return err
	}
	a.ID, a.Number, a.State, a.MadeAt = db.NewID(), last+1, Drafted, tx.Now
	a.renew(tx)
	return keep(tx, keys, a, "agreement.agreement.draft", "")
}

// Change keeps what has changed in an agreement's parties, clauses or days: a new
// version that everybody signs anew. It does nothing where all stayed the same.
func Change(tx *db.Tx, keys *seal.Keys, a *Agreement) error {
	if a.State.Over() {
		return fault.Conflict.New("agreement.over")
	}
	if err := a.check(); err != nil {
		return err
	}
	if same, err := seal.Matches(a.Fingerprint, a.said()); same || err != nil {
		return err
	}
	a.State = Drafted
	a.renew(tx)
	return keep(tx, keys, a, "agreement.agreement.change", "")
}

// Signature is what a party gives.
type Signature struct {
	Role   string // of the party
	Name   string // of the natural person who signs
	Person string // their id; empty where they have no account
	By     Way
}

// Sign keeps a party's signature under the version that they read, and puts the
// agreement in force with the last that was missing. It tells whether it did.
func Sign(tx *db.Tx, keys *seal.Keys, a *Agreement, version int, s Signature) (inForce bool, err error) {
	if err := a.sign(tx.Now, version, s); err != nil {
		return false, err
	}
	if err := dropLinks(tx, a.ID, s.Role); err != nil {
		return false, err
	}
	return a.State == InForce, keep(tx, keys, a, "agreement.agreement.sign", s.Role)
}

// End ends an agreement on a day for a reason, at the instance of a party; a
// regular end names none.
func End(tx *db.Tx, keys *seal.Keys, a *Agreement, day, role, why string) error {
	if err := a.end(day, role, why); err != nil {
		return err
	}
	return keep(tx, keys, a, "agreement.agreement.end", role)
}

func keep(tx *db.Tx, keys *seal.Keys, a *Agreement, action, role string) error {
	if err := save(tx, keys, a); err != nil {
		return err
	}
	told := map[string]any{"kind": a.Kind, "number": a.Number, "subject": a.Subject, "version": a.Version, "state": a.State, "fingerprint": a.Fingerprint}
	if role != "" {
		told["party"] = role
		if i := slices.IndexFunc(a.Signed, func(s Signed) bool { return s.Role == role && s.Version == a.Version }); i >= 0 {
			told["by"] = a.Signed[i].By
		}
	}
	return journal.Record(tx, action, a.ID, told)
}
