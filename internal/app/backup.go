package app

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/journal"
	"guildhall/internal/seal"
	"guildhall/internal/shelf"
)

// Manifest stands at the end of a backup: what is in it, by which the backup
// checks itself. A backup that breaks off has none.
type Manifest struct {
	Format  string            `json:"format"`
	Engine  string            `json:"engine"`
	MadeAt  time.Time         `json:"made_at"`
	Program string            `json:"program"`
	Rooms   map[string]int64  `json:"rooms"`   // how far each room's tables had come
	Hash    string            `json:"hash"`    // of the entries: sha256 or sm3; absent is sha256
	Entries map[string]string `json:"entries"` // hashes by name
	Bytes   int64             `json:"bytes"`
	WithKey bool              `json:"with_key"`

	suite   *seal.Suite       // whose hash it is written with
	Journal []*journal.Report `json:"-"` // what a restore found of the journal's chains
}

const (
	backupFormat = "guildhall-backup-1"
	manifestName = "manifest.json"
)

// Backup writes the database, the files and the key into one archive, while the
// house is served, to a file or a store. The archive stands under its name only once
// it is whole and kept for good.
func Backup(ctx context.Context, c Config, path string, withKey bool) (m Manifest, err error) {
	if there, err := exists(ctx, path); err != nil || there {
		return m, errors.Join(err, fault.Conflict.New("db.backup_exists", Named(path)))
	}
	if c.embedded() {
		if _, err := os.Stat(c.address()); err != nil {
			return m, fault.NotFound.New("app.no_data", c.Data)
		}
	}
	suite, err := backupSuite(c)
	if err != nil {
		return m, err
	}
	d, err := db.Open(ctx, c.address())
	if err != nil {
		return m, err
	}
	defer d.Close()
	beside := filepath.Dir(path)
	if shelf.IsStore(path) {
		beside = c.Data
	}
	scratch, err := os.MkdirTemp(beside, ".guildhall-backup-*")
	if err != nil {
		return m, fmt.Errorf("%w: %w", fault.Away.New("app.cannot_write", path), err)
	}
	defer os.RemoveAll(scratch)
	began := time.Now().UTC()
	if err := d.Snapshot(ctx, scratch); err != nil {
		return m, err
	}
	rooms, err := d.Versions(ctx)
	if err != nil {
		return m, err
	}
	m = Manifest{Format: backupFormat, Engine: d.Engine(), MadeAt: began, Program: Version(), Rooms: rooms,
		Hash: suite.HashName, Entries: map[string]string{}, WithKey: withKey, suite: suite}
	kept, err := shelf.Open(c.files())
	if err != nil {
		return m, err
	}
	write := func(w io.Writer) error { return archive(ctx, w, c, kept, scratch, &m) }
	if shelf.IsStore(path) {
		return m, send(ctx, path, write)
	}
	return m, writeWhole(path, write)
}

// writeWhole writes a file beside its place and moves it there once it is whole
// and synced.
func writeWhole(path string, write func(io.Writer) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*.part")
	if err != nil {
		return fmt.Errorf("%w: %w", fault.Away.New("app.cannot_write", path), err)
	}
	defer os.Remove(f.Name()) // after the link it is one name too many
	err = write(f)
	if err == nil {
		err = f.Sync()
	}
	if closing := f.Close(); err == nil {
		err = closing
	}
	if err == nil {
		err = place(f.Name(), path)
	}
	if errors.Is(err, fault.Conflict) {
		return err
	}
	if err != nil {
		return fmt.Errorf("%w: %w", fault.Away.New("app.cannot_write", path), err)
	}
	return nil
}

// place gives a whole file its name, unless somebody else has taken that meanwhile.
// Where the file system knows no links, the name is taken as it is.
func place(from, to string) error {
	err := os.Link(from, to)
	if errors.Is(err, fs.ErrExist) {
		return fault.Conflict.New("db.backup_exists", to)
	}
	if err != nil {
		err = os.Rename(from, to)
	}
	if err != nil {
		return err
	}
	return syncFolder(filepath.Dir(to))
}

