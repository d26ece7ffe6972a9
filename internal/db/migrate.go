package db

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"

	"guildhall/internal/fault"
)

// Room is one room's tables: its name and its numbered migrations, schema/*.sql.
// Each room has a line of its own, so rooms never wait for each other's numbers.
type Room struct {
	Name   string
	Schema fs.FS
}

// Migrate brings all rooms' tables up to date and tells how many steps it took.
// It refuses a database that a newer program has moved on already. Where several
// processes start at once, one migrates and the others wait for it.
func Migrate(ctx context.Context, d *DB, rooms []Room) (steps int, err error) {
	to, err := Latest(rooms)
	if err != nil {
		return 0, err
	}
	return MigrateTo(ctx, d, rooms, to)
}

// Latest tells how far this program's tables come, by the room's name.
func Latest(rooms []Room) (map[string]int64, error) {
	latest := map[string]int64{}
	for _, room := range rooms {
		last, err := room.last()
		if err != nil {
			return nil, err
		}
		latest[room.Name] = last
	}
	return latest, nil
}

// MigrateTo is Migrate, but no farther than an older program came: to tells by the
// room's name how far; a room that is not named there gets no tables yet.
func MigrateTo(ctx context.Context, d *DB, rooms []Room, to map[string]int64) (steps int, err error) {
	at, err := d.versions(ctx)
	if err != nil {
		return 0, err
	}
	var behind []Room
	for _, room := range rooms {
		want := to[room.Name]
		if at[room.Name] > want {
			return 0, fault.Conflict.New("db.newer", room.Name, at[room.Name], want)
		}
		if at[room.Name] < want {
			behind = append(behind, room)
		}
	}
	if len(behind) == 0 {
		return 0, nil
	}
	release, err := d.alone(ctx)
	if err != nil {
		return 0, err
	}
	defer release()
	for _, room := range behind {
		n, err := d.migrate(ctx, room, to[room.Name])
		steps += n
		if err != nil {
			return steps, fmt.Errorf("migrate %s: %w", room.Name, told(err))
		}
	}
	return steps, nil
}

// Versions tells how far each room's tables have come.
func (d *DB) Versions(ctx context.Context) (map[string]int64, error) { return d.versions(ctx) }

// versions tells how far each room has come: one row a room, written beside
// goose's own tables so that a start need not ask each of them.
func (d *DB) versions(ctx context.Context) (map[string]int64, error) {
	const own = `CREATE TABLE IF NOT EXISTS db_room (name TEXT PRIMARY KEY, version BIGINT NOT NULL)`
	const pen = `CREATE TABLE IF NOT EXISTS db_pen (body TEXT PRIMARY KEY)`
	const version = `CREATE TABLE IF NOT EXISTS db_version (topic TEXT, body TEXT, version BIGINT NOT NULL, PRIMARY KEY (topic, body))`
	at := map[string]int64{}
	const all = `SELECT r.name, r.version FROM db_room r WHERE NOT EXISTS (SELECT 1 FROM db_version v WHERE v.version < 0)` // asks for both
	rows, err := d.write.QueryContext(ctx, all)
	if err != nil { // the very first start, or that of a newer program
		for _, ddl := range []string{pen, version, own} {
			if _, err := d.write.ExecContext(ctx, ddl); err != nil {
				// Two processes that start at once may both make the table; the later one finds it there.
				if _, err := d.write.ExecContext(ctx, ddl); err != nil {
					return nil, told(err)
				}
			}
		}
		if rows, err = d.write.QueryContext(ctx, all); err != nil {
			return nil, told(err)
		}
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		var version int64
		if err := rows.Scan(&name, &version); err != nil {
			return nil, err
		}
		at[name] = version
	}
	return at, rows.Err()
}

// alone waits until no other process migrates. A SQLite file has one process to
// itself; on PostgreSQL the pen of migrations is held by a connection of its own.
func (d *DB) alone(ctx context.Context) (release func(), err error) {
	if !d.postgres {
		return func() {}, nil
	}
	if _, err := d.write.ExecContext(ctx, `INSERT INTO db_pen (body) VALUES ('migrate') ON CONFLICT DO NOTHING`); err != nil {
		return nil, told(err)
	}
	tx, err := d.write.BeginTx(ctx, nil)
	if err != nil {
		return nil, told(err)
	}
	if _, err := tx.ExecContext(ctx, `SET LOCAL idle_in_transaction_session_timeout = 0; SET LOCAL lock_timeout = 0;
		SELECT body FROM db_pen WHERE body = 'migrate' FOR UPDATE`); err != nil {
		tx.Rollback()
		return nil, told(err)
	}
	return func() { tx.Rollback() }, nil
}

