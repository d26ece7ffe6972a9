package plan

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/fault"
)

const projectColumns = `p.id, p.number, p.name, p.goal, p.owner_id, p.starts_on, p.ends_on, p.state, p.result, p.made_at, p.kind`

func scanProject(row db.Row) (*Project, error) {
	p := &Project{Partners: []string{}, Milestones: []Milestone{}}
	return p, row.Scan(&p.ID, &p.Number, &p.Name, &p.Goal, &p.Owner, &p.Starts, &p.Ends, &p.State, &p.Result, &p.madeAt, &p.Kind)
}

func findProject(tx *db.Tx, id string) (*Project, error) {
	p, err := db.One(tx, scanProject, `SELECT `+projectColumns+` FROM plan_project p WHERE p.id = $1 AND p.body = $2`, id, tx.Body)
	if err != nil {
		return nil, err
	}
	return p, fillProject(tx, p)
}

// fillProject adds partners, money and milestones.
func fillProject(tx *db.Tx, p *Project) (err error) {
	if p.Partners, err = db.All(tx, db.Value[string], `SELECT unit_id FROM plan_partner WHERE project_id = $1 ORDER BY unit_id`, p.ID); err != nil {
		return err
	}
	if p.Money, err = db.All(tx, func(row db.Row) (m Money, err error) {
		return m, row.Scan(&m.ID, &m.Source, &m.Payer, &m.Promised, &m.Received, &m.ReceivedOn, &m.About)
	}, `SELECT id, source, payer_id, promised, received, received_on, about FROM plan_money WHERE project_id = $1 ORDER BY id`, p.ID); err != nil {
		return err
	}
	p.Milestones, err = db.All(tx, func(row db.Row) (m Milestone, err error) {
		return m, row.Scan(&m.ID, &m.Name, &m.Due, &m.Reached, &m.Result)
	}, `SELECT id, name, due_on, reached_on, result FROM plan_milestone WHERE project_id = $1 ORDER BY due_on, id`, p.ID)
	return err
}

func saveProject(tx *db.Tx, p *Project) error {
	_, err := tx.Exec(`
		INSERT INTO plan_project (id, body, number, name, goal, owner_id, starts_on, ends_on, state, result, made_at, changed_at, kind)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
		ON CONFLICT (id) DO UPDATE SET name = excluded.name, goal = excluded.goal, owner_id = excluded.owner_id, starts_on = excluded.starts_on,
			ends_on = excluded.ends_on, state = excluded.state, result = excluded.result, changed_at = excluded.changed_at`,
		p.ID, tx.Body, p.Number, p.Name, p.Goal, p.Owner, p.Starts, p.Ends, p.State, p.Result, p.madeAt, tx.Now, p.Kind)
	return err
}

func saveMoney(tx *db.Tx, project string, m Money) error {
	_, err := tx.Exec(`
		INSERT INTO plan_money (id, project_id, source, payer_id, promised, received, received_on, about) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (id) DO UPDATE SET received = excluded.received, received_on = excluded.received_on`,
		m.ID, project, m.Source, m.Payer, m.Promised, m.Received, m.ReceivedOn, m.About)
	return err
}

func saveMilestone(tx *db.Tx, project string, m Milestone) error {
	_, err := tx.Exec(`
		INSERT INTO plan_milestone (id, project_id, name, due_on, reached_on, result) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (id) DO UPDATE SET reached_on = excluded.reached_on, result = excluded.result`,
		m.ID, project, m.Name, m.Due, m.Reached, m.Result)
	return err
}

// ProjectSearch asks for a part of the projects.
type ProjectSearch struct {
	Text   string `json:"q"`
	Kind   string `json:"kind"`
	State  string `json:"state"`
	Owner  string `json:"owner"`
	Sort   string `json:"sort"` // number, name or ends; with a minus before it, falling
	Format string `json:"format"`
}

// ProjectList is the projects that were asked for; a body has some dozens.
type ProjectList struct {
	Projects []*Project `json:"projects"`
	Promised int64      `json:"promised_fen,omitempty"`
	Received int64      `json:"received_fen,omitempty"`

	units []Named
}

// Projects lists the projects.
func (p *Plan) Projects(ctx context.Context, s ProjectSearch) (*ProjectList, error) {
	return db.View(ctx, p.DB, func(tx *db.Tx) (*ProjectList, error) {
		var w db.Where
		w.And("p.body = ?", tx.Body)
		w.Like(strings.TrimSpace(s.Text), "p.name", "p.goal")
		if s.State != "" && !slices.Contains(ProjectStates, s.State) {
			var wrong fault.List
			wrong.Add("state", "plan.wrong.state", s.State)
			return nil, wrong
		}
		if s.Kind != "" && !slices.Contains(ProjectKinds, s.Kind) {
			var wrong fault.List
			wrong.Add("kind", "plan.wrong.project_kind", s.Kind)
			return nil, wrong
		}
		for column, value := range map[string]string{"p.kind": s.Kind, "p.state": s.State, "p.owner_id": s.Owner} {
			if value != "" {
				w.And(column+" = ?", value)
			}
		}
		list := new(ProjectList)
		var err error
		if list.Projects, err = db.All(tx, scanProject, `SELECT `+projectColumns+` FROM plan_project p`+w.String()+` ORDER BY p.number`, w.Args...); err != nil {
			return nil, err
		}
		for _, pr := range list.Projects {
			if err := fillProject(tx, pr); err != nil {
				return nil, err
			}
		}
		if err := nameProjects(tx, list.Projects...); err != nil {
			return nil, err
		}
		for _, pr := range list.Projects {
			list.Promised, list.Received = list.Promised+pr.Promised, list.Received+pr.Received
		}
		sortProjects(list.Projects, s.Sort)
		list.units, err = owners(tx, `SELECT DISTINCT owner_id FROM plan_project WHERE body = $1`)
		return list, err
	})
}

func sortProjects(list []*Project, by string) {
	column, falling := strings.CutPrefix(by, "-")
	slices.SortStableFunc(list, func(a, b *Project) (c int) {
		switch column {
		case "name":
			c = cmp.Compare(a.Name, b.Name)
		case "ends":
			c = cmp.Compare(a.Ends, b.Ends)
		case "money":
			c = cmp.Compare(a.Promised, b.Promised)
		default:
			c = cmp.Compare(a.Number, b.Number)
		}
		if falling {
			return -c
		}
		return c
	})
}

// Project gives one project.
func (p *Plan) Project(ctx context.Context, id string) (*Project, error) {
	return db.View(ctx, p.DB, func(tx *db.Tx) (*Project, error) {
		pr, err := findProject(tx, id)
		if err != nil {
			return nil, err
		}
		if err := nameProjects(tx, pr); err != nil {
			return nil, err
		}
		return pr, fillReceipts(tx, pr)
	})
}

// nameProjects names the units, adds the money up, and leaves it out for those who
// do not work here.
func nameProjects(tx *db.Tx, list ...*Project) error {
	units, err := directory.Units(tx)
	if err != nil {
		return err
	}
	for _, p := range list {
		p.OwnerName, p.PartnerNames = named(units, p.Owner), []Named{}
		for _, u := range p.Partners {
			p.PartnerNames = append(p.PartnerNames, named(units, u))
		}
		if !policy.Can(tx.Context(), "plan.money.read", Thing{p.Owner}) {
			p.Money = nil
		}
		for i := range p.Money {
			m := &p.Money[i]
			if m.Payer != "" {
				m.PayerName = named(units, m.Payer)
			}
			p.Promised, p.Received = p.Promised+m.Promised, p.Received+m.Received
		}
	}
	return nil
}
