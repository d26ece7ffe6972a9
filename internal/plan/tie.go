package plan

import (
	"guildhall/internal/db"
	"guildhall/internal/directory"
)

// TiedUnit tells what a unit still owes the plan, and who decides about it: open
// tasks, projects, money that it has promised, and what it has asked for under
// policies; and, as history, what it has done.
func TiedUnit(tx *db.Tx, unit string) (list []directory.Tie, err error) {
	for _, of := range []func(*db.Tx, string) ([]directory.Tie, error){
		func(tx *db.Tx, unit string) ([]directory.Tie, error) { return tied(tx, "t.owner_id = ?", unit) }, projectsTied, moneyTied, grantsTied, tasksPast} {
		ties, err := of(tx, unit)
		if err != nil {
			return nil, err
		}
		list = append(list, ties...)
	}
	return list, nil
}

// TiedPerson tells which open tasks wait on a person.
func TiedPerson(tx *db.Tx, person string) ([]directory.Tie, error) {
	return tied(tx, "t.person_id = ?", person)
}

func tied(tx *db.Tx, term, whose string) ([]directory.Tie, error) {
	tasks, err := openTasks(tx, term, whose)
	if err != nil || len(tasks) == 0 {
		return nil, err
	}
	t := directory.Tie{Word: "plan.owned", Path: "/tasks?owner=" + tasks[0].Owner, Decide: "plan.secretariat_decides"}
	for _, task := range tasks {
		t.Add(directory.TieItem{Text: task.Title, Day: task.Due, Path: "/tasks/" + task.ID})
	}
	return []directory.Tie{t}, nil
}

// projectsTied tells of the running projects that a unit leads, and of those in
// which it is a partner.
func projectsTied(tx *db.Tx, unit string) ([]directory.Tie, error) {
	list, err := db.All(tx, scanProject, `SELECT `+projectColumns+` FROM plan_project p WHERE p.body = $1 AND p.state = 'running'
		AND (p.owner_id = $2 OR EXISTS (SELECT 1 FROM plan_partner o WHERE o.project_id = p.id AND o.unit_id = $2)) ORDER BY p.number`, tx.Body, unit)
	leads := directory.Tie{Word: "plan.tied.leads", Path: "/projects?owner=" + unit, Decide: "plan.tied.leads_decides"}
	partner := directory.Tie{Word: "plan.tied.partner", Path: "/projects", Decide: "plan.tied.partner_decides"}
	for _, p := range list {
		t := &partner
		if p.Owner == unit {
			t = &leads
		}
		t.Add(directory.TieItem{Text: p.Name, Day: p.Ends, Path: "/projects/" + p.ID})
	}
	return []directory.Tie{leads, partner}, err
}

// moneyTied tells of money that a unit has promised and not given yet. Amounts are
// for those who work here.
func moneyTied(tx *db.Tx, unit string) ([]directory.Tie, error) {
	t := directory.Tie{Word: "plan.tied.money", Path: "/projects", Decide: "plan.tied.money_decides"}
	if !policy.Can(tx.Context(), "plan.money.read", Thing{Owner: unit}) {
		return nil, nil
	}
	err := db.Each(tx, db.Pair[string, string], func(p struct{ A, B string }) error {
		t.Add(directory.TieItem{Text: p.B, Path: "/projects/" + p.A})
		return nil
	}, `SELECT p.id, p.name FROM plan_money m JOIN plan_project p ON p.id = m.project_id
		WHERE p.body = $1 AND m.payer_id = $2 AND m.received < m.promised AND p.state = 'running' ORDER BY p.number, m.id`, tx.Body, unit)
	return []directory.Tie{t}, err
}

func grantsTied(tx *db.Tx, unit string) ([]directory.Tie, error) {
	if !policy.Can(tx.Context(), "plan.grant.read", Thing{Owner: unit}) {
		return nil, nil
	}
	asked := directory.Tie{Word: "plan.tied.asked", Path: "/policies", Decide: "plan.secretariat_decides"}
	past := directory.Tie{Word: "plan.tied.granted", Path: "/policies"}
	type grant struct{ scheme, title, state string }
	err := db.Each(tx, func(row db.Row) (g grant, err error) { return g, row.Scan(&g.scheme, &g.title, &g.state) }, func(g grant) error {
		t := &past
		if g.state == "applied" {
			t = &asked
		}
		t.Add(directory.TieItem{Text: g.title, Path: "/policies/" + g.scheme})
		return nil
	}, `SELECT s.id, s.title, g.state FROM plan_grant g JOIN plan_scheme s ON s.id = g.scheme_id WHERE g.body = $1 AND g.unit_id = $2 AND g.state <> 'refused' ORDER BY g.id`, tx.Body, unit)
	return []directory.Tie{asked, past}, err
}

func tasksPast(tx *db.Tx, unit string) ([]directory.Tie, error) {
	n, err := db.One(tx, db.Value[int], `SELECT count(*) FROM plan_task t WHERE t.body = $1 AND t.owner_id = $2 AND t.state IN ('accepted', 'failed')`, tx.Body, unit)
	return []directory.Tie{{Word: "plan.tied.tasks_past", Count: n, Path: "/tasks?owner=" + unit}}, err
}

func openTasks(tx *db.Tx, term, whose string) ([]*Task, error) {
	var w db.Where
	w.And("t.body = ?", tx.Body)
	w.And("t.state IN ('open', 'reported')")
	w.And(term, whose)
	return listTasks(tx, w, "due", false, "", 1000)
}

// Pass gives the open tasks of one person to another, and tells how many they were.
// Who may hand over what is settled before it is asked.
func Pass(tx *db.Tx, from, to string) (int, error) {
	tasks, err := openTasks(tx, "t.person_id = ?", from)
	for _, t := range tasks {
		t.Person, t.action = to, "plan.task.change"
		if err := keepTask(tx, t, "changed", ""); err != nil {
			return 0, err
		}
	}
	return len(tasks), err
}
