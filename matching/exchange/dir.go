package exchange

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Dir is a directory as target. Files are written beside it and moved in by
// Commit, so that it never holds half a round.
type Dir struct {
	path, temp string
	names      []string
}

// NewDir begins a directory. Its parent must exist.
func NewDir(path string) (*Dir, error) {
	path = filepath.Clean(path)
	if s, err := os.Stat(path); err == nil && !s.IsDir() {
		return nil, &fs.PathError{Op: "write", Path: path, Err: errors.New("is no directory")}
	}
	temp, err := os.MkdirTemp(filepath.Dir(path), "."+filepath.Base(path)+"-")
	if err != nil {
		return nil, err
	}
	return &Dir{path: path, temp: temp}, nil
}

// Create begins a file.
func (d *Dir) Create(name string) (io.WriteCloser, error) {
	d.names = append(d.names, name)
	return os.Create(filepath.Join(d.temp, name))
}

// Commit moves everything into place. Files of an earlier round in the same
// directory are replaced or, if this round has none of that name, removed.
func (d *Dir) Commit() error {
	if err := os.Chmod(d.temp, 0o755); err != nil {
		return err
	}
	if err := os.Rename(d.temp, d.path); err == nil { // it did not exist, or was empty
		return nil
	}
	for _, old := range []string{Reserves, Nodes} {
		if err := os.Remove(filepath.Join(d.path, old)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	for _, name := range d.names {
		if err := os.Rename(filepath.Join(d.temp, name), filepath.Join(d.path, name)); err != nil {
			return err
		}
	}
	return os.Remove(d.temp)
}

// Discard removes what was written; after Commit it does nothing.
func (d *Dir) Discard() { os.RemoveAll(d.temp) }
