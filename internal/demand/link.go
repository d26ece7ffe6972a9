package demand

import (
	"time"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/journal"
)

// Link is one thing that a line caused, or that filled a part of it: an order
// class of 30, a hire of one. The few words that a reader needs stand beside the
// id, so that a line tells its story whatever becomes of the thing.
type Link struct {
	Line     string    `json:"line"`
	Fills    bool      `json:"fills"`   // it fills the line, rather than working towards it
	Kind     string    `json:"kind"`    // position, class, round, hire, … : the word demand.link.<kind>
	Subject  string    `json:"subject"` // id of the thing
	Quantity int       `json:"quantity"`
	At       time.Time `json:"at"`
	Unit     string    `json:"unit,omitempty"` // who did it
	Text     string    `json:"text,omitempty"` // what it is called; never a person's name
	Path     string    `json:"path,omitempty"` // where it is shown
}

// Cause notes what was begun for a line. Told again of the same thing it puts the
// quantity right, so that whoever hears of it twice does no harm.
func Cause(tx *db.Tx, link Link) (*Line, error) {
	link.Fills = false
	return connect(tx, "demand.line.cause", link)
}

// Fill notes what filled a part of a line, and ends the line once all that was
// wanted is there. A quantity of 0 takes an earlier word back.
func Fill(tx *db.Tx, link Link) (*Line, error) {
	link.Fills = true
	return connect(tx, "demand.line.fill", link)
}

func connect(tx *db.Tx, action string, link Link) (*Line, error) {
	l, err := Find(tx, link.Line)
	if err != nil {
		return nil, err
	}
	if link.Kind == "" || link.Subject == "" || link.Quantity < 0 {
		return nil, fault.Invalid.New("demand.link")
	}
	if link.At.IsZero() {
		link.At = tx.Now
	}
	if link.Unit == "" {
		link.Unit = auth.From(tx.Context()).Unit
	}
	had, err := quantityOf(tx, link)
	if err != nil {
		return nil, err
	}
	if had == link.Quantity && (had > 0 || link.Fills) {
		return l, nil
	}
	if err := saveLink(tx, link); err != nil {
		return nil, err
	}
	l.answered(link.Unit, tx.Now)
	if link.Fills {
		l.fill(link.Quantity-had, tx.Now)
	}
	l.ChangedAt = tx.Now
	if err := save(tx, l); err != nil {
		return nil, err
	}
	return l, journal.Record(tx, action, l.ID, told(l, map[string]any{"link": link, "more": link.Quantity - had}))
}

// fill counts what came or went. A line that was full and is not any more runs
// again; one that its owner has ended stays so.
func (l *Line) fill(more int, now time.Time) {
	l.Filled += more
	switch {
	case l.Filled >= l.Quantity && l.State.Runs():
		l.end(Filled, now)
	case l.Filled < l.Quantity && l.State == Filled:
		l.State, l.EndedAt = Underway, nil
	}
}
