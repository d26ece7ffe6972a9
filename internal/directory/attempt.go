package directory

import (
	"context"
	"errors"
	"net/http"
	"time"

	"guildhall/internal/db"
	"guildhall/internal/fault"
)

// A counter of failures: whom it counts against, how many are free of wait, and
// how long the wait for one more grows.
type counter struct {
	who  string
	free int
	most time.Duration
}

const (
	longWait  = 15 * time.Minute
	shortWait = time.Minute
)

// counters gives what a sign-in counts against: at a device from which its owner
// has signed in before that device alone, and elsewhere the login at this address,
// the address, and the login. So whoever floods a login with guesses, from one
// address or from thousands, makes those addresses wait and not the owner at their
// own device; the login alone has many free failures and a short wait, for an owner
// who comes from a new one.
func (d *Directory) counters(login string, from From) []counter {
	if mark := d.knows(login, from.Known); mark != "" {
		return []counter{{d.Keys.Hash("attempt-device", mark), 10, longWait}}
	}
	return []counter{
		{d.Keys.Hash("attempt", login+"\x00"+from.Address), 5, longWait},
		{d.Keys.Hash("attempt-address", from.Address), 40, longWait},
		{d.Keys.Hash("attempt-login", login), 100, shortWait},
	}
}

// count notes one more attempt on each counter, or tells that it is too early.
func count(tx *db.Tx, counters []counter) error {
	for _, c := range counters {
		var failures int
		var last, wait time.Time
		_, err := db.One(tx, func(row db.Row) (bool, error) { return true, row.Scan(&failures, &last, &wait) },
			`SELECT failures, last_at, wait_to FROM directory_attempt WHERE who = $1`, c.who)
		if err != nil && !errors.Is(err, fault.NotFound) {
			return err
		}
		if wait.After(tx.Now) {
			return fault.Busy.New("directory.sign_in.wait", int(wait.Sub(tx.Now).Seconds())+1)
		}
		if tx.Now.Sub(last) > 24*time.Hour {
			failures = 0
		}
		failures++
		wait = tx.Now
		if over := failures - c.free; over >= 0 {
			wait = tx.Now.Add(min(time.Second<<min(over+1, 10), c.most))
		}
		if _, err := tx.Exec(`
			INSERT INTO directory_attempt (who, failures, last_at, wait_to) VALUES ($1, $2, $3, $4)
			ON CONFLICT (who) DO UPDATE SET failures = excluded.failures, last_at = excluded.last_at, wait_to = excluded.wait_to`,
			c.who, failures, tx.Now, wait); err != nil {
			return err
		}
	}
	return nil
}

// forgive takes a success off the counters: what stood against the login at
// this address goes, and the others lose the one that was counted for it.
func forgive(tx *db.Tx, counters []counter) error {
	if _, err := tx.Exec(`DELETE FROM directory_attempt WHERE who = $1`, counters[0].who); err != nil {
		return err
	}
	for _, c := range counters[1:] {
		if _, err := tx.Exec(`UPDATE directory_attempt SET failures = failures - 1, wait_to = last_at WHERE who = $1 AND failures > 0`, c.who); err != nil {
			return err
		}
	}
	return nil
}

// Try counts one more attempt of a kind at what who names, free of them a day at
// once and the others slower and slower; Forgive takes them off. A second factor is
// guessed no faster than a password.
func (d *Directory) Try(ctx context.Context, kind, who string, free int) error {
	return db.Do(house(ctx), d.DB, func(tx *db.Tx) error {
		return count(tx, []counter{{d.Keys.Hash("try-"+kind, who), free, longWait}})
	})
}

// Forgive takes what Try counted off.
func (d *Directory) Forgive(tx *db.Tx, kind, who string) error {
	return forgive(tx, []counter{{who: d.Keys.Hash("try-"+kind, who)}})
}

// Throttle counts one more use of a public form from an address, and asks whoever
// sends too many to come back later; free of them a day are let through at once.
func (d *Directory) Throttle(ctx context.Context, form string, r *http.Request, free int) error {
	return db.Do(house(ctx), d.DB, func(tx *db.Tx) error {
		return count(tx, []counter{{d.Keys.Hash("form-"+form, address(r)), free, longWait}})
	})
}
