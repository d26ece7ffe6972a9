package council

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"time"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/journal"

	"guildhall/ballot"
)

// How a secret vote is kept. Each ballot has a pair of keys. A vote is sealed
// under the public one before it reaches the database, with fresh randomness and
// to equal length, so that what is stored tells nothing, whoever reads it, in
// whatever order, in a log or in a backup. Who has voted stands beside it, for
// nobody votes twice; the voter's receipt is the hash of what is stored.
//
// Where the ballot is secret towards members, the private key waits in the
// database, sealed by the house's master key, which stands outside it. Where it is
// secret towards administrators, it is parted among trustees as soon as it is made
// and stands nowhere whole until enough of them come together after the close.
//
// At the close the votes are opened in shuffled order into a table of their own,
// in one transaction, under random ids and without times; what was sealed and the
// private key are removed and the tables written anew, so that no dead row tells
// what a live one does not. A vote never passes the journal, the log, or the
// store of repeated requests.

// Opening is what a ballot is opened with.
type Opening struct {
	Minutes int `json:"minutes"` // after so many it closes by itself; 0 means by hand
}

// Open lets the units vote on a motion. Everything that forbids it is told at
// once, with the article of the rule.
func (c *Council) Open(ctx context.Context, motion string, in Opening) (*Ballot, error) {
	suite, err := c.suite()
	if err != nil {
		return nil, err
	}
	key, err := suite.NewKey()
	if err != nil {
		return nil, err
	}
	b, err := db.Update(ctx, c.DB, func(tx *db.Tx) (*Ballot, error) {
		m, meeting, err := takeMotion(tx, "council.ballot.open", motion)
		if err != nil {
			return nil, err
		}
		b, roll, err := c.prepare(tx, m, meeting, in)
		if err != nil {
			return nil, err
		}
		b.Suite = suite.Name
		if err := c.lock(tx, b, key); err != nil {
			return nil, err
		}
		if err := errors.Join(keepMotion(tx, m), keepBallot(tx, b)); err != nil {
			return nil, err
		}
		return b, errors.Join(saveShares(tx, b), saveElectors(tx, b.ID, roll))
	})
	clear(key.Private)
	return b, err
}

// suite is of which a ballot is that opens now: the house's. It keeps it, whatever the
// house's keys become.
func (c *Council) suite() (*ballot.Suite, error) { return ballot.SuiteOf(c.Keys.Suite().Name) }

// prepare makes the ballot and the frozen roll, or tells all that forbids it.
func (c *Council) prepare(tx *db.Tx, m *Motion, meeting *Meeting, in Opening) (*Ballot, []*Elector, error) {
	held, err := rules(tx)
	if err != nil {
		return nil, nil, err
	}
	class, ok := held.Rule.Class(m.Class)
	var wrong fault.List
	if !ok {
		wrong.Add("class", "council.motion.class", m.Class)
	}
	if !class.enough(m.Level) {
		wrong.Add("level", "council.motion.secrecy", levelKey(class.Secrecy), class.Article)
	}
	if in.Minutes < 0 || in.Minutes > 24*60 {
		wrong.Add("minutes", "council.ballot.minutes")
	}
	rounds, err := c.mayOpen(tx, &wrong, m, meeting, &class)
	if err != nil {
		return nil, nil, err
	}
	roll, err := c.freeze(tx, &wrong, m, meeting, &held.Rule, &class)
	if err != nil {
		return nil, nil, err
	}
	if err := wrong.Err(); err != nil {
		return nil, nil, err
	}
	b := &Ballot{ID: db.NewID(), Motion: m.ID, Round: len(rounds) + 1, Level: m.Level, Status: "open", Written: meeting.written(), RuleID: held.ID, Class: class,
		Article: class.Article, OpenedAt: tx.Now, Threshold: held.Rule.Threshold, action: "council.ballot.open"}
	b.Question = m.question(&held.Rule, &class, counted(rounds))
	b.Question.All, b.Question.Present = sums(roll)
	if ends := tx.Now.Add(time.Duration(in.Minutes) * time.Minute); in.Minutes > 0 {
		b.EndsAt = &ends
	}
	if meeting.written() {
		ends := meeting.EndsAt
		b.EndsAt = &ends
	}
	m.Status = Voting
	return b, roll, nil
}

