package ballot_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"guildhall/ballot"
)

// What was published and sealed before there were suites: testdata was written by the
// program of that time.
func TestOldBoardsStayAsTheyAre(t *testing.T) {
	for _, level := range []string{ballot.Named, ballot.Members, ballot.Trustees, ballot.Hands} {
		dir := os.DirFS("testdata/board-1-" + level)
		r, err := ballot.Verify(dir)
		if err != nil || len(r.Wrong) > 0 {
			t.Fatalf("%s: %v, %+v", level, err, r)
		}
		sums, _ := fs.ReadFile(dir, "BOARD.sha256")
		lines := bytes.SplitAfter(sums, []byte("\n"))
		above := bytes.Join(lines[:len(lines)-2], nil)
		if sum := sha256.Sum256(above); r.Seal != hex.EncodeToString(sum[:]) {
			t.Errorf("%s: the seal is %s", level, r.Seal)
		}
		files, err := r.Board.Files()
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			if was, err := fs.ReadFile(dir, f.Name); err != nil || !bytes.Equal(was, f.Content) {
				t.Errorf("%s: written again %s is %s, and was %s, %v", level, f.Name, f.Content, was, err)
			}
		}
	}
}

func TestOldVotesAndSharesOpen(t *testing.T) {
	text, err := os.ReadFile("testdata/sealed-1.txt")
	if err != nil {
		t.Fatal(err)
	}
	kept := map[string]string{}
	for line := range strings.Lines(string(text)) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		kept[name] = value
	}
	raw := func(name string) []byte {
		b, err := hex.DecodeString(kept[name])
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	s, _ := ballot.SuiteOf("")
	if vote, err := s.Open(raw("private"), "b1", raw("sealed")); vote != ballot.Abstain || err != nil {
		t.Errorf("the vote opens as %q, %v", vote, err)
	}
	if r := s.Receipt(raw("sealed")); r != kept["receipt"] {
		t.Errorf("its receipt is %s, and was %s", r, kept["receipt"])
	}
	if part, err := s.OpenShare(kept["code"], "b1", raw("share")); string(part) != "\x01a share of the key" || err != nil {
		t.Errorf("the share opens as %q, %v", part, err)
	}
}

// A board is of one suite, which it names wherever a hash stands; whoever changes the
// name of it, of its file of seals, or of both is found out.
func TestBoardsNameTheirSuite(t *testing.T) {
	eachSuite(t, func(t *testing.T, s *ballot.Suite) {
		b := board(t, s, ballot.Members)
		dir := written(t, b)
		seal, err := b.Seal()
		if err != nil {
			t.Fatal(err)
		}
		if chinese := s.Name == ballot.Chinese; strings.HasPrefix(seal, "sm3:") != chinese || bytes.Contains(dir["ballot.json"].Data, []byte(`"suite": "chinese"`)) != chinese {
			t.Errorf("the seal is %s, and the board says %s", seal, dir["ballot.json"].Data)
		}
		for _, name := range ballot.Seals {
			if name == s.Seals {
				continue
			}
			both := fstest.MapFS{name: dir[s.Seals]}
			other := fstest.MapFS{name: dir[s.Seals]}
			for n, f := range dir {
				if both[n] = f; n != s.Seals {
					other[n] = f
				}
			}
			if holds(both) {
				t.Error("a board with two files of seals holds")
			}
			if holds(other) {
				t.Errorf("%s passes for %s", s.Seals, name)
			}
		}
		for _, suite := range []string{"", ballot.International, ballot.Chinese, "another"} {
			if suite == b.Suite {
				continue
			}
			named := bytes.Replace(dir["ballot.json"].Data, []byte(`  "id"`), fmt.Appendf(nil, "  \"suite\": %q,\n  \"id\"", suite), 1)
			if suite == "" { // what is not there is named no more
				named = bytes.Replace(dir["ballot.json"].Data, []byte("  \"suite\": \"chinese\",\n"), nil, 1)
			}
			if r, err := ballot.Verify(resealed(s, dir, named)); err == nil && len(r.Wrong) == 0 {
				t.Errorf("said to be of %q it holds", suite)
			}
		}
		if r, err := ballot.Verify(resealed(s, dir, dir["ballot.json"].Data)); err != nil || len(r.Wrong) > 0 {
			t.Errorf("as it was it does not hold: %v, %+v", err, r)
		}
	})
}

// resealed gives a board with another question, whose hashes somebody made anew.
func resealed(s *ballot.Suite, dir fstest.MapFS, question []byte) fstest.MapFS {
	changed := fstest.MapFS{}
	for n, f := range dir {
		changed[n] = f
	}
	changed["ballot.json"] = &fstest.MapFile{Data: question}
	var sums strings.Builder
	for _, name := range []string{"ballot.json", "roll.csv", "receipts.csv", "votes.csv"} {
		fmt.Fprintf(&sums, "%s  %s\n", ballot.HashOf(s, changed[name].Data), name)
	}
	fmt.Fprintf(&sums, "%s  board\n", ballot.HashOf(s, []byte(sums.String())))
	changed[s.Seals] = &fstest.MapFile{Data: []byte(sums.String())}
	return changed
}

// A suite that nobody has, or that this program lacks, is told as such.
func TestUnknownSuites(t *testing.T) {
	if _, err := ballot.SuiteOf("sha256"); err == nil || errors.Is(err, ballot.ErrSuite) {
		t.Errorf("%v", err)
	}
	b := board(t, ballot.Suites()[0], ballot.Members)
	b.Suite = "another"
	if _, err := b.Seal(); err == nil {
		t.Error("a board of a suite that nobody has is sealed")
	}
}
