// Package plan keeps what a body has set out to do: the yearly plan and its tasks
// (年度计划、任务), the projects (项目), and the policies with what came of them
// (政策与兑现). A resolution opens tasks; a task has an owner, a day and what must
// be shown, is reported on, judged, and reminded of when it is late.
package plan

import (
	"embed"
	"time"

	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/fault"
	"guildhall/internal/files"
	"guildhall/internal/i18n"
)

//go:embed schema/*.sql
var schema embed.FS

//go:embed text/*.json
var text embed.FS

var _ = i18n.Add(text)

// Room is the tables of the plan.
var Room = db.Room{Name: "plan", Schema: schema}

// Plan keeps tasks, projects and policies.
type Plan struct {
	DB    *db.DB
	Files *files.Store
	// Since tells since when a unit has belonged to the body, by unit, 2026-10-31.
	// Conditions of policies ask it; nil: nobody tells.
	Since func(tx *db.Tx) (map[string]string, error)
}

// Named is a unit with its names, as lists show it.
type Named struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	NameEN string `json:"name_en,omitempty"`
}

func named(units map[string]*directory.Unit, id string) Named {
	u := units[id]
	if u == nil {
		return Named{ID: id}
	}
	return Named{id, u.Short(), u.NameEN}
}

// today is the civil day of tx in the body's zone.
func today(tx *db.Tx) string { return tx.Now.In(i18n.Zone(tx.Context())).Format(time.DateOnly) }

// isDay tells whether text is a civil day.
func isDay(text string) bool {
	_, err := time.Parse(time.DateOnly, text)
	return err == nil
}

// daysBetween counts the days from one civil day to another.
func daysBetween(from, to string) int {
	a, err1 := time.Parse(time.DateOnly, from)
	b, err2 := time.Parse(time.DateOnly, to)
	if err1 != nil || err2 != nil {
		return 0
	}
	return int(b.Sub(a).Hours() / 24)
}

func notFound() error { return fault.NotFound.New("fault.not_found") }
