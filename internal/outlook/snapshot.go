package outlook

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"

	"guildhall/internal/bulletin"
	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/fault"
	"guildhall/internal/seal"
)

// Snapshot is all that a release is made from. The same snapshot gives the same
// release, whenever and wherever it is computed.
type Snapshot struct {
	digest func([]byte) string // by which its fingerprint is made; nil: SHA-256

	AsOf       string
	Terms      Terms
	Hires      []Hire
	Plans      []Plan
	Programmes []Programme
	Cohorts    []Cohort
	Openings   []Opening
	Units      map[string]string // names of enterprises and schools
	Members    int               // enterprises in the body, 0 where not known
	Surveyed   *Surveyed         // nil where nobody was asked
	Publisher  bulletin.Text     // the body's names
	Before     *Release          // the latest one published before, if any
	BeforeSaid []*Line
	BeforeTold map[string]string // what it advised on programmes
}

// snapshot reads all that a release is to be made from.
func (o *Outlook) snapshot(tx *db.Tx, r *Release) (s Snapshot, err error) {
	s = Snapshot{AsOf: r.AsOf, Terms: r.Terms, Units: map[string]string{}}
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
	if o.Surveyed != nil && !r.Backdated {
		if s.Surveyed, err = o.Surveyed(tx); err != nil {
			return s, err
		}
	}
	if s.Before, err = publishedBefore(tx, r); err != nil {
		return s, err
	}
	if s.Before != nil {
		if s.BeforeSaid, err = allLines(tx, s.Before.ID); err != nil {
			return s, err
		}
		if s.BeforeTold, err = advised(tx, s.Before.ID); err != nil {
			return s, err
		}
	}
	if s.Publisher, err = publisher(tx); err != nil {
		return s, err
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

// publisher gives the names of the body.
func publisher(tx *db.Tx) (bulletin.Text, error) {
	b, err := directory.FindBody(tx, tx.Body)
	if errors.Is(err, fault.NotFound) {
		return bulletin.Text{}, nil
	}
	if err != nil {
		return bulletin.Text{}, err
	}
	return bulletin.Text{ZH: b.Name, EN: b.NameEN}, nil
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

// encode gives the snapshot as it is kept, and its fingerprint. Maps are written in
// the order of their keys, so the same snapshot gives the same bytes.
func (s *Snapshot) encode() (kept []byte, hash string, err error) {
	text, err := json.Marshal(s)
	if err != nil {
		return nil, "", err
	}
	digest := s.digest
	if digest == nil {
		digest = seal.Default().Digest
	}
	var out bytes.Buffer
	zip := gzip.NewWriter(&out)
	if _, err := zip.Write(text); err != nil {
		return nil, "", err
	}
	if err := zip.Close(); err != nil {
		return nil, "", err
	}
	return out.Bytes(), digest(text), nil
}

// decode reads what encode wrote, and fails where somebody has changed it.
func decode(kept []byte, hash string) (s Snapshot, err error) {
	zip, err := gzip.NewReader(bytes.NewReader(kept))
	if err != nil {
		return s, err
	}
	text, err := io.ReadAll(zip)
	if err != nil {
		return s, err
	}
	if same, err := seal.Matches(hash, text); err != nil || !same {
		return s, errors.Join(fault.Internal.New("outlook.snapshot.changed"), err)
	}
	suite, err := seal.SuiteOf(seal.HashName(hash))
	if err != nil {
		return s, err
	}
	s.digest = suite.Digest
	return s, json.Unmarshal(text, &s)
}
