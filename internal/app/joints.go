package app

import (
	"time"

	"guildhall/internal/auth"
	"guildhall/internal/bulletin"
	"guildhall/internal/dashboard"
	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/facility"
	"guildhall/internal/i18n"
	"guildhall/internal/member"
	"guildhall/internal/outlook"
	"guildhall/internal/round"
	"guildhall/internal/talent"
)

// Here rooms are joined that may not know of each other: each type answers one
// room's question from another room.

// schooling answers the outlook's questions about schools from talent.
type schooling struct{ *talent.Talent }

func (s schooling) Programmes(tx *db.Tx) ([]outlook.Programme, error) {
	taught, err := s.Taught(tx)
	list := make([]outlook.Programme, 0, len(taught))
	for _, p := range taught {
		list = append(list, outlook.Programme{School: p.School, Code: p.Code, Level: p.Level, Name: p.Name, Years: p.Years, Places: p.Plan})
	}
	return list, err
}

func (s schooling) Cohorts(tx *db.Tx) ([]outlook.Cohort, error) {
	rosters, err := s.Rosters(tx)
	list := make([]outlook.Cohort, 0, len(rosters))
	for _, r := range rosters {
		list = append(list, outlook.Cohort{School: r.School, Code: r.Code, Year: r.Year, Students: r.Students, Graduated: r.Graduated, Further: r.Further})
	}
	return list, err
}

func (s schooling) Openings(tx *db.Tx) ([]outlook.Opening, error) {
	open, err := s.Talent.Openings(tx)
	list := make([]outlook.Opening, 0, len(open))
	for _, o := range open {
		list = append(list, outlook.Opening{Unit: o.Enterprise, Position: o.Kind, Segment: o.Segment, Places: o.Places})
	}
	return list, err
}

// roll answers the outlook's question about how many enterprises belong.
type roll struct{}

func (roll) Enterprises(tx *db.Tx) (n int, err error) {
	ids, err := member.Units(tx, tx.Now.In(i18n.China).Format(time.DateOnly))
	if err != nil {
		return 0, err
	}
	units, err := directory.Units(tx)
	for _, id := range ids {
		if u := units[id]; u != nil && u.Class == "enterprise" {
			n++
		}
	}
	return n, err
}

// equipment tells the page of a unit what it shares.
func equipment(tx *db.Tx, unit string) ([]directory.Tie, error) {
	n, err := facility.Owned(tx, unit)
	if err != nil || n == 0 {
		return nil, err
	}
	return []directory.Tie{{Word: "facility.owned", Count: n, Path: "/equipment?owner=" + unit, Decide: "facility.owner_decides"}}, nil
}

// bookingsWaiting tells those who look after equipment of requests, and of what is over
// and was not noted.
func (h *House) bookingsWaiting(tx *db.Tx) (list []dashboard.Task, err error) {
	w, err := h.Facility.Waits(tx)
	if w.Asked > 0 {
		list = append(list, dashboard.Task{Word: "app.waiting.bookings", Args: []any{w.Asked}, Due: w.Due, Link: "/bookings/queue",
			Why: "app.waiting.bookings_why", Else: "app.waiting.bookings_else", Decide: true})
	}
	if w.Over > 0 {
		list = append(list, dashboard.Task{Word: "app.waiting.uses", Args: []any{w.Over}, Link: "/bookings/queue#over", Else: "app.waiting.uses_else"})
	}
	return list, err
}

// told says in one room's type what another room told in its own: the two are
// alike, for neither may name the other's.
func told[A, B any](ask func(*db.Tx) ([]A, error), as func(A) B) func(*db.Tx) ([]B, error) {
	return func(tx *db.Tx) ([]B, error) {
		list, err := ask(tx)
		said := make([]B, len(list))
		for i, v := range list {
			said[i] = as(v)
		}
		return said, err
	}
}

