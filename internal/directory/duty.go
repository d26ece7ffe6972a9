package directory

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/i18n"
	"guildhall/internal/journal"
)

// Duty (职责) is that a person does a thing for a unit, from a day until another,
// and who stands in for them. A change of holder or of deputies ends one duty and
// begins the next, so that the past can always be told.
type Duty struct {
	ID       string    `json:"id"`
	Body     string    `json:"body"`
	Unit     string    `json:"unit"`
	Name     string    `json:"name"`            // as a room declared it: "council.delegate"
	Subject  string    `json:"subject"`         // the one thing that it is about; empty for the unit as a whole
	About    string    `json:"about,omitempty"` // what that is called
	Person   string    `json:"person"`
	Deputies []string  `json:"deputies"` // the first stands in first
	Since    string    `json:"since"`
	Until    string    `json:"until,omitempty"` // the first day on which it no longer holds
	MadeAt   time.Time `json:"made_at"`
}

// On tells whether the duty holds on a day.
func (d *Duty) On(day string) bool { return d.Since <= day && (d.Until == "" || day < d.Until) }

// DutyKind is a kind of duty, as a room declares it.
type DutyKind struct {
	Name     string // "council.delegate"
	Word     string // key of its name
	Deputies int    // how many may stand in for its holder
	// Subjects gives what the duty can be about at a unit, where each such thing
	// has a holder of its own; nil for a duty of the unit as a whole.
	Subjects func(tx *db.Tx, body, unit string) ([]DutySubject, error)
}

// DutySubject is a thing that somebody looks after.
type DutySubject struct{ ID, Text string }

var dutyKinds = map[string]DutyKind{}

// DeclareDuty makes a kind of duty known. It is called while packages start, as
// i18n.Add is.
func DeclareDuty(k DutyKind) string {
	dutyKinds[k.Name] = k
	return k.Name
}

// DutyKinds gives every kind of duty that a room has declared, by name.
func DutyKinds() (list []DutyKind) {
	for _, name := range slices.Sorted(maps.Keys(dutyKinds)) {
		list = append(list, dutyKinds[name])
	}
	return list
}

// DutyForm is what Assign needs to know.
type DutyForm struct {
	Unit     string   `json:"unit"`
	Name     string   `json:"name"`
	Subject  string   `json:"subject"`
	Person   string   `json:"person"`
	Deputies []string `json:"deputies"`
	Since    string   `json:"since"`
}

// Assign gives a duty to a person from a day on; whoever held it until then
// holds it no longer.
func (d *Directory) Assign(ctx context.Context, in DutyForm) (*Duty, error) {
	body := auth.From(ctx).Body
	return db.Update(here(ctx), d.DB, func(tx *db.Tx) (*Duty, error) {
		if err := policy.Allow(tx.Context(), "directory.duty.assign", Subject{Unit: in.Unit, Body: body}); err != nil {
			return nil, err
		}
		next, err := in.duty(tx, body)
		if err != nil {
			return nil, err
		}
		return next, takeOn(tx, next, "directory.duty.assign")
	})
}

// duty reads the form, or tells everything that is wrong with it.
func (in *DutyForm) duty(tx *db.Tx, body string) (*Duty, error) {
	var wrong fault.List
	next := &Duty{Body: body, Unit: in.Unit, Name: in.Name, Subject: in.Subject, Person: in.Person, Deputies: []string{}}
	if _, err := FindUnit(tx, in.Unit); err != nil {
		wrong.Add("unit", "directory.duty.unit")
	}
	kind, ok := dutyKinds[in.Name]
	if !ok {
		wrong.Add("name", "directory.duty.kind", in.Name)
	}
	if err := next.concern(tx, kind, &wrong); err != nil {
		return nil, err
	}
	for _, p := range in.Deputies {
		if p != "" && p != in.Person && !slices.Contains(next.Deputies, p) {
			next.Deputies = append(next.Deputies, p)
		}
	}
	if ok && len(next.Deputies) > kind.Deputies {
		wrong.Add("deputies", "directory.duty.deputies", kind.Deputies)
	}
	next.Since = dutyDay(tx, "since", in.Since, &wrong)
	if err := next.heldBy(tx, &wrong); err != nil {
		return nil, err
	}
	return next, wrong.Err()
}

