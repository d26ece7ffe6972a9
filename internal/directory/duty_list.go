package directory

import (
	"cmp"
	"context"
	"io"
	"slices"
	"strings"
	"time"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/i18n"
	"guildhall/internal/journal"
	"guildhall/internal/sheet"
	"guildhall/internal/web"
)

// DutyQuery asks for a part of the duties.
type DutyQuery struct {
	Unit  string `json:"unit"`
	Name  string `json:"name"`
	Q     string `json:"q"`    // in the names of persons, units and things
	On    string `json:"on"`   // the day on which they are read; today, if empty
	Idle  bool   `json:"idle"` // only those whose holder does not work for the unit any more
	Sort  string `json:"sort"` // unit, name, person or since; with a minus before it, falling
	After string `json:"after"`
}

// DutyEntry is a duty in the list, with the names of all that it tells of.
type DutyEntry struct {
	*Duty
	UnitName   string   `json:"unit_name"`
	UnitNameEN string   `json:"unit_name_en,omitempty"`
	Holder     string   `json:"holder"`
	Stands     []string `json:"stands"`
	Idle       bool     `json:"idle"` // its holder does not work for the unit any more
}

// DutyList is a part of the duties.
type DutyList struct {
	On      string      `json:"on"`
	Total   int         `json:"total"`
	Entries []DutyEntry `json:"entries"`
	Next    string      `json:"next,omitempty"`

	query DutyQuery
	units []*Unit // that the list can be narrowed to
}

const dutyPage = 50

// Duties gives a part of the duties that the actor may see: all of the body for
// whoever runs it, their unit's for those who work there.
func (d *Directory) Duties(ctx context.Context, q DutyQuery) (*DutyList, error) {
	return db.View(ctx, d.DB, func(tx *db.Tx) (*DutyList, error) {
		all, units, err := dutyEntries(tx, &q)
		if err != nil {
			return nil, err
		}
		l := &DutyList{On: q.On, query: q, units: units, Total: len(all)}
		if q.After != "" {
			all = all[slices.IndexFunc(all, func(e DutyEntry) bool { return e.ID == q.After })+1:]
		}
		if len(all) > dutyPage {
			all = all[:dutyPage]
			l.Next = all[dutyPage-1].ID
		}
		l.Entries = all
		return l, nil
	})
}

func dutyEntries(tx *db.Tx, q *DutyQuery) (all []DutyEntry, choices []*Unit, err error) {
	actor := auth.From(tx.Context())
	if err := policy.Allow(tx.Context(), "directory.duty.read", Subject{Unit: actor.Unit, Body: actor.Body}); err != nil {
		return nil, nil, err
	}
	if q.On = strings.TrimSpace(q.On); q.On == "" {
		q.On = Today(tx)
	} else if _, err := time.Parse(time.DateOnly, q.On); err != nil {
		var wrong fault.List
		wrong.Add("on", "fault.date", q.On)
		return nil, nil, wrong.Err()
	}
	s := DutySearch{Body: actor.Body, Unit: q.Unit, Name: q.Name, On: q.On}
	if !actor.Runs() {
		s.Unit = actor.Unit
	}
	list, err := duties(tx, s)
	if err != nil {
		return nil, nil, err
	}
	all, choices, err = nameDuties(tx, list)
	if err != nil {
		return nil, nil, err
	}
	all = slices.DeleteFunc(all, func(e DutyEntry) bool { return q.Idle && !e.Idle || !q.finds(tx.Context(), e) })
	return all, choices, q.order(tx.Context(), all)
}

// nameDuties gives the duties with names, and the units among them.
func nameDuties(tx *db.Tx, list []*Duty) (all []DutyEntry, choices []*Unit, err error) {
	units, err := Units(tx)
	if err != nil {
		return nil, nil, err
	}
	working, err := atWork(tx)
	if err != nil {
		return nil, nil, err
	}
	var people []string
	for _, d := range list {
		people = append(append(people, d.Person), d.Deputies...)
	}
	names, err := PersonNames(tx, people)
	if err != nil {
		return nil, nil, err
	}
	all = []DutyEntry{}
	seen := map[string]bool{}
	for _, d := range list {
		u := units[d.Unit]
		e := DutyEntry{Duty: d, UnitName: u.Name, UnitNameEN: u.NameEN, Holder: names[d.Person], Stands: []string{}, Idle: !working[d.Unit+" "+d.Person]}
		for _, p := range d.Deputies {
			e.Stands = append(e.Stands, names[p])
		}
		all = append(all, e)
		if !seen[d.Unit] {
			seen[d.Unit], choices = true, append(choices, u)
		}
	}
	slices.SortFunc(choices, func(a, b *Unit) int { return cmp.Compare(a.Name, b.Name) })
	return all, choices, nil
}

