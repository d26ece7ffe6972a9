package main

import (
	"context"
	"flag"
	"fmt"

	"guildhall/internal/app"
	"guildhall/internal/i18n"
)

// runRescue takes the second factors of a login away, where whoever could do it on a
// page is the one who has lost them. Whoever may run it has the machine already.
func runRescue(ctx context.Context, s streams, args []string) int {
	var c app.Config
	var fs *flag.FlagSet
	if code, ok := parse(s, "rescue", args, &c, func(f *flag.FlagSet) { fs = f }, "data", "database", "key"); !ok {
		return code
	}
	if fs.NArg() != 1 {
		fmt.Fprintln(s.err, "guildhall rescue [flags] LOGIN")
		return exitUsage
	}
	h, err := app.Open(ctx, c)
	if err != nil {
		return fail(ctx, s, err)
	}
	defer h.Close()
	if err := h.Factors.Rescue(ctx, fs.Arg(0)); err != nil {
		return fail(ctx, s, err)
	}
	fmt.Fprintln(s.out, i18n.T(speaking(ctx), "app.rescued", fs.Arg(0)))
	return exitOK
}
