package db

import (
	"context"
	"database/sql/driver"
	"fmt"

	"github.com/jackc/pgx/v5"

	"guildhall/internal/fault"
)

// durable gives SQLite connections that have every setting they were asked for, and
// no others.
type durable struct {
	driver.Connector
	writes bool
}

// Connect opens a connection and reads its settings back.
func (d durable) Connect(ctx context.Context) (driver.Conn, error) {
	c, err := d.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	if err := d.check(ctx, c.(driver.QueryerContext)); err != nil {
		c.Close()
		return nil, err
	}
	return newKept(c), nil
}

func (d durable) check(ctx context.Context, c driver.QueryerContext) error {
	for _, p := range pragmas {
		if got, err := pragma(ctx, c, p.name); err != nil || got != p.reads {
			return unkept(p.name, got, p.reads, err)
		}
	}
	if got, err := pragma(ctx, c, "query_only"); err != nil || (got == "0") != d.writes {
		return unkept("query_only", got, fmt.Sprint(!d.writes), err)
	}
	return nil
}

func pragma(ctx context.Context, c driver.QueryerContext, name string) (string, error) {
	rows, err := c.QueryContext(ctx, "PRAGMA "+name, nil)
	if err != nil {
		return "", err
	}
	defer rows.Close()
	row := make([]driver.Value, len(rows.Columns()))
	if err := rows.Next(row); err != nil {
		return "", err
	}
	return fmt.Sprint(row[0]), nil
}

// unkept tells that a setting does not read back as it was made.
func unkept(name, got, want string, err error) error {
	if err != nil {
		return err
	}
	return fault.Away.New("db.not_durable", name, got, want)
}

// lossy in an address says that its server may lose what it acknowledged: for tests
// and trials, whose data are worth nothing.
const lossy = "guildhall.lossy"

// keepsWhatItAcknowledges refuses a server that a power cut makes forget, and sees to
// it that a commit waits for the disk. A relative of PostgreSQL that has no such
// setting cannot have it wrong.
func keepsWhatItAcknowledges(ctx context.Context, c *pgx.Conn) error {
	if c.Config().RuntimeParams[lossy] == "on" {
		return nil
	}
	at, err := settings(ctx, c)
	if err == nil && at["synchronous_commit"] == "off" {
		if _, err = c.Exec(ctx, `SET synchronous_commit = on`); err == nil {
			at, err = settings(ctx, c)
		}
	}
	if err != nil {
		return err
	}
	for _, name := range []string{"fsync", "full_page_writes", "synchronous_commit"} {
		if at[name] == "off" {
			return fault.Away.New("db.not_durable", name, "off", "on")
		}
	}
	return nil
}

func settings(ctx context.Context, c *pgx.Conn) (map[string]string, error) {
	rows, err := c.Query(ctx, `SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit')`)
	if err != nil {
		return nil, err
	}
	at := map[string]string{}
	var name, setting string
	_, err = pgx.ForEachRow(rows, []any{&name, &setting}, func() error { at[name] = setting; return nil })
	return at, err
}
