package ledger

import (
	"bytes"
	"encoding/json"
	"math/big"
	"time"

	"guildhall/internal/db"
	"guildhall/internal/journal"
)

// told is what the journal tells of an entry: all of it, and its accounts by what they are.
type told struct {
	Number   int64      `json:"number"`
	At       time.Time  `json:"at"`
	Day      string     `json:"day"`
	Reason   string     `json:"reason"`
	Words    string     `json:"words,omitempty"`
	Rule     string     `json:"rule,omitempty"`
	Subject  string     `json:"subject"`
	Title    string     `json:"title"`
	Path     string     `json:"path,omitempty"`
	Reverses string     `json:"reverses,omitempty"`
	Lines    []toldLine `json:"lines"`
}

type toldLine struct {
	Account string `json:"account"`
	Kind    string `json:"kind"`
	Owner   string `json:"owner,omitempty"`
	Seq     int64  `json:"seq"`
	Fen     int64  `json:"fen"`
	Balance int64  `json:"balance_fen"`
}

func (e *Entry) told() told {
	t := told{e.Number, e.At.UTC(), e.Day, e.Reason, e.Words, e.Rule, e.Subject, e.Title, e.Path, e.Reverses, nil}
	for _, l := range e.Lines {
		t.Lines = append(t.Lines, toldLine{l.Account, l.kind, l.owner, l.seq, l.Fen, l.Balance})
	}
	return t
}

// Sort is what a finding says is wrong.
type Sort string

// What can be wrong with a ledger.
const (
	Unbalanced Sort = "unbalanced" // the lines of an entry do not sum to zero
	Altered    Sort = "altered"    // an entry is not what the journal tells of it
	Untold     Sort = "untold"     // the journal does not tell of an entry
	Missing    Sort = "missing"    // the journal tells of entries that are not there
	Gap        Sort = "gap"        // numbers are missing
	OutOfTime  Sort = "time"       // an entry is older than the one before it
	Balance    Sort = "balance"    // a balance is not what the lines make
	NotReverse Sort = "reversal"   // a reversal is not the opposite of what it reverses
	Outside    Sort = "outside"    // there are lines that belong to no entry
)

// Finding is one thing that does not hold.
type Finding struct {
	Sort    Sort   `json:"sort"`
	Number  int64  `json:"number,omitempty"` // of the entry
	Account string `json:"account,omitempty"`
}

// Report is what was found of one body's ledger.
type Report struct {
	Body     string    `json:"body"`
	Entries  int64     `json:"entries"`
	Lines    int64     `json:"lines"`
	Accounts int       `json:"accounts"`
	Findings []Finding `json:"findings"`
}

// mostFindings bounds a report: after so many the rest is left out.
const mostFindings = 1000

func (r *Report) find(s Sort, number int64, account string) {
	if len(r.Findings) < mostFindings {
		r.Findings = append(r.Findings, Finding{s, number, account})
	}
}

// Bodies gives the bodies that have a ledger.
func Bodies(tx *db.Tx) ([]string, error) {
	return db.All(tx, db.Value[string], `SELECT DISTINCT body FROM ledger_account UNION SELECT DISTINCT body FROM ledger_entry ORDER BY 1`)
}

// Unbalanced counts the body's entries, and those whose lines do not sum to zero. It is
// quick, and holds nothing against the journal.
func CountUnbalanced(tx *db.Tx) (all, unbalanced int64, err error) {
	type counts struct{ all, unbalanced int64 }
	c, err := db.One(tx, func(row db.Row) (c counts, err error) { return c, row.Scan(&c.all, &c.unbalanced) },
		`SELECT count(*), count(*) FILTER (WHERE s.fen IS NULL OR s.fen <> 0)
		FROM ledger_entry e LEFT JOIN (SELECT l.entry_id, sum(l.fen) AS fen FROM ledger_line l WHERE l.body = $1 GROUP BY l.entry_id) s ON s.entry_id = e.id
		WHERE e.body = $1`, tx.Body)
	return c.all, c.unbalanced, err
}

// pageOfVerify is how many entries are held at a time.
const pageOfVerify = 500