// mayOpen tells what in the meeting and in the motion forbids a ballot, and gives
// the rounds before.
func (c *Council) mayOpen(tx *db.Tx, wrong *fault.List, m *Motion, meeting *Meeting, class *Class) ([]*Ballot, error) {
	if meeting.Status != InSession {
		wrong.Add("meeting", "council.ballot.not_in_session", stateKey(meeting.Status))
	}
	if m.Status != Floor && m.Status != Again {
		wrong.Add("motion", "council.ballot.not_on_floor", motionKey(m.Status))
	}
	if meeting.written() && !class.Written {
		wrong.Add("meeting", "council.ballot.not_written", class.Article)
	}
	if meeting.written() && !tx.Now.Before(meeting.EndsAt) {
		wrong.Add("meeting", "council.ballot.late")
	}
	all, err := motionsOf(tx, meeting.ID)
	if err != nil {
		return nil, err
	}
	for _, o := range all {
		if o.Amends == m.ID && !o.decided() {
			wrong.Add("amendment", "council.ballot.amendment", o.Title)
		}
	}
	open, err := openIn(tx, meeting.ID)
	if err != nil {
		return nil, err
	}
	if len(open) > 0 && !meeting.written() {
		wrong.Add("ballot", "council.ballot.another")
	}
	return ballotsOf(tx, m.ID)
}

// counted gives the last round that was counted, or nil.
func counted(rounds []*Ballot) (last *Ballot) {
	for _, b := range rounds {
		if b.Status == "closed" {
			last = b
		}
	}
	return last
}

// freeze gives the roll as it stands now, and tells where too few are there.
func (c *Council) freeze(tx *db.Tx, wrong *fault.List, m *Motion, meeting *Meeting, r *Rules, class *Class) ([]*Elector, error) {
	seats, err := c.seats(tx, r, meeting.Organ, today(tx))
	if err != nil {
		return nil, err
	}
	at, err := attendances(tx, meeting.ID)
	if err != nil {
		return nil, err
	}
	aside, err := asides(tx, m.ID)
	if err != nil {
		return nil, err
	}
	if !meeting.written() {
		count(seats, at, m.Item, aside).quorum(wrong, class)
	} else if len(seats) == 0 {
		wrong.Add("quorum", "council.meeting.no_seats")
	}
	return electors(seats, at, m.Item, aside, meeting.written()), nil
}

// lock puts the ballot's private key where its level wants it.
func (c *Council) lock(tx *db.Tx, b *Ballot, key ballot.Key) error {
	b.public = []byte{}
	if !secret(b.Level) {
		b.Threshold = 0
		return nil
	}
	b.public = key.Public
	if b.Level == ballot.Members {
		b.Threshold = 0
		b.private = c.Keys.Seal(base64.StdEncoding.EncodeToString(key.Private))
		return nil
	}
	return entrust(tx, b, key.Private)
}

// Vote is what a voter is told once the vote is kept.
type Vote struct {
	Ballot  string `json:"ballot"`
	Unit    string `json:"unit"`
	Receipt string `json:"receipt,omitempty"` // of a secret vote
	Hash    string `json:"hash,omitempty"`    // of the receipt: SHA-256 or SM3
}

