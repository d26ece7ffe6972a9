package council_test

import (
	"bytes"
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"guildhall/internal/council"
	"guildhall/internal/db"

	"guildhall/ballot"
)

const secrecyVoters = 150

// The secrecy test. After a secret ballot an adversary reads every table with its
// hidden columns, the log and every receipt, and guesses what each voter chose:
// by the order in which anything stands, and by anything that a row of a voter and
// a row with a choice have in common. No guess is better than guessing the same
// for all, but by chance.
func TestP6NobodyGuessesAVote(t *testing.T) {
	each(t, secrecyVoters, func(t *testing.T, h *house) {
		var logged bytes.Buffer
		slog.SetDefault(slog.New(slog.NewTextHandler(&logged, &slog.HandlerOptions{Level: slog.LevelDebug})))
		defer slog.SetDefault(slog.New(slog.NewTextHandler(os.Stderr, nil)))
		_, items := h.session(t, secrecyVoters, council.ItemForm{Kind: "motion", Level: ballot.Members, Title: "人事议案", Words: "……"})
		b := must[*council.Ballot](t)(h.Open(h.li(t), items[0].Motion.ID, council.Opening{}))
		votes, receipts := castAll(t, h, b.ID)

		// While the vote is on, what is stored says nothing at all.
		during := dump(t, h)
		if told := guess(t, during, votes, receipts); told > chance(votes) {
			t.Errorf("during the vote %.0f%% are guessed", told*100)
		}
		sealed := contents(t, h, b.ID)
		must[*council.Ballot](t)(h.Close(h.li(t), b.ID))

		after := dump(t, h)
		if told := guess(t, after, votes, receipts); told > chance(votes) {
			t.Errorf("after the close %.0f%% are guessed; the majority has %.0f%%", told*100, majority(votes)*100)
		}
		if !strings.Contains(fmt.Sprint(after["council_opened"]), "abstain") || len(after["council_opened"].rows) != secrecyVoters {
			t.Errorf("the opened votes are not there to be guessed: %v", after["council_opened"])
		}
		if strings.Contains(logged.String(), "abstain") {
			t.Errorf("the log names a choice:\n%s", logged.String())
		}
		forgotten(t, h, sealed)
	})
}

// castAll lets everybody vote, in an order drawn by lot, and gives what each chose
// and got as a receipt.
func castAll(t *testing.T, h *house, id string) (votes, receipts map[string]string) {
	votes, receipts = map[string]string{}, map[string]string{}
	for _, i := range rand.Perm(secrecyVoters) {
		unit := fmt.Sprintf("u%d", i+1)
		votes[unit] = []string{ballot.Yes, ballot.No, ballot.Abstain}[rand.IntN(3)]
		v := must[*council.Vote](t)(h.Cast(h.unit(t, unit), id, "", votes[unit]))
		receipts[unit] = v.Receipt
	}
	return votes, receipts
}

func majority(votes map[string]string) float64 {
	n := map[string]int{}
	for _, v := range votes {
		n[v]++
	}
	return float64(slices.Max(slices.Collect(maps.Values(n)))) / float64(len(votes))
}

// chance is how much better than the majority the best of some thousand guesses at
// random may be: five times what one of them is off by.
func chance(votes map[string]string) float64 { return majority(votes) + 5*0.04 }

// table is a table as an adversary has it: every column, the hidden ones too.
type table struct {
	columns []string
	rows    [][]string
}

func dump(t *testing.T, h *house) map[string]table {
	t.Helper()
	names, hidden, driver := `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`, "rowid", "sqlite"
	if db.IsPostgres(h.address) {
		names, hidden, driver = `SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()`,
			"ctid::text, xmin::text, xmax::text, cmin::text, tableoid::text", "pgx"
	}
	d, err := sql.Open(driver, h.address)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	all := map[string]table{}
	for _, name := range must[[][]string](t)(rowsOf(t.Context(), d, names)) {
		rows, err := d.QueryContext(t.Context(), `SELECT `+hidden+`, x.* FROM `+name[0]+` x`)
		if err != nil {
			t.Fatal(err)
		}
		columns, _ := rows.Columns()
		rows.Close()
		list := must[[][]string](t)(rowsOf(t.Context(), d, `SELECT `+hidden+`, x.* FROM `+name[0]+` x`))
		for i := range list {
			list[i] = append(list[i], fmt.Sprintf("%08d", i)) // the order in which they come
		}
		all[name[0]] = table{append(columns, "order"), list}
	}
	return all
}

func rowsOf(ctx context.Context, d *sql.DB, query string) (list [][]string, err error) {
	rows, err := d.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	for rows.Next() {
		values, to := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			to[i] = &values[i]
		}
		if err := rows.Scan(to...); err != nil {
			return nil, err
		}
		row := make([]string, len(columns))
		for i, v := range values {
			switch v := v.(type) {
			case []byte:
				row[i] = string(v)
			case int64:
				row[i] = fmt.Sprintf("%020d", v)
			default:
				row[i] = fmt.Sprint(v)
			}
		}
		list = append(list, row)
	}
	return list, rows.Err()
}

