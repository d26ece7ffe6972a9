package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"guildhall/ballot"
)

// verifyBallot counts the votes on a published board again.
func verifyBallot(_ context.Context, s streams, dir string) int {
	r, err := ballot.Verify(os.DirFS(dir))
	if errors.Is(err, ballot.ErrSuite) {
		fmt.Fprintf(s.err, "guildhall verify: %s is not checked\n%v\n", dir, err)
		return exitUsage
	}
	if err != nil {
		fmt.Fprintf(s.err, "guildhall verify: %s cannot be read as the board of a ballot\n%v\n", dir, err)
		return exitUsage
	}
	for _, wrong := range r.Wrong {
		fmt.Fprintln(s.out, wrong)
	}
	if len(r.Wrong) > 0 {
		return exitRefused
	}
	fmt.Fprintln(s.out, "ok")
	fmt.Fprintf(s.out, "%s\n%s\n", r.Board.Title, boardResult(r.Board))
	fmt.Fprintf(s.out, "seal of the board, to be compared with the one in the minutes:\n%s\n", r.Seal)
	return exitOK
}

// boardResult tells in one line what the votes came to.
func boardResult(b *ballot.Board) string {
	var parts []string
	for i, c := range b.Question.Choices {
		parts = append(parts, fmt.Sprintf("%s %d", c.Name, b.Result.Counts[i]))
	}
	verdict := "not carried"
	switch {
	case b.Question.Kind == ballot.Election:
		verdict = "elected: " + strings.Join(b.Result.Elected, ", ")
	case b.Result.Carried:
		verdict = "carried"
	case b.Result.Tied:
		verdict = "tied"
	}
	return fmt.Sprintf("%s; %d cast of %d entitled, %d needed: %s", strings.Join(parts, ", "), b.Result.Cast, b.Question.All, b.Result.Need, verdict)
}
