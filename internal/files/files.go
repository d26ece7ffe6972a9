// Package files keeps the files that people send us (文件): each sealed, under a
// name of our own, on a shelf that replicas share: a folder, or a store that speaks
// S3. What is sent is bounded, and is given back as an attachment only.
package files

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"io"
	"io/fs"
	"strings"
	"time"
	"unicode/utf8"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/i18n"
	"guildhall/internal/screen"
	"guildhall/internal/seal"
	"guildhall/internal/shelf"
)

//go:embed schema/*.sql
var schema embed.FS

//go:embed text/*.json
var text embed.FS

var _ = i18n.Add(text)

// Room is the tables of files.
var Room = db.Room{Name: "files", Schema: schema}

// File is what is known of a file without opening it.
type File struct {
	ID      string     `json:"id"`
	Name    string     `json:"name"`    // as its sender called it; never a path of ours
	Kind    string     `json:"kind"`    // what it is kept for: "intake.upload"
	Size    int64      `json:"size"`    // bytes
	SHA256  string     `json:"sha256"`  // in hexadecimal digits; with "sm3:" before them it is that hash instead
	Owner   string     `json:"owner"`   // the person who sent it
	Unit    string     `json:"unit"`    // for which they acted
	Subject string     `json:"subject"` // what it belongs to
	At      time.Time  `json:"at"`
	GoneAt  *time.Time `json:"gone_at,omitzero"` // when its content was erased
}

// Store keeps contents on a shelf. What lies there is sealed.
type Store struct {
	Shelf shelf.Shelf
	Scan  *screen.Scanner // looks files over before they are kept; nil: nobody does
	keys  *seal.Keys
}

// Open gives the store at an address: a folder, or s3://….
func Open(address string, keys *seal.Keys) (*Store, error) {
	s, err := shelf.Open(address)
	return &Store{Shelf: s, keys: keys}, err
}

// within bounds what is asked of a shelf for one file.
func within() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), time.Minute)
}

// Put reads a file of at most limit bytes and keeps its content. Keep then notes
// whose it is; a content that nobody has noted is swept away later.
func (s *Store) Put(r io.Reader, name string, limit int64) (*File, error) {
	content, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(content)) > limit {
		return nil, fault.Invalid.New("files.too_large", Clean(name), limit>>20)
	}
	if s.Scan != nil {
		ctx, cancel := within()
		defer cancel()
		if content, err = s.Scan.Look(ctx, Clean(name), content); err != nil {
			return nil, err
		}
	}
	f := &File{ID: db.NewID(), Name: Clean(name), Size: int64(len(content)), SHA256: s.keys.Suite().Digest(content)}
	return f, s.write(f.ID, s.keys.Bytes(content))
}

// write puts content on the shelf for good before it is anybody's.
func (s *Store) write(id string, content []byte) error {
	ctx, cancel := within()
	defer cancel()
	return s.Shelf.Put(ctx, id, bytes.NewReader(content))
}

// Read gives a file's content, or NotFound where it was erased.
func (s *Store) Read(f *File) ([]byte, error) {
	ctx, cancel := within()
	defer cancel()
	r, _, err := s.Shelf.Get(ctx, f.ID)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fault.NotFound.New("files.gone", f.Name)
	}
	if err != nil {
		return nil, err
	}
	sealed, err := io.ReadAll(r)
	if err = errors.Join(err, r.Close()); err != nil {
		return nil, err
	}
	content, err := s.keys.OpenBytes(sealed)
	if err != nil {
		return nil, err
	}
	if same, err := seal.Matches(f.SHA256, content); err != nil || !same {
		return nil, errors.Join(seal.ErrBroken, err)
	}
	return content, nil
}

// Erase takes a file's content off the shelf. Forget notes it.
func (s *Store) Erase(f *File) error {
	ctx, cancel := within()
	defer cancel()
	return s.Shelf.Remove(ctx, f.ID)
}

// Keep notes whose a file is and what it belongs to.
func Keep(tx *db.Tx, f *File, kind, subject string) error {
	a := auth.From(tx.Context())
	f.Kind, f.Subject, f.Owner, f.Unit, f.At = kind, subject, a.ID, a.Unit, tx.Now
	_, err := tx.Exec(`
		INSERT INTO files_file (id, body, name, kind, size, sha256, owner, unit, subject, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		f.ID, tx.Body, f.Name, f.Kind, f.Size, f.SHA256, f.Owner, f.Unit, f.Subject, f.At)
	return err
}

// Forget notes that a file's content was erased.
func Forget(tx *db.Tx, id string) error {
	_, err := tx.Exec(`UPDATE files_file SET gone_at = $3 WHERE id = $1 AND body = $2 AND gone_at IS NULL`, id, tx.Body, tx.Now)
	return err
}

const columns = `f.id, f.name, f.kind, f.size, f.sha256, f.owner, f.unit, f.subject, f.at, f.gone_at`

func scan(row db.Row) (*File, error) {
	f := new(File)
	return f, row.Scan(&f.ID, &f.Name, &f.Kind, &f.Size, &f.SHA256, &f.Owner, &f.Unit, &f.Subject, &f.At, &f.GoneAt)
}

// Find gives a file of this body.
func Find(tx *db.Tx, id string) (*File, error) {
	return db.One(tx, scan, `SELECT `+columns+` FROM files_file f WHERE f.id = $1 AND f.body = $2`, id, tx.Body)
}

// About lists the files that belong to a subject, the first sent first.
func About(tx *db.Tx, subject string) ([]*File, error) {
	return db.All(tx, scan, `SELECT `+columns+` FROM files_file f WHERE f.subject = $1 AND f.body = $2 ORDER BY f.id`, subject, tx.Body)
}

// Clean gives a file's name as it may be shown and kept: the last part of a
// path, without marks that steer, at most 120 characters.
func Clean(name string) string {
	name = strings.ToValidUTF8(name, "")
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069 {
			return -1
		}
		return r
	}, name)
	for utf8.RuneCountInString(name) > 120 {
		r := []rune(name)
		name = string(append(r[:60], r[len(r)-60:]...))
	}
	if name == "" || name == "." || name == ".." {
		name = "file"
	}
	return name
}
