//go:build gm

package council_test

import (
	"path/filepath"
	"testing"

	"guildhall/ballot"
	"guildhall/internal/council"
	"guildhall/internal/seal"
)

// A ballot keeps the suite with which it opened, and trustees the suite of their codes,
// whatever becomes of the house's keys; what opens afterwards is of the new one.
func TestBallotsKeepTheirSuite(t *testing.T) {
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
