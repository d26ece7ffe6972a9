package app

import (
	"guildhall/internal/act"
	"guildhall/internal/auth"
	"guildhall/internal/council"
	"guildhall/internal/dashboard"
	"guildhall/internal/db"
	"guildhall/internal/demand"
	"guildhall/internal/directory"
	"guildhall/internal/i18n"
	"guildhall/internal/member"
	"guildhall/internal/plan"
	"guildhall/internal/talent"
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

// tied joins the page of a unit to the rooms in which something can hang on it,
// and the page of a handover to those in which something can wait on a person.
// TestWhoTellsOfTies lists them.
func (h *House) tied() {
	h.Member.Tied = []member.Tied{directory.TiedUnit, council.Hanging, plan.TiedUnit, equipment, openings(h.Talent), demandLines, actsOf}
	h.Directory.Waiting = []directory.Waiting{{Room: "plan", Tied: plan.TiedPerson, Hand: plan.Pass}}
	h.Member.Resolutions = resolutions
}

// openings tells which positions of a unit are open.
func openings(t *talent.Talent) member.Tied {
	return func(tx *db.Tx, unit string) ([]directory.Tie, error) {
		open, err := t.Openings(tx)
		tie := directory.Tie{Word: "app.tie.positions", Path: "/positions?enterprise=" + unit, Decide: "app.tie.unit"}
		for _, o := range open {
			if o.Enterprise == unit {
				tie.Count += o.Positions
			}
		}
		return []directory.Tie{tie}, err
	}
}

// demandLines tells which demand lines of a unit are still running.
func demandLines(tx *db.Tx, unit string) ([]directory.Tie, error) {
	if a := auth.From(tx.Context()); !a.Runs() && !a.For(unit) {
		return nil, nil
	}
	lines, err := demand.Running(tx, "")
	tie := directory.Tie{Word: "app.tie.lines", Path: "/positions?enterprise=" + unit, Decide: "app.tie.unit"}
	for _, l := range lines {
		if l.Unit != unit {
			continue
		}
		if tie.Count++; len(tie.Items) < directory.TieItems {
			tie.Items = append(tie.Items, directory.TieItem{Text: l.Title, Day: l.By})
		}
	}
	return []directory.Tie{tie}, err
}

// actsOf counts the acts in which a unit took part: they stay as history.
func actsOf(tx *db.Tx, unit string) ([]directory.Tie, error) {
	if a := auth.From(tx.Context()); !a.Runs() && !a.For(unit) {
		return nil, nil
	}
	n, err := act.Count(tx, act.Filter{Units: []string{unit}})
	return []directory.Tie{{Word: "app.tie.acts", Count: int(n), Path: "/acts?unit=" + unit}}, err
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
