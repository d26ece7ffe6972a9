package sso

import (
	"time"

	"guildhall/internal/db"
	"guildhall/internal/holding"
	"guildhall/internal/i18n"
)

// Keeper tells by which providers a person signs in.
func Keeper() holding.Keeper {
	return holding.Keeper{Room: "sso", House: true, Kept: held, Erase: erase}
}

func held(tx *db.Tx, w holding.Whom, _ holding.Terms) (list []holding.Holding, err error) {
	if w.Account == "" {
		return nil, nil
	}
	type kept struct {
		id, provider string
		made         time.Time
	}
	all, err := db.All(tx, func(row db.Row) (k kept, err error) { return k, row.Scan(&k.id, &k.provider, &k.made) },
		`SELECT l.id, v.name, l.made_at FROM sso_link l JOIN sso_provider v ON v.id = l.provider_id WHERE l.person_id = $1 ORDER BY l.id`, w.Account)
	for _, k := range all {
		list = append(list, holding.Holding{Kind: "sso.link", Subject: k.id, Path: Page, Since: k.made.In(i18n.China).Format(time.DateOnly), Fate: holding.Erased,
			Fields: []holding.Field{{Name: "provider", Value: k.provider}}})
	}
	return list, err
}

// erase takes the links of an account away that the directory has erased; of one that
// stays they stay too.
func erase(tx *db.Tx, w holding.Whom, _ holding.Terms) error {
	stays, err := db.One(tx, db.Value[int], `SELECT count(*) FROM directory_account WHERE person_id = $1`, w.Account)
	if err != nil || stays > 0 {
		return err
	}
	_, err = tx.Exec(`DELETE FROM sso_link WHERE person_id = $1`, w.Account)
	return err
}
