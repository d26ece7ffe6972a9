package db

import (
	"context"
	"database/sql/driver"
)

// BeginTx begins a transaction, which is begun and ended by statements that are compiled
// already. One that writes takes the pen at once.
func (c *kept) BeginTx(ctx context.Context, opts driver.TxOptions) (driver.Tx, error) {
	begin := "BEGIN IMMEDIATE"
	if opts.ReadOnly {
		begin = "BEGIN"
	}
	if err := c.word(ctx, begin); err != nil {
		return nil, err
	}
	return transaction{c}, nil
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

// transaction is one that has begun.
type transaction struct{ c *kept }

func (t transaction) Commit() error {
	err := t.c.word(context.Background(), "COMMIT")
	if err != nil {
		t.Rollback()
	}
	return err
}

func (t transaction) Rollback() error { return t.c.word(context.Background(), "ROLLBACK") }
