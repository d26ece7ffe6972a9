package directory

import "guildhall/internal/auth"

// Subject is what an action of the directory is about: a person, a unit, a body.
type Subject struct {
	Person string
	Unit   string
	Body   string
	Role   string // that is given or taken
}

var (
	admin = auth.Role[Subject](auth.Admin)
	runs  = func(a auth.Actor, on Subject) bool {
		return a.Is(auth.Secretariat) && (on.Body == "" || on.Body == a.Body)
	}
	self = func(a auth.Actor, on Subject) bool { return a.ID != "" && a.ID == on.Person }

	// works is the rule of those who work for the unit.
	works = func(a auth.Actor, on Subject) bool { return a.For(on.Unit) }

	// leads is the rule of a unit's administrator, for persons of that unit in
	// roles no wider than their own.
	leads = func(a auth.Actor, on Subject) bool {
		return a.Is(auth.UnitAdmin) && a.Unit == on.Unit && (on.Body == "" || on.Body == a.Body) && on.Role != auth.Secretariat && on.Role != auth.Admin
	}
)

// The rule book of the directory.
var policy = auth.Policy[Subject]{
	"directory.body.found":      admin,
	"directory.body.list":       auth.Role[Subject](auth.Admin, auth.Secretariat),
	"directory.body.rename":     auth.Any(admin, runs),
	"directory.body.enter":      admin,
	"directory.unit.enrol":      auth.Role[Subject](auth.Admin, auth.Secretariat),
	"directory.account.list":    auth.Any(admin, runs, leads),
	"directory.account.invite":  auth.Any(admin, runs, leads),
	"directory.account.lock":    auth.Any(admin, runs, leads),
	"directory.account.reset":   auth.Any(admin, runs, leads),
	"directory.post.end":        auth.Any(admin, runs, leads),
	"directory.session.read":    self,
	"directory.session.end":     self,
	"directory.token.make":      self,
	"directory.token.end":       self,
	"directory.password.change": self,
	"directory.duty.read":       auth.Any(admin, runs, works),
	"directory.duty.export":     auth.Any(admin, runs, works),
	"directory.duty.assign":     auth.Any(admin, runs, leads),
	"directory.duty.end":        auth.Any(admin, runs, leads),
	"directory.duty.hand":       auth.Any(admin, runs, leads),
	"directory.journal.read":    auth.Role[Subject](auth.Admin, auth.Secretariat),
}
