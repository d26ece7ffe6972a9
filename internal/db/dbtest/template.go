package dbtest

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"guildhall/internal/db"
)

// templates remembers, by the rooms they have, what new SQLite files look like:
// making the tables step by step is most of what a small test would cost.
var templates sync.Map // digest of the migrations: content of a file

// digest tells rooms with the same migrations from others.
func digest(t testing.TB, rooms []db.Room) [sha256.Size]byte {
	h := sha256.New()
	for _, room := range rooms {
		err := fs.WalkDir(room.Schema, ".", func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			text, err := fs.ReadFile(room.Schema, path)
			fmt.Fprintf(h, "%s %s %d %s", room.Name, path, len(text), text)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return [sha256.Size]byte(h.Sum(nil))
}

// begin puts the tables of these rooms into a SQLite file that is not there yet,
// where a test before has made the same.
func begin(t testing.TB, address string, key [sha256.Size]byte) {
	content, known := templates.Load(key)
	if _, err := os.Stat(address); !known || !errors.Is(err, fs.ErrNotExist) {
		return
	}
	if err := os.WriteFile(address, content.([]byte), 0o600); err != nil {
		t.Fatal(err)
	}
}

// remember keeps what a SQLite file looks like once its tables are made.
func remember(t testing.TB, d *db.DB, key [sha256.Size]byte) {
	if _, known := templates.Load(key); known {
		return
	}
	dir := t.TempDir()
	if err := d.Snapshot(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(filepath.Join(dir, "guildhall.db"))
	if err != nil {
		t.Fatal(err)
	}
	templates.Store(key, content)
}
