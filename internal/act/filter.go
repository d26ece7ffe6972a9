package act

import (
	"maps"
	"slices"
	"strings"
	"time"

	"guildhall/internal/db"
)

// Filter says which acts are meant. Empty fields narrow nothing. Acts that were
// taken back, and those that take them back, are meant only where All asks.
type Filter struct {
	Kind    string
	Kinds   []string  // any of these
	From    time.Time // the first moment
	Until   time.Time // the moment after the last
	AsOf    time.Time // as was known then: what was noted or taken back later does not count
	Unit    string    // whose act it is
	Units   []string  // one of these took part; empty but not nil: none can have
	Subject string
	Is      map[string][]string // each mark is one of these
	Not     map[string][]string // no mark is one of these
	Least   map[string]int64    // each amount is at least so much
	Most    map[string]int64    // each amount is at most so much
	Unended []string            // no act of these kinds about the same subject has followed before Until
	All     bool
}

func (f Filter) where(tx *db.Tx) (w db.Where) {
	w.And("a.body = ?", tx.Body)
	if f.Kind != "" {
		w.And("a.kind = ?", f.Kind)
	}
	if len(f.Kinds) > 0 {
		w.In("a.kind", f.Kinds)
	}
	if !f.From.IsZero() {
		w.And("a.at >= ?", f.From.UTC())
	}
	if !f.Until.IsZero() {
		w.And("a.at < ?", f.Until.UTC())
	}
	if !f.AsOf.IsZero() {
		w.And("a.noted_at <= ?", f.AsOf.UTC())
	}
	if !f.All {
		w.And("a.takes_back = ''")
		if f.AsOf.IsZero() {
			w.And("NOT EXISTS (SELECT 1 FROM act_act c WHERE " + takesBack + ")")
		} else {
			w.And("NOT EXISTS (SELECT 1 FROM act_act c WHERE "+takesBack+" AND c.noted_at <= ?)", f.AsOf.UTC())
		}
	}
	if f.Unit != "" {
		w.And("a.unit_id = ?", f.Unit)
	}
	if f.Units != nil {
		among(&w, "EXISTS (SELECT 1 FROM act_unit u WHERE u.act_id = a.id AND u.unit_id IN (?))", nil, f.Units)
	}
	if f.Subject != "" {
		w.And("a.subject = ?", f.Subject)
	}
	f.particulars(&w)
	f.unended(tx, &w)
	return w
}

// takesBack finds the act that takes a back. That it is not empty is said twice: an engine
// uses the index of those that are not only where the words say so.
const takesBack = `c.takes_back = a.id AND c.takes_back <> ''`

// unended leaves out what has ended since, such as the joining of a unit that left.
func (f Filter) unended(tx *db.Tx, w *db.Where) {
	if len(f.Unended) == 0 {
		return
	}
	term, args := `NOT EXISTS (SELECT 1 FROM act_act e WHERE e.body = ? AND e.subject = a.subject AND e.takes_back = '' AND (e.at > a.at OR e.at = a.at AND e.id > a.id)`, []any{tx.Body}
	if !f.Until.IsZero() {
		term, args = term+` AND e.at < ?`, append(args, f.Until.UTC())
	}
	among(w, term+` AND NOT EXISTS (SELECT 1 FROM act_act c WHERE c.takes_back = e.id AND c.takes_back <> '') AND e.kind IN (?))`, args, f.Unended)
}

// particulars adds what the marks and amounts must be.
func (f Filter) particulars(w *db.Where) {
	for _, name := range slices.Sorted(maps.Keys(f.Is)) {
		among(w, "EXISTS (SELECT 1 FROM act_mark m WHERE m.act_id = a.id AND m.name = ? AND m.value IN (?))", []any{name}, f.Is[name])
	}
	for _, name := range slices.Sorted(maps.Keys(f.Not)) {
		if len(f.Not[name]) > 0 {
			among(w, "NOT EXISTS (SELECT 1 FROM act_mark m WHERE m.act_id = a.id AND m.name = ? AND m.value IN (?))", []any{name}, f.Not[name])
		}
	}
	for _, name := range slices.Sorted(maps.Keys(f.Least)) {
		w.And("EXISTS (SELECT 1 FROM act_amount m WHERE m.act_id = a.id AND m.name = ? AND m.value >= ?)", name, f.Least[name])
	}
	for _, name := range slices.Sorted(maps.Keys(f.Most)) {
		w.And("EXISTS (SELECT 1 FROM act_amount m WHERE m.act_id = a.id AND m.name = ? AND m.value <= ?)", name, f.Most[name])
	}
}

// among adds a term whose (?) stands for one of many values.
func among(w *db.Where, term string, args []any, values []string) {
	if len(values) == 0 {
		w.And("1 = 0")
		return
	}
	for _, v := range values {
		args = append(args, v)
	}
	w.And(strings.Replace(term, "(?)", "(?"+strings.Repeat(", ?", len(values)-1)+")", 1), args...)
}

// Count tells how many acts there are.
func Count(tx *db.Tx, f Filter) (int64, error) {
	w := f.where(tx)
	return db.One(tx, db.Value[int64], `SELECT count(*) FROM act_act a`+w.String(), w.Args...)
}

// Subjects tells how many things the acts are about.
func Subjects(tx *db.Tx, f Filter) (int64, error) {
	w := f.where(tx)
	return db.One(tx, db.Value[int64], `SELECT count(DISTINCT a.subject) FROM act_act a`+w.String(), w.Args...)
}

