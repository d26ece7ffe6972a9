// Package round holds matching rounds (撮合轮次): in a round candidates and posts
// of a body are brought together at one moment, by one rule, so that no candidate
// and no post would both rather have each other. Its result can be checked by
// anyone, and everyone in it is told the reason for theirs.
//
// A round is decided on what it copied at its freeze and on nothing else. Who is
// a candidate, what a post asks for and how both are scored is talent's to say;
// rounds ask for it through the interfaces in ask.go, which app answers.
package round

import (
	"embed"
	"sync"

	"guildhall/internal/db"
	"guildhall/internal/i18n"
	"guildhall/internal/seal"
)

//go:embed schema/*.sql
var schema embed.FS

//go:embed text/*.json
var text embed.FS

var _ = i18n.Add(text)

// Room is the tables of rounds.
var Room = db.Room{Name: "round", Schema: schema}

// Office holds the rounds of a body.
type Office struct {
	DB     *db.DB
	Keys   *seal.Keys
	Talent Talent

	jobs sync.Map // by round id: *job, of the computations of this process
	work sync.WaitGroup

	asked lastAsked
}

// New gives an office over d.
func New(d *db.DB, keys *seal.Keys, t Talent) *Office {
	return &Office{DB: d, Keys: keys, Talent: t}
}
