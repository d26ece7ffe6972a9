package intake

import (
	"context"

	"guildhall/internal/auth"
	"guildhall/internal/db"
)

// Resume goes on with the imports of ctx's body that a process left when it was
// killed: commits are carried on, in the name of whoever asked for them; what was
// still being read has written nothing and must be sent again.
func (in *Intake) Resume(ctx context.Context) error {
	type left struct{ commits, reads []*Job }
	found, err := db.View(ctx, in.DB, func(tx *db.Tx) (l left, err error) {
		since := tx.Now.Add(-Lease)
		if l.commits, err = staleJobs(tx, Committing, since); err == nil {
			l.reads, err = staleJobs(tx, Reading, since)
		}
		return l, err
	})
	if err != nil {
		return err
	}
	for _, j := range found.reads {
		if err := in.fail(ctx, j.ID); err != nil {
			return err
		}
	}
	for _, j := range found.commits {
		mine, err := in.claim(ctx, j.ID)
		if err != nil {
			return err
		}
		if mine {
			in.CarryAway(auth.With(ctx, j.actor(db.Body(ctx))), j.ID)
		}
	}
	return nil
}

// claim takes over a commit that nobody works on.
func (in *Intake) claim(ctx context.Context, id string) (bool, error) {
	return db.Update(ctx, in.DB, func(tx *db.Tx) (bool, error) {
		n, err := tx.Exec(`UPDATE intake_job SET beat_at = $1 WHERE id = $2 AND state = 'committing' AND beat_at < $3`, tx.Now, id, tx.Now.Add(-Lease))
		return n > 0, err
	})
}

func (in *Intake) fail(ctx context.Context, id string) error {
	return db.Do(ctx, in.DB, func(tx *db.Tx) error {
		files, err := filesOf(tx, id)
		if err != nil {
			return err
		}
		for _, f := range files {
			if err := clearChunks(tx, f.ID); err != nil {
				return err
			}
		}
		_, err = tx.Exec(`UPDATE intake_job SET state = 'failed', fault = 'intake.broken_off', changed_at = $1 WHERE id = $2 AND state = 'reading'`, tx.Now, id)
		return err
	})
}
