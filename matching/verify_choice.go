package matching

import "slices"

// entry is one candidate's wish for one position: the place it holds, or one that
// it would rather hold.
type wish struct {
	standing
	edge EdgeID
	own  bool
}

// checkChoiceRule checks the rules under which sets choose by more than the next
// better one. From the assignment follows who wishes what at least as much as
// what they got; if every set were to choose among all those wishes by the rule,
// it must choose exactly those who are placed.
func (v *verifier) checkChoiceRule() {
	f := newReferee(v.m, v.rule)
	wishes := v.wishes(f)
	var chosen []bool
	switch {
	case len(v.m.reserves) == 0 && v.rule.Ties == RejectTie:
		chosen = v.chooseGroups(f, wishes, true)
	case len(v.m.reserves) == 0:
		chosen = v.chooseGroups(f, wishes, false)
	case v.rule.Reserves == OpenFirst:
		chosen = v.chooseOpenFirst(f, wishes)
	default:
		chosen = v.chooseReserved(f, wishes)
	}
	for i, w := range wishes {
		p := PositionID(w.pos)
		switch {
		case chosen[i] && !w.own:
			v.blocks(w.cand, p, v.of[w.cand], "", -1)
		case !chosen[i] && w.own:
			v.add(Violation{Kind: OutOfTurn, Candidate: v.m.CandidateName(CandidateID(w.cand)), Position: v.m.PositionName(p)})
		}
	}
}

// wishes lists them, best standing first.
func (v *verifier) wishes(f *referee) []wish {
	m := v.m
	var list []wish
	for c, own := range v.of {
		for e := EdgeID(m.off[c]); e < EdgeID(m.off[c+1]); e++ {
			mine := e == own
			if own != NoEdge && !mine && !v.prefers(e, own) {
				continue
			}
			if p := m.PositionOf(e); !v.closed[p] {
				list = append(list, wish{standing{f.key(e), int32(c), int32(p)}, e, mine})
			}
		}
	}
	slices.SortStableFunc(list, func(a, b wish) int {
		if v.rule.Ties == RejectTie || v.rule.Ties == AdmitTie {
			return int(a.key) - int(b.key)
		}
		if d := f.compare(a.standing, b.standing); d != 0 {
			return d
		}
		return int(a.edge) - int(b.edge) // one candidate's own wishes: by its list
	})
	return list
}

// room keeps count of what is taken while sets choose.
type room struct {
	m     *Market
	pos   []int32
	nodes []int32
}

func (v *verifier) room() *room {
	return &room{v.m, make([]int32, v.m.Positions()), make([]int32, v.m.Nodes())}
}

// full gives the smallest set with no room left for the position: -1 the position
// itself, -2 none.
func (r *room) full(p int32) int32 {
	if r.pos[p] >= r.m.capacity[p] {
		return -1
	}
	return r.fullAbove(p)
}

func (r *room) fullAbove(p int32) int32 {
	for k := r.m.under[p]; k >= 0; k = r.m.nodeParent[k] {
		if r.m.nodeCap[k] >= 0 && r.nodes[k] >= r.m.nodeCap[k] {
			return k
		}
	}
	return -2
}

func (r *room) take(p int32) {
	r.pos[p]++
	for k := r.m.under[p]; k >= 0; k = r.m.nodeParent[k] {
		r.nodes[k]++
	}
}

// chooseGroups takes groups of equal keys, best first. Whoever finds a set full
// by better ones is refused; a group that fills it only in part is refused there
// (reject) or admitted wholly.
func (v *verifier) chooseGroups(f *referee, wishes []wish, reject bool) []bool {
	r := v.room()
	chosen := make([]bool, len(wishes))
	for from := 0; from < len(wishes); {
		to := from
		for to < len(wishes) && wishes[to].key == wishes[from].key {
			chosen[to] = r.full(wishes[to].pos) == -2
			to++
		}
		split := map[[2]int32]bool{} // sets, as (0, position) or (1, node), that the group overfills
		for _, w := range wishes[from:to] {
			switch k := r.full(w.pos); {
			case k == -2:
				r.take(w.pos)
			case k == -1:
				split[[2]int32{0, w.pos}] = true
			default:
				split[[2]int32{1, k}] = true
			}
		}
		if reject {
			for i := from; i < to; i++ {
				chosen[i] = chosen[i] && !v.inSplit(split, wishes[i].pos)
			}
		}
		from = to
	}
	return chosen
}

