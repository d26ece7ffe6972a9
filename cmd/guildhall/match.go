package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"guildhall/matching"
	"guildhall/matching/exchange"
)

// matchCommand decides the round in one directory and writes it, checked, to
// another.
func matchCommand(ctx context.Context, s streams, args []string) int {
	f := flag.NewFlagSet("guildhall match", flag.ContinueOnError)
	f.SetOutput(s.err)
	in := f.String("in", "", "directory with candidates.csv, positions.csv, choices.csv, priorities.csv (required)")
	out := f.String("out", "", "directory to write the inputs and the result to (required)")
	rule := f.String("rule", "", "rule file in place of rule.json in the input directory")
	quiet := f.Bool("quiet", false, "show no progress")
	if err := f.Parse(args); errors.Is(err, flag.ErrHelp) {
		return exitOK
	} else if err != nil {
		return exitUsage
	}
	if *in == "" || *out == "" || f.NArg() > 0 {
		fmt.Fprintln(s.err, "guildhall match: needs --in DIR and --out DIR and nothing else")
		f.Usage()
		return exitUsage
	}
	if same(*in, *out) {
		fmt.Fprintln(s.err, "guildhall match: --out must be another directory than --in, whose files it would replace")
		return exitUsage
	}
	opt := exchange.Options{}
	if *rule != "" {
		r, err := readRule(*rule)
		if err != nil {
			fmt.Fprintf(s.err, "guildhall match: %s: %v\n", *rule, err)
			return exitUsage
		}
		opt.Rule = &r
	}
	p := newProgress(s.err, *quiet)
	opt.Progress = p.lines
	return match(ctx, s, p, *in, *out, opt)
}

// same tells whether two paths are one directory.
func same(a, b string) bool {
	x, err := os.Stat(a)
	if err != nil {
		return false
	}
	y, err := os.Stat(b)
	return err == nil && os.SameFile(x, y)
}

func readRule(path string) (matching.Rule, error) {
	f, err := os.Open(path)
	if err != nil {
		return matching.Rule{}, err
	}
	defer f.Close()
	return matching.ReadRule(f)
}

// match reads, solves, verifies and writes.
func match(ctx context.Context, s streams, p *progress, in, out string, opt exchange.Options) int {
	if info, err := os.Stat(in); err != nil || !info.IsDir() {
		fmt.Fprintf(s.err, "guildhall match: %s is no directory that can be read\n", in)
		return exitUsage
	}
	p.step("reading %s", in)
	round, err := exchange.Read(ctx, os.DirFS(in), opt)
	if err != nil {
		return inputFault(s.err, "match", err)
	}
	m := round.Market
	p.step("solving %d candidates, %d positions, %d pairs", m.Candidates(), m.Positions(), m.Edges())
	result, err := round.Solve(ctx)
	if err != nil {
		return inputFault(s.err, "match", err)
	}
	p.step("verifying %d places", result.Outcome.Matched())
	rep := round.Verify(result)
	p.step("writing %s", out)
	to, err := exchange.NewDir(out)
	if err != nil {
		fmt.Fprintf(s.err, "guildhall match: %v\n", err)
		return exitFailure
	}
	defer to.Discard()
	res, err := round.Write(to, result, rep)
	if err == nil && ctx.Err() != nil {
		err = ctx.Err()
	}
	if err == nil {
		err = to.Commit()
	}
	if err != nil {
		fmt.Fprintf(s.err, "guildhall match: %v\n", err)
		return exitFailure
	}
	p.done()
	tell(s.out, round, res)
	if !rep.OK {
		fmt.Fprintln(s.err, "guildhall match: the result does not pass the verifier; see guildhall verify", out)
		return exitRefused
	}
	return exitOK
}

// inputFault tells why the input cannot be used: exit 2, unless it was stopped.
func inputFault(w io.Writer, command string, err error) int {
	fmt.Fprintf(w, "guildhall %s: nothing was written\n%v\n", command, err)
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return exitFailure
	}
	return exitUsage
}

// tell prints the result in a few lines.
func tell(w io.Writer, round *exchange.Round, r *exchange.Result) {
	fmt.Fprintf(w, "%d of %d candidates placed, %d places", r.Summary.Matched, r.Summary.Candidates, r.Summary.Places)
	if len(r.Summary.ByChoice) > 0 {
		fmt.Fprintf(w, ", %d first choices", r.Summary.ByChoice[0])
	}
	fmt.Fprintln(w)
	if r.OnlyCandidate+r.OnlyPosition > 0 {
		fmt.Fprintf(w, "%d pairs that only the candidate lists, %d that only the position lists, left out\n", r.OnlyCandidate, r.OnlyPosition)
	}
	if r.Summary.Closed > 0 {
		fmt.Fprintf(w, "%d positions closed for want of candidates, %d of them claimed\n", r.Summary.Closed, len(r.Claims))
	}
	if r.TotalWeight != nil {
		fmt.Fprintf(w, "total weight %d, at most %d possible, %d blocking pairs\n", *r.TotalWeight, *r.WeightBound, r.BlockingPairs)
	}
	fmt.Fprintf(w, "fingerprint %s\n", r.Fingerprint)
}

// progress tells on stderr how far a long run is.
type progress struct {
	w     io.Writer
	quiet bool
	begun time.Time
	now   func() time.Time
}

func newProgress(w io.Writer, quiet bool) *progress {
	return &progress{w: w, quiet: quiet, begun: time.Now(), now: time.Now}
}

func (p *progress) step(format string, args ...any) {
	if !p.quiet {
		fmt.Fprintf(p.w, "%6.1fs  %s\n", p.now().Sub(p.begun).Seconds(), fmt.Sprintf(format, args...))
	}
}

func (p *progress) lines(file string, n int64) {
	p.step("  %s: %d lines", filepath.Base(file), n)
}

func (p *progress) done() { p.step("done") }
