// Package shelf keeps whole things under names: in a folder, or in a store that
// speaks S3. What it says is kept, is kept; an outage is told as one, and a thing
// that is there only in part is never there under its name.
package shelf

import (
	"context"
	"crypto/rand"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"path"
	"path/filepath"
	"strings"
	"time"

	"guildhall/internal/fault"
	"guildhall/internal/i18n"
)

//go:embed text/*.json
var text embed.FS

var _ = i18n.Add(text)

// Item is one thing that is kept.
type Item struct {
	Name string
	Size int64
	At   time.Time // when it was put there
}

// Shelf keeps things under names without a slash. A thing that is not there is
// fs.ErrNotExist; what does not answer is fault.Away.
type Shelf interface {
	// Put keeps what r gives, wholly or not at all, and answers once it is kept for good.
	Put(ctx context.Context, name string, r io.Reader) error
	Get(ctx context.Context, name string) (io.ReadCloser, Item, error)
	// Remove takes a thing away, and is content where there is none.
	Remove(ctx context.Context, name string) error
	// List gives all there is, by name.
	List(ctx context.Context) ([]Item, error)
	// Skew tells how far the store's clock went before ours when it last answered.
	Skew() time.Duration
	String() string
}

// IsStore tells whether an address is that of a store and not a folder.
func IsStore(address string) bool { return strings.HasPrefix(address, "s3://") }

// Open gives the shelf at an address: a folder, which is made at the first thing
// put there, or s3://bucket/prefix?endpoint=https://…&region=…&path-style=1.
func Open(address string) (Shelf, error) {
	if IsStore(address) {
		return openStore(address)
	}
	return folder(address), nil
}

// Join gives the address of a thing on the shelf at an address.
func Join(address, name string) string {
	u, err := url.Parse(address)
	if !IsStore(address) || err != nil {
		return filepath.Join(address, name)
	}
	u.Path = path.Join("/", u.Path, name)
	return u.String()
}

// Split parts the address of a thing into that of its shelf and its name.
func Split(address string) (shelf, name string) {
	u, err := url.Parse(address)
	if !IsStore(address) || err != nil {
		return filepath.Dir(address), filepath.Base(address)
	}
	name = path.Base(u.Path)
	u.Path = path.Dir(u.Path)
	return u.String(), name
}

// Fetch opens the thing at an address.
func Fetch(ctx context.Context, address string) (io.ReadCloser, error) {
	at, name := Split(address)
	s, err := Open(at)
	if err != nil {
		return nil, err
	}
	r, _, err := s.Get(ctx, name)
	return r, err
}

// probeBefore is how the name of a probe begins; whoever lists a shelf passes it over.
const probeBefore = "guildhall-probe-"

// IsProbe tells whether a name is that of a probe which was broken off.
func IsProbe(name string) bool { return strings.HasPrefix(name, probeBefore) }

// Probe writes a thing, reads it back and takes it away again.
func Probe(ctx context.Context, s Shelf) error {
	name, content := probeBefore+rand.Text(), rand.Text()
	if err := s.Put(ctx, name, strings.NewReader(content)); err != nil {
		return err
	}
	r, _, err := s.Get(ctx, name)
	var got []byte
	if err == nil {
		got, err = io.ReadAll(io.LimitReader(r, 1<<10))
		err = errors.Join(err, r.Close())
	}
	if err == nil && string(got) != content {
		err = away(s, errors.New("it gives back something else than was put there"))
	}
	return errors.Join(err, s.Remove(ctx, name))
}

// away tells that a shelf does not do what it is asked, and why for the log.
func away(s Shelf, err error) error {
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return fmt.Errorf("%w: %w", fault.Away.New("shelf.away", s.String()), err)
}
