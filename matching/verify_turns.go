package matching

import (
	"bytes"
	"slices"
)

// unit is a child of a flexible region that takes turns: a position, or an
// enterprise with a cap of its own.
type unit struct {
	node, pos int32 // one of them is -1
	count     int64
	target    int64
	room      int64
	worst     standing
}

// checkTurns checks a round with flexible regions, after Kamada and Kojima. A
// pair blocks as elsewhere below the region; where only the region is full, it
// blocks if the unit holds somebody worse, or if the candidate stays within the
// region and the move does not take the units further from their targets.
func (v *verifier) checkTurns() {
	m := v.m
	f := newReferee(m, v.rule)
	regions := v.flexible()
	units, unitOf := v.units(f, regions)
	bars := v.barsBelow(f, regions)
	for c, own := range v.of {
		for e := EdgeID(m.off[c]); e < EdgeID(m.off[c+1]); e++ {
			if own != NoEdge && e >= own {
				break
			}
			p := m.PositionOf(e)
			if v.closed[p] || m.capacity[p] == 0 || own != NoEdge && !v.prefers(e, own) {
				continue
			}
			if bars[p].set != -2 {
				v.checkPair(f, &bars[p], int32(c), e, own)
				continue
			}
			v.checkTurn(f, units, unitOf, v.regionOf(regions, int32(p)), int32(c), e, own)
		}
	}
}

// checkTurn judges a pair that has room everywhere below the region k.
func (v *verifier) checkTurn(f *referee, units []unit, unitOf []int32, k int32, c int32, e, own EdgeID) {
	m := v.m
	p := m.PositionOf(e)
	if k < 0 || v.under[k] < int64(m.nodeCap[k]) {
		v.blocks(c, p, own, "", -1)
		return
	}
	me := standing{f.key(e), c, int32(p)}
	u := &units[unitOf[p]]
	if u.worst.cand >= 0 && f.compare(me, u.worst) < 0 {
		v.blocks(c, p, own, v.setName(k), u.worst.cand)
		return
	}
	if own == NoEdge || !v.within(int32(m.PositionOf(own)), k) {
		return
	}
	w := &units[unitOf[m.PositionOf(own)]]
	mine := standing{f.key(own), c, int32(m.PositionOf(own))}
	if w == u && f.compare(mine, me) >= 0 || w != u && u.count+1-u.target <= w.count-1-w.target {
		v.blocks(c, p, own, v.setName(k), c)
	}
}

// flexible tells which capped nodes stand above further nodes.
func (v *verifier) flexible() []bool {
	m := v.m
	is := make([]bool, m.Nodes())
	for k := range is {
		for a := m.nodeParent[k]; a >= 0; a = m.nodeParent[a] {
			is[a] = m.nodeCap[a] >= 0
		}
	}
	return is
}

func (v *verifier) regionOf(regions []bool, p int32) int32 {
	for k := v.m.under[p]; k >= 0; k = v.m.nodeParent[k] {
		if regions[k] {
			return k
		}
	}
	return -1
}

// barsBelow finds what a newcomer has to beat below the region: full sets at or
// above it do not count.
func (v *verifier) barsBelow(f *referee, regions []bool) []bar {
	bars := v.bars(f)
	for p := range bars {
		if k := bars[p].set; k >= 0 && regions[k] {
			bars[p] = bar{set: -2}
		}
	}
	return bars
}

// units finds each region's units with their targets, and the unit of each
// position.
func (v *verifier) units(f *referee, regions []bool) ([]unit, []int32) {
	m := v.m
	var units []unit
	unitOf := make([]int32, m.Positions())
	byNode := map[int32]int32{}
	members := map[int32][]int32{} // of a region
	for p := range unitOf {
		unitOf[p] = -1
		k := v.regionOf(regions, int32(p))
		if k < 0 {
			continue
		}
		top := int32(-1) // highest capped node below the region
		for n := m.under[p]; n != k; n = m.nodeParent[n] {
			if m.nodeCap[n] >= 0 {
				top = n
			}
		}
		places := int64(m.capacity[p])
		if v.closed[p] {
			places = 0
		}
		if i, ok := byNode[top]; ok && top >= 0 {
			unitOf[p] = i
			units[i].room += places
			continue
		}
		u := unit{node: top, pos: -1, room: places, worst: standing{cand: -1}}
		if top >= 0 {
			byNode[top] = int32(len(units))
		} else {
			u.pos = int32(p)
		}
		unitOf[p] = int32(len(units))
		members[k] = append(members[k], int32(len(units)))
		units = append(units, u)
	}
	for i := range units {
		if n := units[i].node; n >= 0 {
			units[i].room = min(units[i].room, int64(m.nodeCap[n]))
		}
	}
	for k, list := range members {
		v.targets(f, units, list, int64(m.nodeCap[k]))
	}
	for c, e := range v.of {
		if e == NoEdge || unitOf[m.PositionOf(e)] < 0 {
			continue
		}
		me := standing{f.key(e), int32(c), int32(m.PositionOf(e))}
		u := &units[unitOf[me.pos]]
		u.count++
		if u.worst.cand < 0 || f.compare(me, u.worst) > 0 {
			u.worst = me
		}
	}
	return units, unitOf
}

// targets shares the region's cap: set targets first, the rest by room rounded
// down, and what is left one by one in the order of turns.
func (v *verifier) targets(f *referee, units []unit, list []int32, cap int64) {
	m := v.m
	name := func(u *unit) string {
		if u.pos >= 0 {
			return m.PositionName(PositionID(u.pos))
		}
		return m.NodeName(NodeID(u.node))
	}
	slices.SortFunc(list, func(i, j int32) int {
		a, b := name(&units[i]), name(&units[j])
		x, y := Draw(v.rule.Seed, []byte(a)), Draw(v.rule.Seed, []byte(b))
		if x < y || x == y && bytes.Compare([]byte(a), []byte(b)) < 0 {
			return -1
		}
		return 1
	})
	var sum int64
	left := cap
	set := map[int32]bool{}
	for _, i := range list {
		if t, ok := m.targets[PositionID(units[i].pos)]; ok && units[i].pos >= 0 {
			units[i].target, set[i] = int64(t), true
			left -= int64(t)
		} else {
			sum += units[i].room
		}
	}
	left = max(min(left, sum), 0)
	given := int64(0)
	for _, i := range list {
		if !set[i] && sum > 0 {
			units[i].target = left * units[i].room / sum
			given += units[i].target
		}
	}
	for _, i := range list {
		if !set[i] && given < left && units[i].target < units[i].room {
			units[i].target++
			given++
		}
	}
}
