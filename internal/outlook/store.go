package outlook

import (
	"encoding/json"
	"errors"
	"time"

	"guildhall/internal/db"
	"guildhall/internal/fault"
)

const releaseColumns = `r.id, r.number, r.state, r.as_of, r.year, r.terms, r.backdated, r.revises, r.why, r.summary, r.done, r.steps, r.beat_at, r.failure,
	r.made_by, r.made_at, r.reviewed_by, r.reviewed_at, r.published_at`

func scanRelease(row db.Row) (*Release, error) {
	r := new(Release)
	var terms, summary string
	if err := row.Scan(&r.ID, &r.Number, &r.State, &r.AsOf, &r.Year, &terms, &r.Backdated, &r.Revises, &r.Why, &summary, &r.Done, &r.Steps, &r.beat, &r.Failure,
		&r.MadeBy, &r.MadeAt, &r.ReviewedBy, &r.ReviewedAt, &r.PublishedAt); err != nil {
		return nil, err
	}
	return r, errors.Join(json.Unmarshal([]byte(terms), &r.Terms), json.Unmarshal([]byte(summary), &r.Summary))
}

func findRelease(tx *db.Tx, id string) (*Release, error) {
	return db.One(tx, scanRelease, `SELECT `+releaseColumns+` FROM outlook_release r WHERE r.body = $1 AND r.id = $2`, tx.Body, id)
}

// latest gives the newest release in one of these states, of a year (0: any) and
// below a number (0: any), or nil where there is none.
func latest(tx *db.Tx, states []State, year, below int) (*Release, error) {
	w := releasesIn(tx, states)
	if year > 0 {
		w.And("r.year = ?", year)
	}
	if below > 0 {
		w.And("r.number < ?", below)
	}
	r, err := db.One(tx, scanRelease, `SELECT `+releaseColumns+` FROM outlook_release r`+w.String()+` ORDER BY r.number DESC LIMIT 1`, w.Args...)
	if errors.Is(err, fault.NotFound) {
		return nil, nil
	}
	return r, err
}

func releasesIn(tx *db.Tx, states []State) (w db.Where) {
	w.And("r.body = ?", tx.Body)
	w.In("r.state", words(states))
	return w
}

func words[S ~string](list []S) (all []string) {
	for _, s := range list {
		all = append(all, string(s))
	}
	return all
}

// releases gives those that w lets through, the newest first.
func releases(tx *db.Tx, w db.Where) ([]*Release, error) {
	return db.All(tx, scanRelease, `SELECT `+releaseColumns+` FROM outlook_release r`+w.String()+` ORDER BY r.number DESC LIMIT 100`, w.Args...)
}

// nextRelease gives the number after the highest: in an Update no one else writes.
func nextRelease(tx *db.Tx) (int, error) {
	return db.One(tx, db.Value[int], `SELECT coalesce(max(number), 0) + 1 FROM outlook_release WHERE body = $1`, tx.Body)
}

func saveRelease(tx *db.Tx, r *Release) error {
	terms, err := json.Marshal(r.Terms)
	if err != nil {
		return err
	}
	summary, err := json.Marshal(r.Summary)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`
		INSERT INTO outlook_release (body, id, number, state, as_of, year, terms, backdated, revises, why, summary, done, steps, beat_at,
			failure, made_by, made_at, reviewed_by, reviewed_at, published_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
		ON CONFLICT (body, id) DO UPDATE SET state = excluded.state, summary = excluded.summary, done = excluded.done,
			steps = excluded.steps, beat_at = excluded.beat_at, failure = excluded.failure, reviewed_by = excluded.reviewed_by,
			reviewed_at = excluded.reviewed_at, published_at = excluded.published_at`,
		tx.Body, r.ID, r.Number, r.State, r.AsOf, r.Year, string(terms), r.Backdated, r.Revises, r.Why, string(summary), r.Done, r.Steps, r.beat, r.Failure,
		r.MadeBy, r.MadeAt, r.ReviewedBy, r.ReviewedAt, r.PublishedAt)
	return err
}

// beat notes that the process that computes a release is alive, and how far it is.
func beat(tx *db.Tx, id string, done int, at time.Time) error {
	_, err := tx.Exec(`UPDATE outlook_release SET beat_at = $3, done = $4 WHERE body = $1 AND id = $2 AND state = 'computing'`, tx.Body, id, at, done)
	return err
}

// clear takes away what an earlier try at a release has written.
func clear(tx *db.Tx, release string) error {
	for _, table := range []string{"outlook_line", "outlook_supply", "outlook_gap", "outlook_advice", "outlook_snapshot"} {
		if _, err := tx.Exec(`DELETE FROM `+table+` WHERE body = $1 AND release_id = $2`, tx.Body, release); err != nil {
			return err
		}
	}
	return nil
}

func saveLines(tx *db.Tx, release string, lines []*Line) error {
	rows := make([][]any, len(lines))
	for i, l := range lines {
		data, err := json.Marshal(l)
		if err != nil {
			return err
		}
		rows[i] = []any{tx.Body, release, l.Key, l.Level, l.Unit, l.Position, l.Segment, l.label(),
			l.Recent, l.Ahead, l.Change, l.WAPE(), l.Withheld, string(data)}
	}
	return db.Insert(tx, "outlook_line", []string{"body", "release_id", "key", "level", "unit_id", "position", "segment", "label",
		"recent", "ahead", "change", "wape", "withheld", "data"}, "", rows)
}

