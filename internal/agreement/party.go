package agreement

import (
	"guildhall/internal/db"
	"guildhall/internal/seal"
)

// saveParties keeps which units are parties, by the latest version.
func saveParties(tx *db.Tx, a *Agreement) error {
	if _, err := tx.Exec(`DELETE FROM agreement_party WHERE agreement_id = $1`, a.ID); err != nil {
		return err
	}
	var rows [][]any
	for _, p := range a.Parties {
		if p.Unit != "" {
			rows = append(rows, []any{a.ID, p.Role, tx.Body, p.Unit})
		}
	}
	return db.Insert(tx, "agreement_party", []string{"agreement_id", "role", "body", "unit_id"}, "", rows)
}

// Index keeps the parties of agreements that are older than their index: of some
// that come after one, in the order of ids. It gives the last of them, "" after the
// very last.
func Index(tx *db.Tx, keys *seal.Keys, after string) (last string, err error) {
	const most = 200
	list, err := db.All(tx, scanner{keys}.agreement, `SELECT `+columns+tables+` WHERE a.body = $1 AND a.id > $2
		AND NOT EXISTS (SELECT 1 FROM agreement_party p WHERE p.agreement_id = a.id) ORDER BY a.id LIMIT $3`, tx.Body, after, most)
	for _, a := range list {
		if err := saveParties(tx, a); err != nil {
			return "", err
		}
	}
	if len(list) == most {
		last = list[most-1].ID
	}
	return last, err
}

// Stand is an agreement as a party's own list tells of it.
type Stand struct {
	ID, Kind, Subject, Title, Until string
	State                           State
}

// Of gives the agreements to which a unit is a party, those that end first, first.
func Of(tx *db.Tx, unit string) ([]Stand, error) {
	return db.All(tx, func(row db.Row) (s Stand, err error) {
		return s, row.Scan(&s.ID, &s.Kind, &s.Subject, &s.Title, &s.Until, &s.State)
	}, `SELECT a.id, a.kind, a.subject, a.title, a.valid_until, a.state FROM agreement_party p JOIN agreement_agreement a ON a.id = p.agreement_id
		WHERE p.body = $1 AND p.unit_id = $2 ORDER BY a.valid_until = '', a.valid_until, a.id`, tx.Body, unit)
}