// gathering joins the dashboard to the rooms that have something to show.
func (h *House) gathering() *dashboard.Dashboard {
	return &dashboard.Dashboard{DB: h.DB,
		Figures: []func(*db.Tx) ([]dashboard.Figure, error){
			membersFigure,
			told(h.Outlook.Figures, func(f outlook.Figure) dashboard.Figure { return dashboard.Figure(f) }),
			h.talentFigures,
			told(h.Rounds.Figures, func(f round.Figure) dashboard.Figure { return dashboard.Figure(f) }),
		},
		Waiting: h.asks(),
		News:    latest,
	}
}

// waits asks one room what waits for the actor.
type waits struct {
	room string
	ask  func(*db.Tx) ([]dashboard.Task, error)
}

// waiting lists the rooms that tell a person of what waits for them, in the order
// in which they are asked. TestWhoTellsOfTies names them.
func (h *House) waiting() []waits {
	return []waits{
		{"round", told(h.Rounds.Waiting, func(t round.Task) dashboard.Task {
			return dashboard.Task{Word: t.Word, Args: t.Args, Due: t.Due, Link: t.Link}
		})},
		{"talent", told(h.Talent.Waiting, func(t talent.Task) dashboard.Task {
			return dashboard.Task{Word: t.Word, Args: t.Args, Due: t.Due, Link: t.Link}
		})},
		{"outlook", told(h.Outlook.Waiting, func(t outlook.Task) dashboard.Task { return dashboard.Task{Word: t.Word, Args: t.Args, Link: t.Link} })},
		{"outlook", h.surveysWaiting},
		{"placement", h.placementsWaiting},
		{"intake", h.importsWaiting},
		{"directory", h.dutiesWaiting},
		{"factor", h.factorsWaiting},
		{"council", h.councilWaiting},
		{"member", applicationsWaiting},
		{"member", termsWaiting},
		{"member", assessmentsWaiting},
		{"plan", h.tasksWaiting},
		{"plan", h.grantsWaiting},
		{"facility", h.bookingsWaiting},
		{"measure", h.warningsWaiting},
		{"measure", h.reportsWaiting},
		{"privacy", h.rightsWaiting},
	}
}

func (h *House) asks() (list []func(*db.Tx) ([]dashboard.Task, error)) {
	for _, w := range h.waiting() {
		list = append(list, w.ask)
	}
	return list
}

// membersFigure counts the members for the public; whoever works here has
// figures of their own in its place.
func membersFigure(tx *db.Tx) ([]dashboard.Figure, error) {
	if auth.From(tx.Context()).ID != "" {
		return nil, nil
	}
	ids, err := member.Units(tx, tx.Now.In(i18n.China).Format(time.DateOnly))
	return []dashboard.Figure{{Word: "app.figure.members", Value: len(ids), Link: "/members"}}, err
}

// talentFigures leaves out the count of positions: their places say more, and
// six figures fill a line.
func (h *House) talentFigures(tx *db.Tx) (list []dashboard.Figure, err error) {
	figures, err := h.Talent.Figures(tx)
	for _, f := range figures {
		if f.Word != "talent.figure.positions" {
			list = append(list, dashboard.Figure(f))
		}
	}
	return list, err
}

// importsWaiting tells of the actor's imports that wait for a decision.
func (h *House) importsWaiting(tx *db.Tx) (list []dashboard.Task, err error) {
	jobs, err := h.Intake.Waiting(tx)
	for _, j := range jobs {
		list = append(list, dashboard.Task{Word: "app.waiting.import", Args: []any{j.Files[0].Name, len(j.Files)}, Link: "/imports/" + j.ID})
	}
	return list, err
}

func latest(tx *db.Tx) (*dashboard.News, error) {
	b, err := bulletin.Latest(tx)
	if err != nil || b == nil {
		return nil, err
	}
	return &dashboard.News{Number: b.Number, Title: b.Content.Title.In(tx.Context()), Link: "/bulletins/" + b.Number, At: b.PublishedAt, Card: b.Card()}, nil
}
