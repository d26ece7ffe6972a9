package placement

import (
	"embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"guildhall/internal/fault"
	"guildhall/internal/rule"
)

// Limit is one thing that a regulation asks. Which it is, its figure, and the
// article that says so are data; how it is looked at stands in breach.go.
type Limit struct {
	Rule    string   `json:"rule" choices:"agreement,guardian,staff,post,pay,pay_way,pay_cycle,age,year,hours_day,hours_week,night,overtime,rest_days,venue,work,work_minor,work_female,intensity,broker,fees,insurance,mentors,fit,length"`
	Limit   int      `json:"limit"`   // per cent, years, hours, months; 0 where the rule has no figure
	Values  []string `json:"values"`  // venues or kinds of work that it bars
	Excused bool     `json:"excused"` // a filing with the authority lifts it
	Article string   `json:"article"`
}

// Regulation is all that a placement of a kind must keep.
type Regulation struct {
	Limits []Limit `json:"limits"`
}

// figured are the rules that have a figure, with the greatest that it can be.
var figured = map[string]int{"guardian": 30, "staff": 100, "post": 100, "pay": 100, "pay_cycle": 366, "age": 30, "year": 5, "hours_day": 24, "hours_week": 168,
	"intensity": 4, "fit": 100, "length": 60}

// listed are the rules that bar things, with what they can bar.
var listed = map[string][]string{"venue": Venues, "work": Works, "work_minor": Works, "work_female": Works}

// Check tells everything in a regulation that cannot be.
func (r Regulation) Check() error {
	var wrong fault.List
	seen := map[string]bool{}
	for i, l := range r.Limits {
		at := func(field string) string { return fmt.Sprintf("limits.%d.%s", i, field) }
		if looks[l.Rule] == nil {
			wrong.Add(at("rule"), "placement.rule.unknown", l.Rule)
		} else if seen[l.Rule] {
			wrong.Add(at("rule"), "placement.rule.twice")
		}
		seen[l.Rule] = true
		if most, ok := figured[l.Rule]; ok && (l.Limit < 1 || l.Limit > most) {
			wrong.Add(at("limit"), "placement.rule.limit", most)
		}
		for _, v := range l.Values {
			if !slices.Contains(listed[l.Rule], v) {
				wrong.Add(at("values"), "placement.rule.value", v)
			}
		}
		if strings.TrimSpace(l.Article) == "" {
			wrong.Add(at("article"), "placement.rule.no_article")
		}
	}
	return wrong.Err()
}

// Process is how long those who are asked have, and when somebody is asked after.
type Process struct {
	Days    int      `json:"days"`                              // to answer a request
	Silence string   `json:"silence"  choices:"agrees,refuses"` // what silence means where an end is asked for
	Follow  []string `json:"follow"`                            // months after the start of an employment
	Grace   int      `json:"grace"`                             // days after which an answer to that is late
	Article string   `json:"article"`                           // that says so
}

// Check tells everything in it that cannot be.
func (p Process) Check() error {
	var wrong fault.List
	if p.Days < 1 || p.Days > 90 {
		wrong.Add("days", "placement.process.bad_days")
	}
	if p.Silence != "agrees" && p.Silence != "refuses" {
		wrong.Add("silence", "rule.field.choice", p.Silence)
	}
	for _, m := range p.Follow {
		var n int
		if _, err := fmt.Sscan(m, &n); err != nil || n < 1 || n > 60 {
			wrong.Add("follow", "placement.process.bad_month", m)
		}
	}
	if p.Grace < 1 || p.Grace > 180 {
		wrong.Add("grace", "placement.process.bad_days")
	}
	return wrong.Err()
}

func (p Process) months() (list []int) {
	for _, m := range p.Follow {
		var n int
		fmt.Sscan(m, &n)
		list = append(list, n)
	}
	slices.Sort(list)
	return list
}

// The shipped rules: the national regulation in force, and how the house follows up.
//
//go:embed data/*.json
var shipped embed.FS

func read[T any](name string) (v T) {
	content, err := shipped.ReadFile("data/" + name + ".json")
	if err != nil {
		panic(err)
	}
	var s struct{ Data T }
	if err := json.Unmarshal(content, &s); err != nil {
		panic("placement: " + name + ": " + err.Error())
	}
	return s.Data
}

var (
	_ = rule.Declare("placement.internship", read[Regulation]("internship"))
	_ = rule.Declare("placement.employment", read[Regulation]("employment"))
	_ = rule.Declare("placement.process", read[Process]("process"))
)
