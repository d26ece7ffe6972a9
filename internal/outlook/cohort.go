package outlook

import (
	"guildhall/forecast/supply"
	"guildhall/internal/codes"
	"guildhall/internal/db"
)

// Schooling answers what the outlook must know of schools and open positions. It is
// asked here and answered where the house is put together.
type Schooling interface {
	// Programmes gives every programme that a school teaches.
	Programmes(tx *db.Tx) ([]Programme, error)
	// Cohorts gives how many students the rosters hold, by programme and year of
	// graduation.
	Cohorts(tx *db.Tx) ([]Cohort, error)
	// Openings gives the places in positions that are open now.
	Openings(tx *db.Tx) ([]Opening, error)
}

// Programme (专业点) is a programme at one school.
type Programme struct {
	School string // unit id
	Code   string // of the list programme
	Level  string // codes.Secondary, codes.Higher, …
	Name   string
	Years  int // length, 1 to 10
	Places int // planned each year, 0 where not known
}

// Cohort (届) is the students of one programme who graduate in one year.
type Cohort struct {
	School, Code string // as in Programme
	Year         int    // of graduation
	Students     int    // on the roster, all of them
	Graduated    int    // those of them who have left school
	Further      int    // those of the graduated who study on
}

// Opening (在招岗位) is an open position.
type Opening struct {
	Unit, Position, Segment string
	Places                  int
}

// Supply is the graduates expected to look for work in the city in one year: of a
// programme at a school, for a kind of work, for a segment, or all together.
type Supply struct {
	Level  string `json:"level"` // programme, kind, segment, total
	Code   string `json:"code"`  // of a programme: school.code
	Name   string `json:"name"`
	NameEN string `json:"name_en,omitempty"`
	Year   int    `json:"year"`
	People int64  `json:"people"`
	Lo80   int64  `json:"lo_80"`
	Hi80   int64  `json:"hi_80"`
	Lo95   int64  `json:"lo_95"`
	Hi95   int64  `json:"hi_95"`

	School    string   `json:"school,omitempty"` // name
	Education string   `json:"education,omitempty"`
	Students  int      `json:"students,omitempty"` // that the figure starts from
	Places    bool     `json:"places,omitempty"`   // they are planned places, for the roster is not whole
	Kinds     []string `json:"kinds,omitempty"`    // of work that the programme leads to
}

// ofProgramme is the level of Supply that Level does not know.
const ofProgramme = "programme"

// Years is how many years of graduates a release looks at.
const Years = 4

// point is a programme at a school as the forecast of supply knows it.
func (p Programme) point() string { return p.School + "." + p.Code }

// path is along which programmes learn from each other.
func (p Programme) path() []string { return []string{p.Level, p.School} }

// leadsTo gives the kinds of work that a programme leads to.
func leadsTo(code string) (kinds []string) {
	for _, e := range codes.Shipped().RelatedTo("position-programme", code) {
		kinds = append(kinds, e.From)
	}
	return kinds
}

// students gives the cohorts of a programme for the years from first on, and
// whether those of each are planned places: where a roster fills less than its
// share of the places it is not whole, and the places count.
func (p Programme) students(roster map[int]Cohort, first int, rule Rule) (cs []supply.Cohort, planned []bool) {
	for i := range Years {
		n := roster[first+i].Students
		guess := p.Places > 0 && float64(n) < rule.Roster*float64(p.Places)
		if guess {
			n = p.Places
		}
		planned = append(planned, guess)
		cs = append(cs, supply.Cohort{Programme: p.point(), Path: p.path(), Years: p.Years,
			Done: p.Years - 1 - i, Students: n})
	}
	return cs, planned
}

// past is what a class that has left school tells of who studies on.
func past(p Programme, k Cohort) []supply.Past {
	if k.Graduated <= 0 {
		return nil
	}
	return []supply.Past{{Programme: p.point(), Path: p.path(), Step: supply.Further, Year: k.Year,
		Of: k.Graduated, Did: min(max(0, k.Further), k.Graduated)}}
}
