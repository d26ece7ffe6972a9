package privacy

import (
	"context"
	"errors"
	"time"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/holding"
	"guildhall/internal/i18n"
	"guildhall/internal/journal"
)

// At most so much goes in one transaction, and so many graduates are erased in a night.
const (
	perTx    = 500
	perNight = 100
)

// Expired is what the journal tells of what went because its time was over: with the
// term as it was then.
type Expired struct {
	Kind   string `json:"kind"`
	Count  int    `json:"count"`
	Before string `json:"before"` // day
	Rule   string `json:"rule"`   // id of the version
	Months int    `json:"months"`
	Days   int    `json:"days"`
	Source string `json:"source"`
}

const expireAction = "privacy.retention.expire"

// leaverKind is the kind whose data goes by an erasure.
const leaverKind = "talent.identity"

// Expire takes away what is past its term, in the house and in every body. Several
// servers may do it at once: each transaction counts what it took itself.
func (o *Office) Expire(ctx context.Context, bodies func(context.Context) ([]string, error)) error {
	list, err := bodies(ctx)
	for _, body := range append([]string{db.House}, list...) {
		in := auth.With(db.In(ctx, body), auth.Actor{ID: "privacy", Body: body})
		for _, e := range o.Expiries {
			if e.House == (body == db.House) {
				err = errors.Join(err, o.expire(in, e))
			}
		}
		if body != db.House {
			err = errors.Join(err, o.expireLeavers(in))
		}
	}
	return err
}

// past is the day before which things of a kind go now, the holds to be left out, and
// the rule by which.
type past struct {
	Expired
	goes bool
	hold []string
}

func pastOf(tx *db.Tx, kind string) (p past, err error) {
	held, err := retention(tx)
	if err != nil {
		return p, err
	}
	t, _ := held.Rule.find(kind)
	p.Kind, p.Rule, p.Months, p.Days, p.Source = kind, held.ID, t.Months, t.Days, t.Source
	if p.Before, p.goes = held.Rule.Before(kind, today(tx)); !p.goes {
		return p, nil
	}
	p.hold, err = onHold(tx)
	return p, err
}

func (o *Office) expire(ctx context.Context, e holding.Expiry) error {
	due, err := db.View(ctx, o.DB, func(tx *db.Tx) (int, error) {
		p, err := pastOf(tx, e.Kind)
		if err != nil || !p.goes {
			return 0, err
		}
		return e.Due(tx, p.Before, p.hold)
	})
	for n := perTx; err == nil && due > 0 && n == perTx; {
		n, err = db.Update(ctx, o.DB, func(tx *db.Tx) (int, error) { return remove(tx, e) })
	}
	return err
}

func remove(tx *db.Tx, e holding.Expiry) (int, error) {
	p, err := pastOf(tx, e.Kind)
	if err != nil || !p.goes {
		return 0, err
	}
	if p.Count, err = e.Remove(tx, p.Before, p.hold, perTx); err != nil || p.Count == 0 {
		return 0, err
	}
	return p.Count, journal.Record(tx, expireAction, e.Kind, p.Expired)
}

// leavers counts the candidates of the body who are past their term, and gives those
// whose turn it is. Whose erasure has begun is not among them.
func (o *Office) leavers(tx *db.Tx) (p past, ids []string, err error) {
	if p, err = pastOf(tx, leaverKind); err != nil || !p.goes {
		return p, nil, err
	}
	begun, err := db.All(tx, db.Value[string], `SELECT DISTINCT candidate FROM privacy_request WHERE body = $1 AND kind = 'erase' AND candidate <> '' AND state IN ('open', 'carrying', 'part')`, tx.Body)
	if err != nil {
		return p, nil, err
	}
	p.Count, ids, err = o.Leavers(tx, p.Before, append(p.hold, begun...), perNight)
	return p, ids, err
}

// expireLeavers erases those who left their school long ago, as if they had asked for it.
func (o *Office) expireLeavers(ctx context.Context) error {
	type found struct {
		past
		ids []string
	}
	f, err := db.View(ctx, o.DB, func(tx *db.Tx) (f found, err error) {
		f.past, f.ids, err = o.leavers(tx)
		return f, err
	})
	f.Count = 0
	for _, id := range f.ids {
		q, failed := db.Update(ctx, o.DB, func(tx *db.Tx) (*Request, error) { return o.fileLeaver(tx, id, f.Rule) })
		if failed == nil && q != nil {
			f.Count++
			_, failed = o.Carry(ctx, q.ID)
		}
		err = errors.Join(err, failed)
	}
	if f.Count == 0 {
		return err
	}
	return errors.Join(err, db.Do(ctx, o.DB, func(tx *db.Tx) error { return journal.Record(tx, expireAction, leaverKind, f.Expired) }))
}

// fileLeaver files the erasure of somebody past their term, unless one waits.
func (o *Office) fileLeaver(tx *db.Tx, id, rule string) (*Request, error) {
	r, err := o.Record(tx, id)
	if err != nil {
		return nil, err
	}
	account, err := directory.AccountAbout(tx, id)
	if err != nil {
		return nil, err
	}
	p := &Person{Whom: holding.Whom{Account: account, Candidate: id}}
	had, err := o.requestsOf(tx, p)
	if err != nil {
		return nil, err
	}
	for _, q := range had {
		if q.Kind == Erase && q.waits() {
			return nil, nil
		}
	}
	last, err := lastNumber(tx)
	if err != nil {
		return nil, err
	}
	q := &Request{ID: db.NewID(), Number: last + 1, Kind: Erase, State: Open, Account: account, Candidate: id, Unit: r.School,
		Due: today(tx), Rule: rule, MadeAt: tx.Now, By: auth.From(tx.Context()).ID, action: "privacy.request.erase"}
	return q, o.keep(tx, q)
}

// Expiry takes the person out of requests that were answered long ago.
func (o *Office) Expiry() holding.Expiry {
	const over = ` FROM privacy_request WHERE body = $1 AND state IN ('accepted', 'refused', 'withdrawn', 'done') AND account || candidate <> '' AND coalesce(answered_at, made_at) < $2`
	return holding.Expiry{Kind: "privacy.request",
		Due: func(tx *db.Tx, before string, _ []string) (int, error) {
			return db.One(tx, db.Value[int], `SELECT count(*)`+over+notHeld, tx.Body, morning(before))
		},
		Remove: func(tx *db.Tx, before string, _ []string, most int) (int, error) {
			n, err := tx.Exec(`UPDATE privacy_request SET account = '', candidate = '', by_id = '', answered_by = '', words = '', letter = '', answer = ''
				WHERE id IN (SELECT id`+over+notHeld+` ORDER BY id LIMIT $3)`, tx.Body, morning(before), most)
			return int(n), err
		}}
}

// notHeld leaves out requests of whoever is on hold, by account or as a candidate.
const notHeld = ` AND NOT EXISTS (SELECT 1 FROM privacy_hold h WHERE h.lifted_at IS NULL AND (h.candidate <> '' AND h.candidate = privacy_request.candidate OR h.account <> '' AND h.account = privacy_request.account))`

func morning(day string) time.Time {
	t, _ := time.ParseInLocation(time.DateOnly, day, i18n.China)
	return t.UTC()
}

// night names the night that a time is in or after: it begins at two, when few are at work.
func night(now time.Time) string {
	return now.In(i18n.China).Add(-2 * time.Hour).Format(time.DateOnly)
}
