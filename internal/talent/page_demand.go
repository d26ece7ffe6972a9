package talent

import (
	"context"
	"slices"
	"time"

	"github.com/a-h/templ"

	"guildhall/internal/codes"
	"guildhall/internal/db"
	"guildhall/internal/demand"
	"guildhall/internal/directory"
	"guildhall/internal/i18n"
	"guildhall/internal/web"
)

// CopyDemand gives a line as a form for the same a year later.
func (t *Talent) CopyDemand(ctx context.Context, id string) (DemandForm, error) {
	return db.View(ctx, t.DB, func(tx *db.Tx) (DemandForm, error) {
		d, err := seeDemand(tx, id)
		if err != nil {
			return DemandForm{}, err
		}
		if err := policy.Allow(ctx, "talent.demand.file", d.subject()); err != nil {
			return DemandForm{}, err
		}
		in, err := t.formOf(d)
		in.Like, in.ValidUntil, in.Retained, in.Departures = d.ID, "", 0, 0
		in.From, in.By = yearsLater(in.From, in.By, demand.Day(tx))
		return in, err
	})
}

// yearsLater moves both days by as many years as it takes for the last one to lie
// ahead.
func yearsLater(from, by, today string) (string, string) {
	move := func(day string) string {
		at, err := time.Parse(time.DateOnly, day)
		if err != nil {
			return ""
		}
		return at.AddDate(1, 0, 0).Format(time.DateOnly)
	}
	for by != "" && by <= today {
		from, by = move(from), move(by)
	}
	return from, by
}

// demandFormView is all that the form shows beside what is filled in.
type demandFormView struct {
	ID          string // of the line that is changed; empty for a new one
	Form        DemandForm
	Enterprises []web.Choice // for those who file for others
	Former      []*Demand    // lines to copy
	Suggested   []codes.Match
	Sure        bool
	Err         error
}

func (t *Talent) demandFormPage(ctx context.Context, id string, in DemandForm, err error) (templ.Component, error) {
	v := demandFormView{ID: id, Form: in, Err: err, Suggested: t.guesses(in.Title)}
	v.Sure = len(v.Suggested) > 0 && v.Suggested[0].Confidence >= codes.Sure
	_, see := db.View(ctx, t.DB, func(tx *db.Tx) (bool, error) {
		a := actor(tx)
		if a.Runs() && id == "" {
			all, err := units(tx)
			if err != nil {
				return false, err
			}
			for _, u := range sortedUnits(enterprisesOf(all)) {
				v.Enterprises = append(v.Enterprises, web.Choice{Value: u.ID, Text: i18n.Pick(ctx, u.Short(), u.NameEN)})
			}
		}
		if id != "" || a.Unit == "" {
			return true, nil
		}
		former, err := demandsOf(tx, []string{a.Unit})
		v.Former = former[:min(len(former), 6)]
		return true, err
	})
	return demandFormTempl(v), see
}

func enterprisesOf(all map[string]*directory.Unit) (list []*directory.Unit) {
	for _, u := range all {
		if u.Class == "enterprise" {
			list = append(list, u)
		}
	}
	return list
}

func gradeName(ctx context.Context, grade string) string {
	if grade == "" {
		return "–"
	}
	return say(ctx, "grade."+grade)
}

func modeNames(ctx context.Context, modes []string) string {
	text := ""
	for i, m := range modes {
		if i > 0 {
			text += say(ctx, "comma")
		}
		text += say(ctx, "mode."+m)
	}
	return dash(text)
}

func stateName(ctx context.Context, d *Demand) string {
	return i18n.T(ctx, "demand.state."+string(d.State))
}

func certaintyName(ctx context.Context, c demand.Certainty) string {
	return i18n.T(ctx, "demand.certainty."+string(c))
}

func certaintyChoices(ctx context.Context) (list []web.Choice) {
	for _, c := range demand.Certainties {
		list = append(list, web.Choice{Value: string(c), Text: certaintyName(ctx, c)})
	}
	return list
}

// orNone is choices with a first one that says nothing.
func orNone(ctx context.Context, prefix string, values []string) []web.Choice {
	list := choices(ctx, prefix, values)
	list[0].Text = "–"
	return list
}

