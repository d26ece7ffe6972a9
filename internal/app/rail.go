package app

import (
	"guildhall/internal/auth"
	"guildhall/internal/web"
)

func known(a auth.Actor) bool   { return a.ID != "" }
func runs(a auth.Actor) bool    { return a.Runs() }
func student(a auth.Actor) bool { return a.Is(auth.Student) }
func working(a auth.Actor) bool { return a.Runs() || a.Is(auth.UnitAdmin) || a.Is(auth.Staff) }
func leading(a auth.Actor) bool { return a.Runs() || a.Is(auth.UnitAdmin) }

// rail is where readers can go, in the order in which the rail shows it.
var rail = []web.Place{
	{Group: "app.group.overview", Word: "app.place.home", Path: "/"},
	{Group: "app.group.overview", Word: "app.place.dashboard", Path: "/dashboard", Show: known},
	{Group: "app.group.overview", Word: "app.place.my", Path: "/my", Show: student},
	{Group: "app.group.overview", Word: "app.place.my_recommendations", Path: "/my/recommendations", Show: student},
	{Group: "app.group.body", Word: "app.place.members", Path: "/members"},
	{Group: "app.group.body", Word: "app.place.council", Path: "/meetings", Show: working},
	{Group: "app.group.body", Word: "app.place.resolutions", Path: "/resolutions", Show: working},
	{Group: "app.group.body", Word: "app.place.rules", Path: "/rules", Show: known},
	{Group: "app.group.body", Word: "app.place.duties", Path: "/duties", Show: working},
	{Group: "app.group.body", Word: "app.place.assessments", Path: "/assessments", Show: working},
	{Group: "app.group.body", Word: "app.place.applications", Path: "/applications", Show: runs},
	{Group: "app.group.plan", Word: "app.place.tasks", Path: "/tasks", Show: working},
	{Group: "app.group.plan", Word: "app.place.projects", Path: "/projects"},
	{Group: "app.group.plan", Word: "app.place.policies", Path: "/policies"},
	{Group: "app.group.plan", Word: "app.place.ledger", Path: "/ledger", Show: working},
	{Group: "app.group.plan", Word: "app.place.reports", Path: "/reports", Show: working},
	{Group: "app.group.plan", Word: "app.place.warnings", Path: "/warnings", Show: working},
	{Group: "app.group.plan", Word: "app.place.facts", Path: "/facts", Show: working},
	{Group: "app.group.plan", Word: "app.place.standards", Path: "/standards"},
	{Group: "app.group.talent", Word: "app.place.gaps", Path: "/gaps"},
	{Group: "app.group.talent", Word: "app.place.forecasts", Path: "/forecasts", Show: working},
	{Group: "app.group.talent", Word: "app.place.surveys", Path: "/surveys", Show: working},
	{Group: "app.group.talent", Word: "app.place.demands", Path: "/demands", Show: working},
	{Group: "app.group.talent", Word: "app.place.positions", Path: "/positions"},
	{Group: "app.group.talent", Word: "app.place.programmes", Path: "/programmes"},
	{Group: "app.group.talent", Word: "app.place.candidates", Path: "/candidates", Show: working},
	{Group: "app.group.talent", Word: "app.place.recommendations", Path: "/recommendations", Show: working},
	{Group: "app.group.talent", Word: "app.place.courses", Path: "/courses"},
	{Group: "app.group.talent", Word: "app.place.rounds", Path: "/rounds"},
	{Group: "app.group.talent", Word: "app.place.placements", Path: "/placements", Show: known},
	{Group: "app.group.base", Word: "app.place.chain", Path: "/chain"},
	{Group: "app.group.base", Word: "app.place.equipment", Path: "/equipment"},
	{Group: "app.group.base", Word: "app.place.bookings", Path: "/bookings", Show: working},
	{Group: "app.group.base", Word: "app.place.codes", Path: "/codes"},
	{Group: "app.group.news", Word: "app.place.bulletins", Path: "/bulletins"},
	{Group: "app.group.run", Word: "app.place.imports", Path: "/imports", Show: working},
	{Group: "app.group.run", Word: "app.place.bodies", Path: "/bodies", Show: runs},
	{Group: "app.group.run", Word: "app.place.accounts", Path: "/accounts", Show: leading},
	{Group: "app.group.run", Word: "sso.providers", Path: "/sso", Show: leading},
	{Group: "app.group.run", Word: "app.place.rights", Path: "/rights", Show: working},
	{Group: "app.group.run", Word: "app.place.acts", Path: "/acts", Show: runs},
	{Group: "app.group.run", Word: "app.place.operations", Path: "/operations", Show: runs},
	{Group: "app.group.run", Word: "app.place.journal", Path: "/journal", Show: runs},
}
