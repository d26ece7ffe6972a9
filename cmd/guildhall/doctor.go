package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"

	"guildhall/internal/app"
	"guildhall/internal/i18n"
	"guildhall/internal/watch"
)

// runDoctor looks an installation over: 0 where all is well, 1 where something should be
// looked at, 2 where something fails.
func runDoctor(ctx context.Context, s streams, args []string) int {
	var c app.Config
	var fs *flag.FlagSet
	asJSON := false
	code, ok := parse(s, "doctor", args, &c, func(f *flag.FlagSet) {
		fs = f
		f.BoolVar(&asJSON, "json", false, "print the lines as JSON")
	})
	if !ok {
		return code
	}
	if fs.NArg() > 0 {
		fmt.Fprintln(s.err, "usage: guildhall doctor [--json] [flags as for serve]")
		return exitUsage
	}
	ctx = speaking(ctx)
	lines := app.Doctor(ctx, c)
	if asJSON {
		enc := json.NewEncoder(s.out)
		enc.SetIndent("", "  ")
		if err := enc.Encode(lines); err != nil {
			return fail(ctx, s, err)
		}
	} else {
		for _, l := range lines {
			fmt.Fprintf(s.out, "%-4s  %s: %s\n", l.Level, l.Name, l.Said)
			if l.Mend != "" {
				fmt.Fprintf(s.out, "      → %s%s\n", i18n.T(ctx, "watch.to_do"), l.Mend)
			}
		}
	}
	return map[watch.Level]int{watch.OK: 0, watch.Warn: 1, watch.Fail: 2}[watch.Worst(lines)]
}
