package ledger

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/fault"
	"guildhall/internal/journal"
)

var _ = Declare(
	Kind{Name: "test.pot", ZH: "专款", EN: "Pot", MeansZH: "到账的专款。", MeansEN: "What has come in.", Path: "/projects/{owner}"},
	Kind{Name: "test.owed", ZH: "应收款", EN: "Owed", MeansZH: "单位应付的款。", MeansEN: "What a unit owes."},
)

func secretary(t testing.TB, body string) context.Context {
	return dbtest.As(t, auth.Actor{ID: "li", Body: body, Roles: []string{auth.Secretariat}})
}

func staff(t testing.TB, body, unit string) context.Context {
	return dbtest.As(t, auth.Actor{ID: "wei", Body: body, Unit: unit, Roles: []string{auth.Staff}})
}

func in[T any](t testing.TB, ctx context.Context, d *db.DB, fn func(tx *db.Tx) (T, error)) T {
	t.Helper()
	v, err := db.View(ctx, d, fn)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// opened gives so many accounts of a body: those with an odd number belong to units.
func opened(t testing.TB, ctx context.Context, d *db.DB, n int) (ids []string) {
	t.Helper()
	ids, err := db.Update(ctx, d, func(tx *db.Tx) (ids []string, err error) {
		for i := range n {
			a := Account{Kind: "test.pot", Owner: fmt.Sprint("p", i), Title: fmt.Sprint("项目", i)}
			if i%2 == 1 {
				a = Account{Kind: "test.owed", Owner: fmt.Sprint("u", i), Unit: fmt.Sprint("u", i)}
			}
			got, err := Open(tx, a)
			if err != nil {
				return nil, err
			}
			ids = append(ids, got.ID)
		}
		return ids, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return ids
}

// entry is an entry of which nothing is wrong, with these lines.
func entry(lines ...Line) Entry {
	return Entry{Day: "2026-03-01", Reason: "ledger.entry.post", Subject: "s", Title: "示例", Path: "/projects/s", Lines: lines}
}

func posted(ctx context.Context, d *db.DB, e Entry) (*Entry, error) {
	return db.Update(ctx, d, func(tx *db.Tx) (*Entry, error) { return Post(tx, e) })
}

func balances(t testing.TB, ctx context.Context, d *db.DB) map[string]int64 {
	t.Helper()
	all := map[string]int64{}
	for _, a := range in(t, ctx, d, func(tx *db.Tx) ([]Account, error) { return accounts(tx, "1 = 1") }) {
		all[a.ID] = a.Balance
	}
	return all
}

// sums are the balances that the lines themselves make.
func sums(t testing.TB, ctx context.Context, d *db.DB) map[string]int64 {
	t.Helper()
	all := map[string]int64{}
	for _, p := range in(t, ctx, d, func(tx *db.Tx) ([]struct {
		A string
		B int64
	}, error) {
		return db.All(tx, db.Pair[string, int64], `SELECT account_id, CAST(sum(fen) AS BIGINT) FROM ledger_line WHERE body = $1 GROUP BY account_id`, tx.Body)
	}) {
		all[p.A] = p.B
	}
	return all
}

func verified(t testing.TB, ctx context.Context, d *db.DB) *Report {
	t.Helper()
	return in(t, ctx, d, Verify)
}

// Whatever is posted, reversed and refused, in any order: the ledger is what a map of
// balances is, each entry sums to zero and so do all balances, and the ledger verifies.
func TestP4TheLedgerSumsToZero(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		d := dbtest.Open(t, address, journal.Room, Room)
		n := 0
		rapid.Check(t, func(rt *rapid.T) {
			n++
			ctx := secretary(t, fmt.Sprint("b", n))
			ids := opened(t, ctx, d, 4)
			abroad := opened(t, secretary(t, "abroad"), d, 1)[0]
			want, kept, over := map[string]int64{}, []*Entry{}, map[string]bool{}
			for range rapid.IntRange(1, 12).Draw(rt, "steps") {
				if rapid.IntRange(0, 3).Draw(rt, "reverse") == 0 && len(kept) > 0 {
					was := rapid.SampledFrom(kept).Draw(rt, "which")
					e, err := db.Update(ctx, d, func(tx *db.Tx) (*Entry, error) { return Reverse(tx, was.ID, "2026-03-02", "误记") })
					var back []Line
					for _, l := range was.Lines {
						back = append(back, Line{Account: l.Account, Fen: -l.Fen})
					}
					if refused := over[was.ID] || was.Reverses != ""; refused != errors.Is(err, fault.Conflict) || !refused && fits(want, back) != (err == nil) {
						rt.Fatalf("reversing no. %d, which can be: %v: %v", was.Number, !refused, err)
					}
					if err == nil {
						over[was.ID], kept = true, append(kept, e)
						for _, l := range was.Lines {
							want[l.Account] -= l.Fen
						}
					}
				} else {
					lines, sound := drawLines(rt, ids, abroad)
					sound = sound && fits(want, lines)
					e, err := posted(ctx, d, entry(lines...))
					if sound != (err == nil) || err != nil && !errors.Is(err, fault.Invalid) {
						rt.Fatalf("%+v, which can be posted: %v: %v", lines, sound, err)
					}
					if err == nil {
						kept = append(kept, e)
						for _, l := range lines {
							want[l.Account] += l.Fen
						}
					}
				}
				whole := int64(0)
				have, summed := balances(t, ctx, d), sums(t, ctx, d)
				for _, id := range ids {
					if have[id] != want[id] || summed[id] != want[id] {
						rt.Fatalf("a balance is %d, its lines make %d, want %d", have[id], summed[id], want[id])
					}
					whole += have[id]
				}
				if whole != 0 {
					rt.Fatalf("all balances make %d", whole)
				}
			}
			if r := verified(t, ctx, d); len(r.Findings) > 0 || r.Entries != int64(len(kept)) {
				rt.Fatalf("%d entries were kept, and it verifies as %+v", len(kept), r)
			}
		})
	})
}

// fits tells whether every account can hold what the lines make of it.
func fits(stand map[string]int64, lines []Line) bool {
	for _, l := range lines {
		after := new(big.Int).Add(big.NewInt(stand[l.Account]), big.NewInt(l.Fen))
		if after.CmpAbs(big.NewInt(math.MaxInt64)) > 0 {
			return false
		}
	}
	return true
}

// drawLines draws the lines of an entry, and tells whether it can be posted
// as far as it does not go by the balances.
func drawLines(rt *rapid.T, ids []string, abroad string) (lines []Line, sound bool) {
	n := rapid.IntRange(2, len(ids)).Draw(rt, "lines")
	left := int64(0)
	for i, id := range rapid.Permutation(ids).Draw(rt, "accounts")[:n] {
		fen := rapid.Int64Range(-1_000_000, 1_000_000).Filter(func(v int64) bool { return v != 0 && (i < n-2 || left+v != 0) }).Draw(rt, "fen")
		if i == n-1 {
			fen = -left
		}
		left += fen
		lines = append(lines, Line{Account: id, Fen: fen})
	}
	switch rapid.SampledFrom([]string{"", "", "", "sum", "zero", "one", "none", "abroad", "twice", "large", "least"}).Draw(rt, "fault") {
	case "sum":
		lines[0].Fen += rapid.SampledFrom([]int64{1, -1}).Filter(func(v int64) bool { return lines[0].Fen+v != 0 }).Draw(rt, "off")
	case "zero":
		lines = append(lines[:1], Line{Account: lines[1].Account})
		lines[0].Fen = 0
	case "one":
		lines = lines[:1]
	case "none":
		lines = nil
	case "abroad":
		lines[0].Account = abroad
	case "twice":
		lines = append(lines, lines[0], lines[0])
		lines[len(lines)-1].Fen *= -1
	case "large":
		lines = []Line{{Account: ids[0], Fen: math.MaxInt64}, {Account: ids[1], Fen: -math.MaxInt64}}
		return lines, true
	case "least":
		lines = []Line{{Account: ids[0], Fen: math.MinInt64}, {Account: ids[1], Fen: math.MaxInt64}}
	default:
		return lines, true
	}
	return lines, false
}

// All that is wrong with an entry is told at once, each with its place.
func TestAllThatIsWrongIsTold(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		d := dbtest.Open(t, address, journal.Room, Room)
		ctx := secretary(t, "b")
		ids, abroad := opened(t, ctx, d, 2), opened(t, secretary(t, "other"), d, 1)[0]
		_, err := posted(ctx, d, Entry{Day: "soon", Reason: "no.such.word", Words: strings.Repeat("长", longest+1), Lines: []Line{
			{Account: ids[0], Fen: 5}, {Account: ids[0], Fen: 1}, {Account: ids[1]}, {Account: abroad, Fen: -5}, {Account: "nowhere", Fen: 7}}})
		for place, key := range map[string]string{"day": "fault.date", "reason": "ledger.wrong.reason", "subject": "ledger.wrong.subject", "words": "ledger.wrong.long", "lines": "ledger.wrong.sum",
			"lines.2": "ledger.wrong.twice", "lines.3": "ledger.wrong.zero", "lines.4": "ledger.wrong.account", "lines.5": "ledger.wrong.account"} {
			if f := fault.At(err, place); f == nil || f.Key != key {
				t.Errorf("of %s it says %v, want %s", place, f, key)
			}
		}
		if _, err := posted(ctx, d, entry(Line{Account: ids[0], Fen: math.MaxInt64}, Line{Account: ids[1], Fen: -math.MaxInt64})); err != nil {
			t.Fatal(err)
		}
		_, err = posted(ctx, d, entry(Line{Account: ids[0], Fen: 1}, Line{Account: ids[1], Fen: -1}))
		if fault.At(err, "lines.1") == nil || fault.At(err, "lines.2") == nil {
			t.Errorf("an account holds more than there is: %v", err)
		}
		if r := verified(t, ctx, d); len(r.Findings) > 0 || r.Entries != 1 {
			t.Errorf("%+v", r)
		}
	})
}

