package watch

import "guildhall/internal/auth"

// The rule book. Figures and the house's own queues are for the platform's administrator;
// how a body's own work stands is for its secretariat too.
var policy = auth.Policy[string]{
	"watch.metrics.read":    auth.Role[string](auth.Admin),
	"watch.operations.read": auth.Role[string](auth.Admin, auth.Secretariat),
	"watch.house.read":      auth.Role[string](auth.Admin),
	"watch.work.retry":      auth.Role[string](auth.Admin, auth.Secretariat),
}
