package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
)

// Scratch gives the address of an empty place beside a PostgreSQL database, in a
// schema of its own, and what takes it away again.
func Scratch(ctx context.Context, address string) (at string, drop func() error, err error) {
	u, err := url.Parse(address)
	if err != nil {
		return "", nil, err
	}
	apart, err := sql.Open("pgx", address)
	if err != nil {
		return "", nil, told(err)
	}
	schema := "scratch_" + NewID()
	if _, err := apart.ExecContext(ctx, "CREATE SCHEMA "+schema); err != nil {
		return "", nil, errors.Join(fmt.Errorf("a schema to try in: %w", told(err)), apart.Close())
	}
	q := u.Query()
	q.Set("search_path", schema)
	u.RawQuery = q.Encode()
	return u.String(), func() error {
		_, err := apart.ExecContext(context.WithoutCancel(ctx), "DROP SCHEMA "+schema+" CASCADE")
		return errors.Join(told(err), apart.Close())
	}, nil
}
