package directory

import (
	"errors"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/width"

	"guildhall/internal/db"
	"guildhall/internal/fault"
)

// Classes lists the classes of units (单位类别).
var Classes = []string{"government", "enterprise", "secondary", "higher_vocational", "undergraduate", "research", "other"}

// Unit is an organisation (单位), in however many bodies.
type Unit struct {
	ID         string    `json:"id"`
	CreditCode string    `json:"credit_code"` // 统一社会信用代码, GB 32100-2015; empty where not known
	Class      string    `json:"class"`       // one of Classes
	Name       string    `json:"name"`
	ShortName  string    `json:"short_name"`
	NameEN     string    `json:"name_en"`
	Industry   string    `json:"industry"` // GB/T 4754-2017
	Region     string    `json:"region"`   // six digits
	Segments   []string  `json:"segments"` // places on the chain
	Staff      int       `json:"staff"`    // employees or staff; 0 where not known
	Phone      string    `json:"phone"`    // of the office, not of a person
	Fictional  bool      `json:"fictional"`
	MadeAt     time.Time `json:"made_at"`
	ChangedAt  time.Time `json:"changed_at"`
	Ref        string    `json:"ref,omitempty"` // outside number under which Enrol knows it, such as M00011
}

// School tells whether the unit trains pupils or students.
func (u *Unit) School() bool {
	return u.Class == "secondary" || u.Class == "higher_vocational" || u.Class == "undergraduate"
}

// Short gives the name for lists and charts.
func (u *Unit) Short() string {
	if u.ShortName != "" {
		return u.ShortName
	}
	return u.Name
}

// Plain gives the form in which names are compared: width and marks folded,
// spaces taken out, brackets of one kind, lower case.
func Plain(name string) string {
	name = norm.NFKC.String(width.Fold.String(name))
	return strings.ToLower(strings.Join(strings.Fields(name), ""))
}

const unitColumns = `u.id, u.credit_code, u.class, u.name, u.short_name, u.name_en, u.industry, u.region, u.segments, u.staff, u.phone, u.fictional, u.made_at, u.changed_at`

func scanUnit(row db.Row) (*Unit, error) {
	u := new(Unit)
	var segments string
	err := row.Scan(&u.ID, &u.CreditCode, &u.Class, &u.Name, &u.ShortName, &u.NameEN, &u.Industry, &u.Region, &segments, &u.Staff,
		&u.Phone, &u.Fictional, &u.MadeAt, &u.ChangedAt)
	if segments != "" {
		u.Segments = strings.Split(segments, ";")
	}
	return u, err
}

// FindUnit gives a unit by its id.
func FindUnit(tx *db.Tx, id string) (*Unit, error) {
	return db.One(tx, scanUnit, `SELECT `+unitColumns+` FROM directory_unit u WHERE u.id = $1`, id)
}

// Units gives all units by id: a few hundred to a few thousand, so that lists
// can name theirs without joining into the directory's tables.
// Whoever gets them may not change them: they are kept for others.
func Units(tx *db.Tx) (map[string]*Unit, error) {
	return keptUnits.Get(tx, func() (map[string]*Unit, error) {
		all, err := db.All(tx, scanUnit, `SELECT `+unitColumns+` FROM directory_unit u`)
		if err != nil {
			return nil, err
		}
		byID := make(map[string]*Unit, len(all))
		for _, u := range all {
			byID[u.ID] = u
		}
		return byID, nil
	})
}

var keptUnits = db.NewKept[map[string]*Unit]("directory.unit", "directory_unit")

// Resolve gives the one unit that text means: a credit code, an outside number,
// a name, a short name or a former one. NotFound where there is none, Conflict
// where there are several.
func Resolve(tx *db.Tx, text string) (*Unit, error) {
	if code := strings.ToUpper(Plain(text)); len(code) == 18 {
		u, err := db.One(tx, scanUnit, `SELECT `+unitColumns+` FROM directory_unit u WHERE u.credit_code = $1 AND u.credit_code <> ''`, code)
		if !errors.Is(err, fault.NotFound) {
			return u, err
		}
	}
	found, err := db.All(tx, scanUnit, `SELECT `+unitColumns+` FROM directory_unit u
		WHERE u.id IN (SELECT unit_id FROM directory_alias WHERE alias = $1) LIMIT 2`, Plain(text))
	switch {
	case err != nil:
		return nil, err
	case len(found) == 0:
		return nil, fault.NotFound.New("directory.unit.unknown", text)
	case len(found) > 1:
		return nil, fault.Conflict.New("directory.unit.ambiguous", text)
	}
	return found[0], nil
}

