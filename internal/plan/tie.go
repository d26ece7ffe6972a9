package plan

import (
	"guildhall/internal/db"
	"guildhall/internal/directory"
)

// TiedUnit tells which open tasks a unit owns, and who decides about them.
func TiedUnit(tx *db.Tx, unit string) ([]directory.Tie, error) {
	return tied(tx, "t.owner_id = ?", unit)
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
	t := directory.Tie{Word: "plan.owned", Count: len(tasks), Path: "/tasks?owner=" + tasks[0].Owner, Decide: "plan.secretariat_decides"}
	for _, task := range tasks[:min(len(tasks), directory.TieItems)] {
		t.Items = append(t.Items, directory.TieItem{Text: task.Title, Day: task.Due, Path: "/tasks/" + task.ID})
	}
	return []directory.Tie{t}, nil
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
