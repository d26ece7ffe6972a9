package placement

import (
	"guildhall/internal/auth"
	"guildhall/internal/db"
)

func runs(a auth.Actor, _ *Placement) bool { return a.Runs() }

func school(a auth.Actor, p *Placement) bool { return p != nil && a.For(p.School) }

func enterprise(a auth.Actor, p *Placement) bool { return p != nil && a.For(p.Enterprise) }

// self is the student whom it is about. One that is planned and not checked yet is
// nothing to tell them of.
func self(a auth.Actor, p *Placement) bool {
	return p != nil && a.Is(auth.Student) && a.About != "" && a.About == p.Candidate && p.State != Draft
}

func works(a auth.Actor, _ *Placement) bool { return a.For(a.Unit) }

var student = auth.Role[*Placement](auth.Student)

// The rule book of placements. School, enterprise and student see their own, with
// the name; the secretariat sees all of them masked, and arranges none.
var policy = auth.Policy[*Placement]{
	"placement.placement.list":     auth.Any(runs, works, student),
	"placement.placement.read":     auth.Any(runs, school, enterprise, self),
	"placement.placement.look":     auth.Any(school, enterprise, self),
	"placement.placement.export":   auth.Any(runs, works),
	"placement.placement.draft":    school,
	"placement.placement.import":   auth.Any(runs, school),
	"placement.placement.admit":    school,
	"placement.placement.describe": auth.Any(school, enterprise),
	"placement.placement.check":    auth.Any(runs, school, enterprise),
	"placement.placement.sign":     auth.Any(school, enterprise, self),
	"placement.placement.link":     school,
	"placement.placement.start":    school,
	"placement.placement.withdraw": school,
	"placement.placement.ask":      auth.Any(school, enterprise, self),
	"placement.placement.answer":   auth.Any(school, enterprise),
	"placement.employment.follow":  school,
	"placement.staff.read":         auth.Any(runs, works),
	"placement.staff.tell":         auth.Any(runs, enterprise),
	"placement.signing.read":       auth.Everyone[*Placement],
	"placement.signing.sign":       auth.Everyone[*Placement],
}

// visible is the rule placement.placement.read as a search condition.
func visible(a auth.Actor, w *db.Where) {
	switch own := a.Is(auth.Student) && a.About != ""; {
	case a.Runs():
	case a.For(a.Unit) && own:
		w.And("p.school = ? OR p.enterprise = ? OR p.candidate_id = ? AND p.state <> 'draft'", a.Unit, a.Unit, a.About)
	case a.For(a.Unit):
		w.And("p.school = ? OR p.enterprise = ?", a.Unit, a.Unit)
	case own:
		w.And("p.candidate_id = ? AND p.state <> 'draft'", a.About)
	default:
		w.And("1 = 0")
	}
}
