package directory

import "guildhall/internal/db"

// StaffOf gives the names of those who hold a post in a unit now, in the body of
// tx, by their ids; students are not among them.
func StaffOf(tx *db.Tx, unit string) (map[string]string, error) {
	pairs, err := db.All(tx, db.Pair[string, string], `SELECT DISTINCT p.id, p.name FROM directory_post o JOIN directory_person p ON p.id = o.person_id
		WHERE o.unit_id = $1 AND o.body_id = $2 AND o.role <> 'student' AND (o.until IS NULL OR o.until > $3)`, unit, tx.Body, tx.Now)
	names := make(map[string]string, len(pairs))
	for _, p := range pairs {
		names[p.A] = p.B
	}
	return names, err
}
