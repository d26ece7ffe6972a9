package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"guildhall/ballot"
)

// A board that was downloaded is counted again from its files alone, and a vote
// that somebody turned is told, whichever suite it is of.
func TestVerifyBallot(t *testing.T) {
	for _, suite := range ballot.Suites() {
		t.Run(suite.Name, func(t *testing.T) { verifyBallotOf(t, suite) })
	}
}

func verifyBallotOf(t *testing.T, suite *ballot.Suite) {
	b := &ballot.Board{Suite: suite.Name, ID: "b1", Title: "章程修正案", Level: ballot.Members, Votes: []string{ballot.Yes, ballot.Yes, ballot.No},
		Question: ballot.Question{Kind: ballot.Motion, Choices: []ballot.Choice{{Code: ballot.Yes, Name: "赞成"}, {Code: ballot.No, Name: "反对"}, {Code: ballot.Abstain, Name: "弃权"}},
			Majority: ballot.Majority{Base: ballot.All, Fraction: ballot.Fraction{Num: 2, Den: 3}}, Ties: ballot.Fails, All: 3, Present: 3}}
	for i, name := range []string{"甲", "乙", "丙"} {
		b.Roll = append(b.Roll, ballot.Voter{Number: i + 1, Name: name, Class: "enterprise", Here: true, Voted: true})
		b.Receipts = append(b.Receipts, suite.Receipt([]byte(name)))
	}
	var err error
	if b.Result, err = b.Question.Count(b.Votes); err != nil {
		t.Fatal(err)
	}
	files, err := b.Files()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, f := range files {
		if err := os.WriteFile(filepath.Join(dir, f.Name), f.Content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	seal, _ := b.Seal()
	for _, args := range [][]string{{"verify", dir}, {"verify", "ballot", dir}} {
		var out, errs strings.Builder
		if code := run(t.Context(), streams{nil, &out, &errs}, args); code != exitOK || !strings.Contains(out.String(), "赞成 2, 反对 1") || !strings.Contains(out.String(), seal) {
			t.Fatalf("%v ends with %d: %s%s", args, code, out.String(), errs.String())
		}
	}
	path := filepath.Join(dir, "votes.csv")
	text, _ := os.ReadFile(path)
	os.WriteFile(path, []byte(strings.Replace(string(text), "no", "yes", 1)), 0o600)
	var out strings.Builder
	if code := run(t.Context(), streams{nil, &out, &out}, []string{"verify", dir}); code != exitRefused || !strings.Contains(out.String(), "votes.csv") {
		t.Errorf("a turned vote ends with %d: %s", code, out.String())
	}
}
