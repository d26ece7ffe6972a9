package chain

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"guildhall/internal/codes"
	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/fault"
	"guildhall/internal/i18n"
)

// EdgeSearch narrows and orders the table of edges.
type EdgeSearch struct {
	Text  string `json:"q"`     // in the name or code of an end, or in the source
	From  string `json:"from"`  // kind of the first end
	To    string `json:"to"`    // kind of the second end
	Stale bool   `json:"stale"` // only those that nobody confirmed and nothing used for a year
	Sort  string `json:"sort"`  // from, to, used, confirmed; a minus before it: falling
	Page  int    `json:"page"`  // 1 for the first
}

// EdgeRow is one edge with both its ends.
type EdgeRow struct {
	A Node `json:"a"`
	B Node `json:"b"`
	*Edge
	ConfirmerName string `json:"confirmer_name,omitempty"` // the unit that stands for it
}

// EdgePage is a part of the edges.
type EdgePage struct {
	Found int        `json:"found"`
	All   int        `json:"all"`
	Stale int        `json:"stale"` // of all
	Edges []EdgeRow  `json:"edges"`
	Next  int        `json:"next,omitempty"` // number of the next page
	Moved []Redirect `json:"redirects,omitempty"`
}

const edgesPage = 50

// Edges gives a part of the edges.
func (c *Chain) Edges(ctx context.Context, s EdgeSearch) (*EdgePage, error) {
	return c.edges(ctx, s, edgesPage)
}

func (c *Chain) edges(ctx context.Context, s EdgeSearch, size int) (*EdgePage, error) {
	if err := policy.Allow(ctx, "chain.node.read", Node{}); err != nil {
		return nil, err
	}
	if err := s.check(); err != nil {
		return nil, err
	}
	g, err := c.read(ctx)
	if err != nil {
		return nil, err
	}
	p := &EdgePage{Edges: []EdgeRow{}}
	for _, r := range g.rows() {
		p.All++
		if r.Stale {
			p.Stale++
		}
		if s.wants(r) {
			p.Edges = append(p.Edges, r)
		}
	}
	s.order(p.Edges)
	p.Found = len(p.Edges)
	start := min(max(s.Page-1, 0)*size, p.Found)
	end := min(start+size, p.Found)
	if end < p.Found {
		p.Next = max(s.Page, 1) + 1
	}
	p.Edges = p.Edges[start:end]
	return p, c.named(ctx, p)
}

// named tells the units that stand for edges, and the codes that moved.
func (c *Chain) named(ctx context.Context, p *EdgePage) error {
	if c.DB == nil {
		return nil
	}
	_, err := db.View(ctx, c.DB, func(tx *db.Tx) (_ struct{}, err error) {
		if p.Moved, err = redirects(tx); err != nil {
			return struct{}{}, err
		}
		units, err := directory.Units(tx)
		for i, r := range p.Edges {
			if r.ConfirmedAt != nil {
				p.Edges[i].ConfirmerName = standsFor(ctx, units, r.ConfirmerUnit)
			}
		}
		return struct{}{}, err
	})
	return err
}

// standsFor names the unit that stands for an edge: the secretariat's people act for
// none or for their own.
func standsFor(ctx context.Context, units map[string]*directory.Unit, unit string) string {
	if u := units[unit]; u != nil {
		return i18n.Pick(ctx, u.Name, u.NameEN)
	}
	return say(ctx, "secretariat")
}

// rows gives every edge, by its ends in the order of the chain.
func (g *graph) rows() []EdgeRow {
	rows := make([]EdgeRow, 0, len(g.pairs))
	for _, e := range g.pairs {
		a, b := g.nodes[e.a], g.nodes[e.b]
		if rank(a.Kind) > rank(b.Kind) {
			a, b = b, a
		}
		rows = append(rows, EdgeRow{A: a, B: b, Edge: e})
	}
	slices.SortFunc(rows, byEnds)
	return rows
}

