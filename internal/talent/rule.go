package talent

import (
	"context"
	"encoding/json"
	"errors"

	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/journal"
	"guildhall/matching/fit"
)

// Full is the highest merit and the highest wish.
const Full = fit.Full

// Rule is a body's dated rule of scoring (评分规则). Points are whole numbers, so
// equal people stay equal and the parts add up.
//
// Merit is what a position sees of a candidate; it alone decides whom a position
// takes first. Wish is what a candidate sees in a position; it orders the list of
// those who gave none. Whatever a candidate wishes moves nobody's merit, so
// nobody gains a place by wishing for less.
type Rule struct {
	Since   string `json:"since"`   // the first day on which it is in force, as 2026-09-01
	Article string `json:"article"` // where it was decided; empty for the rule that is shipped

	fit.Rule
}

// Shipped is the rule of a body that has decided none.
func Shipped() Rule {
	return Rule{Rule: fit.Rule{
		Skills: 6000, Programme: 1500, Certificate: 1000, Study: 1500,
		Kind: 5000, Region: 2000, Pay: 2000, Shift: 1000,
		Must: 200, Partial: 60, Near: 30, Floor: 3000, Choices: 20,
	}}
}

// Check tells everything in the rule that cannot be.
func (r Rule) Check() error {
	var wrong fault.List
	for _, part := range []struct {
		place string
		value int
	}{{"skills", r.Skills}, {"programme", r.Programme}, {"certificate", r.Certificate}, {"study", r.Study},
		{"kind", r.Kind}, {"region", r.Region}, {"pay", r.Pay}, {"shift", r.Shift}} {
		if part.value < 0 {
			wrong.Add(part.place, "talent.rule.negative", part.value)
		}
	}
	if sum := r.Skills + r.Programme + r.Certificate + r.Study; sum != Full {
		wrong.Add("skills", "talent.rule.merit", sum)
	}
	if sum := r.Kind + r.Region + r.Pay + r.Shift; sum != Full {
		wrong.Add("kind", "talent.rule.wish", sum)
	}
	if r.Must < 100 || r.Must > 1000 {
		wrong.Add("must", "talent.rule.must", r.Must)
	}
	if r.Partial < 0 || r.Partial > 100 {
		wrong.Add("partial", "talent.rule.partial", r.Partial)
	}
	if r.Near < 0 || r.Near > 100 {
		wrong.Add("near", "talent.rule.near", r.Near)
	}
	if r.Floor < 0 || r.Floor > Full {
		wrong.Add("floor", "talent.rule.floor", r.Floor)
	}
	if r.Choices < 1 || r.Choices > 50 {
		wrong.Add("choices", "talent.rule.choices", r.Choices)
	}
	return wrong.Err()
}

// Decide notes a new rule of scoring, in force from a day on. Rounds that were
// drafted before keep theirs.
func (t *Talent) Decide(ctx context.Context, r Rule) error {
	if err := policy.Allow(ctx, "talent.rule.decide", Subject{}); err != nil {
		return err
	}
	if r.Since == "" {
		return fault.Invalid.New("talent.rule.since")
	}
	if err := r.Check(); err != nil {
		return err
	}
	return db.Do(ctx, t.DB, func(tx *db.Tx) error {
		if err := saveRule(tx, r); err != nil {
			return err
		}
		return journal.Record(tx, "talent.rule.decide", r.Since, r)
	})
}

// inForce gives the body's rule on the day of tx: the newest that has begun.
func inForce(tx *db.Tx) (Rule, error) {
	text, err := db.One(tx, db.Value[string], `SELECT data FROM talent_rule
		WHERE body = $1 AND since <= $2 ORDER BY since DESC LIMIT 1`, tx.Body, day(tx.Now))
	if errors.Is(err, fault.NotFound) {
		return Shipped(), nil
	}
	if err != nil {
		return Rule{}, err
	}
	var r Rule
	return r, json.Unmarshal([]byte(text), &r)
}

func saveRule(tx *db.Tx, r Rule) error {
	text, err := json.Marshal(r)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO talent_rule (id, body, since, article, data, made_at) VALUES ($1, $2, $3, $4, $5, $6)`,
		db.NewID(), tx.Body, r.Since, r.Article, string(text), tx.Now)
	if errors.Is(err, fault.Conflict) {
		return fault.Conflict.New("talent.rule.twice", r.Since)
	}
	return err
}
