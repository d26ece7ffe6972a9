package main

import (
	"context"
	"flag"
	"fmt"

	"guildhall/internal/app"
	"guildhall/internal/i18n"
)

// runRotate seals everything anew that is not under the key in use.
func runRotate(ctx context.Context, s streams, args []string) int {
	var c app.Config
	fresh := false
	code, ok := parse(s, "rotate", args, &c, func(f *flag.FlagSet) {
		f.BoolVar(&fresh, "new", false, "make a new key first, of the suite that --suite names; without it a run that was broken off goes on")
	}, "data", "database", "key", "files", "suite")
	if !ok {
		return code
	}
	if c.Suite != "" && !fresh {
		fmt.Fprintln(s.err, "guildhall rotate: --suite goes with --new")
		return exitUsage
	}
	r, err := app.Rotate(ctx, c, fresh, c.Suite)
	if err != nil {
		return fail(ctx, s, err)
	}
	fmt.Fprintln(s.out, i18n.T(speaking(ctx), "app.rotated", r.Suite, r.Cells, r.Files))
	return exitOK
}