// concern finds what the duty is about.
func (d *Duty) concern(tx *db.Tx, kind DutyKind, wrong *fault.List) error {
	if kind.Subjects == nil {
		if d.Subject != "" {
			wrong.Add("subject", "directory.duty.subject")
		}
		return nil
	}
	things, err := kind.Subjects(tx, d.Body, d.Unit)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(things, func(s DutySubject) bool { return s.ID == d.Subject })
	if i < 0 {
		wrong.Add("subject", "directory.duty.subject")
		return nil
	}
	d.About = things[i].Text
	return nil
}

// heldBy refuses persons who do not work for the duty's unit.
func (d *Duty) heldBy(tx *db.Tx, wrong *fault.List) error {
	there, err := workers(tx, d.Body, d.Unit)
	if err != nil {
		return err
	}
	if d.Person == "" {
		wrong.Add("person", "directory.duty.nobody")
	} else if there[d.Person] == "" {
		wrong.Add("person", "directory.duty.stranger")
	}
	for _, p := range d.Deputies {
		if there[p] == "" {
			wrong.Add("deputies", "directory.duty.stranger")
		}
	}
	return nil
}

func dutyDay(tx *db.Tx, place, day string, wrong *fault.List) string {
	day = strings.TrimSpace(day)
	at, err := time.Parse(time.DateOnly, day)
	switch {
	case day == "":
		wrong.Add(place, "directory.duty.day_none")
	case err != nil:
		wrong.Add(place, "fault.date", day)
	case at.Year() < 1949 || at.After(tx.Now.AddDate(1, 0, 0)):
		wrong.Add(place, "directory.duty.day_far", day)
	}
	return day
}

// takeOn lets a duty begin, and ends the one before it on that day. The past
// stays: no duty begins before the latest change of the same one.
func takeOn(tx *db.Tx, next *Duty, action string) error {
	had, err := duties(tx, DutySearch{Body: next.Body, Unit: next.Unit, Name: next.Name, Subject: &next.Subject})
	if err != nil {
		return err
	}
	for _, d := range had {
		if last := cmp.Or(d.Until, d.Since); next.Since < last {
			var wrong fault.List
			wrong.Add("since", "directory.duty.before", last)
			return wrong.Err()
		}
		if d.Until == "" {
			if err := endDuty(tx, d, next.Since); err != nil {
				return err
			}
		}
	}
	next.ID, next.MadeAt = db.NewID(), tx.Now
	if err := saveDuty(tx, next); err != nil {
		return err
	}
	return journal.Record(tx, action, next.ID, next)
}

// EndDuty ends a duty on a day without anybody taking it over.
func (d *Directory) EndDuty(ctx context.Context, id, day string) (*Duty, error) {
	return db.Update(here(ctx), d.DB, func(tx *db.Tx) (*Duty, error) {
		duty, err := findDuty(tx, id)
		if err != nil {
			return nil, err
		}
		on := Subject{Unit: duty.Unit, Body: duty.Body}
		if !policy.Can(tx.Context(), "directory.duty.read", on) || duty.Body != auth.From(ctx).Body {
			return nil, fault.NotFound.New("fault.not_found")
		}
		if err := policy.Allow(tx.Context(), "directory.duty.end", on); err != nil {
			return nil, err
		}
		var wrong fault.List
		day := dutyDay(tx, "day", day, &wrong)
		if err := wrong.Err(); err != nil {
			return nil, err
		}
		if duty.Until != "" || day < duty.Since {
			return nil, fault.Conflict.New("directory.duty.before", cmp.Or(duty.Until, duty.Since))
		}
		if err := endDuty(tx, duty, day); err != nil {
			return nil, err
		}
		return duty, journal.Record(tx, "directory.duty.end", duty.ID, duty)
	})
}

// Today gives the day on which tx stands, in the body's zone.
func Today(tx *db.Tx) string { return tx.Now.In(i18n.Zone(tx.Context())).Format(time.DateOnly) }
