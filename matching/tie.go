package matching

// tieState is what the rules RejectTie and AdmitTie need beside the greedy
// choice. The greedy choice itself breaks ties in a fixed order that does not
// matter: the cut-offs are those of whole groups.
//
// RejectTie: from the moment a set turns somebody away, everybody under it with
// that key or a worse one is refused for good. Their places stay taken until
// better ones come (a ghost), since otherwise somebody refused before would be
// wanted again.
//
// AdmitTie: who is turned away while somebody with the same key stays is kept
// as an extra, over the cap, until the last of that key is gone.
type tieState struct {
	extra  [][]uint64 // by part: key<<32 | candidate
	extras []int32    // by node: extras below it
	held   int        // extras in all
}

func newTieState(parts, nodes int) *tieState {
	return &tieState{extra: make([][]uint64, parts), extras: make([]int32, nodes)}
}

// cutAway tells whether the part or a node above it refuses the key for good.
func (e *engine) cutAway(p int32, key uint32) bool {
	if key > e.thr[p] {
		return true
	}
	for n := e.part[p].up; n >= 0; n = e.node[n].up {
		if key > e.node[n].cut {
			return true
		}
	}
	return false
}

// loseTied turns candidate c away from part p for the sake of a full node (-1:
// the part), together with the group of its key, or keeps it as an extra.
func (e *engine) loseTied(p, full int32, key, c uint32) {
	if e.ties == RejectTie {
		e.rejectGroup(p, full, key)
		if e.sits(c, p) {
			e.refuse(c)
		}
		return
	}
	if e.groupHeld(p, full, key) {
		e.tie.extra[p] = append(e.tie.extra[p], uint64(key)<<32|uint64(c))
		e.tie.held++
		for n := e.part[p].up; n >= 0; n = e.node[n].up {
			e.tie.extras[n]++
		}
	} else {
		e.refuse(c)
	}
	e.tighten(p)
}

// sits tells whether part p is where the candidate's list now stands.
func (e *engine) sits(c uint32, p int32) bool {
	l := e.list[c]
	return l.at < l.end && int32(e.edge[l.at]>>32) == p
}

// rejectGroup lowers a cut-off below the key and sends off who sits there still.
func (e *engine) rejectGroup(p, full int32, key uint32) {
	if full < 0 {
		if e.thr[p] >= key {
			e.thr[p] = key - 1
			e.sendOff(p, key)
		}
		return
	}
	if e.node[full].cut >= key {
		e.node[full].cut = key - 1
		e.sendOffUnder(full, key)
	}
}

func (e *engine) sendOff(p int32, key uint32) {
	s := &e.part[p]
	for _, x := range e.hold[s.base : s.base+uint32(s.count)] {
		if c := uint32(x); uint32(x>>32) >= key && e.sits(c, p) {
			e.refuse(c)
		}
	}
}

func (e *engine) sendOffUnder(n int32, key uint32) {
	s := &e.node[n]
	for _, child := range e.kids[s.kid : s.kid+s.kids] {
		q := e.childChampion(child)
		if q < 0 || uint32(e.top[q]>>32) < key {
			continue
		}
		if child < 0 {
			e.sendOffUnder(^child, key)
		} else {
			e.sendOff(child, key)
		}
	}
}

// groupHeld tells whether somebody with the key is still held where the loser
// lost, and no set above has cut the key off.
func (e *engine) groupHeld(p, full int32, key uint32) bool {
	worst := e.top[p]
	up := e.part[p].up
	if full >= 0 {
		q := e.champion(full)
		if q < 0 {
			return false
		}
		worst, up = e.top[q], e.node[full].up
	}
	if uint32(worst>>32) != key {
		return false
	}
	for n := up; n >= 0; n = e.node[n].up {
		if e.node[n].count < e.node[n].cap {
			continue
		}
		if q := e.champion(n); q < 0 || uint32(e.top[q]>>32) < key {
			return false
		}
	}
	return true
}

// tighten lowers the cut-offs of the full sets that hold part p and sends off
// the extras that are now beyond them.
func (e *engine) tighten(p int32) {
	s := &e.part[p]
	if s.count == s.room && s.count > 0 && uint32(e.top[p]>>32) < e.thr[p] {
		e.thr[p] = uint32(e.top[p] >> 32)
		e.flush(p, e.thr[p])
	}
	for n := s.up; n >= 0; n = e.node[n].up {
		if e.node[n].count < e.node[n].cap {
			continue
		}
		if q := e.champion(n); q >= 0 && uint32(e.top[q]>>32) < e.node[n].cut {
			e.node[n].cut = uint32(e.top[q] >> 32)
			e.flushUnder(n, e.node[n].cut)
		}
	}
}

// flush sends off the extras of a part with keys above the cut-off.
func (e *engine) flush(p int32, cut uint32) {
	kept := e.tie.extra[p][:0]
	for _, x := range e.tie.extra[p] {
		if uint32(x>>32) <= cut {
			kept = append(kept, x)
			continue
		}
		e.refuse(uint32(x))
		e.tie.held--
		for n := e.part[p].up; n >= 0; n = e.node[n].up {
			e.tie.extras[n]--
		}
	}
	e.tie.extra[p] = kept
}

func (e *engine) flushUnder(n int32, cut uint32) {
	if e.tie.extras[n] == 0 {
		return
	}
	s := &e.node[n]
	for _, child := range e.kids[s.kid : s.kid+s.kids] {
		if child < 0 {
			e.flushUnder(^child, cut)
		} else if len(e.tie.extra[child]) > 0 {
			e.flush(child, cut)
		}
	}
}
