package outlook

import (
	"strconv"

	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/rule"
)

// Rule (测算规则) is what a release assumes where the records do not tell. It is
// dated data of the body (kind "outlook.assumption"), and kept with each release, so
// that whoever reads a figure knows what it stands on.
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

// Check tells every share that is none.
func (r Rule) Check() error {
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

// Listing (紧缺目录规则) says which kinds of work stand in the shortage catalogue, and
// with how many stars.
type Listing struct {
	Least int64   `json:"least"` // smallest gap, in persons
	Ratio float64 `json:"ratio"` // least openings to seekers
	// Stars are the shortage indices from which a kind of work has one star, two, and
	// so on. They rise.
	Stars []Threshold `json:"stars"`
}

// Threshold is a shortage index from which one more star is given.
type Threshold struct {
	Index float64 `json:"index"`
}

// UsualListing begins at the index from which a shortage is called one, and gives
// three stars where it is very short. Its steps are ours, not a standard's.
var UsualListing = Listing{Least: 10, Ratio: 1.2, Stars: []Threshold{{0.1}, {0.2}, {0.35}, {0.5}, {0.7}}}

// Check tells what cannot be.
func (l Listing) Check() error {
	var wrong fault.List
	if l.Least < 0 || l.Least > Most {
		wrong.Add("least", "outlook.hire.range", l.Least, Most)
	}
	if !(l.Ratio >= 0 && l.Ratio <= 100) {
		wrong.Add("ratio", "outlook.rule.ratio", l.Ratio)
	}
	if n := len(l.Stars); n < 1 || n > 5 {
		wrong.Add("stars", "outlook.rule.stars", n)
	}
	for i, s := range l.Stars {
		if !(s.Index > 0 && s.Index <= 1) || i > 0 && s.Index <= l.Stars[i-1].Index {
			wrong.Add("stars."+strconv.Itoa(i)+".index", "outlook.rule.rises", s.Index)
		}
	}
	return wrong.Err()
}

// stars gives a shortage index in stars.
func (l Listing) stars(index float64) (n int) {
	for _, s := range l.Stars {
		if index >= s.Index {
			n++
		}
	}
	return n
}

// lists tells whether a kind of work belongs into the catalogue.
func (l Listing) lists(g *Gap) bool {
	return g.Word == "shortage" && g.Gap >= max(1, l.Least) && l.stars(g.Index) > 0 && (!g.Ratio.Known() || float64(g.Ratio) >= l.Ratio)
}

// Advising (专业调整规则) says when a programme is advised to be added, to grow, to
// shrink or to stop.
type Advising struct {
	Least  int64   `json:"least"`  // smallest gap or surplus that moves anything, in persons
	Sure   float64 `json:"sure"`   // share of the graduates whose kinds of work are surely short, or surely spare
	Add    float64 `json:"add"`    // openings to seekers from which a kind of work wants another programme
	Expand float64 `json:"expand"` // … from which a programme should grow
	Shrink float64 `json:"shrink"` // … down to which it should shrink
	Stop   float64 `json:"stop"`   // … down to which it should stop, if the issue before advised to shrink it
}

// UsualAdvising are our own assumptions, for a body to replace by a resolution.
var UsualAdvising = Advising{Least: 15, Sure: 0.5, Add: 3, Expand: 1.3, Shrink: 0.7, Stop: 0.35}

// Check tells what cannot be: ratios that do not rise from stopping to adding leave
// programmes that should both shrink and grow.
func (a Advising) Check() error {
	var wrong fault.List
	if a.Least < 1 || a.Least > Most {
		wrong.Add("least", "outlook.hire.range", a.Least, Most)
	}
	if !(a.Sure >= 0 && a.Sure <= 1) {
		wrong.Add("sure", "outlook.rule.share", a.Sure)
	}
	last := 0.0
	for _, f := range []struct {
		name string
		v    float64
	}{{"stop", a.Stop}, {"shrink", a.Shrink}, {"expand", a.Expand}, {"add", a.Add}} {
		if !(f.v >= last && f.v <= 100) {
			wrong.Add(f.name, "outlook.rule.order", f.v, last)
		}
		last = f.v
	}
	if !(a.Shrink <= 1 && a.Expand >= 1) {
		wrong.Add("shrink", "outlook.rule.one", a.Shrink, a.Expand)
	}
	return wrong.Err()
}

// The kinds of rule of the outlook.
const (
	kindAssumption = "outlook.assumption"
	kindListing    = "outlook.listing"
	kindAdvising   = "outlook.advising"
)

var (
	_ = rule.Declare(kindAssumption, Usual)
	_ = rule.Declare(kindListing, UsualListing)
	_ = rule.Declare(kindAdvising, UsualAdvising)
)

// Terms (所依规则) are the rules under which a release is made, each with its version
// and article.
type Terms struct {
	Assumed rule.Held[Rule]     `json:"assumed"`
	Listed  rule.Held[Listing]  `json:"listed"`
	Advised rule.Held[Advising] `json:"advised"`
}

// termsToday gives the rules that hold on the day of tx.
func termsToday(tx *db.Tx) (t Terms, err error) {
	if t.Assumed, err = rule.Today[Rule](tx, kindAssumption); err != nil {
		return t, err
	}
	if t.Listed, err = rule.Today[Listing](tx, kindListing); err != nil {
		return t, err
	}
	t.Advised, err = rule.Today[Advising](tx, kindAdvising)
	return t, err
}
