package recommend

import (
	"context"
	"slices"

	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/journal"
	"guildhall/matching/fit"
)

// Prospect is what a post finds among the candidates, and what would bring it more.
type Prospect struct {
	Post    *Post          `json:"post"`
	Rule    Rule           `json:"rule"`
	Seekers int            `json:"seekers"` // who look for a place and may be shown
	Able    int            `json:"able"`    // nothing bars them and their merit is enough
	Strong  int            `json:"strong"`
	Wanted  int            `json:"wanted"` // able, and the kind is among their wishes
	Paid    int            `json:"paid"`   // able, and the lowest pay meets their hope
	Barred  map[string]int `json:"barred"`
	Lacks   []Lack         `json:"lacks"`
	Best    []Candidate    `json:"best"`
	Easier  []Ease         `json:"easier"` // what would bring more, the most first
	Richer  []Ease         `json:"richer"` // steps of pay

	units map[string]*directory.Unit
}

// Lack counts those whom nothing else bars who lack a skill at its level.
type Lack struct {
	fit.Need
	Count int `json:"count"`
}

// Candidate is somebody as an enterprise sees them before they are placed: no name
// and no school, and a code that is another one at every post.
type Candidate struct {
	Code      string    `json:"code"`
	Level     string    `json:"level"`
	Programme string    `json:"programme"`
	Score     fit.Score `json:"score"`
	Merit     int       `json:"merit"`
	Wish      int       `json:"wish"`
	Needs     []Needed  `json:"needs"`
	Next      *Raise    `json:"next,omitempty"`
}

// Ease is one way in which a post could ask for less or pay more, and how many
// more candidates that brings.
type Ease struct {
	Schooling int      `json:"schooling,omitempty"` // the least that would be asked for, from 1
	Any       bool     `json:"any,omitempty"`       // no schooling would be asked for
	Need      fit.Need `json:"need,omitzero"`       // with the lower level
	Day       bool     `json:"day,omitempty"`       // work by day only
	Pay       int64    `json:"pay,omitempty"`       // the lowest pay, fen a month
	More      int      `json:"more"`                // able candidates; for a step of pay those whose hope it meets
}

// Prospect gives what a post that the actor may look into finds. The journal notes
// that somebody looked.
func (o *Office) Prospect(ctx context.Context, id string) (*Prospect, error) {
	p, err := db.View(ctx, o.DB, func(tx *db.Tx) (*Prospect, error) { return o.prospect(tx, id) })
	if err != nil {
		return nil, err
	}
	return p, journal.Look(ctx, o.DB, "recommend.position.look", id, map[string]int{"shown": len(p.Best), "of": p.Able})
}

func (o *Office) prospect(tx *db.Tx, id string) (*Prospect, error) {
	post, err := o.From.Post(tx, id)
	if err != nil {
		return nil, err
	}
	if !may(tx.Context(), "recommend.position.look", Subject{Enterprise: post.Enterprise}) {
		return nil, notFound()
	}
	if !post.Open {
		return nil, errNotOpen
	}
	m, err := o.market(tx)
	if err != nil {
		return nil, err
	}
	people, err := o.pool(tx)
	if err != nil {
		return nil, err
	}
	p := &Prospect{Post: post, Rule: m.rule, Seekers: len(people.people)}
	if p.units, err = directory.Units(tx); err != nil {
		return nil, err
	}
	post.Name = nameOf(p.units, post.Enterprise)
	o.pull(p, m, people)
	return p, nil
}

// pull fills in what the pool has for a post.
func (o *Office) pull(p *Prospect, m *market, people *pool) {
	post := &p.Post.Fit
	eases, variants := easier(post)
	found := people.fit.Pull(post, m.rule.Choices, Strong, variants)
	p.Able, p.Strong, p.Wanted, p.Paid, p.Barred = found.Able, found.Strong, found.Wanted, found.Paid, found.Barred
	for i, n := range post.Needs {
		if found.Lacks[i] > 0 {
			p.Lacks = append(p.Lacks, Lack{n, found.Lacks[i]})
		}
	}
	slices.SortStableFunc(p.Lacks, func(a, b Lack) int { return b.Count - a.Count })
	for i, e := range eases {
		if e.Pay > 0 {
			e.More = found.With[i].Paid
			p.Richer = append(p.Richer, e)
		} else if e.More = found.With[i].Able; e.More > 0 {
			p.Easier = append(p.Easier, e)
		}
	}
	slices.SortStableFunc(p.Easier, func(a, b Ease) int { return b.More - a.More })
	for _, h := range found.Best {
		who := people.people[h.Person]
		c := Candidate{Code: o.code(p.Post.ID, who.ID), Level: who.Level, Programme: who.Programme, Score: m.scorer.Score(&who.Fit, post),
			Merit: h.Merit, Wish: h.Wish, Needs: m.needs(&who.Fit, post)}
		c.Next = m.next(&who.Fit, post, c.Merit)
		p.Best = append(p.Best, c)
	}
}

// easier gives the ways in which a post could ask for less, one at a time, and
// steps of pay: 5, 10 and 20 per cent up, in whole hundreds of yuan.
func easier(post *fit.Post) (list []Ease, variants []fit.Post) {
	add := func(e Ease, v fit.Post) { list, variants = append(list, e), append(variants, v) }
	if post.Schooling > 0 {
		v := *post
		v.Schooling--
		add(Ease{Schooling: v.Schooling, Any: v.Schooling == 0}, v)
	}
	if post.Shift {
		v := *post
		v.Shift = false
		add(Ease{Day: true}, v)
	}
	for i, n := range post.Needs {
		if n.Level > 1 {
			v := *post
			v.Needs = slices.Clone(post.Needs)
			v.Needs[i].Level--
			add(Ease{Need: v.Needs[i]}, v)
		}
	}
	if post.PayLow > 0 {
		last := post.PayLow
		for _, percent := range []int64{105, 110, 120} {
			v := *post
			v.PayLow = (post.PayLow*percent/100 + 9999) / 10000 * 10000
			if v.PayHigh = max(v.PayHigh, v.PayLow); v.PayLow > last {
				add(Ease{Pay: v.PayLow}, v)
			}
			last = v.PayLow
		}
	}
	return list, variants
}
