package plan

import (
	"guildhall/internal/fault"
	"guildhall/internal/rule"
)

// Reminding is the rule by which tasks are reminded of.
type Reminding struct {
	BeforeDays   int `json:"before_days"`   // the first reminder, so many days before the task is due
	EveryDays    int `json:"every_days"`    // once it is late, again after so many days
	EscalateDays int `json:"escalate_days"` // once it is late by so many days, it goes up to those in charge
}

// Check tells what cannot be.
func (r Reminding) Check() error {
	var wrong fault.List
	for _, f := range []struct {
		place   string
		days    int
		atLeast int
	}{{"before_days", r.BeforeDays, 0}, {"every_days", r.EveryDays, 1}, {"escalate_days", r.EscalateDays, 1}} {
		if f.days < f.atLeast || f.days > 365 {
			wrong.Add(f.place, "plan.reminding.days", f.atLeast)
		}
	}
	return wrong.Err()
}

var _ = rule.Declare("plan.reminding", Reminding{BeforeDays: 7, EveryDays: 7, EscalateDays: 14})
