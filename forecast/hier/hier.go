// Package hier (层级调和) makes the forecasts of parts and wholes add up: an
// enterprise's to its sector's, an occupation's across enterprises to the city's.
//
// A [Hierarchy] is a set of nodes that name their parents; a node may have several,
// so that groups can cross. [Hierarchy.Reconcile] changes the forecasts of all
// nodes as little as possible, by one of several measures of "little", so that each
// node is the sum of its leaves exactly. [Hierarchy.Round] makes whole numbers of
// them that still add up.
//
// Sources: Hyndman, Ahmed, Athanasopoulos & Shang 2011 (least squares),
// Wickramasuriya, Athanasopoulos & Hyndman 2019 (MinT), Schäfer & Strimmer 2005
// (shrinkage). The projection is solved in its constraint form by conjugate
// gradients and no n by n matrix is ever made.
package hier

import (
	"errors"
	"fmt"
	"sort"
)

// Node (节点) is a leaf or a sum.
type Node struct {
	Key string
	// Parents are the sums that this node counts into. A root has none.
	Parents []string
	// Level names the kind of node for reports, such as "segment". It may be empty.
	Level string
}

// Fault (层级错误) is one thing that is wrong with the nodes of a hierarchy.
type Fault struct {
	Key    string
	Reason string
}

// Error says it in a sentence.
func (f *Fault) Error() string { return fmt.Sprintf("hier: node %q: %s", f.Key, f.Reason) }

// Hierarchy (层级) knows which leaves each node is the sum of. It does not change
// after New and may be used by many goroutines.
type Hierarchy struct {
	nodes  []Node
	index  map[string]int
	leaves []int   // node of each leaf
	leafOf []int   // leaf of each node, -1 for sums
	sums   []int   // node of each sum
	rows   [][]int // leaves of each sum, ascending
	kids   [][]int // children whose first parent is this node
	roots  []int
}

// New builds a hierarchy. Nodes may come in any order, and results come in the
// same. The error joins a *Fault for everything that is wrong: an empty or repeated
// key, a parent that does not exist or is named twice, a circle.
func New(nodes []Node) (*Hierarchy, error) {
	h := &Hierarchy{nodes: nodes, index: make(map[string]int, len(nodes))}
	var faults []error
	fault := func(key, reason string) { faults = append(faults, &Fault{key, reason}) }
	if len(nodes) == 0 {
		fault("", "there are no nodes")
	}
	for i, n := range nodes {
		if n.Key == "" {
			fault("", fmt.Sprintf("node %d has no key", i+1))
		} else if _, twice := h.index[n.Key]; twice {
			fault(n.Key, "the key occurs twice")
		}
		h.index[n.Key] = i
	}
	children := make([][]int, len(nodes))
	for i, n := range nodes {
		seen := map[int]bool{}
		for _, p := range n.Parents {
			j, ok := h.index[p]
			switch {
			case !ok:
				fault(n.Key, fmt.Sprintf("its parent %q does not exist", p))
			case seen[j]:
				fault(n.Key, fmt.Sprintf("its parent %q is named twice", p))
			default:
				seen[j] = true
				children[j] = append(children[j], i)
			}
		}
	}
	if len(faults) > 0 {
		return nil, errors.Join(faults...)
	}
	if err := h.collect(children); err != nil {
		return nil, err
	}
	return h, nil
}

// collect finds the leaves below each node, children before parents.
func (h *Hierarchy) collect(children [][]int) error {
	n := len(h.nodes)
	h.leafOf = make([]int, n)
	h.kids = make([][]int, n)
	waiting := make([]int, n)
	var ready []int
	for i := range h.nodes {
		h.leafOf[i] = -1
		waiting[i] = len(children[i])
		if waiting[i] == 0 {
			h.leafOf[i] = len(h.leaves)
			h.leaves = append(h.leaves, i)
			ready = append(ready, i)
		}
		if len(h.nodes[i].Parents) == 0 {
			h.roots = append(h.roots, i)
		} else {
			p := h.index[h.nodes[i].Parents[0]]
			h.kids[p] = append(h.kids[p], i)
		}
	}
	below := make([][]int, n)
	done := 0
	for ; len(ready) > 0; done++ {
		i := ready[len(ready)-1]
		ready = ready[:len(ready)-1]
		if l := h.leafOf[i]; l >= 0 {
			below[i] = []int{l}
		} else {
			below[i] = union(children[i], below)
		}
		for _, p := range h.nodes[i].Parents {
			j := h.index[p]
			if waiting[j]--; waiting[j] == 0 {
				ready = append(ready, j)
			}
		}
	}
	if done < n {
		return h.circle(waiting)
	}
	for i := range h.nodes {
		if h.leafOf[i] < 0 {
			h.sums = append(h.sums, i)
			h.rows = append(h.rows, below[i])
		}
	}
	return nil
}

