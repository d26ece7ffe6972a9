package main

import (
	"context"
	"flag"
	"fmt"

	"guildhall/internal/app"
	"guildhall/internal/i18n"
)

// runBackup writes everything into one archive, while the house is served.
func runBackup(ctx context.Context, s streams, args []string) int {
	var c app.Config
	var fs *flag.FlagSet
	without := false
	code, ok := parse(s, "backup", args, &c, func(f *flag.FlagSet) {
		fs = f
		f.BoolVar(&without, "without-key", false, "leave the master key out; keep it elsewhere, nothing opens without it")
	}, "data", "database", "key", "files")
	if !ok {
		return code
	}
	if fs.NArg() != 1 {
		fmt.Fprintln(s.err, "usage: guildhall backup [--data DIR] FILE|s3://…")
		return exitUsage
	}
	m, err := app.Backup(ctx, c, fs.Arg(0), !without)
	if err != nil {
		return fail(ctx, s, err)
	}
	fmt.Fprintln(s.out, i18n.T(speaking(ctx), "app.backed_up", fs.Arg(0), len(m.Entries), m.Bytes>>10))
	return exitOK
}

// runRestore puts a backup into an empty place, checked before it is anybody's.
func runRestore(ctx context.Context, s streams, args []string) int {
	var c app.Config
	var fs *flag.FlagSet
	code, ok := parse(s, "restore", args, &c, func(f *flag.FlagSet) { fs = f }, "data", "database", "key", "anchors", "files")
	if !ok {
		return code
	}
	if fs.NArg() != 1 {
		fmt.Fprintln(s.err, "usage: guildhall restore [--data DIR] FILE|s3://…")
		return exitUsage
	}
	m, err := app.Restore(ctx, c, fs.Arg(0))
	if err != nil {
		return fail(ctx, s, err)
	}
	fmt.Fprintln(s.out, i18n.T(speaking(ctx), "app.restored", i18n.Time(ctx, m.MadeAt), c.Data))
	broken := 0
	for _, r := range m.Journal {
		broken += len(r.Findings)
	}
	if broken > 0 {
		fmt.Fprintln(s.err, i18n.T(speaking(ctx), "app.journal.broken", broken))
		return exitPartial
	}
	return exitOK
}

// runMigrate brings the tables up to date, for an operator who does it apart
// from a start.
func runMigrate(ctx context.Context, s streams, args []string) int {
	var c app.Config
	if code, ok := parse(s, "migrate", args, &c, nil, "data", "database"); !ok {
		return code
	}
	steps, err := app.Migrate(ctx, c)
	if err != nil {
		return fail(ctx, s, err)
	}
	fmt.Fprintln(s.out, i18n.T(speaking(ctx), "app.migrated", steps))
	return exitOK
}

func runVersion(_ context.Context, s streams, _ []string) int {
	fmt.Fprintln(s.out, "guildhall", app.Version())
	return exitOK
}

// runSettings prints the table of settings that the manual shows.
func runSettings(_ context.Context, s streams, _ []string) int {
	app.Reference(s.out)
	return exitOK
}