func archive(ctx context.Context, w io.Writer, c Config, kept shelf.Shelf, scratch string, m *Manifest) error {
	zip := gzip.NewWriter(w)
	tw := tar.NewWriter(zip)
	add := func(name, path string) error {
		sum, n, err := addFile(tw, m.suite.New(), name, path)
		m.Entries[name], m.Bytes = sum, m.Bytes+n
		return err
	}
	if err := each(scratch, func(name, path string) error { return add("database/"+name, path) }); err != nil {
		return err
	}
	if err := addKept(ctx, tw, kept, m); err != nil {
		return err
	}
	if m.WithKey {
		if err := add("key", c.keyFile()); err != nil {
			return err
		}
	}
	text, err := json.MarshalIndent(m, "", " ")
	if err != nil {
		return err
	}
	if err := tw.WriteHeader(&tar.Header{Name: manifestName, Mode: 0o600, Size: int64(len(text)), ModTime: m.MadeAt}); err != nil {
		return err
	}
	if _, err := tw.Write(text); err != nil {
		return err
	}
	return errors.Join(tw.Close(), zip.Close())
}

// each walks over the files of a folder that may not be there.
func each(dir string, do func(name, path string) error) error {
	return filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) && path == dir {
			return nil
		}
		if err != nil || entry.IsDir() {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		return do(filepath.ToSlash(name), path)
	})
}

func addFile(tw *tar.Writer, h hash.Hash, name, path string) (sum string, n int64, err error) {
	f, err := os.Open(path)
	if err != nil {
		return "", 0, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return "", 0, err
	}
	return addEntry(tw, h, name, f, info.Size(), info.ModTime())
}

func addEntry(tw *tar.Writer, h hash.Hash, name string, r io.Reader, size int64, at time.Time) (sum string, n int64, err error) {
	if err := tw.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: size, ModTime: at}); err != nil {
		return "", 0, err
	}
	n, err = io.Copy(io.MultiWriter(tw, h), r)
	return hex.EncodeToString(h.Sum(nil)), n, err
}

// Restore puts a backup into an empty place: it unpacks and checks all of it
// beside the place first, and moves it there only if every part is as it was.
func Restore(ctx context.Context, c Config, path string) (m Manifest, err error) {
	if err := os.MkdirAll(filepath.Dir(filepath.Clean(c.Data)), 0o700); err != nil {
		return m, err
	}
	if entries, err := os.ReadDir(c.Data); err == nil && len(entries) > 0 {
		return m, fault.Conflict.New("app.not_empty", c.Data)
	}
	scratch, err := os.MkdirTemp(filepath.Dir(filepath.Clean(c.Data)), ".guildhall-restore-*")
	if err != nil {
		return m, fmt.Errorf("%w: %w", fault.Away.New("app.cannot_write", c.Data), err)
	}
	defer os.RemoveAll(scratch)
	if m, err = unpack(ctx, path, scratch); err != nil {
		return m, err
	}
	want := "sqlite"
	if !c.embedded() {
		want = "postgres"
	}
	if m.Engine != want {
		return m, fault.Invalid.New("app.other_engine", m.Engine, want)
	}
	if c.embedded() {
		err = placeFile(ctx, filepath.Join(scratch, "database", "guildhall.db"), filepath.Join(scratch, "guildhall.db"))
	} else {
		err = loadServer(ctx, c, m, filepath.Join(scratch, "database"))
	}
	if err != nil {
		return m, err
	}
	if m.Journal, err = restored(ctx, c, scratch, m.MadeAt); err != nil {
		return m, err
	}
	if err := os.RemoveAll(filepath.Join(scratch, "database")); err != nil {
		return m, err
	}
	os.Remove(filepath.Join(scratch, manifestName))
	if err := os.Remove(c.Data); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return m, err
	}
	if err := os.Rename(scratch, c.Data); err != nil || c.Files == "" {
		return m, err
	}
	_, err = MoveFiles(ctx, Config{Data: c.Data}, c.Files, true)
	return m, err
}

