// Package chain shows the industrial chain (产业链图谱): which segments it has,
// which kinds of work are done in each, to which occupation a kind of work
// belongs, which skills it asks for, and which programmes lead to it. Every edge
// says on what evidence it stands.
//
// The graph is read from the code lists and never changes while the program
// runs; it is built when somebody first looks.
package chain

import (
	"context"
	"embed"
	"slices"
	"strings"
	"sync"

	"guildhall/internal/codes"
	"guildhall/internal/fault"
	"guildhall/internal/i18n"
)

//go:embed text/*.json
var text embed.FS

var _ = i18n.Add(text)

// Chain answers what is asked about the graph.
type Chain struct {
	graph func() *graph
}

// New gives the chain of a catalogue.
func New(catalogue *codes.Catalogue) *Chain {
	return &Chain{sync.OnceValue(func() *graph { return build(catalogue) })}
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
	g := c.graph()
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
}

// Group is the neighbours of one kind.
type Group struct {
	Kind       string      `json:"kind"`
	Neighbours []Neighbour `json:"neighbours"` // the closest first
}

// Node gives one node with everything next to it.
func (c *Chain) Node(ctx context.Context, kind, code string) (*Detail, error) {
	g := c.graph()
	at, ok := g.at[Ref{kind, code}]
	if !ok || !policy.Can(ctx, "chain.node.read", g.nodes[at]) {
		return nil, fault.NotFound.New("fault.not_found")
	}
	d := &Detail{Node: g.nodes[at], Industries: g.industries(code)}
	d.Entry, _ = g.catalogue.Get(kind, code)
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
	g := c.graph()
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
	if at, ok := g.at[Ref{kind, code}]; ok {
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
