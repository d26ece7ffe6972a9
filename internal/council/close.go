package council

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/journal"

	"guildhall/ballot"
)

// Close ends the vote and counts it. Of a ballot that trustees keep it only ends
// the vote: they open it.
func (c *Council) Close(ctx context.Context, id string) (*Ballot, error) {
	b, err := db.Update(ctx, c.DB, func(tx *db.Tx) (*Ballot, error) {
		b, _, err := takeBallot(tx, "council.ballot.close", id)
		if err != nil {
			return nil, err
		}
		if b.Level == ballot.Hands {
			return nil, fault.Conflict.New("council.ballot.by_hand")
		}
		return b, c.end(tx, b)
	})
	if err != nil {
		return nil, err
	}
	return c.finish(ctx, b)
}

// end lets nobody vote any more. When it was ended is decided once, here.
func (c *Council) end(tx *db.Tx, b *Ballot) error {
	if b.Status == "counting" {
		return nil // was ended before; its count was broken off
	}
	if b.Status != "open" {
		return fault.Conflict.New("council.ballot.closed")
	}
	now := tx.Now
	b.Status, b.ClosedAt = "counting", &now
	m, err := findMotion(tx, b.Motion)
	if err != nil {
		return err
	}
	m.Status = Counting
	return errors.Join(keepBallot(tx, b), saveMotion(tx, m))
}

// finish opens what is sealed and counts it. Opening takes long, so it is done
// without the pen; a process that dies in between leaves a ballot that Work takes
// up again.
func (c *Council) finish(ctx context.Context, b *Ballot) (*Ballot, error) {
	if b.Status != "counting" {
		return b, nil
	}
	var votes, receipts []string
	if secret(b.Level) {
		private, err := c.private(ctx, b)
		if err != nil || private == nil {
			return b, err // the trustees have not come together yet
		}
		votes, receipts, err = c.open(ctx, b, private)
		clear(private)
		if err != nil {
			return nil, err
		}
	}
	b, err := db.Update(ctx, c.DB, func(tx *db.Tx) (*Ballot, error) {
		b, err := findBallot(tx, b.ID)
		if err != nil || b.Status != "counting" {
			return b, err
		}
		b.action = "council.ballot.close"
		return b, c.count(tx, b, votes, receipts)
	})
	if err == nil && b.Status == "closed" && secret(b.Level) {
		c.forget(ctx)
	}
	return b, err
}

// open opens every sealed vote, in shuffled order.
func (c *Council) open(ctx context.Context, b *Ballot, private []byte) (votes, receipts []string, err error) {
	type kept struct {
		receipt string
		content []byte
	}
	all, err := db.View(ctx, c.DB, func(tx *db.Tx) ([]kept, error) {
		return db.All(tx, func(row db.Row) (k kept, err error) { return k, row.Scan(&k.receipt, &k.content) },
			`SELECT receipt, content FROM council_sealed WHERE ballot_id = $1 ORDER BY receipt`, b.ID)
	})
	if err != nil {
		return nil, nil, err
	}
	suite, err := ballot.SuiteOf(b.Suite)
	if err != nil {
		return nil, nil, err
	}
	for _, k := range all {
		vote, err := suite.Open(private, b.ID, k.content)
		if err != nil || suite.Receipt(k.content) != k.receipt {
			return nil, nil, fmt.Errorf("ballot %s: a vote does not open: %w", b.ID, ballot.ErrBroken)
		}
		votes, receipts = append(votes, vote), append(receipts, k.receipt)
	}
	return votes, receipts, ballot.Shuffle(votes)
}

