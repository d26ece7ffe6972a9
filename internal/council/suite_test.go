package council_test

import (
	"bytes"
	"fmt"
	"path/filepath"
	"testing"
	"testing/fstest"

	"guildhall/internal/council"
	"guildhall/internal/db"
	"guildhall/internal/seal"

	"guildhall/ballot"
)

// secretBallot gives an open ballot in which so many units have voted yes.
func secretBallot(t *testing.T, h *house, level string, voted int) *council.Ballot {
	t.Helper()
	_, items := h.session(t, 5, council.ItemForm{Kind: "motion", Level: level, Title: "人事议案", Words: "……"})
	b := must[*council.Ballot](t)(h.Open(h.li(t), items[0].Motion.ID, council.Opening{}))
	for i := range voted {
		must[*council.Vote](t)(h.Cast(h.unit(t, fmt.Sprintf("u%d", i+1)), b.ID, "", ballot.Yes))
	}
	return b
}

// holds tells whether a folder passes for a board on which all holds.
func holds(dir fstest.MapFS) bool {
	r, err := ballot.Verify(dir)
	return err == nil && len(r.Wrong) == 0
}

// Whatever is changed of a sealed vote before it is counted, nothing is counted; of its
// board afterwards, it is told.
func TestChangedVotesAreFound(t *testing.T) {
	each(t, 5, func(t *testing.T, h *house) {
		li := h.li(t)
		other := ballot.Chinese
		if h.Keys.Suite().Name == ballot.Chinese {
			other = ballot.International
		}
		for what, change := range map[string]string{
			"a bit of a vote":       `UPDATE council_sealed SET content = $2 WHERE ballot_id = $1 AND receipt = $3`,
			"the name of its suite": `UPDATE council_ballot SET suite = $2 WHERE id = $1`,
			"a receipt":             `UPDATE council_sealed SET receipt = $2 WHERE ballot_id = $1 AND receipt = $3`,
		} {
			b := secretBallot(t, h, ballot.Members, 3)
			if b.Suite != h.Keys.Suite().Name {
				t.Fatalf("a house of the suite %s opens one of %s", h.Keys.Suite().Name, b.Suite)
			}
			if err := db.Do(li, h.DB, func(tx *db.Tx) error {
				receipt, err := db.One(tx, db.Value[string], `SELECT receipt FROM council_sealed WHERE ballot_id = $1 ORDER BY receipt LIMIT 1`, b.ID)
				if err != nil {
					return err
				}
				content, err := db.One(tx, db.Value[[]byte], `SELECT content FROM council_sealed WHERE ballot_id = $1 AND receipt = $2`, b.ID, receipt)
				if err != nil {
					return err
				}
				args := []any{b.ID, other}
				switch what {
				case "a bit of a vote":
					content[len(content)-1] ^= 1
					args = []any{b.ID, content, receipt}
				case "a receipt":
					args = []any{b.ID, "0000 0000 0000 0000 0000", receipt}
				}
				n, err := tx.Exec(change, args...)
				if n != 1 {
					t.Errorf("%s: %d rows are changed", what, n)
				}
				return err
			}); err != nil {
				t.Fatal(err)
			}
			if b, err := h.Close(li, b.ID); err == nil {
				t.Errorf("%s was changed, and it is %s", what, b.Status)
			}
		}
		b := secretBallot(t, h, ballot.Members, 3)
		must[*council.Ballot](t)(h.Close(li, b.ID))
		dir := boardFiles(t, published(t, h, b.ID))
		dir["votes.csv"] = &fstest.MapFile{Data: bytes.Replace(dir["votes.csv"].Data, []byte("yes"), []byte("no"), 1)}
		if holds(dir) {
			t.Error("a vote on the board was turned, and nobody tells")
		}
	})
}

// A ballot keeps the suite with which it opened, and trustees the suite of their codes,
// whatever becomes of the house's keys; what opens afterwards is of the new one.
func TestBallotsKeepTheirSuite(t *testing.T) {
	if len(ballot.Suites()) == 1 {
		t.Skip("this program has one suite")
	}
	each(t, 5, func(t *testing.T, h *house) {
		li := h.li(t)
		path := filepath.Join(t.TempDir(), "key")
		turn := func(suite string) {
			keys, err := seal.FileOf(path, suite)
			if err == nil && keys.Suite().Name != suite {
				keys, err = seal.Rotate(path, suite)
			}
			h.Keys = must[*seal.Keys](t)(keys, err)
		}
		codes := map[string]string{}
		open := map[string][2]*council.Ballot{} // by the suite with which they opened
		begin := func(suite string) {
			open[suite] = [2]*council.Ballot{secretBallot(t, h, ballot.Members, 2), secretBallot(t, h, ballot.Trustees, 2)}
		}
		entrust := func(unit string) {
			_, code, err := h.Entrust(h.unit(t, unit))
			if err != nil {
				t.Fatal(err)
			}
			codes[unit] = code
		}
		turn(ballot.International)
		entrust("u1")
		entrust("u2")
		begin(ballot.International)
		turn(ballot.Chinese)
		entrust("u3")
		begin(ballot.Chinese)
		turn(ballot.International)
		for suite, both := range open {
			for _, b := range both {
				must[*council.Vote](t)(h.Cast(h.unit(t, "u5"), b.ID, "", ballot.No))
				b = must[*council.Ballot](t)(h.Close(li, b.ID))
				givers := []string{"u1", "u2"}
				if suite == ballot.Chinese {
					givers = []string{"u1", "u3"}
				}
				for _, u := range givers {
					if b.Level == ballot.Trustees {
						b = must[*council.Ballot](t)(h.Give(h.unit(t, u), b.ID, codes[u]))
					}
				}
				if b.Status != "closed" || b.Suite != suite || b.Result.Counts[0] != 2 || b.Result.Counts[1] != 1 {
					t.Errorf("of the suite %s, %s: %+v", suite, b.Level, b)
				}
				board := published(t, h, b.ID)
				s, _ := ballot.SuiteOf(suite)
				if _, ok := boardFiles(t, board)[s.Seals]; !ok {
					t.Errorf("the board of the suite %s has no %s", suite, s.Seals)
				}
				if seal, err := board.Seal(); err != nil || seal != b.Seal {
					t.Errorf("the board's seal is %s, and the ballot's %s, %v", seal, b.Seal, err)
				}
			}
		}
	})
}

// A row from before there were suites is of the international one.
func TestOldBallotsAreInternational(t *testing.T) {
	each(t, 5, func(t *testing.T, h *house) {
		b := secretBallot(t, h, ballot.Members, 1)
		suite, err := db.Update(h.li(t), h.DB, func(tx *db.Tx) (string, error) {
			_, err := tx.Exec(`INSERT INTO council_ballot (id, body, motion_id, round, level, status, written, question, rule_id, rule, article, opened_at,
				private, threshold, result, seal, void) SELECT 'old', body, motion_id, 99, level, 'void', written, question, rule_id, rule, article, opened_at,
				private, threshold, result, seal, void FROM council_ballot WHERE id = $1`, b.ID)
			if err != nil {
				return "", err
			}
			return db.One(tx, db.Value[string], `SELECT suite FROM council_ballot WHERE id = 'old'`)
		})
		if err != nil || suite != ballot.International {
			t.Errorf("it is %q, %v", suite, err)
		}
	})
}
