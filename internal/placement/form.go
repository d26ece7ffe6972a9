package placement

import (
	"slices"
	"strings"
	"time"

	"guildhall/internal/agreement"
	"guildhall/internal/fault"
)

// The kinds of placements.
const (
	Internship = "internship" // 岗位实习
	Employment = "employment" // 就业
)

// Kinds lists them.
var Kinds = []string{Internship, Employment}

// State is how far a placement has come.
type State string

const (
	Draft     State = "draft"     // planned; not checked yet
	Refused   State = "refused"   // a rule is broken
	Checked   State = "checked"   // all rules are kept, but somebody's signature is missing
	Ready     State = "ready"     // nothing stands against it
	Started   State = "started"   // runs
	Changed   State = "changed"   // runs; its terms have changed and are not all signed yet
	Over      State = "ended"     // its time is over, or it was ended
	Withdrawn State = "withdrawn" // given up before it started
)

// States lists them in their order.
var States = []State{Draft, Refused, Checked, Ready, Started, Changed, Over, Withdrawn}

// Before tells whether it has not started and still can.
func (s State) Before() bool { return s == Draft || s == Refused || s == Checked || s == Ready }

// Runs tells whether somebody works at the post now.
func (s State) Runs() bool { return s == Started || s == Changed }

// holds tells whether it takes up one of the enterprise's places.
func (s State) holds() bool { return s == Checked || s == Ready || s.Runs() }

// Forever is the end of a period that has none.
const Forever = "9999-12-31"

// How somebody is paid.
const (
	PayDirect = "direct" // in money, straight to the student
	PayThird  = "third"  // by way of somebody else
	PayKind   = "kind"   // in things or vouchers
)

// PayWays lists them.
var PayWays = []string{PayDirect, PayThird, PayKind}

// Terms are what a placement is on. Nothing in them is personal.
type Terms struct {
	Since  string `json:"since"` // its first day
	Until  string `json:"until"` // the day after its last
	Place  string `json:"place"`
	Work   string `json:"work"`  // what is done and learned
	Board  string `json:"board"` // meals and lodging
	Pay    int64  `json:"pay"`   // fen a month
	Base   int64  `json:"base"`  // what the same post pays on trial, fen a month
	PayWay string `json:"pay_way"`
	PayDay int    `json:"pay_days"` // pay comes every so many days

	HoursDay  int      `json:"hours_day"`
	HoursWeek int      `json:"hours_week"`
	Night     bool     `json:"night"`
	Overtime  bool     `json:"overtime"`
	RestDays  bool     `json:"rest_days"` // work on days of rest or holidays
	Venue     string   `json:"venue"`     // one of Venues
	Works     []string `json:"works"`     // of Works: what is dangerous in it
	Intensity int      `json:"intensity"` // of labour, 1 to 4 (GBZ 2.2)

	Broker    bool   `json:"broker"` // found or run by an agent
	Fees      bool   `json:"fees"`   // the student pays or deposits something
	Insurance string `json:"insurance"`
	InsuredTo string `json:"insured_to"` // the day after the policy's last
	Filing    string `json:"filing"`     // number under which the authority knows of an exception
}

// Private is what stands sealed.
type Private struct {
	SchoolMentor  string `json:"school_mentor,omitempty"`
	FirmMentor    string `json:"firm_mentor,omitempty"`
	Guardian      string `json:"guardian,omitempty"`
	GuardianPhone string `json:"guardian_phone,omitempty"`
}

// Venues are the kinds of places to work at.
var Venues = []string{"workshop", "laboratory", "office", "warehouse", "shop", "outdoor", "home", "hotel", "bar", "nightclub", "karaoke", "bathhouse", "arcade", "internet_cafe"}

// Works are the kinds of work that some may not do.
var Works = []string{"height", "underground", "radioactive", "toxic", "explosive", "high_risk", "heavy_lifting", "high_heat", "cold", "noise_dust", "vibration", "night_duty", "line_voltage"}

// Placement is one person at one post for one period.
type Placement struct {
	ID         string `json:"id"`
	Number     int    `json:"number"`
	Kind       string `json:"kind"`
	State      State  `json:"state"`
	Candidate  string `json:"candidate"`
	School     string `json:"school"`     // unit
	Enterprise string `json:"enterprise"` // unit
	Post       string `json:"post"`       // id of a position
	PostKind   string `json:"post_kind"`
	Title      string `json:"title"`     // of the post, as it was
	Programme  string `json:"programme"` // code
	Origin     string `json:"origin,omitempty"`
	Agreement  string `json:"agreement"`
	Terms
	Private   Private    `json:"-"`
	Verdict   *Verdict   `json:"verdict,omitempty"`
	StartedAt *time.Time `json:"started_at,omitempty"`
	EndedOn   string     `json:"ended_on,omitempty"`
	Why       string     `json:"why,omitempty"` // it ended or was withdrawn
	MadeAt    time.Time  `json:"made_at"`
	ChangedAt time.Time  `json:"changed_at"`

	Name           string `json:"name" personal:"true"` // masked for whoever need not know it
	SchoolName     string `json:"school_name,omitempty"`
	EnterpriseName string `json:"enterprise_name,omitempty"`

	action  string
	student *Student
	post    *Post
	agreed  *agreement.Agreement
}

