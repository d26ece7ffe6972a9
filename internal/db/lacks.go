package db

import (
	"context"
	"os"
	"path/filepath"
	"slices"
)

// Columns gives the columns, as "table.column", that the migrations of rooms make.
func Columns(ctx context.Context, rooms []Room) ([]string, error) {
	dir, err := os.MkdirTemp("", "guildhall-tables-*")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	d, err := Open(ctx, filepath.Join(dir, "tables.db"))
	if err != nil {
		return nil, err
	}
	defer d.Close()
	if _, err := Migrate(ctx, d, rooms); err != nil {
		return nil, err
	}
	return d.columns(ctx)
}

// Lacks gives those of columns that the database has not: somebody has changed its tables
// by hand, or a program made them whose migrations were others than ours.
func (d *DB) Lacks(ctx context.Context, columns []string) ([]string, error) {
	has, err := d.columns(ctx)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(slices.Clone(columns), func(c string) bool {
		_, there := slices.BinarySearch(has, c)
		return there
	}), nil
}

// columns gives the columns of all tables, sorted.
func (d *DB) columns(ctx context.Context) ([]string, error) {
	query := `SELECT m.name || '.' || p.name FROM sqlite_schema m JOIN pragma_table_info(m.name) p WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%'`
	if d.postgres {
		query = `SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = current_schema()`
	}
	list, err := View(ctx, d, func(tx *Tx) ([]string, error) { return All(tx, Value[string], query) })
	slices.Sort(list)
	return list, err
}
