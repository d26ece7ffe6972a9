package db

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/base32"
	"encoding/binary"
	"encoding/hex"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// Tx is one transaction: who asked (the context), for which body, when it
// began, and the way to the tables. It is all that a store function needs.
type Tx struct {
	ctx      context.Context
	sql      conn
	pipe     *pipe     // where it writes to PostgreSQL
	Now      time.Time // UTC, whole microseconds
	Body     string    // the consortium, or House
	postgres bool
	once     map[any]any
	ending   []func() error
	of       *DB
	writes   bool            // begun by Update
	touched  map[string]bool // topics of what is kept, changed in here
	left     *left           // by those before, where several are kept together
	leaving  left            // for those after
}

// Digest gives the hash of a content by the suite of the house, with the name of its
// algorithm where that is not SHA-256, as seal.Matches reads it.
func (d *DB) Digest(content []byte) string {
	if d.Hash != nil {
		return d.Hash(content)
	}
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// Digest is that of the transaction's database.
func (tx *Tx) Digest(content []byte) string { return tx.of.Digest(content) }

// Once gives what fn makes, and makes it the first time it is asked for in this
// transaction: what a floor knows of the transaction it is in.
func Once[T any](tx *Tx, key any, fn func() (T, error)) (T, error) {
	if v, ok := tx.once[key].(T); ok {
		return v, nil
	}
	v, err := fn()
	if err == nil {
		if tx.once == nil {
			tx.once = map[any]any{}
		}
		tx.once[key] = v
	}
	return v, err
}

// Ending has fn run as the last of the transaction, before it is kept; an error
// of it undoes all.
func (tx *Tx) Ending(fn func() error) { tx.ending = append(tx.ending, fn) }

// Context gives the context of whoever asked.
func (tx *Tx) Context() context.Context { return tx.ctx }

// For has fn run as if whoever is behind ctx had asked for this transaction: where
// one writes for several who wait.
func (tx *Tx) For(ctx context.Context, fn func() error) error {
	own := tx.ctx
	defer func() { tx.ctx = own }()
	tx.ctx = behalf{own, ctx}
	return fn()
}

// behalf ends as a transaction does, and says of who asks what another context says.
type behalf struct {
	context.Context
	asks context.Context
}

func (b behalf) Value(key any) any { return b.asks.Value(key) }

// Exec runs a statement and tells how many rows it touched.
func (tx *Tx) Exec(query string, args ...any) (int64, error) {
	tx.touch(query)
	if err := tx.settle(); err != nil {
		return 0, err
	}
	res, err := tx.sql.ExecContext(tx.ctx, query, args...)
	if err != nil {
		return 0, told(err)
	}
	return res.RowsAffected()
}

// Row is what a scan function reads: one row of a result.
type Row interface{ Scan(to ...any) error }

// One gives what scan makes of the one row that query gives.
func One[T any](tx *Tx, scan func(Row) (T, error), query string, args ...any) (T, error) {
	tx.touch(query)
	if err := tx.settle(); err != nil {
		var none T
		return none, err
	}
	v, err := scan(tx.sql.QueryRowContext(tx.ctx, query, args...))
	return v, told(err)
}

// All gives what scan makes of every row that query gives.
func All[T any](tx *Tx, scan func(Row) (T, error), query string, args ...any) ([]T, error) {
	list := []T{}
	err := Each(tx, scan, func(v T) error { list = append(list, v); return nil }, query, args...)
	if err != nil {
		return nil, err
	}
	return list, nil
}

// Each hands what scan makes of each row to do, for results too long to hold.
// do may not use tx.
func Each[T any](tx *Tx, scan func(Row) (T, error), do func(T) error, query string, args ...any) error {
	tx.touch(query)
	if err := tx.settle(); err != nil {
		return err
	}
	rows, err := tx.sql.QueryContext(tx.ctx, query, args...)
	if err != nil {
		return told(err)
	}
	defer rows.Close()
	for rows.Next() {
		v, err := scan(rows)
		if err == nil {
			err = do(v)
		}
		if err != nil {
			return err
		}
	}
	return told(rows.Err())
}

// Value reads a row of one column.
func Value[T any](row Row) (v T, err error) {
	err = row.Scan(&v)
	return v, err
}

// Pair reads a row of two columns.
func Pair[A, B any](row Row) (p struct {
	A A
	B B
}, err error) {
	err = row.Scan(&p.A, &p.B)
	return p, err
}

// Prepared is a statement that runs many times in one transaction.
type Prepared struct {
	tx   *Tx
	stmt *sql.Stmt
}

// Prepare readies a statement to run many times, as in an import.
func (tx *Tx) Prepare(query string) (*Prepared, error) {
	tx.touch(query)
	if err := tx.settle(); err != nil {
		return nil, err
	}
	stmt, err := tx.sql.PrepareContext(tx.ctx, query)
	if err != nil {
		return nil, told(err)
	}
	return &Prepared{tx, stmt}, nil
}

// Exec runs the statement and tells how many rows it touched.
func (p *Prepared) Exec(args ...any) (int64, error) {
	if err := p.tx.settle(); err != nil {
		return 0, err
	}
	res, err := p.stmt.ExecContext(p.tx.ctx, args...)
	if err != nil {
		return 0, told(err)
	}
	return res.RowsAffected()
}

// Close gives the statement back.
func (p *Prepared) Close() error { return p.stmt.Close() }

// Insert writes rows into a table, many with each statement, and ends each
// statement with tail, such as "ON CONFLICT … DO UPDATE …". Every row has one
// value for each column.
//
// How many go with one statement is the engine's to say: on PostgreSQL each
// costs a round trip, so they are long; SQLite looks every placeholder up among
// all that came before it, so they are short, and prepared once.
func Insert(tx *Tx, table string, columns []string, tail string, rows [][]any) error {
	per := max(1, min(200, 30000/len(columns)))
	if !tx.postgres {
		per = max(1, 64/len(columns))
	}
	var whole *Prepared
	for start := 0; start < len(rows); start += per {
		part := rows[start:min(start+per, len(rows))]
		args := make([]any, 0, len(part)*len(columns))
		for _, row := range part {
			args = append(args, row[:len(columns)]...)
		}
		if len(part) < per {
			_, err := tx.Exec(insertion(table, columns, tail, len(part)), args...)
			return err
		}
		if whole == nil {
			var err error
			if whole, err = tx.Prepare(insertion(table, columns, tail, per)); err != nil {
				return err
			}
			defer whole.Close()
		}
		if _, err := whole.Exec(args...); err != nil {
			return err
		}
	}
	return nil
}

// insertion is the statement that inserts n rows.
func insertion(table string, columns []string, tail string, n int) string {
	var q strings.Builder
	q.WriteString("INSERT INTO " + table + " (" + strings.Join(columns, ", ") + ") VALUES ")
	for i := range n {
		if i > 0 {
			q.WriteString(", ")
		}
		q.WriteByte('(')
		for j := range columns {
			if j > 0 {
				q.WriteString(", ")
			}
			q.WriteString("$" + strconv.Itoa(i*len(columns)+j+1))
		}
		q.WriteByte(')')
	}
	q.WriteString(" " + tail)
	return q.String()
}

// Where gathers the conditions of a search.
type Where struct {
	terms []string
	Args  []any
}

// And adds a term, whose ? stand for its args in their order.
func (w *Where) And(term string, args ...any) {
	for _, a := range args {
		w.Args = append(w.Args, a)
		term = strings.Replace(term, "?", "$"+strconv.Itoa(len(w.Args)), 1)
	}
	w.terms = append(w.terms, "("+term+")")
}

// In adds the term that column is one of values; no values, no row.
func (w *Where) In(column string, values []string) {
	if len(values) == 0 {
		w.And("1 = 0")
		return
	}
	args := make([]any, len(values))
	for i, v := range values {
		args[i] = v
	}
	w.And(column+" IN (?"+strings.Repeat(", ?", len(values)-1)+")", args...)
}

// Like adds the term that one of the columns contains text, whatever its case.
func (w *Where) Like(text string, columns ...string) {
	if text == "" {
		return
	}
	pattern := "%" + strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(strings.ToLower(text)) + "%"
	var terms []string
	var args []any
	for _, c := range columns {
		terms = append(terms, "lower("+c+") LIKE ? ESCAPE '\\'")
		args = append(args, pattern)
	}
	w.And(strings.Join(terms, " OR "), args...)
}

// String gives the conditions with the word WHERE before them, or nothing.
func (w *Where) String() string {
	if len(w.terms) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(w.terms, " AND ")
}

// Next gives the placeholder of one more argument, for what follows the
// conditions: a cursor or a limit.
func (w *Where) Next(arg any) string {
	w.Args = append(w.Args, arg)
	return "$" + strconv.Itoa(len(w.Args))
}

var (
	letters = base32.HexEncoding.WithPadding(base32.NoPadding)
	last    atomic.Int64
)

// NewID gives a name that no one else gives. Names given later sort after
// those given before, so that a table's new rows lie together and the journal
// reads in order.
func NewID() string {
	var b [16]byte
	for {
		before := last.Load()
		now := max(time.Now().UnixNano(), before+1)
		if last.CompareAndSwap(before, now) {
			binary.BigEndian.PutUint64(b[:8], uint64(now))
			break
		}
	}
	rand.Read(b[8:])
	return strings.ToLower(letters.EncodeToString(b[:]))
}

// IDFrom gives a name before which all names were given that are older than a time.
func IDFrom(at time.Time) string {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], uint64(at.UnixNano()))
	return strings.ToLower(letters.EncodeToString(b[:8]))
}

// MadeAt tells when NewID gave a name; the zero time for any other.
func MadeAt(id string) time.Time {
	b, err := letters.DecodeString(strings.ToUpper(id))
	if err != nil || len(b) != 16 {
		return time.Time{}
	}
	return time.Unix(0, int64(binary.BigEndian.Uint64(b[:8]))).UTC()
}
