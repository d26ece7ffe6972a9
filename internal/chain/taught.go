package chain

import (
	"guildhall/internal/db"
)

// Taught is a course of the body's chain with the skills to which it leads.
type Taught struct {
	Node
	Skills []Learned `json:"skills"`
}

// Learned is a skill at the level that an edge tells, 1 where it tells none.
type Learned struct {
	Skill string `json:"skill"`
	Level int    `json:"level"`
}

// Taught gives the courses that the body's chain joins to skills. Rooms that
// recommend courses hear it by way of app.
func (c *Chain) Taught(tx *db.Tx) ([]Taught, error) {
	g, err := c.graphOf(tx)
	if err != nil {
		return nil, err
	}
	var list []Taught
	for at, n := range g.nodes {
		if n.Kind != KindCourse {
			continue
		}
		t := Taught{Node: n}
		for _, k := range g.neighbours(at, KindSkill) {
			t.Skills = append(t.Skills, Learned{k.Code, max(k.Edge.Level, 1)})
		}
		if len(t.Skills) > 0 {
			list = append(list, t)
		}
	}
	return list, nil
}
