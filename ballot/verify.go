package ballot

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// Report is what Verify found.
type Report struct {
	Board *Board
	Seal  string   // to be compared with the one in the minutes
	Wrong []string // what does not hold; nothing where all does

	suite *Suite
}

// Verify checks a board from its files alone: that no line of any file was
// changed, added or taken away since it was published, that everybody voted at
// most once and nobody who may not, that there is one vote for each receipt, and
// that the votes come to the result that stands there. An error says that it
// cannot be read as a board at all.
func Verify(dir fs.FS) (*Report, error) {
	s, sums, err := suiteOf(dir)
	if err != nil {
		return nil, err
	}
	r := &Report{Seal: s.sealOf(sums), suite: s}
	files := r.sealed(dir, sums)
	b := new(Board)
	if err := json.Unmarshal(files[questionFile], b); err != nil {
		return nil, fmt.Errorf("%s: %w", questionFile, err)
	}
	if b.Format != s.format || b.Suite != s.label {
		return nil, fmt.Errorf("%s is of the form %q and of the suite %q; beside %s it is of %q and %q", questionFile, b.Format, b.Suite, s.Seals, s.format, s.label)
	}
	r.Board = b
	if b.Roll, err = readRoll(files[rollFile], b.Level == Named); err != nil {
		return nil, fmt.Errorf("%s: %w", rollFile, err)
	}
	if b.Level == Members || b.Level == Trustees {
		if b.Receipts, err = column(files[receiptsFile], "receipt"); err != nil {
			return nil, fmt.Errorf("%s: %w", receiptsFile, err)
		}
	}
	if b.Level != Named {
		if b.Votes, err = column(files[votesFile], "vote"); err != nil {
			return nil, fmt.Errorf("%s: %w", votesFile, err)
		}
	}
	r.agree()
	return r, nil
}

// suiteOf tells a board's suite by the file in which its hashes are.
func suiteOf(dir fs.FS) (*Suite, []byte, error) {
	sums, err := fs.ReadFile(dir, sha256Seals)
	named, other := fs.ReadFile(dir, sm3Seals)
	switch {
	case err == nil && other == nil:
		return nil, nil, fmt.Errorf("there are both %s and %s", sha256Seals, sm3Seals)
	case other == nil:
		s, err := SuiteOf(Chinese)
		return s, named, err
	}
	return international, sums, err
}

func (r *Report) wrong(format string, args ...any) {
	r.Wrong = append(r.Wrong, fmt.Sprintf(format, args...))
}

// sealed reads every file that the seals name, and tells which do not bear the
// hash that stands there, which are missing, and which nobody named.
func (r *Report) sealed(dir fs.FS, sums []byte) map[string][]byte {
	files := map[string][]byte{}
	lines := strings.Split(strings.TrimSuffix(string(sums), "\n"), "\n")
	last := len(lines) - 1
	above := len(sums) - len(lines[last]) - 1
	if above < 0 || lines[last] != r.suite.hash(sums[:above])+"  board" {
		r.wrong("%s: its last line is not the hash of the lines above", r.suite.Seals)
	}
	for _, line := range lines[:last] {
		sum, name, _ := strings.Cut(line, "  ")
		content, err := fs.ReadFile(dir, name)
		if err != nil {
			r.wrong("%s is missing", name)
		} else if r.suite.hash(content) != sum {
			r.wrong("%s was changed: its hash is %s, not %s", name, r.suite.hash(content), sum)
		}
		files[name] = content
	}
	entries, _ := fs.ReadDir(dir, ".")
	for _, e := range entries {
		name := e.Name()
		if _, known := files[name]; !known && slices.Contains([]string{questionFile, rollFile, receiptsFile, votesFile}, name) {
			r.wrong("%s is not named in %s", name, r.suite.Seals)
			files[name], _ = fs.ReadFile(dir, name)
		}
	}
	return files
}

// agree checks that roll, receipts, votes and result belong together.
func (r *Report) agree() {
	b := r.Board
	var all, here, voted int64
	names := map[string]bool{}
	for i, v := range b.Roll {
		if v.Number != i+1 {
			r.wrong("%s: line %d bears the number %d", rollFile, i+1, v.Number)
		}
		if names[v.Name] {
			r.wrong("%s: %s stands there twice", rollFile, v.Name)
		}
		names[v.Name] = true
		if v.Aside && v.Voted {
			r.wrong("%s: %s stands aside and has voted", rollFile, v.Name)
		}
		if !v.Aside {
			all++
		}
		if !v.Aside && v.Here {
			here++
		}
		if v.Voted && !v.Here {
			r.wrong("%s: %s takes no part and has voted", rollFile, v.Name)
		}
		if v.Voted {
			voted++
		}
		if b.Level == Named && v.Voted {
			b.Votes = append(b.Votes, v.Vote)
		}
		if b.Level == Named && !v.Voted && v.Vote != "" {
			r.wrong("%s: %s has a vote and has not voted", rollFile, v.Name)
		}
	}
	if all != b.Question.All {
		r.wrong("%d stand on the roll, and the question says %d", all, b.Question.All)
	}
	if here != b.Question.Present {
		r.wrong("%d take part, and the question says %d", here, b.Question.Present)
	}
	if n := int64(len(b.Votes)); b.Level != Hands && n != voted {
		r.wrong("%d have voted, and there are %d votes", voted, n)
	} else if n > b.Question.Present {
		r.wrong("%d votes of %d who take part", n, b.Question.Present)
	}
	if b.Level == Members || b.Level == Trustees {
		r.receipts()
	}
	got, err := b.Question.Count(b.Votes)
	if err != nil {
		r.wrong("%s: %v", votesFile, err)
	} else if !got.Same(b.Result) {
		r.wrong("the votes come to %s, and the board says %s", told(got), told(b.Result))
	}
}

func (r *Report) receipts() {
	b := r.Board
	if len(b.Receipts) != len(b.Votes) {
		r.wrong("%d receipts for %d votes", len(b.Receipts), len(b.Votes))
	}
	for i, receipt := range b.Receipts {
		if i > 0 && receipt <= b.Receipts[i-1] {
			r.wrong("%s: %s is out of order or stands there twice", receiptsFile, receipt)
		}
	}
	if !slices.IsSorted(b.Votes) {
		r.wrong("%s: the votes are out of order", votesFile)
	}
}

func told(r Result) string {
	text, _ := json.Marshal(r)
	return string(text)
}
