package privacy

import (
	"bufio"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/fault"
	"guildhall/internal/holding"
	"guildhall/internal/journal"
)

// erasure is one line of the list of who was erased: hash, sort, body, time.
type erasure struct{ hash, sort, body, at string }

func (e erasure) line() string { return e.hash + " " + e.sort + " " + e.body + " " + e.at + "\n" }

func parseErasure(line string) (erasure, bool) {
	f := strings.Fields(line)
	if len(f) != 4 || len(f[0]) != 32 || f[1] != "account" && f[1] != "candidate" {
		return erasure{}, false
	}
	return erasure{f[0], f[1], f[2], f[3]}, true
}

// listed reads the list that stands outside of the database.
func (o *Office) listed() (list []erasure, err error) {
	f, err := os.Open(o.Outside)
	if errors.Is(err, fs.ErrNotExist) || o.Outside == "" {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if e, ok := parseErasure(lines.Text()); ok {
			list = append(list, e)
		}
	}
	return list, nil
}

func known(tx *db.Tx) ([]erasure, error) {
	return db.All(tx, func(row db.Row) (e erasure, err error) {
		var at time.Time
		err = row.Scan(&e.hash, &e.sort, &e.body, &at)
		e.at = at.UTC().Format(time.RFC3339)
		return e, err
	}, `SELECT hash, sort, body, at FROM privacy_erasure ORDER BY at, hash`)
}

// Copy appends to the list outside of the database who is not in it yet.
func (o *Office) Copy(ctx context.Context) error {
	if o.Outside == "" {
		return nil
	}
	all, err := db.View(ctx, o.DB, known)
	if err != nil || len(all) == 0 {
		return err
	}
	there, err := o.listed()
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, e := range there {
		seen[e.hash] = true
	}
	var text strings.Builder
	for _, e := range all {
		if !seen[e.hash] {
			text.WriteString(e.line())
		}
	}
	if text.Len() == 0 {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(o.Outside), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(o.Outside, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text.String())
	return errors.Join(err, f.Sync(), f.Close())
}

// Again erases those anew whom the list names and the database does not know to be
// erased, as after a backup from before was restored. It tells how many it found.
func (o *Office) Again(ctx context.Context) (int, error) {
	ctx = auth.With(ctx, auth.Actor{ID: "privacy"})
	there, err := o.listed()
	if err != nil || len(there) == 0 {
		return 0, err
	}
	all, err := db.View(ctx, o.DB, known)
	if err != nil {
		return 0, err
	}
	done := map[string]bool{}
	for _, e := range all {
		done[e.hash] = true
	}
	open := map[string]map[string]bool{} // body: hashes
	for _, e := range there {
		if !done[e.hash] {
			if open[e.body] == nil {
				open[e.body] = map[string]bool{}
			}
			open[e.body][e.hash] = true
		}
	}
	n := 0
	for body, hashes := range open {
		in := db.In(ctx, body)
		if body == db.House {
			continue
		}
		found, err := db.Update(in, o.DB, func(tx *db.Tx) (int, error) { return o.againInBody(tx, hashes) })
		if n += found; err != nil {
			return n, err
		}
	}
	if len(open[db.House]) > 0 {
		found, err := db.Update(db.In(ctx, db.House), o.DB, func(tx *db.Tx) (int, error) { return o.againInHouse(tx, open[db.House]) })
		if n += found; err != nil {
			return n, err
		}
	}
	if n == 0 {
		return 0, nil
	}
	return n, o.overwrite(ctx)
}

func (o *Office) againInBody(tx *db.Tx, hashes map[string]bool) (n int, err error) {
	ids, err := o.Records(tx)
	if err != nil {
		return 0, err
	}
	for _, id := range ids {
		if !hashes[o.hash("candidate", id)] {
			continue
		}
		account, err := directory.AccountAbout(tx, id)
		if err != nil {
			return n, err
		}
		if err := o.each(tx, holding.Whom{Account: account, Candidate: id}, false); err != nil {
			return n, err
		}
		if _, err := o.remember(tx, "candidate", id); err != nil {
			return n, err
		}
		if err := journal.Record(tx, "privacy.erasure.again", id, map[string]string{"sort": "candidate"}); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

func (o *Office) againInHouse(tx *db.Tx, hashes map[string]bool) (n int, err error) {
	ids, err := directory.Accounts(tx)
	if err != nil {
		return 0, err
	}
	for _, id := range ids {
		if !hashes[o.hash("account", id)] {
			continue
		}
		if err := directory.Leave(tx, id); err != nil && !errors.Is(err, fault.NotFound) {
			return n, err
		}
		if err := o.eraseInHouse(tx, holding.Whom{Account: id}); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}
