package demand

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"guildhall/internal/db"
)

// Columns are a line's, of a table named l, and Scan reads them: a room joins its
// particulars to them.
const Columns = `l.id, l.kind, l.number, l.unit, l.title, l.quantity, l.wanted_from, l.wanted_by, l.certainty, l.valid_until, l.state, l.codes,
	l.filled, l.outcome, l.like_id, l.filed_at, l.filed_by, l.answered_at, l.answered_by, l.ended_at, l.changed_at`

// Scan reads Columns.
func Scan(row db.Row) (*Line, error) {
	l := new(Line)
	return l, row.Scan(l.Into()...)
}

// Into gives where Columns are read into, for rooms that read more beside them.
func (l *Line) Into() []any {
	return []any{&l.ID, &l.Kind, &l.Number, &l.Unit, &l.Title, &l.Quantity, &l.From, &l.By, &l.Certainty, &l.ValidUntil, &l.State, (*packed)(&l.Codes),
		&l.Filled, &l.Outcome, &l.Like, &l.FiledAt, &l.FiledBy, &l.AnsweredAt, &l.AnsweredBy, &l.EndedAt, &l.ChangedAt}
}

// packed keeps codes in one column: ;occupation=6-22-02-01@2022;segment=M07; with
// a semicolon at either end, so that one of them is found by its text.
type packed []Code

func (p *packed) Scan(v any) error {
	text, _ := v.(string)
	if b, ok := v.([]byte); ok {
		text = string(b)
	}
	*p = packed{}
	for part := range strings.SplitSeq(strings.Trim(text, ";"), ";") {
		if list, rest, ok := strings.Cut(part, "="); ok {
			code, edition, _ := strings.Cut(rest, "@")
			*p = append(*p, Code{list, code, edition})
		}
	}
	return nil
}

func pack(codes []Code) string {
	if len(codes) == 0 {
		return ""
	}
	slices.SortFunc(codes, func(a, b Code) int { return cmp.Or(cmp.Compare(a.List, b.List), cmp.Compare(a.Code, b.Code)) })
	var b strings.Builder
	for _, c := range codes {
		b.WriteString(";" + c.List + "=" + c.Code)
		if c.Edition != "" {
			b.WriteString("@" + c.Edition)
		}
	}
	return b.String() + ";"
}

// Having is a search condition: lines with a code of a list.
func Having(w *db.Where, list, code string) {
	w.And("l.codes LIKE ? OR l.codes LIKE ?", "%;"+list+"="+code+";%", "%;"+list+"="+code+"@%")
}

// Find gives a line of the body.
func Find(tx *db.Tx, id string) (*Line, error) {
	return db.One(tx, Scan, `SELECT `+Columns+` FROM demand_line l WHERE l.id = $1 AND l.body = $2`, id, tx.Body)
}

// Running gives the lines of a kind from which something can still come, oldest
// first; of all kinds where none is named.
func Running(tx *db.Tx, kind string) ([]*Line, error) {
	var w db.Where
	w.And("l.body = ? AND l.state IN ('open', 'underway')", tx.Body)
	if kind != "" {
		w.And("l.kind = ?", kind)
	}
	return db.All(tx, Scan, `SELECT `+Columns+` FROM demand_line l`+w.String()+` ORDER BY l.id`, w.Args...)
}

// Ending gives a unit's running lines whose validity ends within some days, for
// its people to renew or end.
func Ending(tx *db.Tx, kind, unit string, days int) ([]*Line, error) {
	return db.All(tx, Scan, `SELECT `+Columns+` FROM demand_line l WHERE l.body = $1 AND l.kind = $2 AND l.unit = $3
		AND l.state IN ('open', 'underway') AND l.valid_until <= $4 ORDER BY l.valid_until, l.id`, tx.Body, kind, unit, later(Day(tx), days))
}

// Alike gives the running lines of the same unit and kind that want the same: a
// code of the list in common, or the title, at a time that overlaps.
func Alike(tx *db.Tx, l *Line, list string) ([]*Line, error) {
	mine, err := db.All(tx, Scan, `SELECT `+Columns+` FROM demand_line l WHERE l.body = $1 AND l.kind = $2 AND l.unit = $3 AND l.id <> $4
		AND l.state IN ('open', 'underway') AND l.wanted_by >= $5 AND l.wanted_from <= $6 ORDER BY l.id`,
		tx.Body, l.Kind, l.Unit, l.ID, l.From, l.By)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(mine, func(other *Line) bool {
		return !strings.EqualFold(other.Title, l.Title) &&
			!slices.ContainsFunc(other.Of(list), func(code string) bool { return slices.Contains(l.Of(list), code) })
	}), nil
}

