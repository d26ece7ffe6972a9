package files

import (
	"time"

	"guildhall/internal/db"
	"guildhall/internal/holding"
	"guildhall/internal/i18n"
)

// Keeper tells which files a person sent. What they sent for a unit is the unit's.
func Keeper() holding.Keeper {
	return holding.Keeper{Room: "files", Kept: kept, Erase: func(*db.Tx, holding.Whom, holding.Terms) error { return nil }}
}

func kept(tx *db.Tx, w holding.Whom, _ holding.Terms) (list []holding.Holding, err error) {
	if w.Account == "" {
		return nil, nil
	}
	sent, err := db.All(tx, scan, `SELECT `+columns+` FROM files_file f WHERE f.owner = $1 AND f.body = $2 ORDER BY f.id`, w.Account, tx.Body)
	for _, f := range sent {
		h := holding.Holding{Kind: "files.file", Subject: f.ID, Since: f.At.In(i18n.China).Format(time.DateOnly), Fate: holding.Kept, Reason: "privacy.why.units_record",
			Fields: []holding.Field{{Name: "file", Value: f.Name}, {Name: "bytes", Value: f.Size}, {Name: "content_gone", Value: f.GoneAt != nil}}}
		if f.Unit != "" {
			h.Units = []string{f.Unit}
		}
		list = append(list, h)
	}
	return list, err
}
