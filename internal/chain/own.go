package chain

import (
	"maps"
	"slices"
	"time"

	"guildhall/internal/codes"
	"guildhall/internal/db"
)

// Use is one thing of the last year that went over the chain: a post, a placement or a
// class, and the nodes that it touches.
type Use struct {
	What  string // one of Uses
	Nodes []Ref
	Count int // posts, persons or classes
}

// Uses are the kinds of use.
var Uses = []string{"post", "placement", "class"}

// Used is how often an edge was used within the last 12 months.
type Used struct {
	Posts      int `json:"posts"`
	Placements int `json:"placements"`
	Classes    int `json:"classes"`
}

// Total is the weight of an edge.
func (u Used) Total() int { return u.Posts + u.Placements + u.Classes }

// freshFor is how long a graph with its counts is shown before it is counted anew.
const freshFor = 30 * time.Second

// bodyGraph is a body's graph as of a moment. It never changes once built.
type bodyGraph struct {
	*graph
	stamp int
	at    time.Time
}

// graphOf gives the graph of the body of tx: the shipped one, with what the body
// says itself, and how often each edge was used.
func (c *Chain) graphOf(tx *db.Tx) (*graph, error) {
	now, err := stamp(tx)
	if err != nil {
		return nil, err
	}
	if had, ok := c.bodies.Load(tx.Body); ok {
		b := had.(*bodyGraph)
		if age := tx.Now.Sub(b.at); b.stamp == now && age >= 0 && age < freshFor {
			return b.graph, nil
		}
	}
	g, err := c.own(tx)
	if err == nil {
		c.bodies.Store(tx.Body, &bodyGraph{g, now, tx.Now})
	}
	return g, err
}

func (c *Chain) own(tx *db.Tx) (*graph, error) {
	nodes, err := ownNodes(tx)
	if err != nil {
		return nil, err
	}
	versions, err := newest(tx)
	if err != nil {
		return nil, err
	}
	moved, err := redirects(tx)
	if err != nil {
		return nil, err
	}
	g := build(c.catalogue)
	for _, n := range nodes {
		g.add(n)
	}
	for _, v := range versions {
		g.apply(v)
	}
	for _, r := range moved {
		g.move(Ref{r.Kind, r.Code}, Ref{r.Kind, r.Successor})
	}
	if c.Use != nil {
		uses, err := c.Use(tx, tx.Now.AddDate(-1, 0, 0))
		if err != nil {
			return nil, err
		}
		g.use(uses)
	}
	g.judge(tx.Now)
	g.settle()
	return g, nil
}

// add takes a node in that no code list has.
func (g *graph) add(n Node) int {
	if at, ok := g.at[n.Ref]; ok {
		return at
	}
	g.nodes, g.edges = append(g.nodes, n), append(g.edges, nil)
	g.at[n.Ref] = len(g.nodes) - 1
	return g.at[n.Ref]
}

// apply lets the newest version of an edge stand in place of what is shipped.
func (g *graph) apply(v *Version) {
	g.newest[[2]Ref{v.A, v.B}] = v
	a, b := g.node(v.A.Kind, v.A.Code), g.node(v.B.Kind, v.B.Code)
	if a < 0 || b < 0 {
		return // an end that a later edition of its list has no more
	}
	e := g.pairs[[2]int{min(a, b), max(a, b)}]
	if v.Ended {
		g.cut(e)
		return
	}
	if e == nil {
		e = &Edge{a: a, b: b, Relations: []string{v.A.Kind + "-" + v.B.Kind}, Evidence: []codes.Evidence{ByBody}}
		g.link(e)
	}
	e.Role, e.Level, e.Weight, e.Note, e.Source, e.Dated = v.Role, v.Level, v.Share, v.Note, v.Source, v.Dated
	e.Version, e.Confirmer, e.ConfirmerUnit, e.ConfirmedAt = v.Number, v.Confirmer, v.ConfirmerUnit, v.ConfirmedAt
}

