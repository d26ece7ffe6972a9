package talent

import (
	"errors"
	"slices"
	"strings"

	"guildhall/internal/db"
	"guildhall/internal/fault"
)

func isMissing(err error) bool { return errors.Is(err, fault.NotFound) }

// grantOne writes a consent for everybody of whom whom speaks and whose giver has
// none that stands: a guardian's only for those under age.
func grantOne(tx *db.Tx, g Granted, whom func(*db.Where)) (int64, error) {
	var w db.Where
	values := []any{g.Purpose, g.Giver, tx.Now, tx.Body, g.GivenOn, g.Channel, g.NotedBy, g.Version}
	for i := range values {
		values[i] = w.Next(values[i])
	}
	w.And("c.body = ?", tx.Body)
	whom(&w)
	if g.Giver == Guardian {
		w.And("c.adult_from > ?", month(tx.Now))
	}
	w.And("NOT EXISTS (SELECT 1 FROM talent_consent x WHERE x.candidate_id = c.id AND x.purpose = ? AND x.giver = ? AND x.withdrawn_at IS NULL)", g.Purpose, g.Giver)
	marks := make([]string, len(values))
	for i, v := range values {
		marks[i] = v.(string)
	}
	marks[2] = "coalesce(" + marks[2] + ", c.changed_at)" // tells PostgreSQL that it is a time
	return tx.Exec(`INSERT INTO talent_consent (candidate_id, turn, purpose, giver, given_at, body, given_on, channel, noted_by, version)
		SELECT c.id, (SELECT count(*) FROM talent_consent y WHERE y.candidate_id = c.id AND y.purpose = `+marks[0]+` AND y.giver = `+marks[1]+`), `+strings.Join(marks, ", ")+` FROM talent_candidate c`+w.String(), w.Args...)
}

func withdraw(tx *db.Tx, candidate, giver string, purposes []string) (int, error) {
	var w db.Where
	at, by := w.Next(tx.Now), w.Next(actor(tx).ID)
	w.And("body = ? AND candidate_id = ? AND withdrawn_at IS NULL", tx.Body, candidate)
	if giver != "" {
		w.And("giver = ?", giver)
	}
	w.In("purpose", slices.Clone(purposes))
	n, err := tx.Exec(`UPDATE talent_consent SET withdrawn_at = `+at+`, withdrawn_by = `+by+w.String(), w.Args...)
	return int(n), err
}

// refreshConsents brings the columns that lists and rounds ask to what stands.
func refreshConsents(tx *db.Tx, whom func(*db.Where)) error {
	var w db.Where
	now := w.Next(tx.Now)
	w.And("body = ?", tx.Body)
	whom(&w)
	packed := func(giver string) string {
		var parts []string
		for _, p := range Purposes {
			parts = append(parts, `CASE WHEN EXISTS (SELECT 1 FROM talent_consent x WHERE x.candidate_id = talent_candidate.id AND x.purpose = '`+p+
				`' AND x.giver = '`+giver+`' AND x.withdrawn_at IS NULL) THEN '`+p+`;' ELSE '' END`)
		}
		return `';' || ` + strings.Join(parts, ` || `)
	}
	since := func(giver string) string {
		return `(SELECT x.given_at FROM talent_consent x WHERE x.candidate_id = talent_candidate.id AND x.purpose = 'round' AND x.giver = '` + giver + `' AND x.withdrawn_at IS NULL)`
	}
	_, err := tx.Exec(`UPDATE talent_candidate SET consents = `+packed(Self)+`, guardian_consents = `+packed(Guardian)+
		`, consent_at = `+since(Self)+`, guardian_at = `+since(Guardian)+`, changed_at = `+now+strings.ReplaceAll(w.String(), "c.", "talent_candidate."), w.Args...)
	return err
}

func grantedTo(tx *db.Tx, candidate string) ([]Granted, error) {
	return db.All(tx, func(row db.Row) (g Granted, err error) {
		return g, row.Scan(&g.Purpose, &g.Giver, &g.GivenOn, &g.Channel, &g.NotedAt, &g.NotedBy, &g.Version, &g.WithdrawnAt, &g.WithdrawnBy)
	}, `SELECT x.purpose, x.giver, x.given_on, x.channel, x.given_at, x.noted_by, x.version, x.withdrawn_at, x.withdrawn_by
		FROM talent_consent x WHERE x.candidate_id = $1 AND x.body = $2 ORDER BY x.given_at DESC, x.turn DESC, x.purpose, x.giver DESC`, candidate, tx.Body)
}
