package main

import (
	"context"
	"flag"
	"fmt"

	"guildhall/internal/app"
	"guildhall/internal/i18n"
)

// runFiles moves the files that people sent in, or holds them against the database.
func runFiles(ctx context.Context, s streams, args []string) int {
	if len(args) > 0 && args[0] == "move" {
		return moveFiles(ctx, s, args[1:])
	}
	if len(args) > 0 && args[0] == "check" {
		return checkFiles(ctx, s, args[1:])
	}
	fmt.Fprintln(s.err, "usage: guildhall files move [--files FROM] [--remove] TO\n       guildhall files check [--remove-orphans]")
	return exitUsage
}

// moveFiles may be stopped at any time and run again; the house may be served meanwhile.
func moveFiles(ctx context.Context, s streams, args []string) int {
	var c app.Config
	var fs *flag.FlagSet
	remove := false
	code, ok := parse(s, "files move", args, &c, func(f *flag.FlagSet) {
		fs = f
		f.BoolVar(&remove, "remove", false, "take each file away from where it was once its copy was read back")
	}, "data", "files")
	if !ok {
		return code
	}
	if fs.NArg() != 1 {
		fmt.Fprintln(s.err, "usage: guildhall files move [--data DIR] [--files FROM] [--remove] DIR|s3://…")
		return exitUsage
	}
	found, err := app.MoveFiles(ctx, c, fs.Arg(0), remove)
	if err != nil {
		return fail(ctx, s, err)
	}
	fmt.Fprintln(s.out, i18n.T(speaking(ctx), "app.files.moved", found.Kept, app.Named(fs.Arg(0)), found.Moved, found.Bytes>>10, found.Removed))
	return exitOK
}

// checkFiles ends with 4 where a file is lost, and with 3 where some belong to nobody.
func checkFiles(ctx context.Context, s streams, args []string) int {
	var c app.Config
	remove := false
	code, ok := parse(s, "files check", args, &c, func(f *flag.FlagSet) {
		f.BoolVar(&remove, "remove-orphans", false, "remove what is older than a day and belongs to nobody")
	}, "data", "database", "files")
	if !ok {
		return code
	}
	found, err := app.CheckFiles(ctx, c, remove)
	if err != nil {
		return fail(ctx, s, err)
	}
	fmt.Fprintln(s.out, i18n.T(speaking(ctx), "app.files.checked", found.Kept, found.Bytes>>10, len(found.Lost), len(found.Orphans), found.Removed))
	for _, id := range found.Lost {
		fmt.Fprintln(s.out, "lost", id)
	}
	for _, id := range found.Orphans {
		fmt.Fprintln(s.out, "orphan", id)
	}
	switch {
	case len(found.Lost) > 0:
		return exitRefused
	case len(found.Orphans) > found.Removed:
		return exitPartial
	}
	return exitOK
}
