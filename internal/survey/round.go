package survey

import (
	"strings"
	"time"

	"guildhall/forecast"
	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/i18n"
)

// State is how far a round has come.
type State string

// The states, in their order. From Modelled on they follow the forecast; a
// published round that is revised is modelled again.
const (
	Drafted   State = "draft"
	Opened    State = "open"
	Closed    State = "closed"
	Checked   State = "checked"
	Modelled  State = "modelled"
	Reviewed  State = "reviewed"
	Published State = "published"
	Revised   State = "revised"
)

// States lists them.
var States = []State{Drafted, Opened, Closed, Checked, Modelled, Reviewed, Published, Revised}

// Quarters is for how many quarters plans are asked.
const Quarters = 4

// Round (调查轮次) is one time of asking.
type Round struct {
	ID        string     `json:"id"`
	Number    int        `json:"number"` // counts up from 1 in each body
	Title     string     `json:"title"`
	State     State      `json:"state"`
	First     string     `json:"first"`  // the first quarter that is asked about: 2026Q3
	Closes    string     `json:"closes"` // last day on which answers are taken
	Note      string     `json:"note"`
	Release   string     `json:"release,omitempty"`
	Why       string     `json:"why,omitempty"` // it was revised
	Revisions int        `json:"revisions"`
	Counted   Counted    `json:"counted"` // as of now, and from the check on as of then
	OpenedAt  *time.Time `json:"opened_at,omitzero"`
	ClosedAt  *time.Time `json:"closed_at,omitzero"`
	CheckedAt *time.Time `json:"checked_at,omitzero"`
	ChangedAt time.Time  `json:"changed_at"`

	action string // for which it was taken; keep tells the journal
}

// Draft is a round as it is begun.
type Draft struct {
	Title  string `json:"title"`
	First  string `json:"first"`
	Closes string `json:"closes"`
	Note   string `json:"note"`
}

// Counted tells how far a round reaches.
type Counted struct {
	Asked    int   `json:"asked"`    // enterprises
	Answered int   `json:"answered"` // of them
	Nothing  int   `json:"nothing"`  // of the answered: that hire nobody
	Weight   int64 `json:"weight"`   // people whom all that were asked hired in a year
	Covered  int64 `json:"covered"`  // those of them whom the answered hired
}

// Rate is the share of the asked that answered (回收率).
func (c Counted) Rate() float64 { return share(int64(c.Answered), int64(c.Asked)) }

// Coverage is the share that the answered have in the hiring of all (覆盖率).
func (c Counted) Coverage() float64 { return share(c.Covered, c.Weight) }

func share(a, b int64) float64 {
	if b == 0 {
		return 0
	}
	return float64(a) / float64(b)
}

// count tells of forms how far they reach.
func count(forms []*Form) (c Counted) {
	for _, f := range forms {
		c.Asked++
		c.Weight += f.Weight
		if f.answered() {
			c.Answered++
			c.Covered += f.Weight
			if f.Nothing {
				c.Nothing++
			}
		}
	}
	return c
}

const longestText = 500

// settle tells all that is wrong with a round that begins today.
func (r *Round) settle(today string) error {
	var wrong fault.List
	r.Title, r.Note = strings.TrimSpace(r.Title), strings.TrimSpace(r.Note)
	if r.Title == "" {
		wrong.Add("title", "survey.round.untitled")
	}
	for place, words := range map[string]string{"title": r.Title, "note": r.Note} {
		if n := len([]rune(words)); n > longestText {
			wrong.Add(place, "survey.long", n, longestText)
		}
	}
	p, freq, err := forecast.ParsePeriod(strings.TrimSpace(r.First))
	if err != nil || freq != forecast.Quarterly || p.Year < 1990 || p.Year > 2200 {
		wrong.Add("first", "survey.round.quarter", r.First)
	} else {
		r.First = p.Label(forecast.Quarterly)
	}
	if _, err := time.Parse(time.DateOnly, r.Closes); err != nil {
		wrong.Add("closes", "fault.date", r.Closes)
	} else if r.Closes < today {
		wrong.Add("closes", "survey.round.past", r.Closes)
	}
	return wrong.Err()
}

func (r *Round) open(now time.Time, today string) error {
	switch {
	case r.State != Drafted:
		return fault.Conflict.New("survey.round.begun", r.Number)
	case r.Closes < today:
		return fault.Conflict.New("survey.round.past", r.Closes)
	}
	r.State, r.OpenedAt = Opened, &now
	return nil
}

func (r *Round) close(now time.Time) error {
	if r.State != Opened {
		return fault.Conflict.New("survey.round.not_open", r.Number)
	}
	r.State, r.ClosedAt = Closed, &now
	return nil
}

// ready tells why no forecast can be made of the round.
func (r *Round) ready() error {
	if r.State != Checked && r.State != Revised {
		return fault.Conflict.New("survey.round.not_checked", r.Number)
	}
	return nil
}

func (r *Round) revise(why string) error {
	why = strings.TrimSpace(why)
	var wrong fault.List
	if why == "" {
		wrong.Add("why", "survey.round.no_why")
	} else if n := len([]rune(why)); n > longestText {
		wrong.Add("why", "survey.long", n, longestText)
	}
	if err := wrong.Err(); err != nil {
		return err
	}
	if r.State != Published {
		return fault.Conflict.New("survey.round.not_published", r.Number)
	}
	r.State, r.Why, r.Release = Revised, why, ""
	r.Revisions++
	return nil
}

// follow moves the round on with its forecast, and tells whether it did.
func (r *Round) follow(release string) bool {
	next := map[string]State{"computed": Modelled, "reviewed": Reviewed, "published": Published}[release]
	switch {
	case next == Modelled && (r.State == Checked || r.State == Revised),
		next == Reviewed && r.State == Modelled,
		next == Published && (r.State == Modelled || r.State == Reviewed):
		r.State = next
		return true
	}
	return false
}

// quarters gives those that are asked about.
func (r *Round) quarters() (list []string) {
	for i := range Quarters {
		list = append(list, later(r.First, i))
	}
	return list
}

// later gives the quarter n quarters after q, or before it where n is negative.
func later(q string, n int) string {
	p, _, _ := forecast.ParsePeriod(q)
	return p.Add(n, forecast.Quarterly).Label(forecast.Quarterly)
}

func today(tx *db.Tx) string { return tx.Now.In(i18n.Zone(tx.Context())).Format(time.DateOnly) }
