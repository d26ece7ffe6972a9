package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/journal"
	"guildhall/internal/seal"
	"guildhall/internal/shelf"
)

// beginSuite makes chains that begin from now on of the hashes of the key's suite.
func beginSuite(ctx context.Context, d *db.DB, keys *seal.Keys) error {
	if keys.Suite() == seal.Default() {
		begun, err := db.View(db.In(ctx, db.House), d, journal.Begun)
		if err != nil || !begun {
			return err // nothing was ever said, which means the same
		}
	}
	return db.Do(db.In(ctx, db.House), d, func(tx *db.Tx) error { return journal.Begin(tx, keys.Suite()) })
}

// Rotated is what a change of keys came to.
type Rotated struct {
	Suite string `json:"suite"`
	Key   bool   `json:"key"` // a new one was made
	Cells int    `json:"cells"`
	Files int    `json:"files"`
}

// Rotate seals all that is not under the key in use anew, after making a new key of a
// suite where fresh asks for one. It can be broken off and run again; until it is done
// the old keys open what it has not come to, and after that they open old backups. No
// server may run meanwhile: it would not know the new key.
func Rotate(ctx context.Context, c Config, fresh bool, suite string) (r Rotated, err error) {
	release, err := Lock(c)
	if err != nil {
		return r, err
	}
	defer release()
	if _, err := os.Stat(c.keyFile()); errors.Is(err, fs.ErrNotExist) {
		return r, fault.Invalid.New("app.no_key", c.keyFile())
	}
	keys, err := readKeys(c)
	if err != nil {
		return r, err
	}
	if fresh {
		if suite == "" {
			suite = keys.Suite().Name
		}
		if _, err := seal.SuiteOf(suite); errors.Is(err, seal.ErrSuite) {
			return r, fmt.Errorf("%w: %w", fault.Invalid.New("app.suite_missing"), err)
		}
		if keys, err = seal.Rotate(c.keyFile(), suite); err != nil {
			return r, fmt.Errorf("%w: %w", fault.Invalid.New("app.key", c.keyFile()), err)
		}
		if err := syncFolder(filepath.Dir(c.keyFile())); err != nil {
			return r, err
		}
	}
	r.Suite, r.Key = keys.Suite().Name, fresh
	d, err := db.Open(ctx, c.address())
	if err != nil {
		return r, err
	}
	defer d.Close()
	if _, err := db.Migrate(ctx, d, rooms()); err != nil {
		return r, err
	}
	if err := beginSuite(ctx, d, keys); err != nil {
		return r, err
	}
	if r.Cells, err = d.Reseal(ctx, func(value any) (any, bool, error) { return resealed(keys, value) }); err != nil {
		return r, err
	}
	if r.Files, err = resealFiles(ctx, c, keys); err != nil {
		return r, err
	}
	return r, journal.Note(db.In(ctx, db.House), d, "house.key.rotated", "key", r)
}

func readKeys(c Config) (*seal.Keys, error) {
	keys, err := seal.File(c.keyFile())
	if errors.Is(err, seal.ErrSuite) {
		return nil, fmt.Errorf("%w: %w", fault.Invalid.New("app.suite_missing"), err)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", fault.Invalid.New("app.key", c.keyFile()), err)
	}
	return keys, nil
}

// resealed seals a cell anew that is under an older key of ours. What does not open
// under one is not ours: text of people's, or what is under a key of its own.
func resealed(keys *seal.Keys, value any) (any, bool, error) {
	switch v := value.(type) {
	case string:
		if keys.Current(v) {
			return nil, false, nil
		}
		text, err := keys.Open(v)
		if err != nil || text == "" {
			return nil, false, notOurs(err)
		}
		return keys.Seal(text), true, nil
	case []byte:
		if keys.Current(string(v)) {
			return nil, false, nil
		}
		content, err := keys.OpenBytes(v)
		if err != nil {
			return nil, false, notOurs(err)
		}
		return keys.Bytes(content), true, nil
	}
	return nil, false, nil
}

func notOurs(err error) error {
	if errors.Is(err, seal.ErrBroken) && !errors.Is(err, seal.ErrSuite) {
		return nil
	}
	return err
}

func resealFiles(ctx context.Context, c Config, keys *seal.Keys) (n int, err error) {
	kept, err := shelf.Open(c.files())
	if err != nil {
		return 0, err
	}
	items, err := kept.List(ctx)
	if err != nil {
		return 0, err
	}
	for _, i := range items {
		if shelf.IsProbe(i.Name) {
			continue
		}
		done, err := resealFile(ctx, kept, keys, i.Name)
		if err != nil {
			return n, fmt.Errorf("%s: %w", i.Name, err)
		}
		if done {
			n++
		}
	}
	return n, nil
}

func resealFile(ctx context.Context, kept shelf.Shelf, keys *seal.Keys, name string) (bool, error) {
	r, _, err := kept.Get(ctx, name)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	sealed, err := io.ReadAll(r)
	if err = errors.Join(err, r.Close()); err != nil {
		return false, err
	}
	to, ok, err := resealed(keys, sealed)
	if err != nil || !ok {
		return false, err
	}
	return true, kept.Put(ctx, name, bytes.NewReader(to.([]byte)))
}
