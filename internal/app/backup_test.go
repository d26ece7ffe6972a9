package app_test

import (
	"context"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"guildhall/internal/app"
	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/directory"
	"guildhall/internal/fault"
	"guildhall/internal/seal"
	"guildhall/internal/watch"
)

// settings gives the settings of a house in a fresh folder, on a database.
func settings(t *testing.T, postgres bool) app.Config {
	c := app.Config{Data: filepath.Join(t.TempDir(), "data"), Addr: "127.0.0.1:0"}
	if postgres {
		c.Database = dbtest.Schema(t)
	}
	return c
}

func onEach(t *testing.T, test func(t *testing.T, postgres bool)) {
	t.Run("sqlite", func(t *testing.T) { test(t, false) })
	t.Run("postgres", func(t *testing.T) { test(t, true) })
}

func open(t *testing.T, c app.Config) *app.House {
	t.Helper()
	h, err := app.Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.Close() })
	return h
}

func root(ctx context.Context) context.Context {
	return auth.With(ctx, auth.Actor{ID: "root", Roles: []string{auth.Admin}})
}

func TestBackupIsRestoredElsewhere(t *testing.T) {
	onEach(t, func(t *testing.T, postgres bool) {
		c := settings(t, postgres)
		h := open(t, c)
		body, err := h.Directory.Found(root(t.Context()), &directory.Body{Name: "示例联合体", Kind: "city"})
		if err != nil {
			t.Fatal(err)
		}
		file, err := h.Files.Put(strings.NewReader("内容"), "a.txt", 100)
		if err != nil {
			t.Fatal(err)
		}
		sealed := h.Keys.Seal("张三")

		path := filepath.Join(t.TempDir(), "b.backup")
		if _, err := app.Backup(t.Context(), c, path, true); err != nil {
			t.Fatal(err)
		}
		if _, err := app.Backup(t.Context(), c, path, true); !errors.Is(err, fault.Conflict) {
			t.Errorf("over a backup that is there: %v", err)
		}
		to := settings(t, postgres)
		if _, err := app.Restore(t.Context(), to, path); err != nil {
			t.Fatal(err)
		}
		again := open(t, to)
		bodies, err := db.View(t.Context(), again.DB, directory.Bodies)
		if err != nil || len(bodies) != 1 || bodies[0].ID != body.ID {
			t.Errorf("restored bodies: %v, %v", bodies, err)
		}
		if content, err := again.Files.Read(file); err != nil || string(content) != "内容" {
			t.Errorf("restored file: %q, %v", content, err)
		}
		if text, err := again.Keys.Open(sealed); err != nil || text != "张三" {
			t.Errorf("the restored key opens %q, %v", text, err)
		}
		if _, err := app.Restore(t.Context(), to, path); !errors.Is(err, fault.Conflict) {
			t.Errorf("over data that is there: %v", err)
		}
	})
}

