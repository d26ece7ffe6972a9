package round

import (
	"encoding/json"
	"errors"

	"guildhall/internal/auth"
	"guildhall/internal/db"
)

const roundColumns = `r.id, r.number, r.name, r.state, r.statuses, r.until, r.kind, r.terms, r.rule_id, r.after_id, r.line_id, r.answer_by, r.scoring, r.secret, r.seed, r.candidates, r.positions,
	r.places, r.left_out, r.run, r.figures, r.fingerprint, r.verified, r.report, r.made_at, r.opened_at, r.frozen_at, r.computed_at,
	r.verified_at, r.published_at, r.answered_at, r.cleared_at`

func scanRound(row db.Row) (*Round, error) {
	r := new(Round)
	var statuses, terms, scoring, left, figures, report string
	err := row.Scan(&r.ID, &r.Number, &r.Name, &r.State, &statuses, &r.Until, &r.Kind, &terms, &r.RuleID, &r.After, &r.Line, &r.AnswerBy, &scoring, &r.secret, &r.Seed, &r.Candidates, &r.Positions,
		&r.Places, &left, &r.run, &figures, &r.Print, &r.Verified, &report, &r.MadeAt, &r.OpenedAt, &r.FrozenAt, &r.ComputedAt,
		&r.VerifiedAt, &r.PublishedAt, &r.AnsweredAt, &r.ClearedAt)
	if err != nil {
		return nil, err
	}
	r.Statuses = parseList(statuses)
	return r, errors.Join(json.Unmarshal([]byte(terms), &r.Terms), json.Unmarshal([]byte(scoring), &r.Scoring), json.Unmarshal([]byte(left), &r.LeftOut),
		json.Unmarshal([]byte(figures), &r.Figures), json.Unmarshal([]byte(report), &r.Report))
}

func findRound(tx *db.Tx, id string) (*Round, error) {
	return db.One(tx, scanRound, `SELECT `+roundColumns+` FROM round_round r WHERE r.id = $1 AND r.body = $2`, id, tx.Body)
}

func listRounds(tx *db.Tx) ([]*Round, error) {
	var w db.Where
	w.And("r.body = ?", tx.Body)
	visibleRounds(auth.From(tx.Context()), &w)
	return db.All(tx, scanRound, `SELECT `+roundColumns+` FROM round_round r`+w.String()+` ORDER BY r.number DESC LIMIT 200`, w.Args...)
}

// nextRound gives the number after the highest: in an Update no one else writes
// for the body.
func nextRound(tx *db.Tx) (int, error) {
	return db.One(tx, db.Value[int], `SELECT coalesce(max(number), 0) + 1 FROM round_round WHERE body = $1`, tx.Body)
}

func saveRound(tx *db.Tx, r *Round) error {
	var text [5]string
	for i, v := range []any{r.Scoring, r.LeftOut, r.Figures, r.Report, r.Terms} {
		data, err := json.Marshal(v)
		if err != nil {
			return err
		}
		text[i] = string(data)
	}
	_, err := tx.Exec(`
		INSERT INTO round_round (id, body, number, name, state, statuses, until, kind, terms, rule_id, after_id, answer_by, scoring, secret,
			seed, candidates, positions, places, left_out, run, figures, fingerprint, verified, report, made_at, opened_at, frozen_at,
			computed_at, verified_at, published_at, answered_at, cleared_at, line_id)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26,
			$27, $28, $29, $30, $31, $32, $33)
		ON CONFLICT (id) DO UPDATE SET state = excluded.state, answer_by = excluded.answer_by, seed = excluded.seed,
			candidates = excluded.candidates, positions = excluded.positions, places = excluded.places, left_out = excluded.left_out,
			run = excluded.run, figures = excluded.figures, fingerprint = excluded.fingerprint, verified = excluded.verified,
			report = excluded.report, opened_at = excluded.opened_at, frozen_at = excluded.frozen_at, computed_at = excluded.computed_at,
			verified_at = excluded.verified_at, published_at = excluded.published_at, answered_at = excluded.answered_at,
			cleared_at = excluded.cleared_at`,
		r.ID, tx.Body, r.Number, r.Name, r.State, packList(r.Statuses), r.Until, r.Kind, text[4], r.RuleID, r.After, r.AnswerBy, text[0], r.secret,
		r.Seed, r.Candidates, r.Positions, r.Places, text[1], r.run, text[2], r.Print, r.Verified, text[3], r.MadeAt, r.OpenedAt, r.FrozenAt,
		r.ComputedAt, r.VerifiedAt, r.PublishedAt, r.AnsweredAt, r.ClearedAt, r.Line)
	return err
}
