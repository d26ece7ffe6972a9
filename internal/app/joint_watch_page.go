package app

import (
	"context"
	"time"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/demand"
	"guildhall/internal/i18n"
	"guildhall/internal/journal"
	"guildhall/internal/ledger"
	"guildhall/internal/member"
	"guildhall/internal/watch"
)

// surePart says how sure it is that nothing is lost: what P15 promises.
func (h *House) surePart(ctx context.Context) ([]watch.Part, error) {
	safety, err := h.DB.Safety(ctx)
	if err != nil {
		return nil, err
	}
	s, err := h.stored(ctx)
	if err != nil {
		return nil, err
	}
	now := h.DB.Now()
	lines := []watch.Line{durable(ctx, safety), h.wholeLine(ctx), replicated(ctx, safety), clock(ctx, now.Sub(safety.ServerNow), now.Sub(s.Newest)),
		backedUp(ctx, s.Backup, now), drilled(ctx, s.Backup, now), anchoredLine(ctx, s, now).To("/journal")}
	return []watch.Part{{Key: "sure", Lines: lines}}, nil
}

func durable(ctx context.Context, s db.Safety) watch.Line {
	state, level := s.Engine, watch.OK
	if !s.Durable {
		state, level = s.Engine+"_off", watch.Fail
	}
	if s.Engine == "postgres" {
		return watch.Say(ctx, "durable", level, state, s.Settings["synchronous_commit"], s.Settings["fsync"], s.Settings["full_page_writes"])
	}
	return watch.Say(ctx, "durable", level, state)
}

// replicated never claims more than the engine tells: without a standby for which commits
// wait, what was acknowledged last can be lost with the disk.
func replicated(ctx context.Context, s db.Safety) watch.Line {
	switch {
	case s.Engine != "postgres":
		return watch.Say(ctx, "replicated", watch.Note, "single")
	case s.Reader:
		return watch.Say(ctx, "replicated", watch.Fail, "reader")
	case s.Synced && s.Standbys == 0:
		return watch.Say(ctx, "replicated", watch.Fail, "missing", s.Settings["synchronous_standby_names"])
	case s.Synced:
		return watch.Say(ctx, "replicated", watch.OK, "synced", s.Settings["synchronous_standby_names"])
	case s.Standbys > 0:
		return watch.Say(ctx, "replicated", watch.Warn, "late", s.Standbys)
	case s.Standbys < 0:
		return watch.Say(ctx, "replicated", watch.Note, "untold")
	}
	return watch.Say(ctx, "replicated", watch.Note, "alone")
}

// Clocks may differ so much before it matters to deadlines.
const clockApart = 2 * time.Second

func clock(ctx context.Context, fromServer, sinceNewest time.Duration) watch.Line {
	synced, known := watch.Synced()
	switch {
	case sinceNewest < -clockApart && sinceNewest > -1e6*time.Hour:
		return watch.Say(ctx, "clock", watch.Fail, "behind", i18n.Decimal(-sinceNewest.Seconds(), 0))
	case fromServer.Abs() > clockApart:
		return watch.Say(ctx, "clock", watch.Fail, "apart", i18n.Decimal(fromServer.Abs().Seconds(), 0))
	case !known:
		return watch.Say(ctx, "clock", watch.Note, "untold")
	case !synced:
		return watch.Say(ctx, "clock", watch.Warn, "unsynced")
	}
	return watch.Say(ctx, "clock", watch.OK, "synced")
}

// A nightly backup that is older than this was missed, and a drill older than that is due.
const (
	backupOld = 36 * time.Hour
	drillOld  = 35 * 24 * time.Hour
)

func backedUp(ctx context.Context, s backupState, now time.Time) watch.Line {
	switch {
	case s.Failed:
		return watch.Say(ctx, "backup", watch.Fail, "failed", lastTime(ctx, s.Last))
	case s.Last.IsZero() && s.Folder == "":
		return watch.Say(ctx, "backup", watch.Fail, "none")
	case s.Last.IsZero():
		return watch.Say(ctx, "backup", watch.Warn, "never", s.Folder)
	case now.Sub(s.Last) > backupOld:
		return watch.Say(ctx, "backup", watch.Fail, "old", i18n.Time(ctx, s.Last))
	}
	return watch.Say(ctx, "backup", watch.OK, "made", i18n.Time(ctx, s.Last), s.File)
}

func lastTime(ctx context.Context, t time.Time) string {
	if t.IsZero() {
		return i18n.T(ctx, "watch.never")
	}
	return i18n.Time(ctx, t)
}

