package app

import (
	"guildhall/internal/act"
	"guildhall/internal/db"
	"guildhall/internal/directory"
)

// acts shows the acts of every room, with the names of the units that took part.
func (h *House) acts() *act.Acts { return &act.Acts{DB: h.DB, Names: unitNames} }

// unitNames gives every unit's names, Chinese and English.
func unitNames(tx *db.Tx) (map[string][2]string, error) {
	units, err := directory.Units(tx)
	names := make(map[string][2]string, len(units))
	for id, u := range units {
		names[id] = [2]string{u.Short(), u.NameEN}
	}
	return names, err
}
