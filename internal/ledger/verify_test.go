package ledger

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite"

	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/journal"
)

// forger writes to the tables as one who runs the database can: past every constraint.
func forger(t *testing.T, address string) func(query string, args ...any) {
	t.Helper()
	driver, dsn := "sqlite", address+"?_pragma=foreign_keys(0)&_pragma=ignore_check_constraints(1)&_pragma=busy_timeout(5000)"
	if db.IsPostgres(address) {
		driver, dsn = "pgx", address
	}
	d, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	d.SetMaxOpenConns(1)
	do := func(query string, args ...any) {
		t.Helper()
		if _, err := d.Exec(query, args...); err != nil {
			t.Fatalf("%s: %v", query, err)
		}
	}
	if driver == "pgx" {
		do(`SET session_replication_role = replica`)
		rows, err := d.Query(`SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE contype = 'c' AND connamespace = current_schema()::regnamespace AND conrelid::regclass::text LIKE 'ledger_%'`)
		if err != nil {
			t.Fatal(err)
		}
		var drops []string
		for rows.Next() {
			var table, name string
			if err := rows.Scan(&table, &name); err != nil {
				t.Fatal(err)
			}
			drops = append(drops, `ALTER TABLE `+table+` DROP CONSTRAINT `+name)
		}
		rows.Close()
		for _, drop := range drops {
			do(drop)
		}
	}
	return do
}

