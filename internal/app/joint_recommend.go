package app

import (
	"guildhall/internal/codes"
	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/recommend"
	"guildhall/internal/seal"
	"guildhall/internal/talent"
	"guildhall/matching/fit"
)

// Recommends gives an office of recommendation over the candidates and positions
// of t.
func Recommends(d *db.DB, keys *seal.Keys, t *talent.Talent) *recommend.Office {
	return &recommend.Office{DB: d, Keys: keys, Codes: codes.Shipped(), From: advised{t}}
}

// newRecommend joins recommendation to talent, and to the courses of the chain.
func (h *House) newRecommend() *recommend.Office {
	o := Recommends(h.DB, h.Keys, h.Talent)
	o.Taught = h.chainCourses
	return o
}

// chainCourses gives the courses of the chain that lead to skills.
func (h *House) chainCourses(tx *db.Tx) ([]recommend.Course, error) {
	taught, err := h.Chain.Taught(tx)
	list := make([]recommend.Course, len(taught))
	for i, t := range taught {
		list[i] = recommend.Course{Code: t.Code, Name: t.Name, NameEN: t.NameEN}
		for _, s := range t.Skills {
			list[i].Skills = append(list[i].Skills, fit.Skill{Code: s.Skill, Level: s.Level})
		}
	}
	return list, err
}

// advised answers recommendation's questions about people and posts from talent.
type advised struct{ *talent.Talent }

func (a advised) Rule(tx *db.Tx) (recommend.Rule, error) {
	r, err := a.InForce(tx)
	return recommend.Rule{Since: r.Since, Article: r.Article, Rule: r.Rule}, err
}

func (a advised) Posts(tx *db.Tx) ([]*recommend.Post, error) {
	open, err := a.Open(tx)
	if err != nil {
		return nil, err
	}
	units, err := directory.Units(tx)
	list := make([]*recommend.Post, len(open))
	for i, p := range open {
		list[i] = advisedPost(p, units)
	}
	return list, err
}

func (a advised) Post(tx *db.Tx, id string) (*recommend.Post, error) {
	p, err := a.SeePosition(tx, id)
	if err != nil {
		return nil, err
	}
	return advisedPost(p, nil), nil
}

func advisedPost(p *talent.Position, units map[string]*directory.Unit) *recommend.Post {
	x := &recommend.Post{ID: p.ID, Ref: p.Ref, Enterprise: p.Enterprise, Title: p.Title, Segment: p.Segment, Education: p.Education, ShiftWord: p.Shift,
		Places: p.Headcount, Open: p.Status == talent.Open && p.Headcount > 0, Fit: p.Fit()}
	if u := units[p.Enterprise]; u != nil {
		x.Name = u.Short()
	}
	return x
}

func (a advised) Seekers(tx *db.Tx) ([]*recommend.Person, error) {
	looking, err := a.Looking(tx)
	var list []*recommend.Person
	for _, c := range looking {
		p := advisedPerson(c)
		p.Shown, p.Counted = c.Allows(talent.ForEnterprise, tx.Now), c.Allows(talent.ForStatistics, tx.Now)
		if p.Shown || p.Counted {
			list = append(list, p)
		}
	}
	return list, err
}

func (a advised) Person(tx *db.Tx, id string) (*recommend.Person, error) {
	c, err := a.See(tx, id)
	if err != nil {
		return nil, err
	}
	named := c.Mask(tx)
	p := advisedPerson(c)
	p.Name, p.Named = c.Name, named
	return p, nil
}

// advisedPerson gives what recommendation knows of a candidate: not even the name,
// for those who are looked through by the thousand.
func advisedPerson(c *talent.Candidate) *recommend.Person {
	return &recommend.Person{ID: c.ID, School: c.School, Level: c.Level, Programme: c.ProgrammeCode, Fit: c.Fit()}
}
