package demand

import (
	"guildhall/internal/db"
	"guildhall/internal/holding"
)

// Keeper tells which demand lines a person filed for a unit, and what they replied.
func Keeper() holding.Keeper {
	return holding.Keeper{Room: "demand", Kept: kept, Erase: func(*db.Tx, holding.Whom, holding.Terms) error { return nil }}
}

func kept(tx *db.Tx, w holding.Whom, _ holding.Terms) (list []holding.Holding, err error) {
	if w.Account == "" {
		return nil, nil
	}
	type line struct{ id, unit, text string }
	read := func(row db.Row) (l line, err error) { return l, row.Scan(&l.id, &l.unit, &l.text) }
	add := func(name string, lines []line) {
		for _, l := range lines {
			list = append(list, holding.Holding{Kind: "demand." + name, Subject: l.id, Path: "/demands/" + l.id, Units: []string{l.unit}, Fate: holding.Nameless, Reason: "privacy.why.units_record",
				Fields: []holding.Field{{Name: name, Value: l.text}}})
		}
	}
	filed, err := db.All(tx, read, `SELECT l.id, l.unit, l.title FROM demand_line l WHERE l.filed_by = $1 AND l.body = $2 ORDER BY l.id`, w.Account, tx.Body)
	if err != nil {
		return nil, err
	}
	add("line", filed)
	replied, err := db.All(tx, read, `SELECT r.line_id, r.unit, r.words FROM demand_reply r WHERE r.by_id = $1 AND r.body = $2 ORDER BY r.id`, w.Account, tx.Body)
	add("reply", replied)
	return list, err
}