// Aliases gives every name by which units are found, in its plain form, with
// the unit's id; a name that several units share is left out.
func Aliases(tx *db.Tx) (map[string]string, error) {
	ids := map[string]string{}
	shared := map[string]bool{}
	pairs, err := db.All(tx, db.Pair[string, string], `SELECT alias, unit_id FROM directory_alias`)
	if err != nil {
		return nil, err
	}
	for _, p := range pairs {
		if had, ok := ids[p.A]; ok && had != p.B {
			shared[p.A] = true
		}
		ids[p.A] = p.B
	}
	for alias := range shared {
		delete(ids, alias)
	}
	return ids, nil
}

// Enrol notes units in the directory, each found again by its credit code or
// its outside number, so that enrolling twice doubles none, and sets their ids.
// It runs in an Update of the House.
func Enrol(tx *db.Tx, units []*Unit) error {
	if tx.Body != db.House {
		panic("directory: units are enrolled under the pen of the house")
	}
	for _, u := range units {
		had, err := known(tx, u)
		if err != nil {
			return err
		}
		u.ChangedAt = tx.Now
		if had != nil {
			u.ID, u.MadeAt = had.ID, had.MadeAt
			if had.Name != u.Name {
				if err := saveAlias(tx, had.Name, had.ID, "former"); err != nil {
					return err
				}
			}
		} else {
			u.ID, u.MadeAt = db.NewID(), tx.Now
		}
		if err := saveUnit(tx, u); err != nil {
			return err
		}
	}
	return nil
}

func known(tx *db.Tx, u *Unit) (*Unit, error) {
	if u.ID != "" {
		return FindUnit(tx, u.ID)
	}
	if u.CreditCode != "" {
		had, err := db.One(tx, scanUnit, `SELECT `+unitColumns+` FROM directory_unit u WHERE u.credit_code = $1 AND u.credit_code <> ''`, u.CreditCode)
		if !errors.Is(err, fault.NotFound) {
			return had, err
		}
	}
	for _, name := range []string{u.Ref, u.Name} {
		if name == "" {
			continue
		}
		had, err := db.One(tx, scanUnit, `SELECT `+unitColumns+` FROM directory_unit u JOIN directory_alias a ON a.unit_id = u.id
			WHERE a.alias = $1 AND a.kind IN ('ref', 'name') ORDER BY u.id LIMIT 1`, Plain(name))
		if !errors.Is(err, fault.NotFound) {
			return had, err
		}
	}
	return nil, nil
}

func saveUnit(tx *db.Tx, u *Unit) error {
	if _, err := tx.Exec(`
		INSERT INTO directory_unit (id, credit_code, class, name, short_name, name_en, industry, region, segments, staff, phone, fictional, made_at, changed_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
		ON CONFLICT (id) DO UPDATE SET credit_code = excluded.credit_code, class = excluded.class, name = excluded.name,
			short_name = excluded.short_name, name_en = excluded.name_en, industry = excluded.industry, region = excluded.region,
			segments = excluded.segments, staff = excluded.staff, phone = excluded.phone, fictional = excluded.fictional, changed_at = excluded.changed_at`,
		u.ID, u.CreditCode, u.Class, u.Name, u.ShortName, u.NameEN, u.Industry, u.Region, strings.Join(u.Segments, ";"), u.Staff, u.Phone,
		u.Fictional, u.MadeAt, u.ChangedAt); err != nil {
		return err
	}
	for _, a := range []struct{ alias, kind string }{{u.Name, "name"}, {u.NameEN, "name"}, {u.ShortName, "short"}, {u.Ref, "ref"}} {
		if a.alias != "" {
			if err := saveAlias(tx, a.alias, u.ID, a.kind); err != nil {
				return err
			}
		}
	}
	return nil
}

func saveAlias(tx *db.Tx, alias, unit, kind string) error {
	_, err := tx.Exec(`INSERT INTO directory_alias (alias, unit_id, kind) VALUES ($1, $2, $3)
		ON CONFLICT (alias, unit_id) DO UPDATE SET kind = excluded.kind`, Plain(alias), unit, kind)
	return err
}
