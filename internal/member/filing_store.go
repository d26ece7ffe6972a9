package member

import (
	"strconv"
	"strings"

	"guildhall/internal/db"
)

const filingColumns = `f.id, f.number, f.key_hash, f.state, f.name, f.short_name, f.name_en, f.class, f.credit_code, f.industry, f.region, f.segments, f.staff,
	f.phone, f.rank, f.statement, f.contact_seal, f.mobile_seal, f.email_seal, f.reason, f.resolution, f.resolution_id, f.unit_id, f.made_at, f.changed_at`

func scanFiling(row db.Row) (*Filing, error) {
	f := new(Filing)
	return f, row.Scan(&f.ID, &f.Number, &f.keyHash, &f.State, &f.Name, &f.ShortName, &f.NameEN, &f.Class, &f.CreditCode, &f.Industry, &f.Region, &f.Segments,
		&f.Staff, &f.Phone, &f.Rank, &f.Statement, &f.sealed[0], &f.sealed[1], &f.sealed[2], &f.Reason, &f.Resolution, &f.ResolutionID, &f.Unit, &f.MadeAt, &f.ChangedAt)
}

func findFiling(tx *db.Tx, id string) (*Filing, error) {
	return db.One(tx, scanFiling, `SELECT `+filingColumns+` FROM member_application f WHERE f.id = $1 AND f.body = $2`, id, tx.Body)
}

func filingByKey(tx *db.Tx, hash string) (*Filing, error) {
	return db.One(tx, scanFiling, `SELECT `+filingColumns+` FROM member_application f WHERE f.key_hash = $1 AND f.body = $2`, hash, tx.Body)
}

// filings gives the applications in one of some states, the latest first.
func filings(tx *db.Tx, states []string, text, after string, limit int) ([]*Filing, error) {
	var w db.Where
	w.And("f.body = ?", tx.Body)
	if len(states) > 0 {
		w.In("f.state", states)
	}
	w.Like(text, "f.name", "f.short_name", "f.credit_code", "f.number")
	if after != "" {
		w.And("f.id < ?", after)
	}
	where := w.String()
	return db.All(tx, scanFiling, `SELECT `+filingColumns+` FROM member_application f`+where+` ORDER BY f.id DESC LIMIT `+w.Next(limit), w.Args...)
}

// filingNumber gives the next number of a year.
func filingNumber(tx *db.Tx, year int) (string, error) {
	before := strconv.Itoa(year) + "-"
	had, err := db.All(tx, db.Value[string], `SELECT number FROM member_application WHERE body = $1 AND number LIKE $2`, tx.Body, before+"%")
	last := 0
	for _, number := range had {
		n, _ := strconv.Atoi(strings.TrimPrefix(number, before))
		last = max(last, n)
	}
	return before + strconv.Itoa(last+1), err
}

func saveFiling(tx *db.Tx, f *Filing) error {
	return db.Insert(tx, "member_application", []string{"id", "body", "number", "key_hash", "state", "name", "short_name", "name_en", "class", "credit_code",
		"industry", "region", "segments", "staff", "phone", "rank", "statement", "contact_seal", "mobile_seal", "email_seal", "reason", "resolution",
		"resolution_id", "unit_id", "made_at", "changed_at"},
		`ON CONFLICT (id) DO UPDATE SET state = excluded.state, name = excluded.name, short_name = excluded.short_name, name_en = excluded.name_en,
			class = excluded.class, credit_code = excluded.credit_code, industry = excluded.industry, region = excluded.region, segments = excluded.segments,
			staff = excluded.staff, phone = excluded.phone, rank = excluded.rank, statement = excluded.statement, contact_seal = excluded.contact_seal,
			mobile_seal = excluded.mobile_seal, email_seal = excluded.email_seal, reason = excluded.reason, resolution = excluded.resolution,
			resolution_id = excluded.resolution_id, unit_id = excluded.unit_id, changed_at = excluded.changed_at`,
		[][]any{{f.ID, tx.Body, f.Number, f.keyHash, f.State, f.Name, f.ShortName, f.NameEN, f.Class, f.CreditCode, f.Industry, f.Region, f.Segments, f.Staff,
			f.Phone, f.Rank, f.Statement, f.sealed[0], f.sealed[1], f.sealed[2], f.Reason, f.Resolution, f.ResolutionID, f.Unit, f.MadeAt, tx.Now}})
}