// No statement of the program changes or removes what was posted, and no row that was
// there is another one after whatever was done since.
func TestP4NothingIsEdited(t *testing.T) {
	edits := regexp.MustCompile(`(?i)(UPDATE|DELETE\s+FROM|REPLACE\s+INTO|TRUNCATE(\s+TABLE)?)\s+ledger_`)
	own := regexp.MustCompile(`\b(UPDATE|DELETE|REPLACE INTO|TRUNCATE|DROP)\b`)
	files, _ := filepath.Glob("../*/*.go")
	schemas, _ := filepath.Glob("../*/schema/*.sql")
	for _, file := range slices.Concat(files, schemas) {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		if edits.Match(text) || strings.HasPrefix(file, "../ledger/") && own.Match(text) {
			t.Errorf("%s edits the ledger: %s%s", file, edits.Find(text), own.Find(text))
		}
	}
	if len(files) < 100 || len(schemas) < 20 {
		t.Errorf("%d files and %d steps of tables were looked at", len(files), len(schemas))
	}
	dbtest.Each(t, func(t *testing.T, address string) {
		d := dbtest.Open(t, address, journal.Room, Room)
		ctx := secretary(t, "b")
		ids := opened(t, ctx, d, 4)
		seen := map[string]string{} // by table and id, the row as it was first seen
		for range 12 {
			i, j := rand.IntN(4), rand.IntN(3)
			if j >= i {
				j++
			}
			fen := rand.Int64N(1000) + 1
			e, err := posted(ctx, d, entry(Line{Account: ids[i], Fen: fen}, Line{Account: ids[j], Fen: -fen}))
			if err == nil && rand.IntN(2) == 0 {
				_, err = db.Update(ctx, d, func(tx *db.Tx) (*Entry, error) { return Reverse(tx, e.ID, "2026-03-02", "误记") })
			}
			if err != nil {
				t.Fatal(err)
			}
			now := rows(t, ctx, d)
			for key, row := range seen {
				if now[key] != row {
					t.Errorf("%s was %s and is %s", key, row, now[key])
				}
			}
			seen = now
		}
		if len(seen) < 3*12 {
			t.Errorf("only %d rows were seen", len(seen))
		}
	})
}