func drilled(ctx context.Context, s backupState, now time.Time) watch.Line {
	switch {
	case s.Drilled.IsZero():
		return watch.Say(ctx, "drill", watch.Warn, "never")
	case s.Broken:
		return watch.Say(ctx, "drill", watch.Fail, "failed", i18n.Time(ctx, s.Drilled))
	case now.Sub(s.Drilled) > drillOld:
		return watch.Say(ctx, "drill", watch.Warn, "old", i18n.Time(ctx, s.Drilled))
	}
	return watch.Say(ctx, "drill", watch.OK, "passed", i18n.Time(ctx, s.Drilled))
}

// A checkpoint is made ten minutes after a change; one that is later says that nobody
// anchors.
const anchorOld = time.Hour

func anchoredLine(ctx context.Context, s stored, now time.Time) watch.Line {
	switch {
	case s.Anchored.IsZero() && now.Sub(s.Newest) < anchorOld:
		return watch.Say(ctx, "anchor", watch.Note, "soon", i18n.Count(s.Entries))
	case s.Newest.Sub(s.Anchored) > anchorOld:
		return watch.Say(ctx, "anchor", watch.Warn, "late", i18n.Count(s.Entries), lastTime(ctx, s.Anchored))
	}
	return watch.Say(ctx, "anchor", watch.OK, "made", i18n.Count(s.Entries), i18n.Time(ctx, s.Anchored))
}

// storagePart is about the machine, so it is for the administrator.
func (h *House) storagePart(ctx context.Context) ([]watch.Part, error) {
	if !watch.House(ctx) {
		return nil, nil
	}
	s, err := h.stored(ctx)
	if err != nil {
		return nil, err
	}
	lines := []watch.Line{watch.Say(ctx, "database", watch.OK, "size", mebibytes(s.Bytes)), logLine(ctx, s.Log, h.DB.Engine()),
		watch.Say(ctx, "files", watch.OK, "size", i18n.Count(s.Files), mebibytes(s.FileBytes)), roomLine(ctx, h.Config.Data, s.Bytes), h.slowLine(ctx, "")}
	lines = append(lines, shelfLines(ctx, h.Config)...)
	return []watch.Part{{Key: "storage", Lines: lines}}, nil
}

func mebibytes(n int64) string { return i18n.Decimal(float64(n)/(1<<20), 1) }

// logMost is how large SQLite's log may grow before a reader keeps it from being emptied.
const logMost = 256 << 20

func logLine(ctx context.Context, size int64, engine string) watch.Line {
	switch {
	case engine == "postgres":
		return watch.Say(ctx, "log", watch.Note, "server")
	case size > logMost:
		return watch.Say(ctx, "log", watch.Warn, "large", mebibytes(size))
	}
	return watch.Say(ctx, "log", watch.OK, "size", mebibytes(size))
}

// roomLine judges a disk: a backup and a restore each need as much room again as the data.
func roomLine(ctx context.Context, dir string, data int64) watch.Line {
	free, total, ok := watch.Free(dir)
	switch {
	case !ok:
		return watch.Say(ctx, "room", watch.Note, "untold")
	case free < 512<<20 || free < total/50:
		return watch.Say(ctx, "room", watch.Fail, "low", mebibytes(free), mebibytes(total))
	case free < 3*data || free < total/10:
		return watch.Say(ctx, "room", watch.Warn, "low", mebibytes(free), mebibytes(total))
	}
	return watch.Say(ctx, "room", watch.OK, "free", mebibytes(free), mebibytes(total))
}

// slowLine tells of the slow updates of the last day, of one body or of all.
func (h *House) slowLine(ctx context.Context, body string) watch.Line {
	var worst watch.Slow
	n := 0
	for _, s := range h.Watch.Slow(body) {
		if h.DB.Now().Sub(s.At) > 24*time.Hour {
			break
		}
		if n++; s.Took > worst.Took {
			worst = s
		}
	}
	if n == 0 {
		return watch.Say(ctx, "slow", watch.OK, "none")
	}
	if worst.Pattern == "" {
		worst.Pattern = i18n.T(ctx, "watch.background")
	}
	return watch.Say(ctx, "slow", watch.Warn, "some", n, i18n.Decimal(worst.Took.Seconds(), 1), worst.Pattern)
}

// workPart tells of the queues: of the house for the administrator, of their body for a
// secretariat.
func (h *House) workPart(ctx context.Context) ([]watch.Part, error) {
	all := watch.House(ctx)
	type both struct {
		work
		stuck []journal.StuckEntry
	}
	q, err := db.View(ctx, h.DB, func(tx *db.Tx) (q both, err error) {
		if q.work, err = workOf(tx, all); err == nil {
			q.stuck, err = journal.Stuck(tx, all)
		}
		return q, err
	})
	if err != nil {
		return nil, err
	}
	lines := []watch.Line{queueLine(ctx, q.Entries, h.DB.Now())}
	for _, e := range q.stuck {
		l := watch.Say(ctx, "stuck", watch.Fail, "entry", i18n.T(ctx, e.Action), e.Attempts)
		if e.Body == auth.From(ctx).Body || e.Body == db.Body(ctx) {
			l.Try = &watch.Try{Kind: "entry", ID: e.ID, Name: l.Said}
		}
		lines = append(lines, l)
	}
	if all {
		lines = append(lines, h.mailLine(ctx, "mail", q.Mails, q.MailsStuck))
	}
	lines = append(lines, h.mailLine(ctx, "letter", q.Letters, q.LettersStuck))
	lines = append(lines, importsLine(ctx, q.work).To("/imports"), forecastsLine(ctx, q.work).To("/forecasts"))
	return []watch.Part{{Key: "work", Lines: lines}}, nil
}

