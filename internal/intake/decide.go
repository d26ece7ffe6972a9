package intake

import (
	"context"
	"errors"
	"fmt"

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
