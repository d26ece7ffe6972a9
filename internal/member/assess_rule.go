package member

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"guildhall/internal/act"
	"guildhall/internal/directory"
	"guildhall/internal/fault"
	"guildhall/internal/i18n"
	"guildhall/internal/rule"
)

// AssessmentRule is by what members are assessed each year (成员单位考核办法).
// Points are whole numbers and are counted from acts; nothing is filled in.
type AssessmentRule struct {
	Base       int       `json:"base"`        // that every member begins with
	AppealDays int       `json:"appeal_days"` // after the results are announced
	Measures   []Measure `json:"measures"`
	Levels     []Level   `json:"levels"`
}

// Measure is one thing that counts.
type Measure struct {
	Name    string   `json:"name"`
	NameEN  string   `json:"name_en"`
	Sort    string   `json:"sort" choices:"money,hours,equipment,posts,results,service"`
	Act     string   `json:"act"`     // the kind of act that is counted
	Amount  string   `json:"amount"`  // of the act that is added up; empty counts the acts
	Part    bool     `json:"part"`    // counts for every unit that took part, not only for whose act it is
	Each    int64    `json:"each"`    // so much of it …
	Points  int      `json:"points"`  // … gives so many points,
	Most    int      `json:"most"`    // at most these
	Classes []string `json:"classes"` // of units that can earn them; none means all
}

// Level is what so many points make of a member.
type Level struct {
	Name   string `json:"name"`
	NameEN string `json:"name_en"`
	Least  int    `json:"least"`
}

// In gives the measure's name in the language of ctx.
func (m Measure) In(ctx context.Context) string { return i18n.Pick(ctx, m.Name, m.NameEN) }

// In gives the level's name in the language of ctx.
func (l Level) In(ctx context.Context) string { return i18n.Pick(ctx, l.Name, l.NameEN) }

// AssessmentKind is the kind of rule that the roll declares.
const AssessmentKind = "member.assessment"

var _ = rule.Declare(AssessmentKind, UsualAssessment)

// UsualAssessment is the rule of a body that has decided none.
var UsualAssessment = AssessmentRule{
	Base: 60, AppealDays: 10,
	Measures: []Measure{
		{Name: "共享设备", NameEN: "Equipment shared", Sort: "equipment", Act: "facility.equipment.shared", Each: 1, Points: 2, Most: 10, Classes: []string{}},
		{Name: "共享设备原值", NameEN: "Cost of equipment shared", Sort: "equipment", Act: "facility.equipment.shared", Amount: "value", Each: 50_000_000, Points: 1, Most: 10, Classes: []string{}},
		{Name: "经费投入", NameEN: "Money paid in", Sort: "money", Act: "plan.money.received", Amount: "received", Each: 10_000_000, Points: 1, Most: 10, Classes: []string{}},
		{Name: "任务工时", NameEN: "Hours put into tasks", Sort: "hours", Act: "plan.task.accepted", Amount: "hours", Each: 40, Points: 1, Most: 8, Classes: []string{}},
		{Name: "参会时长", NameEN: "Time at meetings", Sort: "hours", Act: "council.meeting.held", Amount: "minutes", Part: true, Each: 60, Points: 1, Most: 4, Classes: []string{}},
		{Name: "接收实习就业", NameEN: "Interns and graduates taken", Sort: "posts", Act: "placement.placement.started", Part: true, Each: 5, Points: 1, Most: 6, Classes: []string{"enterprise"}},
		{Name: "办结任务", NameEN: "Tasks done", Sort: "results", Act: "plan.task.accepted", Each: 1, Points: 2, Most: 8, Classes: []string{}},
		{Name: "项目节点", NameEN: "Milestones reached", Sort: "results", Act: "plan.milestone.reached", Part: true, Each: 1, Points: 1, Most: 4, Classes: []string{}},
		{Name: "数据报送", NameEN: "Sheets sent in", Sort: "service", Act: "intake.sheet.taken", Each: 1, Points: 1, Most: 5, Classes: []string{}},
		{Name: "任职履职", NameEN: "Ranks taken on", Sort: "service", Act: "member.rank.appointed", Each: 1, Points: 2, Most: 4, Classes: []string{}},
	},
	Levels: []Level{{"优秀", "Excellent", 85}, {"合格", "Qualified", 60}, {"不合格", "Not qualified", 0}},
}

// Check tells everything in the rule that cannot be.
func (r AssessmentRule) Check() error {
	var wrong fault.List
	if r.Base < 0 || r.Base > 1000 {
		wrong.Add("base", "member.assess.points", r.Base)
	}
	if r.AppealDays < 1 || r.AppealDays > 90 {
		wrong.Add("appeal_days", "member.assess.days", r.AppealDays)
	}
	if len(r.Measures) == 0 {
		wrong.Add("measures", "member.assess.no_measure")
	}
	for i, m := range r.Measures {
		m.check(&wrong, fmt.Sprintf("measures.%d.", i))
	}
	for i, l := range r.Levels {
		at := fmt.Sprintf("levels.%d.", i)
		if strings.TrimSpace(l.Name) == "" {
			wrong.Add(at+"name", "member.assess.unnamed")
		}
		if i > 0 && l.Least >= r.Levels[i-1].Least {
			wrong.Add(at+"least", "member.assess.falling", r.Levels[i-1].Least)
		}
	}
	if len(r.Levels) == 0 || r.Levels[len(r.Levels)-1].Least > 0 {
		wrong.Add("levels", "member.assess.no_level")
	}
	return wrong.Err()
}

func (m Measure) check(wrong *fault.List, at string) {
	if strings.TrimSpace(m.Name) == "" {
		wrong.Add(at+"name", "member.assess.unnamed")
	}
	kind, ok := act.Find(m.Act)
	if !ok {
		wrong.Add(at+"act", "member.assess.act", m.Act)
	} else if _, ok := kind.Amount(m.Amount); m.Amount != "" && !ok {
		wrong.Add(at+"amount", "member.assess.amount", m.Amount)
	}
	if m.Each < 1 {
		wrong.Add(at+"each", "member.assess.each", m.Each)
	}
	if m.Points < 1 || m.Points > 1000 {
		wrong.Add(at+"points", "member.assess.points", m.Points)
	}
	if m.Most < m.Points || m.Most > 1000 {
		wrong.Add(at+"most", "member.assess.most", m.Most, m.Points)
	}
	for _, c := range m.Classes {
		if !slices.Contains(directory.Classes, c) {
			wrong.Add(at+"classes", "member.assess.class", c)
		}
	}
}

// worth gives the points of a value, whole ones only.
func (m Measure) worth(value int64) int {
	if value <= 0 || m.Each < 1 {
		return 0
	}
	if value/m.Each >= int64(m.Most) { // more than enough, and no product too large
		return m.Most
	}
	return min(m.Most, int(value*int64(m.Points)/m.Each))
}

// open tells whether a unit of a class can earn the measure's points.
func (m Measure) open(class string) bool {
	return len(m.Classes) == 0 || slices.Contains(m.Classes, class)
}

// level gives what so many points make of a member.
func (r AssessmentRule) level(points int) Level {
	for _, l := range r.Levels {
		if points >= l.Least {
			return l
		}
	}
	return Level{}
}

// shown says a value of the measure in the unit of its amount.
func (m Measure) shown(ctx context.Context, value int64) string {
	kind, _ := act.Find(m.Act)
	if amount, ok := kind.Amount(m.Amount); ok {
		return amount.Shown(ctx, value)
	}
	return i18n.Count(value)
}
