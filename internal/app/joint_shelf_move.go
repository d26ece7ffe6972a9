package app

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"maps"
	"slices"

	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/files"
	"guildhall/internal/shelf"
)

type noted = files.Noted

func allNoted(ctx context.Context, d *db.DB) (map[string]noted, error) {
	return db.View(db.In(ctx, db.House), d, files.All)
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

func errSameShelf(s shelf.Shelf) error { return fault.Invalid.New("app.files.same", s.String()) }

func errUnlike(s shelf.Shelf, name string) error {
	return fault.Conflict.New("app.files.unlike", name, s.String())
}

// moveOne copies one thing and reads the copy back. False: it is not there any more.
func moveOne(ctx context.Context, from, to shelf.Shelf, name string) (bool, error) {
	r, _, err := from.Get(ctx, name)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	sum := sha256.New()
	err = errors.Join(to.Put(ctx, name, io.TeeReader(r, sum)), r.Close())
	if err != nil {
		return false, err
	}
	got, err := sumOf(ctx, to, name)
	if err == nil && !bytes.Equal(got, sum.Sum(nil)) {
		err = errUnlike(to, name)
	}
	return err == nil, err
}

func sameThing(ctx context.Context, a, b shelf.Shelf, name string) (bool, error) {
	one, err := sumOf(ctx, a, name)
	if err != nil {
		return false, err
	}
	other, err := sumOf(ctx, b, name)
	return bytes.Equal(one, other), err
}

func sumOf(ctx context.Context, s shelf.Shelf, name string) ([]byte, error) {
	r, _, err := s.Get(ctx, name)
	if err != nil {
		return nil, err
	}
	sum := sha256.New()
	_, err = io.Copy(sum, r)
	return sum.Sum(nil), errors.Join(err, r.Close())
}
