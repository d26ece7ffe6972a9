package intake

import (
	"context"
	"errors"
	"fmt"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/journal"
)

// weigh lets the kind's Taker say what becomes of rows.
func (in *Intake) weigh(ctx context.Context, b *Batch, rows []*Row) error {
	_, err := db.View(ctx, in.DB, func(tx *db.Tx) (struct{}, error) { return struct{}{}, in.weighed(tx, b, rows) })
	return err
}

func (in *Intake) weighed(tx *db.Tx, b *Batch, rows []*Row) error {
	t := in.takers[b.Kind.Name]
	if t == nil {
		for _, r := range rows {
			r.Refuse("", "intake.no_taker")
		}
		return nil
	}
	if err := t.Weigh(tx, b, rows); errors.Is(err, fault.Denied) { // such rows are not for them to send
		f := fault.Of(err)
		for _, r := range rows {
			r.Refuse("", f.Key, texted(f.Args)...)
		}
		return nil
	} else if err != nil {
		return err
	}
	for _, r := range rows {
		if r.Verdict == Unweighed {
			return fmt.Errorf("intake: %s left row %d unweighed", b.Kind.Name, r.Number)
		}
	}
	return nil
}

// Decide notes what becomes of the rows with each kind of fault in a file. A
// choice is one of Mend, Keep and Leave, or empty to leave it open.
func (in *Intake) Decide(ctx context.Context, id string, choices []Choice) (*Job, error) {
	return db.Update(ctx, in.DB, func(tx *db.Tx) (*Job, error) {
		j, err := in.whole(tx, "intake.job.decide", id)
		if err != nil {
			return nil, err
		}
		if j.State != Ready {
			return nil, fault.Conflict.New("intake.not_ready")
		}
		if err := j.choose(choices); err != nil {
			return nil, err
		}
		for _, f := range j.Files {
			if err := saveFaults(tx, in.Keys, f.ID, f.Asks()); err != nil {
				return nil, err
			}
		}
		if err := saveJob(tx, j); err != nil {
			return nil, err
		}
		return j, journal.Record(tx, "intake.job.decide", j.ID, choices)
	})
}

// Choice is what a person chose about one kind of fault in one file.
type Choice struct {
	File   string `json:"file"`
	Fault  string `json:"fault"`
	Field  string `json:"field"`
	Choice string `json:"choice"`
}

func (j *Job) choose(choices []Choice) error {
	var wrong fault.List
	for _, c := range choices {
		found := false
		for _, f := range j.Files {
			for _, k := range f.Asks() {
				if f.ID == c.File && k.Fault == c.Fault && k.Field == c.Field {
					found = true
					k.Choice = c.Choice
				}
			}
		}
		switch c.Choice {
		case "", Mend, Keep, Leave:
		default:
			found = false
		}
		if !found {
			wrong.Add(c.Fault, "intake.no_choice", c.Fault, c.Choice)
		}
	}
	return wrong.Err()
}

// Commit begins to take an import's rows: those that are new or changed, and
// those whose faults a person has decided. Carry does the work.
func (in *Intake) Commit(ctx context.Context, id string) (*Job, error) {
	return db.Update(ctx, in.DB, func(tx *db.Tx) (*Job, error) {
		j, err := take(tx, "intake.job.commit", id)
		if err != nil {
			return nil, err
		}
		if j.State == Committing || j.State == Done {
			return j, nil // asked twice
		}
		if j.State != Ready {
			return nil, fault.Conflict.New("intake.not_ready")
		}
		a := auth.From(tx.Context())
		j.State, j.Person, j.Roles = Committing, a.ID, a.Roles
		if err := saveJob(tx, j); err != nil {
			return nil, err
		}
		return j, journal.Record(tx, "intake.job.commit", j.ID, j.Counts())
	})
}

// CarryAway runs Carry apart from the request that asked for it.
func (in *Intake) CarryAway(ctx context.Context, id string) {
	in.away(ctx, id, func(ctx context.Context) error { return in.Carry(ctx, id) })
}

