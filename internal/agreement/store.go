package agreement

import (
	"encoding/json"
	"errors"
	"time"

	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/seal"
)

const columns = `a.id, a.kind, a.number, a.subject, a.title, a.valid_from, a.valid_until, a.state, a.version, a.ended_on, a.ended_by, a.why,
	a.made_at, a.changed_at, v.fingerprint, v.clauses, v.parties`

const tables = ` FROM agreement_agreement a JOIN agreement_version v ON v.agreement_id = a.id AND v.version = a.version`

type scanner struct{ keys *seal.Keys }

func (s scanner) agreement(row db.Row) (*Agreement, error) {
	a := &Agreement{Signed: []Signed{}}
	var clauses, parties string
	err := row.Scan(&a.ID, &a.Kind, &a.Number, &a.Subject, &a.Title, &a.Since, &a.Until, &a.State, &a.Version, &a.EndedOn, &a.EndedBy, &a.Why,
		&a.MadeAt, &a.ChangedAt, &a.Fingerprint, &clauses, &parties)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal([]byte(clauses), &a.Clauses); err != nil {
		return nil, err
	}
	open, err := s.keys.Open(parties)
	if err != nil {
		return nil, err
	}
	return a, json.Unmarshal([]byte(open), &a.Parties)
}

// Find gives an agreement of the body.
func Find(tx *db.Tx, keys *seal.Keys, id string) (*Agreement, error) {
	list, err := Several(tx, keys, []string{id})
	if err != nil {
		return nil, err
	}
	if list[id] == nil {
		return nil, fault.NotFound.New("fault.not_found")
	}
	return list[id], nil
}

// Several gives agreements of the body by their ids.
func Several(tx *db.Tx, keys *seal.Keys, ids []string) (map[string]*Agreement, error) {
	byID := make(map[string]*Agreement, len(ids))
	for start := 0; start < len(ids); start += 500 {
		part := ids[start:min(start+500, len(ids))]
		var w db.Where
		w.And("a.body = ?", tx.Body)
		w.In("a.id", part)
		found, err := db.All(tx, scanner{keys}.agreement, `SELECT `+columns+tables+w.String(), w.Args...)
		if err != nil {
			return nil, err
		}
		for _, a := range found {
			byID[a.ID] = a
		}
		if err := signatures(tx, keys, byID, part); err != nil {
			return nil, err
		}
	}
	return byID, nil
}

func signatures(tx *db.Tx, keys *seal.Keys, byID map[string]*Agreement, ids []string) error {
	var w db.Where
	w.And("s.body = ?", tx.Body)
	w.In("s.agreement_id", ids)
	type of struct {
		agreement string
		Signed
	}
	found, err := db.All(tx, func(row db.Row) (s of, err error) {
		return s, row.Scan(&s.agreement, &s.Role, &s.Version, &s.Name, &s.Person, &s.By, &s.At)
	}, `SELECT s.agreement_id, s.role, s.version, s.name_sealed, s.person, s.way, s.at FROM agreement_signature s`+w.String()+` ORDER BY s.at, s.role`, w.Args...)
	if err != nil {
		return err
	}
	for _, s := range found {
		if s.Name, err = keys.Open(s.Name); err != nil {
			return err
		}
		byID[s.agreement].Signed = append(byID[s.agreement].Signed, s.Signed)
	}
	return nil
}

// Version is what an agreement said before, for those who may read it.
type Version struct {
	Number      int       `json:"number"`
	Fingerprint string    `json:"fingerprint"`
	Clauses     []Clause  `json:"clauses"`
	MadeAt      time.Time `json:"made_at"`
}

// Versions gives all versions of an agreement, the newest first.
func Versions(tx *db.Tx, id string) ([]Version, error) {
	return db.All(tx, func(row db.Row) (v Version, err error) {
		var clauses string
		if err := row.Scan(&v.Number, &v.Fingerprint, &clauses, &v.MadeAt); err != nil {
			return v, err
		}
		return v, json.Unmarshal([]byte(clauses), &v.Clauses)
	}, `SELECT v.version, v.fingerprint, v.clauses, v.made_at FROM agreement_version v WHERE v.agreement_id = $1 AND v.body = $2 ORDER BY v.version DESC`, id, tx.Body)
}