// Units gives the units that took part, each once.
func Units(tx *db.Tx, f Filter) ([]string, error) {
	w := f.where(tx)
	return db.All(tx, db.Value[string], `SELECT DISTINCT u.unit_id FROM act_act a JOIN act_unit u ON u.act_id = a.id`+w.String()+` ORDER BY u.unit_id`, w.Args...)
}

// Owners gives the units whose acts they are, each once.
func Owners(tx *db.Tx, f Filter) ([]string, error) {
	w := f.where(tx)
	w.And("a.unit_id <> ''")
	return db.All(tx, db.Value[string], `SELECT DISTINCT a.unit_id FROM act_act a`+w.String()+` ORDER BY a.unit_id`, w.Args...)
}

// Values gives the different values of a mark.
func Values(tx *db.Tx, f Filter, mark string) ([]string, error) {
	w := f.where(tx)
	w.And("v.name = ?", mark)
	return db.All(tx, db.Value[string], `SELECT DISTINCT v.value FROM act_act a JOIN act_mark v ON v.act_id = a.id`+w.String()+` ORDER BY v.value`, w.Args...)
}

// SubjectIDs gives the things that the acts are about, each once.
func SubjectIDs(tx *db.Tx, f Filter) ([]string, error) {
	w := f.where(tx)
	return db.All(tx, db.Value[string], `SELECT DISTINCT a.subject FROM act_act a`+w.String()+` ORDER BY a.subject`, w.Args...)
}

// PersonIDs gives the persons who took part, each once, under ids of ours.
func PersonIDs(tx *db.Tx, f Filter) ([]string, error) {
	w := f.where(tx)
	return db.All(tx, db.Value[string], `SELECT DISTINCT p.person_id FROM act_act a JOIN act_person p ON p.act_id = a.id`+w.String()+` ORDER BY p.person_id`, w.Args...)
}

// Persons tells how many persons took part, each counted once.
func Persons(tx *db.Tx, f Filter) (int64, error) {
	w := f.where(tx)
	return db.One(tx, db.Value[int64], `SELECT count(DISTINCT p.person_id) FROM act_act a JOIN act_person p ON p.act_id = a.id`+w.String(), w.Args...)
}

// Sum adds up an amount.
func Sum(tx *db.Tx, f Filter, amount string) (int64, error) {
	w := f.where(tx)
	w.And("m.name = ?", amount)
	return db.One(tx, db.Value[int64], `SELECT CAST(coalesce(sum(m.value), 0) AS BIGINT) FROM act_act a JOIN act_amount m ON m.act_id = a.id`+w.String(), w.Args...)
}

// Began gives when the first act of the body happened, or the zero time.
func Began(tx *db.Tx) (time.Time, error) {
	first, err := db.All(tx, db.Value[time.Time], `SELECT a.at FROM act_act a WHERE a.body = $1 ORDER BY a.at LIMIT 1`, tx.Body)
	if err != nil || len(first) == 0 {
		return time.Time{}, err
	}
	return first[0], nil
}

// Tally is how many acts of one unit or kind there are.
type Tally struct {
	Key   string `json:"key"`
	Count int64  `json:"count"`
}

func scanTally(row db.Row) (t Tally, err error) { return t, row.Scan(&t.Key, &t.Count) }

// ByUnit counts the acts of each unit whose acts they are.
func ByUnit(tx *db.Tx, f Filter) ([]Tally, error) {
	w := f.where(tx)
	w.And("a.unit_id <> ''")
	return db.All(tx, scanTally, `SELECT a.unit_id, count(*) FROM act_act a`+w.String()+` GROUP BY a.unit_id ORDER BY a.unit_id`, w.Args...)
}

// SumByUnit adds up an amount for each unit whose acts they are.
func SumByUnit(tx *db.Tx, f Filter, amount string) ([]Tally, error) {
	w := f.where(tx)
	w.And("a.unit_id <> '' AND m.name = ?", amount)
	return db.All(tx, scanTally, `SELECT a.unit_id, CAST(sum(m.value) AS BIGINT) FROM act_act a JOIN act_amount m ON m.act_id = a.id`+w.String()+
		` GROUP BY a.unit_id ORDER BY a.unit_id`, w.Args...)
}

// ByPart counts the acts in which each unit took part, whose ever they are.
func ByPart(tx *db.Tx, f Filter) ([]Tally, error) {
	w := f.where(tx)
	return db.All(tx, scanTally, `SELECT u.unit_id, count(*) FROM act_act a JOIN act_unit u ON u.act_id = a.id`+w.String()+` GROUP BY u.unit_id ORDER BY u.unit_id`, w.Args...)
}

// SumByPart adds up an amount for each unit that took part: all of it for each.
func SumByPart(tx *db.Tx, f Filter, amount string) ([]Tally, error) {
	w := f.where(tx)
	w.And("m.name = ?", amount)
	return db.All(tx, scanTally, `SELECT u.unit_id, CAST(sum(m.value) AS BIGINT) FROM act_act a JOIN act_unit u ON u.act_id = a.id JOIN act_amount m ON m.act_id = a.id`+w.String()+
		` GROUP BY u.unit_id ORDER BY u.unit_id`, w.Args...)
}

// ByKind counts the acts of each kind.
func ByKind(tx *db.Tx, f Filter) ([]Tally, error) {
	w := f.where(tx)
	return db.All(tx, scanTally, `SELECT a.kind, count(*) FROM act_act a`+w.String()+` GROUP BY a.kind ORDER BY a.kind`, w.Args...)
}
