package app_test

import (
	"context"
	"errors"
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

func TestDamagedBackupIsRefusedWhole(t *testing.T) {
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
