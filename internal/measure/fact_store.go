package measure

import "guildhall/internal/db"

const factColumns = `f.id, f.kind, f.title, f.document, f.words, f.persons, f.since, f.until, f.ending, f.withdrawn, f.noted_by, f.noted_at`

func scanFact(row db.Row) (*Fact, error) {
	f := new(Fact)
	return f, row.Scan(&f.ID, &f.Kind, &f.Title, &f.Document, &f.Words, &f.Persons, &f.Since, &f.Until, &f.Ending, &f.Withdrawn, &f.NotedBy, &f.NotedAt)
}

func findFact(tx *db.Tx, id string) (*Fact, error) {
	return db.One(tx, scanFact, `SELECT `+factColumns+` FROM measure_fact f WHERE f.id = $1 AND f.body = $2`, id, tx.Body)
}

func facts(tx *db.Tx, kind string) ([]*Fact, error) {
	var w db.Where
	w.And("f.body = ?", tx.Body)
	if kind != "" {
		w.And("f.kind = ?", kind)
	}
	return db.All(tx, scanFact, `SELECT `+factColumns+` FROM measure_fact f`+w.String()+` ORDER BY f.since DESC, f.id DESC`, w.Args...)
}

func saveFact(tx *db.Tx, f *Fact) error {
	_, err := tx.Exec(`
		INSERT INTO measure_fact (id, body, kind, title, document, words, persons, since, until, ending, withdrawn, noted_by, noted_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
		ON CONFLICT (id) DO UPDATE SET until = excluded.until, ending = excluded.ending, withdrawn = excluded.withdrawn`,
		f.ID, tx.Body, f.Kind, f.Title, f.Document, f.Words, f.Persons, f.Since, f.Until, f.Ending, f.Withdrawn, f.NotedBy, f.NotedAt)
	return err
}

// Check is what somebody found who held a record against its evidence (抽查).
type Check struct {
	Act     string `json:"act"`
	Verdict string `json:"verdict"` // agrees, missing or contradicts
	Words   string `json:"words,omitempty"`
}

func checksOf(tx *db.Tx, period, code string) (map[string]*Check, error) {
	list, err := db.All(tx, func(row db.Row) (*Check, error) {
		c := new(Check)
		return c, row.Scan(&c.Act, &c.Verdict, &c.Words)
	}, `SELECT act_id, verdict, words FROM measure_check WHERE period_id = $1 AND code = $2`, period, code)
	byAct := map[string]*Check{}
	for _, c := range list {
		byAct[c.Act] = c
	}
	return byAct, err
}

func saveCheck(tx *db.Tx, period, code string, c *Check, person string) error {
	_, err := tx.Exec(`
		INSERT INTO measure_check (period_id, code, act_id, verdict, words, person, at) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (period_id, code, act_id) DO UPDATE SET verdict = excluded.verdict, words = excluded.words, person = excluded.person, at = excluded.at`,
		period, code, c.Act, c.Verdict, c.Words, person, tx.Now)
	return err
}
