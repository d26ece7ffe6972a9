package intake

import (
	"context"
	"embed"
	"errors"
	"io"
	"log/slog"
	"sync"
	"time"

	"guildhall/internal/auth"
	"guildhall/internal/codes"
	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/i18n"
	"guildhall/internal/journal"
	"guildhall/internal/seal"
)

//go:embed schema/*.sql
var schema embed.FS

//go:embed text/*.json
var text embed.FS

var _ = i18n.Add(text)

// Room is the tables of imports.
var Room = db.Room{Name: "intake", Schema: schema}

// Intake carries imports through.
type Intake struct {
	DB        *db.DB
	Keys      *seal.Keys
	Catalogue *codes.Catalogue

	takers map[string]Taker
	slots  chan struct{} // bounds how many imports are worked on at a time
	work   sync.WaitGroup
	stop   context.CancelFunc
	going  context.Context // until Stop
}

// NewIntake gives an intake whose rows these Takers take. A kind without a Taker is
// read and cleaned, and its rows are refused.
func NewIntake(d *db.DB, keys *seal.Keys, catalogue *codes.Catalogue, takers ...Taker) *Intake {
	in := &Intake{DB: d, Keys: keys, Catalogue: catalogue, takers: map[string]Taker{}, slots: make(chan struct{}, 2)}
	in.going, in.stop = context.WithCancel(context.Background())
	for _, t := range takers {
		if Find(t.Kind()) == nil {
			panic("intake: no kind " + t.Kind())
		}
		in.takers[t.Kind()] = t
	}
	return in
}

// Upload is one file that was sent.
type Upload struct {
	Name string // with its folders, slashes between them
	File io.ReaderAt
	Size int64
	// Kind may say what the file is; empty lets its head tell.
	Kind string
	// Close is called once the file is no longer needed; nil is never called.
	Close func()
}

func (u Upload) close() {
	if u.Close != nil {
		u.Close()
	}
}

// Limits of one import.
const (
	maxFiles = 500
	maxBytes = 512 << 20
)

// Start notes an import of these files. Nothing is read yet: see Look.
func (in *Intake) Start(ctx context.Context, uploads []Upload) (*Job, error) {
	if err := checkUploads(uploads); err != nil {
		return nil, err
	}
	return db.Update(ctx, in.DB, func(tx *db.Tx) (*Job, error) {
		if err := policy.Allow(tx.Context(), "intake.job.start", nil); err != nil {
			return nil, err
		}
		a := auth.From(tx.Context())
		j := &Job{ID: db.NewID(), Unit: a.Unit, Person: a.ID, Roles: a.Roles, State: Reading, Sent: len(uploads), MadeAt: tx.Now}
		if err := saveJob(tx, j); err != nil {
			return nil, err
		}
		return j, journal.Record(tx, "intake.job.start", j.ID, map[string]any{"files": len(uploads)})
	})
}

func checkUploads(uploads []Upload) error {
	total := int64(0)
	for _, u := range uploads {
		total += u.Size
		if u.Kind != "" && Find(u.Kind) == nil {
			return fault.Invalid.New("intake.unknown_kind", u.Kind)
		}
	}
	switch {
	case len(uploads) == 0:
		return fault.Invalid.New("intake.no_file")
	case len(uploads) > maxFiles:
		return fault.Invalid.New("intake.too_many_files", maxFiles)
	case total > maxBytes:
		return fault.Invalid.New("intake.too_much", maxBytes>>20)
	}
	return nil
}

// LookAway runs Look apart from the request that asked for it.
func (in *Intake) LookAway(ctx context.Context, id string, uploads []Upload) {
	in.away(ctx, id, func(ctx context.Context) error { return in.Look(ctx, id, uploads, nil) })
}

