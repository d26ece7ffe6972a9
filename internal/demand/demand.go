// Package demand keeps demand lines (需求条目): what a unit wants, how many, by
// when and how surely, and what came of it. Talent, technology and training share
// it, so that one line can be followed from the day it was filed to the last of
// what filled it, whichever room did that.
//
// The particulars of a kind (pay, indicators, dates of a course) stand in the
// room of that kind, keyed by the line's id; so does its rule book. The functions
// here run in that room's transaction and ask nobody: who may file, change or end
// a line is settled, and told to the journal, by the room that calls them.
// [Cause], [Fill], [Answer] and [Lapse] are called by many, so they tell the
// journal themselves.
package demand

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

// Room is the tables of demand lines.
var Room = db.Room{Name: "demand", Schema: schema}

// File keeps a new line: it gets its id, the next number of its kind in the body,
// and a validity where none is told.
func File(tx *db.Tx, l *Line) error {
	today := Day(tx)
	if l.ValidUntil == "" {
		l.ValidUntil = validity(today, l.By)
	}
	if l.Certainty == "" {
		l.Certainty = Firm
	}
	if err := l.Check(today); err != nil {
		return err
	}
	last, err := lastNumber(tx, l.Kind)
	if err != nil {
		return err
	}
	l.ID, l.Number, l.State = db.NewID(), last+1, Open
	l.FiledAt, l.FiledBy, l.ChangedAt = tx.Now, auth.From(tx.Context()).ID, tx.Now
	return save(tx, l)
}

// Change keeps what its owner has put right in a line that still runs.
func Change(tx *db.Tx, l *Line) error {
	if !l.State.Runs() {
		return fault.Conflict.New("demand.over")
	}
	if err := l.Check(Day(tx)); err != nil {
		return err
	}
	if l.Filled >= l.Quantity {
		l.end(Filled, tx.Now)
	}
	l.ChangedAt = tx.Now
	return save(tx, l)
}

// Renew makes a line valid until another day, and wakes one that has lapsed.
func Renew(tx *db.Tx, l *Line, until string) error {
	if err := l.renew(Day(tx), until); err != nil {
		return err
	}
	l.ChangedAt = tx.Now
	return save(tx, l)
}

// Withdraw ends a line that its owner no longer wants; why says for what reason.
func Withdraw(tx *db.Tx, l *Line, why string) error { return finish(tx, l, Withdrawn, why) }

// Close ends a line that was filled in part, or not at all; why says what became
// of the rest.
func Close(tx *db.Tx, l *Line, why string) error { return finish(tx, l, Closed, why) }

func finish(tx *db.Tx, l *Line, to State, why string) error {
	if !l.State.Runs() && l.State != Lapsed {
		return fault.Conflict.New("demand.over")
	}
	if why == "" {
		var wrong fault.List
		wrong.Add("outcome", "demand.why")
		return wrong.Err()
	}
	l.Outcome = why
	l.end(to, tx.Now)
	l.ChangedAt = tx.Now
	return save(tx, l)
}

// Reply is what somebody says to a line's owner.
type Reply struct {
	ID   string    `json:"id"`
	Unit string    `json:"unit"`
	By   string    `json:"by"` // a person's id
	At   time.Time `json:"at"`
	Text string    `json:"text"`
}

// Answer keeps what the actor says to a line's owner. The first word that comes
// from another unit ends the wait that is measured.
func Answer(tx *db.Tx, l *Line, words string) error {
	if words == "" {
		var wrong fault.List
		wrong.Add("text", "demand.answer_empty")
		return wrong.Err()
	}
	if !l.State.Runs() {
		return fault.Conflict.New("demand.over")
	}
	a := auth.From(tx.Context())
	r := Reply{db.NewID(), a.Unit, a.ID, tx.Now, words}
	if err := saveReply(tx, l.ID, r); err != nil {
		return err
	}
	if l.answered(a.Unit, tx.Now) {
		if err := save(tx, l); err != nil {
			return err
		}
	}
	return journal.Record(tx, "demand.line.answer", l.ID, told(l, map[string]any{"unit": a.Unit}))
}

// Lapse ends every line of the body whose validity is over, and gives them.
func Lapse(tx *db.Tx) ([]*Line, error) {
	over, err := expired(tx, Day(tx))
	if err != nil {
		return nil, err
	}
	for _, l := range over {
		l.end(Lapsed, tx.Now)
		l.ChangedAt = tx.Now
		if err := save(tx, l); err != nil {
			return nil, err
		}
		if err := journal.Record(tx, "demand.line.lapse", l.ID, told(l, nil)); err != nil {
			return nil, err
		}
	}
	return over, nil
}

// told gives what the journal says of a line, with more.
func told(l *Line, more map[string]any) map[string]any {
	data := map[string]any{"kind": l.Kind, "number": l.Number, "owner": l.Unit, "quantity": l.Quantity, "filled": l.Filled, "state": l.State}
	for k, v := range more {
		data[k] = v
	}
	return data
}

// Day gives the day of a transaction where the body is.
func Day(tx *db.Tx) string { return tx.Now.In(i18n.Zone(tx.Context())).Format(time.DateOnly) }
