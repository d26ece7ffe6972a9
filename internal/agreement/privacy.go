package agreement

import (
	"encoding/json"
	"slices"

	"guildhall/internal/db"
	"guildhall/internal/seal"
)

// Forget takes the names of natural persons out of all versions of an agreement, in
// these roles, and out of its signatures. Its fingerprints stay: they tell that what
// was signed was once whole, and can be computed no more.
func Forget(tx *db.Tx, keys *seal.Keys, id string, roles ...string) error {
	versions, err := db.All(tx, db.Pair[int, string], `SELECT v.version, v.parties FROM agreement_version v WHERE v.agreement_id = $1 AND v.body = $2`, id, tx.Body)
	if err != nil {
		return err
	}
	for _, v := range versions {
		open, err := keys.Open(v.B)
		if err != nil {
			return err
		}
		var parties []Party
		if err := json.Unmarshal([]byte(open), &parties); err != nil {
			return err
		}
		for i, p := range parties {
			if slices.Contains(roles, p.Role) {
				parties[i].Name = ""
			}
		}
		text, err := json.Marshal(parties)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(`UPDATE agreement_version SET parties = $3 WHERE agreement_id = $1 AND version = $2`, id, v.A, keys.Seal(string(text))); err != nil {
			return err
		}
	}
	for _, role := range roles {
		if _, err := tx.Exec(`UPDATE agreement_signature SET name_sealed = '' WHERE agreement_id = $1 AND body = $2 AND role = $3`, id, tx.Body, role); err != nil {
			return err
		}
	}
	return nil
}
