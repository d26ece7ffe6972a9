package intake

import (
	"context"

	"guildhall/internal/db"
)

// Taker is what a room does with the rows of one kind of sheet. The room
// implements it; app gives the Takers to the Intake.
//
// Rows come in runs of up to Run, all of one file, in the order of the sheet.
// What a sheet does not tell (Row.Has false) changes nothing of what is known.
// A Taker finds the things that rows name (schools, enterprises, students) in
// the database or, while an upload is looked over, among its own earlier rows:
// Batch.Pending. What is in neither place is refused: Row.Refuse. Unless whoever
// acts (auth.From(tx.Context())) runs the body, a Taker refuses rows of a unit
// for which they do not act.
type Taker interface {
	// Kind is the name of the kind that it takes, one of Kinds.
	Kind() string

	// Weigh says of each row what would become of it, and writes nothing: it
	// calls Row.Refuse or Row.Ask with a message of the room, notes with
	// Row.Differs what would change, and ends with Row.Weighed. Rows that are
	// Refused or Decision on arrival stay so; Weigh may still add reasons. It
	// asks the database for all rows at once, not for one after the other.
	Weigh(tx *db.Tx, b *Batch, rows []*Row) error

	// Take keeps rows, all of them New or Changed by a Weigh in the same
	// Update, and writes nothing else than they ask for: a second Take of the
	// same rows finds them Same. Journal entries tell counts and the file, not
	// the persons.
	Take(tx *db.Tx, b *Batch, rows []*Row) error
}

// Preparer is a Taker that must write for another body before Take, such as
// units into the directory, which have the pen of the house. Prepare runs
// outside any transaction, with rows that are New or Changed, before the Update
// in which Weigh and Take run; a crash between the two runs it again.
type Preparer interface {
	Prepare(ctx context.Context, b *Batch, rows []*Row) error
}

// Run is the most rows that a Taker gets at a time.
const Run = 500

// Batch is the file that rows come from, and what comes with it.
type Batch struct {
	Job  string // the import, for the journal
	File string // its name, for the journal
	Kind *Kind
	// Commit tells whether rows are being kept; else they are looked over.
	Commit bool

	pending map[string]map[string]bool
}

// Pending tells whether a row of a kind, known by one of its Names, is among the
// earlier rows of the same upload that may be taken.
func (b *Batch) Pending(kind, key string) bool { return b.pending[kind][key] }

// NewBatch makes a batch with rows of other kinds that come with it, by kind and
// name. It is for tests of Takers.
func NewBatch(kind string, pending map[string][]string) *Batch {
	b := &Batch{Job: "job", File: "file", Kind: Find(kind), pending: map[string]map[string]bool{}}
	for k, names := range pending {
		b.pending[k] = map[string]bool{}
		for _, n := range names {
			b.pending[k][n] = true
		}
	}
	return b
}

// NewRow makes a row of a kind from texts in their kept form (see Value), for
// tests of Takers and for rooms that take rows from elsewhere than a sheet. A
// field that the kind does not have is left out; numbers are read from the text.
func NewRow(kind string, number int, texts map[string]string) *Row {
	k := Find(kind)
	r := &Row{Kind: k, Number: number, Values: make([]Value, len(k.Fields))}
	for field, text := range texts {
		if i, f := k.Field(field); f != nil {
			r.Values[i] = valueOf(f, text)
		}
	}
	return r
}

// valueOf gives the value of a kept text.
func valueOf(f *Field, text string) Value {
	v := Value{Text: text}
	switch f.Cell {
	case Count, People:
		v.Num, _ = fen(text, 1)
	case Money:
		v.Num, _ = fen(text, 100)
	case Wan:
		v.Num, _ = fen(text, 1_000_000)
	case YesNo:
		if text == "yes" {
			v.Num = 1
		}
	}
	return v
}