func saveSupplies(tx *db.Tx, release string, all []*Supply) error {
	rows := make([][]any, len(all))
	for i, s := range all {
		data, err := json.Marshal(s)
		if err != nil {
			return err
		}
		rows[i] = []any{tx.Body, release, s.Level, s.Code, s.Year, s.People, string(data)}
	}
	return db.Insert(tx, "outlook_supply", []string{"body", "release_id", "level", "code", "year", "people", "data"}, "", rows)
}

func saveGaps(tx *db.Tx, release string, gaps []*Gap) error {
	rows := make([][]any, len(gaps))
	for i, g := range gaps {
		data, err := json.Marshal(g)
		if err != nil {
			return err
		}
		rows[i] = []any{tx.Body, release, g.Level, g.Code, g.Demand, g.Supply, g.Gap, g.Withheld, string(data)}
	}
	return db.Insert(tx, "outlook_gap", []string{"body", "release_id", "level", "code", "demand", "supply", "gap", "withheld", "data"}, "", rows)
}

// decoded reads a row of one column of JSON.
func decoded[T any](row db.Row) (*T, error) {
	v := new(T)
	var data string
	if err := row.Scan(&data); err != nil {
		return nil, err
	}
	return v, json.Unmarshal([]byte(data), v)
}

// allLines gives every line of a release.
func allLines(tx *db.Tx, release string) ([]*Line, error) {
	return db.All(tx, decoded[Line], `SELECT data FROM outlook_line WHERE body = $1 AND release_id = $2 ORDER BY key`, tx.Body, release)
}

func findLine(tx *db.Tx, release, key string) (*Line, error) {
	return db.One(tx, decoded[Line], `SELECT data FROM outlook_line WHERE body = $1 AND release_id = $2 AND key = $3`, tx.Body, release, key)
}

// listLines gives the lines that w lets through, in an order that order names.
func listLines(tx *db.Tx, w db.Where, order string, limit int) ([]*Line, error) {
	most := w.Next(limit)
	return db.All(tx, decoded[Line], `SELECT l.data FROM outlook_line l`+w.String()+` ORDER BY `+order+` LIMIT `+most, w.Args...)
}

func listGaps(tx *db.Tx, release string) ([]*Gap, error) {
	return db.All(tx, decoded[Gap], `SELECT data FROM outlook_gap WHERE body = $1 AND release_id = $2 ORDER BY gap DESC, level, code`, tx.Body, release)
}

func listSupplies(tx *db.Tx, w db.Where) ([]*Supply, error) {
	return db.All(tx, decoded[Supply], `SELECT s.data FROM outlook_supply s`+w.String()+` ORDER BY s.level, s.year, s.people DESC, s.code`, w.Args...)
}

// publishedBefore gives the release that was published before another and looked
// back from an earlier quarter, or nil.
func publishedBefore(tx *db.Tx, r *Release) (*Release, error) {
	w := releasesIn(tx, []State{Published})
	w.And("r.number < ? AND r.as_of < ?", r.Number, r.AsOf)
	before, err := db.One(tx, scanRelease, `SELECT `+releaseColumns+` FROM outlook_release r`+w.String()+` ORDER BY r.as_of DESC, r.number DESC LIMIT 1`, w.Args...)
	if errors.Is(err, fault.NotFound) {
		return nil, nil
	}
	return before, err
}

func saveAdvice(tx *db.Tx, release string, all []*Advice) error {
	rows := make([][]any, len(all))
	for i, a := range all {
		data, err := json.Marshal(a)
		if err != nil {
			return err
		}
		rows[i] = []any{tx.Body, release, a.Code, a.Word, a.Withheld, string(data)}
	}
	return db.Insert(tx, "outlook_advice", []string{"body", "release_id", "code", "word", "withheld", "data"}, "", rows)
}

func listAdvice(tx *db.Tx, release string) ([]*Advice, error) {
	return db.All(tx, decoded[Advice], `SELECT data FROM outlook_advice WHERE body = $1 AND release_id = $2 ORDER BY code`, tx.Body, release)
}

// advised gives what a release advised, by programme.
func advised(tx *db.Tx, release string) (map[string]string, error) {
	all, err := listAdvice(tx, release)
	by := make(map[string]string, len(all))
	for _, a := range all {
		by[a.Code] = a.Word
	}
	return by, err
}

// keptSnapshot is a snapshot as it is written.
type keptSnapshot struct {
	hash string
	data []byte
}

func saveSnapshot(tx *db.Tx, release string, k keptSnapshot) error {
	_, err := tx.Exec(`INSERT INTO outlook_snapshot (body, release_id, hash, data) VALUES ($1, $2, $3, $4)`, tx.Body, release, k.hash, k.data)
	return err
}

func findSnapshot(tx *db.Tx, release string) (Snapshot, error) {
	k, err := db.One(tx, db.Pair[string, []byte], `SELECT hash, data FROM outlook_snapshot WHERE body = $1 AND release_id = $2`, tx.Body, release)
	if err != nil {
		return Snapshot{}, err
	}
	return decode(k.B, k.A)
}
