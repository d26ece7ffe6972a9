package app

import (
	"bufio"
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/journal"
	"guildhall/internal/seal"
)

// anchorEvery is how often it is looked whether a checkpoint is due.
const anchorEvery = time.Minute

// anchor makes checkpoints of every journal when they are due, and writes each
// into the folder of anchors too, where whoever owns the database may have no hand.
func (h *House) anchor(ctx context.Context) {
	for {
		if err := h.Anchor(ctx, false); err != nil && ctx.Err() == nil {
			slog.ErrorContext(ctx, "app: checkpoints", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(anchorEvery):
		}
	}
}

// Anchor makes the checkpoints that are due, or with now set those of every journal
// that has grown, and sees to it that the folder of anchors has them all.
func (h *House) Anchor(ctx context.Context, now bool) error {
	bodies, err := chains(ctx, h.DB)
	if err != nil {
		return err
	}
	for _, body := range bodies {
		_, failed := h.Signer.Checkpoint(db.In(ctx, body), h.DB, now)
		err = errors.Join(err, failed, h.anchorOne(db.In(ctx, body), body))
	}
	return err
}

func chains(ctx context.Context, d *db.DB) ([]string, error) {
	return db.View(db.In(ctx, db.House), d, journal.Chains)
}

// anchorOne appends to a body's anchors the checkpoints that are not there yet.
func (h *House) anchorOne(ctx context.Context, body string) error {
	dir := h.Config.anchors()
	path := filepath.Join(dir, body+anchorSuffix)
	notes, err := readNotes(path)
	if err != nil {
		return err
	}
	known, err := verifierKeys(h.Keys)
	if err != nil {
		return err
	}
	last := int64(-1)
	for _, n := range notes {
		if c, err := journal.ReadCheckpoint(n, known); err == nil {
			last = max(last, c.Size)
		}
	}
	list, err := db.View(ctx, h.DB, func(tx *db.Tx) ([]*journal.Checkpoint, error) { return journal.CheckpointsAfter(tx, last) })
	if err != nil || len(list) == 0 {
		return err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	for _, c := range list {
		if _, err = f.WriteString(c.Note + noteEnd); err != nil {
			break
		}
	}
	return errors.Join(err, f.Sync(), f.Close())
}

const (
	anchorSuffix = ".checkpoints"
	noteEnd      = "---\n" // after each note in a file of anchors
)

// readNotes reads a file of anchors; one that is not there holds none.
func readNotes(path string) (notes []string, err error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var b strings.Builder
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		if line := lines.Text() + "\n"; line != noteEnd {
			b.WriteString(line)
			continue
		}
		notes = append(notes, b.String())
		b.Reset()
	}
	return notes, lines.Err()
}

// anchored reads all notes of a folder of anchors.
func anchored(dir string) (notes []string, err error) {
	files, err := filepath.Glob(filepath.Join(dir, "*"+anchorSuffix))
	for _, f := range files {
		some, failed := readNotes(f)
		notes, err = append(notes, some...), errors.Join(err, failed)
	}
	return notes, err
}

// VerifyJournal computes every journal's chain anew and compares it with its
// checkpoints, those in the folder of anchors too. An empty verifierKey is that of
// the master key; where there is no key either, checkpoints are left out.
func VerifyJournal(ctx context.Context, c Config, verifierKey string) ([]*journal.Report, error) {
	if c.embedded() {
		if _, err := os.Stat(c.address()); err != nil {
			return nil, fault.NotFound.New("app.no_data", c.Data)
		}
	}
	if verifierKey == "" {
		var err error
		if verifierKey, err = verifier(c.keyFile()); err != nil {
			return nil, err
		}
	}
	d, err := db.Open(ctx, c.address())
	if err != nil {
		return nil, err
	}
	defer d.Close()
	notes, err := anchored(c.anchors())
	if err != nil {
		return nil, err
	}
	return verifyAll(ctx, d, verifierKey, notes)
}

// verifierKeys are the public halves of all keys that the house has signed under.
func verifierKeys(keys *seal.Keys) (string, error) {
	signed, err := keys.Signed()
	if err != nil {
		return "", err
	}
	var all []string
	for _, key := range signed {
		s, err := journal.NewSigner(key)
		if err != nil {
			return "", err
		}
		all = append(all, s.VerifierKey())
	}
	return strings.Join(all, " "), nil
}

// verifier is the public half of what the house signs checkpoints with.
func verifier(keyFile string) (string, error) {
	if _, err := os.Stat(keyFile); errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	keys, err := seal.File(keyFile)
	if err != nil {
		return "", err
	}
	return verifierKeys(keys)
}

func verifyAll(ctx context.Context, d *db.DB, verifierKey string, notes []string) (reports []*journal.Report, err error) {
	bodies, err := chains(ctx, d)
	if err != nil {
		return nil, err
	}
	for _, n := range notes { // a body that is gone from the database still has its anchors
		if c, err := journal.ReadCheckpoint(n, verifierKey); err == nil && !slices.Contains(bodies, c.Body) {
			bodies = append(bodies, c.Body)
		}
	}
	for _, body := range bodies {
		r, err := journal.Check(ctx, d, body, verifierKey, notes)
		if err != nil {
			return nil, err
		}
		reports = append(reports, r)
	}
	return reports, nil
}
