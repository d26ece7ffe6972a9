package journal

import (
	"encoding/json"

	"guildhall/internal/db"
)

const columns = `e.id, e.body, e.at, e.actor, e.unit, e.action, e.subject, e.data`

func scan(row db.Row) (e Entry, err error) {
	var data string
	err = row.Scan(&e.ID, &e.Body, &e.At, &e.Actor, &e.Unit, &e.Action, &e.Subject, &data)
	e.Data = json.RawMessage(data)
	return e, err
}

// save writes an entry at the end of its body's chain, with what is sealed of it
// by person.
func save(tx *db.Tx, e Entry, personal map[string]string) error {
	t, err := chain(tx)
	if err != nil {
		return err
	}
	h, err := hashOf(t.suite, e, t.size, personal)
	if err != nil {
		return err
	}
	err = tx.Later(`
		INSERT INTO journal_entry (id, body, at, actor, unit, action, subject, data, seq, leaf) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		e.ID, e.Body, e.At, e.Actor, e.Unit, e.Action, e.Subject, string(e.Data), t.size, h[:])
	if err != nil {
		return err
	}
	t.add(h)
	for person, sealed := range personal {
		if err := tx.Later(`INSERT INTO journal_personal (entry_id, person, sealed) VALUES ($1, $2, $3)`, e.ID, person, sealed); err != nil {
			return err
		}
	}
	return nil
}

func queue(tx *db.Tx, e Entry) error {
	return tx.Later(`INSERT INTO journal_outbox (entry_id, body, due_at) VALUES ($1, $2, $3)`, e.ID, e.Body, e.At)
}

// due gives the entries of one body that have been due the longest.
func due(tx *db.Tx, body string, limit int) ([]Entry, error) {
	return db.All(tx, scan, `
		SELECT `+columns+` FROM journal_outbox o JOIN journal_entry e ON e.id = o.entry_id
		WHERE o.body = $1 AND o.due_at <= $2 ORDER BY o.due_at, o.entry_id LIMIT $3`, body, tx.Now, limit)
}

func delivered(tx *db.Tx, entries []Entry) error {
	var w db.Where
	ids := make([]string, len(entries))
	for i, e := range entries {
		ids[i] = e.ID
	}
	w.In("entry_id", ids)
	_, err := tx.Exec(`DELETE FROM journal_outbox`+w.String(), w.Args...)
	return err
}
