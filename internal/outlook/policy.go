package outlook

import (
	"guildhall/internal/auth"
	"guildhall/internal/db"
)

// about is what the rule book must know of a thing: a release, one of its lines, or
// the records of a unit.
type about struct {
	state    State
	level    Level
	unit     string
	withheld bool
}

func of(r *Release) about { return about{state: r.State} }

func ofLine(r *Release, l *Line) about {
	return about{state: r.State, level: l.Level, unit: l.Unit, withheld: l.Withheld}
}

func runs(a auth.Actor, _ about) bool { return a.Runs() }

// own lets people in to the records and lines of the unit that they work for.
func own(a auth.Actor, on about) bool { return on.unit != "" && a.For(on.unit) }

func published(_ auth.Actor, on about) bool { return on.state == Published }

// open lets everyone in to sums that tell of no single enterprise.
func open(_ auth.Actor, on about) bool { return on.level != OfLine && !on.withheld }

// The rule book of the outlook.
var policy = auth.Policy[about]{
	"outlook.release.read":    auth.Any(runs, published),
	"outlook.release.run":     runs,
	"outlook.release.review":  runs,
	"outlook.release.publish": runs,
	"outlook.release.verify":  runs,
	"outlook.line.read":       auth.Any(runs, auth.All(published, auth.Any(own, open))),
	"outlook.gap.read":        auth.Any(runs, published),
	"outlook.cell.read":       auth.Any(runs, auth.All(published, open)), // figures of a cell of the gap table
	"outlook.catalogue.read":  auth.Any(runs, published),
	"outlook.advice.read":     auth.Any(runs, published),
	"outlook.hiring.read":     auth.Any(runs, own),
	"outlook.hiring.report":   auth.Any(runs, own),
	"outlook.plan.submit":     auth.Any(runs, own),
}

// visible is the rule outlook.release.read as states.
func visible(a auth.Actor) []State {
	if a.Runs() {
		return []State{Computing, Failed, Computed, Reviewed, Published}
	}
	return []State{Published}
}

// visibleLines is the rule outlook.line.read as a search condition, within a
// release that the actor may see.
func visibleLines(a auth.Actor, w *db.Where) {
	switch {
	case a.Runs():
	case a.Unit != "" && a.For(a.Unit):
		w.And("l.level <> 'line' AND NOT l.withheld OR l.unit_id = ?", a.Unit)
	default:
		w.And("l.level <> 'line' AND NOT l.withheld")
	}
}
