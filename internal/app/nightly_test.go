package app

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/directory"
	"guildhall/internal/journal"
	"guildhall/internal/shelf/shelftest"
)

func TestWhichBackupsExpire(t *testing.T) {
	days := func(from string, n int) (names []string) {
		day, _ := time.Parse(time.DateOnly, from)
		for i := range n {
			names = append(names, backupName(day.AddDate(0, 0, i)))
		}
		return names
	}
	for _, c := range []struct {
		what           string
		names          []string
		daily, monthly int
		left           []string
	}{
		{"few are all kept", days("2026-03-01", 3), 14, 12, days("2026-03-01", 3)},
		{"the newest", days("2026-03-02", 20), 14, 0, days("2026-03-08", 14)},
		{"the first of each month too", days("2026-01-05", 60), 2, 2,
			[]string{backupName(time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)), backupName(time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)), "guildhall-2026-03-04.backup", "guildhall-2026-03-05.backup"}},
		{"over a month that has none", slices.Concat(days("2025-12-30", 2), days("2026-02-10", 3)), 1, 2,
			[]string{"guildhall-2025-12-30.backup", "guildhall-2026-02-10.backup", "guildhall-2026-02-12.backup"}},
	} {
		others := []string{"before-upgrade.backup", "guildhall-2020-01-01.backup.part", "notes.txt"}
		gone := expired(slices.Concat(others, c.names), c.daily, c.monthly)
		left := slices.DeleteFunc(slices.Clone(c.names), func(n string) bool { return slices.Contains(gone, n) })
		slices.Sort(c.left)
		if !slices.Equal(slices.Compact(c.left), left) {
			t.Errorf("%s: left %v, want %v", c.what, left, c.left)
		}
		for _, o := range others {
			if slices.Contains(gone, o) {
				t.Errorf("%s: %s is not ours to remove", c.what, o)
			}
		}
	}
}

// house opens a house with a consortium and a folder for backups.
func house(t *testing.T, address string) (*House, context.Context) {
	t.Helper()
	dir := t.TempDir()
	c := Config{Data: filepath.Join(dir, "data"), Backups: filepath.Join(dir, "backups"), Anchors: filepath.Join(dir, "anchors"),
		BackupAt: "02:30", Keep: "2,0"}
	if db.IsPostgres(address) {
		c.Database = address
	}
	h, err := Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.Close() })
	ctx := auth.With(t.Context(), auth.Actor{ID: "root", Roles: []string{auth.Admin}})
	if _, err := h.Directory.Found(ctx, &directory.Body{Name: "示例联合体", Kind: "city"}); err != nil {
		t.Fatal(err)
	}
	return h, ctx
}

func TestP10ABackupIsMadeEveryNightAndPassesTheDrill(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		h, ctx := house(t, address)
		n, err := newNightly(h)
		if err != nil {
			t.Fatal(err)
		}
		at := func(day, hour int) time.Time {
			return time.Date(2026, 11, day, hour, 0, 0, 0, n.zone(ctx))
		}
		have := func() (names []string) {
			entries, _ := os.ReadDir(h.Config.Backups)
			for _, e := range entries {
				names = append(names, e.Name())
			}
			return names
		}
		for _, step := range []struct {
			day, hour int
			want      []string
		}{
			{1, 1, nil},
			{1, 3, []string{"guildhall-2026-11-01.backup"}},
			{1, 4, []string{"guildhall-2026-11-01.backup"}},
			{3, 12, []string{"guildhall-2026-11-01.backup", "guildhall-2026-11-03.backup"}}, // made up for
			{4, 3, []string{"guildhall-2026-11-03.backup", "guildhall-2026-11-04.backup"}},
		} {
			if err := n.due(ctx, at(step.day, step.hour)); err != nil {
				t.Fatal(err)
			}
			if got := have(); !slices.Equal(got, step.want) {
				t.Errorf("on the %d. at %d: %v, want %v", step.day, step.hour, got, step.want)
			}
		}
		m, err := Drill(ctx, h.Config, "")
		if err != nil || len(m.Journal) == 0 {
			t.Fatalf("drill: %+v, %v", m, err)
		}
		for _, r := range m.Journal {
			if len(r.Findings) > 0 {
				t.Errorf("drill: %+v", r)
			}
		}
		broken := filepath.Join(h.Config.Backups, have()[0])
		text, err := os.ReadFile(broken)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(broken, text[:len(text)/2], 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Drill(ctx, h.Config, broken); err == nil {
			t.Error("half a backup passed the drill")
		}
	})
}

func TestP9AnchorsStandOutsideOfTheDatabase(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		h, ctx := house(t, address)
		verify := func() (findings []journal.Finding) {
			t.Helper()
			reports, err := VerifyJournal(ctx, h.Config, "")
			if err != nil || len(reports) == 0 {
				t.Fatalf("%v, %v", reports, err)
			}
			for _, r := range reports {
				findings = append(findings, r.Findings...)
			}
			return findings
		}
		if err := h.Anchor(ctx, true); err != nil {
			t.Fatal(err)
		}
		if f := verify(); len(f) > 0 {
			t.Fatalf("untouched: %+v", f)
		}
		err := db.Do(ctx, h.DB, func(tx *db.Tx) error {
			for _, table := range []string{"journal_outbox", "journal_personal", "journal_checkpoint", "journal_head", "journal_entry"} {
				if _, err := tx.Exec("DELETE FROM " + table); err != nil {
					return fmt.Errorf("%s: %w", table, err)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if f := verify(); len(f) == 0 || f[0].Sort != journal.CutOff {
			t.Errorf("all of the journal gone: %+v", f)
		}
	})
}

// P10: the nightly backup goes to a store too, is made once a day, and what it clears away
// bears its own name.
func TestP10NightlyIntoAStore(t *testing.T) {
	store := shelftest.Start(t)
	h, ctx := house(t, filepath.Join(t.TempDir(), "none.db"))
	h.Config.Backups = store.Address("b")
	n, err := newNightly(h)
	if err != nil {
		t.Fatal(err)
	}
	store.Set("b/guildhall-2026-10-01.backup.old", []byte("x"))
	store.Set("b/notes.txt", []byte("x"))
	store.Set("elsewhere/guildhall-2020-01-01.backup", []byte("x"))
	for _, day := range []int{1, 1, 2, 3} {
		if err := n.due(ctx, time.Date(2026, 11, day, 12, 0, 0, 0, time.UTC)); err != nil {
			t.Fatal(err)
		}
	}
	want := []string{"b/guildhall-2026-10-01.backup.old", "b/guildhall-2026-11-02.backup", "b/guildhall-2026-11-03.backup", "b/notes.txt", "elsewhere/guildhall-2020-01-01.backup"}
	if got := store.Names(); !slices.Equal(got, want) {
		t.Errorf("kept %v, want %v", got, want)
	}
	s, err := h.stored(ctx)
	if err != nil || s.Backup.File != "guildhall-2026-11-03.backup" {
		t.Errorf("%+v, %v", s.Backup, err)
	}
}
