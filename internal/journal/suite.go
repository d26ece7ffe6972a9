package journal

import (
	"errors"
	"fmt"

	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/seal"
)

// errUnknownSuite says that a chain names hashes which nobody knows.
var errUnknownSuite = errors.New("journal: the chain is hashed by what this program does not know")

// suiteOf gives the suite of a chain by the name of its hash.
func suiteOf(name string) (*seal.Suite, error) {
	s, err := seal.SuiteOf(name)
	if errors.Is(err, seal.ErrSuite) {
		return nil, err
	}
	if err != nil || s.HashName != name {
		return nil, fmt.Errorf("%w: %s", errUnknownSuite, name)
	}
	return s, nil
}

// Begin sets which suite's hashes a chain is made of that begins from now on. A chain
// that has begun goes on as it began: its checkpoints say by which hash.
func Begin(tx *db.Tx, s *seal.Suite) error {
	_, err := tx.Exec(`INSERT INTO journal_suite (one, suite) VALUES (1, $1) ON CONFLICT (one) DO UPDATE SET suite = excluded.suite`, s.HashName)
	return err
}

// newest is the suite of a chain that begins now.
func newest(tx *db.Tx) (*seal.Suite, error) {
	name, err := db.One(tx, db.Value[string], `SELECT suite FROM journal_suite WHERE one = 1`)
	if errors.Is(err, fault.NotFound) {
		return seal.Default(), nil
	}
	if err != nil {
		return nil, err
	}
	return suiteOf(name)
}

// Begun tells whether it was ever set which hashes chains are made of.
func Begun(tx *db.Tx) (bool, error) {
	_, err := db.One(tx, db.Value[string], `SELECT suite FROM journal_suite WHERE one = 1`)
	if errors.Is(err, fault.NotFound) {
		return false, nil
	}
	return err == nil, err
}
