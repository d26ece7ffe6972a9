package journal

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"guildhall/internal/db"
	"guildhall/internal/fault"
)

// Reader takes in an entry. What it writes to tx happens exactly once.
type Reader func(tx *db.Tx, e Entry) error

// Relay hands each entry to the readers of its action.
type Relay struct {
	DB      *db.DB
	Readers map[string][]Reader
}

// Run relays until ctx is done.
func (r *Relay) Run(ctx context.Context) {
	for ctx.Err() == nil {
		more, err := r.Next(ctx)
		if err != nil && ctx.Err() == nil {
			slog.ErrorContext(ctx, "journal: relay", "error", err)
		}
		if !more || err != nil {
			select {
			case <-ctx.Done():
			case <-time.After(time.Second):
			}
		}
	}
}

// Next relays the entry that has been due the longest, with those after it that
// nobody reads, and tells whether there was one. If a reader fails, all that the
// readers wrote is undone, and the entry comes due again later.
func (r *Relay) Next(ctx context.Context) (more bool, err error) {
	body, err := db.View(ctx, r.DB, func(tx *db.Tx) (string, error) {
		return db.One(tx, db.Value[string], `SELECT body FROM journal_outbox WHERE due_at <= $1 ORDER BY due_at, entry_id LIMIT 1`, tx.Now)
	})
	if errors.Is(err, fault.NotFound) {
		return false, nil // nothing is due
	}
	if err != nil {
		return false, err
	}
	ctx = db.In(ctx, body)
	var failed Entry
	err = db.Do(ctx, r.DB, func(tx *db.Tx) error {
		failed = Entry{}
		entries, err := due(tx, body, 200)
		if err != nil || len(entries) == 0 {
			return err
		}
		quiet := 0
		for quiet < len(entries) && len(r.Readers[entries[quiet].Action]) == 0 {
			quiet++
		}
		if quiet > 0 {
			return delivered(tx, entries[:quiet])
		}
		for _, read := range r.Readers[entries[0].Action] {
			if err := read(tx, entries[0]); err != nil {
				failed = entries[0]
				return err
			}
		}
		return delivered(tx, entries[:1])
	})
	if err == nil || failed.ID == "" {
		return err == nil, err
	}
	return true, errors.Join(err, db.Do(ctx, r.DB, func(tx *db.Tx) error {
		_, also := tx.Exec(`UPDATE journal_outbox SET attempts = attempts + 1, last_error = $2, due_at = $3 WHERE entry_id = $1`,
			failed.ID, err.Error(), tx.Now.Add(time.Minute))
		return also
	}))
}
