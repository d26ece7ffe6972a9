package intake

import (
	"guildhall/internal/auth"
	"guildhall/internal/db"
)

var runs auth.Rule[*Job] = func(a auth.Actor, _ *Job) bool { return a.Runs() }

// works is the rule of those who work on the data of the import's unit.
var works auth.Rule[*Job] = func(a auth.Actor, j *Job) bool { return j != nil && a.For(j.Unit) }

// unit is the rule of those who work on the data of any unit, for their own.
var unit auth.Rule[*Job] = func(a auth.Actor, _ *Job) bool { return a.For(a.Unit) }

// The rule book of imports. What rows somebody may send, the Takers say.
var policy = auth.Policy[*Job]{
	"intake.job.list":     auth.Any(runs, unit),
	"intake.job.start":    auth.Any(runs, unit),
	"intake.job.read":     auth.Any(runs, works),
	"intake.job.decide":   auth.Any(runs, works),
	"intake.job.commit":   auth.Any(runs, works),
	"intake.job.drop":     auth.Any(runs, works),
	"intake.job.rejected": auth.Any(runs, works),
}

// visible is the rule intake.job.read as a search condition.
func visible(a auth.Actor) (w db.Where) {
	switch {
	case a.Runs():
	case a.For(a.Unit):
		w.And("j.unit_id = ?", a.Unit)
	default:
		w.And("1 = 0")
	}
	return w
}
