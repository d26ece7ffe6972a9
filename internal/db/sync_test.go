package db_test

import (
	"errors"
	"path/filepath"
	"testing"

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
