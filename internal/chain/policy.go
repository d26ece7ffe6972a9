package chain

import "guildhall/internal/auth"

func runs(a auth.Actor, _ Node) bool { return a.Runs() }

// The rule book of the chain. What it shows is public; whoever works in a unit may
// confirm that an edge still holds; the secretariat edits.
var policy = auth.Policy[Node]{
	"chain.node.read":     auth.Everyone[Node],
	"chain.edge.confirm":  auth.Role[Node](auth.Admin, auth.Secretariat, auth.UnitAdmin, auth.Staff),
	"chain.edge.join":     runs,
	"chain.edge.amend":    runs,
	"chain.edge.end":      runs,
	"chain.edge.import":   runs,
	"chain.code.redirect": runs,
}
