package measure

import (
	"time"

	"guildhall/internal/db"
)

const standardColumns = `s.id, s.name, s.edition, s.source, s.sha256, s.watched, s.made_at`

func scanStandard(row db.Row) (*Standard, error) {
	s := new(Standard)
	return s, row.Scan(&s.ID, &s.Name, &s.Edition, &s.Source, &s.SHA256, &s.Watched, &s.MadeAt)
}

// standards gives the body's standards without their rows.
func standards(tx *db.Tx, watched bool) ([]*Standard, error) {
	var w db.Where
	w.And("s.body = ?", tx.Body)
	if watched {
		w.And("s.watched = ?", true)
	}
	return db.All(tx, scanStandard, `SELECT `+standardColumns+` FROM measure_standard s`+w.String()+` ORDER BY s.id DESC`, w.Args...)
}

func findStandard(tx *db.Tx, id string) (*Standard, error) {
	s, err := db.One(tx, scanStandard, `SELECT `+standardColumns+` FROM measure_standard s WHERE s.id = $1 AND s.body = $2`, id, tx.Body)
	if err != nil {
		return nil, err
	}
	s.Rows, err = db.All(tx, func(row db.Row) (*Row, error) {
		r := new(Row)
		return r, row.Scan(&r.Code, &r.Parent, &r.Depth, &r.Kind, &r.Name, &r.NameEN, &r.Point, &r.Calculator, &r.Unit, &r.Threshold, &r.Evidence, &r.Source)
	}, `SELECT r.code, r.parent, r.depth, r.kind, r.name, r.name_en, r.point, r.calculator, r.unit, r.threshold, r.evidence, r.source
		FROM measure_row r WHERE r.standard_id = $1 ORDER BY r.place`, id)
	return s, err
}

func saveStandard(tx *db.Tx, s *Standard) error {
	if _, err := tx.Exec(`INSERT INTO measure_standard (id, body, name, edition, source, sha256, watched, made_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		s.ID, tx.Body, s.Name, s.Edition, s.Source, s.SHA256, s.Watched, s.MadeAt); err != nil {
		return err
	}
	rows := make([][]any, len(s.Rows))
	for i, r := range s.Rows {
		rows[i] = []any{s.ID, i, r.Code, r.Parent, r.Depth, r.Kind, r.Name, r.NameEN, r.Point, r.Calculator, r.Unit, r.Threshold, r.Evidence, r.Source}
	}
	return db.Insert(tx, "measure_row", []string{"standard_id", "place", "code", "parent", "depth", "kind", "name", "name_en", "point", "calculator", "unit",
		"threshold", "evidence", "source"}, "", rows)
}

const periodColumns = `p.id, p.standard_id, p.name, p.from_day, p.to_day, p.frozen_at, p.frozen_by, p.vocabulary, p.made_at`

func scanPeriod(row db.Row) (*Period, error) {
	p := new(Period)
	return p, row.Scan(&p.ID, &p.StandardID, &p.Name, &p.From, &p.To, &p.FrozenAt, &p.FrozenBy, &p.Vocabulary, &p.MadeAt)
}

func findPeriod(tx *db.Tx, id string) (*Period, error) {
	return db.One(tx, scanPeriod, `SELECT `+periodColumns+` FROM measure_period p WHERE p.id = $1 AND p.body = $2`, id, tx.Body)
}

func periods(tx *db.Tx) ([]*Period, error) {
	return db.All(tx, scanPeriod, `SELECT `+periodColumns+` FROM measure_period p WHERE p.body = $1 ORDER BY p.from_day DESC, p.id DESC`, tx.Body)
}

func savePeriod(tx *db.Tx, p *Period) error {
	_, err := tx.Exec(`
		INSERT INTO measure_period (id, body, standard_id, name, from_day, to_day, frozen_at, frozen_by, vocabulary, made_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		ON CONFLICT (id) DO UPDATE SET frozen_at = excluded.frozen_at, frozen_by = excluded.frozen_by, vocabulary = excluded.vocabulary`,
		p.ID, tx.Body, p.StandardID, p.Name, p.From, p.To, p.FrozenAt, p.FrozenBy, p.Vocabulary, p.MadeAt)
	return err
}

// keptValue is a value as it stands in the table.
type keptValue struct {
	code, label, value string
	byHand             bool
}

func valuesOf(tx *db.Tx, period string) ([]keptValue, error) {
	return db.All(tx, func(row db.Row) (v keptValue, err error) { return v, row.Scan(&v.code, &v.label, &v.value, &v.byHand) },
		`SELECT code, label, value, by_hand FROM measure_value WHERE period_id = $1 ORDER BY code, place`, period)
}

// Entry is what somebody stated by hand about a row.
type Entry struct {
	Code     string    `json:"code"`
	Value    string    `json:"value,omitempty"`
	Words    string    `json:"words"`
	Person   string    `json:"person"`
	At       time.Time `json:"at"`
	Verdict  string    `json:"verdict,omitempty"` // met, partly or not_met; empty until it is reviewed
	Reviewer string    `json:"reviewer,omitempty"`

	personName, reviewerName string
}

func entriesOf(tx *db.Tx, period string) (map[string]*Entry, error) {
	list, err := db.All(tx, func(row db.Row) (*Entry, error) {
		e := new(Entry)
		return e, row.Scan(&e.Code, &e.Value, &e.Words, &e.Person, &e.At, &e.Verdict, &e.Reviewer)
	}, `SELECT code, value, words, person, at, verdict, reviewer FROM measure_entry WHERE period_id = $1`, period)
	byCode := map[string]*Entry{}
	for _, e := range list {
		byCode[e.Code] = e
	}
	return byCode, err
}

func saveEntry(tx *db.Tx, period string, e *Entry) error {
	_, err := tx.Exec(`
		INSERT INTO measure_entry (period_id, code, value, words, person, at, verdict, reviewer) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (period_id, code) DO UPDATE SET value = excluded.value, words = excluded.words, person = excluded.person, at = excluded.at,
			verdict = excluded.verdict, reviewer = excluded.reviewer`,
		period, e.Code, e.Value, e.Words, e.Person, e.At, e.Verdict, e.Reviewer)
	return err
}

// Warning tells that a row that must not be hit is, or was.
type Warning struct {
	ID        string     `json:"id"`
	Standard  string     `json:"standard"`
	Code      string     `json:"code"`
	Name      string     `json:"name"`
	Value     string     `json:"value"`
	RaisedAt  time.Time  `json:"raised_at"`
	ClearedAt *time.Time `json:"cleared_at,omitzero"`
}

func scanWarning(row db.Row) (*Warning, error) {
	w := new(Warning)
	return w, row.Scan(&w.ID, &w.Standard, &w.Code, &w.Name, &w.Value, &w.RaisedAt, &w.ClearedAt)
}

const warningColumns = `w.id, w.standard_id, w.code, w.name, w.value, w.raised_at, w.cleared_at`

func warnings(tx *db.Tx, where string, args ...any) ([]*Warning, error) {
	return db.All(tx, scanWarning, `SELECT `+warningColumns+` FROM measure_warning w WHERE w.body = $1`+where+` ORDER BY w.id DESC`, append([]any{tx.Body}, args...)...)
}
