package talent

import (
	"strconv"
	"strings"

	"guildhall/internal/auth"
	"guildhall/internal/db"
)

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

// positionOrders are the orders of a list: the column, and its direction.
var positionOrders = map[string]string{"pay": "p.pay_high", "-pay": "p.pay_high", "headcount": "p.headcount", "-headcount": "p.headcount"}

func (s PositionSearch) where(tx *db.Tx) (w db.Where) {
	w.And("p.body = ?", tx.Body)
	visiblePositions(auth.From(tx.Context()), &w)
	w.Like(strings.TrimSpace(s.Text), "p.title", "p.ref")
	for _, f := range []struct{ column, value string }{
		{"p.enterprise", s.Enterprise}, {"p.kind", s.Kind}, {"p.segment", s.Segment}, {"p.status", s.Status},
	} {
		if f.value != "" {
			w.And(f.column+" = ?", f.value)
		}
	}
	if s.Region != "" {
		prefix := strings.TrimSuffix(s.Region, "00")
		w.And("p.region >= ? AND p.region < ?", prefix, prefix+":")
	}
	if have, ok := schooling[s.Education]; ok && s.Education != "" {
		var enough []string
		for _, word := range append([]string{""}, Educations...) {
			if schooling[word] <= have {
				enough = append(enough, word)
			}
		}
		w.In("p.education", enough)
	}
	if s.Pay > 0 {
		w.And("p.pay_high >= ?", s.Pay*100)
	}
	return w
}

func listPositions(tx *db.Tx, s PositionSearch) (*Positions, error) {
	w := s.where(tx)
	found := &Positions{}
	sums, err := db.One(tx, db.Pair[int, int], `SELECT count(*), coalesce(sum(CASE WHEN p.status = 'open' THEN p.headcount ELSE 0 END), 0)
		FROM talent_position p`+w.String(), w.Args...)
	if err != nil {
		return nil, err
	}
	found.Count, found.Places = sums.A, sums.B
	order := "p.id DESC"
	if column := positionOrders[s.Sort]; column != "" {
		direction, beyond := " ASC", ">"
		if strings.HasPrefix(s.Sort, "-") {
			direction, beyond = " DESC", "<"
		}
		order = column + direction + ", p.id DESC"
		if at, id, ok := strings.Cut(s.After, "~"); ok {
			n, _ := strconv.ParseInt(at, 10, 64)
			w.And(column+" "+beyond+" ? OR "+column+" = ? AND p.id < ?", n, n, id)
		}
	} else if s.After != "" {
		w.And("p.id < ?", s.After)
	}
	limit := limitOf(s.Limit)
	where := w.String()
	found.List, err = db.All(tx, scanPosition, `SELECT `+positionColumns+` FROM talent_position p`+where+
		` ORDER BY `+order+` LIMIT `+w.Next(limit+1), w.Args...)
	if err == nil && len(found.List) > limit {
		found.List = found.List[:limit]
		found.Next = s.cursor(found.List[limit-1])
	}
	return found, err
}

// cursor gives where a list in this order goes on after a position.
func (s PositionSearch) cursor(p *Position) string {
	switch strings.TrimPrefix(s.Sort, "-") {
	case "pay":
		return strconv.FormatInt(p.PayHigh, 10) + "~" + p.ID
	case "headcount":
		return strconv.Itoa(p.Headcount) + "~" + p.ID
	}
	return p.ID
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
