package directory

import (
	"context"
	"log/slog"
	"time"

	"guildhall/internal/db"
)

type letter struct {
	id, to, subject, words string
	attempts               int
}

// SendMail sends the mails that wait, until ctx is done: claimed, sent, marked,
// each at least once; one that cannot be sent is tried again, ever later, for
// about a day.
func (d *Directory) SendMail(ctx context.Context) {
	for ctx.Err() == nil {
		sent, err := d.sendNext(ctx)
		if err != nil && ctx.Err() == nil {
			slog.WarnContext(ctx, "mail", "error", err)
		}
		if !sent {
			select {
			case <-ctx.Done():
			case <-time.After(5 * time.Second):
			}
		}
	}
}

func (d *Directory) sendNext(ctx context.Context) (bool, error) {
	due, err := db.Update(house(ctx), d.DB, func(tx *db.Tx) ([]letter, error) {
		list, err := db.All(tx, func(row db.Row) (l letter, err error) {
			return l, row.Scan(&l.id, &l.to, &l.subject, &l.words, &l.attempts)
		}, `SELECT id, to_email, subject, words, attempts FROM directory_mail WHERE due_at <= $1 ORDER BY due_at LIMIT 1`, tx.Now)
		if err != nil || len(list) == 0 {
			return nil, err
		}
		later := time.Minute << min(list[0].attempts, 10) // claimed: nobody else takes it meanwhile
		_, err = tx.Exec(`UPDATE directory_mail SET attempts = attempts + 1, due_at = $2 WHERE id = $1`, list[0].id, tx.Now.Add(later))
		return list, err
	})
	if err != nil || len(due) == 0 {
		return false, err
	}
	l := due[0]
	if err := d.Mail.Send(ctx, l.to, l.subject, l.words); err != nil && l.attempts < 10 {
		return true, err
	}
	return true, db.Do(house(ctx), d.DB, func(tx *db.Tx) error {
		_, err := tx.Exec(`DELETE FROM directory_mail WHERE id = $1`, l.id)
		return err
	})
}
