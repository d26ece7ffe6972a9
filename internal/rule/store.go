package rule

import (
	"encoding/json"
	"errors"

	"guildhall/internal/db"
	"guildhall/internal/fault"
)

const columns = `v.id, v.kind, v.since, v.article, v.setup, v.data, v.made_at`

func scan(row db.Row) (*Version, error) {
	v := new(Version)
	var data string
	err := row.Scan(&v.ID, &v.Kind, &v.Since, &v.Article, &v.Setup, &data, &v.MadeAt)
	v.Data = json.RawMessage(data)
	return v, err
}

// inForce gives the version that holds on a day, whole.
func inForce(tx *db.Tx, k *Kind, day string) (*Version, error) {
	return keptInForce.Of(tx, k.Name+" "+day, func() (*Version, error) { return readInForce(tx, k, day) })
}

var keptInForce = db.NewKept[*Version]("rule.version", "rule_version")

func readInForce(tx *db.Tx, k *Kind, day string) (*Version, error) {
	v, err := db.One(tx, scan, `SELECT `+columns+` FROM rule_version v
		WHERE v.body = $1 AND v.kind = $2 AND v.since <= $3 AND v.withdrawn = FALSE ORDER BY v.since DESC, v.id DESC LIMIT 1`, tx.Body, k.Name, day)
	if errors.Is(err, fault.NotFound) {
		return k.usual(), nil
	}
	if err != nil {
		return nil, err
	}
	v.Data, err = k.whole(v.Data)
	return v, err
}

func find(tx *db.Tx, kind, id string) (*Version, error) {
	return db.One(tx, scan, `SELECT `+columns+` FROM rule_version v
		WHERE v.body = $1 AND v.kind = $2 AND v.id = $3 AND v.withdrawn = FALSE`, tx.Body, kind, id)
}

// versions gives all versions of a kind, the one that begins last first.
func versions(tx *db.Tx, kind string) ([]*Version, error) {
	return db.All(tx, scan, `SELECT `+columns+` FROM rule_version v
		WHERE v.body = $1 AND v.kind = $2 AND v.withdrawn = FALSE ORDER BY v.since DESC, v.id DESC`, tx.Body, kind)
}

func save(tx *db.Tx, v *Version) error {
	_, err := tx.Exec(`INSERT INTO rule_version (id, body, kind, since, article, setup, data, made_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		v.ID, tx.Body, v.Kind, v.Since, v.Article, v.Setup, string(v.Data), v.MadeAt)
	return err
}

func withdraw(tx *db.Tx, id string) error {
	_, err := tx.Exec(`UPDATE rule_version SET withdrawn = TRUE WHERE id = $1 AND body = $2`, id, tx.Body)
	return err
}
