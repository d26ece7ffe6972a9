package council

import (
	"guildhall/internal/auth"
	"guildhall/internal/db"
)

// Thing is what an action of the council is about.
type Thing struct {
	Draft  bool   // a meeting that nobody has been told of yet
	Chair  string // the unit that chairs the meeting
	Unit   string // the unit for which something is done
	Person string // whose trust it is
}

func runs(a auth.Actor, _ Thing) bool { return a.Runs() }

// works is the rule of those who work for a unit of the body.
func works(a auth.Actor, _ Thing) bool { return a.For(a.Unit) }

func told(a auth.Actor, on Thing) bool { return !on.Draft && a.For(a.Unit) }

func own(a auth.Actor, on Thing) bool { return a.For(on.Unit) }

func chairs(a auth.Actor, on Thing) bool {
	return on.Chair != "" && a.For(on.Chair) || on.Chair == "" && a.Runs()
}

func trusted(a auth.Actor, on Thing) bool { return a.ID != "" && a.ID == on.Person }

// The rule book of the council. That somebody speaks for a unit is asked in the
// commands, for it needs the roll.
var policy = auth.Policy[Thing]{
	"council.meeting.list":    auth.Any(runs, works),
	"council.meeting.read":    auth.Any(runs, told),
	"council.meeting.call":    runs,
	"council.meeting.change":  runs,
	"council.meeting.notify":  runs,
	"council.meeting.check":   runs,
	"council.meeting.open":    runs,
	"council.meeting.close":   runs,
	"council.meeting.archive": runs,
	"council.minutes.read":    auth.Any(runs, told),
	"council.minutes.mend":    runs,
	"council.minutes.confirm": chairs,
	"council.agenda.change":   runs,

	"council.attendance.note": auth.Any(runs, own),
	"council.attendance.list": runs,
	"council.proxy.note":      auth.Any(runs, own),

	"council.motion.change":   runs,
	"council.motion.withdraw": runs,
	"council.ballot.open":     runs,
	"council.ballot.close":    runs,
	"council.ballot.enter":    runs,
	"council.ballot.settle":   auth.Any(runs, chairs),
	"council.vote.cast":       own,
	"council.board.read":      auth.Everyone[Thing],

	"council.resolution.read":  auth.Any(runs, works),
	"council.resolution.carry": runs, // the journal's word for a resolution; nobody does it by hand
	"council.trustee.read":     auth.Any(runs, works),
	"council.trustee.take":     works, // each their own: the code appears on the screen of whoever keeps it
	"council.trustee.end":      runs,
	"council.share.give":       trusted,
}

// visible is the rule council.meeting.read as a search condition.
func visible(a auth.Actor) (w db.Where) {
	switch {
	case a.Runs():
	case a.For(a.Unit):
		w.And("m.status <> 'draft'")
	default:
		w.And("1 = 0")
	}
	return w
}