func (v *verifier) inSplit(split map[[2]int32]bool, p int32) bool {
	if split[[2]int32{0, p}] {
		return true
	}
	for k := v.m.under[p]; k >= 0; k = v.m.nodeParent[k] {
		if split[[2]int32{1, k}] {
			return true
		}
	}
	return false
}

// chooseReserved fills the reserved seats of each type first, best first, then
// all seats that are left.
func (v *verifier) chooseReserved(f *referee, wishes []wish) []bool {
	m, r := v.m, v.room()
	chosen := make([]bool, len(wishes))
	used := map[[2]int32]int{}
	for i, w := range wishes {
		t := m.TypeOf(CandidateID(w.cand))
		seat := [2]int32{w.pos, int32(t)}
		if used[seat] < v.seats(w.pos, t) && r.full(w.pos) == -2 {
			used[seat]++
			r.take(w.pos)
			chosen[i] = true
		}
	}
	for i, w := range wishes {
		if !chosen[i] && r.full(w.pos) == -2 {
			r.take(w.pos)
			chosen[i] = true
		}
	}
	return chosen
}

func (v *verifier) seats(p int32, t Type) int {
	for _, s := range v.m.reserves[PositionID(p)] {
		if s.Type == t {
			return s.Seats
		}
	}
	return 0
}

// chooseOpenFirst seats every wish step by step: at the open seats, then at those
// of its own type, then at the others'. Nobody asks for the next kind of seat
// before being refused at the one before, and under a cap those on a seat of
// their own type come first.
func (v *verifier) chooseOpenFirst(f *referee, wishes []wish) []bool {
	step := make([]int, len(wishes))
	for {
		seated := v.seatOnce(wishes, step)
		moved := false
		for i, w := range wishes {
			if !seated[i] && step[i] < 2+len(v.m.reserves[PositionID(w.pos)]) {
				step[i]++
				moved = true
			}
		}
		if !moved {
			return seated
		}
	}
}

// seatOnce gives the seats out among all who have asked for them so far.
func (v *verifier) seatOnce(wishes []wish, step []int) []bool {
	m, r := v.m, v.room()
	used := map[[2]int32]int{} // by position and kind of seat: 0 open, 1+i the i-th reserve
	seated := make([]bool, len(wishes))
	limit := func(p int32, kind int) int {
		res := m.reserves[PositionID(p)]
		if kind > 0 {
			return res[kind-1].Seats
		}
		open := m.Capacity(PositionID(p))
		for _, s := range res {
			open -= s.Seats
		}
		return open
	}
	for _, ownSeats := range []bool{true, false} {
		for i, w := range wishes {
			kind := v.kindAt(w, step[i])
			if kind < 0 || v.ownSeat(w, kind) != ownSeats {
				continue
			}
			seat := [2]int32{w.pos, int32(kind)}
			if used[seat] < limit(w.pos, kind) && r.fullAbove(w.pos) == -2 {
				used[seat]++
				r.take(w.pos)
				seated[i] = true
			}
		}
	}
	return seated
}

// kindAt is the kind of seat that a wish asks for at a step: the open ones, its own
// type's, then the others' in the order of the position; -1 when there is no more.
func (v *verifier) kindAt(w wish, step int) int {
	res := v.m.reserves[PositionID(w.pos)]
	kinds := []int{0}
	for own := range 2 {
		for i := range res {
			if v.ownSeat(w, i+1) == (own == 0) {
				kinds = append(kinds, i+1)
			}
		}
	}
	if step < len(kinds) {
		return kinds[step]
	}
	return -1
}

func (v *verifier) ownSeat(w wish, kind int) bool {
	return kind > 0 && v.m.reserves[PositionID(w.pos)][kind-1].Type == v.m.TypeOf(CandidateID(w.cand))
}
