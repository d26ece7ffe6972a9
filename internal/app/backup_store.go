package app

import (
	"archive/tar"
	"context"
	"errors"
	"io"
	"io/fs"

	"guildhall/internal/shelf"
)

// Named gives an address as it may be shown: a store's without its settings.
func Named(path string) string {
	if !shelf.IsStore(path) {
		return path
	}
	at, name := shelf.Split(path)
	s, err := shelf.Open(at)
	if err != nil {
		return "s3://…/" + name
	}
	return s.String() + "/" + name
}

func exists(ctx context.Context, path string) (bool, error) {
	r, err := shelf.Fetch(ctx, path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return true, r.Close()
}

// send streams an archive to a store as it is written. What breaks off on our side
// breaks off there too, and leaves nothing under the name.
func send(ctx context.Context, path string, write func(io.Writer) error) error {
	at, name := shelf.Split(path)
	s, err := shelf.Open(at)
	if err != nil {
		return err
	}
	r, w := io.Pipe()
	done := make(chan struct{})
	go func() {
		defer close(done)
		w.CloseWithError(write(w)) // nil ends it well
	}()
	err = s.Put(ctx, name, r)
	r.CloseWithError(errors.Join(err, io.ErrClosedPipe))
	<-done
	return err
}

// addKept adds the files that people sent in. One that was erased since it was listed
// is left out: nobody wants it back.
func addKept(ctx context.Context, tw *tar.Writer, kept shelf.Shelf, m *Manifest) error {
	items, err := kept.List(ctx)
	if err != nil {
		return err
	}
	for _, i := range items {
		if shelf.IsProbe(i.Name) {
			continue
		}
		r, is, err := kept.Get(ctx, i.Name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		sum, n, err := addEntry(tw, m.suite.New(), "files/"+i.Name, r, is.Size, is.At)
		if err = errors.Join(err, r.Close()); err != nil {
			return err
		}
		m.Entries["files/"+i.Name], m.Bytes = sum, m.Bytes+n
	}
	return nil
}