// count keeps what the votes come to, and what follows from it for the motion.
func (c *Council) count(tx *db.Tx, b *Ballot, votes, receipts []string) error {
	if secret(b.Level) {
		if err := unseal(tx, b, votes, receipts); err != nil {
			return err
		}
	}
	roll, err := electorsOf(tx, b.ID)
	if err != nil {
		return err
	}
	if b.Level == ballot.Named {
		votes = nil
		for _, e := range roll {
			if e.Voted {
				votes = append(votes, e.Choice)
			}
		}
	}
	if b.Written { // whoever voted took part
		if roll, err = tookPart(tx, b, roll); err != nil {
			return err
		}
	}
	if b.Result, err = b.Question.Count(votes); err != nil {
		return err
	}
	b.Status = "closed"
	m, err := findMotion(tx, b.Motion)
	if err != nil {
		return err
	}
	if b.Seal, err = sealOf(tx, b, m, roll, votes, receipts); err != nil {
		return err
	}
	m.settle(b)
	if err := errors.Join(keepBallot(tx, b), saveMotion(tx, m)); err != nil {
		return err
	}
	if err := noteBallot(tx, b, m); err != nil {
		return err
	}
	return c.follow(tx, m, b)
}

// unseal puts the votes into the table of opened ones and takes away what was
// sealed and the key. The receipts stay, in the order of their letters.
func unseal(tx *db.Tx, b *Ballot, votes, receipts []string) error {
	n, err := tx.Exec(`DELETE FROM council_sealed WHERE ballot_id = $1`, b.ID)
	if err != nil {
		return err
	}
	if int(n) != len(votes) {
		return fmt.Errorf("ballot %s: %d votes were opened and %d were sealed", b.ID, len(votes), n)
	}
	opened, kept := make([][]any, len(votes)), make([][]any, len(receipts))
	for i, v := range votes {
		opened[i] = []any{randomID(), b.ID, v}
	}
	for i, r := range receipts {
		kept[i] = []any{b.ID, r}
	}
	b.private = ""
	_, err = tx.Exec(`DELETE FROM council_share WHERE ballot_id = $1`, b.ID)
	return errors.Join(err,
		db.Insert(tx, "council_opened", []string{"id", "ballot_id", "choice"}, "", opened),
		db.Insert(tx, "council_receipt", []string{"ballot_id", "receipt"}, "", kept))
}

// tookPart makes those the present of a vote in writing who have voted.
func tookPart(tx *db.Tx, b *Ballot, roll []*Elector) ([]*Elector, error) {
	for _, e := range roll {
		e.Present = e.Voted
	}
	_, b.Question.Present = sums(roll)
	_, err := tx.Exec(`UPDATE council_elector SET present = FALSE WHERE ballot_id = $1
		AND NOT EXISTS (SELECT 1 FROM council_mark k WHERE k.ballot_id = council_elector.ballot_id AND k.unit_id = council_elector.unit_id)
		AND NOT EXISTS (SELECT 1 FROM council_vote v WHERE v.ballot_id = council_elector.ballot_id AND v.unit_id = council_elector.unit_id)`, b.ID)
	return roll, err
}

// follow does what a decision brings about: an amendment changes the words of its
// motion, anything else that is carried becomes a resolution.
func (c *Council) follow(tx *db.Tx, m *Motion, b *Ballot) error {
	if m.Status != Carried {
		return nil
	}
	if m.Amends == "" {
		return c.resolve(tx, m, b)
	}
	parent, err := findMotion(tx, m.Amends)
	if err != nil {
		return err
	}
	parent.Words = m.Words
	return saveMotion(tx, parent)
}

// forget lets the engine write the tables anew that held sealed votes, so that no
// dead row keeps one. What cannot be done now, because somebody reads what was
// there before, Work does as soon as it can.
func (c *Council) forget(ctx context.Context) {
	err := c.DB.Rewrite(ctx, "council_sealed", "council_ballot", "council_share")
	if c.unwritten.Store(err != nil); err != nil && ctx.Err() == nil {
		slog.WarnContext(ctx, "council: sealed votes are removed, and their places are not written over yet", "error", err)
	}
}

