package journal_test

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"golang.org/x/mod/sumdb/tlog"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/journal"
	"guildhall/internal/seal"
)

func signer(t *testing.T) *journal.Signer {
	t.Helper()
	keys, err := seal.Of(os.Getenv("GUILDHALL_TEST_SUITE"), []byte(strings.Repeat("k", 32)))
	if err != nil {
		t.Fatal(err)
	}
	key, err := keys.Signing()
	if err != nil {
		t.Fatal(err)
	}
	s, err := journal.NewSigner(key)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// write keeps n entries, some with personal fields, several to a transaction.
func write(t *testing.T, ctx context.Context, d *db.DB, n int) {
	t.Helper()
	for at := 0; at < n; {
		err := db.Do(ctx, d, func(tx *db.Tx) error {
			for range min(1+at%4, n-at) {
				id := fmt.Sprintf("p%d", at)
				if err := journal.Record(tx, "t.pupil.enrol", id, &pupil{id, "韦小明", at}); err != nil {
					return err
				}
				at++
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func check(t *testing.T, d *db.DB, s *journal.Signer, notes ...string) *journal.Report {
	t.Helper()
	r, err := journal.Check(t.Context(), d, "b", s.VerifierKey(), notes)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func sorts(r *journal.Report) (list []journal.Sort) {
	for _, f := range r.Findings {
		list = append(list, f.Sort)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// TestP9AnyChangeOfTheJournalIsFound tampers with every column of the journal, with
// and without knowledge of how the chain is made.
func TestP9AnyChangeOfTheJournalIsFound(t *testing.T) {
	const third = `(SELECT id FROM journal_entry WHERE body = 'b' ORDER BY seq LIMIT 1 OFFSET 3)`
	const newest = `(SELECT id FROM journal_entry WHERE body = 'b' ORDER BY seq DESC LIMIT 1)`
	type tamper struct {
		what string
		sql  []string
		want journal.Sort
	}
	tampers := []tamper{
		{"who did it", []string{`UPDATE journal_entry SET actor = 'wang' WHERE id = ` + third}, journal.Changed},
		{"for whom", []string{`UPDATE journal_entry SET unit = 'firm' WHERE id = ` + third}, journal.Changed},
		{"what was done", []string{`UPDATE journal_entry SET action = 't.pupil.leave' WHERE id = ` + third}, journal.Changed},
		{"to what", []string{`UPDATE journal_entry SET subject = 'p99' WHERE id = ` + third}, journal.Changed},
		{"what it tells", []string{`UPDATE journal_entry SET data = '{"year":9}' WHERE id = ` + third}, journal.Changed},
		{"when", []string{`UPDATE journal_entry SET at = '2020-01-01 00:00:00+00:00' WHERE id = ` + third}, journal.Changed},
		{"what is sealed", []string{`UPDATE journal_personal SET sealed = 'a1.x' WHERE entry_id = ` + third}, journal.Changed},
		{"its hash", []string{`UPDATE journal_entry SET leaf = (SELECT leaf FROM journal_entry WHERE id = ` + newest + `) WHERE id = ` + third}, journal.Changed},
		{"another body", []string{`UPDATE journal_entry SET body = 'c', seq = 99 WHERE id = ` + third}, journal.Missing},
		{"an entry gone", []string{
			`DELETE FROM journal_outbox WHERE entry_id = ` + third, `DELETE FROM journal_personal WHERE entry_id = ` + third,
			`DELETE FROM journal_entry WHERE id = ` + third}, journal.Missing},
		{"the newest gone", []string{
			`DELETE FROM journal_outbox WHERE entry_id = ` + newest, `DELETE FROM journal_personal WHERE entry_id = ` + newest,
			`DELETE FROM journal_entry WHERE id = ` + newest}, journal.CutOff},
		{"two in each other's place", []string{
			`UPDATE journal_entry SET seq = 1000 WHERE body = 'b' AND seq = 3`, `UPDATE journal_entry SET seq = 3 WHERE body = 'b' AND seq = 4`,
			`UPDATE journal_entry SET seq = 4 WHERE body = 'b' AND seq = 1000`}, journal.Changed},
		{"one put in", []string{`INSERT INTO journal_entry (id, body, at, actor, unit, action, subject, data)
			SELECT 'zz', body, at, actor, unit, action, subject, data FROM journal_entry WHERE id = ` + third}, journal.Unchained},
		{"a lower head", []string{`UPDATE journal_head SET size = size - 1 WHERE body = 'b'`}, journal.HeadDiffers},
		{"hashes that nobody knows", []string{`UPDATE journal_head SET suite = 'md5' WHERE body = 'b'`}, journal.HeadDiffers},
		{"no head", []string{`DELETE FROM journal_head WHERE body = 'b'`}, journal.Headless},
		{"another checkpoint", []string{`UPDATE journal_checkpoint SET note = REPLACE(note, 'guildhall/b', 'guildhall/c') WHERE body = 'b'`}, journal.BadNote},
	}
	each(t, func(t *testing.T, d *db.DB) {
		s, ctx := signer(t), dbtest.As(t, auth.Actor{ID: "li", Unit: "school", Body: "b"})
		write(t, ctx, d, 9)
		if c, err := s.Checkpoint(ctx, d, true); err != nil || c == nil || c.Size != 9 {
			t.Fatalf("checkpoint %+v, %v", c, err)
		}
		if r := check(t, d, s); len(r.Findings) != 0 || r.Size != 9 || r.Checkpoints != 1 {
			t.Fatalf("untouched: %+v", r)
		}
		undo := fmt.Errorf("undo")
		tampers := slices.Clone(tampers)
		for _, other := range seal.Suites() {
			if seen := os.Getenv("GUILDHALL_TEST_SUITE"); other.Name != seen && (seen != "" || other != seal.Default()) {
				tampers = append(tampers, tamper{"another suite's name", []string{`UPDATE journal_head SET suite = '` + other.HashName + `' WHERE body = 'b'`}, journal.Rewritten})
			}
		}
		for _, tamper := range tampers {
			_ = db.Do(ctx, d, func(tx *db.Tx) error {
				for _, q := range tamper.sql {
					if _, err := tx.Exec(q); err != nil {
						t.Fatalf("%s: %v", tamper.what, err)
					}
				}
				r, err := journal.CheckIn(tx, "b", s.VerifierKey(), nil)
				if err != nil || !slices.Contains(sorts(r), tamper.want) {
					t.Errorf("%s: found %v, want %s; %v", tamper.what, sorts(r), tamper.want, err)
				}
				return undo
			})
		}
		if r := check(t, d, s); len(r.Findings) != 0 {
			t.Errorf("in the end: %+v", r)
		}
	})
}

// TestP9ACheckpointElsewhereShowsARewriting lets somebody who knows everything, and
// owns the database, write it all anew.
func TestP9ACheckpointElsewhereShowsARewriting(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		s, ctx := signer(t), dbtest.As(t, auth.Actor{ID: "li", Unit: "school", Body: "b"})
		write(t, ctx, d, 6)
		kept, err := s.Checkpoint(ctx, d, true)
		if err != nil {
			t.Fatal(err)
		}
		write(t, ctx, d, 3)
		err = db.Do(ctx, d, func(tx *db.Tx) error {
			for _, q := range []string{
				`DELETE FROM journal_checkpoint`, `DELETE FROM journal_head`, `UPDATE journal_entry SET seq = NULL, leaf = NULL`,
				`UPDATE journal_entry SET actor = 'wang' WHERE subject = 'p2'`,
			} {
				if _, err := tx.Exec(q); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		write(t, ctx, d, 1) // chains all of it again
		if _, err := s.Checkpoint(ctx, d, true); err != nil {
			t.Fatal(err)
		}
		if r := check(t, d, s); len(r.Findings) != 0 {
			t.Errorf("the database alone cannot know: %+v", r)
		}
		if r := check(t, d, s, kept.Note); !slices.Equal(sorts(r), []journal.Sort{journal.Rewritten}) {
			t.Errorf("with the checkpoint from elsewhere: %+v", r)
		}
	})
}

func TestErasureLeavesTheChain(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		s, ctx := signer(t), dbtest.As(t, auth.Actor{ID: "li", Unit: "school", Body: "b"})
		write(t, ctx, d, 5)
		if err := db.Do(ctx, d, func(tx *db.Tx) error { return journal.Erase(tx, "p2") }); err != nil {
			t.Fatal(err)
		}
		if r := check(t, d, s); len(r.Findings) != 0 || r.Size != 5 {
			t.Errorf("%+v", r)
		}
	})
}

func TestEntriesFromBeforeTheChainAreTakenIn(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		s, ctx := signer(t), dbtest.As(t, auth.Actor{ID: "li", Unit: "school", Body: "b"})
		write(t, ctx, d, 5)
		err := db.Do(ctx, d, func(tx *db.Tx) error {
			if _, err := tx.Exec(`UPDATE journal_entry SET seq = NULL, leaf = NULL`); err != nil {
				return err
			}
			_, err := tx.Exec(`DELETE FROM journal_head`)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if r := check(t, d, s); len(r.Findings) != 0 || r.Size != 0 {
			t.Errorf("before: %+v", r)
		}
		write(t, ctx, d, 2)
		if r := check(t, d, s); len(r.Findings) != 0 || r.Size != 7 {
			t.Errorf("after: %+v", r)
		}
	})
}

// TestTheTreeIsRFC6962s compares the growing tree with the one of tlog.
func TestTheTreeIsRFC6962s(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		leaves := rapid.SliceOfN(rapid.SliceOfN(rapid.Byte(), 0, 8), 1, 70).Draw(t, "leaves")
		var all []tlog.Hash
		reader := tlog.HashReaderFunc(func(at []int64) (list []tlog.Hash, err error) {
			for _, i := range at {
				list = append(list, all[i])
			}
			return list, nil
		})
		var hashes []tlog.Hash
		for i, l := range leaves {
			more, err := tlog.StoredHashes(int64(i), l, reader)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, more...)
			hashes = append(hashes, tlog.RecordHash(l))
		}
		want, err := tlog.TreeHash(int64(len(leaves)), reader)
		if got := journal.RootOf(hashes); err != nil || got != want {
			t.Fatalf("%d leaves: %v, want %v, %v", len(leaves), got, want, err)
		}
	})
}

func TestEntriesOutsideAChainAreCounted(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		s, ctx := signer(t), dbtest.As(t, auth.Actor{ID: "li", Unit: "school", Body: "b"})
		write(t, ctx, d, 3)
		if r := check(t, d, s); r.Outside != 0 || r.Size != 3 {
			t.Errorf("chained: %+v", r)
		}
		if err := db.Do(ctx, d, func(tx *db.Tx) error {
			if _, err := tx.Exec(`UPDATE journal_entry SET seq = NULL WHERE body = 'b'`); err != nil {
				return err
			}
			_, err := tx.Exec(`DELETE FROM journal_head WHERE body = 'b'`)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if r := check(t, d, s); r.Outside != 3 || r.Size != 0 || len(r.Findings) != 0 {
			t.Errorf("never chained: %+v, want 3 outside", r)
		}
	})
}
