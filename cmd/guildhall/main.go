// Guildhall runs a city's industry–education consortium (市域产教联合体): this
// is its one program. Each command reads its flags here and hands over to the
// package that does the work.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

// Exit codes that all commands share.
const (
	exitOK      = 0 // all done
	exitFailure = 1 // a sentence on stderr says what failed and what to do
	exitUsage   = 2 // the command was called wrongly, or its input cannot be read
	exitPartial = 3 // done, but some of the input needs a person
	exitRefused = 4 // verify: what was checked does not hold
)

// streams are where a command reads and writes.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// command is one word after "guildhall".
type command struct {
	name  string
	about string
	run   func(ctx context.Context, s streams, args []string) int
}

// commands lists every command in the order in which help shows them.
var commands = []command{
	{"demo", "make the demo consortium in the data folder if there is none, then serve it", runDemo},
	{"serve", "serve the house", runServe},
	{"import", "read tables, say what would become of their rows, and with --commit write them", runImport},
	{"backup", "write everything into one archive that checks itself, also while the house is served", runBackup},
	{"restore", "put a backup into an empty place; a damaged one is refused", runRestore},
	{"drill", "restore the newest backup, or a named one, into a place apart, and verify what came of it", runDrill},
	{"files", "move the files that people sent in to another place, or check them against the database", runFiles},
	{"doctor", "look an installation over, and say what is to be mended", runDoctor},
	{"migrate", "bring the database's tables up to date", runMigrate},
	{"rotate", "seal everything anew under the key in use, after making a new one with --new", runRotate},
	{"rescue", "take the second factors of a login away that has lost them", runRescue},
	{"settings", "print the table of settings", runSettings},
	{"match", "decide the matching round in a directory of CSV files and write the checked result", matchCommand},
	{"verify", "check a directory that holds a result (a matching round, the board of a ballot), the journal, or the ledger", verifyCommand},
	{"forecast", "forecast every series of a table, with intervals, and sums that add up", forecastCommand},
	{"version", "tell which program this is", runVersion},
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	code := run(ctx, streams{os.Stdin, os.Stdout, os.Stderr}, os.Args[1:])
	stop()
	os.Exit(code)
}

func run(ctx context.Context, s streams, args []string) int {
	if len(args) > 0 {
		for _, c := range commands {
			if c.name == args[0] {
				return c.run(ctx, s, args[1:])
			}
		}
		switch args[0] {
		case "help", "-h", "-help", "--help":
			help(s.out)
			return exitOK
		}
		fmt.Fprintf(s.err, "guildhall: there is no command %q\n\n", args[0])
	}
	help(s.err)
	return exitUsage
}

func help(w io.Writer) {
	fmt.Fprintln(w, "guildhall COMMAND [flags]; guildhall COMMAND -h tells a command's flags")
	fmt.Fprintln(w)
	for _, c := range commands {
		fmt.Fprintf(w, "  %-10s %s\n", c.name, c.about)
	}
}
