package outlook

import (
	"errors"
	"strconv"

	"guildhall/internal/auth"
	"guildhall/internal/codes"
	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/fault"
	"guildhall/internal/intake"
)

// reader makes records of rows and refuses what cannot be one.
type reader struct {
	actor  auth.Actor
	action string
	batch  *intake.Batch
	units  map[string]*directory.Unit // by what rows call them
	tx     *db.Tx
	wrong  map[string]error
	failed error // of the database
}

func newReader(tx *db.Tx, b *intake.Batch, action string) *reader {
	return &reader{actor: auth.From(tx.Context()), action: action, batch: b, tx: tx,
		units: map[string]*directory.Unit{}, wrong: map[string]error{}}
}

// unit finds the enterprise that a row is about. A row that names none is about
// the unit for which whoever sends it acts.
func (r *reader) unit(row *intake.Row) string {
	for _, field := range []string{"enterprise_id", "uscc", "enterprise"} {
		text := row.Text(field)
		if text == "" {
			continue
		}
		u, err := r.find(text)
		if errors.Is(err, fault.Conflict) {
			row.Refuse(field, "outlook.row.ambiguous", text)
			return ""
		}
		if errors.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			r.failed = err
			return ""
		}
		if !policy[r.action](r.actor, about{unit: u.ID}) {
			row.Refuse(field, "outlook.row.not_yours", text)
		}
		return u.ID
	}
	for _, field := range []string{"enterprise_id", "uscc", "enterprise"} {
		if text := row.Text(field); text != "" {
			if !r.batch.Pending("members", text) || !r.actor.Runs() {
				row.Refuse(field, "outlook.row.unknown", text)
			}
			return ""
		}
	}
	if r.actor.For(r.actor.Unit) {
		return r.actor.Unit
	}
	row.Refuse("enterprise", "outlook.hire.unit")
	return ""
}

func (r *reader) find(text string) (*directory.Unit, error) {
	if u, ok := r.units[text]; ok {
		return u, r.wrong[text]
	}
	u, err := directory.Resolve(r.tx, text)
	r.units[text], r.wrong[text] = u, err
	return u, err
}

// position finds the kind of work that a row is about: by its code, or by the job
// title where it means one for sure; else a person must say which.
func (r *reader) position(row *intake.Row) string {
	if code := row.Text("position_code"); code != "" {
		return code
	}
	title := row.Text("position")
	if title == "" {
		row.Refuse("position", "outlook.row.no_position")
		return ""
	}
	matches := codes.Shipped().MatchPosition(title)
	if len(matches) > 0 && matches[0].Confidence >= codes.Sure {
		return matches[0].Code.Code
	}
	if len(matches) > 0 {
		row.Ask("position", "outlook.row.which", title, matches[0].Code.Code+" "+matches[0].Code.Name)
	} else {
		row.Refuse("position", "outlook.hire.position", title)
	}
	return ""
}

func (r *reader) hire(row *intake.Row) Hire {
	h := Hire{Quarter: row.Text("quarter"), Unit: r.unit(row), Position: r.position(row), Segment: row.Text("segment_code")}
	number := func(field string) *int64 {
		if !row.Has(field) {
			return nil
		}
		n := row.Value(field).Num
		return &n
	}
	h.Planned, h.Applied, h.Hired, h.Left = number("planned"), number("applied"), number("hired"), number("left")
	r.refuse(row, h.settle())
	return h
}

func (r *reader) plan(row *intake.Row) Plan {
	p := Plan{Quarter: row.Text("quarter"), Unit: r.unit(row), Position: r.position(row), Planned: row.Value("planned").Num,
		Confidence: row.Text("confidence"), SubmittedOn: row.Text("submitted_on")}
	r.refuse(row, p.settle())
	return p
}

// refuse tells what is wrong with a row, each fault at the sheet's own field. What
// is wrong with the unit has been told, or comes with the same upload.
func (r *reader) refuse(row *intake.Row, wrong fault.List) {
	if row.Verdict == intake.Refused || row.Verdict == intake.Decision {
		return
	}
	for _, f := range wrong {
		field := f.Place
		switch field {
		case "unit":
			continue
		case "position":
			field = "position_code"
		case "segment":
			field = "segment_code"
		}
		var args []string
		for _, a := range f.Err.Args {
			if n, ok := a.(int64); ok {
				args = append(args, strconv.FormatInt(n, 10))
			} else if n, ok := a.(int); ok {
				args = append(args, strconv.Itoa(n))
			} else if s, ok := a.(string); ok {
				args = append(args, s)
			}
		}
		row.Refuse(field, f.Err.Key, args...)
	}
}
