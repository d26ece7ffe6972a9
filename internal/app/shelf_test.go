package app_test

import (
	"errors"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/minio/minio-go/v7"

	"guildhall/internal/app"
	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/files"
	"guildhall/internal/i18n"
	"guildhall/internal/seal"
	"guildhall/internal/shelf/shelftest"
	"guildhall/internal/watch"
)

// stored gives a store that answers at once, and a client that does not wait between tries.
func stored(t *testing.T) *shelftest.Store {
	unit, most := minio.DefaultRetryUnit, minio.DefaultRetryCap
	minio.DefaultRetryUnit, minio.DefaultRetryCap = time.Millisecond, time.Millisecond
	t.Cleanup(func() { minio.DefaultRetryUnit, minio.DefaultRetryCap = unit, most })
	return shelftest.Start(t)
}

// P10: a house whose files and backups lie in a store is backed up to it, drilled from it
// and restored from it; what was damaged there is refused; and a second server over the
// same store reads the same files.
func TestP10BackupsAndFilesInAStore(t *testing.T) {
	onEach(t, func(t *testing.T, postgres bool) {
		store := stored(t)
		c := settings(t, postgres)
		c.Files, c.Backups, c.BackupAt, c.Keep = store.Address("files"), store.Address("backups"), "02:30", "14,12"
		h := open(t, c)
		body := foundIn(t, h)
		ctx := auth.With(db.In(t.Context(), body.ID), auth.Actor{ID: "li", Unit: "u", Body: body.ID})
		file, err := h.Files.Put(strings.NewReader("内容"), "a.txt", 100)
		if err != nil {
			t.Fatal(err)
		}
		if err := db.Do(ctx, h.DB, func(tx *db.Tx) error { return files.Keep(tx, file, "t.upload", "x") }); err != nil {
			t.Fatal(err)
		}
		if kept := store.Content("files/" + file.ID); len(kept) == 0 || strings.Contains(string(kept), "内容") {
			t.Errorf("the store keeps %q", kept)
		}
		again, err := files.Open(c.Files, h.Keys)
		if err != nil {
			t.Fatal(err)
		}
		if content, err := again.Read(file); err != nil || string(content) != "内容" {
			t.Errorf("another server reads %q, %v", content, err)
		}

		name := "guildhall-2026-11-01.backup"
		at := strings.Replace(c.Backups, "backups?", "backups/"+name+"?", 1)
		if _, err := app.Backup(t.Context(), c, at, true); err != nil {
			t.Fatal(err)
		}
		if _, err := app.Backup(t.Context(), c, at, true); !errors.Is(err, fault.Conflict) {
			t.Errorf("over one that is there: %v", err)
		}
		for _, path := range []string{"", at} {
			if m, err := app.Drill(t.Context(), c, path); err != nil || m.Entries["files/"+file.ID] == "" {
				t.Errorf("drill: %+v, %v", m.Entries, err)
			}
		}
		lines := map[string]watch.Level{}
		for _, l := range app.Doctor(i18n.With(t.Context(), "en"), c) {
			lines[l.Key] = l.Level
			if strings.Contains(l.Said+l.Mend, "watch.") || strings.Contains(l.Said, "%!") {
				t.Errorf("%+v", l)
			}
		}
		if lines["store_files"] != watch.OK || lines["store_backups"] != watch.OK || lines["backups"] != watch.OK {
			t.Errorf("the doctor says %v", lines)
		}

		to := settings(t, postgres)
		to.Files = store.Address("elsewhere")
		if _, err := app.Restore(t.Context(), to, at); err != nil {
			t.Fatal(err)
		}
		if content, err := open(t, to).Files.Read(file); err != nil || string(content) != "内容" {
			t.Errorf("restored: %q, %v", content, err)
		}
		whole := store.Content("backups/" + name)
		store.Set("backups/"+name, whole[:len(whole)/2])
		if _, err := app.Drill(t.Context(), c, ""); fault.Of(err).Key != "app.damaged" {
			t.Errorf("half of one: %v", err)
		}
		store.Fail(func(*http.Request) int { return 500 })
		if _, err := app.Drill(t.Context(), c, at); !errors.Is(err, fault.Away) {
			t.Errorf("a store that is away is told as %v", err)
		}
	})
}

