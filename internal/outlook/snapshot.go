package outlook

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"guildhall/internal/db"
	"guildhall/internal/directory"
)

// Snapshot is all that a release is made from. The same snapshot gives the same
// release, whenever and wherever it is computed.
type Snapshot struct {
	AsOf       string
	Rule       Rule
	Hires      []Hire
	Plans      []Plan
	Programmes []Programme
	Cohorts    []Cohort
	Openings   []Opening
	Units      map[string]string // names of enterprises and schools
	Members    int               // enterprises in the body, 0 where not known
	Before     *Release          // the latest one published before, if any
	BeforeSaid []*Line
}

// snapshot reads all that a release is to be made from.
func (o *Outlook) snapshot(tx *db.Tx, r *Release) (s Snapshot, err error) {
	s = Snapshot{AsOf: r.AsOf, Rule: r.Rule, Units: map[string]string{}}
	if s.Hires, err = hires(tx); err != nil {
		return s, err
	}
	if s.Plans, err = plans(tx); err != nil {
		return s, err
	}
	if o.Schooling != nil {
		if err := o.schooling(tx, &s); err != nil {
			return s, err
		}
	}
	if o.Enterprises != nil {
		if s.Members, err = o.Enterprises.Enterprises(tx); err != nil {
			return s, err
		}
	}
	if s.Before, err = latest(tx, []State{Published}, 0, r.Number); err != nil {
		return s, err
	}
	if s.Before != nil {
		if s.BeforeSaid, err = allLines(tx, s.Before.ID); err != nil {
			return s, err
		}
	}
	return s, s.name(tx)
}

func (o *Outlook) schooling(tx *db.Tx, s *Snapshot) (err error) {
	if s.Programmes, err = o.Schooling.Programmes(tx); err != nil {
		return err
	}
	if s.Cohorts, err = o.Schooling.Cohorts(tx); err != nil {
		return err
	}
	s.Openings, err = o.Schooling.Openings(tx)
	return err
}

// name notes the names of the units that the snapshot speaks of.
func (s *Snapshot) name(tx *db.Tx) error {
	units, err := directory.Units(tx)
	if err != nil {
		return err
	}
	note := func(id string) {
		s.Units[id] = id
		if u := units[id]; u != nil {
			s.Units[id] = u.Short()
		}
	}
	for _, h := range s.Hires {
		note(h.Unit)
	}
	for _, p := range s.Programmes {
		note(p.School)
	}
	return nil
}

// hash is the fingerprint of the snapshot.
func (s *Snapshot) hash() (string, error) {
	text, err := json.Marshal(s)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), nil
}
