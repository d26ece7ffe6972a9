package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"

	"guildhall/internal/app"
	"guildhall/internal/i18n"
	"guildhall/internal/ledger"
)

// verifyLedger reads the ledgers through: each entry sums to zero and is what the journal
// tells of it. It is as good as the journal, which verify journal checks.
func verifyLedger(ctx context.Context, s streams, args []string) int {
	var c app.Config
	var fs *flag.FlagSet
	asJSON := false
	code, ok := parse(s, "verify ledger", args, &c, func(f *flag.FlagSet) {
		fs = f
		f.BoolVar(&asJSON, "json", false, "print the reports as JSON")
	}, "data", "database")
	if !ok {
		return code
	}
	if fs.NArg() > 0 {
		fmt.Fprintln(s.err, "usage: guildhall verify ledger [--data DIR]")
		return exitUsage
	}
	reports, err := app.VerifyLedger(ctx, c)
	if err != nil {
		return fail(ctx, s, err)
	}
	if asJSON {
		enc := json.NewEncoder(s.out)
		enc.SetIndent("", "  ")
		if err := enc.Encode(reports); err != nil {
			return fail(ctx, s, err)
		}
	}
	broken := 0
	for _, r := range reports {
		broken += len(r.Findings)
		if !asJSON {
			tellLedger(speaking(ctx), s, r)
		}
	}
	if broken > 0 {
		return exitRefused
	}
	return exitOK
}

func tellLedger(ctx context.Context, s streams, r *ledger.Report) {
	if len(r.Findings) == 0 {
		fmt.Fprintln(s.out, i18n.T(ctx, "app.ledger.ok", r.Body, r.Entries, r.Lines, r.Accounts))
	}
	for _, f := range r.Findings {
		fmt.Fprintln(s.out, i18n.T(ctx, "app.ledger."+string(f.Sort), r.Body, f.Number))
	}
}
