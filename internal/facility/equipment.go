package facility

import (
	"slices"
	"time"

	"guildhall/internal/fault"
)

// Status tells whether a piece can be had.
type Status string

const (
	Available   Status = "available"   // can be used
	Maintenance Status = "maintenance" // is being mended
	Retired     Status = "retired"     // out of use for good; only its owner and the secretariat still see it
)

// Statuses lists what a piece can be.
var Statuses = []Status{Available, Maintenance, Retired}

// Equipment is one piece of equipment, or a place to work that is used as one.
// What is not known is nil or empty.
type Equipment struct {
	ID       string   `json:"id"`
	Ref      string   `json:"ref,omitempty"` // number under which the body knows it, such as E00001
	Owner    string   `json:"owner"`         // the unit
	Name     string   `json:"name"`
	Skills   []string `json:"skills"`               // codes of what it serves to learn
	Hourly   *int64   `json:"hourly_fen,omitempty"` // price of an hour, in fen
	Capacity *int64   `json:"capacity,omitempty"`   // persons at a time
	Weekend  bool     `json:"weekend"`              // can be had at weekends
	Training bool     `json:"training_needed"`      // only for who was trained on it
	BoughtOn string   `json:"bought_on,omitempty"`  // 2026-10-31
	Location string   `json:"location,omitempty"`
	Status   Status   `json:"status"`

	// For those who work with it: see facility.detail.read.
	AssetNo string `json:"asset_no,omitempty"`  // the owner's own number
	Value   *int64 `json:"value_fen,omitempty"` // what it cost, in fen
	Phone   string `json:"phone,omitempty"`     // of its keeper

	OwnerName   string  `json:"owner_name"` // of the unit, when it was read
	OwnerNameEN string  `json:"owner_name_en,omitempty"`
	SkillNames  []Named `json:"skill_names,omitempty"`

	sealedPhone string
	madeAt      time.Time
	changedAt   time.Time
	action      string // for which it was taken; keep tells the journal
}

// Named is a code with its names.
type Named struct {
	Code   string `json:"code"`
	Name   string `json:"name"`
	NameEN string `json:"name_en,omitempty"`
}

func (e *Equipment) mark(status Status, now time.Time) error {
	if !slices.Contains(Statuses, status) {
		var wrong fault.List
		wrong.Add("status", "facility.equipment.status", string(status))
		return wrong.Err()
	}
	if e.Status == status {
		return fault.Conflict.New("facility.equipment.marked")
	}
	e.Status, e.changedAt = status, now
	return nil
}

// outside leaves out what only those who work with the equipment may see.
func (e *Equipment) outside() {
	e.AssetNo, e.Value, e.Phone = "", nil, ""
}
