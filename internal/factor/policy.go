package factor

import "guildhall/internal/auth"

// self is the rule of a person's own factors; a program that acts by a token has no
// business with them.
func self(a auth.Actor, person string) bool { return a.ID != "" && a.ID == person && !a.Token }

// tends stands before directory.Tends, which knows whose accounts one looks after.
func tends(a auth.Actor, person string) bool {
	return (a.Runs() || a.Is(auth.UnitAdmin)) && a.ID != person && !a.Token
}

// The rule book of the factors, by person.
var policy = auth.Policy[string]{
	"factor.own.read":       self,
	"factor.code.begin":     self,
	"factor.code.confirm":   self,
	"factor.code.end":       self,
	"factor.recovery.renew": self,
	"factor.passkey.add":    self,
	"factor.passkey.name":   self,
	"factor.passkey.end":    self,
	"factor.person.clear":   tends,
}
