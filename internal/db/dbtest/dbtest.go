// Package dbtest runs a test on each engine, on an empty database of its own.
package dbtest

import (
	"context"
	"database/sql"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"
	"time"

	"guildhall/internal/auth"
	"guildhall/internal/db"
)

// Noon is the time at which every test takes place.
var Noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// Postgres is the environment variable that holds the URL of a PostgreSQL
// database in which tests may make schemas.
const Postgres = "GUILDHALL_TEST_POSTGRES"

// Each runs test with the address of an empty SQLite file, and with that of an
// empty PostgreSQL schema. Without a PostgreSQL server at hand it says so and
// leaves that half out, but under CI it fails.
func Each(t *testing.T, test func(t *testing.T, address string)) {
	t.Run("sqlite", func(t *testing.T) { test(t, filepath.Join(t.TempDir(), "test.db")) })
	t.Run("postgres", func(t *testing.T) { test(t, Schema(t)) })
}

// Schema gives the address of an empty PostgreSQL schema that lasts as long as
// the test.
func Schema(t testing.TB) string {
	t.Helper()
	base := os.Getenv(Postgres)
	if base == "" {
		if os.Getenv("CI") == "true" {
			t.Fatal(Postgres + " is not set: run the tests through make test")
		}
		t.Skip("left out: " + Postgres + " is not set; make test sets it")
	}
	admin, err := sql.Open("pgx", base)
	if err != nil {
		t.Fatal(err)
	}
	schema := "test_" + db.NewID()
	if _, err := admin.Exec("CREATE SCHEMA " + schema); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		admin.Exec("DROP SCHEMA " + schema + " CASCADE")
		admin.Close()
	})
	u, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	q.Set("search_path", schema)
	u.RawQuery = q.Encode()
	return u.String()
}

// Open opens the database at address for the length of the test, with the
// tables of these rooms.
func Open(t testing.TB, address string, rooms ...db.Room) *db.DB {
	t.Helper()
	key := digest(t, rooms)
	if !db.IsPostgres(address) {
		begin(t, address, key)
	}
	d, err := db.Open(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	d.Now = func() time.Time { return Noon }
	t.Cleanup(func() { d.Close() })
	steps, err := db.Migrate(t.Context(), d, rooms)
	if err != nil {
		t.Fatal(err)
	}
	if steps > 0 && !db.IsPostgres(address) {
		remember(t, d, key)
	}
	return d
}

// As gives the context of one who asks, in the body for which they act.
func As(t testing.TB, a auth.Actor) context.Context {
	return db.In(auth.With(t.Context(), a), a.Body)
}

// Schema1 gives a room's migrations that are one file with this text.
func Schema1(text string) fs.FS {
	return fstest.MapFS{"schema/0001_test.sql": {Data: []byte(text)}}
}
