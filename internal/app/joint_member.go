package app

import (
	"time"

	"guildhall/internal/auth"
	"guildhall/internal/council"
	"guildhall/internal/dashboard"
	"guildhall/internal/db"
	"guildhall/internal/i18n"
	"guildhall/internal/member"
)

// dutiesWaiting tells whoever looks after duties of those that wait on somebody
// who has no post any more.
func (h *House) dutiesWaiting(tx *db.Tx) ([]dashboard.Task, error) {
	n, err := h.Directory.IdleDuties(tx)
	if err != nil || n == 0 {
		return nil, err
	}
	return []dashboard.Task{{Word: "app.waiting.duties", Args: []any{n}, Link: "/duties?idle=1", Else: "app.waiting.duties_else"}}, nil
}

// applicationsWaiting tells those who run the body of the applications that wait.
func applicationsWaiting(tx *db.Tx) (list []dashboard.Task, err error) {
	check, decide, err := member.FilingsWaiting(tx)
	if check > 0 {
		list = append(list, dashboard.Task{Word: "app.waiting.applications", Args: []any{check}, Link: "/applications?state=submitted", Else: "app.waiting.applications_else"})
	}
	if decide > 0 {
		list = append(list, dashboard.Task{Word: "app.waiting.admissions", Args: []any{decide}, Link: "/applications?state=checked",
			Why: "app.waiting.admissions_why", Else: "app.waiting.admissions_else", Decide: true})
	}
	return list, err
}

// resolutions gives the council's latest resolutions to the roll, which takes
// units in by one.
func resolutions(tx *db.Tx) ([]member.Resolution, error) {
	carried, err := council.Latest(tx, 50)
	list := make([]member.Resolution, len(carried))
	for i, r := range carried {
		list[i] = member.Resolution{ID: r.ID, Label: r.Mark() + " " + r.Title, Day: i18n.Date(tx.Context(), r.At)}
	}
	return list, err
}

// termNotice is how many days before a term ends the secretariat is told of it:
// time enough for candidates, notice and the vote.
const termNotice = 120

// termsWaiting tells whoever runs the body of ranks whose term ends soon.
func termsWaiting(tx *db.Tx) ([]dashboard.Task, error) {
	if !auth.From(tx.Context()).Runs() {
		return nil, nil
	}
	years, article, err := council.Term(tx)
	if err != nil {
		return nil, err
	}
	held, err := member.RanksHeld(tx)
	if err != nil {
		return nil, err
	}
	last := tx.Now.In(i18n.China).AddDate(0, 0, termNotice).Format(time.DateOnly)
	n, due := 0, ""
	for _, h := range held {
		since, err := time.Parse(time.DateOnly, h.Since)
		if err != nil {
			continue
		}
		if end := since.AddDate(years, 0, 0).Format(time.DateOnly); end <= last {
			n++
			if due == "" || end < due {
				due = end
			}
		}
	}
	if n == 0 {
		return nil, nil
	}
	return []dashboard.Task{{Word: "app.waiting.terms", Args: []any{n}, Due: due, Link: "/meetings/new", Why: "app.waiting.terms_why", WhyArgs: []any{years, article},
		Else: "app.waiting.terms_else", Decide: true}}, nil
}