// toldOf is what the journal keeps of a placement: no name.
type toldOf struct {
	Number     int      `json:"number"`
	Kind       string   `json:"kind"`
	State      State    `json:"state"`
	School     string   `json:"school"`
	Enterprise string   `json:"enterprise"`
	Since      string   `json:"since"`
	Until      string   `json:"until"`
	Breaches   []string `json:"breaches,omitempty"`
	Rule       string   `json:"rule,omitempty"`
	Why        string   `json:"why,omitempty" personal:"true"`

	candidate string
}

// Whose makes the journal seal why it ended under its person's key.
func (t toldOf) Whose() string { return t.candidate }

func (p *Placement) told() toldOf {
	t := toldOf{Number: p.Number, Kind: p.Kind, State: p.State, School: p.School, Enterprise: p.Enterprise, Since: p.Since, Until: p.Until, Why: p.Why, candidate: p.Candidate}
	if p.Verdict != nil {
		t.Rule = p.Verdict.Rule
		for _, b := range p.Verdict.Breaches {
			t.Breaches = append(t.Breaches, b.Rule)
		}
	}
	return t
}

// check adds what cannot be, whatever the regulation says.
func (p *Placement) check(wrong *fault.List) {
	if !slices.Contains(Kinds, p.Kind) {
		wrong.Add("kind", "placement.kind.unknown", p.Kind)
	}
	since, err := time.Parse(time.DateOnly, p.Since)
	if err != nil {
		wrong.Add("since", "fault.date", p.Since)
	}
	if p.Until == "" && p.Kind == Employment {
		p.Until = Forever
	}
	until, also := time.Parse(time.DateOnly, p.Until)
	if also != nil {
		wrong.Add("until", "fault.date", p.Until)
	} else if err == nil && !until.After(since) {
		wrong.Add("until", "placement.order")
	}
	if _, err := time.Parse(time.DateOnly, p.InsuredTo); p.InsuredTo != "" && err != nil {
		wrong.Add("insured_to", "fault.date", p.InsuredTo)
	}
	p.checkFigures(wrong)
}

func (p *Placement) checkFigures(wrong *fault.List) {
	for place, n := range map[string]int64{"pay": p.Pay, "base": p.Base, "pay_days": int64(p.PayDay), "hours_day": int64(p.HoursDay), "hours_week": int64(p.HoursWeek)} {
		if n < 0 {
			wrong.Add(place, "placement.negative")
		}
	}
	if p.HoursDay > 24 {
		wrong.Add("hours_day", "placement.hours")
	}
	if p.HoursWeek > 168 {
		wrong.Add("hours_week", "placement.hours")
	}
	if p.Venue != "" && !slices.Contains(Venues, p.Venue) {
		wrong.Add("venue", "placement.venue.unknown", p.Venue)
	}
	if p.PayWay != "" && !slices.Contains(PayWays, p.PayWay) {
		wrong.Add("pay_way", "placement.pay_way.unknown", p.PayWay)
	}
	for _, w := range p.Works {
		if !slices.Contains(Works, w) {
			wrong.Add("works", "placement.work.unknown", w)
		}
	}
	if p.Intensity < 0 || p.Intensity > 4 {
		wrong.Add("intensity", "placement.intensity.unknown")
	}
}

func (p *Placement) withdraw(why string) error {
	if !p.State.Before() {
		return fault.Conflict.New("placement.begun")
	}
	if why = strings.TrimSpace(why); why == "" {
		var wrong fault.List
		wrong.Add("why", "placement.why")
		return wrong.Err()
	}
	p.State, p.Why = Withdrawn, why
	return nil
}

func (p *Placement) start(today string, now time.Time) error {
	switch {
	case !p.State.Before():
		return fault.Conflict.New("placement.begun")
	case p.State != Ready:
		return fault.Conflict.New("placement.not_ready", len(p.Verdict.Breaches))
	case today < p.Since:
		return fault.Conflict.New("placement.early", p.Since)
	case today >= p.Until:
		return fault.Conflict.New("placement.late", p.Until)
	}
	p.State, p.StartedAt = Started, &now
	return nil
}

// end ends a running placement before a day.
func (p *Placement) end(day, why string) error {
	if !p.State.Runs() {
		return fault.Conflict.New("placement.not_running")
	}
	p.State, p.EndedOn, p.Why = Over, day, why
	if day < p.Until {
		p.Until = max(day, nextDay(p.Since))
	}
	return nil
}

func nextDay(day string) string { return later(day, 0, 1) }

// later gives the day some months and days after one.
func later(day string, months, days int) string {
	at, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return at.AddDate(0, months, days).Format(time.DateOnly)
}