func lastNumber(tx *db.Tx, kind string) (int, error) {
	return db.One(tx, db.Value[int], `SELECT coalesce(max(a.number), 0) FROM agreement_agreement a WHERE a.body = $1 AND a.kind = $2`, tx.Body, kind)
}

func save(tx *db.Tx, keys *seal.Keys, a *Agreement) error {
	_, err := tx.Exec(`
		INSERT INTO agreement_agreement (id, body, kind, number, subject, title, valid_from, valid_until, state, version, ended_on, ended_by, why, made_at, changed_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
		ON CONFLICT (id) DO UPDATE SET title = excluded.title, valid_from = excluded.valid_from, valid_until = excluded.valid_until, state = excluded.state,
			version = excluded.version, ended_on = excluded.ended_on, ended_by = excluded.ended_by, why = excluded.why, changed_at = excluded.changed_at`,
		a.ID, tx.Body, a.Kind, a.Number, a.Subject, a.Title, a.Since, a.Until, string(a.State), a.Version, a.EndedOn, a.EndedBy, a.Why, a.MadeAt, a.ChangedAt)
	if err != nil {
		return err
	}
	if a.fresh {
		if err := errors.Join(saveVersion(tx, keys, a), saveParties(tx, a)); err != nil {
			return err
		}
		a.fresh = false
	}
	rows := make([][]any, len(a.Signed))
	for i, s := range a.Signed {
		rows[i] = []any{tx.Body, a.ID, s.Role, s.Version, keys.Seal(s.Name), s.Person, string(s.By), s.At}
	}
	return db.Insert(tx, "agreement_signature", []string{"body", "agreement_id", "role", "version", "name_sealed", "person", "way", "at"},
		"ON CONFLICT DO NOTHING", rows)
}

func saveVersion(tx *db.Tx, keys *seal.Keys, a *Agreement) error {
	clauses, err := json.Marshal(a.Clauses)
	if err != nil {
		return err
	}
	parties, err := json.Marshal(a.Parties)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO agreement_version (agreement_id, version, body, clauses, parties, fingerprint, made_by, made_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		a.ID, a.Version, tx.Body, string(clauses), keys.Seal(string(parties)), a.Fingerprint, a.madeBy, a.ChangedAt)
	return err
}

type link struct {
	agreement, role string
	version, tries  int
	endsAt          time.Time
}

func findLink(tx *db.Tx, hash string) (link, error) {
	return db.One(tx, func(row db.Row) (l link, err error) {
		return l, row.Scan(&l.agreement, &l.role, &l.version, &l.tries, &l.endsAt)
	}, `SELECT l.agreement_id, l.role, l.version, l.tries, l.ends_at FROM agreement_link l WHERE l.hash = $1 AND l.body = $2`, hash, tx.Body)
}

func saveLink(tx *db.Tx, hash string, a *Agreement, role string, ends time.Time) error {
	_, err := tx.Exec(`INSERT INTO agreement_link (hash, body, agreement_id, version, role, tries, ends_at) VALUES ($1, $2, $3, $4, $5, 0, $6)`,
		hash, tx.Body, a.ID, a.Version, role, ends)
	return err
}

func countTry(tx *db.Tx, hash string) error {
	_, err := tx.Exec(`UPDATE agreement_link SET tries = tries + 1 WHERE hash = $1 AND body = $2`, hash, tx.Body)
	return err
}

func dropLinks(tx *db.Tx, id, role string) error {
	_, err := tx.Exec(`DELETE FROM agreement_link WHERE agreement_id = $1 AND role = $2 AND body = $3`, id, role, tx.Body)
	return err
}
