// Package recommend brings people and posts to each other's notice (人岗推荐): for a
// candidate the best posts, for a post the best candidates, exactly, each with what
// speaks for it, what is missing, and what would change it: which course or
// certificate opens how many more posts, which requirement or step of pay would
// bring a post how many more candidates.
//
// It scores by the body's dated rule through package fit, over a market of the
// body's open posts that it keeps in memory and makes anew when the journal tells
// of a change. It owns the courses (培训课程) that units offer.
package recommend

import (
	"context"
	"embed"
	"sync"
	"time"

	"guildhall/internal/auth"
	"guildhall/internal/codes"
	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/i18n"
	"guildhall/internal/seal"
	"guildhall/matching/fit"
)

//go:embed schema/*.sql
var schema embed.FS

//go:embed text/*.json
var text embed.FS

var _ = i18n.Add(text)

// Room is the tables of the courses.
var Room = db.Room{Name: "recommend", Schema: schema}

// Office recommends.
type Office struct {
	DB    *db.DB
	Keys  *seal.Keys
	Codes *codes.Catalogue
	From  Source
	// Taught gives the courses of the body's chain with the skills that they lead
	// to; nil: none are known beside those that units offer.
	Taught func(tx *db.Tx) ([]Course, error)

	markets sync.Map // *market by body
	pools   sync.Map // *pool by body
	surveys sync.Map // *survey by body
	work    sync.Mutex
}

// Source answers for the people, the posts and the rule of a body.
type Source interface {
	// Rule gives the rule in force on the day of tx.
	Rule(tx *db.Tx) (Rule, error)
	// Links tells what is near to what on the chain.
	Links() fit.Links
	// Posts gives those that take people, by id.
	Posts(tx *db.Tx) ([]*Post, error)
	// Post gives one that the actor may see.
	Post(tx *db.Tx, id string) (*Post, error)
	// Seekers gives those who look for a place and consent, as things stand, to being
	// shown to enterprises or to being counted, by id.
	Seekers(tx *db.Tx) ([]*Person, error)
	// Person gives a candidate whom the actor may see, named or masked as they may
	// know them.
	Person(tx *db.Tx, id string) (*Person, error)
}

// Rule is the body's rule of scoring, with where it comes from.
type Rule struct {
	Since   string `json:"since"`   // first day; empty for the rule that is shipped
	Article string `json:"article"` // where it was decided
	fit.Rule
}

// Post is an opening.
type Post struct {
	ID         string   `json:"id"`
	Ref        string   `json:"ref"`
	Enterprise string   `json:"enterprise"`
	Name       string   `json:"enterprise_name"`
	Title      string   `json:"title"`
	Segment    string   `json:"segment,omitempty"`
	Education  string   `json:"education"` // as people write it
	ShiftWord  string   `json:"shift"`     // day, two_shift, three_shift or empty
	Places     int      `json:"places"`
	Open       bool     `json:"open"`
	Fit        fit.Post `json:"-"`
}

// Person is a candidate.
type Person struct {
	ID         string      `json:"id"`
	Name       string      `json:"name" personal:"true"`
	School     string      `json:"school"`
	SchoolName string      `json:"school_name,omitempty"`
	Level      string      `json:"level"`
	Programme  string      `json:"programme"` // its code
	Named      bool        `json:"named"`     // the actor may know who it is
	Shown      bool        `json:"-"`         // consents to being shown to enterprises
	Counted    bool        `json:"-"`         // consents to being counted
	Fit        fit.Profile `json:"-"`
}

// Whose names the person under whose key the journal seals what is personal.
func (p *Person) Whose() string { return p.ID }

// Strong is the merit from which a match is called a strong one.
const Strong = 8000

func may(ctx context.Context, action string, on Subject) bool { return policy.Can(ctx, action, on) }

func notFound() error { return fault.NotFound.New("fault.not_found") }

func actor(tx *db.Tx) auth.Actor { return auth.From(tx.Context()) }

func day(tx *db.Tx) string { return tx.Now.In(i18n.Zone(tx.Context())).Format(time.DateOnly) }