func (g *graph) link(e *Edge) {
	g.pairs[[2]int{min(e.a, e.b), max(e.a, e.b)}] = e
	g.edges[e.a], g.edges[e.b] = append(g.edges[e.a], e), append(g.edges[e.b], e)
}

func (g *graph) cut(e *Edge) {
	if e == nil {
		return
	}
	delete(g.pairs, [2]int{min(e.a, e.b), max(e.a, e.b)})
	for _, end := range []int{e.a, e.b} {
		g.edges[end] = slices.DeleteFunc(g.edges[end], func(x *Edge) bool { return x == e })
	}
}

// move gives the edges of a code to its successor, where that has none to the same
// node yet.
func (g *graph) move(old, to Ref) {
	g.moved[old] = to
	from, ok := g.at[old]
	at := g.node(to.Kind, to.Code)
	if !ok || at < 0 || from == at {
		return
	}
	for _, e := range slices.Clone(g.edges[from]) {
		far := e.far(from)
		if far < 0 {
			continue
		}
		g.cut(e)
		if g.pairs[[2]int{min(at, far), max(at, far)}] == nil {
			moved := *e
			moved.a, moved.b = at, far
			g.link(&moved)
		}
	}
	delete(g.at, old)
}

// successor follows redirects to the code that counts now.
func (g *graph) successor(r Ref) Ref {
	for range len(g.moved) {
		to, ok := g.moved[r]
		if !ok {
			break
		}
		r = to
	}
	return r
}

func (g *graph) between(a, b Ref) *Edge {
	x, ok1 := g.at[a]
	y, ok2 := g.at[b]
	if !ok1 || !ok2 {
		return nil
	}
	return g.pairs[[2]int{min(x, y), max(x, y)}]
}

// use counts over each edge what touches both its ends. Kinds of work that stand
// between a segment and an occupation that both are touched are touched too, and a
// class touches the courses of its programme and the bases where they are held.
func (g *graph) use(uses []Use) {
	for _, u := range uses {
		touched := map[int]bool{}
		var occupations, segments []int
		for _, r := range u.Nodes {
			at, ok := g.at[g.successor(r)]
			if !ok {
				continue
			}
			touched[at] = true
			switch r.Kind {
			case KindOccupation:
				occupations = append(occupations, at)
			case KindSegment:
				segments = append(segments, at)
			}
		}
		for _, at := range segments {
			for _, e := range g.edges[at] {
				if p := e.far(at); p >= 0 && g.nodes[p].Kind == KindPosition && g.meets(p, occupations) {
					touched[p] = true
				}
			}
		}
		if u.What == "class" {
			g.touch(touched, KindProgramme, KindCourse)
			g.touch(touched, KindCourse, KindBase)
		}
		for at := range touched {
			for _, e := range g.edges[at] {
				if e.a == at && touched[e.b] {
					e.used(u)
				}
			}
		}
	}
}

// touch adds the neighbours of one kind of what is touched of another.
func (g *graph) touch(touched map[int]bool, from, to string) {
	for _, at := range slices.Collect(maps.Keys(touched)) {
		for _, e := range g.edges[at] {
			if far := e.far(at); far >= 0 && g.nodes[at].Kind == from && g.nodes[far].Kind == to {
				touched[far] = true
			}
		}
	}
}

func (g *graph) meets(at int, others []int) bool {
	return slices.ContainsFunc(g.edges[at], func(e *Edge) bool { return slices.Contains(others, e.far(at)) })
}

func (e *Edge) used(u Use) {
	switch u.What {
	case "post":
		e.Used.Posts += u.Count
	case "placement":
		e.Used.Placements += u.Count
	case "class":
		e.Used.Classes += u.Count
	}
}

// judge marks the edges that nobody has confirmed and nothing has used for a year.
func (g *graph) judge(now time.Time) {
	since := now.AddDate(-1, 0, 0)
	for _, e := range g.pairs {
		e.Stale = e.Used.Total() == 0 && (e.ConfirmedAt == nil || e.ConfirmedAt.Before(since))
	}
}
