package facility

import (
	"guildhall/internal/db"
	"guildhall/internal/directory"
)

// Keeper is the duty of whoever looks after a piece: each piece has one.
var Keeper = directory.DeclareDuty(directory.DutyKind{Name: "facility.keeper", Word: "facility.duty.keeper", Deputies: 1, Subjects: kept})

// kept gives the pieces of a unit that somebody can look after.
func kept(tx *db.Tx, body, unit string) ([]directory.DutySubject, error) {
	return db.All(tx, func(row db.Row) (s directory.DutySubject, err error) { return s, row.Scan(&s.ID, &s.Text) },
		`SELECT e.id, e.name || ' ' || e.ref FROM facility_equipment e
		WHERE e.body = $1 AND e.owner_id = $2 AND e.status <> 'retired' ORDER BY e.name, e.ref`, body, unit)
}

// Pieces gives the ids of a unit's pieces in the body of tx, by name.
func Pieces(tx *db.Tx, unit string) ([]string, error) {
	list, err := kept(tx, tx.Body, unit)
	ids := make([]string, len(list))
	for i, s := range list {
		ids[i] = s.ID
	}
	return ids, err
}
