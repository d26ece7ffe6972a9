package plan

import (
	"context"
	"slices"
	"strings"
	"time"

	"guildhall/internal/act"
	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/fault"
	"guildhall/internal/i18n"
	"guildhall/internal/journal"
)

// Start puts a project on the list.
func (p *Plan) Start(ctx context.Context, f ProjectForm) (*Project, error) {
	return db.Update(ctx, p.DB, func(tx *db.Tx) (*Project, error) {
		if err := policy.Allow(ctx, "plan.project.start", Thing{}); err != nil {
			return nil, err
		}
		stones, wrong := f.check()
		units, err := directory.Units(tx)
		if err != nil {
			return nil, err
		}
		if f.Owner != "" && units[f.Owner] == nil {
			wrong.Add("owner", "plan.wrong.unit")
		}
		partners := partnersOf(tx, f, &wrong)
		if len(wrong) > 0 {
			return nil, wrong
		}
		pr := &Project{ID: db.NewID(), Kind: f.Kind, Name: f.Name, Goal: f.Goal, Owner: f.Owner, Starts: f.Starts, Ends: f.Ends, State: "running",
			Partners: partners, madeAt: tx.Now, action: "plan.project.start"}
		if pr.Number, err = db.One(tx, db.Value[int], `SELECT coalesce(max(number), 0) + 1 FROM plan_project WHERE body = $1`, tx.Body); err != nil {
			return nil, err
		}
		if err := keepProject(tx, pr); err != nil {
			return nil, err
		}
		for _, m := range stones {
			m.ID = db.NewID()
			if err := saveMilestone(tx, pr.ID, m); err != nil {
				return nil, err
			}
		}
		for _, u := range partners {
			if _, err := tx.Exec(`INSERT INTO plan_partner (project_id, unit_id) VALUES ($1, $2)`, pr.ID, u); err != nil {
				return nil, err
			}
		}
		a := pr.act("plan.project.started", "")
		a.At = dayIn(tx, pr.Starts)
		return pr, act.Note(tx, a)
	})
}

// partnersOf finds the units that the form names, and tells which lines name none.
func partnersOf(tx *db.Tx, f ProjectForm, wrong *fault.List) []string {
	ids := []string{}
	for line := range strings.SplitSeq(f.Partners, "\n") {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		u, err := directory.Resolve(tx, line)
		if err != nil {
			wrong.Add("partners", "plan.wrong.no_unit", line)
		} else if u.ID != f.Owner && !slices.Contains(ids, u.ID) {
			ids = append(ids, u.ID)
		}
	}
	return ids
}

// Promise notes money that a source has promised.
func (p *Plan) Promise(ctx context.Context, id string, f MoneyForm) (*Project, error) {
	return p.changeProject(ctx, "plan.money.promise", id, func(tx *db.Tx, pr *Project) ([]act.Act, error) {
		fen, wrong := f.check()
		if f.Payer != "" {
			if _, err := directory.FindUnit(tx, f.Payer); err != nil {
				wrong.Add("payer", "plan.wrong.unit")
			}
		}
		if len(wrong) > 0 {
			return nil, wrong
		}
		m := Money{ID: db.NewID(), Source: f.Source, Payer: f.Payer, Promised: fen, About: strings.TrimSpace(f.About)}
		a := pr.act("plan.money.promised", f.Payer)
		a.Amounts, a.Marks["source"] = map[string]int64{"promised": fen}, f.Source
		if err := saveMoney(tx, id, m); err != nil {
			return nil, err
		}
		return []act.Act{a}, pr.postPromise(tx, m)
	})
}

// Receive notes that promised money came in.
func (p *Plan) Receive(ctx context.Context, id, money string, yuan float64, day string) (*Project, error) {
	return p.changeProject(ctx, "plan.money.receive", id, func(tx *db.Tx, pr *Project) ([]act.Act, error) {
		i := slices.IndexFunc(pr.Money, func(m Money) bool { return m.ID == money })
		if i < 0 {
			return nil, notFound()
		}
		fen, _ := fenOf(yuan)
		m := pr.Money[i]
		if err := m.receive(fen, day); err != nil {
			return nil, err
		}
		if day > today(tx) {
			var wrong fault.List
			wrong.Add("day", "plan.wrong.future")
			return nil, wrong
		}
		if err := settle(tx, pr, pr.Money[i]); err != nil {
			return nil, err
		}
		e, err := pr.postReceipt(tx, m, fen, day)
		if err != nil {
			return nil, err
		}
		pr.entryID = e.ID
		a := pr.act("plan.money.received", m.Payer)
		a.At, a.Amounts, a.Marks["source"] = dayIn(tx, day), map[string]int64{"received": fen}, m.Source
		return []act.Act{a}, saveMoney(tx, id, m)
	})
}

