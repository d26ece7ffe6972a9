package talent

import (
	"cmp"
	"fmt"
	"slices"

	"guildhall/internal/db"
	"guildhall/internal/demand"
	"guildhall/internal/fault"
	"guildhall/internal/intake"
)

// demandTaker takes sheets of demands for people.
type demandTaker struct{ *Talent }

func (demandTaker) Kind() string { return "demands" }

func (t demandTaker) Weigh(tx *db.Tx, b *intake.Batch, rows []*intake.Row) error {
	_, err := t.each(tx, b, rows)
	return err
}

func (t demandTaker) Take(tx *db.Tx, b *intake.Batch, rows []*intake.Row) error {
	list, err := t.each(tx, b, rows)
	if err != nil {
		return err
	}
	for _, d := range list {
		d.action = "talent.demand.change"
		if d.ID == "" {
			d.action = "talent.demand.file"
			err = demand.File(tx, d.Line)
		} else {
			err = demand.Change(tx, d.Line)
		}
		if err == nil {
			err = saveDemand(tx, d)
		}
		if err != nil {
			return err
		}
	}
	if err := told(tx, "talent.demand.import", b, len(list)); err != nil {
		return err
	}
	for _, d := range list {
		if err := noteDemand(tx, d); err != nil {
			return err
		}
	}
	return nil
}

// each reads rows into lines: running ones that a row means by number, or by
// title and day, and new ones.
func (t demandTaker) each(tx *db.Tx, b *intake.Batch, rows []*intake.Row) (list []*Demand, err error) {
	f, err := newFinder(tx, b)
	if err != nil {
		return nil, err
	}
	owners := make([]string, len(rows))
	coming := make([]bool, len(rows))
	for i, row := range rows {
		quietlyIf(row, func() { owners[i], coming[i] = f.unit(row, "enterprise_id", "uscc", "enterprise") })
	}
	known, err := demandsOf(tx, slices.Compact(slices.Sorted(slices.Values(owners))))
	if err != nil {
		return nil, err
	}
	for i, row := range rows {
		quietlyIf(row, func() {
			d, had := t.read(tx, known, owners[i], coming[i], row)
			if d != nil && row.Verdict != intake.Refused {
				list = append(list, d)
			}
			row.Weighed(had)
		})
	}
	return list, nil
}

func (t demandTaker) read(tx *db.Tx, known []*Demand, owner string, coming bool, row *intake.Row) (d *Demand, had bool) {
	if owner == "" {
		if !coming && row.Verdict != intake.Refused {
			row.Refuse("enterprise", "demand.no_unit")
		}
		return nil, false
	}
	if !mine(tx, row, "enterprise", "talent.demand.import", Subject{Enterprise: owner}) {
		return nil, false
	}
	i := slices.IndexFunc(known, func(d *Demand) bool {
		return d.Unit == owner && d.State.Runs() && (d.Name() == row.Text("demand_no") || d.Title == row.Text("title") && d.By == row.Text("wanted_by"))
	})
	if had = i >= 0; had {
		d = new(*known[i])
		d.Line = new(*known[i].Line)
	} else {
		d = &Demand{Line: &demand.Line{Kind: LineKind, Unit: owner, Certainty: demand.Firm}}
	}
	t.fill(d, row)
	d.code(t.Codes)
	check := *d.Line
	check.ValidUntil = cmp.Or(check.ValidUntil, demand.Day(tx))
	var wrong fault.List
	d.check(&wrong, "")
	if err := check.Check(demand.Day(tx)); err != nil {
		wrong = append(wrong, err.(fault.List)...)
	}
	for _, item := range wrong {
		row.Refuse(item.Place, item.Err.Key, asTexts(item.Err.Args)...)
	}
	return d, had
}

func (t demandTaker) fill(d *Demand, row *intake.Row) {
	put(row, "title", &d.Title, row.Text("title"))
	put(row, "quantity", &d.Quantity, row.Int("quantity"))
	put(row, "wanted_from", &d.From, row.Text("wanted_from"))
	put(row, "wanted_by", &d.By, row.Text("wanted_by"))
	put(row, "position_code", &d.Position, row.Text("position_code"))
	put(row, "occupation_code", &d.Occupation, row.Text("occupation_code"))
	put(row, "segment_code", &d.Segment, row.Text("segment_code"))
	put(row, "education", &d.Education, row.Text("education"))
	put(row, "grade", &d.Grade, row.Text("grade"))
	put(row, "shift", &d.Shift, row.Text("shift"))
	put(row, "duty", &d.Duty, row.Text("duty"))
	low, high := row.Pay("pay")
	put(row, "pay", &d.PayLow, low)
	put(row, "pay", &d.PayHigh, high)
	if d.Occupation == "" {
		var doubt fault.List
		if t.settle(d, &doubt); len(doubt) > 0 {
			row.Ask("occupation_code", "talent.demand.ask_occupation", t.firstGuess(d.Title))
		}
	}
	had := d.Needs.Pack()
	for _, item := range row.Items("skills") {
		d.Needs = d.Needs.With(Need{item.Code, cmp.Or(item.Level, unstated), unweighted, false})
	}
	if now := d.Needs.Pack(); now != had {
		row.Differs("skills", had, now)
	}
}

// firstGuess names the likeliest occupation of a title, for whoever decides.
func (t *Talent) firstGuess(title string) string {
	guesses := t.guesses(title)
	if len(guesses) == 0 {
		return "–"
	}
	return guesses[0].Code.Name + " " + guesses[0].Code.Code
}

// asTexts gives a fault's arguments as texts, as an import keeps them.
func asTexts(args []any) []string {
	texts := make([]string, len(args))
	for i, a := range args {
		texts[i] = fmt.Sprint(a)
	}
	return texts
}
