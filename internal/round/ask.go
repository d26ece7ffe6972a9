package round

import (
	"context"
	"encoding/json"
	"time"

	"guildhall/internal/db"
)

// Full is the highest merit and the highest wish: points are hundredths, so that
// 10,000 is shown as 100.00.
const Full = 10000

// Talent is what rounds ask of the people and posts of a body; app answers.
type Talent interface {
	// Statuses lists the statuses of candidates, and those of whoever looks for a
	// place now.
	Statuses() (all, seeking []string)
	// Seekers gives the candidates of these statuses, by id.
	Seekers(tx *db.Tx, statuses []string) ([]*Candidate, error)
	// Candidate gives one whom the actor may see.
	Candidate(tx *db.Tx, id string) (*Candidate, error)
	// Numbers gives the numbers of sheets by id.
	Numbers(tx *db.Tx, ids []string) (map[string]string, error)
	// Names gives names by id.
	Names(tx *db.Tx, ids []string) (map[string]string, error)
	// Posts gives the posts that take people, by id.
	Posts(tx *db.Tx) ([]*Post, error)
	// OpenPosts tells by id which posts take people.
	OpenPosts(tx *db.Tx) (map[string]bool, error)
	// Consenting tells by id who consents to being matched.
	Consenting(tx *db.Tx) (map[string]bool, error)
	// Post gives one that the actor may see.
	Post(tx *db.Tx, id string) (*Post, error)
	// Best gives the posts that are best for a candidate, best first.
	Best(tx *db.Tx, c *Candidate, most int) ([]Offer, error)
	// Scoring gives the rule in force.
	Scoring(tx *db.Tx) (Scoring, error)
	// Panel scores such profiles and such posts by a rule.
	Panel(s Scoring, profiles, posts []string) (Panel, error)
	// Describe says a profile in words.
	Describe(ctx context.Context, profile string) string
}

// Candidate is somebody who can be placed, as talent tells of them.
type Candidate struct {
	ID             string     `json:"id"`
	School         string     `json:"school"`
	SchoolName     string     `json:"school_name,omitempty"`
	Name           string     `json:"name" personal:"true"`
	Status         string     `json:"status"`
	Level          string     `json:"level"`
	Programme      string     `json:"programme"` // its code
	WantKinds      []string   `json:"want_kinds"`
	WantRegions    []string   `json:"want_regions"`
	WantPay        int64      `json:"want_pay"`
	AcceptShift    bool       `json:"accept_shift"`
	AcceptOverseas bool       `json:"accept_overseas"`
	ConsentAt      *time.Time `json:"consent_at,omitempty"`
	GuardianAt     *time.Time `json:"guardian_at,omitempty"`
	AdultFrom      string     `json:"-"` // first whole month of full age, 2029-06; empty where it is not known
	Profile        string     `json:"-"` // what scoring knows of them, for Panel
}

func (c *Candidate) subject() Subject { return Subject{Candidate: c.ID} }

// Post is an opening, as talent tells of it.
type Post struct {
	ID         string `json:"id"`
	Ref        string `json:"ref"`
	Enterprise string `json:"enterprise"`
	Title      string `json:"title"`
	Kind       string `json:"kind"`
	Segment    string `json:"segment"`
	Region     string `json:"region"`
	Places     int    `json:"places"`
	PayLow     int64  `json:"pay_low"`
	PayHigh    int64  `json:"pay_high"`
	Shift      string `json:"shift"`
	Open       bool   `json:"open"`
	Line       string `json:"line,omitempty"` // the demand line that it was opened for
	Profile    string `json:"-"`              // what scoring knows of it, for Panel
}

// Offer is a post with what speaks for it.
type Offer struct {
	*Post
	EnterpriseName string `json:"enterprise_name"`
	Merit          int    `json:"merit"`
	Wish           int    `json:"wish"`
	Parts          []Part `json:"parts"` // of merit
}

// Part is one part of a score.
type Part struct {
	Name   string `json:"name"`
	Points int    `json:"points"`
	Of     int    `json:"of"`
}

// Scoring is a rule of scoring as a round keeps it: what people read of it, and
// what a Panel scores by.
type Scoring struct {
	Since   string          `json:"since"` // day; empty for the rule that is shipped
	Article string          `json:"article"`
	Merit   []Part          `json:"merit"` // what a post sees of a candidate; it alone decides whom a post takes first
	Wish    []Part          `json:"wish"`  // what a candidate sees in a post; it orders the lists of those who gave none
	Must    int             `json:"must"`
	Partial int             `json:"partial"`
	Floor   int             `json:"floor"`   // nobody is placed with less merit
	Choices int             `json:"choices"` // on a list at most
	Data    json.RawMessage `json:"data"`
}

// Panel gives judges over the same candidates and posts.
type Panel interface {
	Judge() Judge
}

// Judge scores candidates and posts, both by their numbers from 0. It is for one
// goroutine.
type Judge interface {
	// List makes a candidate's list, best first: own in its order, less what is
	// barred, or without one from the score, less what skip tells of.
	List(candidate int, own []int, skip func(post int) bool) []Choice
	// Merit gives the candidate's merit at a post, and what bars the two from each
	// other, or "".
	Merit(candidate, post int) (merit int, bar string)
	// Parts gives the parts of a merit.
	Parts(candidate, post int) []Part
	// Changes gives what the candidate could change, each with the posts that it
	// would open, as within tells of a post and a merit.
	Changes(candidate int, within func(post, merit int) bool) []Change
}

// Choice is one entry of a candidate's list: a post's number from 0, and the
// candidate's merit there.
type Choice struct{ Seq, Merit int }

// Change is one thing that a candidate could change.
type Change struct {
	Skill  string // to be had at Level
	Level  int
	Accept string // shift or overseas
	Opens  []int  // posts
}
