package council

import (
	"encoding/json"
	"errors"

	"guildhall/internal/db"
	"guildhall/internal/fault"
)

func findMotion(tx *db.Tx, id string) (*Motion, error) {
	m, err := db.One(tx, scanMotion, `SELECT `+motionColumns+` FROM council_motion m WHERE m.id = $1 AND m.body = $2`, id, tx.Body)
	if err != nil {
		return nil, err
	}
	m.Candidates, err = candidates(tx, m.ID)
	return m, err
}

func candidates(tx *db.Tx, motion string) ([]Candidate, error) {
	list, err := db.All(tx, func(row db.Row) (c Candidate, err error) { return c, row.Scan(&c.Code, &c.Name, &c.Note) },
		`SELECT code, name, note FROM council_candidate WHERE motion_id = $1 ORDER BY length(code), code`, motion)
	if len(list) == 0 {
		return nil, err
	}
	return list, err
}

func motionsOf(tx *db.Tx, meeting string) ([]*Motion, error) {
	list, err := db.All(tx, scanMotion, `SELECT `+motionColumns+` FROM council_motion m WHERE m.meeting_id = $1 AND m.body = $2 ORDER BY m.id`, meeting, tx.Body)
	for _, m := range list {
		if err == nil && m.Kind == "election" {
			m.Candidates, err = candidates(tx, m.ID)
		}
	}
	return list, err
}

func saveMotion(tx *db.Tx, m *Motion) error {
	_, err := tx.Exec(`
		INSERT INTO council_motion (id, body, meeting_id, item_id, amends, kind, class, level, title, words, mover, seats, status, elected)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
		ON CONFLICT (id) DO UPDATE SET class = excluded.class, level = excluded.level, title = excluded.title, words = excluded.words,
			mover = excluded.mover, seats = excluded.seats, status = excluded.status, elected = excluded.elected`,
		m.ID, tx.Body, m.Meeting, m.Item, m.Amends, m.Kind, m.Class, m.Level, m.Title, m.Words, m.Mover, m.Seats, m.Status, joined(m.Elected))
	return err
}

func saveCandidates(tx *db.Tx, m *Motion) error {
	if _, err := tx.Exec(`DELETE FROM council_candidate WHERE motion_id = $1`, m.ID); err != nil {
		return err
	}
	var rows [][]any
	for _, c := range m.Candidates {
		rows = append(rows, []any{m.ID, c.Code, c.Name, c.Note})
	}
	return db.Insert(tx, "council_candidate", []string{"motion_id", "code", "name", "note"}, "", rows)
}

// asides gives the units that stand aside in a motion, with their reasons.
func asides(tx *db.Tx, motion string) (map[string]string, error) {
	pairs, err := db.All(tx, db.Pair[string, string], `SELECT unit_id, reason FROM council_aside WHERE motion_id = $1`, motion)
	by := make(map[string]string, len(pairs))
	for _, p := range pairs {
		by[p.A] = p.B
	}
	return by, err
}

func saveAside(tx *db.Tx, motion, unit, reason string) error {
	_, err := tx.Exec(`INSERT INTO council_aside (motion_id, unit_id, reason) VALUES ($1, $2, $3)
		ON CONFLICT (motion_id, unit_id) DO UPDATE SET reason = excluded.reason`, motion, unit, reason)
	return err
}

func dropAside(tx *db.Tx, motion, unit string) error {
	_, err := tx.Exec(`DELETE FROM council_aside WHERE motion_id = $1 AND unit_id = $2`, motion, unit)
	return err
}

// voted counts who has voted, whichever way the votes are kept.
const voted = `((SELECT count(*) FROM council_mark k WHERE k.ballot_id = b.id) + (SELECT count(*) FROM council_vote v WHERE v.ballot_id = b.id))`

const ballotColumns = `b.id, b.motion_id, b.round, b.level, b.suite, b.status, b.written, b.question, b.rule_id, b.rule, b.article, b.opened_at, b.ends_at, b.closed_at,
	b.public, b.private, b.threshold, b.result, b.seal, b.void, ` + voted

func scanBallot(row db.Row) (*Ballot, error) {
	b := new(Ballot)
	var question, class, result string
	err := row.Scan(&b.ID, &b.Motion, &b.Round, &b.Level, &b.Suite, &b.Status, &b.Written, &question, &b.RuleID, &class, &b.Article, &b.OpenedAt, &b.EndsAt, &b.ClosedAt,
		&b.public, &b.private, &b.Threshold, &result, &b.Seal, &b.Void, &b.Voted)
	if err != nil {
		return nil, err
	}
	err = errors.Join(json.Unmarshal([]byte(question), &b.Question), json.Unmarshal([]byte(class), &b.Class))
	if result != "" {
		err = errors.Join(err, json.Unmarshal([]byte(result), &b.Result))
	}
	return b, err
}