func queueLine(ctx context.Context, q journal.Queue, now time.Time) watch.Line {
	switch {
	case q.Waiting == 0:
		return watch.Say(ctx, "queue", watch.OK, "empty")
	case now.Sub(q.Oldest) > 10*time.Minute:
		return watch.Say(ctx, "queue", watch.Warn, "late", i18n.Count(q.Waiting), i18n.Time(ctx, q.Oldest))
	}
	return watch.Say(ctx, "queue", watch.OK, "waiting", i18n.Count(q.Waiting))
}

func (h *House) mailLine(ctx context.Context, kind string, waiting, stuck int64) watch.Line {
	switch {
	case h.Config.SMTP == "":
		return watch.Say(ctx, kind, watch.Note, "off", i18n.Count(waiting))
	case stuck > 0:
		l := watch.Say(ctx, kind, watch.Fail, "stuck", i18n.Count(stuck), i18n.Count(waiting))
		l.Try = &watch.Try{Kind: kind, ID: "all", Name: l.Name}
		return l
	}
	return watch.Say(ctx, kind, watch.OK, "waiting", i18n.Count(waiting))
}

func importsLine(ctx context.Context, w work) watch.Line {
	switch {
	case w.ImportsLeft > 0:
		return watch.Say(ctx, "imports", watch.Warn, "left", i18n.Count(w.ImportsLeft))
	case w.ImportsFailed > 0:
		return watch.Say(ctx, "imports", watch.Warn, "failed", i18n.Count(w.ImportsFailed))
	}
	return watch.Say(ctx, "imports", watch.OK, "running", i18n.Count(w.Imports))
}

func forecastsLine(ctx context.Context, w work) watch.Line {
	if w.FcastsFailed > 0 {
		return watch.Say(ctx, "forecasts", watch.Warn, "failed", i18n.Count(w.FcastsFailed))
	}
	return watch.Say(ctx, "forecasts", watch.OK, "running", i18n.Count(w.Forecasts))
}

// bodyPart tells whether the body's ledger sums to zero and the body lives: whether its demand is kept up to date, and how
// many of its members do anything here.
func (h *House) bodyPart(ctx context.Context) ([]watch.Part, error) {
	if db.Body(ctx) == db.House {
		return nil, nil
	}
	lines, err := db.View(ctx, h.DB, func(tx *db.Tx) ([]watch.Line, error) {
		stale, err := demand.Stale(tx)
		if err != nil {
			return nil, err
		}
		units, err := member.Units(tx, tx.Now.In(i18n.Zone(ctx)).Format(time.DateOnly))
		if err != nil {
			return nil, err
		}
		entries, unbalanced, err := ledger.CountUnbalanced(tx)
		if err != nil {
			return nil, err
		}
		active, err := journal.ActiveUnits(tx, tx.Now.AddDate(0, 0, -30))
		return []watch.Line{ledgerLine(ctx, entries, unbalanced).To("/ledger"), staleLine(ctx, stale).To("/demands"), activeLine(ctx, active, int64(len(units))).To("/members")}, err
	})
	if err != nil {
		return nil, err
	}
	if !watch.House(ctx) {
		lines = append(lines, h.slowLine(ctx, db.Body(ctx)))
	}
	return []watch.Part{{Key: "body", Lines: lines}}, nil
}

func staleLine(ctx context.Context, s demand.Staleness) watch.Line {
	if s.Untouched > 0 || s.Lapsing > 0 {
		return watch.Say(ctx, "stale", watch.Warn, "some", i18n.Count(s.Running), i18n.Count(s.Untouched), i18n.Count(s.Lapsing))
	}
	return watch.Say(ctx, "stale", watch.OK, "none", i18n.Count(s.Running))
}

// activeLine counts units that did anything. Where under a third did, the body sleeps.
func activeLine(ctx context.Context, active, members int64) watch.Line {
	if active*3 < members {
		return watch.Say(ctx, "active", watch.Warn, "few", i18n.Count(active), i18n.Count(members))
	}
	return watch.Say(ctx, "active", watch.OK, "many", i18n.Count(active), i18n.Count(members))
}
