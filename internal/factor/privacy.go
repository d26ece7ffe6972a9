package factor

import (
	"time"

	"guildhall/internal/db"
	"guildhall/internal/holding"
)

// Keeper tells what a person has set up to sign in by.
func Keeper() holding.Keeper {
	return holding.Keeper{Room: "factor", House: true, Kept: held, Erase: erase}
}

func held(tx *db.Tx, w holding.Whom, _ holding.Terms) (list []holding.Holding, err error) {
	if w.Account == "" {
		return nil, nil
	}
	f, err := find(tx, w.Account)
	if err != nil {
		return nil, err
	}
	add := func(kind, subject string, fields ...holding.Field) {
		list = append(list, holding.Holding{Kind: kind, Subject: subject, Path: Page, Fate: holding.Erased, Fields: fields})
	}
	if f.CodeAt != nil {
		add("factor.code", w.Account, holding.Field{Name: "since", Value: f.CodeAt.UTC().Format(time.RFC3339)}, holding.Field{Name: "recovery_codes", Value: f.Recovery})
	}
	for _, k := range f.Passkeys {
		add("factor.passkey", k.ID, holding.Field{Name: "name", Value: k.Name})
	}
	return list, nil
}

// erase takes the factors of an account away that the directory has erased; of one
// that stays they stay too.
func erase(tx *db.Tx, w holding.Whom, _ holding.Terms) error {
	stays, err := db.One(tx, db.Value[int], `SELECT count(*) FROM directory_account WHERE person_id = $1`, w.Account)
	if err != nil || stays > 0 {
		return err
	}
	for _, table := range []string{"factor_code", "factor_recovery", "factor_pending", "factor_cleared", "factor_passkey", "factor_ceremony"} {
		if _, err := tx.Exec(`DELETE FROM `+table+` WHERE person_id = $1`, w.Account); err != nil {
			return err
		}
	}
	return nil
}
