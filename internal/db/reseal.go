package db

import (
	"context"
	"fmt"
	"strings"
)

// Sealed changes one cell's value: it gives what the cell is to hold instead, or false
// where it is to stay. Text is given as a string and bytes as []byte.
type Sealed func(value any) (any, bool, error)

// Reseal hands over every cell of every table that may hold something sealed, a few rows
// to a transaction, so that it can be broken off and begun again; it tells how many it
// changed. Nobody else may write meanwhile.
func (d *DB) Reseal(ctx context.Context, change Sealed) (changed int, err error) {
	columns, err := d.sealable(ctx)
	if err != nil {
		return 0, err
	}
	for _, c := range columns {
		n, err := c.reseal(ctx, d, change)
		if changed += n; err != nil {
			return changed, fmt.Errorf("%s.%s: %w", c.table, c.name, err)
		}
	}
	return changed, nil
}

// cells is a column of text or bytes in a table, and the columns of its key.
type cells struct {
	table, name string
	binary      bool
	key         []string
}

// sealable lists the columns of text and bytes that are not part of a key.
func (d *DB) sealable(ctx context.Context) ([]cells, error) {
	list := `SELECT m.name, p.name, p.type, p.pk FROM sqlite_master m JOIN pragma_table_info(m.name) p
		WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' ORDER BY m.name, p.cid`
	if d.postgres {
		list = `SELECT c.table_name::text, c.column_name::text, c.data_type::text, COALESCE(array_position(i.indkey::int[], a.attnum::int), -1) + 1
			FROM information_schema.columns c
			JOIN pg_class t ON t.relname = c.table_name AND t.relnamespace = current_schema()::regnamespace AND t.relkind = 'r'
			JOIN pg_attribute a ON a.attrelid = t.oid AND a.attname = c.column_name
			LEFT JOIN pg_index i ON i.indrelid = t.oid AND i.indisprimary
			WHERE c.table_schema = current_schema() ORDER BY 1, c.ordinal_position`
	}
	rows, err := d.read.QueryContext(ctx, list)
	if err != nil {
		return nil, told(err)
	}
	defer rows.Close()
	keys := map[string][]string{}
	var found []cells
	for rows.Next() {
		var c cells
		var kind string
		var place int
		if err := rows.Scan(&c.table, &c.name, &kind, &place); err != nil {
			return nil, err
		}
		kind = strings.ToLower(kind)
		c.binary = kind == "blob" || kind == "bytea"
		switch {
		case place > 0:
			keys[c.table] = append(keys[c.table], c.name)
		case c.binary || kind == "text":
			found = append(found, c)
		}
	}
	var whole []cells
	for _, c := range found {
		if c.key = keys[c.table]; len(c.key) > 0 {
			whole = append(whole, c)
		}
	}
	return whole, told(rows.Err())
}

// resealRows is how many rows are changed in one transaction.
const resealRows = 200

func (c cells) reseal(ctx context.Context, d *DB, change Sealed) (changed int, err error) {
	var after []any
	for {
		n, last := 0, []any(nil)
		err := Do(In(ctx, House), d, func(tx *Tx) error {
			rows, err := c.page(tx, after)
			if err != nil {
				return err
			}
			n = 0
			for _, row := range rows {
				last = row[:len(c.key)]
				to, ok, err := change(row[len(c.key)])
				if err != nil {
					return err
				}
				if !ok {
					continue
				}
				n++
				if _, err := tx.Exec(`UPDATE `+c.table+` SET `+c.name+` = $1 WHERE `+c.is(2), append([]any{to}, last...)...); err != nil {
					return err
				}
			}
			return nil
		})
		if changed += n; err != nil || last == nil {
			return changed, err
		}
		after = last
	}
}

// is compares the key with placeholders from the nth on.
func (c cells) is(n int) string {
	var marks []string
	for i := range c.key {
		marks = append(marks, fmt.Sprint("$", n+i))
	}
	return "(" + strings.Join(c.key, ", ") + ") = (" + strings.Join(marks, ", ") + ")"
}

// page reads the next rows in the order of their key that may hold something sealed.
func (c cells) page(tx *Tx, after []any) ([][]any, error) {
	where := c.name + ` LIKE '_1.%'`
	if c.binary {
		where = c.name + ` IS NOT NULL`
	}
	if after != nil {
		where += " AND " + strings.Replace(c.is(1), ") = (", ") > (", 1)
	}
	order := strings.Join(c.key, ", ")
	return All(tx, func(row Row) ([]any, error) {
		values := make([]any, len(c.key)+1)
		at := make([]any, len(values))
		for i := range values {
			at[i] = &values[i]
		}
		err := row.Scan(at...)
		return values, err
	}, fmt.Sprintf(`SELECT %s, %s FROM %s WHERE %s ORDER BY %s LIMIT %d`, order, c.name, c.table, where, order, resealRows), after...)
}