func codesOrNone(ctx context.Context, list string) []web.Choice {
	all := codeChoices(ctx, list)
	all[0].Text = "–"
	return all
}

func stateChoices(ctx context.Context) []web.Choice {
	list := []web.Choice{{Value: "", Text: say(ctx, "any")}, {Value: "running", Text: say(ctx, "demand_running")}}
	for _, s := range demand.States {
		list = append(list, web.Choice{Value: string(s), Text: i18n.T(ctx, "demand.state."+string(s))})
	}
	return list
}

// regionsNear are the districts of the body's city, which is where posts are.
func regionsNear(ctx context.Context, chosen string) []web.Choice {
	list := regionChoices(ctx, chosen)
	list[0].Text = "–"
	return list
}

// span shows a length of time as people say it: hours below two days, else days.
func span(ctx context.Context, d time.Duration) string {
	switch {
	case d < time.Hour:
		return say(ctx, "span_minutes", int(d.Minutes()))
	case d < 48*time.Hour:
		return say(ctx, "span_hours", int(d.Hours()))
	}
	return say(ctx, "span_days", int(d.Hours()/24))
}

// renewTo is the day until which a renewal is proposed: three months on, or the
// day by which the people are wanted where that comes first.
func renewTo(d *Demand) string {
	at, err := time.Parse(time.DateOnly, max(d.ValidUntil, d.ChangedAt.Format(time.DateOnly)))
	if err != nil {
		return ""
	}
	return at.AddDate(0, 3, 0).Format(time.DateOnly)
}

func replier(v *DemandView, unit string) string {
	if v.units == nil || v.units[unit] == nil {
		return "–"
	}
	return v.units[unit].Short()
}

// ofLinks gives what a line caused, or what filled it.
// ofLinks gives what was begun for a line, or what fills it: people whom the same
// thing brought on the same day, from the same unit, stand in one row.
func ofLinks(links []demand.Link, fills bool) (list []demand.Link) {
	for _, l := range links {
		if l.Fills != fills {
			continue
		}
		i := slices.IndexFunc(list, func(had demand.Link) bool {
			return had.Kind == l.Kind && had.Text == l.Text && had.Unit == l.Unit && day(had.At) == day(l.At) && l.Kind == "hire"
		})
		if i < 0 {
			list = append(list, l)
			continue
		}
		list[i].Quantity += l.Quantity
		if list[i].Path != l.Path {
			list[i].Path = ""
		}
	}
	return list
}

func linkName(ctx context.Context, l demand.Link) string {
	name := l.Kind
	if i18n.Has("demand.link." + l.Kind) {
		name = i18n.T(ctx, "demand.link."+l.Kind)
	}
	return name
}

func linkText(ctx context.Context, l demand.Link) string {
	if l.Text == "" {
		return linkName(ctx, l)
	}
	return l.Text
}

func experienceName(ctx context.Context, e string) string {
	if e == "" {
		return "–"
	}
	return say(ctx, "experience."+e)
}

func reasonName(ctx context.Context, r string) string {
	if r == "" {
		return "–"
	}
	return say(ctx, "reason."+r)
}

// demandWhen tells between which days the people are wanted.
func demandWhen(ctx context.Context, d *Demand) string {
	if d.From == "" {
		return say(ctx, "until_day", d.By)
	}
	return say(ctx, "between_days", d.From, d.By)
}

func orText(text, other string) string {
	if text == "" {
		return other
	}
	return text
}

func demandFormTitle(ctx context.Context, v demandFormView) string {
	if v.ID != "" {
		return say(ctx, "demand_change")
	}
	return say(ctx, "demand_new")
}

func demandAction(v demandFormView) string {
	if v.ID != "" {
		return "/demands/" + v.ID
	}
	return "/demands"
}

func demandSend(ctx context.Context, v demandFormView) string {
	if v.ID != "" {
		return say(ctx, "demand_keep")
	}
	return say(ctx, "demand_send")
}

// suggests tells whether an occupation is among those that the title may mean.
func suggests(v demandFormView, occupation string) bool {
	return slices.ContainsFunc(v.Suggested, func(m codes.Match) bool { return m.Code.Code == occupation })
}
