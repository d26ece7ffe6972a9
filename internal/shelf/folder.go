package shelf

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// folder is a shelf in a folder that replicas may share.
type folder string

const part = ".part"

func (f folder) String() string      { return string(f) }
func (f folder) Skew() time.Duration { return 0 }

func (f folder) at(name string) string { return filepath.Join(string(f), filepath.Base(name)) }

func (f folder) Put(_ context.Context, name string, r io.Reader) error {
	if err := os.MkdirAll(string(f), 0o700); err != nil {
		return away(f, err)
	}
	file, err := os.CreateTemp(string(f), "."+filepath.Base(name)+"-*"+part)
	if err != nil {
		return away(f, err)
	}
	_, err = io.Copy(file, r)
	if err == nil {
		err = file.Sync()
	}
	if closing := file.Close(); err == nil {
		err = closing
	}
	if err == nil {
		err = os.Rename(file.Name(), f.at(name))
	}
	if err != nil {
		os.Remove(file.Name())
		return away(f, err)
	}
	return away(f, syncFolder(string(f)))
}

func (f folder) Get(_ context.Context, name string) (io.ReadCloser, Item, error) {
	file, err := os.Open(f.at(name))
	if err != nil {
		return nil, Item{}, away(f, err)
	}
	info, err := file.Stat()
	if err != nil {
		return nil, Item{}, away(f, errors.Join(err, file.Close()))
	}
	return file, Item{name, info.Size(), info.ModTime().UTC()}, nil
}

func (f folder) Remove(_ context.Context, name string) error {
	if err := os.Remove(f.at(name)); !errors.Is(err, fs.ErrNotExist) {
		return away(f, err)
	}
	return nil
}

func (f folder) List(context.Context) (items []Item, err error) {
	entries, err := os.ReadDir(string(f))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, away(f, err)
	}
	for _, e := range entries {
		if e.IsDir() || strings.HasPrefix(e.Name(), ".") || strings.HasSuffix(e.Name(), part) {
			continue
		}
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) {
			continue // gone meanwhile
		}
		if err != nil {
			return nil, away(f, err)
		}
		items = append(items, Item{e.Name(), info.Size(), info.ModTime().UTC()})
	}
	return items, nil
}