func findBallot(tx *db.Tx, id string) (*Ballot, error) {
	return db.One(tx, scanBallot, `SELECT `+ballotColumns+` FROM council_ballot b WHERE b.id = $1 AND b.body = $2`, id, tx.Body)
}

// ballotsOf gives the rounds of a motion, the first first.
func ballotsOf(tx *db.Tx, motion string) ([]*Ballot, error) {
	return db.All(tx, scanBallot, `SELECT `+ballotColumns+` FROM council_ballot b WHERE b.motion_id = $1 AND b.body = $2 ORDER BY b.round`, motion, tx.Body)
}

// openIn gives the ballots of a meeting that are open or being counted.
func openIn(tx *db.Tx, meeting string) ([]*Ballot, error) {
	return db.All(tx, scanBallot, `SELECT `+ballotColumns+` FROM council_ballot b JOIN council_motion m ON m.id = b.motion_id
		WHERE m.meeting_id = $1 AND b.body = $2 AND b.status IN ('open', 'counting') ORDER BY b.id`, meeting, tx.Body)
}

func saveBallot(tx *db.Tx, b *Ballot) error {
	question, err := json.Marshal(b.Question)
	class, also := json.Marshal(b.Class)
	result := ""
	if b.Status == "closed" {
		text, err := json.Marshal(b.Result)
		also, result = errors.Join(also, err), string(text)
	}
	if err := errors.Join(err, also); err != nil {
		return err
	}
	_, err = tx.Exec(`
		INSERT INTO council_ballot (id, body, motion_id, round, level, suite, status, written, question, rule_id, rule, article, opened_at, ends_at, closed_at,
			public, private, threshold, result, seal, void)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
		ON CONFLICT (id) DO UPDATE SET status = excluded.status, question = excluded.question, closed_at = excluded.closed_at, private = excluded.private,
			result = excluded.result, seal = excluded.seal, void = excluded.void, ends_at = excluded.ends_at`,
		b.ID, tx.Body, b.Motion, b.Round, b.Level, b.Suite, b.Status, b.Written, string(question), b.RuleID, string(class), b.Article, b.OpenedAt, b.EndsAt, b.ClosedAt,
		b.public, b.private, b.Threshold, result, b.Seal, b.Void)
	return err
}

const electorColumns = `e.number, e.unit_id, e.name, e.name_en, e.class, e.present, e.aside, e.holder_id,
	(k.unit_id IS NOT NULL OR v.unit_id IS NOT NULL), coalesce(v.choice, '')`

const electorTables = ` FROM council_elector e LEFT JOIN council_mark k ON k.ballot_id = e.ballot_id AND k.unit_id = e.unit_id
	LEFT JOIN council_vote v ON v.ballot_id = e.ballot_id AND v.unit_id = e.unit_id`

func scanElector(row db.Row) (*Elector, error) {
	e := new(Elector)
	return e, row.Scan(&e.Number, &e.Unit, &e.Name, &e.NameEN, &e.Class, &e.Present, &e.Aside, &e.Holder, &e.Voted, &e.Choice)
}

func electorsOf(tx *db.Tx, ballot string) ([]*Elector, error) {
	return db.All(tx, scanElector, `SELECT `+electorColumns+electorTables+` WHERE e.ballot_id = $1 ORDER BY e.number`, ballot)
}

// electorsFor gives the units for which a unit votes: itself, and those whose
// proxy it holds.
func electorsFor(tx *db.Tx, ballot, holder string) ([]*Elector, error) {
	return db.All(tx, scanElector, `SELECT `+electorColumns+electorTables+` WHERE e.ballot_id = $1 AND e.holder_id = $2 AND e.present ORDER BY e.number`, ballot, holder)
}

func findElector(tx *db.Tx, ballot, unit string) (*Elector, error) {
	e, err := db.One(tx, scanElector, `SELECT `+electorColumns+electorTables+` WHERE e.ballot_id = $1 AND e.unit_id = $2`, ballot, unit)
	if errors.Is(err, fault.NotFound) {
		return nil, fault.Denied.New("council.vote.no_elector")
	}
	return e, err
}

func saveElectors(tx *db.Tx, ballot string, roll []*Elector) error {
	rows := make([][]any, len(roll))
	for i, e := range roll {
		rows[i] = []any{ballot, e.Number, e.Unit, e.Name, e.NameEN, e.Class, e.Present, e.Aside, e.Holder}
	}
	return db.Insert(tx, "council_elector", []string{"ballot_id", "number", "unit_id", "name", "name_en", "class", "present", "aside", "holder_id"}, "", rows)
}
