package app_test

import (
	"testing"

	"guildhall/internal/app"
	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/plan"
	"guildhall/internal/watch"
)

// An amount that somebody edited in the database, so that everything still sums to zero,
// is found by the doctor and by the program's own check, while the journal holds.
func TestP4AnEditedFenIsToldByTheDoctor(t *testing.T) {
	onEach(t, func(t *testing.T, postgres bool) {
		c := settings(t, postgres)
		h := open(t, c)
		body := foundIn(t, h)
		root := directory.As(t.Context(), auth.Actor{ID: "root", Roles: []string{auth.Admin}, Body: body.ID})
		office := directory.As(t.Context(), auth.Actor{ID: "office", Body: body.ID, Roles: []string{auth.Secretariat}})
		firm := &directory.Unit{Name: storedMember, Class: "enterprise", Fictional: true}
		must(t, h.Directory.EnrolUnits(root, []*directory.Unit{firm}))
		p, err := h.Plan.Start(office, plan.ProjectForm{Name: "示例项目", Goal: "示例", Starts: "2026-01-01", Owner: firm.ID})
		must(t, err)
		_, err = h.Plan.Promise(office, p.ID, plan.MoneyForm{Source: "enterprise", Payer: firm.ID, Yuan: 100})
		must(t, err)
		looks := func(level watch.Level, findings int) {
			t.Helper()
			for _, l := range app.Doctor(t.Context(), c) {
				if l.Key == "ledger" && l.Level != level || l.Key == "chain" && l.Level != watch.OK {
					t.Errorf("the doctor says %s: %s", l.Key, l.Said)
				}
			}
			reports, err := app.VerifyLedger(t.Context(), c)
			if err != nil || len(reports) != 1 || reports[0].Entries != 1 || len(reports[0].Findings) != findings {
				t.Errorf("the ledger: %+v, %v", reports, err)
			}
		}
		must(t, h.Anchor(t.Context(), true))
		looks(watch.OK, 0)
		must(t, db.Do(office, h.DB, func(tx *db.Tx) error {
			n, err := tx.Exec(`UPDATE ledger_line SET fen = fen * 100, balance = balance * 100`)
			if n != 2 {
				t.Errorf("%d lines were edited", n)
			}
			return err
		}))
		looks(watch.Fail, 1)
	})
}
