package intake

import (
	"context"
	"errors"
	"slices"

	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/journal"
	"guildhall/internal/sheet"
)

// Watch is told each finding as it is made, by the file's name.
type Watch func(file string, f Finding)

// Look reads the files of an import, cleans their rows, lets the Takers weigh
// them, and keeps them for the preview. Files that others refer to come first,
// whatever their order. A file that cannot be read is refused with its fault; the
// others go on.
func (in *Intake) Look(ctx context.Context, id string, uploads []Upload, watch Watch) error {
	defer func() {
		for _, u := range uploads {
			u.close()
		}
	}()
	defer in.beating(ctx, id)()
	l := &looking{in: in, job: id, watch: watch, pending: map[string]map[string]bool{}}
	err := l.all(ctx, uploads)
	state, word := Ready, ""
	if err != nil {
		state, word = Failed, "intake.broken_off"
	}
	return errors.Join(err, db.Do(ctx, in.DB, func(tx *db.Tx) error {
		j, err := findJob(tx, id)
		if err != nil {
			return err
		}
		if j.State != Reading {
			return fault.Conflict.New("intake.not_ready")
		}
		j.State, j.Fault = state, word
		if err := saveJob(tx, j); err != nil {
			return err
		}
		return journal.Record(tx, "intake.job.look", id, j.Counts())
	}))
}

// looking is one import while it is looked over.
type looking struct {
	in      *Intake
	job     string
	watch   Watch
	pending map[string]map[string]bool
	number  int // of files noted

	file   *File
	batch  *Batch
	tally  map[tallyKey]*Faulties
	chunks []chunk // made, and not yet kept
	owners []string
}

type tallyKey struct {
	fault, field string
	action       Action
}

func (l *looking) all(ctx context.Context, uploads []Upload) error {
	sorted := slices.Clone(uploads)
	order := map[string]int{}
	for _, u := range sorted {
		order[u.Name] = orderOf(u)
	}
	slices.SortStableFunc(sorted, func(a, b Upload) int { return order[a.Name] - order[b.Name] })
	for _, u := range sorted {
		if err := l.one(ctx, u); err != nil {
			return err
		}
	}
	return nil
}

// orderOf gives the order of a file's first sheet that we know; what cannot be
// read comes last, and says so then.
func orderOf(u Upload) int {
	book, err := sheet.Open(u.File, u.Size, sheet.Limits{})
	if err != nil {
		return 100
	}
	for i := range book.Sheets {
		r, err := book.Read(i)
		if err != nil {
			break
		}
		sample, err := sampleOf(r, headWithin)
		if err != nil {
			break
		}
		if h := findHead(sample, Find(u.Kind)); h != nil && !findings(h) {
			return h.kind.Order
		}
	}
	return 99
}

// message is what the reading side hands to the weighing side.
type message struct {
	table *Table
	rows  []*Row
	notes []Finding
}

// one reads a file while its rows are weighed beside it.
func (l *looking) one(ctx context.Context, u Upload) error {
	started := l.number
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	messages := make(chan message, 4)
	broken := make(chan error, 1)
	go func() {
		defer close(messages)
		broken <- l.read(ctx, u, messages)
	}()
	var failed error
	for m := range messages {
		if failed == nil {
			if failed = l.message(ctx, u, m); failed != nil {
				cancel() // the reading side stops; what it still sends is dropped
			}
		}
	}
	err := <-broken
	if failed != nil {
		return failed
	}
	if err == nil {
		return l.finish(ctx)
	}
	if !errors.Is(err, fault.Invalid) {
		return err
	}
	return l.refuse(ctx, u, err, started)
}

// read is the reading side.
func (l *looking) read(ctx context.Context, u Upload, out chan<- message) error {
	var m message
	send := func() error {
		select {
		case out <- m:
			m = message{}
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	err := Read(l.in.Catalogue, u.Name, u.File, u.Size, Find(u.Kind), Sink{
		Sheet: func(t Table) error {
			if err := send(); err != nil {
				return err
			}
			m.table = &t
			return nil
		},
		Row: func(r *Row) error {
			if m.rows = append(m.rows, r); len(m.rows) < Run {
				return nil
			}
			return send()
		},
		Note: func(f Finding) { m.notes = append(m.notes, f) },
	})
	if err != nil {
		return err
	}
	return send()
}

// message is the weighing side.
func (l *looking) message(ctx context.Context, u Upload, m message) error {
	if m.table != nil {
		if err := l.finish(ctx); err != nil {
			return err
		}
		if err := l.begin(ctx, u, *m.table); err != nil {
			return err
		}
	}
	for _, f := range m.notes {
		if l.watch != nil {
			l.watch(u.Name, f)
		}
		l.count(f)
	}
	if len(m.rows) == 0 || l.file == nil {
		return nil
	}
	return l.rows(ctx, m.rows)
}
