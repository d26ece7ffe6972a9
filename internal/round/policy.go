package round

import (
	"context"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/fault"
)

// Subject is what an action of this room is about.
type Subject struct {
	Candidate  string // the id of one
	Unit       string // whose results are asked for; empty: everybody's
	State      State  // of a round
	Enterprise string // of a post
}

var (
	runs = func(a auth.Actor, _ Subject) bool { return a.Runs() }
	self = func(a auth.Actor, on Subject) bool {
		return a.Is(auth.Student) && a.About != "" && a.About == on.Candidate
	}
	announced = func(a auth.Actor, on Subject) bool { return a.ID != "" && on.State != Draft }
	published = func(_ auth.Actor, on Subject) bool { return on.State.Public() }
	placedBy  = func(a auth.Actor, on Subject) bool { return on.State.Public() && a.For(on.Unit) }
	hires     = func(a auth.Actor, on Subject) bool { return a.For(on.Enterprise) && on.State != Draft }
	student   = auth.Role[Subject](auth.Student)
)

// The rule book of rounds. Until a round is published nobody but the secretariat
// sees what it came to; then a unit sees its own, and everybody the figures.
var policy = auth.Policy[Subject]{
	"round.round.read":        auth.Any(runs, announced, published),
	"round.round.draft":       runs,
	"round.round.open":        runs,
	"round.round.freeze":      runs,
	"round.round.compute":     runs,
	"round.round.verify":      runs,
	"round.round.publish":     runs,
	"round.round.preview":     runs,
	"round.round.answer":      runs,
	"round.round.clear":       runs,
	"round.round.certificate": auth.Any(runs, published),

	"round.result.list":   auth.Any(runs, placedBy),
	"round.result.export": auth.Any(runs, placedBy),
	"round.result.mine":   student,
	"round.wish.save":     self,
	"round.answer.give":   self,
	"round.answer.gather": placedBy,
	"round.class.finish":  runs,

	"round.post.set":  auth.Any(runs, hires),
	"round.post.look": auth.Any(runs, hires),
	"round.post.rank": hires,
}

// visibleRounds is the rule round.round.read as a search condition.
func visibleRounds(a auth.Actor, w *db.Where) {
	switch {
	case a.Runs():
	case a.ID != "":
		w.And("r.state <> 'draft'")
	default:
		w.And(public)
	}
}

func may(ctx context.Context, action string, on Subject) bool { return policy.Can(ctx, action, on) }

func actor(tx *db.Tx) auth.Actor { return auth.From(tx.Context()) }

// notFound is the answer for what is not there, or not for the reader.
func notFound() error { return fault.NotFound.New("fault.not_found") }