// rows gives every row of the ledger as text, by what it is.
func rows(t *testing.T, ctx context.Context, d *db.DB) map[string]string {
	t.Helper()
	all := map[string]string{}
	for table, key := range map[string]string{"account": "id", "entry": "id", "line": "entry_id || place"} {
		columns := map[string]string{
			"account": "id, body, kind, owner, unit_id, title, currency, opened_at, '', '', '', '', '', '', '', ''",
			"entry":   "id, body, number, at, day, reason, words, rule_id, subject, title, path, actor, journal_id, sort, coalesce(reverses, ''), coalesce(reverses_sort, '')",
			"line":    "body, entry_id, place, account_id, seq, coalesce(prior, 0), was, fen, balance, '', '', '', '', '', '', ''"}[table]
		list := in(t, ctx, d, func(tx *db.Tx) ([][2]string, error) {
			return db.All(tx, func(row db.Row) (r [2]string, err error) {
				values := make([]any, 16)
				to := []any{&r[0]}
				for i := range values {
					to = append(to, &values[i])
				}
				err = row.Scan(to...)
				r[1] = fmt.Sprint(values)
				return r, err
			}, `SELECT `+key+`, `+columns+` FROM ledger_`+table)
		})
		for _, r := range list {
			all[table+" "+r[0]] = r[1]
		}
	}
	return all
}

