// Package chain shows the industrial chain (产业链图谱): which segments it has,
// which kinds of work are done in each, to which occupation a kind of work
// belongs, which skills it asks for, and which programmes lead to it. Every edge
// says on what evidence it stands.
//
// The graph is read from the code lists. What a body adds, changes, confirms or
// ends stands beside them in tables, version by version, so that a newer edition of
// a list still reaches every edge that nobody touched.
package chain

import (
	"context"
	"embed"
	"slices"
	"strings"
	"sync"
	"time"

	"guildhall/internal/codes"
	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/i18n"
)

//go:embed schema/*.sql
var schema embed.FS

//go:embed text/*.json
var text embed.FS

var _ = i18n.Add(text)

// Room is the tables of what bodies say of their chains.
var Room = db.Room{Name: "chain", Schema: schema}

// Chain answers what is asked about the graph.
type Chain struct {
	DB *db.DB // nil: only the shipped graph, read only
	// Use tells what went over the chain since a day. Who answers is settled where
	// the house is put together; nil where nobody does.
	Use func(tx *db.Tx, since time.Time) ([]Use, error)
	// Gap gives the gap table of a segment as the reader may see it.
	Gap func(ctx context.Context, segment string) ([]Gap, error)

	catalogue *codes.Catalogue
	shipped   func() *graph
	bodies    sync.Map // body to *bodyGraph
}

// Gap is demand against supply of one kind of work (供需缺口).
type Gap struct {
	Position string `json:"position"` // code
	Name     string `json:"name"`
	NameEN   string `json:"name_en"`
	Openings int64  `json:"openings"`
	Demand   int64  `json:"demand"` // over four quarters, as forecast
	Supply   int64  `json:"supply"`
	Gap      int64  `json:"gap"`
	Low      int64  `json:"low"` // bounds of the gap, four times in five
	High     int64  `json:"high"`
	Stars    int    `json:"stars"`
	Withheld bool   `json:"withheld"`
}

// New gives the chain of a catalogue.
func New(catalogue *codes.Catalogue) *Chain {
	return &Chain{catalogue: catalogue, shipped: sync.OnceValue(func() *graph {
		g := build(catalogue)
		g.judge(time.Now())
		return g
	})}
}

// read gives the graph that a request asks about.
func (c *Chain) read(ctx context.Context) (*graph, error) {
	if c.DB == nil {
		return c.shipped(), nil
	}
	return db.View(ctx, c.DB, c.graphOf)
}

// Overview is the chain from above.
type Overview struct {
	Stages []Stage `json:"stages"`
	Found  []Node  `json:"found,omitempty"` // what a search found
}

// Stage is a part of the chain: 上游, 中游, 下游, 支撑.
type Stage struct {
	Stage    string    `json:"stage"`
	Segments []Segment `json:"segments"`
}

// Segment is a node with what hangs on it, counted.
type Segment struct {
	Node
	Description string       `json:"description,omitempty"`
	Industries  []codes.Code `json:"industries"`
	Positions   int          `json:"positions"`   // kinds of work done in it
	Occupations int          `json:"occupations"` // to which they belong
	Skills      int          `json:"skills"`      // that they ask for
	Programmes  int          `json:"programmes"`  // that lead to them
}

// Overview gives the segments by stage, and what answers to the words of text.
func (c *Chain) Overview(ctx context.Context, text string) (*Overview, error) {
	if err := policy.Allow(ctx, "chain.node.read", Node{}); err != nil {
		return nil, err
	}
	g, err := c.read(ctx)
	if err != nil {
		return nil, err
	}
	o := &Overview{Stages: g.above}
	if strings.TrimSpace(text) != "" {
		o.Found = g.search(text, found)
	}
	return o, nil
}

// found is how many nodes of each kind a search shows.
const found = 20

// Detail is one node with everything next to it.
type Detail struct {
	Node
	Entry      codes.Code   `json:"entry"`                // as it stands in its list
	Industries []codes.Code `json:"industries,omitempty"` // of a segment
	Groups     []Group      `json:"groups"`
	Gaps       []Gap        `json:"gaps,omitempty"` // of a segment: by kind of work
}

// Group is the neighbours of one kind.
type Group struct {
	Kind       string      `json:"kind"`
	Neighbours []Neighbour `json:"neighbours"` // the closest first
}

// Node gives one node with everything next to it.
func (c *Chain) Node(ctx context.Context, kind, code string) (*Detail, error) {
	g, err := c.read(ctx)
	if err != nil {
		return nil, err
	}
	at, ok := g.at[g.successor(Ref{kind, code})]
	if !ok || !policy.Can(ctx, "chain.node.read", g.nodes[at]) {
		return nil, fault.NotFound.New("fault.not_found")
	}
	d := &Detail{Node: g.nodes[at], Industries: g.industries(g.nodes[at].Code)}
	d.Entry, _ = g.catalogue.Get(kind, d.Ref.Code)
	if kind == KindSegment && c.Gap != nil {
		if d.Gaps, err = c.Gap(ctx, d.Ref.Code); err != nil {
			return nil, err
		}
	}
	for _, k := range Kinds {
		if near := g.neighbours(at, k); len(near) > 0 {
			d.Groups = append(d.Groups, Group{k, near})
		}
	}
	return d, nil
}

// Ways is what was asked and found between two nodes.
type Ways struct {
	From   *Node    `json:"from"`                  // nil where it is not clear yet
	To     *Node    `json:"to"`                    // nil where it is not clear yet
	FromIs []Node   `json:"from_may_be,omitempty"` // what From may be, where that is not clear
	ToIs   []Node   `json:"to_may_be,omitempty"`   // what To may be, where that is not clear
	Paths  [][]Step `json:"paths"`                 // all equally short, at most five
}

// Step is one edge of a path and the node that it leads to; the first step is
// only a node.
type Step struct {
	Node
	Edge *Edge `json:"edge,omitempty"`
}

// Ways gives the shortest paths from one node to another. Each end is written as
// kind:code, or as a name or words that one node answers to.
func (c *Chain) Ways(ctx context.Context, from, to string) (*Ways, error) {
	if err := policy.Allow(ctx, "chain.node.read", Node{}); err != nil {
		return nil, err
	}
	g, err := c.read(ctx)
	if err != nil {
		return nil, err
	}
	w := &Ways{Paths: [][]Step{}}
	var wrong fault.List
	w.From, w.FromIs = g.meant(from, "from", &wrong)
	w.To, w.ToIs = g.meant(to, "to", &wrong)
	if w.From != nil && w.To != nil {
		w.Paths = g.paths(w.From.Ref, w.To.Ref, mostPaths)
	}
	return w, wrong.Err()
}

const mostPaths = 5

// meant finds the node that somebody wrote, or those that they may have meant.
func (g *graph) meant(written, place string, wrong *fault.List) (*Node, []Node) {
	written = strings.TrimSpace(written)
	if written == "" {
		return nil, nil
	}
	kind, code, _ := strings.Cut(written, ":")
	if at, ok := g.at[g.successor(Ref{kind, code})]; ok {
		return &g.nodes[at], nil
	}
	hits := g.search(written, found)
	exact := slices.DeleteFunc(slices.Clone(hits), func(n Node) bool {
		return codes.Fold(n.Name) != codes.Fold(written) && codes.Fold(n.NameEN) != codes.Fold(written) && n.Code != written
	})
	switch {
	case len(exact) == 1:
		return &exact[0], nil
	case len(hits) == 1:
		return &hits[0], nil
	case len(hits) == 0:
		wrong.Add(place, "chain.path.nothing", written)
	}
	return nil, hits
}
