package survey

import (
	"guildhall/internal/db"
	"guildhall/internal/holding"
)

// Keeper tells which surveys a person answered for a unit. What they answered is the
// unit's, and holds nothing of them.
func Keeper() holding.Keeper {
	return holding.Keeper{Room: "survey", Kept: kept, Erase: func(*db.Tx, holding.Whom, holding.Terms) error { return nil }}
}

func kept(tx *db.Tx, w holding.Whom, _ holding.Terms) (list []holding.Holding, err error) {
	if w.Account == "" {
		return nil, nil
	}
	type form struct{ round, title, unit string }
	forms, err := db.All(tx, func(row db.Row) (f form, err error) { return f, row.Scan(&f.round, &f.title, &f.unit) },
		`SELECT r.id, r.title, f.unit_id FROM survey_form f JOIN survey_round r ON r.id = f.round_id AND r.body = f.body WHERE f.answered_by = $1 AND f.body = $2 ORDER BY r.number`, w.Account, tx.Body)
	for _, f := range forms {
		list = append(list, holding.Holding{Kind: "survey.answer", Subject: f.round, Path: "/surveys/" + f.round, Units: []string{f.unit}, Fate: holding.Nameless, Reason: "privacy.why.units_record",
			Fields: []holding.Field{{Name: "survey", Value: f.title}}})
	}
	return list, err
}
