package db_test

import (
	"errors"
	"path/filepath"
	"sync"
	"testing"

	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/fault"
)

// Nobody hears that something is kept before the disk was asked to keep it, and nothing
// that the disk refuses is acknowledged or there.
func TestP1ASyncPrecedesEachAcknowledgement(t *testing.T) {
	dir := t.TempDir()
	disk := dbtest.NewDisk(t, dir)
	d := dbtest.Open(t, filepath.Join(dir, "test.db"), room)
	for i := range 20 {
		before := disk.Syncs()
		if err := write(t.Context(), d, "kept"); err != nil {
			t.Fatal(err)
		}
		if disk.Syncs() == before {
			t.Fatalf("write %d is acknowledged and the disk was not asked to keep it", i)
		}
	}
	disk.Break()
	if err := write(t.Context(), d, "lost"); fault.Of(err).Key != "db.disk" || !errors.Is(err, fault.Away) {
		t.Errorf("a disk that does not keep it: %v", err)
	}
	disk.Mend()
	if err := write(t.Context(), d, "kept"); err != nil {
		t.Errorf("the disk keeps things again: %v", err)
	}
	if n := count(t, t.Context(), d); n != 21 {
		t.Errorf("%d rows, want 21", n)
	}
}

// Many claim the one thing there is, together, while the disk keeps nothing: nobody gets
// it, so nobody may be told that another has it.
func TestP5NobodyIsRefusedForWhatIsNotKept(t *testing.T) {
	dir := t.TempDir()
	disk := dbtest.NewDisk(t, dir)
	d := dbtest.Open(t, filepath.Join(dir, "test.db"), room)
	claim := func() error {
		return db.Do(t.Context(), d, func(tx *db.Tx) error {
			n, err := db.One(tx, db.Value[int], `SELECT count(*) FROM note`)
			if err == nil && n > 0 {
				err = fault.Conflict.New("fault.duplicate")
			}
			if err == nil {
				_, err = tx.Exec(`INSERT INTO note (body, number, words, at) VALUES ('b', 1, 'mine', $1)`, tx.Now)
			}
			return err
		})
	}
	disk.Break()
	var claims, asked sync.WaitGroup
	for range 30 {
		asked.Add(1)
		claims.Go(func() {
			asked.Done()
			if err := claim(); !errors.Is(err, fault.Away) {
				t.Errorf("the disk keeps nothing, and a claim is answered %v", err)
			}
		})
	}
	db.Do(t.Context(), d, func(*db.Tx) error { asked.Wait(); return nil }) // so that they wait for the pen
	claims.Wait()
	disk.Mend()
	if err := claim(); err != nil {
		t.Errorf("it is still there: %v", err)
	}
	if err := claim(); !errors.Is(err, fault.Conflict) {
		t.Errorf("it is gone: %v", err)
	}
}
