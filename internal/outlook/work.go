package outlook

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/fault"
	"guildhall/internal/journal"
)

// Run makes a release and computes it, and gives it computed.
func (o *Outlook) Run(ctx context.Context, b Beginning) (*Release, error) {
	r, err := o.Begin(ctx, b)
	if err != nil {
		return nil, err
	}
	if err := o.Compute(ctx, r.ID); err != nil {
		return nil, err
	}
	return o.Release(ctx, r.ID)
}

// chunk is how many rows are written at a time, so that others get the pen between.
const chunk = 400

// Compute computes a release that Begin made, unless another process does so now.
// It reads one sight of the records, computes without the pen, writes the rows in
// chunks that nobody sees, and shows them all at once.
func (o *Outlook) Compute(ctx context.Context, id string) error {
	r, err := o.claim(ctx, id)
	if err != nil || r == nil {
		return err
	}
	done := o.keepAlive(ctx, r)
	got, err := o.computed(ctx, r, done)
	done.stop()
	if err == nil {
		err = o.stage(ctx, r, got)
	}
	if ctx.Err() != nil {
		return ctx.Err() // another process, or this one when it starts again, goes on
	}
	return o.settle(ctx, r, got, err)
}

// claim takes a release for this process, and clears what an earlier try left. It
// gives nil where there is nothing to claim.
func (o *Outlook) claim(ctx context.Context, id string) (*Release, error) {
	return db.Update(ctx, o.DB, func(tx *db.Tx) (*Release, error) {
		r, err := findRelease(tx, id)
		if err != nil || !r.free(tx.Now) {
			return nil, err
		}
		if err := clear(tx, id); err != nil {
			return nil, err
		}
		return r, beat(tx, id, 0, tx.Now)
	})
}

func (o *Outlook) computed(ctx context.Context, r *Release, a *alive) (*result, error) {
	s, err := db.View(ctx, o.DB, func(tx *db.Tx) (Snapshot, error) { return o.snapshot(tx, r) })
	if err != nil {
		return nil, err
	}
	s.digest = o.DB.Digest
	return compute(ctx, s, a.at)
}

// stage writes the rows of a release that is not yet seen.
func (o *Outlook) stage(ctx context.Context, r *Release, got *result) error {
	return errors.Join(
		inChunks(ctx, o.DB, got.lines, func(tx *db.Tx, part []*Line) error { return saveLines(tx, r.ID, part) }),
		inChunks(ctx, o.DB, got.supplies, func(tx *db.Tx, part []*Supply) error { return saveSupplies(tx, r.ID, part) }),
		inChunks(ctx, o.DB, got.gaps, func(tx *db.Tx, part []*Gap) error { return saveGaps(tx, r.ID, part) }),
		inChunks(ctx, o.DB, got.advice, func(tx *db.Tx, part []*Advice) error { return saveAdvice(tx, r.ID, part) }),
		db.Do(ctx, o.DB, func(tx *db.Tx) error { return saveSnapshot(tx, r.ID, got.snapshot) }))
}

func inChunks[T any](ctx context.Context, d *db.DB, all []T, save func(tx *db.Tx, part []T) error) error {
	for start := 0; start < len(all); start += chunk {
		part := all[start:min(start+chunk, len(all))]
		if err := db.Do(ctx, d, func(tx *db.Tx) error { return save(tx, part) }); err != nil {
			return err
		}
	}
	return nil
}

// settle shows a release that was computed, or tells why it was not.
func (o *Outlook) settle(ctx context.Context, r *Release, got *result, failed error) error {
	err := db.Do(ctx, o.DB, func(tx *db.Tx) error {
		now, err := findRelease(tx, r.ID)
		if err != nil || now.State != Computing {
			return err
		}
		now.beat = nil
		if failed != nil {
			now.State, now.Failure = Failed, failure(failed)
			if err := clear(tx, r.ID); err != nil {
				return err
			}
		} else {
			now.State, now.Done, now.Summary = Computed, steps, got.summary
		}
		if err := saveRelease(tx, now); err != nil {
			return err
		}
		return journal.Record(tx, "outlook.release.run", now.ID, now)
	})
	return errors.Join(failed, err)
}

// failure is the key of the sentence that tells why a release failed.
func failure(err error) string {
	if errors.Is(err, errNothing) {
		return "outlook.release.nothing"
	}
	if f := fault.Of(err); f.Kind != fault.Internal {
		return f.Key
	}
	return "outlook.release.broken"
}

// alive tells the database, as long as a release is computed, that it still is.
type alive struct {
	done   atomic.Int64
	cancel context.CancelFunc
	ended  chan struct{}
}

func (a *alive) at(done int) { a.done.Store(int64(done)) }

func (a *alive) stop() {
	a.cancel()
	<-a.ended
}

func (o *Outlook) keepAlive(ctx context.Context, r *Release) *alive {
	ctx, cancel := context.WithCancel(ctx)
	a := &alive{cancel: cancel, ended: make(chan struct{})}
	go func() {
		defer close(a.ended)
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				err := db.Do(ctx, o.DB, func(tx *db.Tx) error { return beat(tx, r.ID, int(a.done.Load()), tx.Now) })
				if err != nil && ctx.Err() == nil {
					slog.WarnContext(ctx, "outlook: could not note progress", "release", r.ID, "error", err)
				}
			}
		}
	}()
	return a
}

// Work computes what waits to be computed, in every body, until ctx is done: what
// was begun here, and what a process that has died left behind.
func (o *Outlook) Work(ctx context.Context) {
	tick := time.NewTicker(stale / 2)
	defer tick.Stop()
	for {
		if err := o.workOff(ctx); err != nil && ctx.Err() == nil {
			slog.ErrorContext(ctx, "outlook: a release failed", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-o.wake:
		}
	}
}

func (o *Outlook) workOff(ctx context.Context) error {
	bodies, err := db.View(db.In(ctx, db.House), o.DB, directory.Bodies)
	if err != nil {
		return err
	}
	var failed []error
	for _, b := range bodies {
		inBody := db.In(ctx, b.ID)
		r, err := db.View(inBody, o.DB, func(tx *db.Tx) (*Release, error) { return latest(tx, []State{Computing}, 0, 0) })
		if err == nil && r != nil {
			err = o.Compute(auth.With(inBody, auth.Actor{ID: r.MadeBy, Body: b.ID}), r.ID)
		}
		failed = append(failed, err)
	}
	return errors.Join(failed...)
}
