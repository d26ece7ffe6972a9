package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log/slog"

	"guildhall/internal/app"
	"guildhall/internal/i18n"
	"guildhall/internal/journal"
)

// verifyJournal computes the chains of the journal anew and compares them with
// their heads and checkpoints, in the database and outside of it.
func verifyJournal(ctx context.Context, s streams, args []string) int {
	var c app.Config
	var fs *flag.FlagSet
	asJSON, key := false, ""
	code, ok := parse(s, "verify journal", args, &c, func(f *flag.FlagSet) {
		fs = f
		f.BoolVar(&asJSON, "json", false, "print the reports as JSON")
		f.StringVar(&key, "verifier", "", "key that checkpoints are signed under, as the journal's page shows it; empty: that of the master key")
	}, "data", "database", "key", "anchors")
	if !ok {
		return code
	}
	if fs.NArg() > 0 {
		fmt.Fprintln(s.err, "usage: guildhall verify journal [--data DIR] [--anchors DIR]")
		return exitUsage
	}
	reports, err := app.VerifyJournal(ctx, c, key)
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
			tellChain(ctx, s, r)
		}
	}
	if broken > 0 {
		return exitRefused
	}
	return exitOK
}

func tellChain(ctx context.Context, s streams, r *journal.Report) {
	ctx = speaking(ctx)
	if len(r.Findings) == 0 && r.Outside > 0 {
		fmt.Fprintln(s.out, i18n.T(ctx, "app.journal.outside", r.Body, r.Outside))
		return
	}
	if len(r.Findings) == 0 {
		fmt.Fprintln(s.out, i18n.T(ctx, "app.journal.ok", r.Body, r.Size, r.Checkpoints, r.Root))
		return
	}
	for _, f := range r.Findings {
		fmt.Fprintln(s.out, i18n.T(ctx, "app.journal."+string(f.Sort), r.Body, f.Seq, f.Entry))
	}
}

// runDrill tries a backup out.
func runDrill(ctx context.Context, s streams, args []string) int {
	var c app.Config
	var fs *flag.FlagSet
	code, ok := parse(s, "drill", args, &c, func(f *flag.FlagSet) { fs = f }, "data", "database", "backups", "anchors")
	if !ok {
		return code
	}
	if fs.NArg() > 1 {
		fmt.Fprintln(s.err, "usage: guildhall drill [--backups DIR] [FILE]")
		return exitUsage
	}
	m, err := app.Drill(ctx, c, fs.Arg(0))
	if told := app.TellDrill(ctx, c, m, err); told != nil {
		slog.Warn("the drill stands in no journal", "error", told)
	}
	if err != nil {
		return fail(ctx, s, err)
	}
	var entries int64
	broken := 0
	for _, r := range m.Journal {
		entries += r.Size
		if broken += len(r.Findings); len(r.Findings) > 0 {
			tellChain(ctx, s, r)
		}
	}
	if broken > 0 {
		return exitRefused
	}
	fmt.Fprintln(s.out, i18n.T(speaking(ctx), "app.drilled", i18n.Time(ctx, m.MadeAt), len(m.Entries), entries))
	return exitOK
}
