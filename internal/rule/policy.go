package rule

import "guildhall/internal/auth"

func runs(a auth.Actor, _ string) bool { return a.Runs() }

// The rule book of the rules, by kind. Whoever has an account may read by what
// rules they are counted, weighed and charged.
var policy = auth.Policy[string]{
	"rule.version.read":     auth.Known[string],
	"rule.version.set":      runs,
	"rule.version.withdraw": runs,
}
