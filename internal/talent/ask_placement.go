package talent

import (
	"guildhall/internal/db"
)

// What placements ask of this room; app joins the two. Their own book says who
// sees the persons.

// People gives candidates by id, with whether they are women: some work is barred
// to them by law. Nothing else that is sealed is told.
func (t *Talent) People(tx *db.Tx, ids []string) (list []*Candidate, women map[string]bool, err error) {
	women = map[string]bool{}
	for start := 0; start < len(ids); start += 500 {
		var w db.Where
		w.And("c.body = ?", tx.Body)
		w.In("c.id", ids[start:min(start+500, len(ids))])
		found, err := db.All(tx, scanCandidate, `SELECT `+candidateColumns+` FROM talent_candidate c`+w.String(), w.Args...)
		if err != nil {
			return nil, nil, err
		}
		for _, c := range found {
			private, err := t.open(c)
			if err != nil {
				return nil, nil, err
			}
			women[c.ID] = private.Gender == "F"
		}
		list = append(list, found...)
	}
	return list, women, nil
}

// Numbered gives the id of the candidate of a number: of sheets, or of their school,
// where it is one of a unit's.
func (t *Talent) Numbered(tx *db.Tx, number, unit string) (string, error) {
	return db.One(tx, db.Value[string], `SELECT c.id FROM talent_candidate c
		WHERE c.body = $1 AND (c.ref = $2 AND c.ref <> '' OR c.number = $2 AND c.number <> '' AND c.school = $3) ORDER BY c.ref <> $2, c.id LIMIT 1`, tx.Body, number, unit)
}

// Posted gives positions by id, whether they are open or not.
func (t *Talent) Posted(tx *db.Tx, ids []string) (list []*Position, err error) {
	for start := 0; start < len(ids); start += 500 {
		var w db.Where
		w.And("p.body = ?", tx.Body)
		w.In("p.id", ids[start:min(start+500, len(ids))])
		found, err := db.All(tx, scanPosition, `SELECT `+positionColumns+` FROM talent_position p`+w.String(), w.Args...)
		if err != nil {
			return nil, err
		}
		list = append(list, found...)
	}
	return list, nil
}

// PostedAs gives the id of the position of a number.
func (t *Talent) PostedAs(tx *db.Tx, number string) (string, error) {
	return db.One(tx, db.Value[string], `SELECT p.id FROM talent_position p WHERE p.body = $1 AND p.ref = $2 AND p.ref <> ''`, tx.Body, number)
}

// Near tells in per cent how near a programme is to a kind of position, or where
// that is not known to an occupation.
func (t *Talent) Near(kind, occupation, programme string) int {
	return nearness(t.Codes, kind, occupation, programme)
}
