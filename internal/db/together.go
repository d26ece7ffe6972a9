package db

import (
	"context"
	"database/sql"
	"sync"
)

// SQLite has one pen, and to keep a change it waits for the disk: most of what a small
// Update takes. Updates that wait at the same time are therefore kept together: each runs
// within a savepoint of its own, is whole or undone by itself, and is acknowledged once the
// transaction that holds them all is on the disk. Where anything goes wrong with that, each
// is run once more alone, as Update says that it may be.

// work is one Update that waits for the pen.
type work struct {
	ctx   context.Context
	run   func(*sql.Tx, *left) error
	err   error
	panic any
	done  chan struct{}
}

// desk is where they wait.
type desk struct {
	mu      sync.Mutex
	waiting []*work
	writing bool
}

// mostTogether bounds how many are kept at once, so that the first need not wait for long.
const mostTogether = 32

// together runs w with whoever else waits, and returns when it is kept or has failed.
func (d *DB) together(w *work) error {
	q := &d.desk
	q.mu.Lock()
	q.waiting = append(q.waiting, w)
	lead := !q.writing
	q.writing = true
	q.mu.Unlock()
	if lead {
		d.writeSome()
	}
	select {
	case <-w.done:
	case <-w.ctx.Done():
		if q.leave(w) {
			return told(w.ctx.Err())
		}
		<-w.done // it is being written: its own statements end with its context
	}
	if w.panic != nil {
		panic(w.panic)
	}
	return w.err
}

// leave takes away what nobody has begun to write.
func (q *desk) leave(w *work) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	for i, other := range q.waiting {
		if other == w {
			q.waiting = append(q.waiting[:i], q.waiting[i+1:]...)
			return true
		}
	}
	return false
}

// writeSome writes for those who wait, and leaves those who came meanwhile to another.
func (d *DB) writeSome() {
	q := &d.desk
	q.mu.Lock()
	some := append([]*work{}, q.waiting[:min(mostTogether, len(q.waiting))]...)
	q.waiting = q.waiting[len(some):]
	q.mu.Unlock()
	defer func() { // however it ends
		for _, w := range some {
			close(w.done)
		}
		q.mu.Lock()
		defer q.mu.Unlock()
		if q.writing = len(q.waiting) > 0; q.writing {
			go d.writeSome()
		}
	}()
	if len(some) == 1 || !d.batch(some) {
		for _, w := range some {
			w.err, w.panic = nil, nil // said on sight of what others had written and was not kept
			w.err = d.single(w)
		}
	}
}

// single runs one in a transaction of its own.
func (d *DB) single(w *work) error {
	tx, err := d.write.BeginTx(w.ctx, nil)
	if err != nil {
		return told(err)
	}
	defer tx.Rollback() // after a commit it does nothing
	if err := w.try(tx, nil); err != nil || w.panic != nil {
		return err
	}
	return told(tx.Commit())
}

// batch runs several in one transaction. What failed by itself keeps its error; if the
// answer is no, nothing is kept and all must run again, those too that have failed: each
// saw what those before it had written.
func (d *DB) batch(some []*work) bool {
	ctx, cancel := context.WithTimeout(context.Background(), updateLimit)
	defer cancel()
	tx, err := d.write.BeginTx(ctx, nil)
	if err != nil {
		return false
	}
	defer tx.Rollback()
	l := &left{}
	for _, w := range some {
		if w.ctx.Err() != nil {
			w.err = told(w.ctx.Err())
			continue
		}
		if _, err := tx.ExecContext(ctx, "SAVEPOINT one"); err != nil {
			return false
		}
		if w.err = w.try(tx, l); w.err != nil || w.panic != nil {
			if _, err := tx.ExecContext(ctx, "ROLLBACK TO one"); err != nil {
				return false // the engine has undone all of it
			}
			if again(w.err) { // it is asked to run again, and does so alone
				return false
			}
		}
		if _, err := tx.ExecContext(ctx, "RELEASE one"); err != nil {
			return false
		}
	}
	for _, key := range l.order {
		t := d.tx(ctx, tx, true)
		t.Body = key.body
		if l.items[key].keep(t) != nil {
			return false
		}
	}
	return tx.Commit() == nil
}

// try runs it, and keeps what it panics with for its own goroutine.
func (w *work) try(tx *sql.Tx, l *left) (err error) {
	defer func() {
		if v := recover(); v != nil {
			w.panic = v
		}
	}()
	return w.run(tx, l)
}

// writeOnce is one try of an Update.
func writeOnce[T any](ctx context.Context, d *DB, fn func(*Tx) (T, error)) (v T, err error) {
	if d.postgres {
		return piped(ctx, d, fn)
	}
	w := &work{ctx: ctx, done: make(chan struct{})}
	w.run = func(one *sql.Tx, l *left) (err error) {
		tx := d.tx(ctx, one, true)
		tx.left = l
		if v, err = fn(tx); err != nil {
			return err
		}
		return tx.end()
	}
	if err := d.together(w); err != nil {
		var none T
		return none, err
	}
	return v, nil
}