// Whatever is changed, put in or taken out behind the program's back is found, also where
// what was changed sums to zero and every balance was made to fit.
func TestP4AnEditedLineIsFound(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		d := dbtest.Open(t, address, journal.Room, Room)
		forge := forger(t, address)
		n := 0
		for _, c := range []struct {
			name  string
			forge func(body string, ids []string, e [3]*Entry)
			want  []Sort
		}{
			{"nothing", func(string, []string, [3]*Entry) {}, nil},
			{"fen of one line", func(_ string, _ []string, e [3]*Entry) {
				forge(`UPDATE ledger_line SET fen = fen + 1 WHERE entry_id = $1 AND place = 1`, e[0].ID)
			}, []Sort{Altered, Balance, NotReverse, Unbalanced}},
			{"fen of both lines, and every balance after", func(_ string, ids []string, e [3]*Entry) {
				forge(`UPDATE ledger_line SET fen = fen * 2, balance = was + fen * 2 WHERE entry_id = $1`, e[2].ID)
			}, []Sort{Altered}},
			{"a balance", func(_ string, ids []string, e [3]*Entry) {
				forge(`UPDATE ledger_line SET balance = balance + 1 WHERE entry_id = $1 AND place = 1`, e[2].ID)
			}, []Sort{Altered, Balance}},
			{"a balance before", func(_ string, ids []string, e [3]*Entry) {
				forge(`UPDATE ledger_line SET was = was + 1 WHERE entry_id = $1 AND place = 1`, e[2].ID)
			}, []Sort{Balance}},
			{"the number of a line", func(_ string, ids []string, e [3]*Entry) {
				forge(`UPDATE ledger_line SET seq = 9 WHERE entry_id = $1 AND place = 1`, e[2].ID)
			}, []Sort{Altered, Balance}},
			{"the account of a line", func(_ string, ids []string, e [3]*Entry) {
				forge(`UPDATE ledger_line SET account_id = $2, seq = 1, was = 0, balance = fen WHERE entry_id = $1 AND place = 1`, e[2].ID, ids[2])
			}, []Sort{Altered}},
			{"whose account it is", func(_ string, ids []string, e [3]*Entry) {
				forge(`UPDATE ledger_account SET owner = 'somebody' WHERE id = $1`, ids[0])
			}, []Sort{Altered}},
			{"the kind of an account", func(_ string, ids []string, e [3]*Entry) {
				forge(`UPDATE ledger_account SET kind = 'test.other' WHERE id = $1`, ids[0])
			}, []Sort{Altered}},
			{"a line is gone", func(_ string, _ []string, e [3]*Entry) {
				forge(`DELETE FROM ledger_line WHERE entry_id = $1 AND place = 1`, e[2].ID)
			}, []Sort{Altered, Unbalanced}},
			{"a line more", func(body string, ids []string, e [3]*Entry) {
				forge(`INSERT INTO ledger_line (body, entry_id, place, account_id, seq, was, fen, balance) VALUES ($1, $2, 3, $3, 1, 0, 5, 5)`, body, e[2].ID, ids[2])
			}, []Sort{Altered, Unbalanced}},
			{"a line of no entry", func(body string, ids []string, e [3]*Entry) {
				forge(`INSERT INTO ledger_line (body, entry_id, place, account_id, seq, was, fen, balance) VALUES ($1, 'nowhere', 1, $2, 1, 0, 5, 5)`, body, ids[2])
			}, []Sort{Balance, Outside}},
			{"the newest entry is gone", func(_ string, _ []string, e [3]*Entry) {
				forge(`DELETE FROM ledger_line WHERE entry_id = $1`, e[2].ID)
				forge(`DELETE FROM ledger_entry WHERE id = $1`, e[2].ID)
			}, []Sort{Missing}},
			{"an entry in the middle is gone", func(_ string, _ []string, e [3]*Entry) {
				forge(`DELETE FROM ledger_line WHERE entry_id = $1`, e[1].ID)
				forge(`DELETE FROM ledger_entry WHERE id = $1`, e[1].ID)
			}, []Sort{Balance, Gap, Missing}},
			{"all is gone", func(body string, _ []string, e [3]*Entry) {
				forge(`DELETE FROM ledger_line WHERE body = $1`, body)
				forge(`DELETE FROM ledger_entry WHERE body = $1`, body)
			}, []Sort{Missing}},
			{"an entry more", func(body string, ids []string, e [3]*Entry) {
				forge(`INSERT INTO ledger_entry (id, body, number, at, day, reason, words, rule_id, subject, title, path, actor, journal_id, sort)
					SELECT id || 'x', body, 4, at, day, reason, words, rule_id, subject, title, path, actor, journal_id || 'x', sort FROM ledger_entry WHERE id = $1`, e[2].ID)
				forge(`INSERT INTO ledger_line (body, entry_id, place, account_id, seq, was, fen, balance) SELECT body, entry_id || 'x', place, account_id, seq + 1, balance, fen, balance + fen FROM ledger_line WHERE entry_id = $1`, e[2].ID)
			}, []Sort{Untold}},
			{"what an entry reverses", func(_ string, _ []string, e [3]*Entry) {
				forge(`UPDATE ledger_entry SET reverses = $2 WHERE id = $1`, e[1].ID, e[2].ID)
			}, []Sort{Altered, NotReverse}},
			{"its number", func(_ string, _ []string, e [3]*Entry) {
				forge(`UPDATE ledger_entry SET number = 7 WHERE id = $1`, e[2].ID)
			}, []Sort{Altered, Gap}},
			{"its time", func(_ string, _ []string, e [3]*Entry) {
				forge(`UPDATE ledger_entry SET at = $2 WHERE id = $1`, e[2].ID, dbtest.Noon.AddDate(-1, 0, 0))
			}, []Sort{Altered, OutOfTime}},
			{"its day", func(_ string, _ []string, e [3]*Entry) {
				forge(`UPDATE ledger_entry SET day = '2020-01-01' WHERE id = $1`, e[2].ID)
			}, []Sort{Altered}},
			{"who posted it", func(_ string, _ []string, e [3]*Entry) {
				forge(`UPDATE ledger_entry SET actor = 'nobody' WHERE id = $1`, e[2].ID)
			}, []Sort{Altered}},
			{"its reason", func(_ string, _ []string, e [3]*Entry) {
				forge(`UPDATE ledger_entry SET reason = 'other' WHERE id = $1`, e[2].ID)
			}, []Sort{Altered}},
			{"its words", func(_ string, _ []string, e [3]*Entry) {
				forge(`UPDATE ledger_entry SET words = 'other' WHERE id = $1`, e[1].ID)
			}, []Sort{Altered}},
			{"its rule, subject, title and path", func(_ string, _ []string, e [3]*Entry) {
				for i, column := range []string{"rule_id", "subject", "title"} {
					forge(`UPDATE ledger_entry SET `+column+` = 'other' WHERE id = $1`, e[i].ID)
				}
			}, []Sort{Altered}},
		} {
			n++
			body := fmt.Sprint("b", n)
			ctx := secretary(t, body)
			ids := opened(t, ctx, d, 3)
			var e [3]*Entry
			if err := db.Do(ctx, d, func(tx *db.Tx) (err error) {
				if e[0], err = Post(tx, entry(Line{Account: ids[0], Fen: 10}, Line{Account: ids[1], Fen: -10})); err == nil {
					e[1], err = Reverse(tx, e[0].ID, "2026-03-02", "误记")
				}
				if err == nil {
					e[2], err = Post(tx, entry(Line{Account: ids[0], Fen: 30}, Line{Account: ids[1], Fen: -30}))
				}
				return err
			}); err != nil {
				t.Fatal(err)
			}
			c.forge(body, ids, e)
			var got []Sort
			for _, f := range verified(t, ctx, d).Findings {
				got = append(got, f.Sort)
			}
			slices.Sort(got)
			if got = slices.Compact(got); !slices.Equal(got, c.want) {
				t.Errorf("%s: it finds %v, want %v", c.name, got, c.want)
			}
			all, unbalanced := counts(t, ctx, d)
			if want := slices.Contains(c.want, Unbalanced); (unbalanced > 0) != want {
				t.Errorf("%s: %d of %d entries do not sum to zero", c.name, unbalanced, all)
			}
			if holds := found(t, d, body) == 0; !holds {
				t.Errorf("%s: the journal was not touched and does not hold", c.name)
			}
		}
		bothForged(t, d, forge)
	})
}

