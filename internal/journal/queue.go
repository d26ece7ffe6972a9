package journal

import (
	"time"

	"guildhall/internal/db"
	"guildhall/internal/fault"
)

// stuckFrom is how many times an entry must have failed before somebody should look.
const stuckFrom = 3

// Queue is how many entries wait for their readers.
type Queue struct {
	Waiting, Stuck int64
	Oldest         time.Time // when the one was due that has waited longest; zero where none is
}

// Waiting tells of the entries that wait, of the body of tx or of all.
func Waiting(tx *db.Tx, all bool) (q Queue, err error) {
	var w db.Where
	if !all {
		w.And("o.body = ?", tx.Body)
	}
	where := w.String()
	q, err = db.One(tx, func(row db.Row) (q Queue, err error) { return q, row.Scan(&q.Waiting, &q.Stuck) },
		`SELECT count(*), count(*) FILTER (WHERE o.attempts >= `+w.Next(stuckFrom)+`) FROM journal_outbox o`+where, w.Args...)
	if err != nil || q.Waiting == 0 {
		return q, err
	}
	var v db.Where
	if !all {
		v.And("o.body = ?", tx.Body)
	}
	q.Oldest, err = db.One(tx, db.Value[time.Time], `SELECT o.due_at FROM journal_outbox o`+v.String()+` ORDER BY o.due_at LIMIT 1`, v.Args...)
	return q, err
}

// StuckEntry is an entry that its readers have failed to take in.
type StuckEntry struct {
	ID, Body, Action string
	Attempts         int64
	DueAt            time.Time
}

// Stuck lists the entries that failed again and again, of the body of tx or of all.
func Stuck(tx *db.Tx, all bool) ([]StuckEntry, error) {
	var w db.Where
	w.And("o.attempts >= ?", stuckFrom)
	if !all {
		w.And("o.body = ?", tx.Body)
	}
	where := w.String()
	return db.All(tx, func(row db.Row) (s StuckEntry, err error) {
		return s, row.Scan(&s.ID, &s.Body, &s.Action, &s.Attempts, &s.DueAt)
	}, `SELECT o.entry_id, o.body, e.action, o.attempts, o.due_at FROM journal_outbox o JOIN journal_entry e ON e.id = o.entry_id`+where+
		` ORDER BY o.due_at LIMIT `+w.Next(20), w.Args...)
}

// Again lets an entry of the body be read again at once.
func Again(tx *db.Tx, id string) error {
	n, err := tx.Exec(`UPDATE journal_outbox SET due_at = $3 WHERE entry_id = $1 AND body = $2`, id, tx.Body, tx.Now)
	if err == nil && n == 0 {
		err = fault.NotFound.New("fault.not_found")
	}
	return err
}

// Length gives how many entries all journals have, and when the newest entry of any was
// written; zero where there is none.
func Length(tx *db.Tx) (n int64, newest time.Time, err error) {
	list, err := db.All(tx, func(row db.Row) (h struct {
		size int64
		at   time.Time
	}, err error) {
		return h, row.Scan(&h.size, &h.at)
	}, `SELECT size, at FROM journal_head`)
	for _, h := range list {
		n += h.size
		if h.at.After(newest) {
			newest = h.at
		}
	}
	return n, newest, err
}

// Anchored gives when the newest checkpoint of any journal was made; zero where there is
// none.
func Anchored(tx *db.Tx) (time.Time, error) {
	list, err := db.All(tx, db.Value[time.Time], `SELECT at FROM journal_checkpoint ORDER BY at DESC LIMIT 1`)
	if err != nil || len(list) == 0 {
		return time.Time{}, err
	}
	return list[0], nil
}

// ActiveUnits counts the units for which anybody has done anything in the body since a time.
func ActiveUnits(tx *db.Tx, since time.Time) (int64, error) {
	return db.One(tx, db.Value[int64], `SELECT count(DISTINCT e.unit) FROM journal_entry e WHERE e.body = $1 AND e.id >= $2 AND e.unit <> ''`, tx.Body, db.IDFrom(since))
}
