package app

import (
	"context"
	"os"

	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/fault"
	"guildhall/internal/i18n"
	"guildhall/internal/ledger"
	"guildhall/internal/watch"
)

// book shows the ledger, with the names of the units whose accounts it holds.
func (h *House) book() *ledger.Book { return &ledger.Book{DB: h.DB, Names: unitNames} }

// settleMoney posts in every body what was noted of money without the ledger.
func (h *House) settleMoney(ctx context.Context) error {
	bodies, err := db.View(db.In(ctx, db.House), h.DB, directory.Bodies)
	for _, b := range bodies {
		if err == nil {
			_, err = h.Plan.Settle(db.In(ctx, b.ID))
		}
	}
	return err
}

// VerifyLedger reads the ledger of every body through. Whether the journal that it is held
// against holds itself, VerifyJournal tells.
func VerifyLedger(ctx context.Context, c Config) ([]*ledger.Report, error) {
	if c.embedded() {
		if _, err := os.Stat(c.address()); err != nil {
			return nil, fault.NotFound.New("app.no_data", c.Data)
		}
	}
	d, err := db.Open(ctx, c.address())
	if err != nil {
		return nil, err
	}
	defer d.Close()
	return verifyLedgers(ctx, d)
}

func verifyLedgers(ctx context.Context, d *db.DB) (reports []*ledger.Report, err error) {
	bodies, err := db.View(db.In(ctx, db.House), d, ledger.Bodies)
	if err != nil {
		return nil, err
	}
	for _, body := range bodies {
		r, err := db.View(db.In(ctx, body), d, ledger.Verify)
		if err != nil {
			return nil, err
		}
		reports = append(reports, r)
	}
	return reports, nil
}

// ledger verifies the ledgers against the journal.
func (x *doctor) ledger(d *db.DB) {
	reports, err := verifyLedgers(x.ctx, d)
	if err != nil {
		x.say("ledger", watch.Fail, "unreadable", short(err))
		return
	}
	var entries int64
	findings := 0
	for _, r := range reports {
		entries += r.Entries
		findings += len(r.Findings)
	}
	if findings > 0 {
		x.say("ledger", watch.Fail, "broken", findings)
		return
	}
	x.say("ledger", watch.OK, "holds", i18n.Count(entries))
}

// ledgerLine tells whether each entry of the body's ledger sums to zero.
func ledgerLine(ctx context.Context, entries, unbalanced int64) watch.Line {
	if unbalanced > 0 {
		return watch.Say(ctx, "ledger", watch.Fail, "unbalanced", i18n.Count(unbalanced), i18n.Count(entries))
	}
	return watch.Say(ctx, "ledger", watch.OK, "zero", i18n.Count(entries))
}
