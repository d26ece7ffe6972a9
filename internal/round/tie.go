package round

import "guildhall/internal/db"

// Entry is a round in which a unit takes part and that is not settled yet.
type Entry struct {
	Round, Name, Until string
	State              State
	Posts              int // of an enterprise
	Seekers            int // of a school
}

// Entered gives the rounds that are not settled, with the posts of an enterprise or
// the candidates of a school that were frozen in each.
func Entered(tx *db.Tx, unit string) ([]Entry, error) {
	return db.All(tx, func(row db.Row) (e Entry, err error) {
		return e, row.Scan(&e.Round, &e.Name, &e.Until, &e.State, &e.Posts, &e.Seekers)
	}, `SELECT r.id, r.name, r.until, r.state,
			(SELECT count(*) FROM round_position p WHERE p.round_id = r.id AND p.enterprise = $2),
			(SELECT count(*) FROM round_candidate c WHERE c.round_id = r.id AND c.school = $2)
		FROM round_round r WHERE r.body = $1 AND r.state <> 'cleared' ORDER BY r.number`, tx.Body, unit)
}
