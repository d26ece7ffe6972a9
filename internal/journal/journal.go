// Package journal keeps what happened (日志). One entry is the audit log's line
// and the outbox's message at once, and it is written in the transaction of the
// change that it tells of: either both are there, or neither.
//
// An entry holds no personal data in clear. Fields of a subject that bear the
// tag `personal:"true"` are taken out of the entry and stand beside it, sealed
// under a key of the person whom Whose names; once Erase has destroyed that key,
// the record of what happened stays and no longer tells of whom.
//
// The entries of each body are a chain (防篡改): the leaves of a Merkle tree, as in
// RFC 6962, whose head is kept with each of them. Signed checkpoints of it stand
// outside of the database, so that Check finds any entry that was changed, put in
// or taken out, the newest too.
package journal

import (
	"embed"
	"encoding/json"
	"time"

	"guildhall/internal/auth"
	"guildhall/internal/db"
)

//go:embed schema/*.sql
var schema embed.FS

// Room is the journal's tables.
var Room = db.Room{Name: "journal", Schema: schema}

// Entry tells that an actor, acting for a unit, did an action to a subject.
type Entry struct {
	ID      string          `json:"id"`
	Body    string          `json:"body"`
	At      time.Time       `json:"at"`
	Actor   string          `json:"actor"`
	Unit    string          `json:"unit"`
	Action  string          `json:"action"` // as in the rule book: "council.motion.close"
	Subject string          `json:"subject"`
	Data    json.RawMessage `json:"data"`
}

// Record writes down that the actor of tx did action to subject. data is told
// as JSON, less its personal fields, which are sealed beside the entry.
func Record(tx *db.Tx, action, subject string, data any) error {
	_, err := Enter(tx, action, subject, data)
	return err
}

// Enter is Record, and gives the entry's id.
func Enter(tx *db.Tx, action, subject string, data any) (id string, err error) {
	told, personal, err := part(data)
	if err != nil {
		return "", err
	}
	actor := auth.From(tx.Context())
	e := Entry{db.NewID(), tx.Body, tx.Now, actor.ID, actor.Unit, action, subject, told}
	sealed := map[string]string{}
	for person, fields := range personal {
		if sealed[person], err = sealPersonal(tx, person, fields); err != nil {
			return "", err
		}
	}
	if err := save(tx, e, sealed); err != nil {
		return "", err
	}
	last, err := writtenOf(tx)
	if err != nil {
		return "", err
	}
	*last = e.ID
	return e.ID, queue(tx, e)
}

type writtenKey struct{}

func writtenOf(tx *db.Tx) (*string, error) {
	return db.Once(tx, writtenKey{}, func() (*string, error) { return new(string), nil })
}

// Written gives the id of the entry that was written last in this transaction, or none. It
// is not that of the newest entry, for the clocks of those who write need not agree.
func Written(tx *db.Tx) string {
	last, err := writtenOf(tx)
	if err != nil {
		return ""
	}
	return *last
}

// About gives all that happened to a subject in this body, oldest first.
func About(tx *db.Tx, subject string) ([]Entry, error) {
	return db.All(tx, scan, `SELECT `+columns+` FROM journal_entry e WHERE e.subject = $1 AND e.body = $2 ORDER BY e.id`, subject, tx.Body)
}

// Search narrows List. Empty fields narrow nothing.
type Search struct {
	Actor   string // a person's id
	Action  string // an action or the beginning of one: "talent."
	Subject string
	Before  string // entries older than this one
	Limit   int    // at most so many, 1 to 200
}

// List gives this body's entries, newest first.
func List(tx *db.Tx, s Search) ([]Entry, error) {
	var w db.Where
	w.And("e.body = ?", tx.Body)
	if s.Actor != "" {
		w.And("e.actor = ?", s.Actor)
	}
	if s.Action != "" {
		w.And("e.action >= ? AND e.action < ?", s.Action, s.Action+"\U0010FFFF")
	}
	if s.Subject != "" {
		w.And("e.subject = ?", s.Subject)
	}
	if s.Before != "" {
		w.And("e.id < ?", s.Before)
	}
	where := w.String()
	return db.All(tx, scan, `SELECT `+columns+` FROM journal_entry e`+where+` ORDER BY e.id DESC LIMIT `+w.Next(min(max(s.Limit, 1), 200)), w.Args...)
}

// Find gives one entry of this body.
func Find(tx *db.Tx, id string) (Entry, error) {
	return db.One(tx, scan, `SELECT `+columns+` FROM journal_entry e WHERE e.id = $1 AND e.body = $2`, id, tx.Body)
}

// Data reads what the entry tells of its subject, less the personal fields.
func Data[T any](e Entry) (v T, err error) {
	err = json.Unmarshal(e.Data, &v)
	return v, err
}
