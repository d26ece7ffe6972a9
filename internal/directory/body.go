package directory

import (
	"strings"
	"sync"
	"time"

	"guildhall/internal/db"
	"guildhall/internal/fault"
)

// Body is a consortium (市域产教联合体) or an industry community (行业产教融合共同体).
// Its rules and numbers are its own; units may be in several.
type Body struct {
	ID       string    `json:"id"`
	Name     string    `json:"name"`
	NameEN   string    `json:"name_en"`
	Kind     string    `json:"kind"`     // city or industry
	Industry string    `json:"industry"` // the chain it is about, in words
	Region   string    `json:"region"`   // six digits
	Zone     string    `json:"zone"`     // in which its times are shown
	MadeAt   time.Time `json:"made_at"`
}

// Location gives the zone in which the body's times are shown.
func (b *Body) Location() *time.Location {
	if zone, ok := zones.Load(b.Zone); ok { // reading one takes a file
		return zone.(*time.Location)
	}
	zone, err := time.LoadLocation(b.Zone)
	if err != nil {
		return time.UTC
	}
	zones.Store(b.Zone, zone)
	return zone
}

var zones sync.Map // name: *time.Location

func (b *Body) check() error { return b.faults().Err() }

func (b *Body) faults() (wrong fault.List) {
	if b.Name = strings.TrimSpace(b.Name); b.Name == "" {
		wrong.Add("name", "directory.body.unnamed")
	}
	if b.Kind != "city" && b.Kind != "industry" {
		wrong.Add("kind", "directory.body.kind", b.Kind)
	}
	if b.Region = strings.TrimSpace(b.Region); b.Region != "" && !regional(b.Region) {
		wrong.Add("region", "directory.body.region", b.Region)
	}
	if _, err := time.LoadLocation(b.Zone); err != nil {
		wrong.Add("zone", "directory.body.zone", b.Zone)
	}
	return wrong
}

// regional tells whether a code has the shape of GB/T 2260: six digits.
func regional(code string) bool {
	return len(code) == 6 && strings.Trim(code, "0123456789") == ""
}

const bodyColumns = `b.id, b.name, b.name_en, b.kind, b.industry, b.region, b.zone, b.made_at`

func scanBody(row db.Row) (*Body, error) {
	b := new(Body)
	return b, row.Scan(&b.ID, &b.Name, &b.NameEN, &b.Kind, &b.Industry, &b.Region, &b.Zone, &b.MadeAt)
}

// Bodies gives all bodies, the first made first.
func Bodies(tx *db.Tx) ([]*Body, error) {
	return db.All(tx, scanBody, `SELECT `+bodyColumns+` FROM directory_body b ORDER BY b.id`)
}

// FindBody gives a body by its id.
func FindBody(tx *db.Tx, id string) (*Body, error) {
	return db.One(tx, scanBody, `SELECT `+bodyColumns+` FROM directory_body b WHERE b.id = $1`, id)
}

func saveBody(tx *db.Tx, b *Body) error {
	_, err := tx.Exec(`
		INSERT INTO directory_body (id, name, name_en, kind, industry, region, zone, made_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (id) DO UPDATE SET name = excluded.name, name_en = excluded.name_en, industry = excluded.industry,
			region = excluded.region, zone = excluded.zone`,
		b.ID, b.Name, b.NameEN, b.Kind, b.Industry, b.Region, b.Zone, b.MadeAt)
	return err
}
