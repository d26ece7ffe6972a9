package ballot

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
)

// The files of a board, but for the one that Suite.Seals names.
const (
	questionFile = "ballot.json"
	rollFile     = "roll.csv"
	receiptsFile = "receipts.csv"
	votesFile    = "votes.csv"
)

// How a vote is kept.
const (
	Named    = "open"     // everybody sees who voted what
	Members  = "members"  // secret towards members; the house keeps the key until the close
	Trustees = "trustees" // secret towards administrators too; trustees keep the key
	Hands    = "hands"    // hands were counted in the room
)

// Voter is a line of the roll.
type Voter struct {
	Number int    `json:"number"` // from 1
	Name   string `json:"name"`
	Class  string `json:"class"`
	Aside  bool   `json:"aside"`   // stands aside in this matter
	Here   bool   `json:"present"` // takes part
	Voted  bool   `json:"voted"`
	Vote   string `json:"vote,omitempty"` // in an open ballot
}

// Board is all that is published of a ballot.
type Board struct {
	Format   string   `json:"format"`          // Format or FormatNamed
	Suite    string   `json:"suite,omitempty"` // Chinese; empty or, before it is written, International
	ID       string   `json:"id"`
	Body     string   `json:"body"`
	Title    string   `json:"title"`
	Level    string   `json:"level"`
	Article  string   `json:"article"` // of the charter, from which the rule is
	Opened   string   `json:"opened"`  // 2026-12-11T02:07:00Z
	Closed   string   `json:"closed"`
	Question Question `json:"question"`
	Result   Result   `json:"result"`

	Roll     []Voter  `json:"-"`
	Receipts []string `json:"-"` // of a secret ballot
	Votes    []string `json:"-"` // of a secret ballot, or hands
}

// The forms of board that this package writes and reads.
const (
	Format      = "guildhall-board/1" // of the international suite, which it does not name
	FormatNamed = "guildhall-board/2" // the same, naming another suite
)

// File is one file of a board.
type File struct {
	Name    string
	Content []byte
}

// Files gives the board as it is published. Receipts and votes are put in the
// order of their letters: nothing is left of the order in which they came.
func (b *Board) Files() ([]File, error) {
	s, err := SuiteOf(b.Suite)
	if err != nil {
		return nil, err
	}
	b.Format, b.Suite = s.format, s.label
	head, err := json.MarshalIndent(b, "", "  ")
	if err != nil {
		return nil, err
	}
	files := []File{{questionFile, append(head, '\n')}, {rollFile, b.roll()}}
	if b.Level == Members || b.Level == Trustees {
		files = append(files, File{receiptsFile, table("receipt", b.Receipts)})
	}
	if b.Level != Named {
		files = append(files, File{votesFile, table("vote", b.Votes)})
	}
	return append(files, File{s.Seals, s.seals(files)}), nil
}

// Seal gives the hash that stands for the whole board: the minutes and the
// resolution bear it, so that a board that was changed afterwards is told.
func (b *Board) Seal() (string, error) {
	files, err := b.Files()
	if err != nil {
		return "", err
	}
	s, err := SuiteOf(b.Suite)
	if err != nil {
		return "", err
	}
	return s.sealOf(files[len(files)-1].Content), nil
}

// sealOf gives the last line's hash of a file of seals, with the name of the hash, but
// for SHA-256, which has always stood without.
func (s *Suite) sealOf(content []byte) string {
	lines := strings.Split(strings.TrimRight(string(content), "\n"), "\n")
	seal, _, _ := strings.Cut(lines[len(lines)-1], " ")
	return s.digest + seal
}

func (s *Suite) seals(files []File) []byte {
	var b bytes.Buffer
	for _, f := range files {
		fmt.Fprintf(&b, "%s  %s\n", s.hash(f.Content), f.Name)
	}
	fmt.Fprintf(&b, "%s  %s\n", s.hash(b.Bytes()), "board")
	return b.Bytes()
}

func (b *Board) roll() []byte {
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	head := []string{"number", "unit", "class", "aside", "present", "voted"}
	if b.Level == Named {
		head = append(head, "vote")
	}
	w.Write(head)
	for _, v := range b.Roll {
		row := []string{fmt.Sprint(v.Number), v.Name, v.Class, word(v.Aside), word(v.Here), word(v.Voted)}
		if b.Level == Named {
			row = append(row, v.Vote)
		}
		w.Write(row)
	}
	w.Flush()
	return out.Bytes()
}

func word(is bool) string {
	if is {
		return "yes"
	}
	return "no"
}

// table writes one column, in the order of its letters.
func table(head string, values []string) []byte {
	values = slices.Sorted(slices.Values(values))
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	w.Write([]string{head})
	for _, v := range values {
		w.Write([]string{v})
	}
	w.Flush()
	return out.Bytes()
}

// column reads what table wrote.
func column(content []byte, head string) (values []string, err error) {
	rows, err := csv.NewReader(bytes.NewReader(content)).ReadAll()
	if err != nil || len(rows) == 0 || len(rows[0]) != 1 || rows[0][0] != head {
		return nil, fmt.Errorf("it is no column of %ss: %w", head, err)
	}
	for _, row := range rows[1:] {
		values = append(values, row[0])
	}
	return values, nil
}

func readRoll(content []byte, open bool) (roll []Voter, err error) {
	r := csv.NewReader(bytes.NewReader(content))
	fields := 6
	if open {
		fields = 7
	}
	r.FieldsPerRecord = fields
	if _, err := r.Read(); err != nil {
		return nil, err
	}
	for {
		row, err := r.Read()
		if err == io.EOF {
			return roll, nil
		}
		if err != nil {
			return nil, err
		}
		v := Voter{Name: row[1], Class: row[2], Aside: row[3] == "yes", Here: row[4] == "yes", Voted: row[5] == "yes"}
		if _, err := fmt.Sscan(row[0], &v.Number); err != nil {
			return nil, err
		}
		if open {
			v.Vote = row[6]
		}
		roll = append(roll, v)
	}
}
