package survey

import "guildhall/internal/auth"

// about is what the rule book must know: a round's state, and for a form whose it is.
type about struct {
	state State
	unit  string
}

func runs(a auth.Actor, _ about) bool { return a.Runs() }

// asked lets people in who work for a unit of the body, once a round is open.
func asked(a auth.Actor, on about) bool { return a.For(a.Unit) && on.state != Drafted }

func own(a auth.Actor, on about) bool { return on.unit != "" && a.For(on.unit) }

// The rule book of the surveys. What one enterprise answers, no other sees.
var policy = auth.Policy[about]{
	"survey.round.read":   auth.Any(runs, asked),
	"survey.round.draft":  runs,
	"survey.round.open":   runs,
	"survey.round.remind": runs,
	"survey.round.close":  runs,
	"survey.round.check":  runs,
	"survey.round.model":  runs,
	"survey.round.revise": runs,
	"survey.form.read":    auth.Any(runs, own),
	"survey.form.answer":  auth.Any(runs, own),
	"survey.form.return":  runs,
	"survey.form.accept":  runs,
	"survey.form.list":    runs,
}
