package db

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

// ErrRead says that somebody has been reading since before rows were removed, so
// that the engine must keep them: Rewrite is to be tried again later.
var ErrRead = errors.New("db: somebody still reads what was removed")

// Rewrite writes tables anew, outside of any transaction, so that nothing is left
// of rows that were removed from them: PostgreSQL keeps such rows until then, and
// SQLite keeps them in its log until it is written over. The tables are locked
// meanwhile, so they must be small. Where an older reader would have the engine keep
// removed rows, nothing is done and the error is ErrRead.
func (d *DB) Rewrite(ctx context.Context, tables ...string) error {
	if !d.postgres {
		return d.emptyLog(ctx)
	}
	if err := d.unread(ctx); err != nil {
		return err
	}
	for _, t := range tables {
		if _, err := d.write.ExecContext(ctx, "VACUUM FULL "+t); err != nil {
			return told(err)
		}
	}
	return nil
}

// unread waits, but shortly, until nobody on a PostgreSQL server sees rows that were
// removed before now: VACUUM keeps what any older snapshot may see, and says nothing.
func (d *DB) unread(ctx context.Context) error {
	var now string
	if err := d.write.QueryRowContext(ctx, "SELECT pg_current_xact_id()::xid::text").Scan(&now); err != nil {
		return told(err)
	}
	for range 40 {
		var read bool
		if err := d.write.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE datname = current_database()
			AND pid <> pg_backend_pid() AND (age(backend_xmin) >= age($1::text::xid) OR age(backend_xid) >= age($1::text::xid)))`, now).Scan(&read); err != nil {
			return told(err)
		}
		if !read {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
	return ErrRead
}

// emptyLog moves all of SQLite's log into the database and cuts the log off. It
// has a connection of its own and waits but shortly, to hold nobody up.
func (d *DB) emptyLog(ctx context.Context) error {
	apart, err := sql.Open("sqlite", d.dsn())
	if err != nil {
		return err
	}
	defer apart.Close()
	apart.SetMaxOpenConns(1)
	if _, err := apart.ExecContext(ctx, "PRAGMA busy_timeout = 2000"); err != nil {
		return told(err)
	}
	var busy, log, moved int
	if err := apart.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &log, &moved); err != nil {
		return told(err)
	}
	if busy != 0 {
		return ErrRead
	}
	return nil
}
