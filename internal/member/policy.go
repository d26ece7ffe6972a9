package member

import "guildhall/internal/auth"

// runs is the rule of those who run the body in which the unit stands.
func runs(a auth.Actor, _ *Standing) bool { return a.Runs() }

// works is the rule of those who work for a unit, or for the body itself.
var works = auth.Role[*Standing](auth.Admin, auth.Secretariat, auth.UnitAdmin, auth.Staff)

// The rule book of the roll. Who belongs, and in what rank, is public; how to
// reach a unit is for those who work with it. A standing is always of the body
// in which the actor is: no other is ever loaded.
var policy = auth.Policy[*Standing]{
	"member.roll.read":         auth.Everyone[*Standing],
	"member.phone.read":        works,
	"member.contribution.read": works,
	"member.unit.join":         runs,
	"member.unit.leave":        runs,
	"member.unit.describe":     runs,
	"member.rank.appoint":      runs,
	"member.rank.relieve":      runs,
	"member.rank.define":       runs,
}

// holder is the rule of whoever holds the key of an application.
func holder(_ auth.Actor, f *Filing) bool { return f != nil && f.mine }

func office(a auth.Actor, _ *Filing) bool { return a.Runs() }

// The rule book of applications. Anybody may send one; after that it belongs to
// whoever holds its key, and to those who run the body.
var filingPolicy = auth.Policy[*Filing]{
	"member.application.send":     auth.Everyone[*Filing],
	"member.application.read":     auth.Any(office, holder),
	"member.application.mend":     holder,
	"member.application.withdraw": auth.Any(office, holder),
	"member.application.contact":  office,
	"member.application.return":   office,
	"member.application.check":    office,
	"member.application.admit":    office,
	"member.application.refuse":   office,
}

func keeper(a auth.Actor, _ *Assessment) bool { return a.Runs() }

// announced is the rule of those who work for a unit, once the results are theirs
// to see.
func announced(a auth.Actor, x *Assessment) bool {
	return x != nil && x.State != "draft" && works(a, nil)
}

// The rule book of assessments. A member appeals for itself only: File takes the
// unit of whoever asks.
var assessPolicy = auth.Policy[*Assessment]{
	"member.assessment.read":     auth.Any(keeper, announced),
	"member.assessment.count":    keeper,
	"member.assessment.adjust":   keeper,
	"member.assessment.announce": keeper,
	"member.assessment.appeal":   auth.Role[*Assessment](auth.UnitAdmin),
	"member.assessment.answer":   keeper,
	"member.assessment.conclude": keeper,
}