// A correction is an entry of its own: what it corrects stays, can be corrected once, and
// a correction cannot be corrected. The database holds to that, whoever writes to it.
func TestP4CorrectionsAreNewEntries(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		d := dbtest.Open(t, address, journal.Room, Room)
		ctx := secretary(t, "b")
		ids := opened(t, ctx, d, 2)
		wrong, err := posted(ctx, d, entry(Line{Account: ids[0], Fen: 12345}, Line{Account: ids[1], Fen: -12345}))
		if err != nil {
			t.Fatal(err)
		}
		reverse := func(id, words string) (*Entry, error) {
			return db.Update(ctx, d, func(tx *db.Tx) (*Entry, error) { return Reverse(tx, id, "2026-03-02", words) })
		}
		if _, err := reverse(wrong.ID, "  "); fault.At(err, "words") == nil {
			t.Errorf("reversed without a reason: %v", err)
		}
		if _, err := reverse("nowhere", "x"); !errors.Is(err, fault.NotFound) {
			t.Errorf("what is not there is reversed: %v", err)
		}
		if _, err := db.Update(secretary(t, "other"), d, func(tx *db.Tx) (*Entry, error) { return Reverse(tx, wrong.ID, "2026-03-02", "x") }); !errors.Is(err, fault.NotFound) {
			t.Errorf("another body reverses it: %v", err)
		}
		right, err := reverse(wrong.ID, "金额误录")
		if err != nil || right.Number != 2 || right.Reverses != wrong.ID || right.Lines[0].Fen != -12345 || right.Lines[0].Balance != 0 || right.Words != "金额误录" {
			t.Fatalf("%+v, %v", right, err)
		}
		if _, err := reverse(wrong.ID, "again"); !errors.Is(err, fault.Conflict) {
			t.Errorf("reversed twice: %v", err)
		}
		if _, err := reverse(right.ID, "back"); !errors.Is(err, fault.Conflict) {
			t.Errorf("a reversal is reversed: %v", err)
		}
		was := in(t, ctx, d, func(tx *db.Tx) (*Entry, error) { return findEntry(tx, wrong.ID) })
		if was.ReversedBy != right.ID || was.Lines[0].Fen != 12345 || was.Lines[0].Balance != 12345 {
			t.Errorf("what was corrected is %+v", was)
		}
		about := in(t, ctx, d, func(tx *db.Tx) ([]Entry, error) { return About(tx, "s") })
		if len(about) != 2 || about[0].ID != wrong.ID {
			t.Errorf("about the subject: %+v", about)
		}
		refuses(t, ctx, d, ids, wrong, right)
		if r := verified(t, ctx, d); len(r.Findings) > 0 || r.Entries != 2 || r.Lines != 4 || r.Accounts != 2 {
			t.Errorf("%+v", r)
		}
	})
}