// restored brings the tables that were restored up to date, for what reads them knows no
// older ones, and verifies the chains of the journal. What does not hold
// is told and stops nobody: a house after a disaster must be able to open.
func restored(ctx context.Context, c Config, scratch string, madeAt time.Time) ([]*journal.Report, error) {
	address := c.address()
	if c.embedded() {
		address = filepath.Join(scratch, "guildhall.db")
	}
	d, err := db.Open(ctx, address)
	if err != nil {
		return nil, err
	}
	defer d.Close()
	at, err := d.Versions(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := db.Migrate(ctx, d, rooms()); err != nil || at[journal.Room.Name] < 2 {
		return nil, err // of a program that knew no chains
	}
	key, err := verifier(filepath.Join(scratch, "key"))
	if err != nil {
		return nil, err
	}
	notes, err := anchored(c.anchors())
	if err != nil {
		return nil, err
	}
	notes = slices.DeleteFunc(notes, func(n string) bool {
		c, err := journal.ReadCheckpoint(n, key)
		return err == nil && c.At.Add(time.Second).After(madeAt) // of what the backup has not seen
	})
	return verifyAll(ctx, d, key, notes)
}

// placeFile opens and checks the database file before it is anybody's.
func placeFile(ctx context.Context, from, to string) error {
	if err := os.Rename(from, to); err != nil {
		return err
	}
	d, err := db.Open(ctx, to)
	if err != nil {
		return err
	}
	return errors.Join(d.Check(ctx), d.Close())
}

func loadServer(ctx context.Context, c Config, m Manifest, dir string) error {
	d, err := db.Open(ctx, c.address())
	if err != nil {
		return err
	}
	defer d.Close()
	if empty, err := d.Empty(ctx); err != nil || !empty {
		return errors.Join(err, fault.Conflict.New("app.not_empty", "PostgreSQL"))
	}
	known, err := db.Latest(rooms())
	if err != nil {
		return err
	}
	for name, version := range m.Rooms {
		if known[name] < version {
			return fault.Conflict.New("app.other_version", m.Program)
		}
	}
	if _, err := db.MigrateTo(ctx, d, rooms(), m.Rooms); err != nil { // what was copied fits into the tables of its time only
		return err
	}
	return d.Load(ctx, dir)
}

// unpack writes a backup's entries into dir and checks each against the manifest.
// An empty dir is none: then it only checks.
func unpack(ctx context.Context, path, dir string) (m Manifest, err error) {
	f, err := shelf.Fetch(ctx, path)
	if errors.Is(err, fs.ErrNotExist) {
		return m, fault.NotFound.New("app.no_backup", Named(path))
	}
	if err != nil {
		return m, err
	}
	defer f.Close()
	damaged := func(err error) error {
		if errors.Is(err, fault.Away) {
			return err // the store broke off, which says nothing of the backup
		}
		return fmt.Errorf("%w: %w", fault.Invalid.New("app.damaged", Named(path)), err)
	}
	zip, err := gzip.NewReader(f)
	if err != nil {
		return m, damaged(err)
	}
	var root *os.Root
	if dir != "" {
		if root, err = os.OpenRoot(dir); err != nil {
			return m, err
		}
		defer root.Close()
	}
	got := map[string]sums{}
	for tr := tar.NewReader(zip); ; {
		h, err := tr.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return m, damaged(err)
		}
		if h.Name == manifestName {
			if err := json.NewDecoder(tr).Decode(&m); err != nil {
				return m, damaged(err)
			}
			continue
		}
		if got[h.Name], err = unpackOne(root, h.Name, tr); err != nil {
			return m, damaged(err)
		}
	}
	if _, err := io.Copy(io.Discard, zip); err != nil { // the archive's own checksum stands at its very end
		return m, damaged(err)
	}
	if m.Format != backupFormat {
		return m, damaged(errors.New("it has no manifest: it was broken off, or is no backup"))
	}
	if err := m.known(); err != nil {
		return m, err
	}
	for name, sum := range m.Entries {
		if h, ok := got[name]; !ok || h.of(m.hashName()) != sum {
			return m, damaged(fmt.Errorf("%s is not as it was", name))
		}
	}
	for name := range got {
		if _, ok := m.Entries[name]; !ok {
			return m, damaged(fmt.Errorf("%s does not belong to it", name))
		}
	}
	return m, nil
}

func unpackOne(root *os.Root, name string, r io.Reader) (sums, error) {
	h := newSums()
	if root == nil {
		_, err := io.Copy(h, r)
		return h, err
	}
	if parts := strings.Split(name, "/"); len(parts) > 1 {
		if err := root.MkdirAll(strings.Join(parts[:len(parts)-1], "/"), 0o700); err != nil {
			return nil, err
		}
	}
	f, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	_, err = io.Copy(io.MultiWriter(f, h), r)
	if err == nil {
		err = f.Sync()
	}
	return h, errors.Join(err, f.Close())
}

// Migrate brings the tables up to date without serving anything, and tells how
// many steps it took.
func Migrate(ctx context.Context, c Config) (int, error) {
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return 0, fmt.Errorf("%w: %w", fault.Away.New("app.cannot_write", c.Data), err)
	}
	d, err := db.Open(ctx, c.address())
	if err != nil {
		return 0, err
	}
	defer d.Close()
	return db.Migrate(ctx, d, rooms())
}
