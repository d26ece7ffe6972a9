package privacy

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/fault"
	"guildhall/internal/holding"
	"guildhall/internal/journal"
)

// Preview tells what an erasure would come to now.
func (o *Office) Preview(ctx context.Context, id string) (*View, error) {
	return db.View(ctx, o.DB, func(tx *db.Tx) (*View, error) { return o.view(tx, id, "privacy.request.erase") })
}

// Due gives the erasures of the body that are to be carried out or gone on with: whose
// days to think are over, which broke off, and those of whose rest something may go now.
func (o *Office) Due(ctx context.Context) ([]string, error) {
	return db.View(ctx, o.DB, func(tx *db.Tx) (ids []string, err error) {
		var w db.Where
		w.And("q.body = ? AND q.kind = 'erase' AND (q.state IN ('carrying', 'part') OR q.state = 'open' AND q.due <= ?)", tx.Body, today(tx))
		list, err := o.some(tx, w, "q.number", 1000)
		for _, q := range list {
			if q.State == InPart {
				if all, _, err := o.gather(tx, q.whom()); err != nil || !freed(q.Outcome, all) {
					if err != nil {
						return nil, err
					}
					continue
				}
			}
			ids = append(ids, q.ID)
		}
		return ids, err
	})
}

// Carry carries an erasure out: the body's rooms in one transaction, the directory in
// another. Each step can be done again, so whoever comes after a broken one goes on.
func (o *Office) Carry(ctx context.Context, id string) (*Request, error) {
	ctx = auth.With(ctx, auth.Actor{ID: "privacy", Body: db.Body(ctx)})
	q, err := db.Update(ctx, o.DB, func(tx *db.Tx) (*Request, error) { return o.eraseInBody(tx, id) })
	if err != nil || q == nil {
		return q, err
	}
	if q.Account != "" {
		w := holding.Whom{Account: q.Account, Candidate: q.Candidate}
		bound, err := db.View(ctx, o.DB, func(tx *db.Tx) (holding.Whom, error) {
			_, bound, err := o.gather(tx, w)
			return bound, err
		})
		if err != nil {
			return nil, err
		}
		if err := db.Do(db.In(ctx, db.House), o.DB, func(tx *db.Tx) error {
			if stays, err := held(tx, bound); err != nil || stays {
				return err
			}
			return o.eraseInHouse(tx, bound)
		}); err != nil {
			return nil, err
		}
	}
	q, err = db.Update(ctx, o.DB, func(tx *db.Tx) (*Request, error) { return o.conclude(tx, id) })
	if err != nil {
		return nil, err
	}
	return q, errors.Join(o.Copy(ctx), o.overwrite(ctx))
}

// overwrite lets nothing of what went stand in the database's log. Somebody who still
// reads what was there puts it off until the next time.
func (o *Office) overwrite(ctx context.Context) error {
	if err := o.DB.Rewrite(ctx); err != nil && !errors.Is(err, db.ErrRead) {
		return err
	}
	return nil
}

func (o *Office) eraseInBody(tx *db.Tx, id string) (*Request, error) {
	q, err := o.find(tx, id)
	if err != nil {
		return nil, err
	}
	ripe := q.State == Carrying || q.State == InPart || q.State == Open && q.Due <= today(tx)
	if q.Kind != Erase || !ripe {
		return nil, nil
	}
	all, w, err := o.gather(tx, q.whom())
	if err != nil || q.State == InPart && !freed(q.Outcome, all) {
		return nil, err
	}
	if q.State == Open {
		q.Outcome = outcome(all)
	}
	q.Outcome = settle(q.Outcome, all)
	stays, err := held(tx, w)
	if err != nil {
		return nil, err
	}
	if stays {
		q.State, q.action = Carrying, "privacy.request.carry"
		return q, o.keep(tx, q)
	}
	if err := o.each(tx, w, false); err != nil {
		return nil, err
	}
	if w.Candidate != "" && !w.Bound {
		if _, err := o.remember(tx, "candidate", w.Candidate); err != nil {
			return nil, err
		}
	}
	q.State, q.Words, q.Letter, q.Answer, q.action = Carrying, "", "", "", "privacy.request.carry"
	return q, o.keep(tx, q)
}

// each lets every room of the body, or of the house, erase.
func (o *Office) each(tx *db.Tx, w holding.Whom, house bool) error {
	terms, err := termsOf(tx)
	if err != nil {
		return err
	}
	for _, k := range o.Keepers {
		if k.House == house {
			if err := k.Erase(tx, w, terms); err != nil {
				return err
			}
		}
	}
	return nil
}

func (o *Office) eraseInHouse(tx *db.Tx, w holding.Whom) error {
	if err := o.each(tx, w, true); err != nil {
		return err
	}
	p, err := directory.FindPerson(tx, w.Account)
	if err != nil && !errors.Is(err, fault.NotFound) || err == nil && p.Name != "" {
		return err // the account stays
	}
	if err := journal.Erase(tx, w.Account); err != nil {
		return err
	}
	if first, err := o.remember(tx, "account", w.Account); err != nil || !first {
		return err
	}
	return journal.Record(tx, "privacy.account.erase", w.Account, map[string]any{"candidate": w.Candidate != ""})
}