func counts(t *testing.T, ctx context.Context, d *db.DB) (all, unbalanced int64) {
	t.Helper()
	in(t, ctx, d, func(tx *db.Tx) (_ int, err error) { all, unbalanced, err = CountUnbalanced(tx); return 0, err })
	return all, unbalanced
}

func found(t *testing.T, d *db.DB, body string) int {
	t.Helper()
	r, err := journal.Check(t.Context(), d, body, "", nil)
	if err != nil {
		t.Fatal(err)
	}
	return len(r.Findings)
}

// bothForged changes a line and what the journal tells of it alike: then the journal does
// not hold.
func bothForged(t *testing.T, d *db.DB, forge func(string, ...any)) {
	ctx := secretary(t, "both")
	ids := opened(t, ctx, d, 2)
	e, err := posted(ctx, d, entry(Line{Account: ids[0], Fen: 10}, Line{Account: ids[1], Fen: -10}))
	if err != nil {
		t.Fatal(err)
	}
	forge(`UPDATE ledger_line SET fen = fen * 100, balance = balance * 100 WHERE entry_id = $1`, e.ID)
	again := in(t, ctx, d, func(tx *db.Tx) (*Entry, error) { return findEntry(tx, e.ID) })
	text, err := json.Marshal(again.told())
	if err != nil || !strings.Contains(string(text), `"fen":1000`) {
		t.Fatal(string(text), err)
	}
	forge(`UPDATE journal_entry SET data = $2 WHERE id = $1`, e.Journal, string(text))
	if r := verified(t, ctx, d); len(r.Findings) > 0 {
		t.Errorf("a ledger and a journal that say the same: %+v", r.Findings)
	}
	if found(t, d, "both") == 0 {
		t.Error("the journal was forged and holds")
	}
}