// union merges the leaves below the children; a leaf reached twice counts once.
func union(children []int, below [][]int) []int {
	var all []int
	for _, c := range children {
		all = append(all, below[c]...)
	}
	sort.Ints(all)
	out := all[:0]
	for i, v := range all {
		if i == 0 || v != all[i-1] {
			out = append(out, v)
		}
	}
	return out
}

func (h *Hierarchy) circle(waiting []int) error {
	var faults []error
	for i, w := range waiting {
		if w > 0 {
			faults = append(faults, &Fault{h.nodes[i].Key, "it is, through its children, its own parent or has one that is"})
		}
	}
	return errors.Join(faults...)
}

// Nodes gives the nodes in the order of all results.
func (h *Hierarchy) Nodes() []Node { return h.nodes }

// Leaves gives the keys of the leaves in the order of the nodes.
func (h *Hierarchy) Leaves() []string {
	out := make([]string, len(h.leaves))
	for i, n := range h.leaves {
		out[i] = h.nodes[n].Key
	}
	return out
}

// Index gives the place of a node, or -1.
func (h *Hierarchy) Index(key string) int {
	if i, ok := h.index[key]; ok {
		return i
	}
	return -1
}

// Below gives the keys of the leaves that node i is the sum of.
func (h *Hierarchy) Below(i int) []string {
	if h.leafOf[i] >= 0 {
		return []string{h.nodes[i].Key}
	}
	s := sort.SearchInts(h.sums, i)
	out := make([]string, len(h.rows[s]))
	for k, l := range h.rows[s] {
		out[k] = h.nodes[h.leaves[l]].Key
	}
	return out
}

// Sum adds leaf values up: bottom holds a row for each leaf in the order of Leaves,
// the result one for each node. Columns are anything, such as horizons or periods.
func (h *Hierarchy) Sum(bottom [][]float64) [][]float64 {
	out := make([][]float64, len(h.nodes))
	for l, n := range h.leaves {
		out[n] = append([]float64(nil), bottom[l]...)
	}
	for s, n := range h.sums {
		row := make([]float64, len(bottom[h.rows[s][0]]))
		for _, l := range h.rows[s] {
			for c, v := range bottom[l] {
				row[c] += v
			}
		}
		out[n] = row
	}
	return out
}

// Total is the name of the node above all that Cross makes.
const Total = "total"

// Cross makes the nodes of crossed groups: leaves that each bear a value in every
// column, such as enterprise, occupation and region. It makes a total, a node
// "column=value" for each value of each column and, for each pair in cross, one for
// each combination that occurs. A leaf's first parent is its first column's.
func Cross(leaves []string, columns []string, values [][]string, cross [][2]int) []Node {
	var nodes []Node
	seen := map[string]bool{}
	add := func(key, level string, parents ...string) string {
		if !seen[key] {
			seen[key] = true
			nodes = append(nodes, Node{Key: key, Level: level, Parents: parents})
		}
		return key
	}
	add(Total, Total)
	for i, leaf := range leaves {
		var up []string
		for c, col := range columns {
			up = append(up, add(col+"="+values[i][c], col, Total))
		}
		for _, x := range cross {
			a, b := columns[x[0]], columns[x[1]]
			key := a + "=" + values[i][x[0]] + "," + b + "=" + values[i][x[1]]
			up = append(up, add(key, a+","+b, a+"="+values[i][x[0]], b+"="+values[i][x[1]]))
		}
		if len(columns) == 0 {
			up = []string{Total}
		}
		nodes = append(nodes, Node{Key: leaf, Level: "leaf", Parents: up})
	}
	return nodes
}