// P8: while the store of files is away a file is neither taken nor said to be gone.
func TestP8AStoreThatIsAwayIsToldAsOne(t *testing.T) {
	store := stored(t)
	keys, err := seal.New([]byte(strings.Repeat("k", 32)))
	if err != nil {
		t.Fatal(err)
	}
	s, err := files.Open(store.Address("f"), keys)
	if err != nil {
		t.Fatal(err)
	}
	f, err := s.Put(strings.NewReader("x"), "x", 10)
	if err != nil {
		t.Fatal(err)
	}
	store.Fail(func(*http.Request) int { return -1 })
	if _, err := s.Put(strings.NewReader("y"), "y", 10); fault.Of(err).Kind != fault.Away {
		t.Errorf("put: %v", err)
	}
	if _, err := s.Read(f); fault.Of(err).Kind != fault.Away {
		t.Errorf("read: %v", err)
	}
	store.Fail(nil)
	if content, err := s.Read(f); err != nil || string(content) != "x" {
		t.Errorf("afterwards: %q, %v", content, err)
	}
}

// Files move from a folder to a store, also in two goes, and nothing is taken away that was
// not read back; what is lost and what belongs to nobody is found.
func TestFilesMove(t *testing.T) {
	store := stored(t)
	c := settings(t, false)
	h := open(t, c)
	body := foundIn(t, h)
	ctx := auth.With(db.In(t.Context(), body.ID), auth.Actor{ID: "li", Unit: "u", Body: body.ID})
	var ids []string
	put := func(text string, keep bool) {
		t.Helper()
		f, err := h.Files.Put(strings.NewReader(text), "a.txt", 100)
		if err == nil && keep {
			err = db.Do(ctx, h.DB, func(tx *db.Tx) error { return files.Keep(tx, f, "t.upload", "x") })
		}
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, f.ID)
	}
	for _, text := range []string{"1", "2", "3", "4", "5"} {
		put(text, true)
	}
	to, n := store.Address("moved"), 0
	store.Fail(func(r *http.Request) int {
		if r.Method == http.MethodPut {
			n++
		}
		if n > 3 {
			return 500
		}
		return 0
	})
	if _, err := app.MoveFiles(t.Context(), c, to, false); !errors.Is(err, fault.Away) {
		t.Errorf("%v", err)
	}
	store.Fail(nil)
	done := len(store.Names())
	found, err := app.MoveFiles(t.Context(), c, to, false)
	if err != nil || done != 3 || found.Moved != 2 || found.Kept != 5 {
		t.Errorf("%d, then %+v, %v", done, found, err)
	}
	put("6", true)
	store.Set("moved/"+ids[1], store.Content("moved/"+ids[2])) // of the same size
	if _, err := app.MoveFiles(t.Context(), c, to, true); fault.Of(err).Key != "app.files.unlike" {
		t.Errorf("another content is taken for the copy: %v", err)
	}
	store.Set("moved/"+ids[1], nil)
	if _, err = app.MoveFiles(t.Context(), c, to, true); err != nil {
		t.Fatal(err)
	}
	if left, _ := filepath.Glob(filepath.Join(c.Data, "files", "*")); len(left) != 0 {
		t.Errorf("left: %v", left)
	}
	c.Files = to
	if found, err = app.CheckFiles(t.Context(), c, false); err != nil || found.Kept != 6 || len(found.Lost)+len(found.Orphans) != 0 {
		t.Errorf("%+v, %v", found, err)
	}
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
	store.Set("moved/stray", []byte("x"))
	if found, err = app.CheckFiles(t.Context(), c, true); err != nil || found.Removed != 0 {
		t.Errorf("what was just put there counts as nobody's: %+v, %v", found, err)
	}
	store.Age("moved/stray", 48*time.Hour)
	if found, err = app.CheckFiles(t.Context(), c, true); err != nil || !slices.Equal(found.Orphans, []string{"stray"}) || found.Removed != 1 {
		t.Errorf("%+v, %v", found, err)
	}
}

// A secret never stands in what is told.
func TestSecretsOfStoresAreNotTold(t *testing.T) {
	store := stored(t)
	t.Setenv("AWS_SECRET_ACCESS_KEY", "wrong-and-secret")
	c := settings(t, false)
	open(t, c).Close()
	c.Files = store.Address("f")
	for _, l := range app.Doctor(i18n.With(t.Context(), "en"), c) {
		if l.Key == "store_files" && l.Level != watch.Fail || strings.Contains(l.Said, "wrong-and-secret") {
			t.Errorf("%+v", l)
		}
	}
}
