package exchange

import (
	"math"

	"guildhall/matching"
)

// place is one line of positions.csv.
type place struct {
	firm     int // in reader.firms, -1: none
	cap, min int64
	fixed    bool
	target   int64 // -1: none
	line     int
	reserves []matching.Reserve
}

// branch is one line of nodes.csv.
type branch struct {
	parent int
	cap    int64
	line   int
}

// tree reads positions, reserves and nodes. The files are read first and handed
// over in the order of the names.
func (r *reader) tree() {
	r.firms = newIDs()
	places := r.positions()
	r.reserves(places)
	branches, names := r.nodeLines()
	if len(r.faults.List) > 0 {
		return
	}
	nodeOf := r.plant(branches, names)
	for i, p := range places {
		node := matching.NoNode
		if p.firm >= 0 {
			node = nodeOf[p.firm]
		}
		id := r.b.Position(node, int(p.cap), int(p.min), p.reserves...)
		r.b.Label(id, string(r.pos.at(i)))
		if p.fixed {
			r.b.FixedOpen(id)
		}
		if p.target >= 0 {
			r.b.Target(id, int(p.target))
		}
	}
}

func (r *reader) positions() []place {
	t := r.table(Positions, false, column{name: "position_id"}, column{name: "enterprise_id"}, column{name: "capacity"},
		column{name: "minimum", optional: true}, column{name: "fixed_open", optional: true}, column{name: "target", optional: true})
	if t == nil {
		return nil
	}
	defer t.close()
	var list []place
	for t.next() {
		p := place{firm: -1, target: -1, line: t.line}
		ok := r.newID(t, r.pos, "position")
		p.cap = must(t, 2, &ok)
		if len(t.field(3)) > 0 {
			p.min = must(t, 3, &ok)
		}
		if f := string(t.field(4)); f == "1" || f == "true" {
			p.fixed = true
		}
		if len(t.field(5)) > 0 {
			p.target = must(t, 5, &ok)
		}
		if ok && p.min > p.cap {
			t.faults.add(t.name, t.line, Range, "the minimum %d is above the capacity %d", p.min, p.cap)
		}
		if id := t.field(1); len(id) > 0 {
			r.firms.add(id)
			p.firm = r.firms.find(id)
		}
		if ok {
			list = append(list, p)
		}
	}
	if len(list) != r.pos.len() { // faults were told; numbers would not fit
		return nil
	}
	return permute(list, r.pos.sort())
}

// must reads a number of places and clears ok if it is none.
func must(t *table, i int, ok *bool) int64 {
	v, good := t.number(i, 0, math.MaxInt32)
	*ok = *ok && good
	return v
}

func (r *reader) reserves(places []place) {
	t := r.table(Reserves, true, column{name: "position_id"}, column{name: "type"}, column{name: "seats"})
	if t == nil {
		return
	}
	defer t.close()
	for t.next() {
		p := r.pos.find(t.field(0))
		if p < 0 {
			t.faults.add(t.name, t.line, Unknown, "there is no position %q", clip(t.field(0)))
		}
		seats, ok := t.number(2, 0, math.MaxInt32)
		if len(t.field(1)) == 0 {
			t.faults.add(t.name, t.line, Malformed, "the type is empty")
			continue
		}
		typ := r.b.Type(string(t.field(1)))
		if p < 0 || !ok || p >= len(places) {
			continue
		}
		twice := false
		for _, old := range places[p].reserves {
			twice = twice || old.Type == typ
		}
		if twice {
			t.faults.add(t.name, t.line, Duplicate, "the position %q reserves seats for %q a second time", t.field(0), t.field(1))
			continue
		}
		places[p].reserves = append(places[p].reserves, matching.Reserve{Type: typ, Seats: int(seats)})
	}
}

// nodeLines reads nodes.csv, of which a node may have one line only: a second one
// puts it under another parent, and sets must nest.
func (r *reader) nodeLines() ([]branch, *ids) {
	names := r.nodes
	var list []branch
	known := func(id []byte) int {
		if names.add(id) {
			list = append(list, branch{parent: -1, cap: matching.Unlimited})
		}
		return names.find(id)
	}
	t := r.table(Nodes, true, column{name: "node_id"}, column{name: "parent_id"}, column{name: "cap"})
	if t != nil {
		defer t.close()
		for t.next() {
			r.nodeLine(t, known, &list)
		}
	}
	for i := range list {
		if list[i].line == 0 { // named as a parent only
			t.faults.add(Nodes, 0, Unknown, "the node %q is named as a parent and has no line of its own", names.at(i))
		}
	}
	for i := range r.firms.len() {
		known(r.firms.at(i))
	}
	return list, names
}

func (r *reader) nodeLine(t *table, known func([]byte) int, list *[]branch) {
	if len(t.field(0)) == 0 {
		t.faults.add(t.name, t.line, Malformed, "the node has no id")
		return
	}
	cap := int64(matching.Unlimited)
	if len(t.field(2)) > 0 {
		v, ok := t.number(2, 0, math.MaxInt32)
		if !ok {
			return
		}
		cap = v
	}
	id, parent := known(t.field(0)), -1
	if len(t.field(1)) > 0 {
		parent = known(t.field(1))
	}
	n := &(*list)[id]
	switch {
	case n.line == 0:
		*n = branch{parent, cap, t.line}
	case n.parent != parent:
		t.faults.add(t.name, t.line, Crossing, "the node %q is under %q here and under %q on line %d: the sets cross",
			t.field(0), t.field(1), r.nodeName(n.parent), n.line)
	default:
		t.faults.add(t.name, t.line, Duplicate, "the node %q is there twice (first on line %d)", t.field(0), n.line)
	}
}

func (r *reader) nodeName(i int) []byte {
	if i < 0 {
		return nil
	}
	return r.nodes.at(i)
}

// plant hands the nodes over, parents first and otherwise by name, and gives the
// node of each enterprise.
func (r *reader) plant(list []branch, names *ids) []matching.NodeID {
	was := names.sort() // list and parents still have the old numbers
	is := make([]int, len(was))
	for i, old := range was {
		is[old] = i
	}
	made := make([]matching.NodeID, len(list)) // by old number
	state := make([]int8, len(list))
	var put func(old int) matching.NodeID
	put = func(old int) matching.NodeID {
		if state[old] == 1 {
			r.faults.add(Nodes, list[old].line, Cycle, "the node %q stands under itself", names.at(is[old]))
			return matching.NoNode
		}
		if state[old] == 2 {
			return made[old]
		}
		state[old] = 1
		up := matching.NoNode
		if list[old].parent >= 0 {
			up = put(list[old].parent)
		}
		made[old] = r.b.Node(string(names.at(is[old])), int(list[old].cap), up)
		state[old] = 2
		return made[old]
	}
	for _, old := range was {
		put(int(old))
	}
	of := make([]matching.NodeID, r.firms.len())
	for i := range of {
		of[i] = made[was[names.find(r.firms.at(i))]]
	}
	return of
}
