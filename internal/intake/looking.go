package intake

import (
	"context"
	"errors"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/fault"
)

// begin notes a new sheet. Findings about the file as a whole came before it and
// count with it.
func (l *looking) begin(ctx context.Context, u Upload, t Table) error {
	l.file = &File{ID: db.NewID(), Job: l.job, Number: l.number, Name: u.Name, Sheet: t.Sheet, Kind: t.Kind.Name, Headers: t.Headers,
		Encoding: t.Encoding, State: Reading}
	l.number++
	l.owners = t.Owners
	l.batch = &Batch{Job: l.job, File: u.Name, Kind: t.Kind, pending: l.pending}
	return db.Do(ctx, l.in.DB, func(tx *db.Tx) error {
		owner, err := l.owner(tx)
		if err != nil {
			return err
		}
		l.file.Owner = owner
		return saveFile(tx, l.file)
	})
}

// owner gives the first name of the sheet's unit that somebody bears: the
// directory's units, or those that come with the upload. Whoever acts for a unit
// and does not run the body sends their own unit's sheets.
func (l *looking) owner(tx *db.Tx) (string, error) {
	a := auth.From(tx.Context())
	if !a.Runs() {
		if u, err := directory.FindUnit(tx, a.Unit); err == nil {
			return u.Name, nil
		} else if !errors.Is(err, fault.NotFound) {
			return "", err
		}
	}
	for _, name := range l.owners {
		if l.pending["members"][name] {
			return name, nil
		}
		_, err := directory.Resolve(tx, name)
		if err == nil {
			return name, nil
		}
		if !errors.Is(err, fault.NotFound) && !errors.Is(err, fault.Conflict) {
			return "", err
		}
	}
	if len(l.owners) > 0 {
		return l.owners[0], nil
	}
	return "", nil
}

// samples is how many places of each kind of fault are kept to be shown.
const samples = 20

func (l *looking) count(f Finding) {
	if l.tally == nil {
		l.tally = map[tallyKey]*Faulties{}
	}
	key := tallyKey{f.Fault, f.group(), f.Action}
	k := l.tally[key]
	if k == nil {
		k = &Faulties{Fault: f.Fault, Field: f.group(), Action: f.Action, Grave: true}
		l.tally[key] = k
	}
	k.Count++
	k.Grave = k.Grave && f.Grave
	if f.Mend != "" {
		k.Mends++
	}
	if len(k.Samples) < samples {
		k.Samples = append(k.Samples, f)
	}
}

// rows weighs a run of rows and makes a chunk of it.
func (l *looking) rows(ctx context.Context, rows []*Row) error {
	own(rows, l.file.Owner)
	for _, r := range rows {
		r.judge()
	}
	if err := l.in.weigh(ctx, l.batch, rows); err != nil {
		return err
	}
	c := chunk{Number: l.file.Chunks}
	for _, r := range rows {
		c.Counts.add(r.Verdict, 1)
		l.remember(r)
		if r.Verdict < Decision {
			r.Raw = nil
		}
		for _, reason := range r.Reasons {
			l.countReason(r, reason)
		}
	}
	var err error
	if c.Content, err = pack(l.in.Keys, rows); err != nil {
		return err
	}
	l.chunks = append(l.chunks, c)
	l.file.Chunks++
	l.file.Rows += len(rows)
	l.file.Counts = l.file.Counts.Plus(c.Counts)
	if len(l.chunks) < 8 {
		return nil
	}
	return l.keep(ctx)
}

// countReason counts what a Taker says of a row among the faults.
func (l *looking) countReason(r *Row, reason Reason) {
	for _, f := range r.Findings {
		if reason.Key == "intake.lacks" && f.Field == reason.Field {
			return // the finding has told
		}
	}
	l.count(Finding{Row: r.Number, Field: reason.Field, Fault: reason.Key, Action: Flag, Read: r.Text(reason.Field), Args: reason.Args, Grave: r.Verdict == Refused})
}

// own fills the field of the unit to which the sheet belongs, where no column
// tells it.
func own(rows []*Row, owner string) {
	for _, r := range rows {
		if r.Kind.Owner == "" || owner == "" {
			return
		}
		told := false
		for _, field := range r.Kind.OwnedBy {
			told = told || r.Has(field)
		}
		if !told {
			r.Set(r.Kind.Owner, Value{Text: owner})
		}
	}
}

// remember keeps the names by which later files may refer to a row.
func (l *looking) remember(r *Row) {
	if r.Verdict == Refused || len(r.Kind.Names) == 0 {
		return
	}
	names := l.pending[r.Kind.Name]
	if names == nil {
		names = map[string]bool{}
		l.pending[r.Kind.Name] = names
	}
	for _, field := range r.Kind.Names {
		if name := r.Text(field); name != "" {
			names[name] = true
		}
	}
}

// keep writes the chunks made so far.
func (l *looking) keep(ctx context.Context) error {
	err := db.Do(ctx, l.in.DB, func(tx *db.Tx) error {
		for _, c := range l.chunks {
			if err := saveChunk(tx, l.file.ID, c); err != nil {
				return err
			}
		}
		if err := saveFile(tx, l.file); err != nil {
			return err
		}
		return beat(tx, l.job)
	})
	l.chunks = l.chunks[:0]
	return err
}

// finish ends a sheet.
func (l *looking) finish(ctx context.Context) error {
	if l.file == nil {
		return nil
	}
	l.file.State = Ready
	if err := l.keep(ctx); err != nil {
		return err
	}
	faults := make([]*Faulties, 0, len(l.tally))
	for _, k := range l.tally {
		faults = append(faults, k)
	}
	id := l.file.ID
	l.file, l.tally = nil, nil
	return db.Do(ctx, l.in.DB, func(tx *db.Tx) error { return saveFaults(tx, l.in.Keys, id, faults) })
}

// refuse notes a file that cannot be read, and forgets what was read of it.
func (l *looking) refuse(ctx context.Context, u Upload, why error, started int) error {
	f := fault.Of(why)
	reason := &Reason{Key: f.Key, Args: texted(f.Args)}
	l.file, l.tally, l.chunks = nil, nil, nil
	return db.Do(ctx, l.in.DB, func(tx *db.Tx) error {
		files, err := filesOf(tx, l.job)
		if err != nil {
			return err
		}
		for _, had := range files {
			if had.Number < started {
				continue
			}
			if err := clearChunks(tx, had.ID); err != nil {
				return err
			}
			had.State, had.Fault, had.Counts, had.Rows, had.Chunks = "refused", reason, Counts{}, 0, 0
			if err := saveFile(tx, had); err != nil {
				return err
			}
		}
		if l.number > started {
			return nil
		}
		refused := &File{ID: db.NewID(), Job: l.job, Number: l.number, Name: u.Name, Headers: []string{}, State: "refused", Fault: reason}
		l.number++
		return saveFile(tx, refused)
	})
}
