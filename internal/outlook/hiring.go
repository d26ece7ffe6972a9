package outlook

import (
	"strings"
	"time"

	"guildhall/forecast"
	"guildhall/internal/codes"
	"guildhall/internal/fault"
)

// Hire is what one enterprise tells of one quarter and one kind of work
// (招聘历史). A figure that was not told is nil, which is not zero.
type Hire struct {
	Quarter  string `json:"quarter"`  // 2026Q3
	Unit     string `json:"unit"`     // the enterprise's id
	Position string `json:"position"` // code of the kind of work
	Segment  string `json:"segment"`  // code of the place on the chain; of the kind of work, if empty
	Planned  *int64 `json:"planned"`  // how many it meant to hire
	Applied  *int64 `json:"applied"`  // how many applied
	Hired    *int64 `json:"hired"`    // how many it hired
	Left     *int64 `json:"left"`     // how many left it
}

// Plan is what one enterprise says that it will hire (招聘计划).
type Plan struct {
	Quarter     string `json:"quarter"`
	Unit        string `json:"unit"`
	Position    string `json:"position"`
	Planned     int64  `json:"planned"`
	Confidence  string `json:"confidence"`   // high, middle, low, or not told
	SubmittedOn string `json:"submitted_on"` // a day, 2026-08-10
}

// Most is the highest figure that one enterprise can tell of one quarter; more
// is a slip of the pen.
const Most = 1_000_000

// settle puts the record into its one form and tells all that is wrong with it.
func (h *Hire) settle() fault.List {
	var wrong fault.List
	h.Quarter = quarter(h.Quarter, &wrong)
	h.Position = kindOf(h.Position, &wrong)
	if h.Segment == "" {
		h.Segment = home(h.Position)
	} else if _, ok := codes.Shipped().Get("segment", h.Segment); !ok {
		wrong.Add("segment", "outlook.hire.segment", h.Segment)
	}
	if h.Unit == "" {
		wrong.Add("unit", "outlook.hire.unit")
	}
	told := 0
	for _, f := range []struct {
		name string
		n    *int64
	}{{"planned", h.Planned}, {"applied", h.Applied}, {"hired", h.Hired}, {"left", h.Left}} {
		if f.n != nil {
			told++
			inRange(f.name, *f.n, &wrong)
		}
	}
	if told == 0 {
		wrong.Add("hired", "outlook.hire.nothing")
	}
	return wrong
}

// settle puts the plan into its one form and tells all that is wrong with it.
func (p *Plan) settle() fault.List {
	var wrong fault.List
	p.Quarter = quarter(p.Quarter, &wrong)
	p.Position = kindOf(p.Position, &wrong)
	if p.Unit == "" {
		wrong.Add("unit", "outlook.hire.unit")
	}
	inRange("planned", p.Planned, &wrong)
	switch p.Confidence {
	case "", "high", "middle", "low":
	default:
		wrong.Add("confidence", "outlook.plan.confidence", p.Confidence)
	}
	if _, err := time.Parse(time.DateOnly, p.SubmittedOn); err != nil && p.SubmittedOn != "" {
		wrong.Add("submitted_on", "fault.date", p.SubmittedOn)
	}
	return wrong
}

func inRange(name string, n int64, wrong *fault.List) {
	if n < 0 || n > Most {
		wrong.Add(name, "outlook.hire.range", n, Most)
	}
}

// quarter gives the one form of a quarter: 2026Q3.
func quarter(s string, wrong *fault.List) string {
	p, freq, err := forecast.ParsePeriod(strings.TrimSpace(s))
	if err != nil || freq != forecast.Quarterly || p.Year < 1990 || p.Year > 2200 {
		wrong.Add("quarter", "outlook.hire.quarter", s)
		return s
	}
	return label(p)
}

// kindOf checks the code of a kind of work.
func kindOf(code string, wrong *fault.List) string {
	code = strings.ToUpper(strings.TrimSpace(code))
	if _, ok := codes.Shipped().Get("position", code); !ok {
		wrong.Add("position", "outlook.hire.position", code)
	}
	return code
}

// home gives the segment of the chain at which a kind of work is first named, or
// nothing where the chain knows it not.
func home(position string) string {
	edges := codes.Shipped().RelatedTo("segment-position", position)
	if len(edges) == 0 {
		return ""
	}
	return edges[0].From
}

func label(p forecast.Period) string { return p.Label(forecast.Quarterly) }

// period reads a quarter in its one form.
func period(s string) forecast.Period {
	p, _, _ := forecast.ParsePeriod(s)
	return p
}

// later gives the quarter n quarters after q, or before it where n is negative.
func later(q string, n int) string { return label(period(q).Add(n, forecast.Quarterly)) }

// apart tells how many quarters b is after a.
func apart(a, b string) int { return period(b).Minus(period(a), forecast.Quarterly) }
