package codes

import (
	"encoding/json"

	"guildhall/internal/db"
)

const columns = `e.list, e.edition, e.title, e.title_en, e.licence, e.attribution, e.source, e.standing, e.count, e.valid_from, e.valid_to`

func scan(row db.Row) (e Edition, err error) {
	err = row.Scan(&e.List, &e.Edition, &e.Title, &e.TitleEN, &e.Licence, &e.Attribution, &e.Source, &e.Standing, &e.Count, &e.ValidFrom, &e.ValidTo)
	return e, err
}

// list gives the editions that were added, the newest first.
func list(tx *db.Tx) ([]Edition, error) {
	return db.All(tx, scan, `SELECT `+columns+` FROM codes_edition e ORDER BY e.list, e.valid_from DESC, e.added_at DESC`)
}

func listCodes(tx *db.Tx, e Edition) ([]Code, error) {
	return db.All(tx, scanCode, `
		SELECT c.list, c.edition, c.code, c.name, c.name_en, c.parent, c.level, c.kind, c.attr
		FROM codes_code c WHERE c.list = $1 AND c.edition = $2 ORDER BY c.place`, e.List, e.Edition)
}

func scanCode(row db.Row) (c Code, err error) {
	var attr string
	if err := row.Scan(&c.List, &c.Edition, &c.Code, &c.Name, &c.NameEN, &c.Parent, &c.Level, &c.Kind, &attr); err != nil {
		return c, err
	}
	if attr != "" {
		err = json.Unmarshal([]byte(attr), &c.Attr)
	}
	return c, err
}

func save(tx *db.Tx, e Edition, codes []Code) error {
	_, err := tx.Exec(`
		INSERT INTO codes_edition (list, edition, title, title_en, licence, attribution, source, standing, count, valid_from, valid_to, added_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		e.List, e.Edition, e.Title, e.TitleEN, e.Licence, e.Attribution, e.Source, e.Standing, e.Count, e.ValidFrom, e.ValidTo, tx.Now)
	if err != nil {
		return err
	}
	rows := make([][]any, len(codes))
	for i, c := range codes {
		attr := ""
		if len(c.Attr) > 0 {
			text, err := json.Marshal(c.Attr)
			if err != nil {
				return err
			}
			attr = string(text)
		}
		rows[i] = []any{c.List, c.Edition, c.Code, i, c.Name, c.NameEN, c.Parent, c.Level, c.Kind, attr}
	}
	return db.Insert(tx, "codes_code", []string{"list", "edition", "code", "place", "name", "name_en", "parent", "level", "kind", "attr"}, "", rows)
}

func scanMapping(row db.Row) (m Mapping, err error) {
	err = row.Scan(&m.FromList, &m.FromEdition, &m.FromCode, &m.ToList, &m.ToEdition, &m.ToCode, &m.Grade, &m.Source)
	return m, err
}

// mappingsOf gives the mappings that begin or end at a code.
func mappingsOf(tx *db.Tx, c Code) ([]Mapping, error) {
	return db.All(tx, scanMapping, `
		SELECT m.from_list, m.from_edition, m.from_code, m.to_list, m.to_edition, m.to_code, m.grade, m.source
		FROM codes_mapping m
		WHERE m.from_list = $1 AND m.from_edition = $2 AND m.from_code = $3
			OR m.to_list = $1 AND m.to_edition = $2 AND m.to_code = $3
		ORDER BY m.from_edition, m.from_code, m.to_list, m.to_edition, m.to_code`, c.List, c.Edition, c.Code)
}

func saveMapping(tx *db.Tx, m Mapping) error {
	_, err := tx.Exec(`
		INSERT INTO codes_mapping (from_list, from_edition, from_code, to_list, to_edition, to_code, grade, source, drawn_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (from_list, from_edition, from_code, to_list, to_edition, to_code)
			DO UPDATE SET grade = excluded.grade, source = excluded.source, drawn_at = excluded.drawn_at`,
		m.FromList, m.FromEdition, m.FromCode, m.ToList, m.ToEdition, m.ToCode, m.Grade, m.Source, tx.Now)
	return err
}
