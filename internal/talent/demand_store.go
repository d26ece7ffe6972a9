package talent

import (
	"guildhall/internal/db"
	"guildhall/internal/demand"
)

const demandColumns = demand.Columns + `, d.position, d.occupation, d.segment, d.region, d.education, d.programmes, d.grade, d.certificates,
	d.experience, d.skills, d.pay_low, d.pay_high, d.shift, d.duty, d.modes, d.urgent, d.reason, d.retained, d.departures, d.contact`

const demandTables = ` FROM demand_line l JOIN talent_demand d ON d.line_id = l.id`

func scanDemand(row db.Row) (*Demand, error) {
	d := &Demand{Line: new(demand.Line)}
	var programmes, needs, modes string
	err := row.Scan(append(d.Line.Into(), &d.Position, &d.Occupation, &d.Segment, &d.Region, &d.Education, &programmes, &d.Grade, &d.Certificates,
		&d.Experience, &needs, &d.PayLow, &d.PayHigh, &d.Shift, &d.Duty, &modes, &d.Urgent, &d.Reason, &d.Retained, &d.Departures, &d.sealed)...)
	d.Programmes, d.Needs, d.Modes = parseList(programmes), ParseNeeds(needs), parseList(modes)
	return d, err
}

func findDemand(tx *db.Tx, id string) (*Demand, error) {
	return db.One(tx, scanDemand, `SELECT `+demandColumns+demandTables+` WHERE l.id = $1 AND l.body = $2`, id, tx.Body)
}

// demandsOf gives the lines of some units, the newest first, for an import to
// compare with.
func demandsOf(tx *db.Tx, units []string) ([]*Demand, error) {
	var w db.Where
	w.And("l.body = ? AND l.kind = ?", tx.Body, LineKind)
	w.In("l.unit", units)
	return db.All(tx, scanDemand, `SELECT `+demandColumns+demandTables+w.String()+` ORDER BY l.id DESC`, w.Args...)
}

// openFor counts the open positions of a line.
func openFor(tx *db.Tx, line string) (int, error) {
	return db.One(tx, db.Value[int], `SELECT count(*) FROM talent_position p WHERE p.body = $1 AND p.line_id = $2 AND p.line_id <> '' AND p.status = 'open'`, tx.Body, line)
}

func saveDemand(tx *db.Tx, d *Demand) error {
	return db.Insert(tx, "talent_demand", []string{"line_id", "body", "position", "occupation", "segment", "region", "education", "programmes", "grade",
		"certificates", "experience", "skills", "pay_low", "pay_high", "shift", "duty", "modes", "urgent", "reason", "retained", "departures", "contact"},
		`ON CONFLICT (line_id) DO UPDATE SET position = excluded.position, occupation = excluded.occupation, segment = excluded.segment,
			region = excluded.region, education = excluded.education, programmes = excluded.programmes, grade = excluded.grade,
			certificates = excluded.certificates, experience = excluded.experience, skills = excluded.skills, pay_low = excluded.pay_low,
			pay_high = excluded.pay_high, shift = excluded.shift, duty = excluded.duty, modes = excluded.modes, urgent = excluded.urgent,
			reason = excluded.reason, retained = excluded.retained, departures = excluded.departures, contact = excluded.contact`,
		[][]any{{d.ID, tx.Body, d.Position, d.Occupation, d.Segment, d.Region, d.Education, packList(d.Programmes), d.Grade,
			d.Certificates, d.Experience, d.Needs.Pack(), d.PayLow, d.PayHigh, d.Shift, d.Duty, packList(d.Modes), d.Urgent, d.Reason,
			d.Retained, d.Departures, d.sealed}})
}
