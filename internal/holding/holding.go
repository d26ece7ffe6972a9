// Package holding says in one form what a room keeps of a person (个人信息清单):
// which data, where it went, and what becomes of it when they want it erased. Each
// room that keeps personal data offers a Keeper; the room of privacy asks them all.
package holding

import "guildhall/internal/db"

// Whom is the person. Either may be empty: a candidate without an account, and
// staff who are nobody's candidate.
type Whom struct {
	Account   string // id in the directory
	Candidate string // id of their record as a candidate, in the body of the transaction
	// Bound says that a duty or a law binds who they are to something that must
	// stay: their name and number remain, the rest goes.
	Bound bool
}

// Fate is what becomes of something at an erasure.
type Fate string

// The fates.
const (
	Erased    Fate = "erased"    // nothing is left
	Nameless  Fate = "nameless"  // the record stays and leads to nobody any more
	Kept      Fate = "kept"      // it stays, for the reason that is told
	Destroyed Fate = "destroyed" // sealed, and its key is destroyed
)

// Field is one datum, under the name that it bears in the machine-readable export.
type Field struct {
	Name  string
	Value any // text, a number, a truth, a list of texts, or a list of lists of fields
	// Said is the value in words of the reader's language, for a page; empty: the value
	// says it. The export has the value.
	Said string
}

// Holding is one thing that is kept of a person.
type Holding struct {
	Kind    string   // in the register of kinds: "talent.profile"
	Subject string   // id of the thing: what the journal tells of it
	Path    string   // of its page; empty: it has none
	Since   string   // day
	Units   []string // ids of the units to whom it was given
	Fields  []Field
	Fate    Fate
	Until   string // day from which it need not stay; empty: not known, or for ever
	Reason  string // key of the word that tells why it stays
	Binds   bool   // who they are must stay known as long as this does
}

// Terms tells until which day something of a kind stays that ended on a day, "" where
// nothing says that it must.
type Terms func(kind, ended string) (until string)

// Keeper is what a room answers of a person.
type Keeper struct {
	Room  string
	House bool // what it keeps belongs to no body: it is asked under the pen of the house
	Kept  func(tx *db.Tx, w Whom, terms Terms) ([]Holding, error)
	// Erase carries out the fates that Kept told. What is gone already is no fault.
	Erase func(tx *db.Tx, w Whom, terms Terms) error
}

// Expiry is a kind of data that goes by itself when its time is over.
type Expiry struct {
	Kind  string
	House bool
	// Due counts what is older than a day, and Remove takes at most so many of it,
	// leaving out whoever is on hold.
	Due    func(tx *db.Tx, before string, hold []string) (int, error)
	Remove func(tx *db.Tx, before string, hold []string, most int) (int, error)
}
