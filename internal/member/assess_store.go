package member

import (
	"encoding/json"

	"guildhall/internal/db"
	"guildhall/internal/directory"
)

const assessmentColumns = `s.id, s.name, s.since, s.until, s.state, s.rule_id, s.article, s.rule, s.appeal_until, s.counted_at, s.made_at`

func scanAssessment(row db.Row) (*Assessment, error) {
	a := new(Assessment)
	var text string
	if err := row.Scan(&a.ID, &a.Name, &a.Since, &a.Until, &a.State, &a.RuleID, &a.Article, &text, &a.AppealUntil, &a.CountedAt, &a.MadeAt); err != nil {
		return nil, err
	}
	return a, json.Unmarshal([]byte(text), &a.Rule)
}

// assessments gives all assessments of the body without their results, the latest
// first.
func assessments(tx *db.Tx) ([]*Assessment, error) {
	return db.All(tx, scanAssessment, `SELECT `+assessmentColumns+` FROM member_assessment s WHERE s.body = $1 ORDER BY s.until DESC, s.id DESC`, tx.Body)
}

func findAssessment(tx *db.Tx, id string) (*Assessment, error) {
	a, err := db.One(tx, scanAssessment, `SELECT `+assessmentColumns+` FROM member_assessment s WHERE s.id = $1 AND s.body = $2`, id, tx.Body)
	if err != nil {
		return nil, err
	}
	units, err := directory.Units(tx)
	if err != nil {
		return nil, err
	}
	a.Results, err = db.All(tx, func(row db.Row) (x Result, err error) {
		var text string
		if err := row.Scan(&x.Unit, &text, &x.Counted, &x.Adjusted, &x.Reason); err != nil {
			return x, err
		}
		if u := units[x.Unit]; u != nil {
			x.Name, x.NameEN, x.Class = u.Name, u.NameEN, u.Class
		}
		return x, json.Unmarshal([]byte(text), &x.Figures)
	}, `SELECT unit_id, figures, counted, adjusted, reason FROM member_result WHERE assessment_id = $1 AND body = $2`, id, tx.Body)
	if err != nil {
		return nil, err
	}
	finish(a.Results, a.Rule)
	a.Appeals, err = db.All(tx, func(row db.Row) (x Appeal, err error) {
		return x, row.Scan(&x.ID, &x.Unit, &x.Words, &x.State, &x.Answer, &x.Points, &x.FiledAt)
	}, `SELECT id, unit_id, words, state, answer, points, filed_at FROM member_appeal WHERE assessment_id = $1 AND body = $2 ORDER BY id`, id, tx.Body)
	return a, err
}

func dropResults(tx *db.Tx, id string) error {
	_, err := tx.Exec(`DELETE FROM member_result WHERE assessment_id = $1 AND body = $2`, id, tx.Body)
	return err
}

func saveAssessment(tx *db.Tx, a *Assessment) error {
	text, err := json.Marshal(a.Rule)
	if err != nil {
		return err
	}
	err = db.Insert(tx, "member_assessment", []string{"id", "body", "name", "since", "until", "state", "rule_id", "article", "rule", "appeal_until", "counted_at", "made_at"},
		`ON CONFLICT (id) DO UPDATE SET state = excluded.state, rule_id = excluded.rule_id, article = excluded.article, rule = excluded.rule,
			appeal_until = excluded.appeal_until, counted_at = excluded.counted_at`,
		[][]any{{a.ID, tx.Body, a.Name, a.Since, a.Until, a.State, a.RuleID, a.Article, string(text), a.AppealUntil, a.CountedAt, a.MadeAt}})
	if err != nil {
		return err
	}
	rows := make([][]any, len(a.Results))
	for i, x := range a.Results {
		figures, err := json.Marshal(x.Figures)
		if err != nil {
			return err
		}
		rows[i] = []any{a.ID, tx.Body, x.Unit, string(figures), x.Counted, x.Adjusted, x.Reason}
	}
	if err := db.Insert(tx, "member_result", []string{"assessment_id", "body", "unit_id", "figures", "counted", "adjusted", "reason"},
		`ON CONFLICT (assessment_id, unit_id) DO UPDATE SET adjusted = excluded.adjusted, reason = excluded.reason`, rows); err != nil {
		return err
	}
	appeals := make([][]any, len(a.Appeals))
	for i, x := range a.Appeals {
		appeals[i] = []any{x.ID, tx.Body, a.ID, x.Unit, x.Words, x.State, x.Answer, x.Points, x.FiledAt}
	}
	return db.Insert(tx, "member_appeal", []string{"id", "body", "assessment_id", "unit_id", "words", "state", "answer", "points", "filed_at"},
		`ON CONFLICT (id) DO UPDATE SET state = excluded.state, answer = excluded.answer, points = excluded.points`, appeals)
}