// Reach notes that a milestone was reached, and what came of it.
func (p *Plan) Reach(ctx context.Context, id, stone, day, result string) (*Project, error) {
	return p.changeProject(ctx, "plan.project.change", id, func(tx *db.Tx, pr *Project) ([]act.Act, error) {
		i := slices.IndexFunc(pr.Milestones, func(m Milestone) bool { return m.ID == stone })
		if i < 0 {
			return nil, notFound()
		}
		m := pr.Milestones[i]
		var wrong fault.List
		if !isDay(day) {
			wrong.Add("day", "fault.date", day)
		} else if day > today(tx) {
			wrong.Add("day", "plan.wrong.future")
		}
		if len(wrong) > 0 {
			return nil, wrong
		}
		if m.Reached != "" {
			return nil, fault.Conflict.New("plan.reached")
		}
		m.Reached, m.Result = day, strings.TrimSpace(result)
		timely := "yes"
		if day > m.Due {
			timely = "no"
		}
		a := pr.act("plan.milestone.reached", "")
		a.At, a.Marks["timely"] = dayIn(tx, day), timely
		return []act.Act{a}, saveMilestone(tx, id, m)
	})
}

// Finish ends a project with its result, or stops it.
func (p *Plan) Finish(ctx context.Context, id, state, result string) (*Project, error) {
	return p.changeProject(ctx, "plan.project.finish", id, func(tx *db.Tx, pr *Project) ([]act.Act, error) {
		if err := pr.finish(state, result); err != nil || pr.State != "finished" {
			return nil, err
		}
		return []act.Act{pr.act("plan.project.finished", "")}, nil
	})
}

// changeProject takes a project, lets do change what belongs to it, and keeps it
// with the acts that this was.
func (p *Plan) changeProject(ctx context.Context, action, id string, do func(*db.Tx, *Project) ([]act.Act, error)) (*Project, error) {
	return db.Update(ctx, p.DB, func(tx *db.Tx) (*Project, error) {
		pr, err := findProject(tx, id)
		if err != nil {
			return nil, err
		}
		pr.action = action
		if err := policy.Allow(ctx, action, Thing{pr.Owner}); err != nil {
			return nil, err
		}
		acts, err := do(tx, pr)
		if err != nil {
			return nil, err
		}
		if err := keepProject(tx, pr); err != nil {
			return nil, err
		}
		return pr, act.Note(tx, acts...)
	})
}

// act gives an act about the project; it is that of unit, or of the owner.
func (p *Project) act(kind, unit string) act.Act {
	if unit == "" {
		unit = p.Owner
	}
	return act.Act{Kind: kind, Unit: unit, Units: append(slices.Clone(p.Partners), p.Owner), Subject: p.ID, Title: p.Name,
		Marks: map[string]string{"kind": p.Kind}}
}

// dayIn gives the morning of a civil day in the body's zone, or now where that day
// has not come or cannot be read.
func dayIn(tx *db.Tx, day string) time.Time {
	at, err := time.ParseInLocation(time.DateOnly, day, i18n.Zone(tx.Context()))
	if err != nil || at.After(tx.Now) {
		return tx.Now
	}
	return at
}

func keepProject(tx *db.Tx, p *Project) error {
	if p.action == "" {
		panic("plan: a project is kept that was taken for no action")
	}
	if err := saveProject(tx, p); err != nil {
		return err
	}
	told := map[string]any{"name": p.Name, "kind": p.Kind, "owner": p.Owner, "state": p.State}
	if p.entryID != "" {
		told["ledger"] = p.entryID
	}
	return journal.Record(tx, p.action, p.ID, told)
}
