package facility

import (
	"slices"

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
	"facility.calendar.read":    auth.All(auth.Known, auth.Any(runs, owner, inUse)),
	"facility.terms.read":       auth.All(auth.Known, auth.Any(runs, owner, inUse)),
	"facility.terms.set":        auth.Any(runs, owner),
	"facility.use.read":         auth.All(auth.Role[*Equipment](auth.Admin, auth.Secretariat, auth.UnitAdmin, auth.Staff), auth.Any(runs, owner, inUse)),
}

// asks is the rule of the unit for which it was asked: whoever works there goes on
// with what a colleague began.
func asks(a auth.Actor, b *Booking) bool { return b != nil && a.For(b.Unit) }

func owns(a auth.Actor, b *Booking) bool { return b != nil && a.For(b.Owner) }

// keeps is the rule of who looks after the piece: those who have the duty, whoever
// administers the owner, and, where nobody has the duty, whoever works there.
func keeps(a auth.Actor, b *Booking) bool {
	return owns(a, b) && (len(b.keepers) == 0 || a.Is(auth.UnitAdmin) || slices.Contains(b.keepers, a.ID))
}

func running(a auth.Actor, _ *Booking) bool { return a.Runs() }

func working(a auth.Actor, _ *Booking) bool { return a.For(a.Unit) }

// The rule book of bookings. Others than the two units and the secretariat know of a
// booking only that its time is taken.
var bookings = auth.Policy[*Booking]{
	"facility.booking.ask":      working,
	"facility.booking.list":     auth.Any(running, working),
	"facility.booking.read":     auth.Any(running, asks, owns),
	"facility.booking.move":     asks,
	"facility.booking.cancel":   asks,
	"facility.booking.approve":  auth.Any(running, keeps),
	"facility.booking.refuse":   auth.Any(running, keeps),
	"facility.booking.withdraw": auth.Any(running, keeps),
	"facility.booking.note":     auth.Any(running, keeps),
	"facility.booking.miss":     auth.Any(running, keeps),
	"facility.booking.correct":  auth.Any(running, keeps),
}

// visibleBookings is the rule facility.booking.read as a search condition.
func visibleBookings(a auth.Actor, w *db.Where) {
	switch {
	case a.Runs():
	case a.For(a.Unit):
		w.And("b.unit_id = ? OR e.owner_id = ?", a.Unit, a.Unit)
	default:
		w.And("1 = 0")
	}
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
