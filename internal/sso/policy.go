package sso

import "guildhall/internal/auth"

// Subject is what an action is about: a provider, by its body and unit, or a person.
type Subject struct{ Body, Unit, Person string }

var (
	// runs is the rule of those who run the body. A program that acts by a token has no
	// business with how people sign in.
	runs = func(a auth.Actor, on Subject) bool { return a.Runs() && on.Body != "" && on.Body == a.Body && !a.Token }

	// leads is the rule of a unit's administrator, for the providers of that unit.
	leads = func(a auth.Actor, on Subject) bool {
		return a.Is(auth.UnitAdmin) && on.Unit != "" && on.Unit == a.Unit && on.Body == a.Body && !a.Token
	}

	self = func(a auth.Actor, on Subject) bool { return a.ID != "" && a.ID == on.Person && !a.Token }
)

// The rule book of the identity providers.
var policy = auth.Policy[Subject]{
	"sso.provider.list":     auth.Any(runs, leads),
	"sso.provider.register": auth.Any(runs, leads),
	"sso.provider.change":   auth.Any(runs, leads),
	"sso.provider.switch":   auth.Any(runs, leads),
	"sso.provider.test":     auth.Any(runs, leads),
	"sso.provider.end":      auth.Any(runs, leads),
	"sso.provider.trust":    runs, // that its second factor spares them ours
	"sso.link.end":          auth.Any(runs, leads),
	"sso.own.read":          self,
	"sso.own.link":          self,
	"sso.own.unlink":        self,
}