func byEnds(x, y EdgeRow) int {
	return cmp.Or(cmp.Compare(rank(x.A.Kind), rank(y.A.Kind)), cmp.Compare(x.A.Code, y.A.Code), cmp.Compare(rank(x.B.Kind), rank(y.B.Kind)), cmp.Compare(x.B.Code, y.B.Code))
}

var edgeOrders = map[string]func(x, y EdgeRow) int{
	"from": byEnds,
	"to":   func(x, y EdgeRow) int { return cmp.Compare(x.B.String(), y.B.String()) },
	"used": func(x, y EdgeRow) int { return cmp.Compare(x.Used.Total(), y.Used.Total()) },
	"confirmed": func(x, y EdgeRow) int {
		at := func(r EdgeRow) int64 {
			if r.ConfirmedAt == nil {
				return 0
			}
			return r.ConfirmedAt.UnixMicro()
		}
		return cmp.Compare(at(x), at(y))
	},
}

func (s *EdgeSearch) check() error {
	var wrong fault.List
	if column, _ := strings.CutPrefix(s.Sort, "-"); s.Sort != "" && edgeOrders[column] == nil {
		wrong.Add("sort", "chain.edge.bad_sort", s.Sort)
	}
	for place, kind := range map[string]string{"from": s.From, "to": s.To} {
		if kind != "" && rank(kind) < 0 {
			wrong.Add(place, "chain.edge.bad_kind", kind)
		}
	}
	return wrong.Err()
}

func (s *EdgeSearch) wants(r EdgeRow) bool {
	text := codes.Fold(strings.TrimSpace(s.Text))
	return (s.From == "" || r.A.Kind == s.From) && (s.To == "" || r.B.Kind == s.To) && (!s.Stale || r.Stale) &&
		(text == "" || strings.Contains(codes.Fold(strings.Join([]string{r.A.Code, r.A.Name, r.A.NameEN, r.B.Code, r.B.Name, r.B.NameEN, r.Source}, " ")), text))
}

func (s *EdgeSearch) order(rows []EdgeRow) {
	column, falling := strings.CutPrefix(s.Sort, "-")
	by := edgeOrders[column]
	if by == nil {
		return
	}
	slices.SortStableFunc(rows, func(x, y EdgeRow) int {
		if falling {
			return by(y, x)
		}
		return by(x, y)
	})
}

// EdgeView is one edge with all that was ever said of it.
type EdgeView struct {
	A       Node       `json:"a"`
	B       Node       `json:"b"`
	Edge    *Edge      `json:"edge"` // nil where it was ended
	Now     *Version   `json:"now"`
	History []*Version `json:"history"` // of this body, the newest first

	units map[string]*directory.Unit
}

// Edge gives one edge with its history.
func (c *Chain) Edge(ctx context.Context, from, to string) (*EdgeView, error) {
	if c.DB == nil {
		return c.shipped().view(ctx, from, to)
	}
	return db.View(ctx, c.DB, func(tx *db.Tx) (*EdgeView, error) {
		g, err := c.graphOf(tx)
		if err != nil {
			return nil, err
		}
		v, err := g.view(ctx, from, to)
		if err != nil {
			return nil, err
		}
		if v.units, err = directory.Units(tx); err != nil {
			return nil, err
		}
		v.History, err = history(tx, v.A.Ref, v.B.Ref)
		return v, err
	})
}

func (g *graph) view(ctx context.Context, from, to string) (*EdgeView, error) {
	a, b := inOrder(g.successor(ref(from)), g.successor(ref(to)))
	v := &EdgeView{A: g.told(a), B: g.told(b), Now: g.version(a, b), Edge: g.between(a, b), History: []*Version{}}
	if v.Now == nil || !policy.Can(ctx, "chain.node.read", Node{}) {
		return nil, fault.NotFound.New("fault.not_found")
	}
	return v, nil
}

// told gives a node as it can be named, also one that no edge leads to any more.
func (g *graph) told(r Ref) Node {
	if at, ok := g.at[r]; ok {
		return g.nodes[at]
	}
	if c, ok := g.catalogue.Get(r.Kind, r.Code); ok {
		return Node{r, c.Name, c.NameEN, c.Kind}
	}
	return Node{Ref: r, Name: r.Code}
}
