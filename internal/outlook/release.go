package outlook

import (
	"time"

	"guildhall/internal/bulletin"
	"guildhall/internal/fault"
)

// State is how far a release has come.
type State string

// The states, in their order. A release that failed stays to tell why.
const (
	Computing State = "computing"
	Failed    State = "failed"
	Computed  State = "computed"
	Reviewed  State = "reviewed"
	Published State = "published"
)

// Release (预测发布) is one run of the forecast and all figures that came of it.
type Release struct {
	ID          string     `json:"id"`
	Number      int        `json:"number"` // counts up from 1 in each body
	State       State      `json:"state"`
	AsOf        string     `json:"as_of"`             // the last quarter that was looked at: 2026Q2
	Year        int        `json:"year"`              // the graduates held against the demand leave school in it
	Terms       Terms      `json:"terms"`             // the rules that it was made under
	Backdated   bool       `json:"backdated"`         // made as of a quarter before the last that was told
	Revises     string     `json:"revises,omitempty"` // number of the bulletin in whose place its own stands
	Why         string     `json:"why,omitempty"`
	Summary     Summary    `json:"summary"`
	Done        int        `json:"done"`  // while it computes: steps done
	Steps       int        `json:"steps"` // of so many
	Failure     string     `json:"failure,omitempty"`
	MadeBy      string     `json:"-"` // a person: the journal tells who, to those who may know
	MadeAt      time.Time  `json:"made_at"`
	ReviewedBy  string     `json:"-"`
	ReviewedAt  *time.Time `json:"reviewed_at,omitzero"`
	PublishedAt *time.Time `json:"published_at,omitzero"`

	beat   *time.Time // of the process that computes it
	action string     // for which it was taken; keep tells the journal
}

// Summary tells what a release was made from, and how.
type Summary struct {
	Hash        string        `json:"hash"`        // SHA-256 of all that it was made from
	Publisher   bulletin.Text `json:"publisher"`   // the body's names at the time
	Enterprises int           `json:"enterprises"` // that told their hiring
	Members     int           `json:"members"`     // enterprises in the body, 0 where not known
	Lines       int           `json:"lines"`       // enterprise × kind of work
	Left        int           `json:"left"`        // lines that could not be forecast
	Quarters    int           `json:"quarters"`    // of history
	Plans       int           `json:"plans"`       // told for the quarters ahead
	PlansUsed   int           `json:"plans_used"`
	Method      string        `json:"method"`     // of making parts and wholes add up
	Programmes  int           `json:"programmes"` // programme points with graduates in the year
	Schools     int           `json:"schools"`
	Roster      int           `json:"roster"`   // students by name in the year's class
	Places      int           `json:"places"`   // places of that class; with roster it tells how far rosters are whole
	Further     float64       `json:"further"`  // expected share that studies on, over all graduates of the year
	Withheld    int           `json:"withheld"` // kinds of work not shown outside
	Thin        int           `json:"thin"`     // kinds of work with too little history to learn their seasons
	Listed      int           `json:"listed"`   // kinds of work in the shortage catalogue
	// History is how many were hired in each run of four quarters up to AsOf, the
	// oldest first; the last belongs to the quarters that end with AsOf.
	History  []int64   `json:"history"`
	Skill    *Skill    `json:"skill,omitempty"`    // of the backtest, over all lines
	Surveyed *Surveyed `json:"surveyed,omitempty"` // how far the survey reached
	Before   *CameSo   `json:"before,omitempty"`   // how the release before came true
	Outlook  []Annual  `json:"outlook"`            // supply of the years to come
}

// Skill is how good the forecasts of the lines were when they were made again as
// of earlier quarters.
type Skill struct {
	Lines      int     `json:"lines"`
	WAPE       float64 `json:"wape"`       // sum of errors over sum of what happened
	MASE       float64 `json:"mase"`       // mean over the lines
	NaiveMASE  float64 `json:"naive_mase"` // of "as in the same quarter last year"
	Coverage80 float64 `json:"coverage_80"`
	Coverage95 float64 `json:"coverage_95"`
}

// CameSo is how an earlier release's forecasts came true.
type CameSo struct {
	Number   int     `json:"number"`   // of that release
	Quarters int     `json:"quarters"` // of its horizon that are known now
	Expected float64 `json:"expected"`
	Happened float64 `json:"happened"`
	WAPE     float64 `json:"wape"`   // −1 where nothing happened
	Within   int     `json:"within"` // how many of Values lay within the 80 % interval
	Values   int     `json:"values"`
	Withheld bool    `json:"withheld,omitempty"` // the line was not shown then
	// Said is what was said of all kinds of work together, quarter by quarter.
	Said []Quarter `json:"said,omitempty"`
}

// Annual is one year's graduates.
type Annual struct {
	Year int   `json:"year"`
	Mean int64 `json:"mean"`
	Lo80 int64 `json:"lo_80"`
	Hi80 int64 `json:"hi_80"`
}

func (r *Release) review(by string, now time.Time) error {
	if r.State != Computed {
		return fault.Conflict.New("outlook.release.not_computed", r.Number)
	}
	r.State, r.ReviewedBy, r.ReviewedAt = Reviewed, by, &now
	return nil
}

func (r *Release) publish(now time.Time) error {
	if r.State != Reviewed {
		return fault.Conflict.New("outlook.release.not_reviewed", r.Number)
	}
	r.State, r.PublishedAt = Published, &now
	return nil
}

// stale is how long a process may say nothing before another takes its work.
const stale = time.Minute

// free tells whether a release waits for a process to compute it.
func (r *Release) free(now time.Time) bool {
	return r.State == Computing && (r.beat == nil || now.Sub(*r.beat) > stale)
}

// classYear is the year whose graduates arrive, in July, within the four quarters
// after a quarter.
func classYear(asOf string) int {
	p := period(asOf)
	if p.Sub >= 3 {
		return p.Year + 1
	}
	return p.Year
}
