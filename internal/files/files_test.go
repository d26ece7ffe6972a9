package files_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/fault"
	"guildhall/internal/files"
	"guildhall/internal/seal"
)

func store(t *testing.T) (*files.Store, string) {
	keys, err := seal.Of(os.Getenv("GUILDHALL_TEST_SUITE"), []byte(strings.Repeat("k", 32)))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	s, err := files.Open(dir, keys)
	if err != nil {
		t.Fatal(err)
	}
	return s, dir
}

func TestFileIsKeptSealedAndErased(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		d := dbtest.Open(t, address, files.Room)
		s, dir := store(t)
		ctx := dbtest.As(t, auth.Actor{ID: "li", Unit: "u", Body: "b"})
		f, err := s.Put(strings.NewReader("张三,458000"), `C:\表\名单.csv`, 1000)
		if err != nil {
			t.Fatal(err)
		}
		if err := db.Do(ctx, d, func(tx *db.Tx) error { return files.Keep(tx, f, "t.upload", "job") }); err != nil {
			t.Fatal(err)
		}
		on, _ := os.ReadFile(filepath.Join(dir, f.ID))
		if bytes.Contains(on, []byte("458000")) {
			t.Error("the content lies open on the disk")
		}
		got, err := db.View(ctx, d, func(tx *db.Tx) (*files.File, error) { return files.Find(tx, f.ID) })
		if err != nil || got.Name != "名单.csv" || got.Owner != "li" {
			t.Fatalf("%+v, %v", got, err)
		}
		if _, err := db.View(db.In(ctx, "other"), d, func(tx *db.Tx) (*files.File, error) { return files.Find(tx, f.ID) }); !errors.Is(err, fault.NotFound) {
			t.Errorf("another body finds it: %v", err)
		}
		if content, err := s.Read(got); err != nil || string(content) != "张三,458000" {
			t.Errorf("%q, %v", content, err)
		}
		if err := s.Erase(got); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Read(got); !errors.Is(err, fault.NotFound) {
			t.Errorf("after erasure: %v", err)
		}
	})
}

func TestTooLargeIsRefusedWhole(t *testing.T) {
	s, dir := store(t)
	if _, err := s.Put(strings.NewReader(strings.Repeat("x", 11)), "x", 10); fault.Of(err).Key != "files.too_large" {
		t.Errorf("%v", err)
	}
	if left, _ := os.ReadDir(dir); len(left) != 0 {
		t.Errorf("%d files stayed", len(left))
	}
}

func TestNamesSteerNothing(t *testing.T) {
	for in, want := range map[string]string{"../../etc/passwd": "passwd", "a\x00\nb.csv": "ab.csv", "": "file", "..": "file", "x\u202ecod.exe": "xcod.exe"} {
		if got := files.Clean(in); got != want {
			t.Errorf("%q is kept as %q, want %q", in, got, want)
		}
	}
}
