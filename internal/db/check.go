package db

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5/pgconn"

	"guildhall/internal/fault"
)

// Check reads the whole database and tells what is damaged in it: each page, each row and,
// on SQLite, whether each index says what its table says. PostgreSQL reads its own pages;
// of it we ask what Glance asks.
func (d *DB) Check(ctx context.Context) error {
	if d.postgres {
		return d.Glance(ctx)
	}
	return d.walk(ctx, `PRAGMA integrity_check(10)`)
}

// Glance is Check in a fraction of its time: SQLite's indexes are not held against their
// tables. PostgreSQL is asked whether a page that it read did not have the sum that it was
// written with, and whether an index was left broken.
func (d *DB) Glance(ctx context.Context) error {
	if !d.postgres {
		return d.walk(ctx, `PRAGMA quick_check(10)`)
	}
	var pages, indexes int64
	err := d.read.QueryRowContext(ctx, `SELECT
		(SELECT coalesce(sum(checksum_failures), 0) FROM pg_stat_database WHERE datname = current_database()),
		(SELECT count(*) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
			WHERE NOT i.indisvalid AND n.nspname = current_schema())`).Scan(&pages, &indexes)
	if lacking(err) {
		return nil // a relative of PostgreSQL that keeps no such figures
	}
	if err != nil {
		return told(err)
	}
	if pages > 0 || indexes > 0 {
		return fmt.Errorf("%w: %d pages had another sum than the one that they were written with, %d indexes are broken", fault.Internal.New("db.damaged"), pages, indexes)
	}
	return nil
}

// Summed tells whether PostgreSQL writes each page with a sum by which damage on the disk
// shows when it is read. SQLite has none.
func (d *DB) Summed(ctx context.Context) (bool, error) {
	if !d.postgres {
		return false, nil
	}
	var on string
	err := d.read.QueryRowContext(ctx, `SELECT current_setting('data_checksums', true)`).Scan(&on)
	if lacking(err) {
		return false, nil
	}
	return on == "on", told(err)
}

// lacking tells whether a server said that it has no such table, column or function.
func lacking(err error) bool {
	var refused *pgconn.PgError
	return errors.As(err, &refused) && (refused.Code == "42P01" || refused.Code == "42703" || refused.Code == "42883")
}

func (d *DB) walk(ctx context.Context, pragma string) error {
	rows, err := d.read.QueryContext(ctx, pragma)
	if err != nil {
		return told(err)
	}
	defer rows.Close()
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			return told(err)
		}
		if line != "ok" {
			return fmt.Errorf("%w: %s", fault.Internal.New("db.damaged"), line)
		}
	}
	return told(rows.Err())
}