func (d *DB) migrate(ctx context.Context, room Room, to int64) (int, error) {
	dialect := goose.DialectSQLite3
	if d.postgres {
		dialect = goose.DialectPostgres
	}
	store, err := database.NewStore(dialect, "db_"+room.Name+"_version")
	if err != nil {
		return 0, err
	}
	schema, err := fs.Sub(room.Schema, "schema")
	if err != nil {
		return 0, err
	}
	provider, err := goose.NewProvider("", d.write, words{schema, d.postgres}, goose.WithStore(store), goose.WithLogger(goose.NopLogger()))
	if err != nil {
		return 0, err
	}
	done, err := provider.UpTo(ctx, to)
	if err != nil {
		return len(done), err
	}
	version, err := provider.GetDBVersion(ctx)
	if err != nil {
		return len(done), err
	}
	_, err = d.write.ExecContext(ctx, `INSERT INTO db_room (name, version) VALUES ($1, $2)
		ON CONFLICT (name) DO UPDATE SET version = excluded.version`, room.Name, version)
	return len(done), err
}

// last gives the number of the room's newest migration.
func (room Room) last() (int64, error) {
	names, err := fs.Glob(room.Schema, "schema/*.sql")
	if err != nil || len(names) == 0 {
		return 0, errors.Join(err, fmt.Errorf("room %s has no migrations", room.Name))
	}
	number, _, _ := strings.Cut(path.Base(names[len(names)-1]), "_")
	return strconv.ParseInt(number, 10, 64)
}

// A migration is one file of SQL for both engines; these are the only words in
// which they differ. Where a step cannot be said to both, two files say it:
// 0007_search.postgres.sql and 0007_search.sqlite.sql.
var lite = strings.NewReplacer("TIMESTAMPTZ", "TIMESTAMP", "JSONB", "TEXT", "BYTEA", "BLOB")

// words shows one engine the migrations that are meant for it, in its words.
type words struct {
	fs.FS
	postgres bool
}

func (w words) other() string {
	if w.postgres {
		return ".sqlite.sql"
	}
	return ".postgres.sql"
}

// Glob leaves out the files of the other engine.
func (w words) Glob(pattern string) ([]string, error) {
	names, err := fs.Glob(w.FS, pattern)
	kept := names[:0]
	for _, name := range names {
		if !strings.HasSuffix(name, w.other()) {
			kept = append(kept, name)
		}
	}
	return kept, err
}

// Open gives a migration as goose reads it.
func (w words) Open(name string) (fs.File, error) {
	f, err := w.FS.Open(name)
	if err != nil || !strings.HasSuffix(name, ".sql") {
		return f, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	text, err := fs.ReadFile(w.FS, name)
	if err != nil {
		return nil, err
	}
	said := string(text)
	if !w.postgres {
		said = lite.Replace(said)
	}
	return &file{strings.NewReader("-- +goose Up\n" + said), info}, nil
}

type file struct {
	*strings.Reader
	info fs.FileInfo
}

func (f *file) Stat() (fs.FileInfo, error) { return f.info, nil }
func (f *file) Close() error               { return nil }

// Behind tells how many rooms' tables are older than the program, and how many newer. It
// makes nothing.
func Behind(ctx context.Context, d *DB, rooms []Room) (behind, newer int, err error) {
	at := map[string]int64{}
	rows, err := d.read.QueryContext(ctx, `SELECT name, version FROM db_room`)
	if err != nil {
		return len(rooms), 0, nil // nobody has ever made a table here
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		var version int64
		if err := rows.Scan(&name, &version); err != nil {
			return 0, 0, err
		}
		at[name] = version
	}
	for _, room := range rooms {
		last, err := room.last()
		if err != nil {
			return 0, 0, err
		}
		if at[room.Name] < last {
			behind++
		}
		if at[room.Name] > last {
			newer++
		}
	}
	return behind, newer, told(rows.Err())
}
