package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/journal"
	"guildhall/internal/shelf"
)

// nightly makes a backup every night and forgets those that are old.
type nightly struct {
	h              *House
	hour, minute   int
	daily, monthly int
	failed         time.Time // when the last try failed
}

// nightlyEvery is how often it is looked whether a backup is due, and nightlyAgain
// how long after a failure it is tried again.
const (
	nightlyEvery = time.Minute
	nightlyAgain = time.Hour
)

func newNightly(h *House) (*nightly, error) {
	n := &nightly{h: h}
	at, err := time.Parse("15:04", h.Config.BackupAt)
	if err != nil {
		return nil, fault.Invalid.New("app.backup_at", h.Config.BackupAt)
	}
	n.hour, n.minute = at.Hour(), at.Minute()
	d, m, ok := strings.Cut(h.Config.Keep, ",")
	n.daily, err = strconv.Atoi(strings.TrimSpace(d))
	if ok && err == nil {
		n.monthly, err = strconv.Atoi(strings.TrimSpace(m))
	}
	if err != nil || n.daily < 1 || n.monthly < 0 {
		return nil, fault.Invalid.New("app.backup_keep", h.Config.Keep)
	}
	return n, nil
}

func (n *nightly) run(ctx context.Context) {
	for {
		now := n.h.DB.Now()
		if now.Sub(n.failed) >= nightlyAgain {
			if err := n.due(ctx, now); err != nil && ctx.Err() == nil {
				n.failed = now
				slog.ErrorContext(ctx, "app: nightly backup", "error", err)
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(nightlyEvery):
		}
	}
}

// due makes the backup of the day if its hour has come and it is not there yet, so
// that one which was missed is made up for; then it clears up.
func (n *nightly) due(ctx context.Context, now time.Time) error {
	now = now.In(n.zone(ctx))
	if now.Before(time.Date(now.Year(), now.Month(), now.Day(), n.hour, n.minute, 0, 0, now.Location())) {
		return nil
	}
	path := shelf.Join(n.h.Config.Backups, backupName(now))
	if there, err := exists(ctx, path); err != nil || there {
		return err
	}
	return n.make(ctx, path)
}

func (n *nightly) zone(ctx context.Context) *time.Location {
	if list, err := n.h.known(ctx); err == nil && len(list) > 0 {
		return list[0].Location()
	}
	return time.UTC
}

// BackupDone is what the journal tells of a nightly backup.
type BackupDone struct {
	File    string   `json:"file"`
	Entries int      `json:"entries,omitempty"`
	Bytes   int64    `json:"bytes,omitempty"`
	Removed []string `json:"removed,omitempty"`
	Fault   string   `json:"fault,omitempty"`
}

// make makes one backup, reads it back, and tells the journal how that went.
func (n *nightly) make(ctx context.Context, path string) error {
	_, name := shelf.Split(path)
	told := BackupDone{File: name}
	var err error
	if !shelf.IsStore(path) {
		err = os.MkdirAll(n.h.Config.Backups, 0o700)
	}
	if err == nil {
		var m Manifest
		if m, err = Backup(ctx, n.h.Config, path, true); errors.Is(err, fault.Conflict) {
			return nil // another server over the same folder was first
		}
		told.Entries, told.Bytes = len(m.Entries), m.Bytes
	}
	if err == nil {
		_, err = CheckBackup(ctx, path)
	}
	if err == nil {
		told.Removed, err = n.clear(ctx)
	}
	action := "house.backup.made"
	if err != nil {
		action, told.Fault = "house.backup.failed", fault.Of(err).Key
	}
	return errors.Join(err, journal.Note(db.In(ctx, db.House), n.h.DB, action, told.File, told))
}

func backupName(day time.Time) string { return "guildhall-" + day.Format(time.DateOnly) + ".backup" }

var backupNames = regexp.MustCompile(`^guildhall-(\d{4}-\d{2})-\d{2}\.backup$`)

// clear removes the backups that nobody asked to keep. It touches nothing that
// does not bear a nightly backup's name.
func (n *nightly) clear(ctx context.Context) (removed []string, err error) {
	at, err := shelf.Open(n.h.Config.Backups)
	if err != nil {
		return nil, err
	}
	items, err := at.List(ctx)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, i := range items {
		names = append(names, i.Name)
	}
	removed = expired(names, n.daily, n.monthly)
	for _, name := range removed {
		err = errors.Join(err, at.Remove(ctx, name))
	}
	return removed, err
}

// expired tells which backups go: all but the newest so many, and the first of
// each of the newest so many months.
func expired(names []string, daily, monthly int) (gone []string) {
	var own []string
	for _, name := range names {
		if backupNames.MatchString(name) {
			own = append(own, name)
		}
	}
	slices.Sort(own)
	keep := map[string]bool{}
	for _, name := range own[max(0, len(own)-daily):] {
		keep[name] = true
	}
	first := map[string]string{}
	var months []string
	for _, name := range own {
		month := backupNames.FindStringSubmatch(name)[1]
		if first[month] == "" {
			first[month] = name
			months = append(months, month)
		}
	}
	for _, month := range months[max(0, len(months)-monthly):] {
		keep[first[month]] = true
	}
	return slices.DeleteFunc(own, func(name string) bool { return keep[name] })
}

// CheckBackup reads a backup from its beginning to its end and holds every entry
// against the manifest.
func CheckBackup(ctx context.Context, path string) (Manifest, error) { return unpack(ctx, path, "") }

// Drill restores a backup, or the newest one of the folder of backups, into a
// place that is taken away again, and verifies what came of it.
func Drill(ctx context.Context, c Config, path string) (m Manifest, err error) {
	if path == "" {
		last, err := newest(ctx, c.Backups)
		if err != nil {
			return m, err
		}
		path = shelf.Join(c.Backups, last.Name)
	}
	scratch, err := os.MkdirTemp("", "guildhall-drill-*")
	if err != nil {
		return m, fmt.Errorf("%w: %w", fault.Away.New("app.cannot_write", os.TempDir()), err)
	}
	defer os.RemoveAll(scratch)
	try := Config{Data: filepath.Join(scratch, "data"), Anchors: c.anchors()}
	if !c.embedded() {
		at, drop, err := db.Scratch(ctx, c.address())
		if err != nil {
			return m, err
		}
		defer func() { err = errors.Join(err, drop()) }()
		try.Database = at
	}
	if m, err = Restore(ctx, try, path); err != nil {
		return m, err
	}
	if !m.WithKey {
		return m, nil // without its key nobody can open the house
	}
	h, err := Open(ctx, try)
	if err != nil {
		return m, err
	}
	return m, errors.Join(h.DB.Ping(ctx), h.Close())
}

// newest gives the newest nightly backup at an address, or NotFound.
func newest(ctx context.Context, at string) (shelf.Item, error) {
	none := fault.NotFound.New("app.no_backup", at)
	if at == "" {
		return shelf.Item{}, none
	}
	s, err := shelf.Open(at)
	if err != nil {
		return shelf.Item{}, err
	}
	items, err := s.List(ctx)
	if err != nil {
		return shelf.Item{}, err
	}
	for _, i := range slices.Backward(items) {
		if backupNames.MatchString(i.Name) {
			return i, nil
		}
	}
	return shelf.Item{}, none
}
