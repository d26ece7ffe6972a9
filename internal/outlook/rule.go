package outlook

import (
	"guildhall/internal/fault"
)

// Rule (测算规则) is what a release assumes where the records do not tell. It is
// kept with each release, so that whoever reads a figure knows what it stands on.
type Rule struct {
	// Entrants is the share of hires that goes to people who come from school, and
	// not from another job: graduates must not be held against all hires.
	Entrants float64 `json:"entrants"`
	// Reach is the share of graduates looking for work in the city who seek the
	// kinds of work that their programme leads to, and seek it at the consortium's
	// enterprises: others change their trade, or go to employers outside.
	Reach float64 `json:"reach"`
	// Stay is the share of graduates who neither study on nor enlist that looks
	// for work in the city, where no record tells.
	Stay float64 `json:"stay"`
	// Roster is the share of its yearly places that a programme's roster must fill
	// to be taken for whole; below it the places are counted instead.
	Roster float64 `json:"roster"`
	// Alike is how far the errors of the quarters of one forecast go together, 0 to
	// 1: it widens the interval of a year.
	Alike float64 `json:"alike"`
	// Relative is the weight of the gap relative to demand in the shortage index;
	// the rest goes to its size relative to the largest.
	Relative float64 `json:"relative"`
}

// Usual is the rule where the body has set nothing else. The share of those who
// stay is near that of the yearly quality reports of vocational colleges (2018:
// nearly 60 % employed in the same province or city); the others are assumptions.
var Usual = Rule{Entrants: 0.4, Reach: 0.3, Stay: 0.6, Roster: 0.5, Alike: 0.5, Relative: 0.7}

// check tells every share that is none.
func (r Rule) check() error {
	var wrong fault.List
	for _, f := range []struct {
		name   string
		v, low float64
	}{{"entrants", r.Entrants, 0.01}, {"reach", r.Reach, 0}, {"stay", r.Stay, 0}, {"roster", r.Roster, 0}, {"alike", r.Alike, 0}, {"relative", r.Relative, 0}} {
		if !(f.v >= f.low && f.v <= 1) {
			wrong.Add(f.name, "outlook.rule.share", f.v)
		}
	}
	return wrong.Err()
}
