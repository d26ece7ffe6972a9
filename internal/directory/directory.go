// Package directory (名录) knows the bodies, the units, the persons with their
// accounts and posts, and who does what for whom. What belongs to no single
// consortium stands here, under the pen of the house.
package directory

import (
	"context"
	"embed"
	"net/http"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/i18n"
	"guildhall/internal/journal"
	"guildhall/internal/seal"
)

//go:embed schema/*.sql
var schema embed.FS

//go:embed text/*.json
var text embed.FS

var _ = i18n.Add(text)

// Room is the directory's tables.
var Room = db.Room{Name: "directory", Schema: schema}

// Directory lets people in and keeps the roll of units, persons and posts.
type Directory struct {
	DB   *db.DB
	Keys *seal.Keys
	Mail Mailer // nil where no mail can be sent: links are then shown to the administrator
	URL  string // under which readers reach us, for links in mails

	Verifier string // key that checkpoints of the journal are signed under
	// Waiting asks the other rooms what waits on a person; app joins them.
	Waiting []Waiting
	// Second knows who has a second factor; app joins it. Nil: nobody has.
	Second Second
	// Ways are other ways to sign in, shown on its page: the path and the key of the word.
	Ways []Way
	// Doors gives more of them, which come and go; app joins it. Nil: there are none.
	Doors func(ctx context.Context) ([]Way, error)
	// Left leads whoever has signed out on, and gives a cookie that is over with it; an
	// empty path leads to the first page. Nil: nobody is led anywhere.
	Left func(r *http.Request) (to string, over *http.Cookie)
	// Mine are more pages of a person's own, shown on their page.
	Mine []Way

	hashing chan struct{} // bounds how many passwords are judged at a time
}

// Mailer tells whether mail can be sent; what is to be sent waits in the
// directory's own table until then.
type Mailer interface {
	Send(ctx context.Context, to, subject, words string) error
}

// New gives a directory over d.
func New(d *db.DB, keys *seal.Keys) *Directory {
	return &Directory{DB: d, Keys: keys, hashing: make(chan struct{}, 2)}
}

// house gives the context in which the directory's own changes are made.
func house(ctx context.Context) context.Context { return db.In(ctx, db.House) }

// here gives the context of the body in which the actor acts: duties are the
// body's own, and its journal tells of them.
func here(ctx context.Context) context.Context { return db.In(ctx, auth.From(ctx).Body) }

// EnrolUnits notes units in the directory for whoever runs a body, as an import
// of members does before it writes the body's own rows.
func (d *Directory) EnrolUnits(ctx context.Context, units []*Unit) error {
	return db.Do(house(ctx), d.DB, func(tx *db.Tx) error { return enrol(tx, units) })
}

func enrol(tx *db.Tx, units []*Unit) error {
	if err := policy.Allow(tx.Context(), "directory.unit.enrol", Subject{}); err != nil {
		return err
	}
	if err := Enrol(tx, units); err != nil {
		return err
	}
	ids := make([]string, len(units))
	for i, u := range units {
		ids[i] = u.ID
	}
	return journal.Record(tx, "directory.unit.enrol", "", map[string]any{"units": ids})
}

// As gives the context of an actor in their body.
func As(ctx context.Context, a auth.Actor) context.Context {
	return db.In(auth.With(ctx, a), a.Body)
}
