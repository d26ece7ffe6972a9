package talent

import (
	"guildhall/internal/db"
	"guildhall/internal/intake"
)

// candidateIndex finds candidates as sheets name them.
type candidateIndex struct {
	ref, number                 string // the fields of the sheet that tell the two numbers
	byRef, byNumber, byIdentity map[string]*Candidate
	byName                      map[string][]*Candidate // by school and name, of those whom nothing else tells
}

// indexCandidates reads the candidates whom rows may mean, all at once. ref and
// number are the fields in which the kind of sheet tells the numbers of people.
func (t *Talent) indexCandidates(tx *db.Tx, rows []*intake.Row, ref, number string) (*candidateIndex, error) {
	x := &candidateIndex{ref, number, map[string]*Candidate{}, map[string]*Candidate{}, map[string]*Candidate{}, map[string][]*Candidate{}}
	identities := texts(rows, "id_no")
	for i, id := range identities {
		identities[i] = t.identity(id)
	}
	var nameless []*intake.Row
	for _, row := range rows {
		if !row.Has(ref) && !row.Has(number) && !row.Has("id_no") {
			nameless = append(nameless, row)
		}
	}
	for _, by := range []struct {
		column string
		values []string
		read   func(*db.Tx, func(db.Row) (*Candidate, error), string, string, string, []string) ([]*Candidate, error)
	}{
		{"c.ref", texts(rows, ref), among[*Candidate]},
		{"c.number", texts(rows, number), among[*Candidate]},
		{"c.identity", identities, among[*Candidate]},
		{"c.name", texts(nameless, "name"), anyOf[*Candidate]},
	} {
		if len(by.values) == 0 {
			continue
		}
		found, err := by.read(tx, scanCandidate, "talent_candidate c", candidateColumns, by.column, by.values)
		if err != nil {
			return nil, err
		}
		for _, c := range found {
			x.add(c)
		}
	}
	return x, nil
}

func (x *candidateIndex) add(c *Candidate) {
	if c.Ref != "" {
		x.byRef[c.Ref] = c
	}
	if c.Number != "" {
		x.byNumber[c.School+" "+c.Number] = c
	}
	if c.identity != "" {
		x.byIdentity[c.School+" "+c.identity] = c
	}
	x.byName[c.School+" "+c.Name] = append(x.byName[c.School+" "+c.Name], c)
}

// find gives the candidate whom a row means, nil where there is none: by the
// sheets' number, by the school's, by the identity number; and where a row tells
// none of these, by name and day of birth.
func (x *candidateIndex) find(t *Talent, school string, row *intake.Row) (*Candidate, error) {
	if c := x.byRef[row.Text(x.ref)]; c != nil {
		return c, nil
	}
	if c := x.byNumber[school+" "+row.Text(x.number)]; c != nil && row.Has(x.number) {
		return c, nil
	}
	if row.Has("id_no") {
		if c := x.byIdentity[school+" "+t.identity(row.Text("id_no"))]; c != nil && (c.Number == "" || !row.Has(x.number)) {
			return c, nil
		}
	}
	if row.Has(x.ref) || row.Has(x.number) || row.Has("id_no") || !row.Has("birth") {
		return nil, nil
	}
	for _, c := range x.byName[school+" "+row.Text("name")] {
		p, err := t.open(c)
		if err != nil || p.Birth == row.Text("birth") {
			return c, err
		}
	}
	return nil, nil
}
