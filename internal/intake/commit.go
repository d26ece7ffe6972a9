package intake

import (
	"context"
	"errors"
	"fmt"

	"guildhall/internal/act"
	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/journal"
)

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
		if err := in.carryFile(ctx, j, next); errors.Is(err, errOvertaken) {
			return nil
		} else if err != nil {
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
		if err := stands(tx, f); err != nil {
			return err
		}
		f.State = Done
		if err := saveFile(tx, f); err != nil {
			return err
		}
		if err := clearSamples(tx, f.ID); err != nil {
			return err
		}
		told := map[string]any{"job": j.ID, "kind": f.Kind, "new": f.Taken.New, "changed": f.Taken.Changed, "left": f.Left()}
		if err := journal.Record(tx, "intake.file.take", f.ID, told); err != nil || f.Taken.New+f.Taken.Changed == 0 {
			return err
		}
		return act.Note(tx, taken(j, f))
	})
}

// carryRun takes one run of rows, and moves the file's cursor past it in the
// same Update.
func (in *Intake) carryRun(ctx context.Context, b *Batch, f *File, choices map[string]string) error {
	if err := in.prepare(ctx, b, f, choices); err != nil {
		return err
	}
	after, err := db.Update(ctx, in.DB, func(tx *db.Tx) (*File, error) {
		if err := stands(tx, f); err != nil {
			return nil, err
		}
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

// errOvertaken tells that another process has gone on with the file: this one was
// frozen, or cut off, for longer than its lease, and leaves all as it is.
var errOvertaken = errors.New("intake: another process goes on with this import")

// stands tells whether the file is where this process left it: its cursor fences off
// whoever has been overtaken, in the very transaction in which they would write.
func stands(tx *db.Tx, f *File) error {
	at, err := db.One(tx, db.Pair[int, string], `SELECT f.next_chunk, f.state FROM intake_file f WHERE f.id = $1 AND f.body = $2`, f.ID, tx.Body)
	if err == nil && (at.A != f.Next || at.B != string(Ready)) {
		return errOvertaken
	}
	return err
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

// texted gives the arguments of a fault as texts, to be kept.
func texted(args []any) []string {
	out := make([]string, len(args))
	for i, a := range args {
		out[i] = fmt.Sprint(a)
	}
	return out
}
