package facility

import (
	"fmt"
	"strings"

	"guildhall/internal/db"
)

const columns = `e.id, e.ref, e.owner_id, e.name, e.skills, e.hourly_fen, e.capacity, e.weekend, e.training, e.bought_on, e.location, e.status,
	e.asset_no, e.value_fen, e.phone_sealed, e.made_at, e.changed_at`

func scan(row db.Row) (*Equipment, error) {
	e := new(Equipment)
	var skills string
	err := row.Scan(&e.ID, &e.Ref, &e.Owner, &e.Name, &skills, &e.Hourly, &e.Capacity, &e.Weekend, &e.Training, &e.BoughtOn, &e.Location, &e.Status,
		&e.AssetNo, &e.Value, &e.sealedPhone, &e.madeAt, &e.changedAt)
	e.Skills = split(skills)
	return e, err
}

func split(codes string) []string {
	if codes == "" {
		return []string{}
	}
	return strings.Split(codes, ";")
}

func find(tx *db.Tx, id string) (*Equipment, error) {
	return db.One(tx, scan, `SELECT `+columns+` FROM facility_equipment e WHERE e.id = $1 AND e.body = $2`, id, tx.Body)
}

// sortBy are the columns by which the list can be put in order, each as a term
// that is never NULL, so that a page can go on from a row of the one before.
var sortBy = map[string]string{
	"name": "e.name", "price": "coalesce(e.hourly_fen, -1)", "capacity": "coalesce(e.capacity, -1)", "bought": "e.bought_on",
}

// list gives the pieces after one, in an order that is falling or not.
func list(tx *db.Tx, w db.Where, sort string, falling bool, after string, limit int) ([]*Equipment, error) {
	by, than, order := sortBy[sort], ">", ""
	if falling {
		than, order = "<", " DESC"
	}
	if after != "" {
		w.And(`(`+by+`, e.id) `+than+` (SELECT `+strings.ReplaceAll(by, "e.", "x.")+`, x.id FROM facility_equipment x WHERE x.id = ? AND x.body = ?)`, after, tx.Body)
	}
	where := w.String()
	return db.All(tx, scan, `SELECT `+columns+` FROM facility_equipment e`+where+` ORDER BY `+by+order+`, e.id`+order+` LIMIT `+w.Next(limit), w.Args...)
}

func count(tx *db.Tx, w db.Where) (int, error) {
	return keptCounts.Of(tx, fmt.Sprint(w.String(), w.Args), func() (int, error) {
		return db.One(tx, db.Value[int], `SELECT count(*) FROM facility_equipment e`+w.String(), w.Args...)
	})
}

// What lists count and can be narrowed by is asked for with each page of them, and
// changes when equipment does.
var (
	keptCounts  = db.NewKept[int]("facility.equipment", "facility_equipment")
	keptChoices = db.NewKept[*choices]("facility.choices", "facility_equipment", "directory_unit")
)

// everything gives all pieces of the body, for an import to compare with.
func everything(tx *db.Tx) ([]*Equipment, error) {
	return db.All(tx, scan, `SELECT `+columns+` FROM facility_equipment e WHERE e.body = $1 ORDER BY e.id`, tx.Body)
}

// owners and skills give what the visible pieces can be narrowed by.
func owners(tx *db.Tx, w db.Where) ([]string, error) {
	return db.All(tx, db.Value[string], `SELECT DISTINCT e.owner_id FROM facility_equipment e`+w.String(), w.Args...)
}

func skills(tx *db.Tx, w db.Where) ([]string, error) {
	return db.All(tx, db.Value[string], `SELECT DISTINCT e.skills FROM facility_equipment e`+w.String(), w.Args...)
}

func save(tx *db.Tx, all []*Equipment) error {
	rows := make([][]any, len(all))
	for i, e := range all {
		rows[i] = []any{e.ID, tx.Body, e.Owner, e.Ref, e.AssetNo, e.Name, strings.Join(e.Skills, ";"), e.Value, e.Hourly, e.Capacity, e.Weekend, e.Training,
			e.BoughtOn, e.Location, e.sealedPhone, string(e.Status), e.madeAt, e.changedAt}
	}
	return db.Insert(tx, "facility_equipment", []string{"id", "body", "owner_id", "ref", "asset_no", "name", "skills", "value_fen", "hourly_fen", "capacity",
		"weekend", "training", "bought_on", "location", "phone_sealed", "status", "made_at", "changed_at"},
		`ON CONFLICT (id) DO UPDATE SET owner_id = excluded.owner_id, ref = excluded.ref, asset_no = excluded.asset_no, name = excluded.name,
			skills = excluded.skills, value_fen = excluded.value_fen, hourly_fen = excluded.hourly_fen, capacity = excluded.capacity,
			weekend = excluded.weekend, training = excluded.training, bought_on = excluded.bought_on, location = excluded.location,
			phone_sealed = excluded.phone_sealed, status = excluded.status, changed_at = excluded.changed_at`, rows)
}
