package survey

import (
	"encoding/json"
	"errors"

	"guildhall/internal/db"
	"guildhall/internal/fault"
)

const roundColumns = `r.id, r.number, r.title, r.state, r.begins, r.closes, r.note, r.release_id, r.why, r.revisions, r.counted,
	r.opened_at, r.closed_at, r.checked_at, r.changed_at`

func scanRound(row db.Row) (*Round, error) {
	r := new(Round)
	var counted string
	if err := row.Scan(&r.ID, &r.Number, &r.Title, &r.State, &r.First, &r.Closes, &r.Note, &r.Release, &r.Why, &r.Revisions, &counted,
		&r.OpenedAt, &r.ClosedAt, &r.CheckedAt, &r.ChangedAt); err != nil {
		return nil, err
	}
	return r, json.Unmarshal([]byte(counted), &r.Counted)
}

func findRound(tx *db.Tx, id string) (*Round, error) {
	return db.One(tx, scanRound, `SELECT `+roundColumns+` FROM survey_round r WHERE r.body = $1 AND r.id = $2`, tx.Body, id)
}

// inState gives the newest round in a state, or nil.
func inState(tx *db.Tx, s State) (*Round, error) {
	return maybe(db.One(tx, scanRound, `SELECT `+roundColumns+` FROM survey_round r WHERE r.body = $1 AND r.state = $2
		ORDER BY r.number DESC LIMIT 1`, tx.Body, s))
}

// ofRelease gives the round that a forecast was made of, or nil.
func ofRelease(tx *db.Tx, release string) (*Round, error) {
	return maybe(db.One(tx, scanRound, `SELECT `+roundColumns+` FROM survey_round r WHERE r.body = $1 AND r.release_id = $2
		ORDER BY r.number DESC LIMIT 1`, tx.Body, release))
}

func maybe(r *Round, err error) (*Round, error) {
	if errors.Is(err, fault.NotFound) {
		return nil, nil
	}
	return r, err
}

func listRounds(tx *db.Tx, drafts bool) ([]*Round, error) {
	var w db.Where
	w.And("r.body = ?", tx.Body)
	if !drafts {
		w.And("r.state <> 'draft'")
	}
	return db.All(tx, scanRound, `SELECT `+roundColumns+` FROM survey_round r`+w.String()+` ORDER BY r.number DESC LIMIT 100`, w.Args...)
}

func nextNumber(tx *db.Tx) (int, error) {
	return db.One(tx, db.Value[int], `SELECT coalesce(max(number), 0) + 1 FROM survey_round WHERE body = $1`, tx.Body)
}

func saveRound(tx *db.Tx, r *Round) error {
	counted, err := json.Marshal(r.Counted)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`
		INSERT INTO survey_round (body, id, number, title, state, begins, closes, note, release_id, why, revisions, counted, opened_at, closed_at,
			checked_at, changed_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
		ON CONFLICT (body, id) DO UPDATE SET state = excluded.state, release_id = excluded.release_id, why = excluded.why,
			revisions = excluded.revisions, counted = excluded.counted, opened_at = excluded.opened_at, closed_at = excluded.closed_at,
			checked_at = excluded.checked_at, changed_at = excluded.changed_at`,
		tx.Body, r.ID, r.Number, r.Title, r.State, r.First, r.Closes, r.Note, r.Release, r.Why, r.Revisions, string(counted), r.OpenedAt, r.ClosedAt,
		r.CheckedAt, r.ChangedAt)
	return err
}

const formColumns = `f.round_id, f.unit_id, f.state, f.lines, f.nobody, f.remark, f.doubts, f.why, f.weight, f.reminded, f.reminded_at,
	f.answered_by, f.answered_at`

func scanForm(row db.Row) (*Form, error) {
	f := new(Form)
	var lines, doubts string
	if err := row.Scan(&f.Round, &f.Unit, &f.State, &lines, &f.Nothing, &f.Remark, &doubts, &f.Why, &f.Weight, &f.Reminded, &f.RemindedAt,
		&f.AnsweredBy, &f.AnsweredAt); err != nil {
		return nil, err
	}
	return f, errors.Join(json.Unmarshal([]byte(lines), &f.Lines), json.Unmarshal([]byte(doubts), &f.Doubts))
}

func findForm(tx *db.Tx, round, unit string) (*Form, error) {
	return db.One(tx, scanForm, `SELECT `+formColumns+` FROM survey_form f WHERE f.body = $1 AND f.round_id = $2 AND f.unit_id = $3`, tx.Body, round, unit)
}

func formsOf(tx *db.Tx, round string) ([]*Form, error) {
	return db.All(tx, scanForm, `SELECT `+formColumns+` FROM survey_form f WHERE f.body = $1 AND f.round_id = $2 ORDER BY f.unit_id`, tx.Body, round)
}

// openForms gives an enterprise's forms in open rounds that want an answer.
func openForms(tx *db.Tx, unit string) ([]*Form, error) {
	return db.All(tx, scanForm, `SELECT `+formColumns+` FROM survey_form f JOIN survey_round r ON r.body = f.body AND r.id = f.round_id
		WHERE f.body = $1 AND f.unit_id = $2 AND f.state IN ('asked', 'returned') AND r.state = 'open' ORDER BY r.number`, tx.Body, unit)
}

func insertForms(tx *db.Tx, forms []*Form) error {
	rows := make([][]any, len(forms))
	for i, f := range forms {
		rows[i] = []any{tx.Body, f.Round, f.Unit, f.State, f.Weight}
	}
	return db.Insert(tx, "survey_form", []string{"body", "round_id", "unit_id", "state", "weight"}, "", rows)
}

func saveForm(tx *db.Tx, f *Form) error {
	lines, err := json.Marshal(f.Lines)
	if err != nil {
		return err
	}
	doubts, err := json.Marshal(f.Doubts)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`UPDATE survey_form SET state = $4, lines = $5, nobody = $6, remark = $7, doubts = $8, why = $9, answered_by = $10, answered_at = $11
		WHERE body = $1 AND round_id = $2 AND unit_id = $3`,
		tx.Body, f.Round, f.Unit, f.State, string(lines), f.Nothing, f.Remark, string(doubts), f.Why, f.AnsweredBy, f.AnsweredAt)
	return err
}

// remind notes at every form without an answer that it was reminded of.
func remind(tx *db.Tx, round string) (int, error) {
	n, err := db.One(tx, db.Value[int], `SELECT count(*) FROM survey_form WHERE body = $1 AND round_id = $2 AND state IN ('asked', 'returned')`, tx.Body, round)
	if err != nil {
		return 0, err
	}
	_, err = tx.Exec(`UPDATE survey_form SET reminded = reminded + 1, reminded_at = $3 WHERE body = $1 AND round_id = $2 AND state IN ('asked', 'returned')`,
		tx.Body, round, tx.Now)
	return n, err
}
