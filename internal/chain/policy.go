package chain

import "guildhall/internal/auth"

// The rule book of the chain. It is made of public lists and tells of no member.
var policy = auth.Policy[Node]{
	"chain.node.read": auth.Everyone[Node],
}
