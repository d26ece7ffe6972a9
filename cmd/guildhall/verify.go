package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"guildhall/ballot"
	"guildhall/matching/exchange"
)

// verifier checks one kind of directory. It prints "ok" or what does not hold.
type verifier struct {
	kind  string // the word that names it: guildhall verify [KIND] DIR
	about string
	marks []string // files of which only such a directory has one
	check func(ctx context.Context, s streams, dir string) int
}

// verifiers lists what can be verified. A new kind is a line here.
var verifiers = []verifier{
	{"round", "a matching round with its result", []string{exchange.Assignment}, verifyRound},
	{"ballot", "the board of a ballot of the council", ballot.Seals, verifyBallot},
}

// verifyCommand checks a directory of any kind, told by its first word or by what
// is in it.
func verifyCommand(ctx context.Context, s streams, args []string) int {
	if len(args) > 0 && args[0] == "journal" {
		return verifyJournal(ctx, s, args[1:])
	}
	if len(args) > 0 && args[0] == "ledger" {
		return verifyLedger(ctx, s, args[1:])
	}
	f := flag.NewFlagSet("guildhall verify", flag.ContinueOnError)
	f.SetOutput(s.err)
	f.Usage = func() {
		fmt.Fprintln(s.err, "guildhall verify [KIND] DIR; without KIND the files in DIR tell it. Kinds:")
		for _, v := range verifiers {
			fmt.Fprintf(s.err, "  %-10s %s\n", v.kind, v.about)
		}
		fmt.Fprintf(s.err, "  %-10s %s\n", "ledger", "the ledger of a house, in its database: guildhall verify ledger -h")
		fmt.Fprintf(s.err, "  %-10s %s\n", "journal", "the journal of a house, in its database: guildhall verify journal -h")
	}
	if err := f.Parse(args); errors.Is(err, flag.ErrHelp) {
		return exitOK
	} else if err != nil {
		return exitUsage
	}
	kind, dir := "", f.Arg(0)
	if f.NArg() == 2 {
		kind, dir = f.Arg(0), f.Arg(1)
	}
	if f.NArg() < 1 || f.NArg() > 2 {
		f.Usage()
		return exitUsage
	}
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		fmt.Fprintf(s.err, "guildhall verify: %s is no directory that can be read\n", dir)
		return exitUsage
	}
	for _, v := range verifiers {
		if v.kind == kind || kind == "" && slices.ContainsFunc(v.marks, func(mark string) bool { return exists(filepath.Join(dir, mark)) }) {
			return v.check(ctx, s, dir)
		}
	}
	if kind != "" {
		fmt.Fprintf(s.err, "guildhall verify: there is no kind %q\n", kind)
	} else {
		fmt.Fprintf(s.err, "guildhall verify: %s holds nothing that can be verified\n", dir)
	}
	f.Usage()
	return exitUsage
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return !errors.Is(err, fs.ErrNotExist)
}

// verifyRound checks a matching round.
func verifyRound(ctx context.Context, s streams, dir string) int {
	rep, err := exchange.Verify(ctx, os.DirFS(dir), exchange.Options{})
	if err != nil {
		fmt.Fprintf(s.err, "guildhall verify: %s cannot be read as a round\n%v\n", dir, err)
		return exitUsage
	}
	if rep.OK {
		fmt.Fprintln(s.out, "ok")
		return exitOK
	}
	for _, v := range rep.Violations {
		fmt.Fprintln(s.out, v)
	}
	listed := map[string]int{}
	for _, v := range rep.Violations {
		listed[v.Kind]++
	}
	for _, kind := range slices.Sorted(maps.Keys(rep.Counts)) {
		if more := rep.Counts[kind] - listed[kind]; more > 0 {
			fmt.Fprintf(s.out, "%s: %d more\n", kind, more)
		}
	}
	return exitRefused
}
