package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

// On PostgreSQL each statement is a way to the server and back, which costs both sides
// more than most statements do. An Update therefore takes the pen on the way on which it
// begins, and what it says by Later goes with the commit, or with whatever is asked next.

// takePen is asked with the beginning of a transaction. The pen is a row, which the
// distributed relatives of PostgreSQL can lock too.
const takePen = `SELECT body FROM db_pen WHERE body = $1 FOR UPDATE`

// conn is what a transaction speaks to: one of database/sql, or a connection on which one
// was begun by hand.
type conn interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
	PrepareContext(ctx context.Context, query string) (*sql.Stmt, error)
}

// Later has a statement run before whatever tx asks next, or before what it did is kept.
// What is wrong with it fails the transaction then. It is for statements of which nothing
// is to be heard but that they were done.
func (tx *Tx) Later(query string, args ...any) error {
	if tx.pipe == nil {
		_, err := tx.Exec(query, args...)
		return err
	}
	tx.touch(query)
	tx.pipe.later.Queue(query, args...)
	return nil
}

// settle does what was said by Later.
func (tx *Tx) settle() error {
	if tx.pipe == nil || tx.pipe.later.Len() == 0 {
		return nil
	}
	return told(tx.pipe.send(tx.ctx))
}

// pipe is a connection to PostgreSQL on which a transaction has begun.
type pipe struct {
	conn  *sql.Conn
	later *pgx.Batch
}

// send does what waits.
func (p *pipe) send(ctx context.Context) error {
	b := p.later
	p.later = &pgx.Batch{}
	return p.raw(func(c *pgx.Conn) error { return c.SendBatch(ctx, b).Close() })
}

func (p *pipe) raw(fn func(*pgx.Conn) error) error {
	return p.conn.Raw(func(c any) error { return fn(c.(*stdlib.Conn).Conn()) })
}

// begin begins a transaction that sees what was kept while it waited for the pen of body,
// and tells whether there is one.
func (p *pipe) begin(ctx context.Context, body string) (there bool, err error) {
	var b pgx.Batch
	b.Queue("begin isolation level read committed")
	b.Queue(takePen, body).QueryRow(func(row pgx.Row) error {
		var at string
		err := row.Scan(&at)
		there = err == nil
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		return err
	})
	return there, p.raw(func(c *pgx.Conn) error { return c.SendBatch(ctx, &b).Close() })
}

// commit does what waits and keeps everything, in one way to the server: where one
// statement fails, the server passes over the rest, the commit too.
func (p *pipe) commit(ctx context.Context) error {
	kept := false
	p.later.Queue("commit").Exec(func(t pgconn.CommandTag) error {
		if kept = t.String() == "COMMIT"; !kept {
			return pgx.ErrTxCommitRollback
		}
		return nil
	})
	if err := p.send(ctx); err != nil {
		return err
	}
	if !kept {
		return pgx.ErrTxCommitRollback
	}
	return nil
}

// rollbackLimit bounds how long undoing may take before the connection is thrown away,
// which undoes all, too.
const rollbackLimit = 5 * time.Second

// end gives the connection back with no transaction on it.
func (p *pipe) end() {
	p.conn.Raw(func(dc any) error {
		c := dc.(*stdlib.Conn).Conn()
		if c.IsClosed() || c.PgConn().TxStatus() == 'I' {
			return nil
		}
		ctx, cancel := context.WithTimeout(context.Background(), rollbackLimit)
		defer cancel()
		if _, err := c.Exec(ctx, "rollback"); err != nil || c.PgConn().TxStatus() != 'I' {
			c.Close(ctx)
			return driver.ErrBadConn
		}
		return nil
	})
	p.conn.Close()
}

// freshTries is how many connections are tried that turn out to be gone before anything
// was done on them, as after a restart of the server.
const freshTries = 3

// take gives a connection on which a transaction has begun that holds the pen of body,
// where there is one.
func (d *DB) take(ctx context.Context, body string) (p *pipe, there bool, err error) {
	for try := 1; ; try++ {
		c, err := d.write.Conn(ctx)
		if err != nil {
			return nil, false, err
		}
		p := &pipe{c, &pgx.Batch{}}
		if there, err = p.begin(ctx, body); err == nil {
			return p, there, nil
		}
		p.end()
		if try == freshTries || !cutOff(err) {
			return nil, false, err
		}
	}
}

// piped runs fn in a transaction on PostgreSQL that holds the pen of ctx's body.
func piped[T any](ctx context.Context, d *DB, fn func(*Tx) (T, error)) (v T, err error) {
	p, there, err := d.take(ctx, Body(ctx))
	if err != nil {
		return v, told(err)
	}
	defer p.end()
	tx := d.tx(ctx, p.conn, true)
	tx.pipe = p
	if !there {
		if err := tx.makePen(); err != nil {
			return v, err
		}
	}
	if v, err = fn(tx); err != nil {
		return v, err
	}
	if err := tx.end(); err != nil {
		return v, err
	}
	return v, told(p.commit(ctx))
}

// makePen makes the pen of a body and takes it.
func (tx *Tx) makePen() error {
	if _, err := tx.Exec(`INSERT INTO db_pen (body) VALUES ($1) ON CONFLICT DO NOTHING`, tx.Body); err != nil {
		return err
	}
	_, err := One(tx, Value[string], takePen, tx.Body)
	return err
}
