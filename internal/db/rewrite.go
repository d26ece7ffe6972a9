package db

import (
	"context"
	"database/sql"
	"errors"
)

// Rewrite writes tables anew, outside of any transaction, so that nothing is left
// of rows that were removed from them: PostgreSQL keeps such rows until then, and
// SQLite keeps them in its log until it is written over. The tables are locked
// meanwhile, so they must be small.
func (d *DB) Rewrite(ctx context.Context, tables ...string) error {
	if !d.postgres {
		return d.emptyLog(ctx)
	}
	for _, t := range tables {
		if _, err := d.write.ExecContext(ctx, "VACUUM FULL "+t); err != nil {
			return told(err)
		}
	}
	return nil
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
		return errors.New("db: somebody reads, the log stays until later")
	}
	return nil
}
