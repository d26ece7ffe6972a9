package round

import (
	"context"
	"sync/atomic"

	"guildhall/internal/db"
)

// job is a computation that this process is at.
type job struct {
	done, whole atomic.Int64 // candidates whose lists are made
	err         error
	over        chan struct{}
}

// Progress tells how far the computation of a round has come in this process.
type Progress struct {
	Running bool  `json:"running"`
	Failed  error `json:"-"` // why the last one came to nothing
	Done    int64 `json:"done"`
	Whole   int64 `json:"whole"`
}

// Progress tells how far the computation of a round is. A process that stops in
// the middle leaves the round frozen: it is computed anew.
func (o *Office) Progress(id string) Progress {
	v, ok := o.jobs.Load(id)
	if !ok {
		return Progress{}
	}
	j := v.(*job)
	select {
	case <-j.over:
		return Progress{Failed: j.err}
	default:
		return Progress{Running: true, Done: j.done.Load(), Whole: j.whole.Load()}
	}
}

// Start computes a round beside the request that asked for it.
func (o *Office) Start(ctx context.Context, id string) (*Round, error) {
	r, err := db.View(ctx, o.DB, func(tx *db.Tx) (*Round, error) {
		r, err := takeRound(tx, "round.round.compute", id)
		if err != nil {
			return nil, err
		}
		return r, r.computable()
	})
	if err != nil {
		return nil, err
	}
	return r, o.begin(ctx, id, func(ctx context.Context, j *job) error {
		_, err := o.compute(ctx, id, j)
		return err
	})
}

// Wait waits for the computations that Start began.
func (o *Office) Wait() { o.work.Wait() }

// Compute decides a frozen round and keeps the result, which is then to be
// verified. It reads, computes without the pen, and writes in short steps.
func (o *Office) Compute(ctx context.Context, id string) (*Round, error) {
	return o.compute(ctx, id, &job{over: make(chan struct{})})
}

func (o *Office) compute(ctx context.Context, id string, j *job) (*Round, error) {
	tb, err := db.View(ctx, o.DB, func(tx *db.Tx) (*table, error) {
		r, err := takeRound(tx, "round.round.compute", id)
		if err != nil {
			return nil, err
		}
		if err := r.computable(); err != nil {
			return nil, err
		}
		return o.current(tx, r)
	})
	if err != nil {
		return nil, err
	}
	j.whole.Store(int64(len(tb.entrants)))
	d, err := o.decide(ctx, tb, &j.done)
	if err != nil {
		return nil, err
	}
	run := db.NewID()
	if err := o.keepResult(ctx, tb, d, run); err != nil {
		return nil, err
	}
	return db.Update(ctx, o.DB, func(tx *db.Tx) (*Round, error) {
		r, err := takeRound(tx, "round.round.compute", id)
		if err != nil {
			return nil, err
		}
		if err := r.compute(run, d.figures, d.print, tx.Now); err != nil {
			return nil, err
		}
		if err := saveGone(tx, tb); err != nil {
			return nil, err
		}
		if err := forgetRuns(tx, r); err != nil {
			return nil, err
		}
		return r, keepRound(tx, r)
	})
}

// current reads what a round is decided on, and marks what has gone since the
// freeze: a closed post takes nobody, and whoever took their consent back is not
// placed.
func (o *Office) current(tx *db.Tx, r *Round) (*table, error) {
	t, err := frozen(tx, r)
	if err != nil {
		return nil, err
	}
	closed, withdrawn, err := o.gone(tx, t)
	for i := range t.places {
		t.places[i].closed = closed[i+1]
	}
	for i := range t.entrants {
		t.entrants[i].out = withdrawn[t.entrants[i].id]
	}
	return t, err
}

// keepResult writes what a run decided, in steps short enough that others who
// write for the body do not wait. Until the round points at the run, nobody sees
// it.
func (o *Office) keepResult(ctx context.Context, tb *table, d *decision, run string) error {
	const step = 2000
	for from := 0; from < len(tb.entrants); from += step {
		to := min(from+step, len(tb.entrants))
		if err := db.Do(ctx, o.DB, func(tx *db.Tx) error { return saveResults(tx, tb, d, run, from, to) }); err != nil {
			return err
		}
	}
	return db.Do(ctx, o.DB, func(tx *db.Tx) error { return saveCuts(tx, tb.round, d, run) })
}