// guess tells for how many voters the best way of guessing is right. A way is to
// lay the rows that name voters beside the rows that name choices, each in the
// order of one of its columns, forwards or backwards.
func guess(t *testing.T, tables map[string]table, votes, receipts map[string]string) (best float64) {
	var voters, choices [][]string
	byReceipt := map[string]string{}
	for u, r := range receipts {
		byReceipt[r] = u
	}
	for _, tb := range tables {
		whom, what := make([][]string, len(tb.rows)), make([][]string, len(tb.rows))
		for i, row := range tb.rows {
			whom[i], what[i] = named(row, votes, byReceipt), choicesIn(row)
		}
		for _, order := range tb.orders() {
			var units, chosen []string
			for _, i := range order {
				units, chosen = append(units, whom[i]...), append(chosen, what[i]...)
			}
			if len(units) == len(votes) {
				voters = append(voters, units)
			}
			if len(chosen) == len(votes) {
				choices = append(choices, chosen)
			}
		}
	}
	if len(voters) == 0 {
		t.Fatal("the adversary finds no voters: the test looks at the wrong things")
	}
	for _, units := range voters {
		for _, chosen := range choices {
			forwards, backwards := 0, 0
			for i, u := range units {
				if chosen[i] == votes[u] {
					forwards++
				}
				if chosen[len(chosen)-1-i] == votes[u] {
					backwards++
				}
			}
			best = max(best, float64(max(forwards, backwards))/float64(len(votes)))
		}
	}
	return best
}

// orders gives the places of the rows in the order of each column.
func (tb table) orders() (list [][]int) {
	for c := range tb.columns {
		places := make([]int, len(tb.rows))
		for i := range places {
			places[i] = i
		}
		slices.SortStableFunc(places, func(a, b int) int {
			x, y := tb.rows[a][c], tb.rows[b][c]
			return cmp.Or(cmp.Compare(len(x), len(y)), strings.Compare(x, y))
		})
		list = append(list, places)
	}
	return list
}

// named gives the voter whom a row names, in a column of its own, by a receipt, or
// in the journal's words; nothing where it names several.
func named(row []string, votes, byReceipt map[string]string) (found []string) {
	seen := map[string]bool{}
	for _, cell := range row {
		if _, ok := votes[cell]; ok && !seen[cell] {
			found, seen[cell] = append(found, cell), true
		}
		if u := byReceipt[cell]; u != "" && !seen[u] {
			found, seen[u] = append(found, u), true
		}
		if _, rest, ok := strings.Cut(cell, `"unit":"`); ok {
			if u, _, _ := strings.Cut(rest, `"`); votes[u] != "" && !seen[u] {
				found, seen[u] = append(found, u), true
			}
		}
	}
	if len(found) > 1 {
		return nil
	}
	return found
}

func choicesIn(row []string) (found []string) {
	for _, cell := range row {
		for _, c := range []string{ballot.Yes, ballot.No, ballot.Abstain} {
			if cell == c || strings.Contains(cell, `:"`+c+`"}`) {
				found = append(found, c)
			}
		}
	}
	return found
}

// contents gives what was sealed, as it stands before the close.
func contents(t *testing.T, h *house, id string) [][]byte {
	return must[[][]byte](t)(db.View(h.li(t), h.DB, func(tx *db.Tx) ([][]byte, error) {
		return db.All(tx, db.Value[[]byte], `SELECT content FROM council_sealed WHERE ballot_id = $1`, id)
	}))
}

// forgotten fails where a sealed vote is still to be found after the close: in the
// files of SQLite, or in a dead row of PostgreSQL.
func forgotten(t *testing.T, h *house, sealed [][]byte) {
	t.Helper()
	if len(sealed) != secrecyVoters {
		t.Fatalf("%d sealed votes", len(sealed))
	}
	if db.IsPostgres(h.address) {
		// Others test on the same server and may read meanwhile; Work tries again, too.
		for try := 0; ; try++ {
			err := h.DB.Rewrite(t.Context(), "council_sealed", "council_ballot", "council_share")
			if err == nil {
				break
			}
			if !errors.Is(err, db.ErrRead) || try == 30 {
				t.Fatal(err)
			}
		}
		d, err := sql.Open("pgx", h.address)
		if err != nil {
			t.Fatal(err)
		}
		defer d.Close()
		size := must[[][]string](t)(rowsOf(t.Context(), d, `SELECT pg_relation_size('council_sealed')::text`))
		if size[0][0] != "0" {
			t.Errorf("the table of sealed votes still takes %s bytes", size[0][0])
		}
		return
	}
	for _, suffix := range []string{"", "-wal"} {
		content, err := os.ReadFile(h.address + suffix)
		if err != nil && suffix == "" {
			t.Fatal(err)
		}
		for _, s := range sealed {
			if bytes.Contains(content, s[len(s)-60:]) {
				t.Fatalf("a sealed vote is still in the database's file %s", suffix)
			}
		}
	}
}