// A backup of a program that knew less is restored by today's, on either engine: into
// the tables of its time, which are then moved on.
func TestP11ABackupOfAnOlderProgramIsRestored(t *testing.T) {
	onEach(t, func(t *testing.T, postgres bool) {
		c := settings(t, postgres)
		must(t, os.MkdirAll(c.Data, 0o700))
		_, err := seal.File(filepath.Join(c.Data, "key"))
		must(t, err)
		latest, err := db.Latest(app.Rooms())
		must(t, err)
		older := map[string]int64{}
		for room, n := range latest {
			if older[room] = max(1, n-1); room == "privacy" {
				delete(older, room) // as if the room had come later
			}
		}
		d, err := db.Open(t.Context(), where(c))
		must(t, err)
		_, err = db.MigrateTo(t.Context(), d, app.Rooms(), older)
		must(t, err)
		must(t, db.Do(db.In(t.Context(), db.House), d, func(tx *db.Tx) error {
			_, err := tx.Exec(`INSERT INTO plan_project (id, body, number, name, goal, owner_id, starts_on, ends_on, state, result, made_at, changed_at)
				VALUES ('p', 'b', 1, '示例', '示例', 'u', '2026-01-01', '2026-12-31', 'running', '', $1, $1)`, tx.Now)
			return err
		}))
		must(t, d.Close())
		path := filepath.Join(t.TempDir(), "b.backup")
		m, err := app.Backup(t.Context(), c, path, true)
		must(t, err)
		if !maps.Equal(m.Rooms, older) {
			t.Fatalf("the backup is of tables at %v, want %v", m.Rooms, older)
		}
		to := settings(t, postgres)
		_, err = app.Restore(t.Context(), to, path)
		must(t, err)
		h := open(t, to)
		if at, err := h.DB.Versions(t.Context()); err != nil || !maps.Equal(at, latest) {
			t.Errorf("restored, the tables stand at %v, want %v, %v", at, latest, err)
		}
		kind, err := db.View(t.Context(), h.DB, func(tx *db.Tx) (string, error) {
			return db.One(tx, db.Value[string], `SELECT kind FROM plan_project WHERE id = 'p'`) // which the old tables did not have
		})
		if err != nil || kind != "other" {
			t.Errorf("the project that was restored is of kind %q, %v", kind, err)
		}
		for _, l := range app.Doctor(t.Context(), to) {
			if l.Key == "schema" && l.Level != watch.OK {
				t.Errorf("the doctor says %s", l.Said)
			}
		}
	})
}

// A backup of a program that knows more is refused, and nothing is left of it.
func TestP11ABackupOfANewerProgramIsRefused(t *testing.T) {
	onEach(t, func(t *testing.T, postgres bool) {
		c := settings(t, postgres)
		h := open(t, c)
		must(t, db.Do(t.Context(), h.DB, func(tx *db.Tx) error {
			_, err := tx.Exec(`UPDATE db_room SET version = 99 WHERE name = 'rule'`)
			return err
		}))
		path := filepath.Join(t.TempDir(), "b.backup")
		_, err := app.Backup(t.Context(), c, path, true)
		must(t, err)
		to := settings(t, postgres)
		for range 2 { // the second time as the first: the place is still empty
			if _, err := app.Restore(t.Context(), to, path); !errors.Is(err, fault.Conflict) || fault.Of(err).Key == "app.not_empty" {
				t.Errorf("it is restored: %v", err)
			}
		}
		if left, _ := os.ReadDir(filepath.Dir(to.Data)); len(left) != 0 {
			t.Errorf("left behind: %v", left)
		}
	})
}

func TestP10DamagedBackupIsRefusedWhole(t *testing.T) {
	c := settings(t, false)
	open(t, c)
	path := filepath.Join(t.TempDir(), "b.backup")
	if _, err := app.Backup(t.Context(), c, path, true); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	damage := map[string]func([]byte) []byte{
		"cut in half":    func(b []byte) []byte { return b[:len(b)/2] },
		"a byte short":   func(b []byte) []byte { return b[:len(b)-1] },
		"one bit turned": func(b []byte) []byte { b[len(b)/3] ^= 4; return b },
		"the last bit":   func(b []byte) []byte { b[len(b)-6] ^= 1; return b },
		"something else": func([]byte) []byte { return []byte("not a backup") },
		"nothing in it":  func([]byte) []byte { return nil },
	}
	for name, do := range damage {
		t.Run(name, func(t *testing.T) {
			bad := filepath.Join(t.TempDir(), "bad.backup")
			if err := os.WriteFile(bad, do(append([]byte(nil), whole...)), 0o600); err != nil {
				t.Fatal(err)
			}
			to := settings(t, false)
			if _, err := app.Restore(t.Context(), to, bad); fault.Of(err).Key != "app.damaged" {
				t.Errorf("%v", err)
			}
			if left, _ := os.ReadDir(filepath.Dir(to.Data)); len(left) != 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

func TestTwoServersDoNotShareAFolder(t *testing.T) {
	c := settings(t, false)
	release, err := app.Lock(c)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := app.Lock(c); fault.Of(err).Key != "db.locked" {
		t.Errorf("a second one: %v", err)
	}
	release()
	if release, err = app.Lock(c); err != nil {
		t.Errorf("after the first has gone: %v", err)
	} else {
		release()
	}
}
