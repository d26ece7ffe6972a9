package council_test

import (
	"bytes"
	"fmt"
	"testing"
	"testing/fstest"

	"guildhall/internal/council"
	"guildhall/internal/db"

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