// Carry takes what is left of an import that was committed, run after run: each
// in one Update, together with the note that it is taken. Broken off at any
// moment, it goes on where it was.
func (in *Intake) Carry(ctx context.Context, id string) error {
	defer in.beating(ctx, id)()
	for {
		j, err := db.View(ctx, in.DB, func(tx *db.Tx) (*Job, error) { return in.whole(tx, "intake.job.commit", id) })
		if err != nil {
			return err
		}
		if j.State != Committing {
			return nil
		}
		var next *File
		for _, f := range j.Files {
			if f.State == Ready {
				next = f
				break
			}
		}
		if next == nil {
			return in.end(ctx, id)
		}
		if err := in.carryFile(ctx, j, next); err != nil {
			return err
		}
	}
}

// carryFile takes the runs of one file.
func (in *Intake) carryFile(ctx context.Context, j *Job, f *File) error {
	b := &Batch{Job: j.ID, File: f.Name, Kind: Find(f.Kind), Commit: true}
	if b.Kind == nil {
		return fmt.Errorf("intake: no kind %s", f.Kind)
	}
	choices := f.choices()
	for f.Next < f.Chunks {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err := in.carryRun(ctx, b, f, choices); err != nil {
			return err
		}
	}
	return db.Do(ctx, in.DB, func(tx *db.Tx) error {
		f.State = Done
		if err := saveFile(tx, f); err != nil {
			return err
		}
		if err := clearSamples(tx, f.ID); err != nil {
			return err
		}
		return journal.Record(tx, "intake.file.take", f.ID, map[string]any{"job": j.ID, "kind": f.Kind, "new": f.Taken.New, "changed": f.Taken.Changed, "left": f.Left()})
	})
}

// carryRun takes one run of rows, and moves the file's cursor past it in the
// same Update.
func (in *Intake) carryRun(ctx context.Context, b *Batch, f *File, choices map[string]string) error {
	if err := in.prepare(ctx, b, f, choices); err != nil {
		return err
	}
	after, err := db.Update(ctx, in.DB, func(tx *db.Tx) (*File, error) {
		c, rows, left, err := in.load(tx, f, choices)
		if err != nil {
			return nil, err
		}
		if err := in.weighed(tx, b, rows); err != nil {
			return nil, err
		}
		next := *f
		next.Next++
		next.Counts = minus(next.Counts, c.Counts)
		var taken []*Row
		for _, r := range rows {
			switch {
			case !r.settle(choices):
				left = append(left, leave(r))
			case r.Verdict == New || r.Verdict == Changed:
				taken = append(taken, r)
				next.Taken.add(r.Verdict, 1)
				next.Counts.add(r.Verdict, 1)
			case r.Verdict == Same:
				next.Counts.Same++
			default:
				left = append(left, r)
			}
		}
		if len(taken) > 0 {
			if err := in.takers[b.Kind.Name].Take(tx, b, taken); err != nil {
				return nil, err
			}
		}
		return &next, in.shrink(tx, &next, c.Number, left)
	})
	if err != nil {
		return err
	}
	*f = *after
	return nil
}

// load gives the rows of the file's next run, brought to what a person chose;
// left are those that they left out.
func (in *Intake) load(tx *db.Tx, f *File, choices map[string]string) (c chunk, rows, left []*Row, err error) {
	if c, err = findChunk(tx, f.ID, f.Next); err != nil {
		return c, nil, nil, err
	}
	all, err := unpack(in.Keys, Find(f.Kind), c.Content)
	if err != nil {
		return c, nil, nil, err
	}
	for _, r := range all {
		if r.decide(choices) {
			r.judge()
			rows = append(rows, r)
		} else {
			left = append(left, leave(r))
		}
	}
	return c, rows, left, nil
}

// leave marks a row that a person left out.
func leave(r *Row) *Row {
	r.Verdict = Refused
	r.Reasons = append(r.Reasons, Reason{Key: "intake.left_out"})
	return r
}

