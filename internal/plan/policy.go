package plan

import (
	"guildhall/internal/auth"
	"guildhall/internal/db"
)

// Thing is what an action of the plan is about: the unit whose it is.
type Thing struct{ Owner string }

func runs(a auth.Actor, _ Thing) bool { return a.Runs() }

// works is the rule of those who work for a unit of the body.
func works(a auth.Actor, _ Thing) bool { return a.For(a.Unit) }

func own(a auth.Actor, on Thing) bool { return a.For(on.Owner) }

// The rule book of the plan. Tasks are for those who work here, for they tell who
// is late; projects and policies are public, without their money.
var policy = auth.Policy[Thing]{
	"plan.task.read":   auth.Any(runs, works),
	"plan.task.open":   runs,
	"plan.task.change": runs,
	"plan.task.report": auth.Any(runs, own),
	"plan.task.judge":  runs,
	"plan.task.cancel": runs,
	"plan.year.set":    runs,

	"plan.project.read":   auth.Everyone[Thing],
	"plan.project.start":  runs,
	"plan.project.change": auth.Any(runs, own),
	"plan.project.finish": auth.Any(runs, own),
	"plan.money.read":     auth.Any(runs, works),
	"plan.money.promise":  auth.Any(runs, own),
	"plan.money.receive":  runs,
	"plan.money.correct":  runs,

	"plan.policy.read":  auth.Everyone[Thing],
	"plan.policy.list":  runs,
	"plan.policy.end":   runs,
	"plan.policy.weigh": auth.Any(runs, works),
	"plan.policy.apply": own,
	"plan.grant.read":   auth.Any(runs, own),
	"plan.grant.judge":  runs,
}

// visibleGrants is the rule plan.grant.read as a search condition.
func visibleGrants(a auth.Actor) (w db.Where) {
	switch {
	case a.Runs():
	case a.For(a.Unit):
		w.And("g.unit_id = ?", a.Unit)
	default:
		w.And("1 = 0")
	}
	return w
}
