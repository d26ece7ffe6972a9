package placement

import (
	"encoding/json"
	"fmt"

	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/intake"
	"guildhall/internal/journal"
)

// Takers gives what this room does with sheets.
func (o *Office) Takers() []intake.Taker { return []intake.Taker{placementTaker{o}} }

// placementTaker takes sheets of placements: each row is planned as on the form, and
// checked at once. Signatures are no sheet's matter.
type placementTaker struct{ *Office }

func (placementTaker) Kind() string { return "placements" }

func (t placementTaker) Weigh(tx *db.Tx, b *intake.Batch, rows []*intake.Row) error {
	_, err := t.each(tx, b, rows)
	return err
}

func (t placementTaker) Take(tx *db.Tx, b *intake.Batch, rows []*intake.Row) error {
	list, err := t.each(tx, b, rows)
	if err != nil {
		return err
	}
	for _, p := range list {
		if p.Number == 0 {
			err = t.begin(tx, p)
		} else if err = claim(tx, p); err == nil {
			err = t.renew(tx, p)
		}
		if err != nil {
			return err
		}
	}
	return journal.Record(tx, "placement.placement.import", b.Job, map[string]any{"file": b.File, "rows": len(list)})
}

// each plans what rows tell, and gives what is new or changes.
func (t placementTaker) each(tx *db.Tx, b *intake.Batch, rows []*intake.Row) (list []*Placement, err error) {
	periods := map[string][]span{} // of earlier rows, by person
	for _, row := range rows {
		changes := row.Changes
		p, had, err := t.read(tx, b, row)
		if err != nil {
			return nil, err
		}
		if p != nil && row.Verdict != intake.Refused {
			for _, s := range periods[p.Candidate] {
				if !had && s.since < p.Until && p.Since < s.until {
					row.Refuse("since", "placement.import.twice", s.since)
				}
			}
			periods[p.Candidate] = append(periods[p.Candidate], span{p.Since, p.Until})
			if !had || len(row.Changes) > 0 {
				list = append(list, p)
			}
		}
		if row.Verdict == intake.New || row.Verdict == intake.Changed {
			row.Changes = changes // weighed already
		}
		row.Weighed(had)
	}
	return list, nil
}

// read plans one row. What stands is changed only before it begins.
func (t placementTaker) read(tx *db.Tx, b *intake.Batch, row *intake.Row) (p *Placement, had bool, err error) {
	s, post, err := t.named(tx, b, row)
	if err != nil || s == nil || post == nil {
		return nil, false, err
	}
	if !policy.Can(tx.Context(), "placement.placement.import", &Placement{School: s.School}) {
		row.Refuse("student_id", "placement.import.not_yours")
		return nil, false, nil
	}
	var wrong fault.List
	if p, err = t.plan(tx, formOf(row), s, post, &wrong); err != nil {
		return nil, false, err
	}
	p.action = "placement.placement.import"
	for _, w := range wrong {
		row.Refuse(w.Place, w.Err.Key, texts(w.Err.Args)...)
	}
	if len(wrong) > 0 {
		return p, false, nil
	}
	before, err := t.standing(tx, p)
	if err != nil {
		return nil, false, err
	}
	if before == nil {
		taken, err := claimed(tx, p)
		if taken {
			row.Refuse("since", "placement.import.elsewhere")
		}
		row.Differs("position_id", "", post.Title)
		return p, false, err
	}
	return t.against(row, before, p), true, nil
}

// against compares a row with what stands, and gives that with what the row changes.
func (t placementTaker) against(row *intake.Row, before, p *Placement) *Placement {
	was, _ := json.Marshal([]any{before.Terms, before.Private})
	now, _ := json.Marshal([]any{p.Terms, p.Private})
	if string(was) == string(now) {
		return before
	}
	if !before.State.Before() {
		row.Refuse("since", "placement.begun")
		return before
	}
	row.Differs("since", before.Since, p.Since)
	before.Terms, before.Private, before.action = p.Terms, p.Private, p.action
	return before
}

// standing gives the placement that a row means: of the same person at the same post
// from the same day, which was not withdrawn.
func (t placementTaker) standing(tx *db.Tx, p *Placement) (*Placement, error) {
	id, err := db.One(tx, db.Value[string], `SELECT p.id FROM placement_placement p WHERE p.body = $1 AND p.candidate_id = $2 AND p.post_id = $3 AND p.since = $4
		AND p.state <> 'withdrawn'`, tx.Body, p.Candidate, p.Post, p.Since)
	if missing(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return t.find(tx, id)
}

// named finds the person and the post of a row, or refuses it.
func (t placementTaker) named(tx *db.Tx, b *intake.Batch, row *intake.Row) (*Student, *Post, error) {
	number := row.Text("student_id")
	if number == "" {
		number = row.Text("student_no")
	}
	s, err := t.Talent.StudentByRef(tx, number)
	if missing(err) {
		if !b.Pending("students", number) {
			row.Refuse("student_id", "placement.no_student", number)
		}
		s, err = nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	p, err := t.Talent.PostByRef(tx, row.Text("position_id"))
	if missing(err) {
		if !b.Pending("positions", row.Text("position_id")) {
			row.Refuse("position_id", "placement.no_post", row.Text("position_id"))
		}
		p, err = nil, nil
	}
	return s, p, err
}

func formOf(row *intake.Row) Form {
	f := Form{Kind: row.Text("kind"), Since: row.Text("since"), Until: row.Text("until"), Place: row.Text("place"), Work: row.Text("work"), Board: row.Text("board"),
		Pay: row.Text("pay"), Base: row.Text("base"), PayWay: row.Text("pay_way"), PayDays: row.Int("pay_days"), HoursDay: row.Int("hours_day"), HoursWeek: row.Int("hours_week"),
		Night: row.Yes("night"), Overtime: row.Yes("overtime"), RestDays: row.Yes("rest_days"), Venue: row.Text("venue"), Intensity: row.Int("intensity"),
		Insurance: row.Text("insurance"), InsuredTo: row.Text("insured_to"), Filing: row.Text("filing"),
		SchoolMentor: row.Text("school_mentor"), FirmMentor: row.Text("firm_mentor"), Guardian: row.Text("guardian"), GuardianPhone: row.Text("guardian_phone")}
	if f.Kind == "" {
		f.Kind = Internship
	}
	return f
}

func texts(args []any) []string {
	list := make([]string, len(args))
	for i, a := range args {
		list[i] = fmt.Sprint(a)
	}
	return list
}