// refuses writes past the package what the database itself must refuse.
func refuses(t *testing.T, ctx context.Context, d *db.DB, ids []string, wrong, right *Entry) {
	abroad := opened(t, secretary(t, "other"), d, 1)[0]
	const anEntry = `INSERT INTO ledger_entry (id, body, number, at, day, reason, words, rule_id, subject, title, path, actor, journal_id, sort, reverses, reverses_sort)
		SELECT $1, 'b', CAST($2 AS BIGINT), at, day, reason, words, rule_id, subject, title, path, actor, CAST($3 AS TEXT), CAST($4 AS TEXT), CAST($5 AS TEXT), CAST($6 AS TEXT) FROM ledger_entry WHERE number = 1 AND body = 'b'`
	const aLine = `INSERT INTO ledger_line (body, entry_id, place, account_id, seq, prior, was, fen, balance) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`
	for name, insert := range map[string][]any{
		"a second reversal":                {anEntry, "x", 3, "", "reversal", wrong.ID, "entry"},
		"a reversal of a reversal":         {anEntry, "x", 3, "", "reversal", right.ID, "entry"},
		"a reversal that calls it one":     {anEntry, "x", 3, "", "reversal", right.ID, "reversal"},
		"a reversal of nothing":            {anEntry, "x", 3, "", "reversal", nil, nil},
		"an entry that reverses":           {anEntry, "x", 3, "", "entry", wrong.ID, "entry"},
		"a number that is taken":           {anEntry, "x", 2, "", "entry", nil, nil},
		"an entry told with another":       {anEntry, "x", 3, wrong.Journal, "entry", nil, nil},
		"an entry that nobody told":        {anEntry, "x", 3, "nowhere", "entry", nil, nil},
		"an account of another body":       {aLine, "b", wrong.ID, 3, abroad, 1, nil, 0, 5, 5},
		"an account that is not there":     {aLine, "b", wrong.ID, 3, "nowhere", 1, nil, 0, 5, 5},
		"an entry that is not there":       {aLine, "b", "nowhere", 1, ids[0], 3, 2, 0, 5, 5},
		"a line of nothing":                {aLine, "other", wrong.ID, 3, abroad, 1, nil, 0, 0, 0},
		"a number in the account twice":    {aLine, "b", wrong.ID, 3, ids[0], 2, 1, 12345, 5, 12350},
		"a balance that is not the sum":    {aLine, "b", wrong.ID, 3, ids[0], 3, 2, 0, 5, 6},
		"a balance before that was not":    {aLine, "b", wrong.ID, 3, ids[0], 3, 2, 1, 5, 6},
		"a line after one that is missing": {aLine, "b", wrong.ID, 3, ids[0], 4, 3, 0, 5, 5},
		"a line that skips one":            {aLine, "b", wrong.ID, 3, ids[0], 3, 1, 12345, 5, 12350},
	} {
		err := db.Do(ctx, d, func(tx *db.Tx) error {
			args := slices.Clone(insert[1:])
			if insert[0] == anEntry && args[2] == "" { // each has an entry of the journal of its own
				id, err := journal.Enter(tx, "test.x.y", "x", nil)
				if err != nil {
					t.Fatal(err)
				}
				args[2] = id
			}
			_, err := tx.Exec(insert[0].(string), args...)
			return err
		})
		if err == nil || strings.Contains(err.Error(), "syntax") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Many post at once, over two handles where the engine allows them: each account has what
// was acknowledged, and its lines follow each other without a gap.
func TestP4ManyPostAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		handles := []*db.DB{dbtest.Open(t, address, journal.Room, Room)}
		if db.IsPostgres(address) {
			handles = append(handles, dbtest.Open(t, address))
		}
		ctx := secretary(t, "b")
		ids := opened(t, ctx, handles[0], 3)
		var mu sync.Mutex
		want, kept := map[string]int64{}, 0
		var clients sync.WaitGroup
		for client := range 8 {
			clients.Go(func() {
				d := handles[client%len(handles)]
				var own []*Entry
				for n := range 15 {
					var e *Entry
					var err error
					if n%5 == 4 {
						e, err = db.Update(ctx, d, func(tx *db.Tx) (*Entry, error) {
							return Reverse(tx, own[rand.IntN(len(own))].ID, "2026-03-02", "误记")
						})
						if errors.Is(err, fault.Conflict) {
							continue
						}
					} else {
						i, fen := rand.IntN(3), rand.Int64N(1000)+1
						e, err = posted(ctx, d, entry(Line{Account: ids[i], Fen: fen}, Line{Account: ids[(i+1)%3], Fen: -fen}))
						own = append(own, e)
					}
					if err != nil {
						t.Error(err)
						return
					}
					mu.Lock()
					kept++
					for _, l := range e.Lines {
						want[l.Account] += l.Fen
					}
					mu.Unlock()
				}
			})
		}
		clients.Wait()
		have, summed := balances(t, ctx, handles[0]), sums(t, ctx, handles[0])
		for _, id := range ids {
			if have[id] != want[id] || summed[id] != want[id] {
				t.Errorf("a balance is %d, its lines make %d, acknowledged were %d", have[id], summed[id], want[id])
			}
		}
		if r := verified(t, ctx, handles[0]); len(r.Findings) > 0 || r.Entries != int64(kept) {
			t.Errorf("%d entries were acknowledged: %+v", kept, r)
		}
	})
}

