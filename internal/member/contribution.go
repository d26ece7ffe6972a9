package member

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"guildhall/internal/act"
	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/i18n"
	"guildhall/internal/rule"
)

// Result is what one member has given in a time, and the points that it earns.
type Result struct {
	Unit     string   `json:"unit"`
	Name     string   `json:"name"`
	NameEN   string   `json:"name_en,omitempty"`
	Class    string   `json:"class"`
	Figures  []Figure `json:"figures"` // one for each measure of the rule, in its order
	Counted  int      `json:"counted"` // base and points of all figures
	Adjusted int      `json:"adjusted"`
	Reason   string   `json:"reason,omitempty"` // why points were adjusted by hand
	Points   int      `json:"points"`           // counted and adjusted
	Level    Level    `json:"level"`
}

// Figure is what one measure counted for a member.
type Figure struct {
	Value  int64 `json:"value"`
	Points int   `json:"points"`
	Open   bool  `json:"open"` // units of this class can earn it
}

// Period is a time in whole days, the last one counted.
type Period struct {
	Since string `json:"since"`
	Until string `json:"until"`
}

// Contribution is what every member has given in a time.
type Contribution struct {
	Period
	Rule    rule.Held[AssessmentRule] `json:"rule"`
	Results []Result                  `json:"results"` // the most points first
}

// Contributions counts what members have given, by the rule that holds on the
// last day of the time. Without days it is the year so far.
func (r *Roll) Contributions(ctx context.Context, p Period) (*Contribution, error) {
	return db.View(ctx, r.DB, func(tx *db.Tx) (*Contribution, error) {
		if err := policy.Allow(ctx, "member.contribution.read", nil); err != nil {
			return nil, err
		}
		if err := p.check(tx); err != nil {
			return nil, err
		}
		return contributions(tx, p)
	})
}

func (p *Period) check(tx *db.Tx) error {
	var wrong fault.List
	p.Since, p.Until = strings.TrimSpace(p.Since), strings.TrimSpace(p.Until)
	p.Until = cmp.Or(p.Until, todayText(tx))
	if p.Since == "" && len(p.Until) >= 4 {
		p.Since = p.Until[:4] + "-01-01"
	}
	for place, day := range map[string]string{"since": p.Since, "until": p.Until} {
		if _, err := time.Parse(time.DateOnly, day); err != nil {
			wrong.Add(place, "fault.date", day)
		}
	}
	if len(wrong) == 0 && p.Until < p.Since {
		wrong.Add("until", "member.assess.backward")
	}
	return wrong.Err()
}

// filter gives the acts of the time.
func (p Period) filter(ctx context.Context, kind string) act.Filter {
	zone := i18n.Zone(ctx)
	from, _ := time.ParseInLocation(time.DateOnly, p.Since, zone)
	last, _ := time.ParseInLocation(time.DateOnly, p.Until, zone)
	return act.Filter{Kind: kind, From: from, Until: last.AddDate(0, 0, 1)}
}

func contributions(tx *db.Tx, p Period) (*Contribution, error) {
	held, err := rule.At[AssessmentRule](tx, AssessmentKind, p.Until)
	if err != nil {
		return nil, err
	}
	seats, err := RollAt(tx, p.Until)
	if err != nil {
		return nil, err
	}
	c := &Contribution{Period: p, Rule: held, Results: make([]Result, len(seats))}
	at := map[string]*Result{}
	for i, s := range seats {
		c.Results[i] = Result{Unit: s.Unit, Name: s.Name, NameEN: s.NameEN, Class: s.Class, Counted: held.Rule.Base, Figures: []Figure{}}
		at[s.Unit] = &c.Results[i]
	}
	for _, m := range held.Rule.Measures {
		values, err := m.count(tx, p)
		if err != nil {
			return nil, err
		}
		for unit, r := range at {
			f := Figure{Value: values[unit], Open: m.open(r.Class)}
			if f.Open {
				f.Points = m.worth(f.Value)
			}
			r.Figures = append(r.Figures, f)
			r.Counted += f.Points
		}
	}
	finish(c.Results, held.Rule)
	return c, nil
}

// count gives what a measure counts, by unit.
func (m Measure) count(tx *db.Tx, p Period) (map[string]int64, error) {
	ask := act.ByUnit
	sum := act.SumByUnit
	if m.Part {
		ask, sum = act.ByPart, act.SumByPart
	}
	if m.Amount != "" {
		ask = func(tx *db.Tx, f act.Filter) ([]act.Tally, error) { return sum(tx, f, m.Amount) }
	}
	list, err := ask(tx, p.filter(tx.Context(), m.Act))
	values := make(map[string]int64, len(list))
	for _, t := range list {
		values[t.Key] = t.Count
	}
	return values, err
}

// finish adds up the points and puts the most first; equals follow each other by
// name.
func finish(list []Result, r AssessmentRule) {
	for i := range list {
		list[i].Points = list[i].Counted + list[i].Adjusted
		list[i].Level = r.level(list[i].Points)
	}
	slices.SortFunc(list, func(a, b Result) int {
		return cmp.Or(cmp.Compare(b.Points, a.Points), cmp.Compare(pinyin(a.Name), pinyin(b.Name)), cmp.Compare(a.Unit, b.Unit))
	})
}

// contributionOf gives one member's contribution of the year so far, for its page.
func contributionOf(tx *db.Tx, unit string) (*Result, AssessmentRule, Period, error) {
	var p Period
	if err := p.check(tx); err != nil {
		return nil, AssessmentRule{}, p, err
	}
	c, err := contributions(tx, p)
	if err != nil {
		return nil, AssessmentRule{}, p, err
	}
	for i := range c.Results {
		if c.Results[i].Unit == unit {
			return &c.Results[i], c.Rule.Rule, p, nil
		}
	}
	return nil, c.Rule.Rule, p, nil
}