// Verify reads the body's ledger through: each entry sums to zero and is what the journal
// tells of it, none is missing, and each balance is what the lines make. Whether the
// journal itself holds, journal.Check tells.
func Verify(tx *db.Tx) (*Report, error) {
	v := &verifier{Report: Report{Body: tx.Body, Findings: []Finding{}}, stand: map[string]stand{}}
	for {
		list, err := entries(tx, pageOfVerify, "e.number > ?", v.last.Number)
		if err != nil {
			return nil, err
		}
		if err := v.page(tx, list); err != nil {
			return nil, err
		}
		if len(list) < pageOfVerify {
			break
		}
	}
	return &v.Report, v.whole(tx)
}

// stand is where an account stands after the lines that were read.
type stand struct{ seq, balance int64 }

type verifier struct {
	Report
	last  Entry
	told  int64 // entries of which the journal tells
	stand map[string]stand
}

func (v *verifier) page(tx *db.Tx, list []Entry) error {
	var ids, reversed []string
	for _, e := range list {
		ids = append(ids, e.Journal)
		if e.Reverses != "" {
			reversed = append(reversed, e.Reverses)
		}
	}
	noted, err := journal.Some(tx, ids)
	if err != nil {
		return err
	}
	was, err := byID(tx, reversed)
	if err != nil {
		return err
	}
	for i := range list {
		e := &list[i]
		v.Entries++
		v.entry(e, noted[e.Journal])
		if o := was[e.Reverses]; e.Reverses != "" && !e.opposes(o) {
			v.find(NotReverse, e.Number, "")
		}
		v.last = *e
	}
	return nil
}

// byID gives entries by their ids.
func byID(tx *db.Tx, ids []string) (map[string]*Entry, error) {
	var w db.Where
	w.And("e.body = ?", tx.Body)
	w.In("e.id", ids)
	list, err := db.All(tx, scanEntry, `SELECT `+entryColumns+` FROM ledger_entry e`+w.String(), w.Args...)
	if err != nil {
		return nil, err
	}
	at := map[string]*Entry{}
	for i := range list {
		at[list[i].ID] = &list[i]
	}
	return at, fill(tx, list)
}

func (v *verifier) entry(e *Entry, noted journal.Entry) {
	if e.Number != v.last.Number+1 {
		v.find(Gap, e.Number, "")
	}
	if e.At.Before(v.last.At) {
		v.find(OutOfTime, e.Number, "")
	}
	if len(e.Lines) < 2 || sum(e.Lines).Sign() != 0 {
		v.find(Unbalanced, e.Number, "")
	}
	switch {
	case noted.Action != Posted || noted.Subject != e.ID:
		v.find(Untold, e.Number, "")
	case noted.Actor != e.Actor || !e.is(noted.Data):
		v.told++
		v.find(Altered, e.Number, "")
	default:
		v.told++
	}
	for _, l := range e.Lines {
		v.Lines++
		was := v.stand[l.Account]
		if after, ok := plus(was.balance, l.Fen); !ok || l.seq != was.seq+1 || l.was != was.balance || l.Balance != after {
			v.find(Balance, e.Number, l.Account)
		}
		v.stand[l.Account] = stand{l.seq, l.Balance}
	}
}

func sum(lines []Line) *big.Int {
	s := new(big.Int)
	for _, l := range lines {
		s.Add(s, big.NewInt(l.Fen))
	}
	return s
}

// is tells whether the entry is what the journal tells of it, byte for byte.
func (e *Entry) is(noted json.RawMessage) bool {
	text, err := json.Marshal(e.told())
	return err == nil && bytes.Equal(text, noted)
}

// opposes tells whether e moves back what o moved.
func (e *Entry) opposes(o *Entry) bool {
	if o == nil || o.Reverses != "" || len(o.Lines) != len(e.Lines) {
		return false
	}
	for i, l := range e.Lines {
		if o.Lines[i].Account != l.Account || o.Lines[i].Fen != -l.Fen {
			return false
		}
	}
	return true
}

// whole holds what was read against what there is.
func (v *verifier) whole(tx *db.Tx) error {
	lines, err := db.One(tx, db.Value[int64], `SELECT count(*) FROM ledger_line WHERE body = $1`, tx.Body)
	if err != nil {
		return err
	}
	if lines != v.Lines {
		v.find(Outside, 0, "")
	}
	noted, err := journal.Count(tx, Posted)
	if err != nil {
		return err
	}
	if noted != v.told {
		v.find(Missing, v.last.Number+1, "")
	}
	all, err := accounts(tx, "1 = 1")
	v.Accounts = len(all)
	for _, a := range all {
		if s := v.stand[a.ID]; s != (stand{a.Lines, a.Balance}) {
			v.find(Balance, 0, a.ID)
		}
	}
	return err
}
