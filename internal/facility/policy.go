package facility

import (
	"guildhall/internal/auth"
	"guildhall/internal/db"
)

func runs(a auth.Actor, _ *Equipment) bool { return a.Runs() }

func owner(a auth.Actor, e *Equipment) bool { return a.For(e.Owner) }

func inUse(_ auth.Actor, e *Equipment) bool { return e.Status != Retired }

// The rule book of the equipment. What can be had is public; what it cost, and
// its keeper's phone, are for those who work in a unit.
var policy = auth.Policy[*Equipment]{
	"facility.equipment.read":   auth.Any(runs, owner, inUse),
	"facility.detail.read":      auth.Role[*Equipment](auth.Admin, auth.Secretariat, auth.UnitAdmin, auth.Staff),
	"facility.equipment.mark":   auth.Any(runs, owner),
	"facility.equipment.import": auth.Any(runs, owner),
}

// visible is the rule facility.equipment.read as a search condition.
func visible(a auth.Actor) (w db.Where) {
	switch {
	case a.Runs():
	case a.For(a.Unit):
		w.And("e.status <> 'retired' OR e.owner_id = ?", a.Unit)
	default:
		w.And("e.status <> 'retired'")
	}
	return w
}
