package codes

import "guildhall/internal/auth"

var admin = auth.Role[Edition](auth.Admin)

// The rule book of the code lists. They are public: whoever sends us data must
// be able to look up the codes in it.
var policy = auth.Policy[Edition]{
	"codes.list.read":       auth.Everyone[Edition],
	"codes.edition.publish": admin,
	"codes.mapping.draw":    admin,
}
