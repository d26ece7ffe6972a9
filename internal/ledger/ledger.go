// Package ledger keeps the ledger (账本) of a body: double entry, in whole fen.
//
// An account (账户) is of a kind that its room declares and belongs to an owner: what a
// unit owes, what has come in for a project. An entry (分录) has two lines or more, each
// moving one account, debits (借) above zero and credits (贷) below, and they sum to zero;
// so all balances of a body sum to zero at any time. A room posts an entry in the
// transaction of the change that it tells of:
//
//	pot, err := ledger.Open(tx, ledger.Account{Kind: "plan.pot", Owner: p.ID, Unit: p.Owner, Title: p.Name})
//	…
//	_, err = ledger.Post(tx, ledger.Entry{Day: day, Reason: "plan.entry.receive", Subject: m.ID, Title: p.Name, Path: "/projects/" + p.ID,
//		Lines: []ledger.Line{{Account: pot.ID, Fen: fen}, {Account: owed.ID, Fen: -fen}}})
//
// Nothing is ever edited: entries and lines are only added. What was posted wrongly is
// reversed (冲销) by Reverse, once, by an entry of its own; both stay.
//
// An entry is posted at a time (记账) and came about on a day (发生). Periods go by the
// former: what was shown of a period that is over never changes, whatever is told later.
// Each line bears its account's balance after it, so that a balance is read and not summed.
//
// Each entry stands in the journal with its lines, so that Verify finds any that was
// edited, put in or taken out, as long as the journal holds.
package ledger

import (
	"embed"
	"time"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/i18n"
	"guildhall/internal/journal"
)

//go:embed schema/*.sql
var schema embed.FS

//go:embed text/*.json
var text embed.FS

var _ = i18n.Add(text)

// Room is the tables of the ledger.
var Room = db.Room{Name: "ledger", Schema: schema}

// Currency is what all accounts are kept in; amounts are hundredths of it.
const Currency = "CNY"

// Posted is the action under which the journal tells of an entry.
const Posted = "ledger.entry.post"

// Account is one account, with its balance.
type Account struct {
	ID       string    `json:"id"`
	Kind     string    `json:"kind"` // as its room declares it
	Owner    string    `json:"owner,omitempty"`
	Unit     string    `json:"unit,omitempty"` // the unit that may look at it
	Title    string    `json:"title,omitempty"`
	Currency string    `json:"currency"`
	OpenedAt time.Time `json:"opened_at"`
	Lines    int64     `json:"lines"`       // how many have moved it
	Balance  int64     `json:"balance_fen"` // above zero: debit
}

// Entry is one entry with its lines.
type Entry struct {
	ID         string    `json:"id"`
	Number     int64     `json:"number"` // within the body, without gaps
	At         time.Time `json:"at"`     // when it was posted
	Day        string    `json:"day"`    // on which it came about, 2026-10-31
	Reason     string    `json:"reason"` // the key of the word that says why
	Words      string    `json:"words,omitempty"`
	Rule       string    `json:"rule,omitempty"` // the rule that shaped it
	Subject    string    `json:"subject"`
	Title      string    `json:"title"` // the few words by which people know the subject; nothing personal
	Path       string    `json:"path,omitempty"`
	Actor      string    `json:"actor,omitempty"`
	Journal    string    `json:"journal"` // the journal's entry
	Reverses   string    `json:"reverses,omitempty"`
	ReversedBy string    `json:"reversed_by,omitempty"`
	Lines      []Line    `json:"lines,omitempty"`
}

// Line moves one account.
type Line struct {
	Account string `json:"account"`
	Fen     int64  `json:"fen"`         // above zero: debit
	Balance int64  `json:"balance_fen"` // of the account after it

	seq, was int64
	// What the account is, as the journal tells of it.
	kind, owner string
}

// Open gives the account of a kind and owner, and opens it the first time.
func Open(tx *db.Tx, a Account) (*Account, error) {
	if _, ok := Find(a.Kind); !ok {
		panic("ledger: no room has declared the kind " + a.Kind)
	}
	was, err := accounts(tx, "a.kind = ? AND a.owner = ?", a.Kind, a.Owner)
	if err != nil || len(was) > 0 {
		return first(was), err
	}
	a.ID, a.Currency, a.OpenedAt, a.Lines, a.Balance = db.NewID(), Currency, tx.Now, 0, 0
	return &a, saveAccount(tx, a)
}

func first(list []Account) *Account {
	if len(list) == 0 {
		return nil
	}
	return &list[0]
}

// Post keeps an entry, whose lines name their accounts and fen. All that is wrong with it
// is told at once.
func Post(tx *db.Tx, e Entry) (*Entry, error) {
	e.Reverses = ""
	return post(tx, e)
}

// Reverse posts the opposite of an entry, once, with why.
func Reverse(tx *db.Tx, id, day, words string) (*Entry, error) {
	was, err := findEntry(tx, id)
	if err != nil {
		return nil, err
	}
	switch {
	case was.Reverses != "":
		return nil, fault.Conflict.New("ledger.is_reversal", was.Number)
	case was.ReversedBy != "":
		return nil, fault.Conflict.New("ledger.reversed_already", was.Number)
	}
	e := Entry{Day: day, Reason: "ledger.entry.reverse", Words: words, Rule: was.Rule, Subject: was.Subject, Title: was.Title, Path: was.Path, Reverses: was.ID}
	for _, l := range was.Lines {
		e.Lines = append(e.Lines, Line{Account: l.Account, Fen: -l.Fen})
	}
	return post(tx, e)
}

func post(tx *db.Tx, e Entry) (*Entry, error) {
	named, err := accountsOf(tx, e.Lines)
	if err != nil {
		return nil, err
	}
	if err := e.check(named).Err(); err != nil {
		return nil, err
	}
	last, err := lastEntry(tx)
	if err != nil {
		return nil, err
	}
	e.ID, e.Number, e.At, e.Actor = db.NewID(), last.Number+1, tx.Now, auth.From(tx.Context()).ID
	if e.At.Before(last.At) { // a clock went back
		e.At = last.At
	}
	for i := range e.Lines {
		l := &e.Lines[i]
		a := named[l.Account]
		l.kind, l.owner, l.seq, l.was, l.Balance = a.Kind, a.Owner, a.Lines+1, a.Balance, a.Balance+l.Fen
	}
	if e.Journal, err = journal.Enter(tx, Posted, e.ID, e.told()); err != nil {
		return nil, err
	}
	return &e, saveEntry(tx, &e)
}