// prepare lets a Taker write for another body first, outside the Update.
func (in *Intake) prepare(ctx context.Context, b *Batch, f *File, choices map[string]string) error {
	p, ok := in.takers[b.Kind.Name].(Preparer)
	if !ok {
		return nil
	}
	rows, err := db.View(ctx, in.DB, func(tx *db.Tx) ([]*Row, error) {
		_, rows, _, err := in.load(tx, f, choices)
		if err != nil {
			return nil, err
		}
		if err := in.weighed(tx, b, rows); err != nil {
			return nil, err
		}
		var taken []*Row
		for _, r := range rows {
			if r.settle(choices) && (r.Verdict == New || r.Verdict == Changed) {
				taken = append(taken, r)
			}
		}
		return taken, nil
	})
	if err != nil || len(rows) == 0 {
		return err
	}
	return p.Prepare(ctx, b, rows)
}

// shrink keeps of a run only the rows that were not taken.
func (in *Intake) shrink(tx *db.Tx, f *File, number int, left []*Row) error {
	c := chunk{Number: number}
	for _, r := range left {
		if r.Raw == nil {
			r.Raw = r.rebuilt(f)
		}
		c.Counts.add(r.Verdict, 1)
	}
	f.Counts = f.Counts.Plus(c.Counts)
	var err error
	if c.Content, err = pack(in.Keys, left); err != nil {
		return err
	}
	if err := saveChunk(tx, f.ID, c); err != nil {
		return err
	}
	if err := saveFile(tx, f); err != nil {
		return err
	}
	return beat(tx, f.Job)
}

func minus(c, d Counts) Counts {
	return Counts{c.New - d.New, c.Changed - d.Changed, c.Same - d.Same, c.Decision - d.Decision, c.Refused - d.Refused}
}

func (in *Intake) end(ctx context.Context, id string) error {
	return db.Do(ctx, in.DB, func(tx *db.Tx) error {
		j, err := take(tx, "intake.job.commit", id)
		if err != nil {
			return err
		}
		if j.State != Committing {
			return nil
		}
		j.State = Done
		if err := saveJob(tx, j); err != nil {
			return err
		}
		return journal.Record(tx, "intake.job.finish", id, j.Counts())
	})
}

// Resume goes on with the imports of ctx's body that a process left when it was
// killed: commits are carried on, in the name of whoever asked for them; what was
// still being read has written nothing and must be sent again.
func (in *Intake) Resume(ctx context.Context) error {
	type left struct{ commits, reads []*Job }
	found, err := db.View(ctx, in.DB, func(tx *db.Tx) (l left, err error) {
		since := tx.Now.Add(-Lease)
		if l.commits, err = staleJobs(tx, Committing, since); err == nil {
			l.reads, err = staleJobs(tx, Reading, since)
		}
		return l, err
	})
	if err != nil {
		return err
	}
	for _, j := range found.reads {
		if err := in.fail(ctx, j.ID); err != nil {
			return err
		}
	}
	for _, j := range found.commits {
		mine, err := in.claim(ctx, j.ID)
		if err != nil {
			return err
		}
		if mine {
			in.CarryAway(auth.With(ctx, j.actor(db.Body(ctx))), j.ID)
		}
	}
	return nil
}

// claim takes over a commit that nobody works on.
func (in *Intake) claim(ctx context.Context, id string) (bool, error) {
	return db.Update(ctx, in.DB, func(tx *db.Tx) (bool, error) {
		n, err := tx.Exec(`UPDATE intake_job SET beat_at = $1 WHERE id = $2 AND state = 'committing' AND beat_at < $3`, tx.Now, id, tx.Now.Add(-Lease))
		return n > 0, err
	})
}

func (in *Intake) fail(ctx context.Context, id string) error {
	return db.Do(ctx, in.DB, func(tx *db.Tx) error {
		files, err := filesOf(tx, id)
		if err != nil {
			return err
		}
		for _, f := range files {
			if err := clearChunks(tx, f.ID); err != nil {
				return err
			}
		}
		_, err = tx.Exec(`UPDATE intake_job SET state = 'failed', fault = 'intake.broken_off', changed_at = $1 WHERE id = $2 AND state = 'reading'`, tx.Now, id)
		return err
	})
}

// texted gives the arguments of a fault as texts, to be kept.
func texted(args []any) []string {
	out := make([]string, len(args))
	for i, a := range args {
		out[i] = fmt.Sprint(a)
	}
	return out
}
