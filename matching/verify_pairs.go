package matching

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"slices"
)

// claim is a candidate's standing at a position: lower wins.
type standing struct {
	key  uint32
	cand int32
	pos  int32
}

// bar is what a newcomer to a position has to beat: the worst standing held under
// the smallest full set that the position is in.
type bar struct {
	set   int32 // node, -1: the position itself, -2: nothing is full
	worst standing
}

// referee compares standings. It draws the lottery itself, from the seed.
type referee struct {
	m    *Market
	rule Rule
	keys []uint64 // edges with the keys that hold; the market's, or of the call order
	lot  map[[2]int32]uint64
}

func newReferee(m *Market, r Rule) *referee {
	f := &referee{m: m, rule: r, keys: m.edge, lot: map[[2]int32]uint64{}}
	if len(m.reserves) > 0 && r.Reserves == CallOrder {
		f.callLists()
	}
	return f
}

func (f *referee) key(e EdgeID) uint32 { return uint32(f.keys[e]) }

// draw is the first eight bytes of SHA-256(seed 0 [position 0] candidate).
func (f *referee) draw(s standing) uint64 {
	at := [2]int32{s.cand, -1}
	if f.rule.Ties == LotteryPerPosition {
		at[1] = s.pos
	}
	if x, ok := f.lot[at]; ok {
		return x
	}
	h := sha256.New()
	h.Write([]byte(f.rule.Seed))
	h.Write([]byte{0})
	if at[1] >= 0 {
		h.Write([]byte(f.m.PositionName(PositionID(s.pos))))
		h.Write([]byte{0})
	}
	h.Write([]byte(f.m.CandidateName(CandidateID(s.cand))))
	x := binary.BigEndian.Uint64(h.Sum(nil))
	f.lot[at] = x
	return x
}

// compare puts the better standing first. Under MaxSize equal keys are equal.
func (f *referee) compare(a, b standing) int {
	switch {
	case a.key < b.key:
		return -1
	case a.key > b.key:
		return 1
	case f.rule.Ties == MaxSize:
		return 0
	}
	if x, y := f.draw(a), f.draw(b); x != y {
		if x < y {
			return -1
		}
		return 1
	}
	return bytes.Compare([]byte(f.m.CandidateName(CandidateID(a.cand))), []byte(f.m.CandidateName(CandidateID(b.cand))))
}

// checkPairs goes over every choice that a candidate would rather have had. It
// blocks if nothing on the way up from the position is full; or the candidate
// beats the worst one held under the smallest full set; or holds a place under
// that set already, with no better standing.
func (v *verifier) checkPairs() {
	m := v.m
	f := newReferee(m, v.rule)
	bars := v.bars(f)
	quick := make([]uint32, len(bars)) // keys below it block for sure, above it hardly ever
	for p, b := range bars {
		switch {
		case v.closed[p] || m.capacity[p] == 0:
			quick[p] = 0
		case b.set == -2:
			quick[p] = 1<<32 - 1
		default:
			quick[p] = b.worst.key
		}
	}
	tied, nodes := m.tied != nil, m.Nodes() > 0
	for c := range v.of {
		own := v.of[c]
		end := m.off[c+1]
		if own != NoEdge {
			end = uint32(own)
		}
		for e := m.off[c]; e < end; e++ {
			x := f.keys[e]
			p := x >> 32
			if uint32(x) > quick[p] && (!nodes || own == NoEdge) {
				continue
			}
			if quick[p] == 0 || tied && own != NoEdge && !v.prefers(EdgeID(e), own) {
				continue
			}
			v.checkPair(f, &bars[p], int32(c), EdgeID(e), own)
		}
	}
}

func (v *verifier) checkPair(f *referee, b *bar, c int32, e, own EdgeID) {
	m := v.m
	p := m.PositionOf(e)
	me := standing{f.key(e), c, int32(p)}
	if b.set == -2 {
		v.blocks(c, p, own, "", -1)
		return
	}
	if b.worst.cand >= 0 && f.compare(me, b.worst) < 0 {
		v.blocks(c, p, own, v.setName(b.set), b.worst.cand)
		return
	}
	if b.set >= 0 && own != NoEdge {
		if q := m.PositionOf(own); v.within(int32(q), b.set) && f.compare(standing{f.key(own), c, int32(q)}, me) >= 0 {
			v.blocks(c, p, own, v.setName(b.set), c)
		}
	}
}

