package talent

import (
	"guildhall/internal/auth"
	"guildhall/internal/db"
)

// Subject is what an action of this room is about.
type Subject struct {
	School     string // of a programme or a candidate
	Enterprise string // of a position
	Candidate  string // the id of one
	Open       bool   // a position that takes people
	Reader     string // class of the unit for which the reader of a demand works
}

var (
	runs       = func(a auth.Actor, _ Subject) bool { return a.Runs() }
	school     = func(a auth.Actor, on Subject) bool { return a.For(on.School) }
	enterprise = func(a auth.Actor, on Subject) bool { return a.For(on.Enterprise) }
	self       = func(a auth.Actor, on Subject) bool {
		return a.Is(auth.Student) && a.About != "" && a.About == on.Candidate
	}
	works    = func(a auth.Actor, _ Subject) bool { return a.For(a.Unit) }
	taking   = func(_ auth.Actor, on Subject) bool { return on.Open }
	supplier = func(_ auth.Actor, on Subject) bool { return on.Reader != "" && on.Reader != "enterprise" }
)

// The rule book of talent. Nobody but their own school and they themselves sees
// who a candidate is; the secretariat sees candidates masked, an enterprise sees
// those whom a published round placed with it.
var policy = auth.Policy[Subject]{
	"talent.programme.read":   auth.Everyone[Subject],
	"talent.programme.import": auth.Any(runs, school),

	"talent.candidate.list":    auth.Any(runs, works),
	"talent.candidate.read":    auth.Any(runs, school, self),
	"talent.candidate.look":    auth.Any(school, self),
	"talent.candidate.export":  auth.Any(runs, works),
	"talent.candidate.import":  auth.Any(runs, school),
	"talent.candidate.consent": auth.Any(school, self),
	"talent.candidate.enter":   school,
	"talent.candidate.wish":    auth.Any(school, self),
	"talent.candidate.vouch":   auth.Any(school, self),

	"talent.position.read":   auth.Any(taking, runs, enterprise),
	"talent.position.import": auth.Any(runs, enterprise),

	"talent.demand.list":     auth.Any(runs, works),
	"talent.demand.read":     auth.Any(runs, enterprise, supplier),
	"talent.demand.export":   auth.Any(runs, works),
	"talent.demand.file":     auth.Any(runs, enterprise),
	"talent.demand.import":   auth.Any(runs, enterprise),
	"talent.demand.change":   auth.Any(runs, enterprise),
	"talent.demand.renew":    auth.Any(runs, enterprise),
	"talent.demand.withdraw": auth.Any(runs, enterprise),
	"talent.demand.close":    auth.Any(runs, enterprise),
	"talent.demand.hired":    auth.Any(runs, enterprise),
	"talent.demand.post":     auth.Any(runs, enterprise),
	"talent.demand.answer":   auth.Any(runs, enterprise, supplier),
	"talent.demand.base":     runs,

	"talent.rule.decide": runs,
}

// visibleCandidates is the rule talent.candidate.read as a search condition.
func visibleCandidates(a auth.Actor, w *db.Where) {
	switch {
	case a.Runs():
	case a.Is(auth.Student) && a.About != "" && !a.For(a.Unit):
		w.And("c.id = ?", a.About)
	case a.Is(auth.Student) && a.About != "":
		w.And("c.school = ? OR c.id = ?", a.Unit, a.About)
	case a.For(a.Unit):
		w.And("c.school = ?", a.Unit)
	default:
		w.And("1 = 0")
	}
}

// visibleDemands is the rule talent.demand.read as a search condition, for a
// reader who works for a unit of a class.
func visibleDemands(a auth.Actor, class string, w *db.Where) {
	switch {
	case a.Runs() || supplier(a, Subject{Reader: class}):
	case a.For(a.Unit):
		w.And("l.unit = ?", a.Unit)
	default:
		w.And("1 = 0")
	}
}
