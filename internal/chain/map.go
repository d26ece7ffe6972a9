package chain

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"guildhall/internal/fault"
	"guildhall/internal/i18n"
)

// Map is the part of the chain around one node, drawn by the server: a column for
// each kind, a box for each node, a line for each edge. The script beside it zooms,
// drags, searches and lights up; without it the picture scrolls and its boxes are
// links.
type Map struct {
	At      Node      `json:"at"`
	Columns []Column  `json:"columns"`
	Edges   []EdgeRow `json:"edges"`
	Gaps    []Gap     `json:"gaps,omitempty"` // where the node is a segment
	Starts  []Node    `json:"-"`              // segments to begin from

	Width, Height int    `json:"-"`
	Boxes         []spot `json:"-"`
	Lines         []wire `json:"-"`
}

// Column is the nodes of one kind on a map.
type Column struct {
	Kind  string `json:"kind"`
	Nodes []Node `json:"nodes"`
	More  int    `json:"more,omitempty"` // that the picture has no room for

	X int `json:"-"`
}

type spot struct {
	Node
	X, Y int
	Text string
	At   bool
}

type wire struct {
	A, B  Ref
	Path  string
	Thick string // 1 to 4: how often it was used
	Stale bool
	Words string
}

const (
	spotWidth  = 168
	spotHeight = 26
	spotStep   = 34
	columnStep = 246
	mapTop     = 40
	mostSpots  = 40 // in one column
)

// Map gives the picture around a node, written as kind:code; around the first
// segment where none is asked for.
func (c *Chain) Map(ctx context.Context, at string) (*Map, error) {
	if err := policy.Allow(ctx, "chain.node.read", Node{}); err != nil {
		return nil, err
	}
	g, err := c.read(ctx)
	if err != nil {
		return nil, err
	}
	m := &Map{}
	for _, s := range g.above {
		for _, seg := range s.Segments {
			m.Starts = append(m.Starts, seg.Node)
		}
	}
	if at == "" && len(m.Starts) > 0 {
		at = m.Starts[0].String()
	}
	center, ok := g.at[g.successor(ref(at))]
	if !ok {
		return nil, fault.NotFound.New("fault.not_found")
	}
	m.At = g.nodes[center]
	m.draw(ctx, g, center)
	if m.At.Kind == KindSegment && c.Gap != nil {
		m.Gaps, err = c.Gap(ctx, m.At.Code)
	}
	return m, err
}

// draw lays out what the node leads to along the chain and what leads to it.
func (m *Map) draw(ctx context.Context, g *graph, center int) {
	shown := g.along(center)
	place := map[int]spot{}
	for _, kind := range Kinds {
		column := Column{Kind: kind, X: len(m.Columns) * columnStep}
		for _, at := range shown {
			if g.nodes[at].Kind != kind {
				continue
			}
			if len(column.Nodes) == mostSpots {
				column.More++
				continue
			}
			n := g.nodes[at]
			s := spot{Node: n, X: column.X, Y: mapTop + len(column.Nodes)*spotStep, At: at == center,
				Text: broken(i18n.Pick(ctx, n.Name, n.NameEN), 12.5, 1)[0]}
			place[at] = s
			column.Nodes, m.Boxes = append(column.Nodes, n), append(m.Boxes, s)
			m.Height = max(m.Height, s.Y+spotStep)
		}
		if len(column.Nodes) > 0 {
			m.Columns = append(m.Columns, column)
		}
	}
	m.Width = (len(m.Columns)-1)*columnStep + spotWidth
	for _, r := range g.rows() {
		a, ok1 := place[g.at[r.A.Ref]]
		b, ok2 := place[g.at[r.B.Ref]]
		if ok1 && ok2 {
			m.Edges, m.Lines = append(m.Edges, r), append(m.Lines, wired(ctx, a, b, r))
		}
	}
}

// wired draws an edge as a curve from box to box.
func wired(ctx context.Context, a, b spot, r EdgeRow) wire {
	x1, y1, x2, y2 := a.X+spotWidth, a.Y+spotHeight/2, b.X, b.Y+spotHeight/2
	bend := (x2 - x1) / 2
	w := wire{A: r.A.Ref, B: r.B.Ref, Stale: r.Stale, Path: fmt.Sprintf("M%d %dC%d %d %d %d %d %d", x1, y1, x1+bend, y1, x2-bend, y2, x2, y2),
		Words: name(ctx, r.A) + " – " + name(ctx, r.B) + " · " + usedWord(ctx, r.Used)}
	switch n := r.Used.Total(); {
	case n >= 100:
		w.Thick = "4"
	case n >= 20:
		w.Thick = "3"
	case n >= 1:
		w.Thick = "2"
	default:
		w.Thick = "1"
	}
	if r.Stale {
		w.Words += " · " + say(ctx, "stale")
	}
	return w
}

// along gives the nodes that lie on ways through a node that only go on or only go
// back, the nearest first within a kind.
func (g *graph) along(center int) []int {
	near := map[int]int{center: 0}
	for _, on := range []bool{true, false} {
		far := map[int]int{center: 0}
		for queue := []int{center}; len(queue) > 0; queue = queue[1:] {
			at := queue[0]
			for _, e := range g.edges[at] {
				to := e.far(at)
				if to < 0 || (rank(g.nodes[to].Kind) > rank(g.nodes[at].Kind)) != on {
					continue
				}
				if _, seen := far[to]; !seen {
					far[to], near[to] = far[at]+1, far[at]+1
					queue = append(queue, to)
				}
			}
		}
	}
	list := make([]int, 0, len(near))
	for at := range near {
		list = append(list, at)
	}
	slices.SortFunc(list, func(x, y int) int {
		return cmp.Or(cmp.Compare(near[x], near[y]), cmp.Compare(g.nodes[x].Code, g.nodes[y].Code))
	})
	return list
}
