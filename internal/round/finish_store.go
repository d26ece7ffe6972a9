package round

import (
	"strings"

	"guildhall/internal/db"
	"guildhall/internal/fault"
)

type finish struct {
	who   []string
	hours int
	on    string
}

func saveFinish(tx *db.Tx, r *Round, in Finishing, list []Held, dropped int) error {
	ids := make([]string, len(list))
	for i, h := range list {
		ids[i] = h.Candidate
	}
	n, err := tx.Exec(`INSERT INTO round_finish (round_id, position_id, body, finished, dropped, hours, ended_on, told_at, told_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING`,
		r.ID, in.Position, tx.Body, strings.Join(ids, ";"), dropped, in.Hours, in.On, tx.Now, actor(tx).ID)
	if err == nil && n == 0 {
		return fault.Conflict.New("round.class.told")
	}
	return err
}

// finishes gives the classes of a round that ended, by post.
func finishes(tx *db.Tx, r *Round) (map[string]finish, error) {
	type row struct {
		position string
		finish
	}
	list, err := db.All(tx, func(at db.Row) (x row, err error) {
		var who string
		err = at.Scan(&x.position, &who, &x.hours, &x.on)
		x.who = parseList(who)
		return x, err
	}, `SELECT f.position_id, f.finished, f.hours, f.ended_on FROM round_finish f WHERE f.round_id = $1 AND f.body = $2`, r.ID, tx.Body)
	done := make(map[string]finish, len(list))
	for _, x := range list {
		done[x.position] = x.finish
	}
	return done, err
}

// held gives everybody who has a place by a round, whatever they answered.
func held(tx *db.Tx, r *Round) ([]Held, error) {
	return db.All(tx, func(row db.Row) (h Held, err error) {
		return h, row.Scan(&h.Candidate, &h.School, &h.Position, &h.Enterprise)
	}, `SELECT x.candidate_id, x.school, p.position_id, p.enterprise FROM round_result x
		JOIN round_position p ON p.round_id = x.round_id AND p.seq = x.seq
		WHERE x.round_id = $1 AND x.run = $2 AND x.seq > 0 ORDER BY x.candidate_id`, r.ID, r.run)
}

// unanswered gives the students of a school who have a place and have not answered.
func unanswered(tx *db.Tx, r *Round, school string) ([]string, error) {
	return db.All(tx, db.Value[string], `SELECT x.candidate_id FROM round_result x
		LEFT JOIN round_answer a ON a.round_id = x.round_id AND a.candidate_id = x.candidate_id
		WHERE x.round_id = $1 AND x.run = $2 AND x.school = $3 AND x.seq > 0 AND a.answer IS NULL ORDER BY x.candidate_id`, r.ID, r.run, school)
}

func titlesOf(tx *db.Tx, r *Round) (map[string]string, error) {
	pairs, err := db.All(tx, db.Pair[string, string], `SELECT p.position_id, p.title FROM round_position p WHERE p.round_id = $1`, r.ID)
	titles := make(map[string]string, len(pairs))
	for _, p := range pairs {
		titles[p.A] = p.B
	}
	return titles, err
}
