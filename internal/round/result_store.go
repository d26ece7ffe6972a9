package round

import (
	"guildhall/internal/db"
)

// result is a kept row of what a run decided for one candidate.
type result struct {
	candidate, school, choices string
	seq, choice, points        int
}

const resultColumns = `x.candidate_id, x.school, x.choices, x.seq, x.choice, x.points`

func scanResult(row db.Row) (*result, error) {
	r := new(result)
	return r, row.Scan(&r.candidate, &r.school, &r.choices, &r.seq, &r.choice, &r.points)
}

// eachResult hands the rows of the run that counts to do.
func eachResult(tx *db.Tx, r *Round, do func(*result) error) error {
	return db.Each(tx, scanResult, do, `SELECT `+resultColumns+` FROM round_result x
		WHERE x.round_id = $1 AND x.run = $2 ORDER BY x.candidate_id`, r.ID, r.run)
}

func findResult(tx *db.Tx, r *Round, candidate string) (*result, error) {
	return db.One(tx, scanResult, `SELECT `+resultColumns+` FROM round_result x
		WHERE x.round_id = $1 AND x.run = $2 AND x.candidate_id = $3`, r.ID, r.run, candidate)
}

func saveResults(tx *db.Tx, tb *table, d *decision, run string, from, to int) error {
	rows := make([][]any, 0, to-from)
	for i := from; i < to; i++ {
		points := 0
		if d.choices[i] > 0 {
			points = d.lists[i][d.choices[i]-1].Merit
		}
		rows = append(rows, []any{tb.round.ID, run, tb.entrants[i].id, tx.Body, tb.entrants[i].school, packChoices(d.lists[i]),
			d.seqs[i], d.choices[i], points})
	}
	return db.Insert(tx, "round_result", []string{"round_id", "run", "candidate_id", "body", "school", "choices", "seq", "choice", "points"}, "", rows)
}

func saveCuts(tx *db.Tx, r *Round, cuts []Cut, run string) error {
	rows := make([][]any, len(cuts))
	for i, c := range cuts {
		rows[i] = []any{r.ID, run, c.Seq, tx.Body, c.Listed, c.Placed, c.Last, c.Capped}
	}
	return db.Insert(tx, "round_cut", []string{"round_id", "run", "seq", "body", "listed", "placed", "last", "capped"}, "", rows)
}

// forgetRuns takes away what broken-off runs have left.
func forgetRuns(tx *db.Tx, r *Round) error {
	for _, table := range []string{"round_result", "round_cut"} {
		if _, err := tx.Exec(`DELETE FROM `+table+` WHERE round_id = $1 AND run <> $2`, r.ID, r.run); err != nil {
			return err
		}
	}
	return nil
}

// placesOf gives a round's positions, in the order of their numbers from 1.
func placesOf(tx *db.Tx, r *Round) ([]place, error) {
	return db.All(tx, scanPlace, `SELECT position_id, ref, enterprise, cap, title, segment, region, places,
		pay_low, pay_high, shift, profile FROM round_position WHERE round_id = $1 ORDER BY seq`, r.ID)
}

// cutsOf gives how a round's positions came out, in the order of their numbers.
func cutsOf(tx *db.Tx, r *Round) ([]Cut, error) {
	return db.All(tx, func(row db.Row) (c Cut, err error) {
		return c, row.Scan(&c.Seq, &c.Listed, &c.Placed, &c.Last, &c.Capped)
	}, `SELECT seq, listed, placed, last, capped FROM round_cut WHERE round_id = $1 AND run = $2 ORDER BY seq`, r.ID, r.run)
}

const entrantColumns = `candidate_id, school, profile, wishes`

func entrantsOf(tx *db.Tx, r *Round) ([]entrant, error) {
	return db.All(tx, scanEntrant, `SELECT `+entrantColumns+` FROM round_candidate WHERE round_id = $1 ORDER BY candidate_id`, r.ID)
}

func entrantOf(tx *db.Tx, r *Round, candidate string) (entrant, error) {
	return db.One(tx, scanEntrant, `SELECT `+entrantColumns+` FROM round_candidate WHERE round_id = $1 AND candidate_id = $2`, r.ID, candidate)
}