// private gives the ballot's private key, or nil where too few trustees have given
// their shares.
func (c *Council) private(ctx context.Context, b *Ballot) ([]byte, error) {
	if b.Level == ballot.Trustees {
		return c.gathered(ctx, b)
	}
	text, err := c.Keys.Open(b.private)
	if err != nil {
		return nil, err
	}
	return base64.StdEncoding.DecodeString(text)
}

// Hands is a show of hands as the secretary counted it.
type Hands struct {
	Yes     int64 `json:"yes"`
	No      int64 `json:"no"`
	Abstain int64 `json:"abstain"`
	Invalid int64 `json:"invalid"`
}

// Enter keeps a show of hands and closes the ballot with it.
func (c *Council) Enter(ctx context.Context, id string, in Hands) (*Ballot, error) {
	return db.Update(ctx, c.DB, func(tx *db.Tx) (*Ballot, error) {
		b, m, err := takeBallot(tx, "council.ballot.enter", id)
		if err != nil {
			return nil, err
		}
		if b.Level != ballot.Hands || b.Status != "open" || m.Kind != ballot.Motion {
			return nil, fault.Conflict.New("council.ballot.no_hands")
		}
		var wrong fault.List
		var votes []string
		for _, k := range []struct {
			place, vote string
			n           int64
		}{{"yes", ballot.Yes, in.Yes}, {"no", ballot.No, in.No}, {"abstain", ballot.Abstain, in.Abstain}, {"invalid", ballot.Invalid, in.Invalid}} {
			if k.n < 0 || k.n > b.Question.Present {
				wrong.Add(k.place, "council.hands.number", b.Question.Present)
				continue
			}
			for range k.n {
				votes = append(votes, k.vote)
			}
		}
		if len(wrong) == 0 && int64(len(votes)) > b.Question.Present {
			wrong.Add("yes", "council.hands.many", len(votes), b.Question.Present)
		}
		if err := wrong.Err(); err != nil {
			return nil, err
		}
		now := tx.Now
		b.Status, b.ClosedAt = "counting", &now
		if err := saveHands(tx, b.ID, votes); err != nil {
			return nil, err
		}
		return b, c.count(tx, b, votes, nil)
	})
}

// saveHands keeps hands as opened votes: they bear no names.
func saveHands(tx *db.Tx, id string, votes []string) error {
	rows := make([][]any, len(votes))
	for i, v := range votes {
		rows[i] = []any{randomID(), id, v}
	}
	return db.Insert(tx, "council_opened", []string{"id", "ballot_id", "choice"}, "", rows)
}

// Call is what a unit said at the roll call.
type Call struct{ Unit, Choice string }

// CallRoll keeps the votes that units gave at the roll call, as the secretary heard
// them: all, or where something is wrong with one, none. It is for open ballots
// only.
func (c *Council) CallRoll(ctx context.Context, id string, calls ...Call) (*Ballot, error) {
	return db.Update(ctx, c.DB, func(tx *db.Tx) (*Ballot, error) {
		b, _, err := takeBallot(tx, "council.ballot.enter", id)
		if err != nil {
			return nil, err
		}
		switch {
		case b.Level != ballot.Named:
			return nil, fault.Conflict.New("council.ballot.no_call")
		case b.over(tx.Now):
			return nil, fault.Conflict.New("council.vote.over")
		case len(calls) == 0:
			return nil, fault.Invalid.New("council.ballot.no_calls")
		}
		for _, call := range calls {
			e, err := findElector(tx, id, call.Unit)
			if err != nil {
				return nil, err
			}
			if !e.Present {
				return nil, fault.Conflict.New("council.vote.not_present")
			}
			if err := errors.Join(checkChoice(b, call.Choice), keepVote(tx, id, call.Unit, call.Choice)); err != nil {
				return nil, err
			}
			if err := journal.Record(tx, b.action, id, map[string]string{"unit": call.Unit}); err != nil {
				return nil, err
			}
		}
		return findBallot(tx, id)
	})
}

