package act

import (
	"maps"
	"slices"

	"guildhall/internal/db"
)

const columns = `a.id, a.kind, a.at, a.noted_at, a.unit_id, a.subject, a.title, a.entry_id, a.takes_back, a.reason,
	coalesce((SELECT c.id FROM act_act c WHERE ` + takesBack + `), '')`

func scan(row db.Row) (a Act, err error) {
	a.Units = []string{}
	err = row.Scan(&a.ID, &a.Kind, &a.At, &a.NotedAt, &a.Unit, &a.Subject, &a.Title, &a.Entry, &a.TakesBack, &a.Reason, &a.TakenBack)
	return a, err
}

// List gives acts with all that they bear, newest first: at most limit of them,
// noted before the act after; 0 gives all.
func List(tx *db.Tx, f Filter, after string, limit int) ([]Act, error) {
	w := f.where(tx)
	if after != "" {
		w.And("a.id < ?", after)
	}
	query := `SELECT ` + columns + ` FROM act_act a` + w.String() + ` ORDER BY a.id DESC`
	if limit > 0 {
		query += ` LIMIT ` + w.Next(limit)
	}
	acts, err := db.All(tx, scan, query, w.Args...)
	if err != nil {
		return nil, err
	}
	return acts, whole(tx, acts)
}

func one(tx *db.Tx, id string) (*Act, error) {
	a, err := db.One(tx, scan, `SELECT `+columns+` FROM act_act a WHERE a.id = $1 AND a.body = $2`, id, tx.Body)
	if err != nil {
		return nil, err
	}
	list := []Act{a}
	return &list[0], whole(tx, list)
}

// whole fills in the units, persons, amounts and marks of acts, some hundred at
// a time.
func whole(tx *db.Tx, acts []Act) error {
	for part := range slices.Chunk(acts, 400) {
		at := make(map[string]*Act, len(part))
		ids := make([]string, len(part))
		for i := range part {
			at[part[i].ID], ids[i] = &part[i], part[i].ID
		}
		var w db.Where
		w.In("act_id", ids)
		units, err := db.All(tx, db.Pair[string, string], `SELECT act_id, unit_id FROM act_unit`+w.String()+` ORDER BY act_id, unit_id`, w.Args...)
		if err != nil {
			return err
		}
		for _, u := range units {
			at[u.A].Units = append(at[u.A].Units, u.B)
		}
		persons, err := db.All(tx, db.Pair[string, string], `SELECT act_id, person_id FROM act_person`+w.String()+` ORDER BY act_id, person_id`, w.Args...)
		if err != nil {
			return err
		}
		for _, p := range persons {
			at[p.A].Persons = append(at[p.A].Persons, p.B)
		}
		if err := particulars(tx, w, at); err != nil {
			return err
		}
	}
	return nil
}

type valued struct {
	act, name, value string
	amount           int64
}

func particulars(tx *db.Tx, w db.Where, at map[string]*Act) error {
	amounts, err := db.All(tx, func(row db.Row) (v valued, err error) { return v, row.Scan(&v.act, &v.name, &v.amount) },
		`SELECT act_id, name, value FROM act_amount`+w.String(), w.Args...)
	if err != nil {
		return err
	}
	for _, v := range amounts {
		if at[v.act].Amounts == nil {
			at[v.act].Amounts = map[string]int64{}
		}
		at[v.act].Amounts[v.name] = v.amount
	}
	marks, err := db.All(tx, func(row db.Row) (v valued, err error) { return v, row.Scan(&v.act, &v.name, &v.value) },
		`SELECT act_id, name, value FROM act_mark`+w.String(), w.Args...)
	for _, v := range marks {
		if at[v.act].Marks == nil {
			at[v.act].Marks = map[string]string{}
		}
		at[v.act].Marks[v.name] = v.value
	}
	return err
}

func save(tx *db.Tx, acts []Act) error {
	var rows, units, persons, amounts, marks [][]any
	for _, a := range acts {
		rows = append(rows, []any{a.ID, tx.Body, a.Kind, a.At, a.NotedAt, a.Unit, a.Subject, a.Title, a.Entry, a.TakesBack, a.Reason})
		for _, u := range a.Units {
			units = append(units, []any{a.ID, u})
		}
		for _, p := range a.Persons {
			persons = append(persons, []any{a.ID, p})
		}
		for _, name := range slices.Sorted(maps.Keys(a.Amounts)) {
			amounts = append(amounts, []any{a.ID, name, a.Amounts[name]})
		}
		for _, name := range slices.Sorted(maps.Keys(a.Marks)) {
			marks = append(marks, []any{a.ID, name, a.Marks[name]})
		}
	}
	for _, t := range []struct {
		table   string
		columns []string
		rows    [][]any
	}{
		{"act_act", []string{"id", "body", "kind", "at", "noted_at", "unit_id", "subject", "title", "entry_id", "takes_back", "reason"}, rows},
		{"act_unit", []string{"act_id", "unit_id"}, units},
		{"act_person", []string{"act_id", "person_id"}, persons},
		{"act_amount", []string{"act_id", "name", "value"}, amounts},
		{"act_mark", []string{"act_id", "name", "value"}, marks},
	} {
		if err := db.Insert(tx, t.table, t.columns, "", t.rows); err != nil {
			return err
		}
	}
	return nil
}

// ByID gives acts of the body by their ids, taken back or not.
func ByID(tx *db.Tx, ids []string) ([]Act, error) {
	var all []Act
	for part := range slices.Chunk(ids, 400) {
		var w db.Where
		w.And("a.body = ?", tx.Body)
		w.In("a.id", part)
		acts, err := db.All(tx, scan, `SELECT `+columns+` FROM act_act a`+w.String(), w.Args...)
		if err != nil {
			return nil, err
		}
		if err := whole(tx, acts); err != nil {
			return nil, err
		}
		all = append(all, acts...)
	}
	return all, nil
}
