package intake

import (
	"time"

	"guildhall/internal/db"
	"guildhall/internal/holding"
	"guildhall/internal/i18n"
)

// Keeper tells what a person imported for a unit. The rows that were not taken are
// kept sealed for some days (Kept), and then swept.
func Keeper() holding.Keeper {
	return holding.Keeper{Room: "intake", Kept: keptOf, Erase: func(*db.Tx, holding.Whom, holding.Terms) error { return nil }}
}

func keptOf(tx *db.Tx, w holding.Whom, _ holding.Terms) (list []holding.Holding, err error) {
	if w.Account == "" {
		return nil, nil
	}
	type job struct {
		id, unit, state string
		at              time.Time
	}
	jobs, err := db.All(tx, func(row db.Row) (j job, err error) { return j, row.Scan(&j.id, &j.unit, &j.state, &j.at) },
		`SELECT j.id, j.unit_id, j.state, j.made_at FROM intake_job j WHERE j.person_id = $1 AND j.body = $2 ORDER BY j.id`, w.Account, tx.Body)
	for _, j := range jobs {
		list = append(list, holding.Holding{Kind: "intake.job", Subject: j.id, Path: "/imports/" + j.id, Since: j.at.In(i18n.China).Format(time.DateOnly), Units: []string{j.unit},
			Fate: holding.Nameless, Reason: "privacy.why.units_record", Fields: []holding.Field{{Name: "state", Value: j.state}}})
	}
	return list, err
}
