package db

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// Snapshot writes one unchanging sight of the whole database into the empty
// folder dir, while others read and write: for SQLite a database file, for
// PostgreSQL a file for each table.
func (d *DB) Snapshot(ctx context.Context, dir string) error {
	if !d.postgres {
		apart, err := sql.Open("sqlite", d.dsn()) // neither a reader's nor the writer's: it takes long and holds nobody up
		if err != nil {
			return err
		}
		defer apart.Close()
		_, err = apart.ExecContext(ctx, `VACUUM INTO ?`, filepath.Join(dir, "guildhall.db"))
		return told(err)
	}
	return d.copyAll(ctx, func(ctx context.Context, tx pgx.Tx) error {
		tables, err := tablesInOrder(ctx, tx)
		if err != nil {
			return err
		}
		for i, table := range tables {
			if err := copyOut(ctx, tx, table, filepath.Join(dir, fmt.Sprintf("%03d.%s.copy", i, table))); err != nil {
				return fmt.Errorf("%s: %w", table, err)
			}
		}
		return nil
	})
}

// Load fills an empty PostgreSQL database, whose tables Migrate has made, with
// what Snapshot wrote, wholly or not at all.
func (d *DB) Load(ctx context.Context, dir string) error {
	names, err := filepath.Glob(filepath.Join(dir, "*.copy"))
	if err != nil {
		return err
	}
	slices.Sort(names)
	return d.copyAll(ctx, func(ctx context.Context, tx pgx.Tx) error {
		for _, name := range names {
			table := strings.Split(filepath.Base(name), ".")[1]
			if strings.HasPrefix(table, "db_") {
				continue // Migrate has written these
			}
			if err := copyIn(ctx, tx, table, name); err != nil {
				return fmt.Errorf("%s: %w", table, err)
			}
		}
		return nil
	})
}

// Empty tells whether no one has founded anything in the database.
func (d *DB) Empty(ctx context.Context) (bool, error) {
	at, err := d.versions(ctx)
	return len(at) == 0, err
}

func (d *DB) copyAll(ctx context.Context, do func(context.Context, pgx.Tx) error) error {
	conn, err := d.write.Conn(ctx)
	if err != nil {
		return told(err)
	}
	defer conn.Close()
	return conn.Raw(func(raw any) error {
		c := raw.(*stdlib.Conn).Conn()
		tx, err := c.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead})
		if err != nil {
			return told(err)
		}
		defer tx.Rollback(ctx)
		if _, err := tx.Exec(ctx, `SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0`); err != nil {
			return told(err)
		}
		if err := do(ctx, tx); err != nil {
			return told(err)
		}
		return told(tx.Commit(ctx))
	})
}

// tablesInOrder lists our tables so that each stands after those it refers to.
func tablesInOrder(ctx context.Context, tx pgx.Tx) ([]string, error) {
	rows, err := tx.Query(ctx, `SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename`)
	if err != nil {
		return nil, err
	}
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, err
	}
	rows, err = tx.Query(ctx, `SELECT c.relname::text, f.relname::text FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
		JOIN pg_class f ON f.oid = k.confrelid JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE k.contype = 'f' AND n.nspname = current_schema() AND c.oid <> f.oid`)
	if err != nil {
		return nil, err
	}
	type pair struct{ Table, On string }
	needs, err := pgx.CollectRows(rows, pgx.RowToStructByPos[pair])
	if err != nil {
		return nil, err
	}
	var ordered []string
	for len(ordered) < len(tables) {
		before := len(ordered)
		for _, t := range tables {
			waits := slices.ContainsFunc(needs, func(p pair) bool { return p.Table == t && !slices.Contains(ordered, p.On) })
			if !waits && !slices.Contains(ordered, t) {
				ordered = append(ordered, t)
			}
		}
		if len(ordered) == before {
			return nil, fmt.Errorf("db: the tables refer to each other in a circle")
		}
	}
	return ordered, nil
}

func copyOut(ctx context.Context, tx pgx.Tx, table, path string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = tx.Conn().PgConn().CopyTo(ctx, f, "COPY "+pgx.Identifier{table}.Sanitize()+" TO STDOUT")
	if closing := f.Close(); err == nil {
		err = closing
	}
	return err
}

func copyIn(ctx context.Context, tx pgx.Tx, table, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = tx.Conn().PgConn().CopyFrom(ctx, f, "COPY "+pgx.Identifier{table}.Sanitize()+" FROM STDIN")
	return err
}
