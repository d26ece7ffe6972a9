package directory

import (
	"slices"

	"guildhall/internal/db"
)

const dutyColumns = `y.id, y.body_id, y.unit_id, y.name, y.subject, y.about, y.person_id, y.since, y.until, y.made_at`

func scanDuty(row db.Row) (*Duty, error) {
	d := &Duty{Deputies: []string{}}
	return d, row.Scan(&d.ID, &d.Body, &d.Unit, &d.Name, &d.Subject, &d.About, &d.Person, &d.Since, &d.Until, &d.MadeAt)
}

// DutySearch narrows Duties. Empty fields narrow nothing.
type DutySearch struct {
	Body    string
	Unit    string
	Name    string
	Subject *string
	Person  string // who holds it
	Deputy  string // who stands in
	On      string // only those that hold on this day
	Open    bool   // only those without an end
}

// Duties gives the duties of the body of tx, by unit, name and day. Rooms ask it
// who does a thing for a unit.
func Duties(tx *db.Tx, s DutySearch) ([]*Duty, error) {
	if s.Body == "" {
		s.Body = tx.Body
	}
	return duties(tx, s)
}

func duties(tx *db.Tx, s DutySearch) ([]*Duty, error) {
	var w db.Where
	w.And("y.body_id = ?", s.Body)
	for _, c := range []struct{ term, value string }{{"y.unit_id = ?", s.Unit}, {"y.name = ?", s.Name}, {"y.person_id = ?", s.Person},
		{"y.id IN (SELECT duty_id FROM directory_deputy WHERE person_id = ?)", s.Deputy}} {
		if c.value != "" {
			w.And(c.term, c.value)
		}
	}
	if s.Subject != nil {
		w.And("y.subject = ?", *s.Subject)
	}
	if s.On != "" {
		w.And("y.since <= ? AND (y.until = '' OR y.until > ?)", s.On, s.On)
	}
	if s.Open {
		w.And("y.until = ''")
	}
	list, err := db.All(tx, scanDuty, `SELECT `+dutyColumns+` FROM directory_duty y`+w.String()+` ORDER BY y.unit_id, y.name, y.subject, y.since, y.id`, w.Args...)
	if err != nil {
		return nil, err
	}
	return list, withDeputies(tx, list)
}

func findDuty(tx *db.Tx, id string) (*Duty, error) {
	d, err := db.One(tx, scanDuty, `SELECT `+dutyColumns+` FROM directory_duty y WHERE y.id = $1`, id)
	if err != nil {
		return nil, err
	}
	return d, withDeputies(tx, []*Duty{d})
}

func withDeputies(tx *db.Tx, list []*Duty) error {
	byID := make(map[string]*Duty, len(list))
	ids := make([]string, len(list))
	for i, d := range list {
		byID[d.ID], ids[i] = d, d.ID
	}
	for chunk := range slices.Chunk(ids, 500) {
		var w db.Where
		w.In("duty_id", chunk)
		pairs, err := db.All(tx, db.Pair[string, string], `SELECT duty_id, person_id FROM directory_deputy`+w.String()+` ORDER BY duty_id, place`, w.Args...)
		if err != nil {
			return err
		}
		for _, p := range pairs {
			byID[p.A].Deputies = append(byID[p.A].Deputies, p.B)
		}
	}
	return nil
}

func saveDuty(tx *db.Tx, d *Duty) error {
	_, err := tx.Exec(`
		INSERT INTO directory_duty (id, body_id, unit_id, name, subject, about, person_id, since, until, made_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		d.ID, d.Body, d.Unit, d.Name, d.Subject, d.About, d.Person, d.Since, d.Until, d.MadeAt)
	if err != nil {
		return err
	}
	rows := make([][]any, len(d.Deputies))
	for i, p := range d.Deputies {
		rows[i] = []any{d.ID, i + 1, p}
	}
	return db.Insert(tx, "directory_deputy", []string{"duty_id", "place", "person_id"}, "", rows)
}

func endDuty(tx *db.Tx, d *Duty, day string) error {
	d.Until = day
	_, err := tx.Exec(`UPDATE directory_duty SET until = $2 WHERE id = $1`, d.ID, day)
	return err
}

// workers gives the names of those who work for a unit in a body now, by person:
// everybody with a post there but students.
func workers(tx *db.Tx, body, unit string) (map[string]string, error) {
	pairs, err := db.All(tx, db.Pair[string, string], `
		SELECT p.id, p.name FROM directory_post o JOIN directory_person p ON p.id = o.person_id
		WHERE o.body_id = $1 AND o.unit_id = $2 AND o.role <> 'student' AND o.since <= $3 AND (o.until IS NULL OR o.until > $3)`, body, unit, tx.Now)
	names := make(map[string]string, len(pairs))
	for _, p := range pairs {
		names[p.A] = p.B
	}
	return names, err
}