// Periods are half-open, by the time of posting, and what was shown of one that is over
// stays as it was. A clock that goes back posts nothing into the past.
func TestPeriods(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		d := dbtest.Open(t, address, journal.Room, Room)
		ctx := secretary(t, "b")
		ids := opened(t, ctx, d, 2)
		at := func(hours int, fen int64) {
			t.Helper()
			d.Now = func() time.Time { return dbtest.Noon.Add(time.Duration(hours) * time.Hour) }
			if _, err := posted(ctx, d, entry(Line{Account: ids[0], Fen: fen}, Line{Account: ids[1], Fen: -fen})); err != nil {
				t.Fatal(err)
			}
		}
		at(0, 100)
		at(24, 20)
		at(12, 3) // the clock goes back, and the entry counts from the one before on
		at(48, 4)
		for _, c := range []struct {
			from, until          int
			opening, closing     int64
			debit, credit, lines int64
		}{
			{0, 24, 0, 100, 100, 0, 1},
			{24, 48, 100, 123, 23, 0, 2},
			{24, 49, 100, 127, 27, 0, 3},
			{13, 24, 100, 100, 0, 0, 0},
			{48, 100, 123, 127, 4, 0, 1},
		} {
			p := Period{dbtest.Noon.Add(time.Duration(c.from) * time.Hour), dbtest.Noon.Add(time.Duration(c.until) * time.Hour)}
			in(t, ctx, d, func(tx *db.Tx) (int, error) {
				opening, err1 := BalanceAt(tx, ids[0], p.From)
				closing, err2 := BalanceAt(tx, ids[0], p.Until)
				debit, credit, lines, err3 := turnover(tx, ids[0], p)
				list, err4 := moves(tx, ids[0], p, 0, 0)
				if opening != c.opening || closing != c.closing || debit != c.debit || credit != c.credit || lines != c.lines || len(list) != int(lines) || opening+debit-credit != closing {
					t.Errorf("%+v: %d + %d - %d = %d by %d", c, opening, debit, credit, closing, lines)
				}
				return 0, errors.Join(err1, err2, err3, err4)
			})
		}
		first := in(t, ctx, d, func(tx *db.Tx) ([]Move, error) { return moves(tx, ids[0], Period{}, 0, 2) })
		rest := in(t, ctx, d, func(tx *db.Tx) ([]Move, error) { return moves(tx, ids[0], Period{}, first[1].Seq, 10) })
		if len(first) != 2 || len(rest) != 2 || first[0].Balance != 127 || rest[0].Balance != 120 || rest[1].Balance != 100 {
			t.Errorf("by pages: %+v, %+v", first, rest)
		}
		if r := verified(t, ctx, d); len(r.Findings) > 0 {
			t.Errorf("%+v", r)
		}
	})
}