// away does work that outlives the request. No more than a few imports are
// worked on at a time; others wait.
func (in *Intake) away(ctx context.Context, id string, do func(ctx context.Context) error) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	unhook := context.AfterFunc(in.going, cancel)
	in.work.Go(func() {
		defer cancel()
		defer unhook()
		defer in.beating(ctx, id)()
		in.slots <- struct{}{}
		defer func() { <-in.slots }()
		if err := do(ctx); err != nil && ctx.Err() == nil {
			slog.ErrorContext(ctx, "intake", "job", id, "error", err)
		}
	})
}

// beating says every now and then that an import is worked on, or waits its
// turn, until what it gives is called: nobody else takes it over then.
func (in *Intake) beating(ctx context.Context, id string) (stop func()) {
	done := make(chan struct{})
	var ticking sync.WaitGroup
	ticking.Go(func() {
		tick := time.NewTicker(Lease / 3)
		defer tick.Stop()
		for {
			select {
			case <-done:
				return
			case <-tick.C:
				if err := db.Do(ctx, in.DB, func(tx *db.Tx) error { return beat(tx, id) }); err != nil {
					slog.WarnContext(ctx, "intake: beat", "job", id, "error", err)
				}
			}
		}
	})
	return func() { close(done); ticking.Wait() }
}

// Wait waits for the work that goes on away from requests.
func (in *Intake) Wait() { in.work.Wait() }

// Stop breaks the work off that goes on away from requests, and waits until it
// is. Commits go on where they were when Resume is next called.
func (in *Intake) Stop() {
	in.stop()
	in.work.Wait()
}

// take finds an import that the actor may do this with. What they may not know
// of is not there.
func take(tx *db.Tx, action, id string) (*Job, error) {
	j, err := findJob(tx, id)
	if err != nil {
		return nil, err
	}
	if !policy.Can(tx.Context(), "intake.job.read", j) {
		if auth.From(tx.Context()).ID == "" {
			return nil, fault.Unknown.New("fault.unknown")
		}
		return nil, fault.NotFound.New("fault.not_found")
	}
	return j, policy.Allow(tx.Context(), action, j)
}

// Job gives one import with the faults of its files.
func (in *Intake) Job(ctx context.Context, id string) (*Job, error) {
	return db.View(ctx, in.DB, func(tx *db.Tx) (*Job, error) { return in.whole(tx, "intake.job.read", id) })
}

func (in *Intake) whole(tx *db.Tx, action, id string) (*Job, error) {
	j, err := take(tx, action, id)
	if err != nil {
		return nil, err
	}
	for _, f := range j.Files {
		if f.Faults, err = faultsOf(tx, in.Keys, f.ID); err != nil {
			return nil, err
		}
	}
	return j, nil
}

// Jobs gives the newest imports that the actor may know of.
func (in *Intake) Jobs(ctx context.Context) ([]*Job, error) {
	return db.View(ctx, in.DB, func(tx *db.Tx) ([]*Job, error) {
		if err := policy.Allow(tx.Context(), "intake.job.list", nil); err != nil {
			return nil, err
		}
		return listJobs(tx, visible(auth.From(tx.Context())), 50)
	})
}

// Drop gives up an import that was not committed, and forgets its rows.
func (in *Intake) Drop(ctx context.Context, id string) error {
	return db.Do(ctx, in.DB, func(tx *db.Tx) error {
		j, err := take(tx, "intake.job.drop", id)
		if err != nil {
			return err
		}
		if j.State != Ready && j.State != Failed {
			return fault.Conflict.New("intake.not_ready")
		}
		for _, f := range j.Files {
			if err := errors.Join(clearChunks(tx, f.ID), clearSamples(tx, f.ID)); err != nil {
				return err
			}
		}
		j.State = Dropped
		if err := saveJob(tx, j); err != nil {
			return err
		}
		return journal.Record(tx, "intake.job.drop", j.ID, nil)
	})
}

// Sweep forgets what has been kept long enough, in the body of ctx.
func (in *Intake) Sweep(ctx context.Context) error {
	return db.Do(ctx, in.DB, func(tx *db.Tx) error { return sweep(tx, tx.Now.Add(-Kept)) })
}
