package db

import (
	"context"
	"database/sql/driver"
)

// BeginTx begins a transaction. One that only reads waits for nobody, so it is begun
// and ended by statements that are compiled already.
func (c *kept) BeginTx(ctx context.Context, opts driver.TxOptions) (driver.Tx, error) {
	if !opts.ReadOnly {
		return c.sqliteConn.BeginTx(ctx, opts)
	}
	if err := c.word(ctx, "BEGIN"); err != nil {
		return nil, err
	}
	return reading{c}, nil
}

// word runs a statement of one word.
func (c *kept) word(ctx context.Context, text string) error {
	s := c.known[text]
	if s == nil {
		var err error
		if s, err = c.compile(ctx, text); err != nil {
			return err
		}
		if s == nil {
			_, err = c.sqliteConn.ExecContext(ctx, text, nil)
			return err
		}
	}
	c.asked++
	s.asked = c.asked
	_, err := s.exec.ExecContext(context.Background(), nil)
	return err
}

// reading is a transaction that reads.
type reading struct{ c *kept }

func (r reading) Commit() error {
	err := r.c.word(context.Background(), "COMMIT")
	if err != nil {
		r.Rollback()
	}
	return err
}

func (r reading) Rollback() error { return r.c.word(context.Background(), "ROLLBACK") }
