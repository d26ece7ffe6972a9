package journal

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"reflect"
	"strings"

	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/seal"
)

// Whose is a subject that tells of a person: the id under whose key its fields
// tagged `personal:"true"` are sealed.
type Whose interface{ Whose() string }

// part takes data's personal fields apart from the rest. It looks at the fields
// of a struct, or of each struct of a slice; personal fields deeper than that are
// not allowed to stand there, which a test of each room makes sure of.
func part(data any) (told json.RawMessage, personal map[string]json.RawMessage, err error) {
	v := reflect.ValueOf(data)
	for v.Kind() == reflect.Pointer && !v.IsNil() {
		v = v.Elem()
	}
	names := tagged(v)
	whole, err := json.Marshal(data)
	if err != nil || len(names) == 0 {
		return whole, nil, err
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(whole, &fields); err != nil {
		return nil, nil, err
	}
	apart := map[string]json.RawMessage{}
	for _, name := range names {
		if value, ok := fields[name]; ok {
			apart[name] = value
			delete(fields, name)
		}
	}
	if told, err = json.Marshal(fields); err != nil {
		return nil, nil, err
	}
	w, ok := data.(Whose)
	if !ok || w.Whose() == "" || len(apart) == 0 {
		return told, nil, nil // of nobody in particular: the fields are not kept at all
	}
	text, err := json.Marshal(apart)
	return told, map[string]json.RawMessage{w.Whose(): text}, err
}

// tagged gives the JSON names of a struct's personal fields.
func tagged(v reflect.Value) (names []string) {
	if v.Kind() != reflect.Struct {
		return nil
	}
	for _, f := range reflect.VisibleFields(v.Type()) {
		if f.Tag.Get("personal") != "true" {
			continue
		}
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "" {
			name = f.Name
		}
		names = append(names, name)
	}
	return names
}

// sealPersonal seals a person's fields under their key.
func sealPersonal(tx *db.Tx, person string, fields json.RawMessage) (string, error) {
	key, err := keyOf(tx, person)
	if err != nil {
		return "", err
	}
	t, err := chain(tx)
	if err != nil {
		return "", err
	}
	return t.suite.Under(key, fields)
}

// keyOf gives a person's key, and makes it at their first entry.
func keyOf(tx *db.Tx, person string) ([]byte, error) {
	const find = `SELECT key FROM journal_key WHERE person = $1`
	key, err := db.One(tx, db.Value[[]byte], find, person)
	if !errors.Is(err, fault.NotFound) {
		return key, err
	}
	key = make([]byte, 32)
	rand.Read(key)
	if _, err := tx.Exec(`INSERT INTO journal_key (person, key, made_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, person, key, tx.Now); err != nil {
		return nil, err
	}
	return db.One(tx, db.Value[[]byte], find, person)
}

// PersonalData gives an entry's personal fields of one person, or NotFound where
// there are none or they were erased.
func PersonalData(tx *db.Tx, entry, person string) (json.RawMessage, error) {
	sealed, err := db.One(tx, db.Value[string], `SELECT sealed FROM journal_personal WHERE entry_id = $1 AND person = $2`, entry, person)
	if err != nil {
		return nil, err
	}
	key, err := db.One(tx, db.Value[[]byte], `SELECT key FROM journal_key WHERE person = $1`, person)
	if err != nil {
		return nil, err
	}
	return seal.OpenUnder(key, sealed)
}

// Erase destroys a person's key: what the journal tells of them can be read by
// no one any more, and the entries stand as they were.
func Erase(tx *db.Tx, person string) error {
	_, err := tx.Exec(`DELETE FROM journal_key WHERE person = $1`, person)
	return err
}
