package talent

import (
	"strconv"
	"strings"

	"guildhall/internal/db"
)

// among reads the rows of a table whose column holds one of values, by the
// column's own index. The values stand first in a CROSS JOIN, whose order SQLite
// keeps: with "IN" it would rather read the whole body, thinking it small.
func among[T any](tx *db.Tx, scan func(db.Row) (T, error), table, columns, column string, values []string) ([]T, error) {
	var q strings.Builder
	args := []any{tx.Body}
	q.WriteString("WITH want (value) AS (VALUES ")
	for i, v := range values {
		if i > 0 {
			q.WriteString(", ")
		}
		args = append(args, v)
		q.WriteString("($" + strconv.Itoa(len(args)) + ")")
	}
	q.WriteString(") SELECT " + columns + " FROM want CROSS JOIN " + table +
		" WHERE " + column + " = want.value AND " + column + " <> '' AND " + column[:1] + ".body = $1")
	return db.All(tx, scan, q.String(), args...)
}

// anyOf is among for a column without an index.
func anyOf[T any](tx *db.Tx, scan func(db.Row) (T, error), table, columns, column string, values []string) ([]T, error) {
	var w db.Where
	w.And(column[:1]+".body = ?", tx.Body)
	w.In(column, values)
	return db.All(tx, scan, `SELECT `+columns+` FROM `+table+w.String(), w.Args...)
}