// Settle decides a tie by the word of the chair.
func (c *Council) Settle(ctx context.Context, motion string, carried bool) (*Motion, error) {
	return db.Update(ctx, c.DB, func(tx *db.Tx) (*Motion, error) {
		m, _, err := takeMotion(tx, "council.ballot.settle", motion)
		if err != nil {
			return nil, err
		}
		if m.Status != Tied {
			return nil, fault.Conflict.New("council.ballot.no_tie")
		}
		rounds, err := ballotsOf(tx, m.ID)
		if err != nil {
			return nil, err
		}
		if m.Status = Rejected; carried {
			m.Status = Carried
		}
		if err := keepMotion(tx, m); err != nil {
			return nil, err
		}
		return m, c.follow(tx, m, counted(rounds))
	})
}

// void breaks off an open ballot: what was voted in it counts for nothing and is
// removed.
func (c *Council) void(tx *db.Tx, b *Ballot, why string) error {
	for _, table := range []string{"council_sealed", "council_share"} {
		if _, err := tx.Exec(`DELETE FROM `+table+` WHERE ballot_id = $1`, b.ID); err != nil {
			return err
		}
	}
	now := tx.Now
	b.Status, b.ClosedAt, b.Void, b.private, b.action = "void", &now, why, "", "council.ballot.close"
	m, err := findMotion(tx, b.Motion)
	if err != nil {
		return err
	}
	m.Status = Floor
	if len(m.Elected) > 0 || b.Round > 1 {
		m.Status = Again
	}
	return errors.Join(keepBallot(tx, b), saveMotion(tx, m))
}

// Work closes the ballots whose time is over, takes up counts that were broken
// off, and sends the letters that wait, until ctx is done.
func (c *Council) Work(ctx context.Context) {
	c.unwritten.Store(true) // a process before this one may have ended in between
	for ctx.Err() == nil {
		if c.unwritten.Load() {
			c.forget(ctx)
		}
		if err := c.CloseDue(ctx); err != nil && ctx.Err() == nil {
			slog.ErrorContext(ctx, "council: ballots", "error", err)
		}
		for sent := c.Mail != nil; sent && ctx.Err() == nil; {
			var err error
			if sent, err = c.sendNext(ctx); err != nil && ctx.Err() == nil {
				slog.WarnContext(ctx, "council: letters", "error", err)
			}
		}
		select {
		case <-ctx.Done():
		case <-time.After(2 * time.Second):
		}
	}
}

// CloseDue closes the ballots of every body whose time is over, and finishes
// those that somebody began to count.
func (c *Council) CloseDue(ctx context.Context) error {
	due, err := db.View(ctx, c.DB, func(tx *db.Tx) ([]struct{ A, B string }, error) {
		return dueBallots(tx)
	})
	for _, d := range due {
		in := db.In(auth.With(ctx, auth.Actor{ID: "timer", Body: d.B, Roles: []string{auth.Secretariat}}), d.B)
		b, also := db.Update(in, c.DB, func(tx *db.Tx) (*Ballot, error) {
			b, _, err := takeBallot(tx, "council.ballot.close", d.A)
			if err != nil || b.Status == "open" && !b.over(tx.Now) {
				return b, err
			}
			if b.Status == "open" && b.Level == ballot.Hands {
				return b, c.void(tx, b, "council.void.hands")
			}
			if b.Status == "closed" || b.Status == "void" {
				return b, nil
			}
			return b, c.end(tx, b)
		})
		if also == nil {
			_, also = c.finish(in, b)
		}
		err = errors.Join(err, also)
	}
	return err
}

// dueBallots gives the ballots, with their bodies, that are to be closed or counted.
func dueBallots(tx *db.Tx) ([]struct{ A, B string }, error) {
	return db.All(tx, db.Pair[string, string], `SELECT id, body FROM council_ballot
		WHERE status = 'counting' AND (level <> 'trustees') OR status = 'open' AND ends_at <= $1 ORDER BY id LIMIT 50`, tx.Now)
}
