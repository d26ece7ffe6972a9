package app

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"

	"guildhall/internal/council"
	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/fault"
	"guildhall/internal/files"
	"guildhall/internal/intake"
	"guildhall/internal/journal"
	"guildhall/internal/outlook"
	"guildhall/internal/watch"
)

// newWatch watches the house: every request, every transaction, and what waits in the rooms.
func (h *House) newWatch() (*watch.Watch, error) {
	w := watch.New(h.DB, Version())
	var err error
	if w.From, err = watch.Networks(h.Config.MetricsFrom); err != nil {
		return nil, err
	}
	h.DB.Watch = w.Trip
	h.Routes.Watch = w.Request
	w.Samples = append(w.Samples, h.workSamples, h.storeSamples)
	w.Parts = append(w.Parts, h.surePart, h.storagePart, h.workPart, h.bodyPart)
	w.Retry["entry"] = func(ctx context.Context, id string) error {
		return db.Do(ctx, h.DB, func(tx *db.Tx) error {
			if err := journal.Again(tx, id); err != nil {
				return err
			}
			return journal.Record(tx, "watch.work.retry", id, map[string]string{"kind": "entry"})
		})
	}
	w.Retry["mail"] = func(ctx context.Context, _ string) error {
		if !watch.House(ctx) {
			return fault.Denied.New("fault.denied")
		}
		return again(db.In(ctx, db.House), h.DB, "mail", directory.MailAgain)
	}
	w.Retry["letter"] = func(ctx context.Context, _ string) error { return again(ctx, h.DB, "letter", council.LettersAgain) }
	return w, nil
}

func again(ctx context.Context, d *db.DB, kind string, what func(*db.Tx) error) error {
	return db.Do(ctx, d, func(tx *db.Tx) error {
		if err := what(tx); err != nil {
			return err
		}
		return journal.Record(tx, "watch.work.retry", kind, map[string]string{"kind": kind})
	})
}

// work is what waits in the queues, of the body of tx or of all.
type work struct {
	Entries                 journal.Queue
	Mails, MailsStuck       int64
	Letters, LettersStuck   int64
	Imports, ImportsLeft    int64
	ImportsFailed           int64
	Forecasts, FcastsFailed int64
}

func workOf(tx *db.Tx, all bool) (w work, err error) {
	if w.Entries, err = journal.Waiting(tx, all); err != nil {
		return w, err
	}
	if all {
		if w.Mails, w.MailsStuck, err = directory.MailWaiting(tx); err != nil {
			return w, err
		}
	}
	if w.Letters, w.LettersStuck, err = council.LettersWaiting(tx, all); err != nil {
		return w, err
	}
	if w.Imports, w.ImportsLeft, w.ImportsFailed, err = intake.Open(tx, all); err != nil {
		return w, err
	}
	w.Forecasts, w.FcastsFailed, err = outlook.Underway(tx, all)
	return w, err
}

func (h *House) workSamples(ctx context.Context) ([]watch.Sample, error) {
	w, err := db.View(db.In(ctx, db.House), h.DB, func(tx *db.Tx) (work, error) { return workOf(tx, true) })
	if err != nil {
		return nil, err
	}
	var all []watch.Sample
	for _, q := range []struct {
		job           string
		waiting, dead int64
	}{{"entries", w.Entries.Waiting, w.Entries.Stuck}, {"imports", w.Imports + w.ImportsLeft, w.ImportsFailed}, {"forecasts", w.Forecasts, w.FcastsFailed}} {
		all = append(all,
			watch.Sample{Name: "jobs_waiting", Help: "Work that waits or is done now.", Labels: []string{"job", q.job}, Value: float64(q.waiting)},
			watch.Sample{Name: "jobs_dead", Help: "Work that failed again and again, or in the last week.", Labels: []string{"job", q.job}, Value: float64(q.dead)})
	}
	for _, q := range []struct {
		mail           string
		waiting, stuck int64
	}{{"account", w.Mails, w.MailsStuck}, {"invitation", w.Letters, w.LettersStuck}} {
		all = append(all,
			watch.Sample{Name: "mail_waiting", Help: "Mails that wait to be sent.", Labels: []string{"mail", q.mail}, Value: float64(q.waiting)},
			watch.Sample{Name: "mail_stuck", Help: "Mails that could not be sent again and again.", Labels: []string{"mail", q.mail}, Value: float64(q.stuck)})
	}
	oldest := 0.0
	if !w.Entries.Oldest.IsZero() {
		oldest = max(0, h.DB.Now().Sub(w.Entries.Oldest).Seconds())
	}
	return append(all, watch.Sample{Name: "jobs_oldest_seconds", Help: "How long the entry that was due first has waited.", Value: oldest}), nil
}