// Links gives what a line caused and what filled it, oldest first.
func Links(tx *db.Tx, line string) ([]Link, error) {
	return db.All(tx, func(row db.Row) (k Link, err error) {
		return k, row.Scan(&k.Line, &k.Fills, &k.Kind, &k.Subject, &k.Quantity, &k.At, &k.Unit, &k.Text, &k.Path)
	}, `SELECT k.line_id, k.fills, k.kind, k.subject, k.quantity, k.at, k.unit, k.words, k.path FROM demand_link k
		WHERE k.line_id = $1 AND k.body = $2 AND k.quantity > 0 ORDER BY k.at, k.kind, k.subject`, line, tx.Body)
}

// Replies gives what was said to a line's owner, oldest first.
func Replies(tx *db.Tx, line string) ([]Reply, error) {
	return db.All(tx, func(row db.Row) (r Reply, err error) {
		return r, row.Scan(&r.ID, &r.Unit, &r.By, &r.At, &r.Text)
	}, `SELECT r.id, r.unit, r.by_id, r.at, r.words FROM demand_reply r WHERE r.line_id = $1 AND r.body = $2 ORDER BY r.id`, line, tx.Body)
}

// Waits gives for every line of a kind that was filed since a time how long its
// owner waited for the first answer, the shortest first, and how many still wait.
func Waits(tx *db.Tx, kind string, since time.Time) (waits []time.Duration, waiting int, err error) {
	lines, err := db.All(tx, Scan, `SELECT `+Columns+` FROM demand_line l WHERE l.body = $1 AND l.kind = $2 AND l.filed_at >= $3`, tx.Body, kind, since)
	for _, l := range lines {
		if l.AnsweredAt != nil {
			waits = append(waits, l.Waited(tx.Now))
		} else if l.State.Runs() {
			waiting++
		}
	}
	slices.Sort(waits)
	return waits, waiting, err
}

func lastNumber(tx *db.Tx, kind string) (int, error) {
	return db.One(tx, db.Value[int], `SELECT coalesce(max(l.number), 0) FROM demand_line l WHERE l.body = $1 AND l.kind = $2`, tx.Body, kind)
}

func expired(tx *db.Tx, today string) ([]*Line, error) {
	return db.All(tx, Scan, `SELECT `+Columns+` FROM demand_line l
		WHERE l.body = $1 AND l.state IN ('open', 'underway') AND l.valid_until < $2 ORDER BY l.id`, tx.Body, today)
}

func quantityOf(tx *db.Tx, k Link) (int, error) {
	return db.One(tx, db.Value[int], `SELECT coalesce(max(k.quantity), 0) FROM demand_link k
		WHERE k.body = $1 AND k.line_id = $2 AND k.fills = $3 AND k.kind = $4 AND k.subject = $5`, tx.Body, k.Line, k.Fills, k.Kind, k.Subject)
}

func saveLink(tx *db.Tx, k Link) error {
	_, err := tx.Exec(`INSERT INTO demand_link (body, line_id, fills, kind, subject, quantity, at, unit, words, path)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		ON CONFLICT (line_id, fills, kind, subject) DO UPDATE SET quantity = excluded.quantity, at = excluded.at, words = excluded.words, path = excluded.path`,
		tx.Body, k.Line, k.Fills, k.Kind, k.Subject, k.Quantity, k.At, k.Unit, k.Text, k.Path)
	return err
}

func saveReply(tx *db.Tx, line string, r Reply) error {
	_, err := tx.Exec(`INSERT INTO demand_reply (id, body, line_id, unit, by_id, at, words) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		r.ID, tx.Body, line, r.Unit, r.By, r.At, r.Text)
	return err
}

func save(tx *db.Tx, l *Line) error {
	return db.Insert(tx, "demand_line", []string{"id", "body", "kind", "number", "unit", "title", "quantity", "wanted_from", "wanted_by", "certainty",
		"valid_until", "state", "codes", "filled", "outcome", "like_id", "filed_at", "filed_by", "answered_at", "answered_by", "ended_at", "changed_at"},
		`ON CONFLICT (id) DO UPDATE SET title = excluded.title, quantity = excluded.quantity, wanted_from = excluded.wanted_from,
			wanted_by = excluded.wanted_by, certainty = excluded.certainty, valid_until = excluded.valid_until, state = excluded.state,
			codes = excluded.codes, filled = excluded.filled, outcome = excluded.outcome, answered_at = excluded.answered_at,
			answered_by = excluded.answered_by, ended_at = excluded.ended_at, changed_at = excluded.changed_at`,
		[][]any{{l.ID, tx.Body, l.Kind, l.Number, l.Unit, l.Title, l.Quantity, l.From, l.By, string(l.Certainty), l.ValidUntil, string(l.State), pack(l.Codes),
			l.Filled, l.Outcome, l.Like, l.FiledAt, l.FiledBy, l.AnsweredAt, l.AnsweredBy, l.EndedAt, l.ChangedAt}})
}
