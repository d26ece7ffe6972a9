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

func saveCuts(tx *db.Tx, r *Round, d *decision, run string) error {
	rows := make([][]any, len(d.cuts))
	for i, c := range d.cuts {
		rows[i] = []any{r.ID, run, c.Seq, tx.Body, c.Listed, c.First, c.Placed, c.Elsewhere, c.Refused, c.Last, c.Capped, c.Unopened}
	}
	if err := db.Insert(tx, "round_cut", []string{"round_id", "run", "seq", "body", "listed", "first", "placed", "elsewhere", "refused",
		"last", "capped", "unopened"}, "", rows); err != nil {
		return err
	}
	rows = make([][]any, len(d.caps))
	for i, c := range d.caps {
		rows[i] = []any{r.ID, run, c.Seq, tx.Body, c.Sort, c.Of, c.Cap, c.Placed, c.Turned}
	}
	return db.Insert(tx, "round_cap", []string{"round_id", "run", "seq", "body", "sort", "whose", "cap", "placed", "turned"}, "", rows)
}

// capsOf gives how a round's caps were used, in the order of their numbers.
func capsOf(tx *db.Tx, r *Round) ([]CapUse, error) {
	return db.All(tx, func(row db.Row) (c CapUse, err error) {
		return c, row.Scan(&c.Seq, &c.Sort, &c.Of, &c.Cap, &c.Placed, &c.Turned)
	}, `SELECT k.seq, k.sort, k.whose, k.cap, k.placed, k.turned FROM round_cap k WHERE k.round_id = $1 AND k.run = $2 ORDER BY k.seq`, r.ID, r.run)
}

// saveGone keeps with the round what has gone since its freeze, as the run that
// counts has taken it.
func saveGone(tx *db.Tx, t *table) error {
	for i := range t.places {
		if p := &t.places[i]; p.closed != p.wasClosed {
			if _, err := tx.Exec(`UPDATE round_position SET closed = $1 WHERE round_id = $2 AND seq = $3`, p.closed, t.round.ID, i+1); err != nil {
				return err
			}
		}
	}
	for i := range t.entrants {
		if e := &t.entrants[i]; e.out != e.wasOut {
			if _, err := tx.Exec(`UPDATE round_candidate SET withdrawn = $1 WHERE round_id = $2 AND candidate_id = $3`, e.out, t.round.ID, e.id); err != nil {
				return err
			}
		}
	}
	return nil
}

// forgetRuns takes away what broken-off runs have left.
func forgetRuns(tx *db.Tx, r *Round) error {
	for _, table := range []string{"round_result", "round_cut", "round_cap"} {
		if _, err := tx.Exec(`DELETE FROM `+table+` WHERE round_id = $1 AND run <> $2`, r.ID, r.run); err != nil {
			return err
		}
	}
	return nil
}

const placeColumns = `p.position_id, p.ref, p.enterprise, p.cap, p.kind, p.title, p.segment, p.region, p.places, p.minimum, p.fixed_open,
	p.programme, p.seats, p.ranking, p.closed, p.pay_low, p.pay_high, p.shift, p.profile`

func scanPlace(row db.Row) (p place, err error) {
	var seats, ranked string
	err = row.Scan(&p.id, &p.ref, &p.enterprise, &p.cap, &p.kind, &p.title, &p.segment, &p.region, &p.places, &p.minimum, &p.fixedOpen,
		&p.programme, &seats, &ranked, &p.closed, &p.payLow, &p.payHigh, &p.shift, &p.profile)
	p.seats, _ = PostTerms{Seats: parseList(seats)}.seats()
	p.ranked, p.wasClosed = parseList(ranked), p.closed
	return p, err
}

// placesOf gives a round's positions, in the order of their numbers from 1.
func placesOf(tx *db.Tx, r *Round) ([]place, error) {
	return db.All(tx, scanPlace, `SELECT `+placeColumns+` FROM round_position p WHERE p.round_id = $1 ORDER BY p.seq`, r.ID)
}

// cutsOf gives how a round's positions came out, in the order of their numbers.
func cutsOf(tx *db.Tx, r *Round) ([]Cut, error) {
	return db.All(tx, func(row db.Row) (c Cut, err error) {
		return c, row.Scan(&c.Seq, &c.Listed, &c.First, &c.Placed, &c.Elsewhere, &c.Refused, &c.Last, &c.Capped, &c.Unopened)
	}, `SELECT k.seq, k.listed, k.first, k.placed, k.elsewhere, k.refused, k.last, k.capped, k.unopened
		FROM round_cut k WHERE k.round_id = $1 AND k.run = $2 ORDER BY k.seq`, r.ID, r.run)
}

const entrantColumns = `c.candidate_id, c.school, c.programme, c.level, c.profile, c.wishes, c.withdrawn`

func scanEntrant(row db.Row) (e entrant, err error) {
	var wishes string
	err = row.Scan(&e.id, &e.school, &e.programme, &e.level, &e.profile, &wishes, &e.out)
	e.wishes, e.wasOut = parseList(wishes), e.out
	return e, err
}

func entrantsOf(tx *db.Tx, r *Round) ([]entrant, error) {
	return db.All(tx, scanEntrant, `SELECT `+entrantColumns+` FROM round_candidate c WHERE c.round_id = $1 ORDER BY c.candidate_id`, r.ID)
}

func entrantOf(tx *db.Tx, r *Round, candidate string) (entrant, error) {
	return db.One(tx, scanEntrant, `SELECT `+entrantColumns+` FROM round_candidate c WHERE c.round_id = $1 AND c.candidate_id = $2`, r.ID, candidate)
}
