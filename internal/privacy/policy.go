package privacy

import (
	"guildhall/internal/auth"
	"guildhall/internal/db"
)

// Subject is what an action is about: a person, or a request of one.
type Subject struct {
	Account   string
	Candidate string
	School    string // of the candidate
	Request   bool
	Unit      string // that answers the request; empty: the secretariat
	By        string // who made it
}

var (
	self = func(a auth.Actor, on Subject) bool {
		return !a.Token && a.ID != "" && (a.ID == on.Account || a.Is(auth.Student) && a.About != "" && a.About == on.Candidate)
	}
	// school is the administrator of the school that brings a candidate, who acts for
	// them on a written request.
	school = func(a auth.Actor, on Subject) bool {
		return !a.Token && on.School != "" && a.Is(auth.UnitAdmin) && a.Unit == on.School
	}
	answers = func(a auth.Actor, on Subject) bool {
		return on.Request && (on.Unit == "" && a.Runs() || on.Unit != "" && a.For(on.Unit))
	}
	runs  = func(a auth.Actor, _ Subject) bool { return !a.Token && a.Runs() }
	works = func(a auth.Actor, _ Subject) bool { return a.Runs() || a.For(a.Unit) }
)

// The rule book of the rights. The secretariat answers what is about rounds, and sees
// nobody's data by it.
var policy = auth.Policy[Subject]{
	"privacy.data.read":       auth.Any(self, school),
	"privacy.data.export":     auth.Any(self, school),
	"privacy.request.correct": auth.Any(self, school),
	"privacy.request.erase":   auth.Any(self, school),
	"privacy.request.review":  auth.Any(self, school),
	"privacy.request.list":    works,
	"privacy.request.read":    auth.Any(self, school, answers),
	"privacy.request.answer":  answers,
	"privacy.retention.read":  runs,
	"privacy.hold.set":        runs,
	"privacy.hold.lift":       runs,
	"privacy.request.take":    auth.Any(self, school), // take back
}

// visible is the rule of whose requests stand in the list, as a search condition.
func visible(a auth.Actor, w *db.Where) {
	switch {
	case a.Runs():
		w.And("q.unit_id = ''")
	case a.For(a.Unit):
		w.And("q.unit_id = ?", a.Unit)
	default:
		w.And("1 = 0")
	}
}