func (v *verifier) setName(set int32) string {
	if set < 0 {
		return ""
	}
	return v.m.NodeName(NodeID(set))
}

// within tells whether position q stands under node k.
func (v *verifier) within(q, k int32) bool {
	for n := v.m.under[q]; n >= 0; n = v.m.nodeParent[n] {
		if n == k {
			return true
		}
	}
	return false
}

func (v *verifier) blocks(c int32, p PositionID, own EdgeID, set string, over int32) {
	m := v.m
	x := Violation{Kind: Blocking, Candidate: m.CandidateName(CandidateID(c)), Position: m.PositionName(p), Node: set}
	if own != NoEdge {
		x.Instead = m.PositionName(m.PositionOf(own))
	}
	if over >= 0 {
		x.Over = m.CandidateName(CandidateID(over))
	}
	v.block(x)
}

// bars finds each position's bar.
func (v *verifier) bars(f *referee) []bar {
	m := v.m
	worst := make([]standing, m.Positions())
	for p := range worst {
		worst[p].cand = -1
	}
	for c, e := range v.of {
		if e == NoEdge {
			continue
		}
		p := int32(m.PositionOf(e))
		me := standing{f.key(e), int32(c), p}
		if w := &worst[p]; w.cand < 0 || me.key > w.key || me.key == w.key && f.compare(me, *w) > 0 {
			*w = me
		}
	}
	byNode := make([]standing, m.Nodes())
	for k := range byNode {
		byNode[k].cand = -1
	}
	for p, w := range worst {
		for k := m.under[p]; k >= 0 && w.cand >= 0; k = m.nodeParent[k] {
			if byNode[k].cand < 0 || f.compare(w, byNode[k]) > 0 {
				byNode[k] = w
			}
		}
	}
	bars := make([]bar, m.Positions())
	for p := range bars {
		bars[p] = bar{set: -2}
		if v.placed[p] >= m.capacity[p] {
			bars[p] = bar{-1, worst[p]}
			continue
		}
		for k := m.under[p]; k >= 0; k = m.nodeParent[k] {
			if m.nodeCap[k] >= 0 && v.under[k] >= int64(m.nodeCap[k]) {
				bars[p] = bar{k, byNode[k]}
				break
			}
		}
	}
	return bars
}

// callLists puts the call orders of positions with reserved shares in the place
// of their keys: again and again the best one whom the shares allow is called.
func (f *referee) callLists() {
	m := f.m
	f.keys = slices.Clone(m.edge)
	waiting := map[PositionID][]standing{}
	edges := map[[2]int32]uint32{}
	for c := range m.Candidates() {
		for e := m.off[c]; e < m.off[c+1]; e++ {
			if p := m.PositionOf(EdgeID(e)); len(m.reserves[p]) > 0 {
				waiting[p] = append(waiting[p], standing{uint32(m.edge[e]), int32(c), int32(p)})
				edges[[2]int32{int32(c), int32(p)}] = e
			}
		}
	}
	for p, left := range waiting {
		slices.SortFunc(left, f.compare)
		called := make([]int, len(m.reserves[p]))
		for place := 1; len(left) > 0; place++ {
			i := f.nextCalled(p, left, called, place)
			s := left[i]
			left = slices.Delete(left, i, i+1)
			e := edges[[2]int32{s.cand, s.pos}]
			f.keys[e] = uint64(p)<<32 | uint64(place)
			for t, share := range m.reserves[p] {
				if m.HasType(CandidateID(s.cand), share.Type) {
					called[t]++
				}
			}
		}
	}
}

// nextCalled finds who is called at a place: of those who serve every share that
// is behind the best, else of those who serve the first such share, else the
// second, else the best of all.
func (f *referee) nextCalled(p PositionID, left []standing, called []int, place int) int {
	m := f.m
	var behind []Type
	for t, share := range m.reserves[p] {
		if called[t]*m.Capacity(p) < share.Seats*place {
			behind = append(behind, share.Type)
		}
	}
	wishes := [][]Type{behind}
	for _, t := range behind {
		wishes = append(wishes, []Type{t})
	}
	for _, wish := range wishes {
		for i, s := range left {
			ok := true
			for _, t := range wish {
				ok = ok && m.HasType(CandidateID(s.cand), t)
			}
			if ok {
				return i
			}
		}
	}
	return 0
}
