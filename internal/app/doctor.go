package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/journal"
	"guildhall/internal/paper"
	"guildhall/internal/screen"
	"guildhall/internal/seal"
	"guildhall/internal/shelf"
	"guildhall/internal/watch"
)

// Doctor looks an installation over and says of each thing how it stands and what to mend.
// It changes nothing, makes nothing, and may be run beside a server. What cannot be looked
// at because something before it failed is left out.
func Doctor(ctx context.Context, c Config) []watch.Line {
	x := &doctor{ctx: ctx, c: c}
	x.settings()
	x.folder()
	x.zones()
	x.fonts()
	x.mail()
	x.address()
	x.key()
	x.database()
	x.backups()
	x.lines = append(x.lines, shelfLines(ctx, c)...)
	x.scanner()
	return x.lines
}

type doctor struct {
	ctx   context.Context
	c     Config
	lines []watch.Line
}

func (x *doctor) say(key string, level watch.Level, state string, args ...any) {
	x.lines = append(x.lines, watch.Say(x.ctx, key, level, state, args...))
}

// folder looks at the data folder: there, ours to write, and nobody else's to read.
func (x *doctor) folder() {
	info, err := os.Stat(x.c.Data)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		x.say("folder", watch.Fail, "none", x.c.Data)
		return
	case err != nil || !info.IsDir():
		x.say("folder", watch.Fail, "unreadable", x.c.Data)
		return
	case info.Mode().Perm()&0o007 != 0:
		x.say("folder", watch.Warn, "open", x.c.Data, info.Mode().Perm())
	default:
		if err := writable(x.c.Data); err != nil {
			x.say("folder", watch.Fail, "unwritable", x.c.Data)
			return
		}
		x.say("folder", watch.OK, "fine", x.c.Data)
	}
	size := int64(0)
	if info, err := os.Stat(x.c.address()); x.c.embedded() && err == nil {
		size = info.Size()
	}
	x.lines = append(x.lines, roomLine(x.ctx, x.c.Data, size))
}

