package council

import (
	"context"
	"encoding/base64"
	"errors"
	"time"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/journal"

	"guildhall/ballot"
)

// Trustee keeps, with others, the key of ballots that are secret towards
// administrators (监票人). The code by which a share is opened is shown once, to
// the trustee, and kept nowhere here.
type Trustee struct {
	ID     string     `json:"id"`
	Person string     `json:"person"`
	Name   string     `json:"name" personal:"true"`
	Since  time.Time  `json:"since"`
	Until  *time.Time `json:"until,omitzero"`
	Suite  string     `json:"suite"` // of the code, which may be older than the ballot's

	public []byte
}

// Whose makes the journal keep the name under the person's own key.
func (t *Trustee) Whose() string { return t.Person }

// Entrust makes the actor a trustee, and gives the code that only they are to see:
// so it appears on the screen of whoever keeps it. The secretariat, which runs the
// machine, is none.
func (c *Council) Entrust(ctx context.Context) (*Trustee, string, error) {
	suite, err := c.suite()
	if err != nil {
		return nil, "", err
	}
	code, public, err := suite.NewTrustee()
	if err != nil {
		return nil, "", err
	}
	t, err := db.Update(ctx, c.DB, func(tx *db.Tx) (*Trustee, error) {
		a := auth.From(ctx)
		if err := policy.Allow(ctx, "council.trustee.take", Thing{Unit: a.Unit}); err != nil {
			return nil, err
		}
		had, err := trustees(tx)
		if err != nil {
			return nil, err
		}
		for _, t := range had {
			if t.Person == a.ID {
				return nil, fault.Conflict.New("council.trustee.already")
			}
		}
		t := &Trustee{ID: db.NewID(), Person: a.ID, Name: a.Name, Since: tx.Now, Suite: suite.Name, public: public}
		_, err = tx.Exec(`INSERT INTO council_trustee (id, body, person_id, name, public, since, suite) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			t.ID, tx.Body, t.Person, t.Name, t.public, t.Since, t.Suite)
		return t, errors.Join(err, journal.Record(tx, "council.trustee.take", t.ID, t))
	})
	return t, code, err
}

// Dismiss ends a trustee's trust. What is sealed for them already stays theirs.
func (c *Council) Dismiss(ctx context.Context, id string) error {
	return db.Do(ctx, c.DB, func(tx *db.Tx) error {
		had, err := trustees(tx)
		if err != nil {
			return err
		}
		for _, t := range had {
			if t.ID != id {
				continue
			}
			if err := policy.Allow(ctx, "council.trustee.end", Thing{Person: t.Person}); err != nil {
				return err
			}
			_, err := tx.Exec(`UPDATE council_trustee SET until = $3 WHERE id = $1 AND body = $2`, id, tx.Body, tx.Now)
			return errors.Join(err, journal.Record(tx, "council.trustee.end", id, nil))
		}
		return fault.NotFound.New("fault.not_found")
	})
}

// Trustees gives those who are trustees now.
func (c *Council) Trustees(ctx context.Context) ([]*Trustee, error) {
	return db.View(ctx, c.DB, func(tx *db.Tx) ([]*Trustee, error) {
		if err := policy.Allow(ctx, "council.trustee.read", Thing{}); err != nil {
			return nil, err
		}
		return trustees(tx)
	})
}

func trustees(tx *db.Tx) ([]*Trustee, error) {
	return db.All(tx, func(row db.Row) (*Trustee, error) {
		t := new(Trustee)
		return t, row.Scan(&t.ID, &t.Person, &t.Name, &t.public, &t.Since, &t.Suite)
	}, `SELECT id, person_id, name, public, since, suite FROM council_trustee WHERE body = $1 AND until IS NULL ORDER BY id`, tx.Body)
}

// entrust parts a ballot's private key among the trustees and keeps none of it.
func entrust(tx *db.Tx, b *Ballot, private []byte) error {
	list, err := trustees(tx)
	if err != nil {
		return err
	}
	if len(list) < b.Threshold || b.Threshold < 2 {
		var wrong fault.List
		wrong.Add("trustees", "council.ballot.few_trustees", max(b.Threshold, 2), len(list))
		return wrong
	}
	shares, err := ballot.Split(private, len(list), b.Threshold)
	if err != nil {
		return err
	}
	for i, t := range list {
		suite, err := ballot.SuiteOf(t.Suite)
		if err != nil {
			return err
		}
		sealed, err := suite.SealShare(t.public, b.ID, shares[i])
		if err != nil {
			return err
		}
		b.shares = append(b.shares, share{t.ID, t.Suite, sealed})
	}
	return nil
}

// share is a trustee's part of a ballot's key.
type share struct {
	trustee string
	suite   string // of the trustee's keys
	sealed  []byte
}

func saveShares(tx *db.Tx, b *Ballot) error {
	for _, s := range b.shares {
		if _, err := tx.Exec(`INSERT INTO council_share (ballot_id, trustee_id, sealed, given) VALUES ($1, $2, $3, '')`, b.ID, s.trustee, s.sealed); err != nil {
			return err
		}
	}
	return nil
}

// Give opens a trustee's share with the code, after the vote has ended. With the
// last one that is needed the ballot is counted.
func (c *Council) Give(ctx context.Context, id, code string) (*Ballot, error) {
	b, s, err := c.mine(ctx, id)
	if err != nil {
		return nil, err
	}
	suite, err := ballot.SuiteOf(s.suite)
	if err != nil {
		return nil, err
	}
	part, err := suite.OpenShare(code, id, s.sealed)
	if err != nil {
		var wrong fault.List
		wrong.Add("code", "council.share.code")
		return nil, wrong
	}
	given := c.Keys.Seal(base64.StdEncoding.EncodeToString(part))
	err = db.Do(ctx, c.DB, func(tx *db.Tx) error {
		_, err := tx.Exec(`UPDATE council_share SET given = $3 WHERE ballot_id = $1 AND trustee_id = $2`, id, s.trustee, given)
		return errors.Join(err, journal.Record(tx, "council.share.give", id, map[string]string{"trustee": s.trustee}))
	})
	if err != nil {
		return nil, err
	}
	return c.finish(ctx, b)
}

// mine gives the actor's share of a ballot that waits for its trustees.
func (c *Council) mine(ctx context.Context, id string) (b *Ballot, s share, err error) {
	_, err = db.View(ctx, c.DB, func(tx *db.Tx) (int, error) {
		if b, err = findBallot(tx, id); err != nil {
			return 0, err
		}
		s, err = db.One(tx, func(row db.Row) (s share, err error) {
			err = row.Scan(&s.trustee, &s.suite, &s.sealed)
			return s, err
		}, `SELECT s.trustee_id, t.suite, s.sealed FROM council_share s JOIN council_trustee t ON t.id = s.trustee_id
			WHERE s.ballot_id = $1 AND t.person_id = $2`, id, auth.From(ctx).ID)
		if err != nil {
			return 0, err
		}
		if b.Status != "counting" {
			return 0, fault.Conflict.New("council.share.early")
		}
		return 0, policy.Allow(ctx, "council.share.give", Thing{Person: auth.From(ctx).ID})
	})
	return b, s, err
}

// gathered joins the shares that were given, once they are enough.
func (c *Council) gathered(ctx context.Context, b *Ballot) ([]byte, error) {
	given, err := db.View(ctx, c.DB, func(tx *db.Tx) ([]string, error) {
		return db.All(tx, db.Value[string], `SELECT given FROM council_share WHERE ballot_id = $1 AND given <> '' ORDER BY trustee_id`, b.ID)
	})
	if err != nil || len(given) < b.Threshold {
		return nil, err
	}
	var shares [][]byte
	for _, g := range given {
		text, err := c.Keys.Open(g)
		if err != nil {
			return nil, err
		}
		raw, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			return nil, err
		}
		shares = append(shares, raw)
	}
	return ballot.Join(shares)
}