// atWork gives whoever works in the body of the actor now, as "unit person".
func atWork(tx *db.Tx) (map[string]bool, error) {
	pairs, err := db.All(tx, db.Pair[string, string], `SELECT o.unit_id, o.person_id FROM directory_post o
		WHERE o.body_id = $1 AND o.role <> 'student' AND o.since <= $2 AND (o.until IS NULL OR o.until > $2)`, auth.From(tx.Context()).Body, tx.Now)
	working := make(map[string]bool, len(pairs))
	for _, p := range pairs {
		working[p.A+" "+p.B] = true
	}
	return working, err
}

func (q *DutyQuery) finds(ctx context.Context, e DutyEntry) bool {
	text := Plain(q.Q)
	if text == "" {
		return true
	}
	for _, said := range append([]string{e.UnitName, e.UnitNameEN, e.Holder, e.About, dutyName(ctx, e.Name)}, e.Stands...) {
		if strings.Contains(Plain(said), text) {
			return true
		}
	}
	return false
}

func (q *DutyQuery) order(ctx context.Context, all []DutyEntry) error {
	column, falling := strings.CutPrefix(q.Sort, "-")
	by := map[string]func(DutyEntry) string{
		"": func(e DutyEntry) string { return e.UnitName }, "unit": func(e DutyEntry) string { return e.UnitName },
		"name": func(e DutyEntry) string { return e.Name + e.About }, "person": func(e DutyEntry) string { return e.Holder },
		"since": func(e DutyEntry) string { return e.Since },
	}[column]
	if by == nil {
		var wrong fault.List
		wrong.Add("sort", "directory.duty.sort", q.Sort)
		return wrong.Err()
	}
	slices.SortStableFunc(all, func(a, b DutyEntry) int {
		first := cmp.Compare(by(a), by(b))
		if falling {
			first = -first
		}
		return cmp.Or(first, cmp.Compare(a.UnitName, b.UnitName), cmp.Compare(a.Name, b.Name), cmp.Compare(a.About, b.About))
	})
	return nil
}

// IdleDuties counts the duties of the body that wait on somebody who does not
// work for the unit any more, as far as the actor looks after them.
func (d *Directory) IdleDuties(tx *db.Tx) (int, error) {
	actor := auth.From(tx.Context())
	if !policy.Can(tx.Context(), "directory.duty.hand", Subject{Unit: actor.Unit, Body: actor.Body}) {
		return 0, nil
	}
	all, _, err := dutyEntries(tx, &DutyQuery{Idle: true})
	return len(all), err
}

// DutiesOf gives a unit's duties of today with the names in them; none where the
// actor may not see them.
func DutiesOf(tx *db.Tx, unit string) ([]DutyEntry, error) {
	body := auth.From(tx.Context()).Body
	if !policy.Can(tx.Context(), "directory.duty.read", Subject{Unit: unit, Body: body}) {
		return nil, nil
	}
	list, err := duties(tx, DutySearch{Body: body, Unit: unit, On: Today(tx)})
	if err != nil {
		return nil, err
	}
	all, _, err := nameDuties(tx, list)
	return all, err
}

// exportDuties gives all that was asked for as a file.
func (d *Directory) exportDuties(ctx context.Context, q DutyQuery, format string) (web.Reply, error) {
	if format != "xlsx" && format != "csv" {
		return web.Reply{}, fault.Invalid.New("directory.duty.format", format)
	}
	all, err := db.View(ctx, d.DB, func(tx *db.Tx) ([]DutyEntry, error) {
		all, _, err := dutyEntries(tx, &q)
		return all, err
	})
	if err == nil {
		err = journal.Note(ctx, d.DB, "directory.duty.export", "", q)
	}
	if err != nil {
		return web.Reply{}, err
	}
	var header []string
	for _, word := range []string{"unit", "duty", "duty_about", "duty_holder", "duty_deputies", "duty_since"} {
		header = append(header, say(ctx, word))
	}
	rows := func(yield func(sheet.Row) bool) {
		for _, e := range all {
			if !yield(sheet.Row{e.UnitName, dutyName(ctx, e.Name), e.About, e.Holder, strings.Join(e.Stands, "、"), e.Since}) {
				return
			}
		}
	}
	f := &web.File{Name: say(ctx, "duties") + "-" + q.On + "." + format, Type: "text/csv; charset=utf-8",
		Write: func(w io.Writer) error { return sheet.WriteCSV(w, header, rows) }}
	if format == "xlsx" {
		f.Type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
		f.Write = func(w io.Writer) error { return sheet.WriteXLSX(w, say(ctx, "duties"), header, rows) }
	}
	return web.Reply{File: f}, nil
}

// DutyName says a kind of duty.
func DutyName(ctx context.Context, name string) string { return dutyName(ctx, name) }

func dutyName(ctx context.Context, name string) string {
	if k, ok := dutyKinds[name]; ok {
		return i18n.T(ctx, k.Word)
	}
	return name
}
