package matching

import (
	"bytes"
	"cmp"
	"slices"
)

// takeTurns marks the flexible nodes and gives their children targets and an
// order of turns: the lottery's, by the child's name.
func (pr *problem) takeTurns(r Rule, flexible []bool, hold []int64) {
	m := pr.m
	pr.flex = make([]bool, len(pr.cap))
	all := len(pr.room) + len(pr.cap)
	pr.target, pr.turn = make([]int32, all), make([]uint32, all)
	kids := make([][]int32, len(pr.cap))
	for p, up := range pr.up {
		if up >= 0 {
			kids[up] = append(kids[up], int32(p))
		}
	}
	for n, up := range pr.nup {
		if up >= 0 {
			kids[up] = append(kids[up], ^int32(n))
		}
	}
	for n, k := range pr.nodeOf {
		if flexible[k] {
			pr.flex[n] = true
			pr.orderTurns(m, r, kids[n])
			pr.share(m, pr.cap[n], kids[n], hold)
		}
	}
}

func (pr *problem) childName(m *Market, x int32) []byte {
	if x < 0 {
		return m.nodeNames.at(int(pr.nodeOf[^x]))
	}
	return m.posNames.at(int(x))
}

// orderTurns sorts the children by their turns and numbers them.
func (pr *problem) orderTurns(m *Market, r Rule, kids []int32) {
	slices.SortFunc(kids, func(x, y int32) int {
		a, b := pr.childName(m, x), pr.childName(m, y)
		return cmp.Or(cmp.Compare(Draw(r.Seed, a), Draw(r.Seed, b)), bytes.Compare(a, b), cmp.Compare(x, y))
	})
	for i, x := range kids {
		pr.turn[pr.child(x)] = uint32(i)
	}
}

// share gives the children their targets: those that were set, and of the rest
// of the cap a share by room, rounded down; what is left goes out by turns. hold
// is the places of the positions under each of the market's nodes.
func (pr *problem) share(m *Market, cap int32, kids []int32, hold []int64) {
	room := func(x int32) int64 {
		if x < 0 {
			return min(int64(pr.cap[^x]), hold[pr.nodeOf[^x]])
		}
		return int64(pr.room[x])
	}
	left, sum := int64(cap), int64(0)
	var free []int32
	for _, x := range kids {
		if t, ok := m.targets[PositionID(x)]; ok && x >= 0 {
			pr.target[x] = int32(t)
			left -= int64(t)
			continue
		}
		free = append(free, x)
		sum += room(x)
	}
	left = max(min(left, sum), 0)
	rest := left
	for _, x := range free {
		if sum > 0 {
			pr.target[pr.child(x)] = int32(left * room(x) / sum)
			rest -= left * room(x) / sum
		}
	}
	for _, x := range free {
		if i := pr.child(x); rest > 0 && int64(pr.target[i]) < room(x) {
			pr.target[i]++
			rest--
		}
	}
}
