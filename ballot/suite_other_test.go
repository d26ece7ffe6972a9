//go:build !gm

package ballot_test

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"guildhall/ballot"
)

// A program without the Chinese suite says of its boards that it lacks the suite, and how
// to get one that has it; it takes them for no damaged ones.
func TestWithoutTheSuiteItSaysSo(t *testing.T) {
	_, err := ballot.Verify(fstest.MapFS{"BOARD.sm3": {Data: []byte("x  board\n")}, "ballot.json": {Data: []byte("{}")}})
	if !errors.Is(err, ballot.ErrSuite) || !strings.Contains(err.Error(), "Chinese suite") || !strings.Contains(err.Error(), "-tags gm") {
		t.Errorf("%v", err)
	}
	b := board(t, ballot.Suites()[0], ballot.Members)
	b.Suite = ballot.Chinese
	if _, err := b.Files(); !errors.Is(err, ballot.ErrSuite) {
		t.Errorf("%v", err)
	}
}
