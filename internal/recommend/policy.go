package recommend

import "guildhall/internal/auth"

// Subject is what an action of this room is about.
type Subject struct {
	School     string // of a candidate
	Candidate  string // the id of one
	Enterprise string // of a post
	Owner      string // of a course
}

var (
	runs       = func(a auth.Actor, _ Subject) bool { return a.Runs() }
	school     = func(a auth.Actor, on Subject) bool { return a.For(on.School) }
	enterprise = func(a auth.Actor, on Subject) bool { return a.For(on.Enterprise) }
	owner      = func(a auth.Actor, on Subject) bool { return a.For(on.Owner) }
	works      = func(a auth.Actor, _ Subject) bool { return a.For(a.Unit) }
	pupil      = func(a auth.Actor, _ Subject) bool { return a.Is(auth.Student) && a.About != "" }
	self       = func(a auth.Actor, on Subject) bool {
		return a.Is(auth.Student) && a.About != "" && a.About == on.Candidate
	}
)

// The rule book of recommendation. What is recommended to a candidate is theirs and
// their school's to see; the secretariat sees it without the name. An enterprise
// sees candidates for its own posts, by codes.
var policy = auth.Policy[Subject]{
	"recommend.candidate.mine": pupil,
	"recommend.candidate.look": auth.Any(school, self, runs),
	"recommend.position.look":  auth.Any(enterprise, runs),
	"recommend.survey.read":    auth.Any(runs, works),
	"recommend.survey.export":  auth.Any(runs, works),

	"recommend.course.read":   auth.Everyone[Subject],
	"recommend.course.export": auth.Everyone[Subject],
	"recommend.course.offer":  auth.Any(runs, owner),
	"recommend.course.change": auth.Any(runs, owner),
	"recommend.course.end":    auth.Any(runs, owner),
}
