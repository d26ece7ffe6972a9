// Package db runs work in transactions, alike on SQLite and on PostgreSQL.
//
// Queries are written once, in PostgreSQL's words and with $1 placeholders,
// within the part of SQL that SQLite reads too: upserts, RETURNING, CTEs,
// window functions, FILTER, partial indexes. Both engines then mean the same
// by them, for on both there is one pen for each body: whoever writes for it,
// writes alone, and readers go on reading meanwhile.
package db

import (
	"context"
	"database/sql"
	"errors"
	"math/rand/v2"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
)

// House is the body of what belongs to no consortium: the directory and the
// code lists. Its pen is one like the others.
const House = "house"

// DB is one database, whichever engine keeps it.
type DB struct {
	postgres    bool
	address     string
	read, write *sql.DB
	queues      sync.Map                    // body: chan struct{}
	desk        desk                        // where those wait who write to SQLite
	Now         func() time.Time            // replaced in tests
	Watch       func(context.Context, Trip) // hears of every View and Update; nil: nobody does
	Hash        func(content []byte) string // by the suite of the house; nil: SHA-256
}

// Open opens a postgres:// URL, or else a SQLite file at that path, and refuses
// a database that would not keep what it acknowledges.
func Open(ctx context.Context, address string) (*DB, error) {
	d := &DB{Now: time.Now, address: address, postgres: IsPostgres(address)}
	open := d.openSQLite
	if d.postgres {
		open = d.openPostgres
	}
	if err := open(ctx); err != nil {
		d.Close()
		return nil, err
	}
	return d, nil
}

// IsPostgres tells whether address is that of a PostgreSQL server.
func IsPostgres(address string) bool {
	return strings.HasPrefix(address, "postgres://") || strings.HasPrefix(address, "postgresql://")
}

// Engine names the engine: sqlite or postgres.
func (d *DB) Engine() string {
	if d.postgres {
		return "postgres"
	}
	return "sqlite"
}

// Close gives the database back.
func (d *DB) Close() error {
	var errs []error
	for _, pool := range []*sql.DB{d.read, d.write} {
		if pool != nil {
			errs = append(errs, pool.Close())
		}
	}
	return errors.Join(errs...)
}

// Ping tells whether the database answers.
func (d *DB) Ping(ctx context.Context) error {
	if err := d.read.PingContext(ctx); err != nil {
		return told(err)
	}
	return nil
}

type bodyKey struct{}

// In makes body the one for which transactions under ctx read and write.
func In(ctx context.Context, body string) context.Context {
	return context.WithValue(ctx, bodyKey{}, body)
}

// Body gives the body of ctx, or House.
func Body(ctx context.Context) string {
	if body, _ := ctx.Value(bodyKey{}).(string); body != "" {
		return body
	}
	return House
}

type firstKey struct{}

// First makes fn run at the beginning of each Update under ctx until one has
// been kept: it is then done in the same transaction as the change, once.
func First(ctx context.Context, fn func(*Tx) error) context.Context {
	return context.WithValue(ctx, firstKey{}, &first{fn: fn})
}

type first struct {
	fn   func(*Tx) error
	done bool
}

func (f *first) run(tx *Tx) error {
	if f == nil || f.done {
		return nil
	}
	return f.fn(tx)
}

// View gives what fn finds on one unchanging sight of the database. fn may not
// write.
func View[T any](ctx context.Context, d *DB, fn func(*Tx) (T, error)) (T, error) {
	opts := sql.TxOptions{ReadOnly: true}
	if d.postgres {
		opts.Isolation = sql.LevelRepeatableRead
	}
	began := time.Now()
	v, err := once(ctx, d, d.read, &opts, fn)
	d.seen(ctx, Trip{Kind: "view"}, began, err)
	return v, err
}

// updateLimit bounds how long an Update may wait and work.
const updateLimit = 30 * time.Second

// Update gives what fn makes while it holds the pen of ctx's body. What fn wrote
// is kept whole or not at all. Others wait meanwhile, so fn is short and speaks
// to nothing but the database; whatever must reach further goes by the journal.
// fn can be run again where the database asks for it, so it starts from nothing
// but its arguments. A client who goes away does not break it off.
func Update[T any](ctx context.Context, d *DB, fn func(*Tx) (T, error)) (v T, err error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), updateLimit)
	defer cancel()
	began := time.Now()
	leave, err := d.queue(ctx)
	if err != nil {
		return v, err
	}
	defer leave()
	before, _ := ctx.Value(firstKey{}).(*first)
	for try := 1; ; try++ {
		v, err := writeOnce(ctx, d, func(tx *Tx) (v T, err error) {
			if err := before.run(tx); err != nil {
				return v, err
			}
			return fn(tx)
		})
		if err == nil && before != nil {
			before.done = true
		}
		if err == nil || try == 5 || !again(err) {
			d.seen(ctx, Trip{Kind: "update", Again: try - 1}, began, err)
			return v, err
		}
		select {
		case <-ctx.Done():
			d.seen(ctx, Trip{Kind: "update", Again: try - 1}, began, err)
			return v, err
		case <-time.After(time.Duration(try) * time.Duration(5+rand.IntN(20)) * time.Millisecond):
		}
	}
}

// perBody is how many of this process may stand at the pen of one body with a
// connection in their hands: one writes and the next one is ready.
const perBody = 2

// queue lets the others of ctx's body wait without a connection, so that a crowd at
// one pen does not keep the writers of other bodies from theirs. SQLite has one pen,
// and its pool is the queue.
func (d *DB) queue(ctx context.Context) (leave func(), err error) {
	if !d.postgres {
		return func() {}, nil
	}
	made, _ := d.queues.LoadOrStore(Body(ctx), make(chan struct{}, perBody))
	line := made.(chan struct{})
	select {
	case line <- struct{}{}:
		return func() { <-line }, nil
	case <-ctx.Done():
		return nil, told(ctx.Err())
	}
}

// Do is Update for a function that makes nothing but its changes.
func Do(ctx context.Context, d *DB, fn func(*Tx) error) error {
	_, err := Update(ctx, d, func(tx *Tx) (struct{}, error) { return struct{}{}, fn(tx) })
	return err
}

func once[T any](ctx context.Context, d *DB, pool *sql.DB, opts *sql.TxOptions, fn func(*Tx) (T, error)) (v T, err error) {
	tx, err := pool.BeginTx(ctx, opts)
	if err != nil {
		return v, told(err)
	}
	defer tx.Rollback() // after a commit it does nothing
	t := d.tx(ctx, tx, !opts.ReadOnly)
	if v, err = fn(t); err != nil {
		return v, err
	}
	if err := t.end(); err != nil {
		return v, err
	}
	if err := tx.Commit(); err != nil {
		return v, told(err)
	}
	return v, nil
}

func (d *DB) tx(ctx context.Context, tx conn, writes bool) *Tx {
	return &Tx{ctx: ctx, sql: tx, Now: d.Now().UTC().Truncate(time.Microsecond), Body: Body(ctx), postgres: d.postgres, of: d, writes: writes}
}

// again tells whether the same transaction may well succeed if run once more.
func again(err error) bool {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return pg.Code == "40001" || pg.Code == "40P01"
	}
	if lite, ok := errors.AsType[*sqlite.Error](err); ok {
		return lite.Code()&0xff == 5 // SQLITE_BUSY in all its forms
	}
	return false
}
