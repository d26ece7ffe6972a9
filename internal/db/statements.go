package db

import (
	"context"
	"database/sql/driver"
	"strings"
)

// kept is a SQLite connection that keeps the statements it has compiled: reading the
// text of one anew each time took a quarter of what a small request costs.
type kept struct {
	sqliteConn
	known map[string]*statement
	asked int // how often one was asked for
}

// sqliteConn is all of the driver's connection that database/sql uses.
type sqliteConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.QueryerContext
	driver.ExecerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

// statement is one that is compiled. It runs once at a time.
type statement struct {
	driver.Stmt
	query driver.StmtQueryContext
	exec  driver.StmtExecContext
	busy  bool
	asked int // when it was last asked for
}

// keptStatements is how many a connection keeps: those of the pages that are asked
// for all the time; some kilobytes each.
const keptStatements = 128

func newKept(c driver.Conn) driver.Conn {
	full, ok := c.(sqliteConn)
	if !ok {
		return c
	}
	return &kept{sqliteConn: full, known: map[string]*statement{}}
}

// take gives a compiled statement that nobody runs; nil where the text is not worth
// keeping, or runs already.
func (c *kept) take(ctx context.Context, text string) (*statement, error) {
	c.asked++
	if s := c.known[text]; s != nil {
		if s.busy {
			return nil, nil
		}
		s.asked = c.asked
		return s, nil
	}
	if !worthKeeping(text) {
		return nil, nil
	}
	return c.compile(ctx, text)
}

// compile gives a new statement that is kept; nil where the driver's cannot be.
func (c *kept) compile(ctx context.Context, text string) (*statement, error) {
	made, err := c.PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	s := &statement{Stmt: made, asked: c.asked}
	var runs, asks bool
	s.query, asks = made.(driver.StmtQueryContext)
	s.exec, runs = made.(driver.StmtExecContext)
	if !runs || !asks {
		return nil, made.Close()
	}
	if err := c.room(); err != nil {
		made.Close()
		return nil, err
	}
	c.known[text] = s
	return s, nil
}

// room forgets the statement that was asked for the longest ago, where there are too many.
func (c *kept) room() error {
	if len(c.known) < keptStatements {
		return nil
	}
	oldest := ""
	for text, s := range c.known {
		if !s.busy && (oldest == "" || s.asked < c.known[oldest].asked) {
			oldest = text
		}
	}
	s := c.known[oldest]
	if s == nil {
		return nil
	}
	delete(c.known, oldest)
	return s.Close()
}

// worthKeeping tells whether a text is one statement that reads or writes rows, and
// not so long that it will hardly come again.
func worthKeeping(text string) bool {
	if len(text) > 4000 || strings.Contains(text, ";") {
		return false
	}
	word, _, _ := strings.Cut(strings.TrimSpace(text), " ")
	switch strings.ToUpper(strings.TrimSpace(word)) {
	case "SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "SAVEPOINT", "RELEASE", "ROLLBACK":
		return true
	}
	return false
}

func (c *kept) QueryContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Rows, error) {
	s, err := c.take(ctx, text)
	if err != nil {
		return nil, err
	}
	if s == nil {
		return c.sqliteConn.QueryContext(ctx, text, args)
	}
	rows, err := s.query.QueryContext(ctx, args)
	if err != nil {
		return nil, err
	}
	s.busy = true
	return &keptRows{rows, s}, nil
}

func (c *kept) ExecContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Result, error) {
	s, err := c.take(ctx, text)
	if err != nil {
		return nil, err
	}
	if s == nil {
		return c.sqliteConn.ExecContext(ctx, text, args)
	}
	return s.exec.ExecContext(ctx, args)
}

// Close gives the statements back, and the connection.
func (c *kept) Close() error {
	for _, s := range c.known {
		s.Close()
	}
	clear(c.known)
	return c.sqliteConn.Close()
}

// keptRows lets its statement run again once they are closed.
type keptRows struct {
	driver.Rows
	of *statement
}

func (r *keptRows) Close() error {
	r.of.busy = false
	return r.Rows.Close()
}