// conclude tells how it came out: done, or in part where something stays that may go
// one day.
func (o *Office) conclude(tx *db.Tx, id string) (*Request, error) {
	q, err := o.find(tx, id)
	if err != nil || q.State != Carrying {
		return q, err // another server was first
	}
	all, _, err := o.gather(tx, q.whom())
	if err != nil {
		return nil, err
	}
	now := tx.Now
	q.Outcome = settle(q.Outcome, all)
	q.State, q.AnsweredAt, q.action = Done, &now, "privacy.request.done"
	for _, h := range all {
		if h.Fate == holding.Kept && (h.Binds || h.Reason == whyHeld || h.Kind == "talent.identity" || h.Kind == "directory.account" || h.Until != "" && h.Until < "9999") {
			q.State = InPart
		}
	}
	return q, o.keep(tx, q)
}

func (q *Request) whom() holding.Whom {
	return holding.Whom{Account: q.Account, Candidate: q.Candidate}
}

// stays counts what stays of each kind, as it was told.
func stays(list []Outcome) map[string]int {
	n := map[string]int{}
	for _, x := range list {
		if x.Fate == string(holding.Kept) {
			n[x.Kind] += x.Count
		}
	}
	return n
}

// freed tells whether something may go now that stayed when it was told last.
func freed(told []Outcome, all []holding.Holding) bool {
	now := stays(outcome(all))
	for kind, n := range stays(told) {
		if now[kind] < n {
			return true
		}
	}
	return false
}

// settle brings what was told up to what stays now: what stayed and may go has the fate
// that it has now, or is gone.
func settle(told []Outcome, all []holding.Holding) (list []Outcome) {
	left, now := stays(told), stays(outcome(all))
	add := func(x Outcome) {
		for i, y := range list {
			if n := y.Count; n > 0 {
				if y.Count = x.Count; y == x {
					list[i].Count += n
					return
				}
			}
		}
		list = append(list, x)
	}
	for _, x := range told {
		if x.Fate != string(holding.Kept) {
			add(x)
		} else if n := left[x.Kind] - now[x.Kind]; n > 0 {
			left[x.Kind] = now[x.Kind]
			gone := Outcome{Kind: x.Kind, Count: n, Fate: string(holding.Erased)}
			for _, h := range all {
				if h.Kind == x.Kind && h.Fate != holding.Kept {
					gone.Fate, gone.Reason = string(h.Fate), h.Reason
				}
			}
			add(gone)
		}
	}
	for _, x := range outcome(all) {
		if x.Fate == string(holding.Kept) {
			add(x)
		}
	}
	return list
}

func outcome(all []holding.Holding) (list []Outcome) {
	at := map[Outcome]int{}
	for _, h := range all {
		key := Outcome{Kind: h.Kind, Fate: string(h.Fate), Until: h.Until, Reason: h.Reason}
		if _, ok := at[key]; !ok {
			at[key] = len(list)
			list = append(list, key)
		}
		list[at[key]].Count++
	}
	return list
}

// remember notes that somebody was erased, by a hash that tells nobody who, and tells
// whether that was not known.
func (o *Office) remember(tx *db.Tx, sort, id string) (bool, error) {
	n, err := tx.Exec(`INSERT INTO privacy_erasure (hash, body, sort, at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`, o.hash(sort, id), tx.Body, sort, tx.Now)
	return n > 0, err
}

func (o *Office) hash(sort, id string) string { return o.Keys.Hash("privacy.erased."+sort, id) }

// tendEvery is how often it is looked whether an erasure is due.
const tendEvery = 10 * time.Minute

// Work carries out what is due in every body, for as long as the house is served, and
// takes away every night what is past its term: a night that was missed is made up for.
func (o *Office) Work(ctx context.Context, bodies func(context.Context) ([]string, error)) {
	done := "" // the night in which what is past its term was taken away last
	for first := true; ; first = false {
		err := o.Tend(ctx, bodies)
		if now := night(o.DB.Now()); !first && now != done {
			done = now
			err = errors.Join(err, o.Expire(ctx, bodies))
		}
		if err != nil && ctx.Err() == nil {
			slog.ErrorContext(ctx, "privacy", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(tendEvery):
		}
	}
}

// Tend carries out once what is due in every body.
func (o *Office) Tend(ctx context.Context, bodies func(context.Context) ([]string, error)) error {
	list, err := bodies(ctx)
	for _, body := range list {
		in := db.In(ctx, body)
		due, failed := o.Due(in)
		err = errors.Join(err, failed)
		for _, id := range due {
			_, failed := o.Carry(in, id)
			err = errors.Join(err, failed)
		}
	}
	return err
}
