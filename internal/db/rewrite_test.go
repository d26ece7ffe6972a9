package db_test

import (
	"database/sql"
	"errors"
	"testing"

	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
)

// What was removed stays on a PostgreSQL server's disk as long as anybody might
// still see it; Rewrite says so instead of claiming that it is gone.
func TestRewriteTellsOfReaders(t *testing.T) {
	address := dbtest.Schema(t)
	d := dbtest.Open(t, address, room)
	ctx := db.In(t.Context(), "a")
	if err := write(ctx, d, "a secret"); err != nil {
		t.Fatal(err)
	}
	apart, err := sql.Open("pgx", address)
	if err != nil {
		t.Fatal(err)
	}
	defer apart.Close()
	reader, err := apart.BeginTx(t.Context(), &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Rollback()
	var n int
	if err := reader.QueryRow(`SELECT count(*) FROM note`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	remove := func(tx *db.Tx) error { _, err := tx.Exec(`DELETE FROM note`); return err }
	if err := db.Do(ctx, d, remove); err != nil {
		t.Fatal(err)
	}
	if err := d.Rewrite(t.Context(), "note"); !errors.Is(err, db.ErrRead) {
		t.Errorf("with a reader from before: %v", err)
	}
	reader.Rollback()
	for try := 0; ; try++ { // others test on the same server
		if err = d.Rewrite(t.Context(), "note"); err == nil || try == 30 {
			break
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := apart.QueryRow(`SELECT pg_relation_size('note')`).Scan(&n); err != nil || n != 0 {
		t.Errorf("%d bytes are left, %v", n, err)
	}
}