// Cast keeps the vote of a unit: its own, or of one whose proxy it holds.
func (c *Council) Cast(ctx context.Context, id, unit, choice string) (*Vote, error) {
	actor := auth.From(ctx)
	if unit == "" {
		unit = actor.Unit
	}
	b, err := db.View(ctx, c.DB, func(tx *db.Tx) (*Ballot, error) {
		b, err := findBallot(tx, id)
		if err != nil {
			return nil, err
		}
		return b, c.mayCast(tx, b, unit, actor)
	})
	if err != nil {
		return nil, err
	}
	if err := checkChoice(b, choice); err != nil {
		return nil, err
	}
	vote := &Vote{Ballot: id, Unit: unit}
	var sealed []byte
	if secret(b.Level) { // before the pen is taken, and once: what is sealed twice has two receipts
		suite, err := ballot.SuiteOf(b.Suite)
		if err != nil {
			return nil, err
		}
		if sealed, err = suite.Seal(&b.Question, b.public, b.ID, choice); err != nil {
			return nil, err
		}
		vote.Receipt, vote.Hash = suite.Receipt(sealed), suite.Hash
	}
	return db.Update(ctx, c.DB, func(tx *db.Tx) (*Vote, error) {
		b, err := findBallot(tx, id)
		if err != nil {
			return nil, err
		}
		if err := c.mayCast(tx, b, unit, actor); err != nil {
			return nil, err
		}
		if sealed == nil {
			err = keepVote(tx, id, unit, choice)
		} else {
			err = keepSealed(tx, vote, sealed)
		}
		if err != nil {
			return nil, err
		}
		return vote, journal.Record(tx, "council.vote.cast", id, map[string]string{"unit": unit})
	})
}

// checkChoice refuses what the question does not offer. An invalid paper cannot
// be made by machine.
func checkChoice(b *Ballot, choice string) error {
	var wrong fault.List
	if choice == ballot.Invalid || b.Question.Check(choice) != nil {
		if b.Question.Kind == ballot.Election {
			wrong.Add("choice", "council.vote.candidates", b.Question.Seats)
		} else {
			wrong.Add("choice", "council.vote.choice")
		}
	}
	return wrong.Err()
}

// mayCast tells whether the actor gives the vote of a unit now.
func (c *Council) mayCast(tx *db.Tx, b *Ballot, unit string, actor auth.Actor) error {
	e, err := findElector(tx, b.ID, unit)
	if err != nil {
		return err
	}
	if err := policy.Allow(tx.Context(), "council.vote.cast", Thing{Unit: e.Holder}); err != nil {
		return err
	}
	speaks, err := c.speaks(tx, actor, e.Holder)
	if err != nil {
		return err
	}
	switch {
	case !speaks:
		return fault.Denied.New("council.vote.no_delegate")
	case e.Aside:
		return fault.Denied.New("council.vote.aside")
	case !e.Present:
		return fault.Denied.New("council.vote.not_present")
	case b.Level == ballot.Hands:
		return fault.Conflict.New("council.vote.hands")
	case b.over(tx.Now):
		return fault.Conflict.New("council.vote.over")
	case e.Voted:
		return fault.Conflict.New("council.vote.twice")
	}
	return nil
}

// speaks tells whether somebody speaks for a unit: one of those whom it has
// named, or where it has named none, whoever works for it.
func (c *Council) speaks(tx *db.Tx, a auth.Actor, unit string) (bool, error) {
	named, err := c.Roll.Delegates(tx, unit)
	if err != nil || !a.For(unit) {
		return false, err
	}
	for _, p := range named {
		if p.ID == a.ID {
			return true, nil
		}
	}
	return len(named) == 0, nil
}

func keepVote(tx *db.Tx, ballot, unit, choice string) error {
	return once(tx.Exec(`INSERT INTO council_vote (ballot_id, unit_id, choice, by_id) VALUES ($1, $2, $3, $4)`,
		ballot, unit, choice, auth.From(tx.Context()).ID))
}

func keepSealed(tx *db.Tx, v *Vote, sealed []byte) error {
	if err := once(tx.Exec(`INSERT INTO council_mark (ballot_id, unit_id) VALUES ($1, $2)`, v.Ballot, v.Unit)); err != nil {
		return err
	}
	_, err := tx.Exec(`INSERT INTO council_sealed (ballot_id, receipt, content) VALUES ($1, $2, $3)`, v.Ballot, v.Receipt, sealed)
	return err
}

// once says of a row that stands there already that the unit has voted.
func once(_ int64, err error) error {
	if errors.Is(err, fault.Conflict) {
		return fault.Conflict.New("council.vote.twice")
	}
	return err
}

// randomID gives an id whose order tells nothing.
func randomID() string { return rand.Text() }
