package matching

// smallNode is up to how many children a node is searched child by child; above
// it keeps a winner tree.
const smallNode = 16

// plant lays out the children of every node.
func (e *engine) plant() {
	if len(e.cap) == 0 {
		return
	}
	e.node = make([]nodeState, len(e.cap))
	e.trees = make([][]int32, len(e.cap))
	for n := range e.node {
		e.node[n] = nodeState{cap: e.cap[n], up: e.nup[n], cut: maxThreshold, flex: e.flex != nil && e.flex[n]}
	}
	for _, up := range e.up {
		if up >= 0 {
			e.node[up].kids++
		}
	}
	for _, up := range e.nup {
		if up >= 0 {
			e.node[up].kids++
		}
	}
	var at int32
	for n := range e.node {
		e.node[n].kid = at
		at += e.node[n].kids
		e.node[n].kids = 0
	}
	e.kids = make([]int32, at)
	e.place = make([]int32, len(e.up))
	for p, up := range e.up {
		if up >= 0 {
			e.place[p] = e.adopt(up, int32(p))
		}
	}
	for n, up := range e.nup {
		if up >= 0 {
			e.node[n].self = e.adopt(up, ^int32(n))
		}
	}
	for n := range e.node {
		e.node[n].first = e.neighbours(&e.node[n])
	}
	for n := range e.node {
		if s := &e.node[n]; s.kids > smallNode || s.flex {
			size := 1
			for size < int(s.kids) {
				size *= 2
			}
			tree := make([]int32, 2*size)
			for i := range tree {
				tree[i] = -1
			}
			e.trees[n] = tree
		}
	}
	for n := range e.node {
		for k := int32(n); k >= 0; k = e.node[k].up {
			if e.trees[k] != nil {
				e.node[n].watched = true
			}
		}
	}
}

// neighbours is the first of a small node's children if they are parts with
// numbers in a row, else -1.
func (e *engine) neighbours(s *nodeState) int32 {
	if s.kids == 0 || s.kids > smallNode || s.flex {
		return -1
	}
	kids := e.kids[s.kid : s.kid+s.kids]
	for i, k := range kids {
		if k < 0 || k != kids[0]+int32(i) {
			return -1
		}
	}
	return kids[0]
}

func (e *engine) adopt(n, child int32) int32 {
	s := &e.node[n]
	e.kids[s.kid+s.kids] = child
	s.kids++
	return s.kids - 1
}

// champion is the part under node n that holds the entry which n gives up first;
// -1 if nothing is held.
func (e *engine) champion(n int32) int32 {
	s := &e.node[n]
	if s.first >= 0 {
		return e.worstOf(s.first, s.kids)
	}
	if tree := e.trees[n]; tree != nil {
		if i := tree[1]; i >= 0 {
			return e.childChampion(e.kids[s.kid+i])
		}
		return -1
	}
	best := int32(-1)
	for _, child := range e.kids[s.kid : s.kid+s.kids] {
		q := e.childChampion(child)
		if q >= 0 && (best < 0 || e.worse(e.top[q], q, e.top[best], best)) {
			best = q
		}
	}
	return best
}

// worstOf searches neighbouring parts.
func (e *engine) worstOf(first, count int32) int32 {
	best, worst := int32(-1), uint64(0)
	for i, x := range e.top[first : first+count] {
		if x>>32 > worst>>32 || x>>32 == worst>>32 && x != 0 && e.worse(x, first+int32(i), worst, best) {
			best, worst = first+int32(i), x
		}
	}
	return best
}

func (e *engine) childChampion(child int32) int32 {
	if child < 0 {
		return e.champion(^child)
	}
	if e.part[child].count == 0 {
		return -1
	}
	return child
}

// settle brings the winner trees above part p up to date.
func (e *engine) settle(p int32) {
	n := e.part[p].up
	if n < 0 || !e.node[n].watched {
		return
	}
	place := e.place[p]
	for ; n >= 0 && e.node[n].watched; n = e.node[n].up {
		if tree := e.trees[n]; tree != nil {
			e.replay(&e.node[n], tree, place)
		}
		place = e.node[n].self
	}
}

// replay plays the matches of one child of a node again.
func (e *engine) replay(s *nodeState, tree []int32, place int32) {
	half := len(tree) / 2
	i := half + int(place)
	tree[i] = place
	if e.childChampion(e.kids[s.kid+place]) < 0 {
		tree[i] = -1
	}
	for i /= 2; i >= 1; i /= 2 {
		a, b := tree[2*i], tree[2*i+1]
		if a < 0 || b >= 0 && e.childWorse(s, b, a) {
			a = b
		}
		tree[i] = a
	}
}

// childWorse tells whether the node gives up from child b before child a: the
// one with the worse holder or, where children take turns, the one that had the
// last turn.
func (e *engine) childWorse(s *nodeState, b, a int32) bool {
	x, y := e.kids[s.kid+b], e.kids[s.kid+a]
	if s.flex {
		return e.laterTurn(x, y)
	}
	q, p := e.childChampion(x), e.childChampion(y)
	return e.worse(e.top[q], q, e.top[p], p)
}

// laterTurn tells whether child x had its last turn after child y.
func (e *engine) laterTurn(x, y int32) bool {
	i, j := e.child(x), e.child(y)
	over, other := e.held(x)-e.target[i], e.held(y)-e.target[j]
	if over != other {
		return over > other
	}
	return e.turn[i] > e.turn[j]
}

// child numbers parts and nodes in one row, as target and turn do.
func (pr *problem) child(x int32) int32 {
	if x < 0 {
		return int32(len(pr.room)) + ^x
	}
	return x
}

func (e *engine) held(x int32) int32 {
	if x < 0 {
		return e.node[^x].count
	}
	return e.part[x].count
}
