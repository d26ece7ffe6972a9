package talent

import "guildhall/internal/db"

const positionColumns = `p.id, p.ref, p.enterprise, p.kind, p.title, p.occupation, p.segment, p.region, p.headcount, p.education,
	p.pay_low, p.pay_high, p.shift, p.overseas, p.posted, p.closes, p.status, p.skills, p.changed_at, p.line_id, p.grade`

func scanPosition(row db.Row) (*Position, error) {
	p := new(Position)
	var needs string
	err := row.Scan(&p.ID, &p.Ref, &p.Enterprise, &p.Kind, &p.Title, &p.Occupation, &p.Segment, &p.Region, &p.Headcount, &p.Education,
		&p.PayLow, &p.PayHigh, &p.Shift, &p.Overseas, &p.Posted, &p.Closes, &p.Status, &needs, &p.ChangedAt, &p.Line, &p.Grade)
	p.Needs = ParseNeeds(needs)
	return p, err
}

func findPosition(tx *db.Tx, id string) (*Position, error) {
	return db.One(tx, scanPosition, `SELECT `+positionColumns+` FROM talent_position p WHERE p.id = $1 AND p.body = $2`, id, tx.Body)
}

// openPositions gives the positions that take people, by id.
func openPositions(tx *db.Tx) ([]*Position, error) {
	return db.All(tx, scanPosition, `SELECT `+positionColumns+` FROM talent_position p
		WHERE p.body = $1 AND p.status = 'open' AND p.headcount > 0 ORDER BY p.id`, tx.Body)
}

func (t *Talent) savePositions(tx *db.Tx, list []*Position) error {
	rows := make([][]any, len(list))
	for i, p := range list {
		rows[i] = []any{p.ID, tx.Body, p.Ref, p.Enterprise, p.Kind, p.Title, p.Occupation, p.Segment, p.Region, p.Headcount, p.Education,
			p.PayLow, p.PayHigh, p.Shift, p.Overseas, p.Posted, p.Closes, p.Status, t.Keys.Seal(p.Phone), p.Needs.Pack(), p.ChangedAt, p.Line, p.Grade}
	}
	return db.Insert(tx, "talent_position",
		[]string{"id", "body", "ref", "enterprise", "kind", "title", "occupation", "segment", "region", "headcount", "education",
			"pay_low", "pay_high", "shift", "overseas", "posted", "closes", "status", "phone", "skills", "changed_at", "line_id", "grade"},
		`ON CONFLICT (id) DO UPDATE SET ref = excluded.ref, enterprise = excluded.enterprise, kind = excluded.kind, title = excluded.title,
			occupation = excluded.occupation, segment = excluded.segment, region = excluded.region, headcount = excluded.headcount,
			education = excluded.education, pay_low = excluded.pay_low, pay_high = excluded.pay_high, shift = excluded.shift,
			overseas = excluded.overseas, posted = excluded.posted, closes = excluded.closes, status = excluded.status,
			phone = excluded.phone, skills = excluded.skills, changed_at = excluded.changed_at, grade = excluded.grade`, rows)
}

// positionPhones gives positions' phones in clear, for an import to compare.
func (t *Talent) positionPhones(tx *db.Tx, ids []string) (map[string]string, error) {
	phones := map[string]string{}
	if len(ids) == 0 {
		return phones, nil
	}
	var w db.Where
	w.And("p.body = ?", tx.Body)
	w.In("p.id", ids)
	pairs, err := db.All(tx, db.Pair[string, string], `SELECT p.id, p.phone FROM talent_position p`+w.String(), w.Args...)
	if err != nil {
		return nil, err
	}
	for _, p := range pairs {
		if phones[p.A], err = t.Keys.Open(p.B); err != nil {
			return nil, err
		}
	}
	return phones, nil
}