// writable tries to make a file, and takes it away.
func writable(dir string) error {
	f, err := os.CreateTemp(dir, ".guildhall-doctor-*")
	if err != nil {
		return err
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

func (x *doctor) zones() {
	if _, err := time.LoadLocation("Asia/Shanghai"); err != nil {
		x.say("zones", watch.Fail, "none")
		return
	}
	x.say("zones", watch.OK, "fine")
}

func (x *doctor) fonts() {
	f, err := paper.Find(x.c.Fonts)
	if err != nil || len(f.Body) == 0 {
		x.say("fonts", watch.Warn, "none")
		return
	}
	x.say("fonts", watch.OK, "found", filepath.Base(f.Body[0]))
}

// key looks at the master key: it reads, is its owner's alone, and best lies apart from
// what it seals.
func (x *doctor) key() {
	path := x.c.keyFile()
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		x.say("key", watch.Fail, "none", path) // a look must not make one
		return
	}
	if err == nil {
		_, err = seal.File(path)
	}
	inside, _ := filepath.Rel(x.c.Data, path)
	switch {
	case err != nil:
		x.say("key", watch.Fail, "unreadable", path)
	case info.Mode().Perm()&0o077 != 0:
		x.say("key", watch.Fail, "open", path, info.Mode().Perm())
	case inside != "" && !strings.HasPrefix(inside, ".."):
		x.say("key", watch.Warn, "inside", path)
	default:
		x.say("key", watch.OK, "fine", path)
	}
}

// scanner asks the virus scanner whether it is there.
func (x *doctor) scanner() {
	if x.c.Clamd == "" {
		x.say("clamd", watch.Note, "off")
		return
	}
	if err := screen.Clam(x.c.Clamd).Ping(x.ctx); err != nil {
		x.say("clamd", watch.Fail, "away", x.c.Clamd)
		return
	}
	x.say("clamd", watch.OK, "answers", x.c.Clamd)
}

// database opens the database as the server does, and reads it through.
func (x *doctor) database() {
	if _, err := os.Stat(x.c.address()); x.c.embedded() && err != nil {
		x.say("open", watch.Fail, "none", x.c.address()) // opening would make one
		return
	}
	d, err := db.Open(x.ctx, x.c.address())
	if err != nil {
		x.say("open", watch.Fail, "failed", short(err))
		return
	}
	defer d.Close()
	safety, err := d.Safety(x.ctx)
	if err != nil {
		x.say("open", watch.Fail, "failed", short(err))
		return
	}
	x.lines = append(x.lines, durable(x.ctx, safety), replicated(x.ctx, safety))
	if !x.schema(d) {
		return
	}
	if err := d.Check(x.ctx); err != nil {
		x.say("whole", watch.Fail, "damaged", short(err))
	} else {
		x.say("whole", watch.OK, d.Engine())
	}
	x.journal(d, safety)
	x.ledger(d)
}

// short gives the first line of an error, which is enough to look for.
func short(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return line
}

// schema compares the tables with what this program knows.
func (x *doctor) schema(d *db.DB) bool {
	behind, newer, err := db.Behind(x.ctx, d, rooms())
	switch {
	case err != nil:
		x.say("schema", watch.Fail, "unreadable", short(err))
	case newer > 0:
		x.say("schema", watch.Fail, "newer", newer)
	case behind == len(rooms()):
		x.say("schema", watch.Fail, "empty")
	case behind > 0:
		x.say("schema", watch.Warn, "behind", behind)
		return false
	default:
		return x.columns(d)
	}
	return false
}

// made are the columns that this program's migrations make.
var made = sync.OnceValues(func() ([]string, error) { return db.Columns(context.Background(), rooms()) })

// columns looks whether the tables have every column that this program asks for: a count of
// migrations tells nothing of tables that were changed by hand.
func (x *doctor) columns(d *db.DB) bool {
	all, err := made()
	var lacks []string
	if err == nil {
		lacks, err = d.Lacks(x.ctx, all)
	}
	switch {
	case err != nil:
		x.say("schema", watch.Fail, "unreadable", short(err))
	case len(lacks) > 0:
		x.say("schema", watch.Fail, "lacks", len(lacks), strings.Join(lacks[:min(5, len(lacks))], ", "))
	default:
		x.say("schema", watch.OK, "fine", len(rooms()))
		return true
	}
	return false
}

// journal verifies the chains, and holds the clock against the newest entry.
func (x *doctor) journal(d *db.DB, safety db.Safety) {
	newest, err := db.View(db.In(x.ctx, db.House), d, func(tx *db.Tx) (time.Time, error) {
		_, newest, err := journal.Length(tx)
		return newest, err
	})
	if err == nil {
		x.lines = append(x.lines, clock(x.ctx, time.Since(safety.ServerNow), time.Since(newest)))
	}
	key, notes := "", []string(nil)
	if _, failed := os.Stat(x.c.keyFile()); failed == nil {
		key, _ = verifier(x.c.keyFile())
	}
	if err == nil {
		notes, err = anchored(x.c.anchors())
	}
	if err != nil {
		x.say("chain", watch.Fail, "unreadable", short(err))
		return
	}
	reports, err := verifyAll(x.ctx, d, key, notes)
	if err != nil {
		x.say("chain", watch.Fail, "unreadable", short(err))
		return
	}
	var size int64
	findings := 0
	for _, r := range reports {
		size += r.Size
		findings += len(r.Findings)
	}
	if findings > 0 {
		x.say("chain", watch.Fail, "broken", findings)
		return
	}
	x.say("chain", watch.OK, "holds", fmt.Sprint(size))
}

// backups looks at the folder of backups: ours to write, apart from the data, and its
// newest archive young and whole.
func (x *doctor) backups() {
	dir := x.c.Backups
	if dir == "" {
		x.say("backups", watch.Warn, "off")
		return
	}
	if !shelf.IsStore(dir) {
		if err := writable(dir); err != nil {
			x.say("backups", watch.Fail, "unwritable", dir)
			return
		}
	}
	last, err := newest(x.ctx, dir)
	if errors.Is(err, fault.NotFound) {
		x.say("backups", watch.Warn, "empty", dir)
		return
	}
	var m Manifest
	if err == nil {
		m, err = CheckBackup(x.ctx, shelf.Join(dir, last.Name))
	}
	switch name := last.Name; {
	case errors.Is(err, fault.Away):
		return // told of the store
	case err != nil:
		x.say("backups", watch.Fail, "damaged", name)
	case time.Since(m.MadeAt) > backupOld:
		x.say("backups", watch.Fail, "old", name)
	default:
		x.say("backups", watch.OK, "fine", name, len(m.Entries))
	}
	if inside, err := filepath.Rel(x.c.Data, dir); err == nil && !shelf.IsStore(dir) && !strings.HasPrefix(inside, "..") {
		x.say("backups", watch.Warn, "inside", dir)
	}
}