// stored is what is kept, and since when it has been made sure of.
type stored struct {
	Entries          int64
	Newest, Anchored time.Time
	Files, FileBytes int64
	Bytes, Log       int64
	Backup           backupState
}

func (h *House) stored(ctx context.Context) (s stored, err error) {
	if s.Bytes, err = h.DB.Size(ctx); err != nil {
		return s, err
	}
	s.Log = h.DB.LogSize()
	last := h.look(ctx)
	_, err = db.View(db.In(ctx, db.House), h.DB, func(tx *db.Tx) (_ struct{}, err error) {
		if s.Entries, s.Newest, err = journal.Length(tx); err != nil {
			return
		}
		if s.Anchored, err = journal.Anchored(tx); err != nil {
			return
		}
		if s.Files, s.FileBytes, err = files.Stored(tx); err != nil {
			return
		}
		s.Backup, err = backups(tx, h.Config.Backups, last)
		return
	})
	return s, err
}

func (h *House) storeSamples(ctx context.Context) ([]watch.Sample, error) {
	s, err := h.stored(ctx)
	if err != nil {
		return nil, err
	}
	now := h.DB.Now()
	all := []watch.Sample{
		{Name: "db_bytes", Help: "Size of the database.", Value: float64(s.Bytes)},
		{Name: "files_kept", Help: "Files that people sent in.", Value: float64(s.Files)},
		{Name: "files_bytes", Help: "Their size.", Value: float64(s.FileBytes)},
		{Name: "journal_entries", Help: "Entries of all journals.", Value: float64(s.Entries)},
	}
	if !s.Anchored.IsZero() {
		all = append(all, watch.Sample{Name: "journal_checkpoint_age_seconds", Help: "Age of the newest signed checkpoint.", Value: now.Sub(s.Anchored).Seconds()})
	}
	if !s.Backup.Last.IsZero() {
		all = append(all, watch.Sample{Name: "backup_age_seconds", Help: "Age of the newest backup.", Value: now.Sub(s.Backup.Last).Seconds()})
	}
	if s.Backup.Told {
		all = append(all, watch.Sample{Name: "backup_ok", Help: "1 where the latest try succeeded and was read back, 0 where it failed.", Value: map[bool]float64{true: 1}[!s.Backup.Failed]})
	}
	if free, _, ok := watch.Free(h.Config.Data); ok {
		all = append(all, watch.Sample{Name: "disk_free_bytes", Help: "Room on the disk of the data folder.", Value: float64(free)})
	}
	return append(all, h.wholeSample()...), nil
}

// figures serves the figures at an address of their own, for as long as the house is served.
func (h *House) figures() (serve func(context.Context), err error) {
	if h.Config.MetricsAddr == "" {
		return func(context.Context) {}, nil
	}
	l, err := Listener(h.Config.MetricsAddr)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context) { serveFigures(ctx, l, h.Watch.Handler()) }, nil
}

func serveFigures(ctx context.Context, l net.Listener, figures http.Handler) {
	server := &http.Server{Handler: figures, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 10 * time.Second, WriteTimeout: time.Minute, IdleTimeout: 2 * time.Minute}
	defer context.AfterFunc(ctx, func() { server.Close() })()
	if err := server.Serve(l); err != nil && !errors.Is(err, http.ErrServerClosed) {
		slog.ErrorContext(ctx, "app: figures", "error", err)
	}
}
